"""Reminders in the store: of open visits alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from queue_service.notify.push import PushKeys
from queue_service.reminders.rules import (
    STATES,
    MessageChannel,
    MessageOutcome,
    MessageReason,
    Reminder,
    outcome_field,
)
from queue_service.store.keys import PUSH_KEYS, BranchKeys
from queue_service.store.redis_store import RedisStore


class ReminderStore:
    """Keeps, changes and forgets reminders. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def keep(self, branch_id: str, visit_id: str, reminder: Reminder) -> bool:
        """Keep the reminder of a visit that waits; see ``reminders/scripts/remind.lua``.

        Messages that an earlier reminder has begun stay so, until the call. False if the visit
        waits no more.
        """
        k = BranchKeys(branch_id)
        keys = (k.config, k.visit(visit_id), k.reminders)
        return bool(self._store.run("remind", keys, (visit_id, _dump(reminder))))

    def get(self, branch_id: str, visit_id: str) -> Reminder | None:
        """The reminder of a visit."""
        (raw,) = self._store.read(lambda p: p.hget(BranchKeys(branch_id).reminders, visit_id))
        return _reminder(raw) if raw else None

    def branches(self, branch_ids: Iterable[str]) -> list[str]:
        """The branches with a reminder, among these."""
        ids = list(branch_ids)
        counts = self._store.read(lambda p: [p.hlen(BranchKeys(one).reminders) for one in ids])
        return [one for one, count in zip(ids, counts, strict=True) if count]

    def all(self, branch_id: str) -> dict[str, Reminder]:
        """The reminders of a branch by visit."""
        (raws,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).reminders))
        return {str(visit): _reminder(raw) for visit, raw in raws.items()}

    def begin(self, branch_id: str, visit_id: str, reason: MessageReason) -> Reminder | None:
        """Note that a message is on its way, before it is; see
        ``reminders/scripts/begin_reminder.lua``.

        Returns the reminder as it was, or None if there is nothing to send.
        """
        k = BranchKeys(branch_id)
        args = (visit_id, reason, STATES[reason], "1" if reason == "call" else "")
        raw = self._store.run("begin_reminder", (k.visit(visit_id), k.reminders), args)
        return _reminder(raw) if raw else None

    def take_back(self, branch_id: str, visit_id: str, to: str = "") -> None:
        """Forget the address, or only ``to``; see ``reminders/scripts/take_back_reminder.lua``."""
        self._store.run("take_back_reminder", (BranchKeys(branch_id).reminders,), (visit_id, to))

    def forget(self, branch_id: str, visit_ids: Iterable[str]) -> None:
        """Forget these reminders."""
        ids = list(visit_ids)
        if ids:
            self._store.write(lambda p: p.hdel(BranchKeys(branch_id).reminders, *ids))

    def count(self, branch_id: str, channel: MessageChannel, outcome: MessageOutcome) -> None:
        """Count a message."""
        totals = BranchKeys(branch_id).totals
        self._store.write(lambda p: p.hincrby(totals, outcome_field(channel, outcome), 1))

    def push_keys(self) -> PushKeys | None:
        """The key pair by which push services know this service; None before it is made."""
        (raw,) = self._store.read(lambda p: p.get(PUSH_KEYS))
        return PushKeys(**json.loads(raw)) if raw else None

    def make_push_keys(self, make: Callable[[], PushKeys]) -> PushKeys:
        """The key pair, made once for all that ask at the same time."""
        made = json.dumps(asdict(make()))
        _, raw = self._store.write(lambda p: (p.set(PUSH_KEYS, made, nx=True), p.get(PUSH_KEYS)))
        return PushKeys(**json.loads(raw))


def _dump(reminder: Reminder) -> str:
    return json.dumps(asdict(reminder), sort_keys=True, ensure_ascii=False)


def _reminder(raw: str) -> Reminder:
    document: dict[str, Any] = json.loads(raw)
    return Reminder(**{**document, "begun": tuple(document["begun"])})
