"""An hour that is over, with one counter more or fewer, from its stored day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from queue_service.branches.rules.dates_and_hours import minute_of_day
from queue_service.command import Queue
from queue_service.days.rules.figures import Cell, Durations
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.summary import stored_half_hours, stored_staffed
from queue_service.days.rules.suppression import SMALLEST
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.history.operations.daily import dates_in, summaries_of
from queue_service.insight.operations.hours import HourStory, visits_by_hour
from queue_service.runtime.cooperation import in_turns
from queue_service.staffing.operations.past import SERVICE_DAYS, service_times
from queue_service.staffing.rules.advised import USUAL_LIMIT_SECONDS
from queue_service.staffing.rules.past_hour import DrawnFrom, PastHour, PastPart, past_hour
from queue_service.staffing.rules.pools import pools_of

_DAYS_BACK: Final = 60
_HOUR: Final = 3600
_HALF_HOUR: Final = 1800


def hour_goal(story: HourStory) -> Goal | None:
    """The waiting goal of the hour's date: the first that judges every service, else the first."""
    goals = [goal for goal in story.past.goal_history.on(story.date) if goal.judges_waits]
    goals.sort(key=lambda goal: EVERYTHING not in goal.services)
    return goals[0] if goals else None


@dataclass(frozen=True, slots=True)
class OtherCounters:
    """An hour with other counters: the shares called within seconds, and the true share; None
    if it is of few or not known, see :func:`true_share`."""

    hour: PastHour
    limit_seconds: int
    true_share: float | None


def other_counters(
    queue: Queue, story: HourStory, *, now: int | None = None
) -> OtherCounters | None:
    """The hour with one counter more or fewer.

    None while it is not over, with fewer than five visits, where services have counters of their
    own, and where the counters' time is not known. ``now`` (ms) is the store's by default.
    """
    branch, date = story.past.branch, story.date
    pools = pools_of(branch)
    if not story.over or story.figures.sides.arrivals < SMALLEST or len(pools) > 1:
        return None
    now = queue.store.time() if now is None else now
    known = dates_in(queue, branch, between(days_after(date, -_DAYS_BACK), date))
    texts = [text for _, text in summaries_of(queue, branch, known[-SERVICE_DAYS:], now)]
    service, _ = service_times(texts, pools)
    if service is None or date not in known:
        return None
    goal = hour_goal(story)
    limit = (goal and goal.threshold_seconds) or USUAL_LIMIT_SECONDS
    drawn_from = DrawnFrom(service.times, service.patience, limit)
    seeded = Random(f"{branch.id} {date} {story.hour}")  # noqa: S311 - seeded, no secret
    parts, begins = list(_parts(texts[-1])), int(story.hour) * _HOUR
    found = past_hour(parts, begins, drawn_from, seeded, in_turns)
    if found is None:
        return None
    return OtherCounters(found, limit, true_share(story.figures.row.visits, limit))


def true_share(visits: Cell, limit_seconds: int) -> float | None:
    """The share of visits called within the limit, of those called or left after it; None with
    fewer than five, and where waits are counted by buckets of which none ends at the limit."""
    left = visits.left or Durations(visits.durations.bounds)
    called, early = _under(visits.durations, limit_seconds), _under(left, limit_seconds)
    if called is None or early is None:
        return None
    judged = visits.durations.n + left.n - early
    return called / judged if judged >= SMALLEST else None


def _under(durations: Durations, limit_seconds: int) -> int | None:
    under = sum(value < 1000 * limit_seconds for value in durations.values)
    if durations.buckets is None:
        return under
    if limit_seconds not in durations.bounds:
        return None
    return under + sum(durations.buckets[: durations.bounds.index(limit_seconds) + 1])


def _parts(text: str) -> Iterator[PastPart]:
    """The half hours of a stored day, or its hours if half hours are not stored."""
    halves = stored_half_hours(text)
    if halves is not None and halves[1]:
        cells, opened_ms = halves
        issued: dict[str, int] = {}
        for (half, _), count in cells.items():
            issued[half] = issued.get(half, 0) + count.issued
        length = _HALF_HOUR
    else:
        rows, opened_ms = visits_by_hour(text), stored_staffed(text)
        issued = {hour: row.visits["issued"] for hour, row in rows.items()}
        length = _HOUR
    for name in sorted(issued.keys() | opened_ms.keys()):
        begins = 60 * minute_of_day(name if ":" in name else f"{name}:00")
        opened = opened_ms.get(name, 0) / (1000 * length)
        yield PastPart(begins, begins + length, issued.get(name, 0), opened)
