"""The most important findings of a week or month: at most three, each with its numbers.

**Importance** is in one unit, the misses (inquiries or visits that missed a goal, or people lost)
that the finding accounts for at least: not its size but the end of its interval nearest to nothing.
A small difference in a large service may thus outweigh a large one in a small service, and what is
uncertain counts for little. Demand and congestion are not misses; of the people they concern, the
share that misses the branch's worst goal is counted.

**Only what excludes chance** is reported, and a whole report may be wrong by five percent
where nothing is the matter. Two of the five go to the goals themselves, the question a report is
first asked, and the rest evenly to the other families of claims (the services, the hours, the
changes, the single days ...). Within a family it goes by Holm's steps (*Scand. J. Stat.* 6, 1979):
the surest of c claims is tested at ``1/c`` of the share, and once it holds the next at ``1/(c-1)``.
Days are the units (:mod:`queue_service.history.rules.confidence_intervals`). Days of waiting goals
follow each other, so the intervals of such goals and of their changes are wider. Services and hours
are kept without their days; each has Wilson's interval over as many inquiries as its own are worth
by the branch's design effect, or by the effect of days of the same weekday if there are several.

A kind is reported once, by its weightiest subject. With fewer than five days nothing is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from math import inf
from typing import Final

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Row
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.rules.confidence_intervals import (
    MIN_DAYS,
    DaySpreads,
    Difference,
    Estimate,
    design_effect,
    estimate,
    mean_difference,
    score_interval,
    share_difference,
    share_interval,
    z_quantile,
)
from queue_service.insight.rules.compare import arrivals_pair, judged_pair, lost_pair, over_days
from queue_service.insight.rules.congestion import Congestion, HourOfTheWeek
from queue_service.insight.rules.daily_ratios import estimates
from queue_service.insight.rules.finding import Finding, FindingFigures, FindingKind, Subject
from queue_service.insight.rules.outliers import Recent, standing_out

MOST: Final = 3
LEAST: Final = 1.0
"""A finding of less than one miss is not reported."""
_ERROR: Final = 0.05
"""The share of reports that may contain a finding although nothing differs."""
_ERROR_OF_GOALS: Final = 0.02
"""The goals' part of it."""
LOSSES: Final = ("abandoned", "no_show", "incomplete")

FindingClaim = Callable[[float], Finding | None]
"""The finding at an interval's level; None if the interval does not exclude chance."""


def find(
    now: FindingFigures,
    before: FindingFigures | None,
    targets: Mapping[str, float | None],
    changed: Collection[str] = (),
    recent: Recent | None = None,
    waits: Collection[str] = (),
) -> tuple[Finding, ...]:
    """The findings of a period, the weightiest first; none without outliers.

    ``targets`` has the goals to look at; a goal whose target is None is only compared with
    ``before``, and a goal of ``changed`` is not, since its measure has changed. Of a service, hour
    or weekday with fewer than :data:`SMALLEST` judged nothing is reported. With ``recent`` days and
    hours may be outliers; of one date not both its day and an hour. ``waits`` are the goals on
    waiting times.
    """
    if over_days(now.days, arrivals_pair).days < MIN_DAYS:
        return ()
    families = [*_goals(now, targets, waits), *_congestion(now, targets)]
    if before is not None:
        families += _changes(now, before, targets, changed, waits)
    if recent is not None:
        families += standing_out(recent, [goal for goal in targets if goal not in changed])
    claimed = chain.from_iterable(that_hold(family, error) for family, error in _shared(families))
    weightiest: dict[FindingKind, Finding] = {}
    for finding in sorted(claimed, key=_rank):
        if finding.importance >= LEAST and not _repeats_its_date(finding, weightiest):
            weightiest.setdefault(finding.kind, finding)
    return tuple(weightiest.values())[:MOST]


def _shared(
    families: Sequence[Sequence[FindingClaim]],
) -> Iterator[tuple[Sequence[FindingClaim], float]]:
    """Each family that claims anything, with how often it may be wrong; the goals' comes first."""
    goals, *others = families
    claimed = [family for family in others if family]
    for_goals = _ERROR_OF_GOALS if goals else 0.0
    yield goals, for_goals
    for family in claimed:
        yield family, (_ERROR - for_goals) / len(claimed)


def that_hold(claims: Sequence[FindingClaim], error: float) -> Iterator[Finding]:
    """The claims of a family that hold, step by step; each as reported at the step at which it
    held."""
    left = list(claims)
    while left:
        found = [claim(1 - error / len(left)) for claim in left]
        holding = [finding for finding in found if finding is not None and finding.importance > 0]
        if not holding:
            return
        yield from holding
        left = [
            claim
            for claim, finding in zip(left, found, strict=True)
            if finding is None or finding.importance <= 0
        ]


_OF_DATES: Final[Mapping[FindingKind, FindingKind]] = {
    "day_stands_out": "hour_stands_out",
    "hour_stands_out": "day_stands_out",
}


def _repeats_its_date(finding: Finding, weightiest: Mapping[FindingKind, Finding]) -> bool:
    other = weightiest.get(_OF_DATES.get(finding.kind, finding.kind))
    if other is None or other.kind == finding.kind:
        return False
    dates = [f.subject[0] for f in (other, finding) if isinstance(f.subject, tuple)]
    return len({*dates}) == 1


def _rank(finding: Finding) -> tuple[float, FindingKind, str, str]:
    return -finding.importance, finding.kind, finding.goal or "", str(finding.subject)


def _goals(
    now: FindingFigures, targets: Mapping[str, float | None], waits: Collection[str]
) -> Iterator[list[FindingClaim]]:
    shares = {goal: _attained(now, goal) for goal in targets}
    known = {goal: target for goal, target in targets.items() if target is not None}
    wider = {goal: DaySpreads(now.days, waits).following(goal) for goal in known}
    yield [
        partial(_goal, goal, shares[goal], target, wider[goal]) for goal, target in known.items()
    ]
    effects = {goal: _effect(now, goal) * wider[goal] for goal in known}
    for kind, parts in _parts(now):
        if len(parts) > 1:
            yield [
                partial(_costs, kind, goal, subject, rows, target, effects[goal])
                for goal, target in known.items()
                for subject, rows in parts.items()
            ]


def _attained(figures: FindingFigures, goal: str) -> Estimate:
    return over_days(figures.days, partial(judged_pair, goal=goal))


def _effect(now: FindingFigures, goal: str) -> float:
    """The design effect of a goal's days. Mondays that differ from Fridays are no chance: where
    every weekday has several days, they are compared with their own."""
    weekdays: dict[int, list[Row]] = defaultdict(list)
    for date, row in now.days.items():
        weekdays[weekday_of(date)].append(row)
    shares = [estimate(judged_pair(row, goal) for row in rows) for rows in weekdays.values()]
    scatter = alone = 0.0
    for share in shares:
        if share.value is not None and share.variance is None:
            return design_effect(_attained(now, goal))
        scatter += (share.variance or 0.0) * share.n**2
        alone += (share.value or 0.0) * (1 - (share.value or 0.0)) * share.n
    return max(1.0, scatter / alone) if alone else 1.0


def _goal(goal: str, share: Estimate, target: float, wider: float, level: float) -> Finding | None:
    interval = share_interval(share, level, following=wider)
    if share.value is None or interval is None or interval[0] < target <= interval[1]:
        return None
    low, high = interval
    kind: FindingKind = "goal_met" if low >= target else "goal_missed"
    beyond = max(low - target, target - high)
    return Finding(kind, goal, None, share.value, low, high, target, share.n, beyond * share.n)


def _parts(now: FindingFigures) -> Iterator[tuple[FindingKind, Mapping[Subject, Sequence[Row]]]]:
    hours: dict[Subject, list[Row]] = defaultdict(list)
    weekdays: dict[Subject, list[Row]] = defaultdict(list)
    for (weekday, hour), row in now.hours.items():
        hours[hour].append(row)
        weekdays[weekday].append(row)
    yield "service_costs", {service: [row] for service, row in now.services.items()}
    yield "hour_costs", hours
    yield "weekday_costs", weekdays


def _costs(
    kind: FindingKind,
    goal: str,
    subject: Subject,
    rows: Sequence[Row],
    target: float,
    effect: float,
    level: float,
) -> Finding | None:
    judged, within = map(sum, zip(*(row.judged(goal) for row in rows), strict=True))
    if judged < SMALLEST:
        return None
    low, high = score_interval(within / judged, judged / effect, z_quantile(level))
    spared = (target - high) * judged
    return Finding(kind, goal, subject, within / judged, low, high, target, judged, spared)


def _changes(
    now: FindingFigures,
    before: FindingFigures,
    targets: Mapping[str, float | None],
    changed: Collection[str],
    waits: Collection[str],
) -> Iterator[list[FindingClaim]]:
    weight = _missing(now, targets)
    yield [
        partial(_changed, ("improved", "worsened"), goal, None, share_difference, 1.0, pair)
        for goal in targets
        if goal not in changed
        for pair in [_both(before, now, partial(judged_pair, goal=goal), follow=goal in waits)]
    ]
    yield [
        partial(_changed, ("loss_up", "loss_down"), None, state, share_difference, 1.0, pair)
        for state in LOSSES
        for pair in [_both(before, now, partial(lost_pair, state=state))]
    ]
    demand = _both(before, now, arrivals_pair)
    yield [
        partial(_changed, ("demand_up", "demand_down"), None, None, mean_difference, weight, demand)
    ]


def _both(
    before: FindingFigures,
    now: FindingFigures,
    pair: Callable[[Row], tuple[float, float]],
    *,
    follow: bool = False,
) -> tuple[Estimate, Estimate]:
    earlier, later = ({d: pair(row) for d, row in f.days.items()} for f in (before, now))
    sides = estimates(earlier, later, follow=follow)
    return sides.first, sides.second


def _changed(
    kinds: tuple[FindingKind, FindingKind],
    goal: str | None,
    subject: Subject,
    differ: Callable[[Estimate, Estimate, float], Difference | None],
    weight: float,
    both: tuple[Estimate, Estimate],
    level: float,
) -> Finding | None:
    """A change, of the first kind when it is a rise."""
    earlier, later = both
    change = differ(earlier, later, level)
    if change is None or earlier.value is None or change.low <= 0 <= change.high:
        return None
    most = 1.0 if differ is share_difference else inf
    ends = (earlier.value + end for end in (change.value, change.low, change.high))
    value, low, high = (min(max(end, 0.0), most) for end in ends)
    least = min(abs(change.low), abs(change.high)) * later.n * weight
    kind = kinds[0] if change.low > 0 else kinds[1]
    return Finding(kind, goal, subject, value, low, high, earlier.value, later.n, least)


def _missing(now: FindingFigures, targets: Mapping[str, float | None]) -> float:
    """The share of people who miss the worst goal, or are lost if that is more."""
    shares = [_attained(now, goal).value for goal in targets]
    lost = sum(over_days(now.days, partial(lost_pair, state=s)).value or 0.0 for s in LOSSES)
    return max(lost, *(1 - share for share in shares if share is not None), 0.0)


def _congestion(
    now: FindingFigures, targets: Mapping[str, float | None]
) -> Iterator[list[FindingClaim]]:
    congestion = Congestion(now.hours, now.staffed, now.days)
    yield [partial(_crowded, congestion, key, _missing(now, targets)) for key in congestion.hours]


def _crowded(congestion: Congestion, key: HourOfTheWeek, weight: float, level: float) -> Finding:
    at = congestion.at(key, level)
    ends = at.value, at.low, at.high, at.usual
    return Finding("crowded", None, key, *ends, at.hours, at.people * weight)
