"""Referrals in the store, and their counts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.referrals.keys import ReferralKeys
from queue_service.referrals.rules import (
    Referral,
    day_fields,
    event_of,
    referral_from_json,
    referral_or_none,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_DAY_SECONDS = 86_400
_log = logging.getLogger(__name__)


class ReferralStore:
    """Reads and changes the referrals of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def put(
        self,
        receiver: Branch,
        before: str,
        after: Referral,
        now: int,
        idempotency: IdempotencyKey | None = None,
        *,
        quiet: bool = False,
    ) -> Reply:
        """Write a referral if it is still as ``before`` (empty: there is none); see
        ``referrals/scripts/referral_put.lua``. ``quiet``: without an event."""
        k, own, m = BranchKeys(receiver.id), ReferralKeys(receiver.id), idempotency or NO_KEY
        known = referral_from_json(before) if before else None
        name, data = event_of(after, receiver.id, now)
        keys = (
            k.config, own.document(after.id), own.received, own.day(after.day), k.events,
            k.idempotency(m.scope, m.key),
        )  # fmt: skip
        args = (
            m.fingerprint, after.id, before, after.to_json(), after.sent_at,
            receiver.retention_days * _DAY_SECONDS, json.dumps(day_fields(known, after)),
            "" if quiet else name, json.dumps(data),
        )  # fmt: skip
        return list(self._store.run("referral_put", keys, args))

    def claim(self, sender_id: str, referral_id: str, before: str, note: str) -> Reply:
        """Note at the sending branch where a referral goes, if the note is still as ``before``
        (empty: there is none); see ``referrals/scripts/referral_claim.lua``."""
        keys = (BranchKeys(sender_id).config, ReferralKeys(sender_id).sent)
        return list(self._store.run("referral_claim", keys, (referral_id, before, note)))

    def announce(self, receiver_id: str, referral: Referral, now: int) -> None:
        """Notify the sending branch's pages of the result of a referral."""
        k, own = BranchKeys(referral.sender), ReferralKeys(referral.sender)
        name, data = event_of(referral, receiver_id, now)
        args = (referral.id, f"{referral.sent_at}|{receiver_id}", name, json.dumps(data))
        self._store.run("referral_notify", (k.config, own.sent, k.events), args)

    def remember(self, branch_id: str, idempotency: IdempotencyKey, answer: str) -> None:
        """Note for a day which request an idempotency key belongs to."""
        key = BranchKeys(branch_id).idempotency(idempotency.scope, idempotency.key)
        text = f"{idempotency.fingerprint}\n{answer}"
        self._store.write(lambda p: p.set(key, text, nx=True, ex=_DAY_SECONDS))

    def load(self, receiver_id: str, referral_id: str) -> str | None:
        """A referral exactly as it is stored; None if there is none, or it is damaged."""
        key = ReferralKeys(receiver_id).document(referral_id)
        (raw,) = self._store.read(lambda p: p.get(key))
        return str(raw) if _whole(key, raw) else None

    def received(self, receiver_id: str, since: int) -> list[str]:
        """The referrals that a branch received since an instant (ms) as stored, latest first."""
        k = ReferralKeys(receiver_id)
        (ids,) = self._store.read(lambda p: p.zrevrangebyscore(k.received, "+inf", since))
        return self._documents([(receiver_id, referral_id) for referral_id in ids])

    def noted(self, sender_id: str, referral_id: str) -> str:
        """``ms|branch``: when a referral of this branch was sent, and where to; empty for none."""
        key = ReferralKeys(sender_id).sent
        (found,) = self._store.read(lambda p: p.hget(key, referral_id))
        return str(found or "")

    def sent(self, sender_id: str) -> list[tuple[str, str]]:
        """The referrals that a branch sent, latest first: the branch that received each, and the
        referral as it is stored."""
        key = ReferralKeys(sender_id).sent
        (noted,) = self._store.read(lambda p: p.hgetall(key))
        rows = [(*text.partition("|")[::2], referral_id) for referral_id, text in noted.items()]
        latest = sorted(rows, reverse=True)
        keys = [ReferralKeys(receiver).document(known) for _, receiver, known in latest]
        raws = self._store.read(lambda p: [p.get(key) for key in keys]) if keys else []
        return [
            (receiver, str(raw))
            for (_, receiver, _), key, raw in zip(latest, keys, raws, strict=True)
            if _whole(key, raw)
        ]

    def remove_before(self, branch_id: str, since: int) -> int:
        """Remove what was sent before an instant (ms), received and sent; how many received."""
        k = ReferralKeys(branch_id)
        old, noted = self._store.read(
            lambda p: (p.zrangebyscore(k.received, "-inf", f"({since}"), p.hgetall(k.sent))
        )
        gone = [name for name, text in noted.items() if int(text.partition("|")[0]) < since]
        if gone:
            self._store.read(lambda p: p.hdel(k.sent, *gone))
        if old:
            self._store.read(
                lambda p: (
                    p.unlink(*(k.document(referral_id) for referral_id in old)),
                    p.zrem(k.received, *old),
                )
            )
        return len(old)

    def days(self, receiver_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(ReferralKeys(receiver_id).day, dates)

    def _documents(self, wanted: list[tuple[str, str]]) -> list[str]:
        if not wanted:
            return []
        keys = [ReferralKeys(branch).document(referral_id) for branch, referral_id in wanted]
        (raws,) = self._store.read(lambda p: p.mget(keys))
        return [str(raw) for key, raw in zip(keys, raws, strict=True) if _whole(key, raw)]


def _whole(key: str, raw: str | None) -> bool:
    """Whether there is a referral that can be read."""
    if raw is None:
        return False
    if referral_or_none(raw) is None:
        _log.error("what is stored under %s is damaged and left out", key)
        return False
    return True
