"""How many numbers each kiosk of a branch has issued in the running hour, and the usual count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from queue_service.access.store import AccessStore
from queue_service.alerts.rules.kiosks import LEAST, WEEKS, KioskHour, usual_hour
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import local_hour, moment, next_hour
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import stored_half_hours
from queue_service.days.store import DayStore
from queue_service.visits.store.visit_store import VisitStore

_HOUR_MS: Final = 3_600_000


def busy_kiosks(queue: Queue, branch: Branch, now: int) -> Mapping[str, KioskHour]:
    """By token, the kiosks that have issued more than ``LEAST`` numbers this hour.

    ``now`` is in ms. None while too few days are known to say what is usual. The history is read
    if there is such a kiosk.
    """
    date = moment(branch, now).date
    since = next_hour(branch.timezone, now) - _HOUR_MS
    latest = queue.get(VisitStore).issued_since(branch.id, date, since)
    issued = Counter(visit.issued_by for visit in latest if visit.issued_by)
    busy = {kiosk: count for kiosk, count in issued.items() if kiosk and count > LEAST}
    if not busy:
        return {}
    usual = usual_hour([*_past(queue, branch, date, f"{local_hour(branch.timezone, now):02}")])
    if usual is None:
        return {}
    access = queue.get(AccessStore)
    tokens = {token.id: token for token in access.tokens_with(busy)}
    return {
        kiosk: KioskHour(tokens[kiosk].label if kiosk in tokens else "", count, usual)
        for kiosk, count in busy.items()
    }


def _past(queue: Queue, branch: Branch, date: str, hour: str) -> Iterator[int]:
    """How many numbers were issued in this hour on the same weekday, on days that are known."""
    dates = [days_after(date, -7 * week) for week in range(1, WEEKS + 1)]
    for _, text in queue.get(DayStore).summaries(branch.id, dates):
        stored = stored_half_hours(text) if text is not None else None
        if stored is not None:
            half_hours, _ = stored
            yield sum(n.issued for (half, _), n in half_hours.items() if half[:2] == hour)
