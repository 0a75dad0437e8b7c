"""The people whom a browser knows, as they are kept in Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from queue_service.access.keys import people_of_browser
from queue_service.clerk_pins.rules import KnownPerson
from queue_service.store.audit_log import (
    CREDENTIALS,
    AuditEntry,
    log_key,
    text_of,
    totals_key,
)
from queue_service.store.redis_store import RedisStore


class PeopleStore:
    """The people of browsers. ``device`` is the digest of a browser's secret.

    Raises StoreUnavailable when the store does not answer.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._redis: Any = store.client

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        return self._store.guarded(lambda: question(self._redis))

    def of(self, device: str) -> list[KnownPerson]:
        """The people of a browser, by name."""
        raws = self._ask(lambda r: r.hvals(people_of_browser(device)))
        return sorted((KnownPerson(**json.loads(raw)) for raw in raws), key=lambda one: one.name)

    def get(self, device: str, name: str) -> KnownPerson | None:
        """The person with this login name, if the browser knows one."""
        raw = self._ask(lambda r: r.hget(people_of_browser(device), name))
        return KnownPerson(**json.loads(raw)) if raw else None

    def replace(
        self,
        device: str,
        before: KnownPerson | None,
        after: KnownPerson,
        entry: AuditEntry | None = None,
    ) -> bool:
        """Add or change a person; False when it is no longer as it was read."""
        keys = [people_of_browser(device), log_key(CREDENTIALS), totals_key(CREDENTIALS)]
        args = [after.name, _dump(before) if before else "", _dump(after), text_of(entry)]
        return bool(int(self._store.run("access_replace", keys, args)))

    def keep_for(self, device: str, milliseconds: int) -> None:
        """Forget the browser's people after that time."""
        self._store.write(lambda p: p.pexpire(people_of_browser(device), milliseconds))


def _dump(person: KnownPerson) -> str:
    return json.dumps(asdict(person), sort_keys=True)
