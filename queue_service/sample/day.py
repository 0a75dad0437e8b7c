"""A made-up day of a branch of the sample: its visits, its shifts, and the course of each visit.

Nothing is added up here. The visits are judged as real ones are and summarised by the same
functions, so that every figure of such a day follows from its visits.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush, merge
from random import Random
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import (
    day_bounds,
    hours_on,
    local_hour,
    weekday_of,
)
from queue_service.days.rules.flow import Opened
from queue_service.days.rules.shifts import Shift
from queue_service.sample.bookings import SampleBooking, booked_on
from queue_service.simulation import choices
from queue_service.simulation.choices import Citizen
from queue_service.simulation.demand import Demand, Post
from queue_service.visits.rules.judging import judge
from queue_service.visits.rules.visit import Inquiry, State, Visit

_SECOND: Final = 1000
_HOUR: Final = 3_600_000
_WEEKDAYS: Final = (1.12, 1.0, 0.95, 1.05, 0.85, 0.9, 1.0)
"""How many come on each day of the week, of the usual number; Monday first."""
_DAY_SPREAD: Final = 0.1
_HURRIED: Final = 0.12
_LESS: Final = 0.25
"""Of those who wait, how many have only so much of the patience of the others."""
_BOOKS: Final = 0.4
"""Of those who come for a service that can be booked, how many do not come without a time."""
_LAST_TICKET: Final = 0.1
"""No ticket is issued in the last so many hours before closing."""


@dataclass(slots=True)
class SampleDay:
    """The visits and shifts of a date. The shifts belong to ``opened``."""

    date: str
    opened: Opened
    visits: list[Visit] = field(default_factory=list)


def day_of(
    branch: Branch, demand: Demand, posts: Sequence[Post], date: str, chance: Random
) -> SampleDay:
    """The date's visits in the order of issue; none if the branch was closed."""
    visits: list[Visit] = []
    shifts: list[Shift] = []
    busy = _WEEKDAYS[weekday_of(date)] * chance.lognormvariate(0, _DAY_SPREAD)
    booked = booked_on(branch, date)
    for begins, ends in hours_on(branch, date):
        period = _OpeningPeriod(branch, demand, date, chance)
        period.open(posts, begins, ends)
        walk_ins = _arrivals(branch, demand, chance, busy, (begins, ends))
        with_times = _with_times(branch, demand, booked, (begins, ends))
        period.run(merge(walk_ins, with_times, key=lambda arrival: arrival.at))
        visits += period.visits
        shifts += period.shifts
    opened = Opened(sorted(shifts), *day_bounds(branch, date))
    return SampleDay(date, opened, sorted(visits, key=lambda visit: visit.place))


class _Arrival(NamedTuple):
    """A citizen who comes at an instant (ms), for a booked time (ms) or without one."""

    at: int
    citizen: Citizen
    booked_for: int | None = None


def _with_times(
    branch: Branch, demand: Demand, booked: Sequence[SampleBooking], span: tuple[int, int]
) -> list[_Arrival]:
    """The arrivals for an appointment while the branch is open, in order."""
    begins, ends = span
    chance = Random(f"{begins} {branch.id} booked")  # noqa: S311 - no secret
    found: list[_Arrival] = []
    for one in booked:
        if one.arrives_at is not None and begins <= one.slot.starts_at < ends:
            citizen = choices.citizen(chance, demand, branch.languages)
            at = min(ends - _SECOND, max(begins, one.arrives_at))
            found.append(_Arrival(at, replace(citizen, service=one.service), one.slot.starts_at))
    return sorted(found, key=lambda arrival: arrival.at)


def _arrivals(
    branch: Branch, demand: Demand, chance: Random, busy: float, span: tuple[int, int]
) -> Iterator[_Arrival]:
    at, ends = span[0], span[1] - int(_LAST_TICKET * _HOUR)
    while True:
        rate = busy * demand.arrivals(local_hour(branch.timezone, at))
        at += int(choices.gap(chance, rate) * _SECOND)
        if at >= ends:
            return
        citizen = choices.citizen(chance, demand, branch.languages)
        if citizen.service not in branch.bookings.offers or chance.random() >= _BOOKS:
            yield _Arrival(at, citizen)


@dataclass(slots=True)
class _Desk:
    """A counter that a team works at from ``begins`` until ``ends``. A desk that ``stays`` serves
    all who wait then."""

    counter: str
    team: str
    takes: tuple[str, ...]
    begins: int
    ends: int
    stays: bool


@dataclass(slots=True)
class _OpeningPeriod:
    """A stretch of opening hours. Instants are in ms."""

    branch: Branch
    demand: Demand
    date: str
    chance: Random
    visits: list[Visit] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    waiting: list[tuple[Visit, Citizen]] = field(default_factory=list)
    free: list[tuple[int, int, _Desk]] = field(default_factory=list)
    """Desks by when they are free next, all of them until they close."""
    sequence: int = 0

    def open(self, posts: Sequence[Post], begins: int, ends: int) -> None:
        """Open each counter for its hours within these."""
        for post in posts:
            hours = post.hours or (0, 24)
            since, until = (
                min(ends, max(begins, _at_hour(self.branch, self.date, hour))) for hour in hours
            )
            if since < until:
                takes = self.branch.takes(post.counter, post.team)
                desk = _Desk(post.counter, post.team, takes, since, until, until == ends)
                self.shifts.append(Shift(since, desk.counter, desk.team))
                self._is_free(desk, since)
        heapify(self.free)

    def run(self, arrivals: Iterable[_Arrival]) -> None:
        """Serve all arrivals, in turn."""
        for arrival in arrivals:
            self._until(arrival.at)
            self._comes(arrival)
        self._until(None)

    def _until(self, at: int | None) -> None:
        """Let every desk that is free before an instant, or ever, call the next visit."""
        idle = []
        while self.free and (at is None or self.free[0][0] < at):
            when, _, desk = heappop(self.free)
            called = self._next(desk, when) if desk.stays or when < desk.ends else None
            if called is not None:
                self._is_free(desk, self._serve(desk, *called, when))
            elif when >= desk.ends or at is None or at >= desk.ends:
                self.shifts.append(Shift(max(when, desk.ends), desk.counter, None))
            else:
                idle.append((when, desk))
        for when, desk in idle:
            self._is_free(desk, when)

    def _comes(self, arrival: _Arrival) -> None:
        at, citizen, booked_for = arrival
        head_start = self._head_start(arrival)
        idle = [item for item in self.free if item[0] <= at and citizen.service in item[2].takes]
        able = self._open_for(citizen.service, at)
        visit = Visit(
            id=f"{at}-{len(self.visits) + len(self.waiting)}",
            number="",
            date=self.date,
            state="waiting",
            channel="kiosk",
            language=citizen.language,
            issued_service=citizen.service,
            issued_at=at,
            place=(at - head_start) * 1000 + len(self.visits) % 1000,
            queued_at=at,
            inquiries=(Inquiry(citizen.service),),
            ahead=self._ahead(able, at),
            counters_open=len(able),
            booked_for=booked_for,
            booked_head_start_ms=head_start,
        )
        if idle:  # The queue for its services is empty, or it would not be idle.
            item = min(idle)
            self.free.remove(item)
            heapify(self.free)
            channel = choices.unasked(self.chance) if booked_for is None else None
            if channel is not None:
                visit = visit._replace(channel=channel, ahead=None)
            self._is_free(item[2], self._serve(item[2], visit, citizen, at))
        else:
            insort(self.waiting, (visit, citizen), key=lambda one: one[0].place)

    def _head_start(self, arrival: _Arrival) -> int:
        """How much earlier (ms) a citizen with an appointment is queued; 0 for those too late."""
        rules, booked_for = self.branch.bookings, arrival.booked_for
        if booked_for is None or arrival.at > booked_for + rules.late_ms:
            return 0
        return max(rules.head_start_ms, arrival.at - booked_for)

    def _open_for(self, service: str, at: int) -> list[_Desk]:
        """The desks that are open and take a service."""
        desks = (desk for _, _, desk in self.free)
        return [desk for desk in desks if desk.begins <= at < desk.ends and service in desk.takes]

    def _ahead(self, able: Sequence[_Desk], at: int) -> int:
        """The number of visits that wait for services of these desks and are still patient."""
        taken = {service for desk in able for service in desk.takes}
        return sum(
            visit.issued_service in taken and visit.issued_at + citizen.patience * _SECOND > at
            for visit, citizen in self.waiting
        )

    def _is_free(self, desk: _Desk, when: int) -> None:
        self.sequence += 1
        heappush(self.free, (when, self.sequence, desk))

    def _next(self, desk: _Desk, now: int) -> tuple[Visit, Citizen] | None:
        """The next visit to call; visits whose patience is over have left by then."""
        for visit, citizen in list(self.waiting):
            if visit.issued_service not in desk.takes:
                continue
            self.waiting.remove((visit, citizen))
            patience = citizen.patience * (_LESS if self.chance.random() < _HURRIED else 1)
            left = max(visit.issued_at, visit.booked_for or 0) + int(patience * _SECOND)
            if left > now:
                return visit, citizen
            self._ends(visit._replace(waited_ms=visit.first_wait(left) or 0), "abandoned", left)
        return None

    def _serve(self, desk: _Desk, visit: Visit, citizen: Citizen, now: int) -> int:
        """Serve somebody; returns when the desk is free again."""
        if visit.ahead is None:
            begun = visit._replace(counter=desk.counter, team=desk.team, started_at=now)
            return self._handle(desk, begun, now)
        called = now + self._some(2, 20)
        at = visit._replace(
            waited_ms=visit.first_wait(called) or 0,
            first_called_at=called,
            called_at=called,
            called_to=desk.counter,
            counter=desk.counter,
            team=desk.team,
        )
        if citizen.absent:
            gone = called + self._some(60, 150)
            self._ends(at, "no_show", gone)
            return gone
        started = called + self._some(6, 30)
        return self._handle(
            desk, at._replace(started_at=started, walked_ms=started - called), started
        )

    def _handle(self, desk: _Desk, visit: Visit, started: int) -> int:
        done: list[Inquiry] = []
        service: str | None = visit.issued_service
        while service is not None:
            took = int(choices.handling(self.chance, self.demand.handling[service]) * _SECOND)
            done.append(
                Inquiry(
                    service,
                    choices.pick(self.chance, self.demand.outcomes),
                    started,
                    handled_ms=took,
                    completed_at=started + took,
                    counter=desk.counter,
                    team=desk.team,
                )
            )
            started += took
            service = self._another(desk, service) if len(done) == 1 else None
        self._ends(visit._replace(inquiries=tuple(done)), "completed", started)
        return started

    def _another(self, desk: _Desk, service: str) -> str | None:
        if self.chance.random() >= self.demand.second_inquiry_share:
            return None
        other = choices.other_service(self.chance, self.demand, service)
        return other if other in desk.takes else None

    def _ends(self, visit: Visit, state: State, at: int) -> None:
        before = visit._replace(first_called_at=None)
        after = visit._replace(state=state, ended_at=at)
        self.visits.append(judge(self.branch, before, after))

    def _some(self, least: float, most: float) -> int:
        return int(self.chance.uniform(least, most) * _SECOND)


def _at_hour(branch: Branch, date: str, hour: int) -> int:
    """The first instant of a date at which the clock shows an hour, or would have."""
    begins, ends = day_bounds(branch, date)
    hours = range(begins, ends, _HOUR)
    return next((at for at in hours if local_hour(branch.timezone, at) >= hour), ends)
