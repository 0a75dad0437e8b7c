"""Two periods or two branches compared, or a branch before and after a date: a trial's evaluation.

Days are the units; the method, its sources, what it assumes and when it says nothing stand in
:mod:`queue_service.domain.ratio`. A comparison tells *that* a figure differs, never why: a trial
has no twin without it. Compare whole weeks, so that both sides hold the same weekdays. Of twenty
comparisons of equals, one shows a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from queue_service.domain.figures import Row
from queue_service.domain.ratio import (
    Difference,
    Estimate,
    estimate,
    mean_difference,
    share_difference,
)
from queue_service.domain.visit import FIRST_CONTACT

Verdict = Literal["better", "worse", "higher", "lower", "no_difference", "too_little_data"]
"""``higher`` and ``lower`` are for figures that are neither good nor bad in themselves."""

FigureName = Literal[
    "goal", "first_contact", "abandoned", "no_show", "incomplete",
    "handling", "waiting", "arrivals", "pace",
]  # fmt: skip
"""Shares (``goal`` to ``incomplete``), mean seconds (``handling`` and ``waiting``), visits issued
per open day (``arrivals``), completed inquiries per hour of an open counter (``pace``)."""

_HOUR_MS: Final = 3_600_000

Pair = tuple[float, float]
"""A day's part in a ratio: what is counted, and of what."""
Better = Literal[-1, 0, 1]
"""Which way a figure gets better; 0 when neither is."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure on both sides. ``goal`` names the goal when the figure is ``goal``.

    ``difference`` is None when the verdict is ``too_little_data``.
    """

    figure: FigureName
    goal: str | None
    first: Estimate
    second: Estimate
    difference: Difference | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Side:
    """The open days of a period at a branch, and the counters' open ms by date where known.

    A day without a visit and without an inquiry counts as closed.
    """

    days: Mapping[str, Row]
    staffed: Mapping[str, int] = field(default_factory=dict)


def compare(first: Side, second: Side, goals: Iterable[str] = ()) -> tuple[Comparison, ...]:
    """Every figure of the second side against the first, the goals' attainment to begin with.

    A goal whose threshold differs between the sides is compared as it was judged on each day.
    """
    sides = first, second
    return (
        *(_share(goal, "goal", partial(judged_pair, goal=goal), 1, sides) for goal in goals),
        *(_share(None, name, pair, better, sides) for name, (pair, better) in _SHARES.items()),
        *(_mean(name, pair, better, sides) for name, (pair, better) in _MEANS.items()),
        _pace(sides),
    )


def judged_pair(row: Row, goal: str) -> Pair:
    """How many were within a goal, and how many it judged."""
    judged, within = row.judged(goal)
    return within, judged


def lost_pair(row: Row, state: str) -> Pair:
    """How many visits ended in a state, and how many were issued."""
    return row.visits[state], row.visits["issued"]


def arrivals_pair(row: Row) -> Pair:
    """The visits issued on an open day, and that day; nothing for a closed one."""
    opened = row.visits["issued"] or row.inquiries.durations.n
    return row.visits["issued"], int(bool(opened))


def _first_contact_pair(row: Row) -> Pair:
    resolved = sum(row.inquiries[outcome] for outcome in FIRST_CONTACT)
    return resolved, row.inquiries.durations.n


def _handling_pair(row: Row) -> Pair:
    return row.inquiries.durations.total_ms / 1000, row.inquiries.durations.n


def _waiting_pair(row: Row) -> Pair:
    return row.visits.durations.total_ms / 1000, row.visits.durations.n


_SHARES: Final[Mapping[FigureName, tuple[Callable[[Row], Pair], Better]]] = {
    "first_contact": (_first_contact_pair, 1),
    "abandoned": (partial(lost_pair, state="abandoned"), -1),
    "no_show": (partial(lost_pair, state="no_show"), -1),
    "incomplete": (partial(lost_pair, state="incomplete"), -1),
}
_MEANS: Final[Mapping[FigureName, tuple[Callable[[Row], Pair], Better]]] = {
    "handling": (_handling_pair, -1),
    "waiting": (_waiting_pair, -1),
    "arrivals": (arrivals_pair, 0),
}


def over_days(days: Mapping[str, Row], pair: Callable[[Row], Pair]) -> Estimate:
    """A figure over the days, the day as unit."""
    return estimate(pair(row) for row in days.values())


def _share(
    goal: str | None,
    figure: FigureName,
    pair: Callable[[Row], Pair],
    better: Better,
    sides: tuple[Side, Side],
) -> Comparison:
    first, second = (over_days(side.days, pair) for side in sides)
    return _compared(figure, goal, first, second, share_difference(first, second), better)


def _mean(
    figure: FigureName, pair: Callable[[Row], Pair], better: Better, sides: tuple[Side, Side]
) -> Comparison:
    first, second = (over_days(side.days, pair) for side in sides)
    return _compared(figure, None, first, second, mean_difference(first, second), better)


def _pace(sides: tuple[Side, Side]) -> Comparison:
    first, second = (estimate(_pace_pairs(side)) for side in sides)
    return _compared("pace", None, first, second, mean_difference(first, second), 0)


def _pace_pairs(side: Side) -> Iterable[Pair]:
    for date, row in side.days.items():
        yield row.inquiries.durations.n, side.staffed.get(date, 0) / _HOUR_MS


def _compared(
    figure: FigureName,
    goal: str | None,
    first: Estimate,
    second: Estimate,
    difference: Difference | None,
    better: Better,
) -> Comparison:
    verdict = _verdict(difference, better)
    return Comparison(figure, goal, first, second, difference, verdict)


def _verdict(difference: Difference | None, better: Better) -> Verdict:
    if difference is None:
        return "too_little_data"
    if difference.low <= 0 <= difference.high:
        return "no_difference"
    higher = difference.low > 0
    if not better:
        return "higher" if higher else "lower"
    return "better" if higher == (better > 0) else "worse"
