"""Passkeys and the questions to answer with them, as they are kept in Redis."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from queue_service.access.keys import passkeys_of
from queue_service.access.rules.credentials import digest
from queue_service.passkeys.rules import CHALLENGE_MS, Challenge, Passkey, Purpose
from queue_service.store.audit_log import (
    CREDENTIALS,
    AuditEntry,
    log_key,
    text_of,
    totals_key,
)
from queue_service.store.redis_store import RedisStore


def challenge_key(purpose: Purpose, browser: str) -> str:
    """String with a time to live: JSON of a Challenge; ``browser`` is the secret of its cookie."""
    return f"queue:{{access}}:challenge:{purpose}:{digest(browser)[:32]}"


class PasskeyStore:
    """The store of passkeys. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._redis: Any = store.client

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        return self._store.guarded(lambda: question(self._redis))

    def of(self, account_id: str) -> list[Passkey]:
        """The passkeys of an account, the first registered first."""
        raws = self._ask(lambda r: r.hvals(passkeys_of(account_id)))
        return sorted((Passkey(**json.loads(raw)) for raw in raws), key=lambda p: p.number)

    def get(self, account_id: str, credential: str) -> Passkey | None:
        """The passkey of an account with this credential id (base64url)."""
        raw = self._ask(lambda r: r.hget(passkeys_of(account_id), credential))
        return Passkey(**json.loads(raw)) if raw else None

    def counts(self, account_ids: Sequence[str]) -> dict[str, int]:
        """How many passkeys each of these accounts has."""
        keys = [passkeys_of(account_id) for account_id in account_ids]
        counted = self._store.read(lambda p: [p.hlen(key) for key in keys])
        return dict(zip(account_ids, map(int, counted), strict=True))

    def replace(
        self,
        account_id: str,
        before: Passkey | None,
        after: Passkey | None,
        entry: AuditEntry | None = None,
    ) -> bool:
        """Add, change or remove a passkey; False when it is no longer as it was read."""
        passkey = after or before
        if passkey is None:
            return True
        keys = [passkeys_of(account_id), log_key(CREDENTIALS), totals_key(CREDENTIALS)]
        texts = [_dump(each) if each else "" for each in (before, after)]
        args = [passkey.credential, *texts, text_of(entry)]
        return bool(int(self._store.run("access_replace", keys, args)))

    def keep(self, purpose: Purpose, browser: str, challenge: Challenge) -> None:
        """Keep a question for five minutes; it takes the place of an earlier one of the browser."""
        key, text = challenge_key(purpose, browser), json.dumps(asdict(challenge))
        self._store.write(lambda p: p.set(key, text, px=CHALLENGE_MS))

    def take(self, purpose: Purpose, browser: str) -> Challenge | None:
        """The browser's question, once: it is gone with this."""
        raw = self._ask(lambda r: r.getdel(challenge_key(purpose, browser)))
        return Challenge(**json.loads(raw)) if raw else None


def _dump(passkey: Passkey) -> str:
    return json.dumps(asdict(passkey), sort_keys=True)
