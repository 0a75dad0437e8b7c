"""Business days in the store: their summaries, and the removal of days past their retention.

A summary is never behind its visits. Every change of a visit deletes its day's summary, and a
summary is only written if its maker's mark, set before the visits were read, is unchanged. A ticket
that is issued deletes nothing, so a summary must also count all that were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from secrets import token_hex
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.shifts import Shift, carried, from_text, to_text
from queue_service.days.rules.summary import stored_version, visits_counted
from queue_service.runtime.cooperation import in_turns
from queue_service.store.keys import BranchKeys
from queue_service.store.optimistic_lock import Transaction, transaction
from queue_service.store.redis_store import RedisStore, chunks
from queue_service.visits.rules.packing import pack
from queue_service.visits.rules.visit import OPEN_STATES, Visit, visit_or_none
from queue_service.visits.store.visit_store import read_documents

_MARK: Final = "making "
_MARK_SECONDS: Final = 600
_VERSION_BYTES: Final = 63
_DAYS_AT_ONCE: Final = 50
_FIRST: Final = "0001-01-01"
_LAST: Final = "9999-12-31"
_VISITS_AT_ONCE: Final = 500
_SHIFTS_AT_ONCE: Final = 500


class DayStore:
    """Reads and writes the days of all branches. Dates are written ``2026-11-25``."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def dates(self, branch_id: str, first: str = _FIRST, last: str = _LAST) -> list[str]:
        """The dates from first to last that have or had visits, in order; by default all."""
        bounds = _number(first), _number(last)
        days = BranchKeys(branch_id).days
        (found,) = self._store.read(lambda p: p.zrangebyscore(days, *bounds))
        return [str(date) for date in found]

    def first(self, branch_id: str) -> str | None:
        """The earliest date that has or had visits."""
        (found,) = self._store.read(lambda p: p.zrange(BranchKeys(branch_id).days, 0, 0))
        return str(found[0]) if found else None

    def summaries(self, branch_id: str, dates: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        """Each date with its summary, or None if that has to be made from the visits.

        Others of the process have their turn in between: a year is added up in a second, in which
        no ticket is to wait.
        """
        for some in chunks(dates, _DAYS_AT_ONCE):
            yield from in_turns(self._some_summaries(BranchKeys(branch_id), some))

    def versions(self, branch_id: str, dates: Sequence[str]) -> dict[str, str | None]:
        """Each date with its summary's version, or None if there is none."""
        found: dict[str, str | None] = {}
        for some in chunks(dates, _DAYS_AT_ONCE):
            found |= self._some_versions(BranchKeys(branch_id), some)
        return found

    def visits(self, branch_id: str, date: str) -> Iterator[Visit | None]:
        """A day's visits as issued, read a part at a time so that others come in between.

        None is a visit whose document is damaged.
        """
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), 0, -1))
        for some in chunks([k.visit(visit_id) for visit_id in ids], _VISITS_AT_ONCE):
            yield from self._some_visits(some)

    def final(self, branch_id: str, date: str) -> str | None:
        """The summary of a day whose visits are, or are about to be, removed."""
        (text,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).final(date)))
        return text or None

    def with_visits(self, branch_id: str, dates: Sequence[str]) -> list[str]:
        """The dates that still have visits."""
        k = BranchKeys(branch_id)
        sizes = self._store.read(lambda p: [p.exists(k.index(date)) for date in dates])
        return [date for date, size in zip(dates, sizes, strict=True) if size]

    def unsummarised(self, branch_id: str, dates: Sequence[str]) -> list[str]:
        """The dates, all with visits, that have no summary."""
        return [
            date for date, version in self.versions(branch_id, dates).items() if version is None
        ]

    def forget_summaries(self, branch_id: str) -> None:
        """Have every day that has its visits summarised again."""
        dates = self.with_visits(branch_id, self.dates(branch_id))
        summaries = [BranchKeys(branch_id).summary(date) for date in dates]
        self._store.read(lambda p: [p.unlink(*some) for some in chunks(summaries, _DAYS_AT_ONCE)])

    def write_summary(self, branch: Branch, date: str, make: Callable[[], str | None]) -> bool:
        """Keep what ``make`` gives, which reads the visits; None: nothing can be kept yet.

        ``branch`` is the configuration that the figures are made by. False when nothing was
        written, also because a visit changed meanwhile, or the configuration.
        """
        return self._write(branch, date, make, BranchKeys(branch.id).summary(date))

    def write_final(self, branch: Branch, date: str, make: Callable[[], str | None]) -> bool:
        """The same for the rest of the day; no change of a visit deletes it any more."""
        return self._write(branch, date, make, BranchKeys(branch.id).final(date))

    def remove_visits(self, branch_id: str, date: str) -> int:
        """Remove a day's visits and what leads to them; returns their number.

        A visit that is open again, or changes at this moment, stays until the next time.
        """
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), 0, -1))
        removed = left = 0
        for some in chunks([k.visit(visit_id) for visit_id in ids], _VISITS_AT_ONCE):
            gone, open_ = self._remove_ended(some)
            removed, left = removed + gone, left + open_
        if not left:
            keys = k.index(date), k.day(date), k.numbers(date), k.paper(date)
            self._store.read(
                lambda p: (
                    p.unlink(*keys),
                    # The visits that a bus sent, and its versions of the visits that the central
                    # server changed as well.
                    p.hdel(k.mobile_sent, date),
                    p.hdel(k.mobile_twice, date),
                )
            )
        return removed

    def packed_until(self, branch_id: str) -> str:
        """Up to which date visits are packed; empty while none are."""
        (date,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).packed_until))
        return date or ""

    def pack_visits(self, branch_id: str, date: str) -> bool:
        """Pack the documents of a day's visits. False if one changed this moment."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), 0, -1))
        some = chunks([k.visit(visit_id) for visit_id in ids], _VISITS_AT_ONCE)
        if not all(self._pack(keys) for keys in some):
            return False
        self._store.write(lambda p: p.set(k.packed_until, date))
        return True

    def shifts(self, branch_id: str, until: int) -> list[Shift]:
        """The openings and closings of counters before an instant (ms), in order."""
        shifts = BranchKeys(branch_id).shifts
        (found,) = self._store.read(lambda p: p.zrangebyscore(shifts, "-inf", f"({until}"))
        return [from_text(str(text)) for text in found]

    def trim_shifts(self, branch_id: str, before: int) -> int:
        """Remove those from before an instant that no later day needs; returns their number."""
        old = self.shifts(branch_id, before)
        needed = set(carried(old, before))
        gone = [to_text(shift) for shift in old if shift not in needed]
        shifts = BranchKeys(branch_id).shifts
        self._store.read(
            lambda p: [p.zrem(shifts, *some) for some in chunks(gone, _SHIFTS_AT_ONCE)]
        )
        return len(gone)

    def trim_events(self, branch_id: str, before: int) -> int:
        """Remove the branch's events from before an instant; returns their number."""
        events = BranchKeys(branch_id).events
        (n,) = self._store.read(lambda p: p.xtrim(events, minid=str(before), approximate=False))
        return int(n)

    def _some_summaries(
        self, k: BranchKeys, dates: Sequence[str]
    ) -> Iterator[tuple[str, str | None]]:
        finals, summaries, *sizes = self._store.read(
            lambda p: (
                p.mget([k.final(date) for date in dates]),
                p.mget([k.summary(date) for date in dates]),
                [p.llen(k.index(date)) for date in dates],
            )
        )
        for date, final, text, size in zip(dates, finals, summaries, sizes, strict=True):
            yield date, final or (text if _is_whole(text, size) else None)

    def _some_versions(self, k: BranchKeys, dates: Sequence[str]) -> dict[str, str | None]:
        found = self._store.read(
            lambda p: [
                (
                    p.getrange(k.final(date), 0, _VERSION_BYTES),
                    p.getrange(k.summary(date), 0, _VERSION_BYTES),
                    p.llen(k.index(date)),
                )
                for date in dates
            ]
        )
        days = zip(dates, found[::3], found[1::3], found[2::3], strict=True)
        return {date: _version(final, summary, size) for date, final, summary, size in days}

    def _some_visits(self, keys: Sequence[str]) -> Iterator[Visit | None]:
        (raws,) = self._store.read(lambda p: p.mget(keys))
        return read_documents(keys, raws)

    def _write(
        self, branch: Branch, date: str, make: Callable[[], str | None], target: str
    ) -> bool:
        k = BranchKeys(branch.id)
        mark = _MARK + token_hex(8)
        self._store.read(lambda p: p.set(k.summary(date), mark, ex=_MARK_SECONDS))
        text = make()
        if text is None:
            return False

        def write(pipeline: Transaction) -> bool:
            pipeline.watch(k.summary(date), k.index(date))
            if pipeline.get(k.summary(date)) != mark:
                return False
            if pipeline.llen(k.index(date)) != visits_counted(text):
                return False
            # A change after this forgets the summary itself, see forget_summaries.
            if pipeline.hget(k.config, "revision") != branch.revision:
                return False
            pipeline.multi()
            pipeline.delete(k.summary(date))
            pipeline.set(target, text)
            pipeline.execute()
            return True

        return transaction(self._store, target, write, outrun=False)

    def _pack(self, keys: Sequence[str]) -> bool:
        def write(pipeline: Transaction) -> bool:
            pipeline.watch(*keys)
            documents = zip(keys, pipeline.mget(keys), strict=True)
            # A damaged document stays as it is, so that it can be repaired.
            whole = {key: str(text) for key, text in documents if text and visit_or_none(text)}
            pipeline.multi()
            for key, text in whole.items():
                pipeline.set(key, pack(text))
            pipeline.execute()
            return True

        return transaction(self._store, keys[0], write, outrun=False)

    def _remove_ended(self, keys: Sequence[str]) -> tuple[int, int]:
        """How many of the visits were removed and how many had to be left."""

        def remove(pipeline: Transaction) -> tuple[int, int]:
            pipeline.watch(*keys)
            documents = dict(zip(keys, pipeline.mget(keys), strict=True))
            found = {key: str(document) for key, document in documents.items() if document}
            ended = [key for key, document in found.items() if not _is_open(document)]
            if ended:
                pipeline.multi()
                pipeline.unlink(*ended)
                pipeline.execute()
            return len(ended), len(found) - len(ended)

        return transaction(self._store, keys[0], remove, outrun=(0, len(keys)))


def _is_whole(text: str | None, size: int) -> bool:
    """Whether this is, or begins, a summary of so many visits."""
    if not text or text.startswith(_MARK):
        return False
    return visits_counted(text) == size


def _version(final: str, summary: str, size: int) -> str | None:
    if final:
        return stored_version(final)
    return stored_version(summary) if _is_whole(summary, size) else None


def _is_open(document: str) -> bool:
    visit = visit_or_none(document)
    return visit is not None and visit.state in OPEN_STATES


def _number(date: str) -> int:
    return int(date.replace("-", ""))
