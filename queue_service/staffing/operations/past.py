"""The past days of a branch as staffing advice reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log
from statistics import fmean
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import has_own_hours
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.summary import stored_cells, stored_flow, stored_staffed, stored_whole
from queue_service.history.operations.daily import dates_in, summaries_of
from queue_service.history.rules.history import total
from queue_service.insight.operations.hours import visits_by_hour
from queue_service.notes.store import NoteStore
from queue_service.runtime.cooperation import in_turns
from queue_service.staffing.rules.advised import ServiceTimes
from queue_service.staffing.rules.forecast import Expected, PastDay, Weekdays, expected_of
from queue_service.staffing.rules.pools import Pool

DAYS_BACK: Final = 366
"""How far back days are compared with their own forecasts."""
SERVICE_DAYS: Final = 20
"""So many days that were open say how long a service takes and how long people wait."""

_QUANTILES: Final = 100
"""So many service times are drawn from."""

Arrivals = Mapping[str, int]
"""Tickets by hour."""


@dataclass(frozen=True, slots=True)
class StaffingPast:
    """The days of up to a year: for the forecast, by pool, counters open by date and hour, and how
    long services take: in all, and by pool."""

    weekdays: Weekdays
    by_pool: Mapping[str, tuple[Arrivals, ...]]
    opened: Mapping[str, Mapping[str, int]]
    service: ServiceTimes | None
    services: tuple[ServiceTimes | None, ...]

    def expected(self, whole: Expected, pool: int) -> Expected:
        """The part of a pool in the forecast of a date."""
        weeks = [PastDay(day.date, self.by_pool[day.date][pool]) for day in whole.weeks]
        return expected_of(whole.date, weeks)


def outages(queue: Queue, branch: Branch) -> list[str]:
    """The dates with a note of an outage."""
    notes = queue.get(NoteStore).all(branch.id).items()
    return [date for date, found in notes if any(note.kind == "outage" for note in found)]


def staffing_past(
    queue: Queue, branch: Branch, pools: Sequence[Pool], today: str, now: int
) -> StaffingPast:
    """The days of the year before ``today``."""
    period = between(days_after(today, -DAYS_BACK), days_after(today, -1))
    without = {*outages(queue, branch)}
    days: list[PastDay] = []
    by_pool: dict[str, tuple[Arrivals, ...]] = {}
    opened: dict[str, Mapping[str, int]] = {}
    texts: dict[str, str] = {}
    dates = dates_in(queue, branch, period)
    for date, text in in_turns(summaries_of(queue, branch, dates, now)):
        special = date in without or has_own_hours(branch, date)
        day = _past_day(date, text, special)
        days.append(day)
        if day.ordinary:
            by_pool[date] = _by_pool(day, text, pools)
            opened[date] = stored_staffed(text)
            texts[date] = text
    latest = list(islice(reversed(texts.values()), SERVICE_DAYS))
    whole, *parts = service_times(latest, pools)
    return StaffingPast(Weekdays(days), by_pool, opened, whole, tuple(parts))


def _past_day(date: str, text: str, special: bool) -> PastDay:
    rows = visits_by_hour(text)
    issued = {hour: row.visits["issued"] for hour, row in rows.items() if row.visits["issued"]}
    return PastDay(date, issued, sum(row.visits["paper"] for row in rows.values()), special)


def _by_pool(day: PastDay, text: str, pools: Sequence[Pool]) -> tuple[Arrivals, ...]:
    if len(pools) == 1:
        return (day.issued,)
    found: list[dict[str, int]] = [{} for _ in pools]
    of_service = _pool_of_service(pools)
    for hour, service, *stored in stored_cells(text)[0]:
        row = Row()
        row.visits.absorb_stored(stored)
        hours = found[of_service.get(service, 0)]
        hours[hour] = hours.get(hour, 0) + row.visits["issued"]
    return tuple(found)


def _pool_of_service(pools: Sequence[Pool]) -> dict[str, int]:
    """Services that are no longer offered count with the first pool."""
    return {service: n for n, pool in enumerate(pools) for service in pool.services}


def service_times(texts: Sequence[str], pools: Sequence[Pool]) -> list[ServiceTimes | None]:
    """Service times and patience of stored days: of all services, then by pool.

    The counters' time with a visit is shared out among the pools by their handling times, so that
    no single counter is looked at. None if no counter's time is known, and for a pool without
    completed visits.
    """
    flows = [(stored_flow(text), text) for text in texts if _completed(text)]
    known = [(flow, text) for flow, text in flows if flow is not None]
    busy_ms = sum(hour.busy_ms for flow, _ in known for hour in flow.hours.values())
    if not busy_ms:
        return [None] * (1 + len(pools))
    parts = [Row() for _ in pools]
    of_service = _pool_of_service(pools)
    for _, text in known:
        visits, inquiries = stored_cells(text)
        for _, service, *stored in visits:
            parts[of_service.get(service, 0)].visits.absorb_stored(stored)
        for _, service, _, *stored in inquiries:
            parts[of_service.get(service, 0)].inquiries.absorb_stored(stored)
    whole = total(parts)
    return [_times_of(row, whole, busy_ms, len(known)) for row in (whole, *parts)]


def _completed(text: str) -> int:
    row = Row()
    row.absorb_stored(stored_whole(text))
    return row.visits["completed"]


def _times_of(row: Row, whole: Row, busy_ms: int, days: int) -> ServiceTimes | None:
    served, handled_ms = row.visits["completed"], whole.inquiries.durations.total_ms
    part = row.inquiries.durations.total_ms / handled_ms if handled_ms else 1
    if not served or not part:
        return None
    mean = part * busy_ms / served / 1000
    left, waited_ms = row.visits.left, row.visits.durations.total_ms
    patience = None
    if left is not None and left.n and waited_ms + left.total_ms:
        patience = (waited_ms + left.total_ms) / left.n / 1000
    return ServiceTimes(days, mean, _times(row, mean), patience)


def _times(row: Row, mean: float) -> tuple[float, ...]:
    """A hundred quantiles of the stored handling times, stretched to the mean; exponential ones
    where none are stored."""
    stored = sorted(ms for ms in row.inquiries.durations.values if ms > 0)
    places = [(n + 0.5) / _QUANTILES for n in range(_QUANTILES)]
    if stored:
        found = [float(stored[int(place * len(stored))]) for place in places]
    else:
        found = [-log(1 - place) for place in places]
    factor = mean / fmean(found)
    return tuple(round(value * factor, 3) for value in found)
