"""A day's figures next to the usual ones: the same weekday of the twelve weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import has_own_hours
from queue_service.days.rules.period import days_after
from queue_service.history.rules.confidence_intervals import Difference
from queue_service.insight.rules.compare import ChangeVerdict, FigureName, verdict_of
from queue_service.insight.rules.explain import MIN_WEEKS, expected_range
from queue_service.insight.rules.outliers import WEEKS_BACK
from queue_service.language.catalogues import N_
from queue_service.tables.model import ColumnKind, Value

_AS: Final[Mapping[str, FigureName]] = {
    "first_contact": "first_contact",
    "abandoned": "abandoned",
    "no_show": "no_show",
    "incomplete": "incomplete",
    **dict.fromkeys(("waiting_p50", "waiting_p90", "waiting_mean", "left_p50"), "waiting"),
    **dict.fromkeys(("handling_p50", "handling_p90", "handling_mean"), "handling"),
}
"""The direction in which a figure gets better; figures that are not listed have none."""
_LEAST: Final[Mapping[ColumnKind, float]] = {
    "count": 2,
    "seconds": 30,
    "ratio": 0.03,
    "decimal": 0.5,
}
"""A figure that differs less than this from the usual one is never called unusual."""

USUALLY: Final[Mapping[ChangeVerdict, str]] = {
    "better": N_("better than usual"),
    "worse": N_("worse than usual"),
    "higher": N_("more than usual"),
    "lower": N_("less than usual"),
    "no_difference": N_("as usual"),
    "too_little_data": N_("too few weeks"),
}
"""How a day compares with the usual ones, in words."""


@dataclass(frozen=True, slots=True)
class UsualDay:
    """The median of a figure on similar days, and the range of one more; None for too few days."""

    middle: float
    range: tuple[float, float] | None
    verdict: ChangeVerdict


def same_weekdays(branch: Branch, date: str) -> list[str]:
    """The dates of the same weekday in the twelve weeks before, the earliest first, without those
    that have hours of their own: a holiday is no measure of a weekday."""
    earlier = (days_after(date, -7 * weeks) for weeks in range(WEEKS_BACK, 0, -1))
    return [day for day in earlier if not has_own_hours(branch, day)]


def usual(name: str, kind: ColumnKind, value: Value, others: Sequence[Value]) -> UsualDay | None:
    """A figure's value next to its values on other days; None if those have none."""
    known = sorted(float(other) for other in others if isinstance(other, int | float))
    if not known:
        return None
    if len(known) < MIN_WEEKS:
        return UsualDay(known[len(known) // 2], None, "too_little_data")
    low, middle, high = expected_range(known, None if kind == "count" else 0.0, _LEAST.get(kind, 0))
    if not isinstance(value, int | float):
        return UsualDay(middle, (low, high), "too_little_data")
    difference = Difference(value - middle, value - high, value - low)
    return UsualDay(middle, (low, high), verdict_of(_AS.get(name, "arrivals"), difference))
