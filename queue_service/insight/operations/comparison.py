"""Branches compared over one period, as they are and by the same mix of services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.days.rules.days_by_service import (
    HANDLING,
    WAITING,
    ServiceDay,
    ServiceDays,
    below,
    count,
    total_ms,
)
from queue_service.days.rules.period import Period
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.goals.rules.indicators import (
    FIRST_CONTACT,
    HANDLING_TIME,
    INDICATORS,
    WAITING_TIME,
)
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.answers import answers_in, share_of_answers
from queue_service.history.operations.daily import empty_past
from queue_service.history.operations.history import Past
from queue_service.history.operations.months_by_service import service_days
from queue_service.insight.rules.compare import ChangeVerdict
from queue_service.insight.rules.matching import matched
from queue_service.insight.rules.standardise import (
    BranchStanding,
    ComparedBranches,
    ServiceShares,
    StandardFigure,
    compare_branches,
)
from queue_service.insight.rules.standardise_median import compare_medians

_MEAN: Final = "handling_mean"
_MEDIAN: Final = "handling_p50"
_TIMES: Final = (_MEAN, _MEDIAN)
"""Handling times in seconds, next to the shares of the indicators."""
_WITH_LIMIT: Final = (HANDLING_TIME, WAITING_TIME)
_OF_ANSWERS: Final = [one for one in INDICATORS.values() if one.answers_to]


class Measure(NamedTuple):
    """The subject of a comparison: an indicator, or one of :data:`_TIMES`, by its id, and its limit
    in seconds where it has one."""

    indicator: str
    limit: int | None = None

    @property
    def key(self) -> str:
        """Its stable name: ``handling_time_within-360``."""
        return self.indicator if self.limit is None else f"{self.indicator}-{self.limit}"

    @property
    def share(self) -> bool:
        """Whether it is a share, and not seconds."""
        return self.indicator not in _TIMES

    @property
    def by_service(self) -> bool:
        """Whether it is known by service; a terminal's answers are not."""
        return self.indicator not in [one.id for one in _OF_ANSWERS]


@dataclass(frozen=True, slots=True)
class BranchComparison:
    """Branches over a period, in the order of their names. ``pasts`` have no rows.

    A running day is left out of several days, since its hours have not all come and they differ
    between branches; alone it is compared as it is. Limits are those of the branches' goals over
    all services and hours. Every branch is compared with the same limit on all dates, whatever its
    own goal was then. Of satisfaction there is the raw figure alone.
    """

    period: Period
    pasts: Mapping[str, Past]
    measures: Mapping[Measure, ComparedBranches]

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches compared."""
        return tuple(past.branch for past in self.pasts.values())

    def name(self, service: str, language: str) -> str:
        """The name of a service, at the first branch that knows it."""
        names = (past.name("service", service, language) for past in self.pasts.values())
        return next((name for name in names if name != service), service)


def verdict(measure: Measure, standing: BranchStanding) -> ChangeVerdict | None:
    """How a branch differs from the others together, by the same mix of services; None if
    nothing is compared with them: of a median, and of a figure that is not standardised."""
    found = standing.difference
    if standing.standardised is None or measure.indicator == _MEDIAN:
        return None
    if found is None:
        return "too_little_data"
    if found.low <= 0 <= found.high:
        return "no_difference"
    return "better" if (found.low > 0) == measure.share else "worse"


def comparison(
    queue: Queue, branch_ids: Sequence[str], period: Period, *, now: int | None = None
) -> BranchComparison:
    """Compare these branches; ``now`` (ms) is the store's by default. Raises BranchNotFound.

    Days that are not summarised yet are read from the visits.
    """
    now = queue.time(now)
    pasts = [empty_past(queue, branch_id, period, now) for branch_id in dict.fromkeys(branch_ids)]
    pasts.sort(key=lambda past: (past.branch.name, past.branch.id))
    by_id = {past.branch.id: past for past in pasts}
    days = {key: _days_over(queue, past, now) for key, past in by_id.items()}
    days = _by_same_services(by_id, days)
    found = {measure: _compared(measure, days) for measure in _measures(pasts)}
    return BranchComparison(period, by_id, found | _satisfaction(queue, by_id, period))


def _days_over(queue: Queue, past: Past, now: int) -> ServiceDays:
    """The days that are over, of a period that has any before today."""
    found = service_days(queue, past.branch, past.period, now)
    if not past.over(past.period.first):
        return found
    return {date: services for date, services in found.items() if past.over(date)}


def _by_same_services(
    pasts: Mapping[str, Past], days: Mapping[str, ServiceDays]
) -> dict[str, ServiceDays]:
    """The same days, with one id for services that are one by their KLE number."""
    numbers = {
        branch: {
            **{service: None for of_date in days[branch].values() for service in of_date},
            **{service.id: service.kle for service in past.branch.services.values()},
        }
        for branch, past in pasts.items()
    }
    same = matched(numbers)
    if not same:
        return dict(days)
    return {
        branch: {
            date: {same.get(service, service): day for service, day in of_date.items()}
            for date, of_date in found.items()
        }
        for branch, found in days.items()
    }


def _measures(pasts: Iterable[Past]) -> list[Measure]:
    goals = [goal for past in pasts for goal in past.goal_history.latest().values()]
    limits = {
        Measure(goal.indicator.id, goal.threshold_seconds)
        for goal in goals
        if goal.indicator in _WITH_LIMIT and EVERYTHING in goal.services and not goal.hours
    }
    return [*sorted(limits), *map(Measure, (FIRST_CONTACT.id, *_TIMES))]


def _compared(measure: Measure, days: Mapping[str, ServiceDays]) -> ComparedBranches:
    if measure.indicator == _MEDIAN:
        handled = {
            branch: {date: {s: one.handled for s, one in of.items()} for date, of in found.items()}
            for branch, found in days.items()
        }
        return compare_medians(handled)
    parts = {branch: _parts(measure, found) for branch, found in days.items()}
    return compare_branches(parts, share=measure.share, follow=measure.indicator == WAITING_TIME.id)


def _parts(measure: Measure, days: ServiceDays) -> ServiceShares:
    """A branch's part of a figure; empty if it is unknown for one of its days."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for date, services in days.items():
        found[date] = {}
        for service, day in services.items():
            part = _part(measure, day)
            if part is None:
                return {}
            found[date][service] = part
    return found


def _part(measure: Measure, day: ServiceDay) -> tuple[float, float] | None:
    limit = measure.limit or 0
    if measure.indicator == FIRST_CONTACT.id:
        return day.first_contact, day.outcomes
    if measure.indicator == _MEAN:
        return total_ms(day.handled) / 1000, count(day.handled)
    if measure.indicator == HANDLING_TIME.id:
        within = below(day.handled, limit, HANDLING)
        return None if within is None else (within, count(day.handled))
    called = below(day.waits, limit, WAITING)
    left = None if day.left is None else below(day.left, limit, WAITING)
    if called is None or left is None or day.left is None:
        return None
    return called, count(day.waits) + count(day.left) - left


def _satisfaction(
    queue: Queue, pasts: Mapping[str, Past], period: Period
) -> dict[Measure, ComparedBranches]:
    answers = {
        branch: answers_in(queue, past.branch, period, past.today) for branch, past in pasts.items()
    }
    found: dict[Measure, ComparedBranches] = {}
    nothing = StandardFigure(None, None, None, 0, 0)
    for indicator in _OF_ANSWERS:
        question = indicator.answers_to
        by_branch = {
            branch: of_branch[question] for branch, of_branch in answers.items() if question
        }
        if any(by_branch.values()):
            standings = {
                branch: BranchStanding(_figure(share_of_answers(by_date), len(by_date)), 0.0)
                for branch, by_date in by_branch.items()
            }
            found[Measure(indicator.id)] = ComparedBranches(standings, {}, 0.0, nothing)
    return found


def _figure(share: Share, days: int) -> StandardFigure:
    return StandardFigure(share.ratio, share.low, share.high, share.judged, days)
