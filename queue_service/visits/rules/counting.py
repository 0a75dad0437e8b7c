"""The counts of a change, and the names of counts: derived from before and after.

Two sets of counts are kept with every commit. The *totals* are for Prometheus and never fall. The
*day* is shown on pages, corrected when a press is undone. The names of their fields are made and
read here alone, of parts joined with ``|``, which no id contains; but issued visits are counted by
``visits/scripts/issue.lua``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple, cast, get_args

from queue_service.visits.rules.visit import ENDED_STATES, Inquiry, Judgement, Visit
from queue_service.visits.rules.wait_estimate import came_true

HANDLING_BUCKETS: Final = (
    15, 30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 3600, 7200,
)  # fmt: skip
"""Upper bounds in seconds, inclusive; exact at the goals, within 1–2 % at p50 and p90."""
WAITING_BUCKETS: Final = (
    5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1200, 1500,
    1800, 2700, 3600, 7200,
)  # fmt: skip
"""Upper bounds in seconds, inclusive."""

GoalKind = Literal["judged", "within", "unjudged", "unwithin"]
TimeKind = Literal["waiting", "handling"]
TotalKind = Literal[
    "issued", "ended", "returned", "inquiry", "paper", "unpaper", GoalKind, TimeKind
]

GOAL_KINDS: Final[tuple[str, ...]] = get_args(GoalKind)
TOTAL_KINDS: Final[frozenset[str]] = frozenset(get_args(TotalKind))
SUM: Final = "sum"
"""Used as a bucket's number: all milliseconds together."""


class Total(NamedTuple):
    """A count of the totals: the fact, its service, and the state, outcome, goal or bucket."""

    kind: TotalKind
    service: str
    of: str = ""


def total_field(kind: TotalKind, service: str, of: str | int = "") -> str:
    """The name of a total; :func:`read_total` reads it back."""
    return f"{kind}|{service}|{of}" if of != "" else f"{kind}|{service}"


@lru_cache(maxsize=16_384)  # branches count under the same names
def read_total(field: str) -> Total | None:
    """The total with this name; None for a total of another version."""
    kind, _, rest = field.partition("|")
    service, _, of = rest.partition("|")
    return Total(cast("TotalKind", kind), service, of) if kind in TOTAL_KINDS else None


def day_field(kind: Literal["judged", "within"], goal: str) -> str:
    """The name under which a day counts a goal's judgements; endings are called by their state."""
    return f"{kind}|{goal}"


DAY_INQUIRIES: Final = "inquiries"
"""The name under which a day counts its completed inquiries."""


EstimatePlace = Literal["nobody", "somebody"]
"""The queue ahead at issue."""
EstimateResult = Literal["held", "missed", "left", "none"]
"""Whether the wait lay within the estimate; ``left`` before its upper end, so that it is unknown;
or ``none`` was shown."""


def estimate_field(ahead: EstimatePlace, result: EstimateResult) -> str:
    """The name of the total of waits that are over, by the result of their estimate."""
    return f"estimate|{ahead}|{result}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Increments by field. ``waited_ms`` is set by the call that ended a visit's first wait."""

    totals: Mapping[str, int]
    day: Mapping[str, int]
    waited_ms: int | None = None


def count(before: Visit, after: Visit) -> Counts:
    """The counts that turning ``before`` into ``after`` adds."""
    totals: Counter[str] = Counter()
    day: Counter[str] = Counter()
    _count_ending(before, after, totals, day)
    _count_judged(before.issued_service, before.judged, after.judged, totals, day)
    day[DAY_INQUIRIES] += _completed(after) - _completed(before)
    for index, inquiry in enumerate(after.inquiries):
        was = before.inquiries[index] if index < len(before.inquiries) else Inquiry("")
        _count_judged(inquiry.service, was.judged, inquiry.judged, totals, day)
        if inquiry.outcome and not was.outcome:
            totals[total_field("inquiry", inquiry.service, inquiry.outcome)] += 1
            _observe("handling", inquiry.service, inquiry.handled_ms, HANDLING_BUCKETS, totals)
    waited = after.wait_ended_since(before)
    if waited is not None:
        _observe("waiting", after.issued_service, waited, WAITING_BUCKETS, totals)
    if after.ahead is not None and _wait_is_over(after) and not _wait_is_over(before):
        place: EstimatePlace = "somebody" if after.ahead else "nobody"
        totals[estimate_field(place, _estimate_result(after))] += 1
    return Counts(totals, day, waited)


def _wait_is_over(visit: Visit) -> bool:
    return visit.first_called_at is not None or visit.left_uncalled


def _estimate_result(visit: Visit) -> EstimateResult:
    if visit.estimate is None:
        return "none"
    held = came_true(visit)
    return "left" if held is None else "held" if held else "missed"


def _completed(visit: Visit) -> int:
    return sum(inquiry.outcome is not None for inquiry in visit.inquiries)


def bucket_index(milliseconds: int, bounds: tuple[int, ...]) -> int:
    """The first bucket whose upper bound holds the duration; ``len(bounds)`` is +Inf."""
    return bisect_left(bounds, milliseconds / 1000)


def _observe(
    kind: TimeKind, service: str, milliseconds: int, bounds: tuple[int, ...], totals: Counter[str]
) -> None:
    totals[total_field(kind, service, bucket_index(milliseconds, bounds))] += 1
    totals[total_field(kind, service, SUM)] += milliseconds


def _count_ending(before: Visit, after: Visit, totals: Counter[str], day: Counter[str]) -> None:
    if before.state == after.state:
        return
    if before.state in ENDED_STATES:
        totals[total_field("returned", before.issued_service, before.state)] += 1
        day[before.state] -= 1
    if after.state in ENDED_STATES:
        totals[total_field("ended", after.issued_service, after.state)] += 1
        day[after.state] += 1


def _count_judged(
    service: str,
    before: Judgement | None,
    after: Judgement | None,
    totals: Counter[str],
    day: Counter[str],
) -> None:
    if before == after:
        return
    for goal, within in (before or {}).items():
        day[day_field("judged", goal)] -= 1
        day[day_field("within", goal)] -= within
        totals[total_field("unjudged", service, goal)] += 1
        totals[total_field("unwithin", service, goal)] += within
    for goal, within in (after or {}).items():
        day[day_field("judged", goal)] += 1
        day[day_field("within", goal)] += within
        totals[total_field("judged", service, goal)] += 1
        totals[total_field("within", service, goal)] += within
