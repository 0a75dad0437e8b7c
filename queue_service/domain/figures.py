"""Sums of what visits and inquiries came to, which can be added up in any order.

A *form* is what a sum is stored as: JSON-ready, and the same for the same content however it was
added up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import add
from typing import Any, Final

from queue_service.domain.flow import Flow
from queue_service.domain.kpi import percentile, percentile_of_buckets
from queue_service.domain.tally import HANDLING_BUCKETS, WAITING_BUCKETS
from queue_service.domain.visit import ENDED_STATES, OUTCOMES


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations in seconds; ``mean``, ``p50`` and ``p90`` are None when there are none.

    ``exact`` is False when some of them were known by their bucket only.
    """

    n: int
    mean: float | None
    p50: float | None
    p90: float | None
    exact: bool


@dataclass(slots=True)
class Durations:
    """Durations in ms: one by one in ``values``, or counted by bucket in ``buckets``.

    ``bounds`` are the buckets' upper ends in seconds. ``total_ms`` covers both kinds, so the mean
    is exact whatever is left of the single values.
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
        """Those of another sum as well."""
        self.total_ms += other.total_ms
        self.values += other.values
        if other.buckets is not None:
            self._absorb_buckets(enumerate(other.buckets))

    def absorb_form(self, form: list[int] | Mapping[str, Any]) -> None:
        """Those of a stored sum as well."""
        if isinstance(form, list):
            self.total_ms += sum(form)
            self.values += form
        else:
            self.total_ms += form["ms"]
            flat = form["in"]
            self._absorb_buckets(zip(flat[::2], flat[1::2], strict=True))

    def form(self) -> list[int] | dict[str, Any]:
        """The stored sum: the values in rising order, or index and count of those buckets
        that hold anything."""
        if self.buckets is None:
            return sorted(self.values)
        filled = [(index, count) for index, count in enumerate(self.counts()) if count]
        return {"ms": self.total_ms, "in": [*chain.from_iterable(filled)]}

    def counts(self) -> list[int]:
        """How many are in each bucket; the last one is for those above all bounds."""
        counts = list(self.buckets or [0] * (len(self.bounds) + 1))
        for milliseconds in self.values:
            counts[bisect_left(self.bounds, milliseconds / 1000)] += 1
        return counts

    def in_buckets(self) -> Durations:
        """The same without the single values."""
        return Durations(self.bounds, self.total_ms, [], self.counts() if self.n else None)

    def spread(self) -> Spread:
        """Mean and percentiles, from the values where all of them are there."""
        n = self.n
        if not n:
            return Spread(0, None, None, None, exact=True)
        mean = self.total_ms / (1000 * n)
        if self.buckets is None:
            self.values.sort()
            p50, p90 = (percentile(self.values, p) / 1000 for p in (50, 90))
        else:
            counts = self.counts()
            p50, p90 = (percentile_of_buckets(self.bounds, counts, p) for p in (50, 90))
        return Spread(n, mean, p50, p90, exact=self.buckets is None)

    def _absorb_buckets(self, counted: Iterable[tuple[int, int]]) -> None:
        if self.buckets is None:
            self.buckets = [0] * (len(self.bounds) + 1)
        for index, count in counted:
            self.buckets[index] += count


@dataclass(slots=True)
class Cell:
    """What visits, or inquiries, of one kind came to.

    ``counts`` go by ``names``: of visits what :data:`VISIT_COUNTS` lists, of inquiries what
    :data:`INQUIRY_COUNTS` does. The durations are waiting times of visits and handling times of
    inquiries. ``goals`` has, for each goal, how many were judged and how many were within.
    """

    names: tuple[str, ...]
    durations: Durations
    counts: list[int] = field(default_factory=list)
    goals: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = self.counts or [0] * len(self.names)

    def __getitem__(self, name: str) -> int:
        return self.counts[self.names.index(name)]

    def count(self, name: str, n: int = 1) -> None:
        """Add to a count."""
        self.counts[self.names.index(name)] += n

    def judge(self, goal: str, judged: int, within: int) -> None:
        """Add to what a goal judged and how much of it was within."""
        sums = self.goals.get(goal)
        if sums is None:
            self.goals[goal] = [judged, within]
        else:
            sums[0] += judged
            sums[1] += within

    def absorb(self, other: Cell) -> None:
        """What another cell came to as well."""
        self.counts = [*map(add, self.counts, other.counts)]
        for goal, (judged, within) in other.goals.items():
            self.judge(goal, judged, within)
        self.durations.absorb(other.durations)

    def absorb_form(self, form: Sequence[Any]) -> None:
        """What a stored cell came to as well."""
        counts, durations, goals = form
        self.counts = [*map(add, self.counts, counts)]
        for goal, judged, within in goals:
            self.judge(goal, judged, within)
        self.durations.absorb_form(durations)

    def form(self) -> list[Any]:
        """The stored cell."""
        goals = [[goal, *sums] for goal, sums in sorted(self.goals.items())]
        return [self.counts, self.durations.form(), goals]

    def in_buckets(self) -> Cell:
        """The same without single durations."""
        goals = {goal: list(sums) for goal, sums in self.goals.items()}
        return Cell(self.names, self.durations.in_buckets(), list(self.counts), goals)


VISIT_COUNTS: Final = ("issued", *ENDED_STATES, "walks", "walked_ms")
"""Visits issued, by final state, and walked to a counter; and the time these took to walk."""


def visit_cell() -> Cell:
    """An empty cell for visits."""
    return Cell(VISIT_COUNTS, Durations(WAITING_BUCKETS))


INQUIRY_COUNTS: Final = (*OUTCOMES, "quick", "continued", "stood_ms")
"""Inquiries by outcome; those handled in under 15 s; those that were not their visit's first; and
how long they stood still between start and completion, parked or sent on."""

QUICK_MS: Final = 15_000
"""An inquiry handled in less may be a wrong press, and makes the figures look better."""


def inquiry_cell() -> Cell:
    """An empty cell for inquiries."""
    return Cell(INQUIRY_COUNTS, Durations(HANDLING_BUCKETS))


@dataclass(slots=True)
class Row:
    """Visits and inquiries that are looked at together.

    ``flow`` is of the days that it is known of, None where it is known of none.
    """

    visits: Cell = field(default_factory=visit_cell)
    inquiries: Cell = field(default_factory=inquiry_cell)
    flow: Flow | None = None

    def absorb(self, other: Row) -> None:
        """What another row came to as well."""
        self.visits.absorb(other.visits)
        self.inquiries.absorb(other.inquiries)
        if other.flow is not None:
            self.add_flow(other.flow)

    def add_flow(self, flow: Flow) -> None:
        """Counters' and people's time as well."""
        if self.flow is None:
            self.flow = Flow()
        self.flow.absorb(flow)

    def absorb_form(self, form: list[Any]) -> None:
        """What a stored row came to as well."""
        visits, inquiries, *flow = form
        self.visits.absorb_form(visits)
        self.inquiries.absorb_form(inquiries)
        if flow:
            self.add_flow(Flow(*flow[0]))

    def form(self) -> list[Any]:
        """The stored row."""
        cells = [self.visits.form(), self.inquiries.form()]
        return cells if self.flow is None else [*cells, self.flow.form()]

    @property
    def exact(self) -> bool:
        """Whether every duration is known, and none by its bucket only."""
        return self.visits.durations.buckets is None and self.inquiries.durations.buckets is None

    def goal_ids(self) -> set[str]:
        """The goals that judged anything."""
        return {*self.visits.goals, *self.inquiries.goals}

    def judged(self, goal: str) -> tuple[int, int]:
        """How many a goal judged, and how many of them were within."""
        visits = self.visits.goals.get(goal, (0, 0))
        inquiries = self.inquiries.goals.get(goal, (0, 0))
        return visits[0] + inquiries[0], visits[1] + inquiries[1]
