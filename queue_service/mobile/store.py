"""State shared between a mobile branch and the central server, and the single step that stores a
day.

On the bus the hash ``mobile`` has ``home_revision`` and ``home_playbook`` (of data from the central
server), ``home_branches`` (what its pages show of the central server's other branches),
``restored_on`` (the date up to which it may lack what it has sent, after a restore), ``tried_at``,
``ahead_ms``, ``reached_at``, ``complete_until``, ``failures``, ``next_at`` and ``problem``; on the
central server it has ``heard_at``, ``machine``, ``former``, ``complete_until``, ``unsent``,
``program``, ``received`` (packages), ``handed_over_at`` and ``ahead_ms`` (how far the clock of the
bus is ahead of the central server's). Instants are ms since the epoch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.mobile.rules import (
    PACKAGES_KEPT,
    PARTS_KEPT_SECONDS,
    DayMark,
    VisitVersion,
    mark_from_text,
)
from queue_service.store.keys import MACHINE, NO_BRANCH_YET, BranchKeys
from queue_service.store.redis_store import RedisStore

RUN_CENTRALLY: Final = "home"
_IDS_AT_ONCE: Final = 2000
SentCounts = dict[str, dict[str, int]]
"""The counts of a package, by kind: ``feedback``, ``saved`` and ``contacts``; and the ids of its
``notes``, once each."""


@dataclass(frozen=True, slots=True)
class VisitChange:
    """A visit's document as it is stored ('' for none), and as it becomes."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """The changes of a package, derived from the documents before and after.

    ``plan`` is the argument of ``mobile/scripts/mobile_receive.lua``; ``services`` are those whose
    queues are written again.
    """

    date: str
    known: str
    mark: DayMark
    visits: Sequence[VisitChange]
    services: Sequence[str]
    plan: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day as stored on the central server: its stored mark, its ids as issued, and what the bus
    sent of it last.

    ``final`` is the rest of it if its visits are no longer kept; ``received`` how many
    packages were taken in, of whichever day; ``twice`` the visits that both sides changed.
    """

    mark: str
    ids: list[str]
    counted: SentCounts
    final: str
    received: str
    sent: dict[str, VisitVersion]
    twice: dict[str, dict[str, Any]]


def _versions(text: str | None) -> dict[str, VisitVersion]:
    return {name: VisitVersion(*version) for name, version in json.loads(text or "{}").items()}


class MobileStore:
    """Reads and changes it for all branches. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def known(self, branch_id: str) -> dict[str, str]:
        """The known facts of the other side; empty if they never made contact."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).mobile))
        return dict(found)

    def known_of(self, branch_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """The same for several branches, in one question."""
        ids = list(branch_ids)
        found = self._store.read(lambda p: [p.hgetall(BranchKeys(i).mobile) for i in ids])
        return dict(zip(ids, found, strict=True))

    def machine(self) -> str:
        """Distinguishes this machine from another with the same token."""
        _, found = self._store.read(
            lambda p: (p.set(MACHINE, token_hex(16), nx=True), p.get(MACHINE))
        )
        return str(found)

    def note_no_branch(self, problem: str) -> None:
        """On a bus whose branch has not come from the central server yet: keep why."""
        self._store.read(lambda p: p.set(NO_BRANCH_YET, problem))

    def no_branch(self) -> str:
        """The reason why the branch of this bus has not come from the central server yet; empty if
        unknown."""
        (problem,) = self._store.read(lambda p: p.get(NO_BRANCH_YET))
        return str(problem or "")

    def note(self, branch_id: str, **fields: str | int) -> None:
        """Keep what is known."""
        k = BranchKeys(branch_id)
        written: Any = {name: str(value) for name, value in fields.items()}
        self._store.read(lambda p: p.hset(k.mobile, mapping=written))

    def marks(self, branch_id: str) -> dict[str, DayMark]:
        """The central server's mark of each day, by date."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).mobile_days))
        return {str(date): mark_from_text(str(text)) for date, text in sorted(found.items())}

    def _replace(self, key: str, texts: Any) -> None:
        """Let a hash hold these fields and no others."""

        def write() -> None:
            with self._store.client.pipeline() as pipeline:
                pipeline.delete(key)
                if texts:
                    pipeline.hset(key, mapping=texts)
                pipeline.execute()

        self._store.guarded(write)

    def keep_marks(self, branch_id: str, marks: Mapping[str, DayMark]) -> None:
        """On the bus: replace what is known of the central server's days by the central server's
        response."""
        key = BranchKeys(branch_id).mobile_days
        texts: Any = {date: mark.to_text() for date, mark in marks.items()}
        self._replace(key, texts)

    def keep_mark(self, branch_id: str, date: str, mark: DayMark) -> None:
        """Store what the central server has of a day."""
        key = BranchKeys(branch_id).mobile_days
        self._store.read(lambda p: p.hset(key, date, mark.to_text()))

    def run_by(self, branch_id: str) -> str:
        """``bus``, ``home`` after that was ended, or '' if no bus ever made contact."""
        (value,) = self._store.read(lambda p: p.hget(BranchKeys(branch_id).config, "elsewhere"))
        return str(value or "")

    def hear(self, branch_id: str, now: int, fields: Mapping[str, str], machine: str) -> str:
        """Note a contact of the bus: ``bus``, ``home``, ``busy``, ``other`` or ``gone``.

        The first time the central server hands the branch over; ``busy``: it has open visits or
        counters yet. ``other``: another machine has made contact since the branch was last handed
        over.
        """
        k = BranchKeys(branch_id)
        keys = (
            k.config, k.open_numbers, k.open_counters, k.mobile, k.events, k.mobile_counts,
        )  # fmt: skip
        args = (token_hex(8), now, json.dumps({"heard_at": str(now), **fields}), machine)
        return str(self._store.run("mobile_contact", keys, args)[0])

    def hand_over(self, branch_id: str, to: str, services: Iterable[str]) -> str:
        """Let the central server (``home``) or the bus (``bus``) run the branch: ``done``, ``same``
        or ``none`` if no bus ever made contact, ``busy`` while the central server has what the bus
        could not end.

        Visits that wait for one of the branch's ``services`` are called by hand alone from then on.
        Given back, the bus sends the days that are not over again, since the central server may
        have changed them.
        """
        k = BranchKeys(branch_id)
        keys = (
            k.config, k.events, k.open_numbers, k.open_counters, k.mobile, k.mobile_days, k.holds,
            k.queue_prefix,
        )  # fmt: skip
        args = (to, token_hex(8), json.dumps([*services]))
        return str(self._store.run("mobile_hand_over", keys, args)[0])

    def note_taken_over(self, branch_id: str, taken_over: bool) -> None:
        """On the bus: note whether the central server runs the branch; from then on no number is
        issued here."""
        k = BranchKeys(branch_id)
        args = ("1" if taken_over else "0", token_hex(8))
        self._store.run("mobile_taken_over", (k.config, k.events), args)

    def stage(self, branch_id: str, digest: str, number: int, data: str) -> int:
        """Keep a part of a package for an hour; how many parts there are.

        Parts of no more than :data:`PACKAGES_KEPT` packages are kept, the latest ones.
        """
        k, now = BranchKeys(branch_id), self._store.time()
        key = k.mobile_parts(digest)
        _, _, count, _, _, old = self._store.read(
            lambda p: (
                p.hset(key, str(number), data),
                p.expire(key, PARTS_KEPT_SECONDS),
                p.hlen(key),
                p.zadd(k.mobile_packages, {digest: now}),
                p.expire(k.mobile_packages, PARTS_KEPT_SECONDS),
                p.zrange(k.mobile_packages, 0, -1 - PACKAGES_KEPT),
            )
        )
        for unused in old:
            self.drop(branch_id, unused)
        return int(count)

    def staged(self, branch_id: str, digest: str, parts: int) -> list[str] | None:
        """The parts of a package in order; None if some are missing."""
        key = BranchKeys(branch_id).mobile_parts(digest)
        (found,) = self._store.read(lambda p: p.hmget(key, [str(n) for n in range(parts)]))
        return None if any(part is None for part in found) else list(found)

    def drop(self, branch_id: str, digest: str) -> None:
        """Forget a package's parts."""
        k = BranchKeys(branch_id)
        self._store.read(
            lambda p: (p.unlink(k.mobile_parts(digest)), p.zrem(k.mobile_packages, digest))
        )

    def documents(self, branch_id: str, ids: Sequence[str]) -> dict[str, str]:
        """The stored documents of visits, by id, without those that are not there."""
        k, found = BranchKeys(branch_id), dict[str, str]()
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            (raws,) = self._store.read(lambda p, s=some: p.mget([k.visit(i) for i in s]))  # type: ignore[misc]  # a lambda's default has no type
            found |= {i: raw for i, raw in zip(some, raws, strict=True) if raw is not None}
        return found

    def elsewhere(self, branch_ids: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether one of these branches has a visit with one of these ids."""
        for branch_id in branch_ids:
            k = BranchKeys(branch_id)
            for start in range(0, len(ids), _IDS_AT_ONCE):
                some = [k.visit(i) for i in ids[start : start + _IDS_AT_ONCE]]
                if self._store.read(lambda p, s=some: p.exists(*s))[0]:  # type: ignore[misc]  # a lambda's default has no type
                    return True
        return False

    def day(self, branch_id: str, date: str) -> KeptDay:
        """A day as stored on the central server, with the data that a bus has sent of it."""
        k = BranchKeys(branch_id)
        mark, ids, counts, final, received, versions, twice = self._store.read(
            lambda p: (
                p.hget(k.mobile_days, date),
                p.lrange(k.index(date), 0, -1),
                p.hget(k.mobile_counts, date),
                p.get(k.final(date)),
                p.hget(k.mobile, "received"),
                p.hget(k.mobile_sent, date),
                p.hget(k.mobile_twice, date),
            )
        )
        return KeptDay(
            mark=str(mark or ""),
            ids=list(ids),
            counted=json.loads(counts or "{}"),
            final=str(final or ""),
            received=str(received or 0),
            sent=_versions(versions),
            twice=json.loads(twice or "{}"),
        )

    def sent_versions(self, branch_id: str) -> dict[str, VisitVersion]:
        """On the central server: the versions that the bus sent last of visits that may still
        change, by id."""
        (found,) = self._store.read(lambda p: p.hvals(BranchKeys(branch_id).mobile_sent))
        return {name: version for text in found for name, version in _versions(text).items()}

    def changed_twice(self, branch_id: str) -> dict[str, dict[str, Any]]:
        """The visits that the central server and the bus both changed: date → id → ``number`` and,
        on the central server, the bus' ``version``."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).mobile_twice))
        return {date: json.loads(text) for date, text in sorted(found.items())}

    def keep_changed_twice(self, branch_id: str, numbers: Mapping[str, Mapping[str, str]]) -> None:
        """On the bus: keep what the central server says of them: date → id → number."""
        key = BranchKeys(branch_id).mobile_twice
        texts: Any = {
            date: json.dumps({visit_id: {"number": number} for visit_id, number in some.items()})
            for date, some in numbers.items()
        }
        self._replace(key, texts)

    def leave(self, branch_id: str, services: Mapping[str, str]) -> None:
        """On the bus: leave waiting visits (id → service) to the central server, which has changed
        them."""
        k = BranchKeys(branch_id)
        self._store.run("mobile_leave", (k.holds, k.queue_prefix), (json.dumps(services),))

    def forget_call(self, branch_id: str, visit_id: str) -> None:
        """Take a visit from the calls that displays show: it was called elsewhere."""
        k = BranchKeys(branch_id)
        self._store.read(lambda p: (p.zrem(k.calls, visit_id), p.zrem(k.missed, visit_id)))

    def receive(self, branch: Branch, change: DayChange, received: str) -> str:
        """Write a day: ``done``, ``changed`` if it was written to meanwhile, or ``gone``.

        ``received``: how many packages had been taken in when the queues and counters were read,
        since two days have a part in them.
        """
        k, date = BranchKeys(branch.id), change.date
        keys = (
            k.config, k.mobile_days, k.mobile_counts, k.feedback(date), k.saved(date),
            k.index(date), k.days, k.day(date), k.summary(date), k.month(date[:7]), k.totals,
            k.numbers(date), k.shifts, k.waits, k.estimates, k.events, k.open_numbers,
            k.open_counters, k.busy_counters, k.free_counters, k.holds, k.parked, k.calls, k.mobile,
            k.contacts(date), k.paused_counters, k.paper(date), k.notes, k.mobile_sent,
            k.mobile_twice,
            *(key(service) for service in change.services for key in (k.queue, k.since)),
            *(k.visit(visit.id) for visit in change.visits),
        )  # fmt: skip
        args: tuple[str | int, ...] = (
            change.known, change.mark.to_text(), date, date.replace("-", ""),
            len(change.services), json.dumps(change.plan), received,
            *(text for visit in change.visits for text in (visit.before, visit.after)),
        )  # fmt: skip
        return str(self._store.run("mobile_receive", keys, args)[0])
