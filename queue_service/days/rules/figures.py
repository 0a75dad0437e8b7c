"""Sums over visits and inquiries, which can be added up in any order.

A *form* is the stored shape of a sum: JSON-ready, and the same for the same content however it was
added up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, starmap, zip_longest
from operator import add, sub
from typing import Any, Final

from queue_service.days.rules.flow import Flow
from queue_service.goals.rules.percentiles import percentile, percentile_of_buckets
from queue_service.visits.rules.counting import HANDLING_BUCKETS, WAITING_BUCKETS
from queue_service.visits.rules.visit import OUTCOMES


@dataclass(frozen=True, slots=True)
class DurationSpread:
    """Durations in seconds; ``mean``, ``p50`` and ``p90`` are None when there are none.

    ``exact`` is False when some of them were known by their bucket only.
    """

    n: int
    mean: float | None
    p50: float | None
    p90: float | None
    exact: bool


Known = list[int] | Mapping[str, Any]
"""The known durations: single values in rising order, or ``ms`` for all of them together and
``in``, index and count of the non-empty buckets."""

Stored = Known
"""The stored form of the same. Many single values are ``steps``, each less the one before, which
are shorter; a few are a list, as all of them were up to 0.4.0."""

_FEW: Final = 8


def write_durations(known: Known) -> Stored:
    """Known durations in their stored form."""
    if not isinstance(known, list) or len(known) < _FEW:
        return known
    return {"steps": [*map(sub, known, [0, *known])]}


def read_durations(stored: Stored) -> Known:
    """Durations of a stored form, also an earlier one."""
    if isinstance(stored, list) or "steps" not in stored:
        return stored
    return [*accumulate(stored["steps"])]


@dataclass(slots=True)
class Durations:
    """Durations in ms: one by one in ``values``, or counted by bucket in ``buckets``.

    ``bounds`` are the buckets' upper ends in seconds, which belong to the next bucket: a value
    below the bound of 360 is under six minutes for a goal. (The histograms of Prometheus include
    their bounds, and so do the buckets of days that 0.1.0 emptied of durations.) ``total_ms``
    covers both kinds, so the mean is exact whatever is left of the single values.
    """

    bounds: tuple[int, ...]
    total_ms: int = 0
    values: list[int] = field(default_factory=list)
    buckets: list[int] | None = None

    @property
    def n(self) -> int:
        """How many durations there are."""
        return len(self.values) + sum(self.buckets or ())

    def add(self, milliseconds: int) -> None:
        """One more duration."""
        self.values.append(milliseconds)
        self.total_ms += milliseconds

    def absorb(self, other: Durations) -> None:
        """Add another sum."""
        self.total_ms += other.total_ms
        self.values += other.values
        if other.buckets is not None:
            mine = self.buckets
            self.buckets = [*(other.buckets if mine is None else map(add, mine, other.buckets))]

    def absorb_stored(self, stored: Stored) -> None:
        """Add a stored sum."""
        known = read_durations(stored)
        if isinstance(known, list):
            self.total_ms += sum(known)
            self.values += known
        else:
            self.total_ms += known["ms"]
            flat = iter(known["in"])
            self._absorb_buckets(zip(flat, flat, strict=True))

    def known(self) -> Known:
        """The durations in their stored form."""
        if self.buckets is None:
            return sorted(self.values)
        filled = [(index, count) for index, count in enumerate(self.counts()) if count]
        return {"ms": self.total_ms, "in": [*chain.from_iterable(filled)]}

    def dump(self) -> Stored:
        """The stored sum."""
        return write_durations(self.known())

    def counts(self) -> list[int]:
        """How many are in each bucket; the last one is for those that reach the last bound."""
        counts = list(self.buckets or [0] * (len(self.bounds) + 1))
        for milliseconds in self.values:
            counts[bisect_right(self.bounds, milliseconds / 1000)] += 1
        return counts

    def in_buckets(self) -> Durations:
        """The same without the single values."""
        return Durations(self.bounds, self.total_ms, [], self.counts() if self.n else None)

    def spread(self) -> DurationSpread:
        """Mean and percentiles, from the values where all of them are there."""
        n = self.n
        if not n:
            return DurationSpread(0, None, None, None, exact=True)
        mean = self.total_ms / (1000 * n)
        if self.buckets is None:
            self.values.sort()
            p50, p90 = (percentile(self.values, p) / 1000 for p in (50, 90))
        else:
            counts = self.counts()
            p50, p90 = (percentile_of_buckets(self.bounds, counts, p) for p in (50, 90))
        return DurationSpread(n, mean, p50, p90, exact=self.buckets is None)

    def _absorb_buckets(self, counted: Iterable[tuple[int, int]]) -> None:
        if self.buckets is None:
            self.buckets = [0] * (len(self.bounds) + 1)
        for index, count in counted:
            self.buckets[index] += count


@dataclass(slots=True)
class Cell:
    """Counts of visits or inquiries of one kind.

    ``counts`` go by ``names``: of visits what :data:`VISIT_COUNTS` lists, of inquiries what
    :data:`INQUIRY_COUNTS` does. The durations are waiting times of visits and handling times of
    inquiries. ``goals`` has, for each goal, how many were judged and how many were within;
    ``parked`` has the same of handling goals with the time parked or sent on counted. ``left`` is
    how long those waited who gave up before any call.

    Days stored by 0.1.0 have neither ``parked`` nor ``left``. An unknown value is None or has
    nothing judged, never zero.
    """

    names: tuple[str, ...]
    durations: Durations
    counts: list[int] = field(default_factory=list)
    goals: dict[str, list[int]] = field(default_factory=dict)
    parked: dict[str, list[int]] = field(default_factory=dict)
    left: Durations | None = field(default_factory=lambda: Durations(WAITING_BUCKETS))

    def __post_init__(self) -> None:
        self.counts = self.counts or [0] * len(self.names)

    def __getitem__(self, name: str) -> int:
        return self.counts[self.names.index(name)]

    def count(self, name: str, n: int = 1) -> None:
        """Add to a count."""
        self.counts[self.names.index(name)] += n

    def judge(self, goal: str, judged: int, within: int) -> None:
        """Add to the number a goal judged and the number within."""
        _judge(self.goals, goal, judged, within)

    def judge_parked(self, goal: str, judged: int, within: int) -> None:
        """The same with the time parked or sent on counted."""
        _judge(self.parked, goal, judged, within)

    def absorb(self, other: Cell) -> None:
        """Add another cell."""
        self._count_all(other.counts)
        for goal, (judged, within) in other.goals.items():
            self.judge(goal, judged, within)
        for goal, (judged, within) in other.parked.items():
            self.judge_parked(goal, judged, within)
        self.durations.absorb(other.durations)
        if self.left is not None and other.left is not None:
            self.left.absorb(other.left)
        else:
            self.left = None

    def absorb_stored(self, stored: Sequence[Any]) -> None:
        """Add a stored cell."""
        counts, durations, goals, *more = stored
        known: Mapping[str, Any] = more[0] if more else {}
        self._count_all(counts)
        for goal, judged, within in goals:
            _judge(self.goals, goal, judged, within)
        for goal, judged, within in known.get("parked", ()):
            _judge(self.parked, goal, judged, within)
        self.durations.absorb_stored(durations)
        if "left" in known and self.left is not None:
            self.left.absorb_stored(known["left"])
        elif "left" not in known and _some_left(self.names, counts):
            self.left = None

    def dump(self) -> list[Any]:
        """The stored cell. Counts added after 0.1.0 are at the end by name, where there is any."""
        more: dict[str, Any] = {}
        if self.parked:
            more["parked"] = _dump_goals(self.parked)
        if self.left is not None and _some_left(self.names, self.counts):
            more["left"] = self.left.dump()
        stored = [self.counts, self.durations.dump(), _dump_goals(self.goals)]
        return [*stored, more] if more else stored

    def in_buckets(self) -> Cell:
        """The same without single durations."""
        goals, parked = (
            {goal: list(sums) for goal, sums in goal_sums.items()}
            for goal_sums in (self.goals, self.parked)
        )
        left = self.left and self.left.in_buckets()
        return Cell(self.names, self.durations.in_buckets(), list(self.counts), goals, parked, left)

    def _count_all(self, counts: Sequence[int]) -> None:
        if len(counts) == len(self.counts):
            self.counts = [*map(add, self.counts, counts)]
        else:  # a day that was stored before a count was kept has fewer
            self.counts = [*starmap(add, zip_longest(self.counts, counts, fillvalue=0))]


def _judge(goal_sums: dict[str, list[int]], goal: str, judged: int, within: int) -> None:
    sums = goal_sums.get(goal)
    if sums is None:
        goal_sums[goal] = [judged, within]
    else:
        sums[0] += judged
        sums[1] += within


def _of_one_day(judged: int, within: int) -> list[int]:
    """One day, and its judged², judged · within and within²."""
    return [1, judged * judged, judged * within, within * within]


def _dump_goals(goal_sums: Mapping[str, Sequence[int]]) -> list[list[Any]]:
    return [[goal, *sums] for goal, sums in sorted(goal_sums.items())]


def _some_left(names: Sequence[str], counts: Sequence[int]) -> bool:
    """Whether anybody gave up: a cell of inquiries, or of a day without abandoned visits, misses no
    wait."""
    return "abandoned" in names and counts[names.index("abandoned")] > 0


VISIT_COUNTS: Final = (
    "issued", "completed", "no_show", "abandoned", "incomplete", "walks", "walked_ms",
    "estimates", "estimates_held", "paper", "numbers", "told", "alone", "alone_held", "behind",
    "behind_held", "booked",
)  # fmt: skip
"""Visits issued, by final state, and walked to a counter; the time these took to walk; those whose
estimated wait came true or did not, and those among them that did; those that had a number on
paper. Visits that drew a number while the service was up, and of these the visits with an estimated
wait; then ``estimates`` and its correct ones again, with an empty queue ahead and with people
ahead. Visits that came for a booking.

The order is the stored form of days: only append."""


def visit_cell() -> Cell:
    """An empty cell for visits."""
    return Cell(VISIT_COUNTS, Durations(WAITING_BUCKETS))


INQUIRY_COUNTS: Final = (
    "resolved", "self_service", "referred", "follow_up", "unresolved", "quick", "continued",
    "stood_ms", "paper",
)  # fmt: skip
"""Inquiries by outcome; those handled in under 15 s; those that were not their visit's first; how
long they were paused between start and completion, parked or sent on; and the inquiries of visits
that had a number on paper.

The order is the stored form of days: only append."""

QUICK_MS: Final = 15_000
"""An inquiry handled in less may be a wrong press, and makes the figures look better."""


def inquiry_cell() -> Cell:
    """An empty cell for inquiries."""
    return Cell(INQUIRY_COUNTS, Durations(HANDLING_BUCKETS))


@dataclass(slots=True)
class Row:
    """Visits and inquiries that are looked at together.

    ``flow`` is of the days that it is known of, None if it is known of none.

    ``days`` has, for each goal, what its interval over days is worked out from: how many days
    judged anything, and over these days the sums of judged², judged · within and within²
    (:func:`queue_service.history.rules.confidence_intervals.estimate_of_sums`). They are there once
    :meth:`as_day` has been called on the row of each single day, and so is ``worked``: on how many
    days anything was completed.

    ``dated`` has, for each goal on whole dates, how many counted and how many of them were within:
    citizens' answers that are very satisfied, or services with a free time soon enough. They are
    read with the days and never stored with them.
    """

    visits: Cell = field(default_factory=visit_cell)
    inquiries: Cell = field(default_factory=inquiry_cell)
    flow: Flow | None = None
    days: dict[str, list[int]] = field(default_factory=dict)
    worked: int = 0
    dated: dict[str, list[int]] = field(default_factory=dict)

    def absorb(self, other: Row) -> None:
        """Add another row; of the same day only before :meth:`as_day`."""
        self.visits.absorb(other.visits)
        self.inquiries.absorb(other.inquiries)
        for goal, (judged, within) in other.dated.items():
            _judge(self.dated, goal, judged, within)
        self._absorb_days(other.days)
        self.worked += other.worked
        if other.flow is not None:
            self.add_flow(other.flow)

    def add_flow(self, flow: Flow) -> None:
        """Counters' and people's time as well."""
        if self.flow is None:
            self.flow = Flow()
        self.flow.absorb(flow)

    def absorb_stored(self, stored: list[Any]) -> None:
        """Add a stored row."""
        visits, inquiries, *more = stored
        flow, days, worked = [*more, None, None, None][:3]
        self.visits.absorb_stored(visits)
        self.inquiries.absorb_stored(inquiries)
        self._absorb_days({goal: sums for goal, *sums in days or ()})
        self.worked += worked or 0
        if flow is not None:
            self.add_flow(Flow(*flow))

    def dump(self) -> list[Any]:
        """The stored row."""
        cells = [self.visits.dump(), self.inquiries.dump()]
        flow = None if self.flow is None else self.flow.dump()
        if self.days or self.worked:
            return [*cells, flow, _dump_goals(self.days), self.worked]
        return cells if flow is None else [*cells, flow]

    def as_day(self) -> Row:
        """The row itself, all of which happened on one day."""
        counted = {goal: self.judged(goal) for goal in self.goal_ids()}
        self.days = {
            goal: _of_one_day(judged, within)
            for goal, (judged, within) in counted.items()
            if judged
        }
        self.worked = int(self.inquiries.durations.n > 0)
        return self

    def count_dated(self, goal: str, judged: int, within: int) -> None:
        """Add the result of the row's one day for a goal on whole dates.

        A goal that judged visits until it was changed on that day counts this alone.
        """
        self.visits.goals.pop(goal, None)
        self.inquiries.goals.pop(goal, None)
        self.dated[goal] = [judged, within]
        self.days[goal] = _of_one_day(judged, within)

    def _absorb_days(self, days: Mapping[str, Sequence[int]]) -> None:
        for goal, sums in days.items():
            mine = self.days.get(goal)
            self.days[goal] = list(sums) if mine is None else [*map(add, mine, sums)]

    @property
    def outcomes(self) -> int:
        """Of how many inquiries the outcome is known; of a replayed file's none."""
        return sum(self.inquiries[outcome] for outcome in OUTCOMES)

    @property
    def exact(self) -> bool:
        """Whether every duration is known, and none by its bucket only."""
        return self.visits.durations.buckets is None and self.inquiries.durations.buckets is None

    def goal_ids(self) -> set[str]:
        """The goals that judged anything."""
        return {*self.visits.goals, *self.inquiries.goals, *self.dated}

    def judged(self, goal: str) -> tuple[int, int]:
        """How many a goal judged, and how many of them were within."""
        visits = self.visits.goals.get(goal, (0, 0))
        inquiries = self.inquiries.goals.get(goal, (0, 0))
        dated = self.dated.get(goal, (0, 0))
        judged, within = map(sum, zip(visits, inquiries, dated, strict=True))
        return judged, within

    def parked_within(self, goal: str) -> int | None:
        """How many of those judged were within with the time parked or sent on counted; None if
        that was not kept for all of them, as by 0.1.0, or the goal judges no handling times."""
        judged, within = self.inquiries.parked.get(goal, (0, 0))
        return within if judged and judged == self.judged(goal)[0] else None

    def left_spread(self) -> DurationSpread | None:
        """How long those had waited who gave up; None if that was not kept for all of them."""
        left = self.visits.left
        return None if left is None else left.spread()
