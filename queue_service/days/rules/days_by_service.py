"""Single days by service: the input of a comparison of branches.

A month that is over is kept in this form in addition to its history, so that a year of ten branches
is 120 readings. Visits are counted under the service of their issue, inquiries under that of their
completion.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from queue_service.days.rules.figures import Known, Row, read_durations, write_durations
from queue_service.days.rules.summary import stored_cells
from queue_service.visits.rules.counting import HANDLING_BUCKETS, WAITING_BUCKETS
from queue_service.visits.rules.visit import FIRST_CONTACT


class ServiceDay(NamedTuple):
    """A service on one date.

    ``handled`` are the handling times of its inquiries, ``outcomes`` of how many of them the
    outcome is known, ``waits`` the waiting times of those who were called and ``left`` of those who
    gave up before any call; None if that was not kept.
    """

    handled: Known
    outcomes: int
    first_contact: int
    waits: Known
    left: Known | None

    def with_durations(self, form: Callable[[Known], Known]) -> ServiceDay:
        """The same with its durations in another form."""
        left = None if self.left is None else form(self.left)
        return self._replace(handled=form(self.handled), waits=form(self.waits), left=left)


ServiceDays = dict[str, dict[str, ServiceDay]]
"""By date and service."""


def services_of(text: str) -> dict[str, Row]:
    """A stored summary's visits and inquiries by service."""
    rows: dict[str, Row] = defaultdict(Row)
    visits, inquiries = stored_cells(text)
    for _hour, service, *stored in visits:
        rows[service].visits.absorb_stored(stored)
    for _hour, service, _team, *stored in inquiries:
        rows[service].inquiries.absorb_stored(stored)
    return dict(rows)


def read_services(text: str) -> dict[str, ServiceDay]:
    """A stored summary's day by service."""
    return {service: _service_day(row) for service, row in services_of(text).items()}


def _service_day(row: Row) -> ServiceDay:
    left = row.visits.left
    return ServiceDay(
        row.inquiries.durations.known(),
        row.outcomes,
        sum(row.inquiries[outcome] for outcome in FIRST_CONTACT),
        row.visits.durations.known(),
        None if left is None else left.known(),
    )


def to_text(days: Mapping[str, Mapping[str, ServiceDay]], versions_line: str) -> str:
    """The stored form of a month: the versions of its day summaries, and its days."""
    stored = {
        date: {service: day.with_durations(write_durations) for service, day in services.items()}
        for date, services in days.items()
    }
    return f"{versions_line}\n{json.dumps(stored, separators=(',', ':'))}"


def from_text(text: str) -> ServiceDays:
    """A stored month."""
    days = json.loads(text.partition("\n")[2])
    return {
        date: {
            service: ServiceDay(*stored).with_durations(read_durations)
            for service, stored in services.items()
        }
        for date, services in days.items()
    }


def count(known: Known) -> int:
    """How many durations there are."""
    return len(known) if isinstance(known, list) else sum(known["in"][1::2])


def total_ms(known: Known) -> int:
    """All of them together."""
    return sum(known) if isinstance(known, list) else int(known["ms"])


def below(known: Known, seconds: int, bounds: tuple[int, ...]) -> int | None:
    """How many are strictly below a limit; None if only their buckets are left and the limit is
    no bound of them."""
    if isinstance(known, list):
        return bisect_left(known, seconds * _SECOND)
    if seconds not in bounds:
        return None
    last, flat = bounds.index(seconds), known["in"]
    return sum(int(n) for index, n in zip(flat[::2], flat[1::2], strict=True) if index <= last)


_SECOND: Final = 1000
HANDLING: Final = HANDLING_BUCKETS
WAITING: Final = WAITING_BUCKETS
