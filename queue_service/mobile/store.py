"""What a mobile branch and its home know of each other, and the one step that takes a day in.

On the bus the hash ``mobile`` has ``home_revision`` and ``home_playbook`` (of what came from home),
``home_branches`` (what its pages show of home's other branches), ``tried_at``,
``reached_at``, ``complete_until``, ``failures``, ``next_at`` and ``problem``; at home it has
``heard_at``, ``machine``, ``former``, ``complete_until``, ``unsent``, ``program`` and ``received``
(packages). Instants are ms since the epoch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.mobile.rules import PARTS_KEPT_SECONDS, DayMark, branch_at_home, mark_from_text
from queue_service.store.keys import MACHINE, BranchKeys
from queue_service.store.redis_store import RedisStore

RUN_AT_HOME: Final = "home"
_IDS_AT_ONCE: Final = 2000
SentCounts = dict[str, dict[str, int]]
"""What a package counted, by kind: ``feedback``, ``saved`` and ``contacts``; and the ids of its
``notes``, once each."""


@dataclass(frozen=True, slots=True)
class VisitChange:
    """A visit's document as it is stored ('' for none), and as it becomes."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """All that a package changes, derived from the documents before and after.

    ``plan`` is what ``mobile/scripts/mobile_receive.lua`` says of it; ``services`` are those whose
    queues are written anew.
    """

    date: str
    known: str
    mark: DayMark
    visits: Sequence[VisitChange]
    services: Sequence[str]
    plan: Mapping[str, Any] = field(repr=False)


class MobileStore:
    """Reads and changes it for all branches. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def known(self, branch_id: str) -> dict[str, str]:
        """What one side knows of the other; empty where neither has ever been heard of."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).mobile))
        return dict(found)

    def known_of(self, branch_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """The same for several branches, in one question."""
        ids = list(branch_ids)
        found = self._store.read(lambda p: [p.hgetall(BranchKeys(i).mobile) for i in ids])
        return dict(zip(ids, found, strict=True))

    def branches_at_home(self, branch_ids: Iterable[str]) -> list[Branch]:
        """What a bus knows of home's other branches: names, hours and lifelines.

        ``branch_ids`` are those of this machine; where none is a bus', there is nothing.
        """
        keys = [BranchKeys(branch_id).mobile for branch_id in branch_ids]
        found = self._store.read(lambda p: [p.hget(key, "home_branches") for key in keys])
        return [branch_at_home(shown) for text in found if text for shown in json.loads(text)]

    def machine(self) -> str:
        """What tells this machine from another with the same token."""
        _, found = self._store.read(
            lambda p: (p.set(MACHINE, token_hex(16), nx=True), p.get(MACHINE))
        )
        return str(found)

    def note(self, branch_id: str, **fields: str | int) -> None:
        """Keep what is known."""
        k = BranchKeys(branch_id)
        written: Any = {name: str(value) for name, value in fields.items()}
        self._store.read(lambda p: p.hset(k.mobile, mapping=written))

    def marks(self, branch_id: str) -> dict[str, DayMark]:
        """How home has each day, by date."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).mobile_days))
        return {str(date): mark_from_text(str(text)) for date, text in sorted(found.items())}

    def keep_marks(self, branch_id: str, marks: Mapping[str, DayMark]) -> None:
        """On the bus: replace what is known of home's days by what home says."""
        key = BranchKeys(branch_id).mobile_days
        texts: Any = {date: mark.to_text() for date, mark in marks.items()}

        def write() -> None:
            with self._store.client.pipeline() as pipeline:
                pipeline.delete(key)
                if texts:
                    pipeline.hset(key, mapping=texts)
                pipeline.execute()

        self._store.guarded(write)

    def keep_mark(self, branch_id: str, date: str, mark: DayMark) -> None:
        """Keep how home has a day."""
        key = BranchKeys(branch_id).mobile_days
        self._store.read(lambda p: p.hset(key, date, mark.to_text()))

    def run_by(self, branch_id: str) -> str:
        """``bus``, ``home`` after that was ended, or '' where no bus was ever heard of."""
        (value,) = self._store.read(lambda p: p.hget(BranchKeys(branch_id).config, "elsewhere"))
        return str(value or "")

    def hear(self, branch_id: str, now: int, fields: Mapping[str, str], machine: str) -> str:
        """Note that the bus was heard of: ``bus``, ``home``, ``busy``, ``other`` or ``gone``.

        The first time home hands the branch over; ``busy``: it has open visits or counters yet.
        ``other``: another machine was heard of since the branch was last handed over.
        """
        k = BranchKeys(branch_id)
        keys = (
            k.config, k.open_numbers, k.open_counters, k.mobile, k.events, k.mobile_counts,
        )  # fmt: skip
        args = (token_hex(8), now, json.dumps({"heard_at": str(now), **fields}), machine)
        return str(self._store.run("mobile_hear", keys, args)[0])

    def hand_over(self, branch_id: str, to: str) -> str:
        """Let home (``home``) or the bus (``bus``) run the branch: ``done``, ``same`` or ``none``
        where no bus was ever heard of, ``busy`` while home has what the bus could not end.

        The bus then sends the days that are not over again, since home may have changed them.
        """
        k = BranchKeys(branch_id)
        keys = (k.config, k.events, k.open_numbers, k.open_counters, k.mobile, k.mobile_days)
        return str(self._store.run("mobile_hand_over", keys, (to, token_hex(8)))[0])

    def note_taken_over(self, branch_id: str, taken_over: bool) -> None:
        """On the bus: note whether home runs the branch; from then on nobody issues here."""
        k = BranchKeys(branch_id)
        args = ("1" if taken_over else "0", token_hex(8))
        self._store.run("mobile_taken_over", (k.config, k.events), args)

    def stage(self, branch_id: str, digest: str, number: int, data: str) -> int:
        """Keep a part of a package for an hour; how many parts there are."""
        key = BranchKeys(branch_id).mobile_parts(digest)
        _, _, count = self._store.read(
            lambda p: (
                p.hset(key, str(number), data),
                p.expire(key, PARTS_KEPT_SECONDS),
                p.hlen(key),
            )
        )
        return int(count)

    def staged(self, branch_id: str, digest: str, parts: int) -> list[str] | None:
        """The parts of a package in order; None where some are missing."""
        key = BranchKeys(branch_id).mobile_parts(digest)
        (found,) = self._store.read(lambda p: p.hmget(key, [str(n) for n in range(parts)]))
        return None if any(part is None for part in found) else list(found)

    def drop(self, branch_id: str, digest: str) -> None:
        """Forget a package's parts."""
        self._store.read(lambda p: p.unlink(BranchKeys(branch_id).mobile_parts(digest)))

    def documents(self, branch_id: str, ids: Sequence[str]) -> dict[str, str]:
        """The stored documents of visits, by id, without those that are not there."""
        k, found = BranchKeys(branch_id), dict[str, str]()
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            (raws,) = self._store.read(lambda p, s=some: p.mget([k.visit(i) for i in s]))  # type: ignore[misc]
            found |= {i: raw for i, raw in zip(some, raws, strict=True) if raw is not None}
        return found

    def elsewhere(self, branch_ids: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether one of these branches has a visit with one of these ids."""
        for branch_id in branch_ids:
            k = BranchKeys(branch_id)
            for start in range(0, len(ids), _IDS_AT_ONCE):
                some = [k.visit(i) for i in ids[start : start + _IDS_AT_ONCE]]
                if self._store.read(lambda p, s=some: p.exists(*s))[0]:  # type: ignore[misc]
                    return True
        return False

    def day(self, branch_id: str, date: str) -> tuple[str, list[str], SentCounts, str, str]:
        """A day's mark as it is stored, its ids as issued, the counts that were sent of it last,
        what remains of it where its visits are no longer kept, and how many packages were taken in,
        of whichever day."""
        k = BranchKeys(branch_id)
        mark, ids, counts, final, received = self._store.read(
            lambda p: (
                p.hget(k.mobile_days, date),
                p.lrange(k.index(date), 0, -1),
                p.hget(k.mobile_counts, date),
                p.get(k.final(date)),
                p.hget(k.mobile, "received"),
            )
        )
        sent = json.loads(counts or "{}")
        return str(mark or ""), list(ids), sent, str(final or ""), str(received or 0)

    def receive(self, branch: Branch, change: DayChange, received: str) -> str:
        """Write a day: ``done``, ``changed`` where it was written to meanwhile, or ``gone``.

        ``received``: how many packages had been taken in when it was read who waits and what the
        counters do, since two days tell of that together.
        """
        k, date = BranchKeys(branch.id), change.date
        keys = (
            k.config, k.mobile_days, k.mobile_counts, k.feedback(date), k.saved(date),
            k.index(date), k.days, k.day(date), k.summary(date), k.month(date[:7]), k.totals,
            k.numbers(date), k.shifts, k.waits, k.estimates, k.events, k.open_numbers,
            k.open_counters, k.busy_counters, k.free_counters, k.holds, k.parked, k.calls, k.mobile,
            k.contacts(date), k.paused_counters, k.paper(date), k.notes,
            *(key(service) for service in change.services for key in (k.queue, k.since)),
            *(k.visit(visit.id) for visit in change.visits),
        )  # fmt: skip
        args: tuple[str | int, ...] = (
            change.known, change.mark.to_text(), date, date.replace("-", ""),
            len(change.services), json.dumps(change.plan), received,
            *(text for visit in change.visits for text in (visit.before, visit.after)),
        )  # fmt: skip
        return str(self._store.run("mobile_receive", keys, args)[0])
