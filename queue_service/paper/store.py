"""Paper tickets in the store: the numbers of sheets, and visits that were entered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.visits.rules.counting import Counts
from queue_service.visits.rules.visit import Visit, visit_or_none


class SheetEntry(NamedTuple):
    """A visit to be entered or removed, what that counts, and the data of its event."""

    visit: Visit
    counts: Counts
    event: dict[str, Any]


class PaperStore:
    """Reads and changes them for all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def take_sheets(self, branch_id: str, sheets: int) -> int:
        """Reserve so many numbers of sheets, which are never issued again; returns the first."""
        key = BranchKeys(branch_id).paper_sheets
        last = self._store.write(lambda p: p.incrby(key, sheets))[0]
        return int(last) - sheets + 1

    def last_sheet(self, branch_id: str) -> int:
        """The last sheet whose number was taken, 0 for none."""
        (last,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).paper_sheets))
        return int(last or 0)

    def enter(
        self,
        branch: Branch,
        date: str,
        entries: Sequence[SheetEntry],
        name: str,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Enter the tickets of a day; see ``paper/scripts/paper_enter.lua``."""
        k, m = BranchKeys(branch.id), idempotency or NO_KEY
        keys = (
            k.config, k.idempotency(m.scope, m.key), k.paper(date), k.index(date), k.days,
            k.day(date), k.summary(date), k.final(date), k.totals, k.events, k.visit_prefix,
        )  # fmt: skip
        tickets = [
            {
                "number": entry.visit.number,
                "id": entry.visit.id,
                "document": entry.visit.to_json(),
                "totals": entry.counts.totals,
                "day": entry.counts.day,
                "event": json.dumps(entry.event),
            }
            for entry in entries
        ]
        args = (
            branch.revision, m.fingerprint, date, date.replace("-", ""), json.dumps(tickets), name,
        )  # fmt: skip
        return list(self._store.run("paper_enter", keys, args))

    def remove(
        self,
        branch: Branch,
        entry: SheetEntry,
        read: str,
        name: str,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Remove a ticket whose document is ``read`` still; see
        ``paper/scripts/paper_remove.lua``."""
        k, m, visit = BranchKeys(branch.id), idempotency or NO_KEY, entry.visit
        date = visit.date
        keys = (
            k.config, k.idempotency(m.scope, m.key), k.paper(date), k.index(date), k.day(date),
            k.summary(date), k.final(date), k.totals, k.events, k.visit(visit.id),
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, visit.number, visit.id,
            json.dumps(entry.counts.totals), json.dumps(entry.counts.day), name,
            json.dumps(entry.event), read,
        )  # fmt: skip
        return list(self._store.run("paper_remove", keys, args))

    def is_final(self, branch_id: str, date: str) -> bool:
        """Whether a day's visits are no longer kept, so that nothing comes to it."""
        (found,) = self._store.read(lambda p: p.exists(BranchKeys(branch_id).final(date)))
        return bool(found)

    def dates(self, branch_id: str, dates: Iterable[str]) -> list[str]:
        """The dates that have tickets."""
        k, wanted = BranchKeys(branch_id), list(dates)
        found = self._store.read(lambda p: [p.exists(k.paper(date)) for date in wanted])
        return [date for date, there in zip(wanted, found, strict=True) if there]

    def document(self, branch_id: str, visit_id: str) -> str | None:
        """A ticket's visit exactly as it is stored, or None."""
        (raw,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).visit(visit_id)))
        return None if raw is None else str(raw)

    def of_day(self, branch_id: str, date: str) -> list[Visit]:
        """The paper tickets that were entered for a day, by number."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.hvals(k.paper(date)))
        if not ids:
            return []
        (documents,) = self._store.read(lambda p: p.mget([k.visit(i) for i in ids]))
        visits = [visit_or_none(text) for text in documents if text]
        return sorted((v for v in visits if v), key=lambda v: _place(v.number))


def _place(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("-"))
