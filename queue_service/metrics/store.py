"""The reading of a branch for the metrics, in two round trips whatever its history.

One more while the branch is closed with its waiting visits carried over, and where the first of a
queue is held back until a later time.
"""

from __future__ import annotations

import json
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.client import Pipeline

from queue_service.booking_days.rules import CountedBookings, read_booking_day
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import in_force
from queue_service.contacts.rules import contacts_in
from queue_service.counters.rules import PAUSED, read_pause
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, milliseconds
from queue_service.visits.rules.visit import visit_or_none

_First = tuple[str, int]
"""The id of the first visit of a queue, and when it came (ms)."""


@dataclass(frozen=True, slots=True)
class QueueReading:
    """A branch at ``now`` (ms). ``totals`` has the fields of ``visits/rules/counting.py``.

    ``waiting`` and ``oldest`` are by service: how many wait, and when the first of them came (ms),
    absent if none does; for carried-over visits, as long before ``now`` as they had waited when it
    was closed. A visit that is held back until a later time does not wait until then. ``counters``
    is by state. ``day`` has today's counts, and ``contacts`` is how many had no ticket today.
    ``forecast`` has the figures of the staffing advice that is kept for today
    (``staffing/operations/advice.py``); empty without any.
    """

    now: int
    totals: Mapping[str, str]
    waiting: Mapping[str, int]
    oldest: Mapping[str, int]
    counters: Mapping[str, int]
    day: Mapping[str, str]
    contacts: int
    forecast: Mapping[str, Any] = field(default_factory=dict)
    bookings: CountedBookings = field(default_factory=CountedBookings)


class ReadingStore:
    """Reads branches for the metrics. Nothing in it grows with the number of visits."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def read(self, branch: Branch, at: int | None = None) -> QueueReading:
        """The branch as it is now, or at ``at`` (ms). Raises StoreUnavailable."""
        k = BranchKeys(branch.id)
        services = list(branch.services)

        def ask(p: Pipeline) -> None:
            p.time()
            p.hgetall(k.totals)
            p.hkeys(k.open_counters)
            p.hgetall(k.busy_counters)
            p.hgetall(k.paused_counters)
            p.hgetall(k.holds)
            p.hget(k.staffing, "figures")
            for service in services:
                p.zcard(k.queue(service))
                p.zrange(k.since(service), 0, 0, withscores=True)

        time, totals, opened, busy, paused, holds, figures, *queues = self._store.read(ask)
        now = milliseconds(time) if at is None else at
        date = moment(branch, now).date
        later = _coming_later(holds, now)
        lines = zip(services, queues[1::2], strict=True)
        first = {service: one for service, line in lines if (one := _first(line))}
        since = self._here(branch, first, later)
        forecast = json.loads(figures or "{}")
        day, contacts, bookings, counters = self._then(branch, date, set(opened), busy, paused)
        return QueueReading(
            now=now,
            totals=totals,
            waiting={
                service: max(0, n - len(later[service]))
                for service, n in zip(services, queues[::2], strict=True)
            },
            oldest=self._oldest(branch, now, since),
            counters=counters,
            day=day,
            contacts=contacts,
            bookings=bookings,
            forecast=forecast if forecast.get("date") == date else {},
        )

    def _here(
        self, branch: Branch, first: Mapping[str, _First], later: Mapping[str, set[str]]
    ) -> dict[str, _First]:
        """The first of each queue that is not held back."""
        k = BranchKeys(branch.id)
        held = [service for service, (visit, _) in first.items() if visit in later[service]]
        if not held:
            return dict(first)

        def ask(p: Pipeline) -> None:
            for service in held:
                p.zrange(k.since(service), 0, len(later[service]), withscores=True)

        found = {service: one for service, one in first.items() if service not in held}
        for service, line in zip(held, self._store.read(ask), strict=True):
            if one := _first([one for one in line if one[0] not in later[service]]):
                found[service] = one
        return found

    def _oldest(self, branch: Branch, now: int, since: Mapping[str, _First]) -> dict[str, int]:
        """When the first of each queue came; reads visits where some may be carried over alone."""
        oldest = {service: at for service, (_, at) in since.items()}
        if not since or not in_force(branch.interventions, now, "carry_over"):
            return oldest
        keys = [BranchKeys(branch.id).visit(visit) for visit, _ in since.values()]
        (documents,) = self._store.read(lambda p: p.mget(keys))
        for (service, at), document in zip(list(oldest.items()), documents, strict=True):
            visit = visit_or_none(document) if document else None
            if visit and visit.carried_to is not None and visit.is_carried(now):
                oldest[service] = now - (visit.carried_to - at)
        return oldest

    def _then(
        self,
        branch: Branch,
        date: str,
        opened: set[str],
        busy: Mapping[str, str],
        paused: Mapping[str, str],
    ) -> tuple[Mapping[str, str], int, CountedBookings, Mapping[str, int]]:
        """The second round trip, which depends on the first: the day's counts, how many contacts it
        had, its bookings, and counters by state."""
        k = BranchKeys(branch.id)

        def ask(p: Pipeline) -> None:
            p.hgetall(k.day(date))
            p.hgetall(k.contacts(date))
            p.hgetall(k.booking_day(date))
            if busy:
                p.mget([k.visit(visit) for visit in busy.values()])

        day, contacts, bookings, *raws = self._store.read(ask)
        states = dict.fromkeys(branch.counters, "closed")
        states |= {counter: "free" for counter in opened if counter in states}
        pauses = {counter: read_pause(text) for counter, text in paused.items()}
        states |= {c: PAUSED for c, pause in pauses.items() if pause.begun and c in states}
        for of_counters in raws:
            found = zip(busy, of_counters, strict=True)
            at = {counter: json.loads(raw)["state"] for counter, raw in found if raw}
            # A visit that has left since then has left its counter free.
            states |= {c: state for c, state in at.items() if state in ("called", "serving")}
        booked = read_booking_day(date, bookings)
        return day, contacts_in(contacts), booked, Count(states.values())


def _first(line: Sequence[tuple[str, float]]) -> _First | None:
    return (str(line[0][0]), int(line[0][1])) if line else None


def _coming_later(holds: Mapping[str, str], now: int) -> Mapping[str, set[str]]:
    """By service, the ids of the visits that are held back beyond ``now`` (ms); ``hold_of`` in
    ``store/prelude.lua`` has the form."""
    found: dict[str, set[str]] = defaultdict(set)
    for visit, hold in holds.items():
        _bound, until, *rest = hold.split("|", 3)
        if rest and int(until) > now:
            found[rest[-1]].add(visit)
    return found
