"""Visits in the store: issued, read, and changed by compare-and-set."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.access.rules.codes import code_digest
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Moment
from queue_service.branches.rules.interventions import capped_field
from queue_service.store.keys import BranchKeys, committing_keys, issuing_keys
from queue_service.store.redis_store import Call, RedisStore, Reply, chunks
from queue_service.visits.rules.coming import ComingBooking
from queue_service.visits.rules.counting import Counts
from queue_service.visits.rules.follow_code import KEPT_MS
from queue_service.visits.rules.needs import Noted, count_noted
from queue_service.visits.rules.ticket_template import Ticket
from queue_service.visits.rules.visit import (
    AT_COUNTER,
    OF_BUS,
    OF_HOME,
    Visit,
    visit_from_json,
    visit_or_none,
)
from queue_service.visits.store.changes import change

_log: Final = logging.getLogger(__name__)

_CHUNK = 500
_STAMP_BYTES = 4
_MOST_KEPT = 500
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The input of a decision about a visit. ``raw`` is the document exactly as stored.

    ``read_at`` is the clock of this process (seconds, monotonic) when the store's was ``now``.
    ``kept`` is empty for one that was read for this decision; see :meth:`VisitStore.kept`.
    """

    now: int
    visit: Visit
    raw: str
    open_counters: Mapping[str, str]
    closed_at: int
    read_at: float = field(default_factory=monotonic)
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about a visit: its next state, its counts and its events."""

    snapshot: Snapshot
    after: Visit
    counts: Counts
    event: tuple[str, Mapping[str, Any]]


_ISSUED_AT_ONCE: Final = 100
"""How many of the latest visits are read at a time."""


class VisitStore:
    """Reads and changes the visits of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._kept: dict[tuple[str, str], Snapshot] = {}

    def issue(
        self,
        branch: Branch,
        ticket: Ticket,
        visit_id: str,
        moment: Moment,
        idempotency: IdempotencyKey | None,
        at: int | None,
        code: str = "",
    ) -> Reply:
        """Issue a ticket at ``at`` or by the store's clock; see ``visits/scripts/issue.lua``.

        ``code`` follows the visit; empty for none.
        """
        k = BranchKeys(branch.id)
        m = idempotency or NO_KEY
        visit = ticket.visit
        document, event = ticket.templates(visit_id)
        keys = (
            k.visit(visit_id), k.idempotency(m.scope, m.key), k.rate(ticket.caller),
            *issuing_keys(branch.id, visit.service, moment.date),
        )  # fmt: skip
        if extras := _extras(ticket):
            keys = (*keys, k.reception(moment.date), k.arriving)
        if code:
            keys = (*keys, k.follow_code(code_digest(code)))
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, moment.since, moment.until,
            moment.date, moment.date.replace("-", ""), ticket.prefix, visit.service,
            visit.head_start_ms, document, ticket.event, event,
            branch.takers(visit.service, visit.bound, visit.also_wanted),
            visit.counter or "", visit.team or "", ticket.rate_limit, visit_id,
            extras, "" if ticket.cap is None else ticket.cap, KEPT_MS if code else "",
        )  # fmt: skip
        return _reply(self._store.run("issue", keys, args))

    def commit(self, branch: Branch, decided: Decided, idempotency: IdempotencyKey | None) -> Reply:
        """Write a decision if its snapshot still holds; see
        ``visits/scripts/commit_if_unchanged.lua``."""
        after = _stamped(decided.after)
        document = after.to_json()
        call = _commit(branch, decided, document, idempotency)
        reply = _reply(self._store.run("commit_if_unchanged", *call))
        if reply[0] == "done":
            self._keep(branch.id, decided.snapshot, after, document)
        return reply

    def _keep(self, branch_id: str, snapshot: Snapshot, after: Visit, document: str) -> None:
        key, counter = (branch_id, after.id), after.counter
        self._kept.pop(key, None)
        if counter is not None and after.state in AT_COUNTER:
            team = {counter: after.team or ""}
            kept = Snapshot(snapshot.now, after, document, team, 0, snapshot.read_at)
            self._kept[key] = kept
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def kept(self, branch_id: str, visit_id: str, at: int | None) -> Snapshot | None:
        """The visit at a counter as this process left it there; it may have changed since.

        Its time is the store's by the clock of this process. Of the counters only its own is known,
        and nothing of the branch's day. ``visits/scripts/commit_if_unchanged.lua`` checks all
        that a decision by it rests on, and returns the present visit where that has changed:
        :func:`snapshot_in`.
        """
        found = self._kept.pop((branch_id, visit_id), None)
        if found is None:
            return None
        read_at = monotonic()
        now = found.now + round((read_at - found.read_at) * 1000) if at is None else at
        ((counter, team),) = found.open_counters.items()
        kept = f"{counter}|{team}|{'' if at is None else at}"
        return replace(found, now=now, read_at=read_at, kept=kept)

    def offer_next(
        self,
        branch: Branch,
        counter: str,
        idempotency: IdempotencyKey | None,
        at: int | None,
        *,
        offer: bool,
        passed: Sequence[str] = (),
    ) -> Reply:
        """The next visit of a counter; see ``visits/scripts/offer_next.lua``.

        With ``offer`` it is offered to this counter alone, until it is called or half a second is
        over. Visits that are ``passed`` are left out.
        """
        k = BranchKeys(branch.id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.open_counters, k.busy_counters, k.holds, k.queue_prefix, k.visit_prefix,
            k.idempotency(m.scope, m.key), k.offers,
        )  # fmt: skip
        args = (
            counter, branch.takes_by_counter[counter], "" if at is None else at, branch.revision,
            m.fingerprint, "1" if offer else "", _encode(passed) if passed else "",
        )  # fmt: skip
        return _reply(self._store.run("offer_next", keys, args))

    def load(self, branch_id: str, visit_id: str, at: int | None) -> Snapshot | None:
        """A visit with all that a decision about it needs, or None if there is none."""
        k = BranchKeys(branch_id)
        keys = (k.visit(visit_id), k.open_counters, k.config)
        found = _reply(self._store.run("load", keys, ("" if at is None else at,)))
        return _snapshot(found) if found else None

    def standing(self, branch: Branch, visit: Visit, at: int | None) -> str:
        """The response with the position of a visit; empty when it is gone."""
        k = BranchKeys(branch.id)
        keys = (
            k.queue_prefix, k.holds, k.open_counters, k.busy_counters, k.estimates,
            k.visit(visit.id), k.regression, k.since(visit.service),
        )  # fmt: skip
        takers = branch.takers(visit.service, visit.bound_to, visit.also_wanted)
        args = (visit.id, takers, visit.service, "" if at is None else at)
        return str(self._store.run("ahead", keys, args))

    def counters(self, branch_id: str) -> tuple[dict[str, str], dict[str, str]]:
        """Open counters with their team, and busy ones with the id of their visit."""
        k = BranchKeys(branch_id)
        opened, busy = self._store.read(
            lambda p: (p.hgetall(k.open_counters), p.hgetall(k.busy_counters))
        )
        return opened, busy

    def coming(
        self, branch_id: str, since: int, until: int
    ) -> tuple[dict[str, str], list[str], list[ComingBooking]]:
        """Open counters with their team, the busy ones, and the bookings between two instants (ms),
        both included, whose citizens have not come yet."""
        k = BranchKeys(branch_id)
        opened, busy, coming = self._store.read(
            lambda p: (
                p.hgetall(k.open_counters),
                p.hkeys(k.busy_counters),
                p.zrangebyscore(k.coming, since, until, withscores=True),
            )
        )
        return opened, busy, [ComingBooking(one.partition("|")[0], int(at)) for one, at in coming]

    def kiosk_issued(self, branch_id: str, service: str, date: str) -> int:
        """How many tickets kiosks have issued for a service with a cap on a date."""
        key = BranchKeys(branch_id).day(date)
        (count,) = self._store.read(lambda p: p.hget(key, capped_field(service)))
        return int(count or 0)

    def forget(self, branch_id: str, memos: Iterable[IdempotencyKey]) -> None:
        """Drop what was answered under these keys, which will not be used again."""
        keys = [
            BranchKeys(branch_id).idempotency(idempotency.scope, idempotency.key)
            for idempotency in memos
        ]
        if keys:
            self._store.read(lambda p: p.unlink(*keys))

    def of_day(self, branch_id: str, date: str) -> list[Visit]:
        """All visits of a business day that are still kept, as issued."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), 0, -1))
        return self.many(branch_id, ids)

    def issued_since(self, branch_id: str, date: str, since: int) -> list[Visit]:
        """The visits of a business day that were issued at ``since`` (ms) or later.

        Read from the last one back until a part has none of them, so that a long day costs little.
        """
        k, found, last = BranchKeys(branch_id), list[Visit](), -1
        while ids := self._issued(k, date, last):
            some = [v for v in self.many(branch_id, ids) if v.issued_at >= since]
            found += some
            if not some or len(ids) < _ISSUED_AT_ONCE:
                break
            last -= _ISSUED_AT_ONCE
        return found

    def _issued(self, k: BranchKeys, date: str, last: int) -> list[str]:
        first = last - _ISSUED_AT_ONCE + 1
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), first, last))
        return list(ids)

    def open_visits(self, branch_id: str) -> list[Visit]:
        """Every visit that has not ended, of whatever day."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.hvals(k.open_numbers))
        return self.many(branch_id, ids)

    def set_aside_damaged(self, branch: Branch) -> list[str]:
        """Take open visits whose document is damaged out of queues and counters; their ids.

        They cannot be called, completed or closed, so that they would block the visits behind them.
        """
        k = BranchKeys(branch.id)
        numbers, busy = self._store.read(
            lambda p: (p.hgetall(k.open_numbers), p.hgetall(k.busy_counters))
        )
        ids = list(dict.fromkeys([*numbers.values(), *busy.values()]))
        if not ids:
            return []
        documents: list[str | None] = []
        for some in chunks([k.visit(visit_id) for visit_id in ids], _CHUNK):
            documents += self._store.read(lambda p, keys=some: p.mget(keys))[0]  # type: ignore[misc]  # a lambda's default has no type
        stored = zip(ids, documents, strict=True)
        damaged = [i for i, raw in stored if raw is not None and visit_or_none(raw) is None]
        for visit_id in damaged:
            _log.error("what is stored under %s is damaged and set aside", k.visit(visit_id))
            self._set_aside(branch, visit_id, _fields(numbers, visit_id), _fields(busy, visit_id))
        return damaged

    def _set_aside(
        self, branch: Branch, visit_id: str, numbers: Sequence[str], counters: Sequence[str]
    ) -> None:
        k = BranchKeys(branch.id)
        now = self._store.time()

        def remove(pipeline: Any) -> None:
            for service in branch.services:
                pipeline.zrem(k.queue(service), visit_id)
                pipeline.zrem(k.since(service), visit_id)
            pipeline.hdel(k.holds, visit_id)
            pipeline.hdel(k.parked, visit_id)
            for number in numbers:
                pipeline.hdel(k.open_numbers, number)
            for counter in counters:
                pipeline.hdel(k.busy_counters, counter)
                pipeline.hset(k.free_counters, counter, str(now))

        self._store.write(remove)

    def many(self, branch_id: str, ids: Iterable[str]) -> list[Visit]:
        """The visits with these ids, without those that are gone."""
        k = BranchKeys(branch_id)
        wanted = [k.visit(visit_id) for visit_id in ids]
        found: list[Visit] = []
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            (raws,) = self._store.read(lambda p, keys=chunk: p.mget(keys))  # type: ignore[misc]  # a lambda's default has no type
            found.extend(visit for visit in read_documents(chunk, raws) if visit is not None)
        return found

    def holds(self, branch_id: str) -> dict[str, tuple[str, int]]:
        """For each visit held back: its binding ('' for none), and the end of its delay."""
        (holds,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).holds))
        split = {visit_id: value.split("|") for visit_id, value in holds.items()}
        return {visit_id: (parts[0], int(parts[1])) for visit_id, parts in split.items()}

    def left_to_others(self, branch: Branch) -> set[str]:
        """The ids of the waiting visits that no counter of this machine calls by "next".

        At a central server that took over those are the bus' numbers, on the bus those that the
        central server has changed.
        """
        held = self.holds(branch.id).items() if branch.stops else ()
        return {visit_id for visit_id, (bound, _) in held if bound in (OF_BUS, OF_HOME)}


def snapshot_in(reply: Reply) -> Snapshot | None:
    """The present visit in the reply to a commit by a kept one; None in any other reply."""
    return _snapshot(reply[1:]) if reply[0] == "changed" and len(reply) > 1 else None


def _snapshot(found: Sequence[str]) -> Snapshot:
    now, raw, closed_at, *words = found
    open_counters = dict(zip(words[::2], words[1::2], strict=True))
    return Snapshot(int(now), visit_from_json(raw), raw, open_counters, int(closed_at or 0))


def _stamped(visit: Visit) -> Visit:
    return visit._replace(stamp=token_hex(_STAMP_BYTES))


def _extras(ticket: Ticket) -> str:
    """The options of a ticket that only staff may set, and the booking that it is for, for the
    script; empty for none."""
    visit, booked = ticket.visit, ticket.booked
    noted = count_noted(Noted(), visit.noted)
    if noted is None and visit.bound is None and booked is None and not ticket.booking:
        return ""
    day, totals = noted or ({}, {})
    extras: dict[str, Any] = {"bound": visit.bound or "", "day": day, "totals": totals}
    if ticket.booking:
        extras["booking"] = ticket.booking
    if booked is not None:
        extras["booked"] = {"at": booked.at}
        if visit.booked_head_start_ms:
            extras["booked"]["head_start_ms"] = booked.head_start_ms
    return _encode(extras)


def _fields(values: Mapping[str, str], value: str) -> list[str]:
    return [field for field, found in values.items() if found == value]


def read_documents(keys: Sequence[str], documents: Sequence[str | None]) -> Iterator[Visit | None]:
    """The visits that are stored under these keys; None for a damaged one, nothing for none.

    The log names what is damaged. It hides neither its day nor what the others came to.
    """
    for key, document in zip(keys, documents, strict=True):
        if document is None:
            continue
        visit = visit_or_none(document)
        if visit is None:
            _log.error("what is stored under %s is damaged and left out", key)
        yield visit


def _commit(
    branch: Branch, decided: Decided, document: str, idempotency: IdempotencyKey | None
) -> Call:
    k = BranchKeys(branch.id)
    m = idempotency or NO_KEY
    snapshot, after = decided.snapshot, decided.after
    before = snapshot.visit
    keys = (
        k.config, k.visit(after.id), k.idempotency(m.scope, m.key),
        *committing_keys(branch.id, before.service, after.service, after.date),
    )  # fmt: skip
    name, data = decided.event
    args = (
        branch.revision, m.fingerprint, snapshot.raw, document, snapshot.now,
        _encode(change(branch, before, after, decided.counts)), name, _encode(data), snapshot.kept,
    )  # fmt: skip
    return keys, args


def _reply(raw: Any) -> Reply:
    return list(raw)
