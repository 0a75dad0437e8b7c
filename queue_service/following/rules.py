"""The state of a visit as its citizen's phone shows it.

Everything shown is derived from the open visits and counters of one instant. A phone receives its
own visit and what the waiting room shows anyway: the numbers called last. Of other visits it
receives their number alone, as people ahead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.interventions import is_told_not_today
from queue_service.visits.rules.ahead import competing_counters, each_ahead
from queue_service.visits.rules.booked import arrival_of
from queue_service.visits.rules.coming import ComingBooking, bookings_ahead
from queue_service.visits.rules.postponing import is_postponed
from queue_service.visits.rules.regression import Others, Regression, regressed
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import OPEN_STATES, Errand, Visit
from queue_service.visits.rules.wait_estimate import Range, expected

SHOWN_AFTER_MS: Final = 30 * 60 * 1000
"""How long the page of a visit that has ended says so. Afterwards its code is unknown."""
CALLS_SHOWN: Final = 3
"""How many of the numbers called last are shown."""
MOST_WRONG_CODES: Final = 20
"""The most unknown codes that may be tried from one address within :data:`WRONG_CODES_MS`."""
WRONG_CODES_MS: Final = 300_000

_Ahead = Iterator[tuple[str, int]]
"""Visits by id, each with the number of people ahead."""

FollowedState = Literal[
    "waiting", "next", "not_today", "untaken", "held", "carried",
    "called", "missed", "missed_late", "serving", "parked", "done", "left", "closed",
]  # fmt: skip
"""The states that a phone distinguishes.

``waiting``: an open counter takes the service; ``next``: the same with no one ahead.
``not_today``: the same as waiting, and a supervisor has said that it is not reached today.
``untaken``: no open counter takes it. ``held``: skipped until a time. ``carried``: until the branch
opens again.
``missed``: the call was missed and the place is kept; ``missed_late``:
not any more. ``closed``: its day was closed before it was served.
"""


_MAY: Final[Mapping[str, tuple[str, ...]]] = {
    "waiting": ("leave", "errands", "language", "not-before"),
    "called": ("errands",),
    "serving": ("errands",),
    "parked": ("leave", "errands"),
}
"""The actions of a visit that is open."""

_MAY_CARRIED: Final = ("leave", "errands", "language")


class LastCall(NamedTuple):
    """A number that was called to a counter, and when (ms)."""

    number: str
    counter: str
    at: int


@dataclass(frozen=True, slots=True)
class BranchNow:
    """The open visits and counters of a branch at one instant, ``now`` (ms).

    ``opened`` is each open counter's team, ``busy`` the counters with a visit; ``closed_at`` is
    when the branch's day was last closed. ``held`` is the share of this month's ranges that held.
    ``coming`` are the bookings whose citizens have not come yet.
    """

    branch: Branch
    now: int
    visits: Mapping[str, Visit]
    opened: Mapping[str, str] = field(default_factory=dict)
    busy: Collection[str] = ()
    closed_at: int = 0
    calls: tuple[LastCall, ...] = ()
    estimates: Mapping[str, Range] = field(default_factory=dict)
    regressions: Mapping[str, Regression] = field(default_factory=dict)
    held: float | None = None
    coming: tuple[ComingBooking, ...] = ()


class Followed(NamedTuple):
    """Everything that a phone shows of its visit.

    ``ahead`` and ``wait`` (seconds) are None unless it waits; ``ahead`` also if an empty queue
    would sound as if the turn were next, and ``wait`` if too little is known. ``counter`` is the
    one it is called to, served at or parked at. ``at`` is when that state began (ms), ``until``
    when it ends: the delay, the carrying, or the time in which a missed number keeps its place.
    ``may`` has the actions that are possible now. ``booked_for`` is the time (ms) of the booking
    that it comes for, ``came_late`` whether it waits like those without one, and
    ``bookings_ahead`` how many more bookings may be called before it.
    """

    state: FollowedState
    number: str
    service: str
    ahead: int | None
    wait: Range | None
    counter: str | None
    at: int | None
    until: int | None
    recalls: int
    errands: tuple[Errand, ...]
    may: tuple[str, ...]
    booked_for: int | None = None
    bookings_ahead: int = 0
    came_late: bool = False


def is_shown(visit: Visit, branch: Branch, now: int) -> bool:
    """Whether the code of a visit still leads to it: while it is open, and some time after."""
    if visit.state in OPEN_STATES or visit.ended_at is None:
        return True
    until = visit.ended_at + SHOWN_AFTER_MS
    if visit.state == "no_show":
        until = max(until, (visit.called_at or 0) + branch.return_window_seconds * 1000)
    return now < until


class Places:
    """The places of all waiting visits at one instant, and what follows from them.

    They are worked out for all at once, so that a further phone costs nothing. ``in_turns`` passes
    the places on one by one, and may let others go on in between.
    """

    def __init__(self, now: BranchNow, in_turns: Callable[[_Ahead], _Ahead] = iter) -> None:
        self.now = now
        self._all_waiting = [visit for visit in now.visits.values() if visit.state == "waiting"]
        self.ahead: Final = dict(
            in_turns(each_ahead(self._all_waiting, now.branch, now.opened, now.busy, now.now))
        )
        self._queues: dict[str, tuple[list[int], int]] = {}
        self._open: dict[tuple[str, str | None, tuple[str, ...]], int] = {}

    def followed(self, visit: Visit) -> Followed:
        """The content of the phone's page for this visit."""
        state = self._state(visit)
        waits = visit.state == "waiting"
        ahead = self.ahead.get(visit.id) if waits and state != "carried" else None
        if state in ("untaken", "held") and not ahead:
            ahead = None
        # No wait is shown of one that is not reached, and of one before its booked time.
        promised = state in ("waiting", "next") and not visit.before_booked_time
        wait = self._wait(visit, ahead) if promised and ahead is not None else None
        return Followed(
            state,
            visit.number,
            visit.service,
            ahead,
            wait,
            None if waits else visit.counter,
            _begun(visit),
            self._until(visit, state),
            visit.recalls,
            visit.errands,
            self._may(visit, state),
            visit.booked_for,
            self._bookings_ahead(visit, wait) if ahead is not None else 0,
            came_late=arrival_of(visit) == "late",
        )

    def _bookings_ahead(self, visit: Visit, wait: Range | None) -> int:
        now = self.now
        if not now.coming:
            return 0
        kind = (visit.service, visit.bound_to, visit.also_wanted)
        counters = competing_counters(now.branch, now.opened, now.busy, *kind)
        return bookings_ahead(visit, now.coming, counters, now.branch.bookings, wait, now.now)

    def _state(self, visit: Visit) -> FollowedState:
        now = self.now
        match visit.state:
            case "waiting":
                return self._waiting(visit)
            case "called" | "serving" | "parked":
                return visit.state
            case "completed":
                return "done"
            case _ if max(visit.issued_at, visit.carried_to or 0) < now.closed_at:
                return "closed"
            case "incomplete":
                return "done"
            case "no_show":
                kept = visit.called_at is not None and now.now <= self._kept_until(visit)
                return "missed" if kept else "missed_late"
            case _:
                return "left"

    def _kept_until(self, visit: Visit) -> int:
        """Until when a missed number keeps its place (ms); the rule of ``requeue``."""
        return (visit.called_at or 0) + self.now.branch.return_window_seconds * 1000

    def _waiting(self, visit: Visit) -> FollowedState:
        now = self.now.now
        if visit.is_carried(now):
            return "carried"
        if (visit.held_until or 0) > now:
            return "held"
        if not self._counters(visit):
            return "untaken"
        if not self.ahead.get(visit.id):
            return "next"
        if visit.carried_to is not None:
            return "waiting"  # its number is of an earlier day, and what is said is of today's
        said = self.now.branch.interventions
        told = is_told_not_today(said, visit.service, visit.number, now)
        return "not_today" if told else "waiting"

    def _counters(self, visit: Visit) -> int:
        """How many open counters may call it."""
        kind = (visit.service, visit.bound_to, visit.also_wanted)
        if kind not in self._open:
            now = self.now
            able = competing_counters(now.branch, now.opened, now.busy, *kind)
            self._open[kind] = sum(now.opened.get(one.counter) == one.team for one in able)
        return self._open[kind]

    def _wait(self, visit: Visit, ahead: int) -> Range | None:
        """The range of the wait from now on, as ``expected`` in ``store/prelude.lua`` has it."""
        now, counters = self.now, self._counters(visit)
        places, first = self._queue(visit.service)
        same = bisect_left(places, visit.place)
        others = Others(same, (now.now - first) / 1000 if same else 0.0)
        by_fit = regressed(now.regressions, visit.service, ahead, counters, others)
        return by_fit or expected(now.estimates, visit.service, ahead, counters)

    def _queue(self, service: str) -> tuple[list[int], int]:
        """The places of all who wait for a service, in order, and since when the first does."""
        if service not in self._queues:
            queue = [visit for visit in self._all_waiting if visit.service == service]
            places = sorted(visit.place for visit in queue)
            self._queues[service] = places, min(visit.waits_since for visit in queue)
        return self._queues[service]

    def _until(self, visit: Visit, state: FollowedState) -> int | None:
        match state:
            case "held":
                return visit.held_until
            case "carried":
                return visit.carried_to
            case "missed":
                return self._kept_until(visit)
            case _:
                return None

    def _may(self, visit: Visit, state: FollowedState) -> tuple[str, ...]:
        if state == "left":
            return ("return",) if self.now.now - (visit.ended_at or 0) <= UNDO_WITHIN_MS else ()
        if state == "done":
            asks = visit.state == "completed" and self.now.branch.feedback_on_slip
            return ("feedback",) if asks else ()
        if state == "carried":
            return _MAY_CARRIED
        here = ("here",) if is_postponed(visit, self.now.now) else ()
        return (*_MAY.get(visit.state, ()), *here)


def last_calls(called: Iterable[Visit], day_begins: int) -> tuple[LastCall, ...]:
    """The numbers called last, of the business day that began at ``day_begins`` (ms)."""
    calls = [
        LastCall(visit.number, visit.called_to or "", visit.called_at)
        for visit in called
        if visit.called_at is not None and visit.called_at >= day_begins
    ]
    return tuple(sorted(calls, key=lambda call: -call.at)[:CALLS_SHOWN])


def is_public(branch: Branch, service: Service) -> bool:
    """Whether a phone may see and choose the service: it is not private, nor the one that a kiosk
    takes for a citizen who is unsure."""
    return not service.private and service.id != branch.unsure_service


def _begun(visit: Visit) -> int | None:
    if visit.state in ("called", "no_show"):
        return visit.called_at
    return visit.ended_at if visit.state not in OPEN_STATES else None
