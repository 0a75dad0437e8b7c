"""The playbook in the store, and the visits that it saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.hours import Hour
from queue_service.playbook import keys
from queue_service.playbook.rules import (
    COUNTED_WITHIN_MS,
    MOST_SAVED,
    MOST_SENT,
    REPEAT_MS,
    SET_ASIDE,
    EntryVersion,
    PlaybookEntry,
    entry_from,
    to_document,
    version_from,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


class PlaybookStore:
    """Reads and writes entries, and counts saved visits."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def all(self) -> dict[str, PlaybookEntry]:
        """Every entry, by service id."""
        (found,) = self._store.read(lambda p: p.hgetall(keys.ENTRIES))
        return {str(service): entry_from(json.loads(text)) for service, text in found.items()}

    def some(self, services: Sequence[str]) -> dict[str, PlaybookEntry]:
        """The entries of those of these services that have one."""
        if not services:
            return {}
        (found,) = self._store.read(lambda p: p.hmget(keys.ENTRIES, list(services)))
        texts = zip(services, found, strict=True)
        return {service: entry_from(json.loads(text)) for service, text in texts if text}

    def get(self, service: str) -> PlaybookEntry:
        """A service's entry; one that is not written yet has revision 0."""
        return self.some([service]).get(service) or PlaybookEntry(service)

    def put(self, before: PlaybookEntry, after: PlaybookEntry) -> bool:
        """Replace an entry; false when it was changed since ``before`` was read.

        Newly approved content of ``after`` becomes a version.
        """
        newly = after.approved if after.approved != before.approved else None
        args = (
            after.service, before.revision, _text(after), _text(newly) if newly else "",
        )  # fmt: skip
        reply = self._store.run("playbook", (keys.ENTRIES, keys.versions(after.service)), args)
        return str(reply[0]) == "done"

    def versions(self, service: str) -> list[EntryVersion]:
        """Every approved version of an entry, the newest first."""
        (found,) = self._store.read(lambda p: p.lrange(keys.versions(service), 0, -1))
        return [version_from(json.loads(text)) for text in reversed(found)]

    def count_saved(
        self,
        branch: Branch,
        device: str,
        hour: Hour,
        service: str,
        idempotency: IdempotencyKey | None,
        at: int | None,
    ) -> Reply:
        """Count one saved visit; see ``feedback/scripts/feedback.lua``, which counts these, too."""
        k = BranchKeys(branch.id)
        m = idempotency or NO_KEY
        script_keys = (
            k.config, k.saved(hour.date), k.idempotency(m.scope, m.key), k.saved_terminal(device),
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, hour.since, hour.until,
            json.dumps([f"{hour.hour}|{service}"]), SET_ASIDE, REPEAT_MS, MOST_SAVED, MOST_SENT,
            COUNTED_WITHIN_MS,
        )  # fmt: skip
        return list(self._store.run("feedback", script_keys, args))

    def saved(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(BranchKeys(branch_id).saved, dates)


def _text(thing: PlaybookEntry | EntryVersion) -> str:
    return json.dumps(to_document(thing), ensure_ascii=False)
