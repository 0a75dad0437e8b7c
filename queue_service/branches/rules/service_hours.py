"""The own hours of a service, such as passports from 10 to 14: within those of its branch.

They are a week of their own. On each date they count as far as the branch is open then, so on a
date with other hours, and while the branch is closed, the service is closed too. They bind kiosks
and phones as the hours of the branch do: who waits is served, and the staff may issue at any time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.dates_and_hours import (
    DAYS_SHOWN,
    Span,
    hours_on,
    moment,
    shared_spans,
)

AHEAD_DAYS: Final = 60
"""How far ahead the next opening of a service is looked for."""


def service_hours_on(branch: Branch, service: Service, day: str) -> tuple[Span, ...]:
    """When numbers are given for a service on a date, as instants (ms) in order."""
    open_spans = hours_on(branch, day)
    if not service.hours:
        return open_spans
    return tuple(shared_spans(hours_on(_alone(branch, service), day), open_spans))


def is_in_hours(branch: Branch, service: Service, now: int) -> bool:
    """Whether ``now`` (ms) is within the own hours of a service; without any it always is."""
    if not service.hours:
        return True
    today = service_hours_on(branch, service, moment(branch, now).date)
    return any(begin <= now < end for begin, end in today)


def opens_next(branch: Branch, service: Service, now: int) -> int | None:
    """The first instant after ``now`` (ms) at which a service opens; None within sixty days."""
    today = date.fromisoformat(moment(branch, now).date)
    for ahead in range(AHEAD_DAYS + 1):
        day = (today + timedelta(ahead)).isoformat()
        for begin, _ in service_hours_on(branch, service, day):
            if begin > now:
                return begin
    return None


def closed_services(branch: Branch, now: int) -> dict[str, int | None]:
    """The services that are closed by their own hours at ``now`` (ms), and when they open next."""
    return {
        service.id: opens_next(branch, service, now)
        for service in branch.timed_services
        if not is_in_hours(branch, service, now)
    }


def unchanged_by_services(branch: Branch, now: int, since: int, until: int) -> Span:
    """The part of a stretch around ``now`` in which no service opens or closes, in ms."""
    day = moment(branch, now).date if branch.timed_services else ""
    for service in branch.timed_services:
        for span in service_hours_on(branch, service, day):
            for edge in span:
                if edge <= now:
                    since = max(since, edge)
                else:
                    until = min(until, edge)
    return since, until


def coming_hours(branch: Branch, now: int) -> dict[str, list[Span]]:
    """The hours of each service with some of its own, over the days that a screen shows."""
    today = date.fromisoformat(moment(branch, now).date)
    days = [(today + timedelta(ahead)).isoformat() for ahead in range(DAYS_SHOWN)]
    return {
        service.id: [span for day in days for span in service_hours_on(branch, service, day)]
        for service in branch.timed_services
    }


def _alone(branch: Branch, service: Service) -> Branch:
    """The branch as if it had the hours of this service, without dates of other hours."""
    # Its own id: a calendar remembers the latest configuration of each.
    alone = f"{branch.id}//{service.id}"
    return replace(branch, id=alone, opening_hours=service.hours, hours_exceptions=())
