"""The queue's truth, read from the store at each scrape: any process gives the same answer.

It costs as much as there are series, whatever has happened before. The work goes on in a process
that also issues tickets, so it steps aside every millisecond or so through ``pause``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

from queue_service.booking_days.rules import REPORTED, totals_by
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Moment, moment
from queue_service.branches.rules.interventions import KINDS, in_force
from queue_service.branches.rules.opening import state_since
from queue_service.branches.store import BranchStore
from queue_service.errors import StoreUnavailable
from queue_service.metrics.families import (
    ALL_CONTACTS_TODAY,
    BOOKINGS_TODAY,
    CHANGED,
    CONTACTS_SHARE,
    COUNTERS,
    DURATION,
    FORECAST_ARRIVALS,
    FORECAST_COUNTERS,
    FORECAST_HELD,
    FREE_TIME,
    INTERVENTIONS,
    JUDGED_TODAY,
    OF_BRANCHES,
    OLDEST,
    OPEN,
    UP,
    WAITING,
    WITHIN_TODAY,
    Family,
)
from queue_service.metrics.health import HealthCollector
from queue_service.metrics.layout import Layout, lay_out
from queue_service.metrics.store import QueueReading, ReadingStore
from queue_service.visits.rules.counting import DAY_INQUIRIES, day_field

MetricTexts = dict[Family, list[str]]

_COUNTER_STATES = ("closed", "free", "called", "serving", "paused")


class QueueCollector:
    """Answers scrapes; keeps each branch's prepared lines from one to the next."""

    def __init__(
        self,
        branches: BranchStore,
        readings: ReadingStore,
        pause: Callable[[], object] = lambda: None,
        health: HealthCollector | None = None,
    ) -> None:
        self._branches = branches
        self._readings = readings
        self._pause = pause
        self._health = health
        self._layouts: dict[str, Layout] = {}
        self._changes: dict[str, tuple[str, Moment, float]] = {}

    def collect(self) -> bytes:
        """All metrics in Prometheus' text format.

        When the store does not answer, only ``queue_collector_up`` 0 and the duration.
        """
        began = perf_counter()
        try:
            lines, up = list(self._all_branches()), 1
        except StoreUnavailable:
            lines, up = [], 0
        lines.append(f"{UP.heading}{UP.name} {up}\n")
        lines.append(f"{DURATION.heading}{DURATION.name} {perf_counter() - began:.6f}\n")
        return "".join(lines).encode()

    def _all_branches(self) -> Iterator[str]:
        texts: MetricTexts = {family: [] for family in OF_BRANCHES}
        branches = [branch for branch in self._branches.in_use() if not branch.historic]
        all_contacts: dict[str, int] = {}
        for branch in branches:
            reading = self._readings.read(branch)
            self._one_branch(branch, reading, texts)
            if branch.counted:
                # Below 0 if what an older version completed today was taken back since.
                inquiries = max(0, int(reading.day.get(DAY_INQUIRIES, 0)))
                all_contacts[branch.id] = inquiries + reading.contacts
        for family, line in _shares(all_contacts):
            texts[family].append(line)
        for family, lines in texts.items():
            yield family.heading
            yield from lines
        if self._health is not None:
            yield from self._health.lines(branches)

    def _one_branch(self, branch: Branch, reading: QueueReading, texts: MetricTexts) -> None:
        layout = self._layout(branch, reading)
        self._pause()
        for number, (family, part) in enumerate(layout.parts, 1):
            texts[family].append(part.filled(reading.totals))
            if number % 20 == 0:
                self._pause()
        gauges = (
            *_gauges(branch, reading),
            *_forecast(branch, reading),
            *_bookings(branch, reading),
        )
        for family, line in (*layout.goals, *gauges, *self._hours(branch, reading)):
            texts[family].append(line)
        self._pause()

    def _layout(self, branch: Branch, reading: QueueReading) -> Layout:
        known = self._layouts.get(branch.id)
        if known is None or known.revision != branch.revision:
            known = lay_out(branch, reading.totals.keys())
        elif unknown := reading.totals.keys() - known.fields:
            known = lay_out(branch, known.fields | unknown)
        self._layouts[branch.id] = known
        return known

    def _hours(self, branch: Branch, reading: QueueReading) -> Iterator[tuple[Family, str]]:
        when = moment(branch, reading.now)
        revision, before, changed = self._changes.get(branch.id, ("", None, 0.0))
        if (revision, before) != (branch.revision, when):
            changed = (state_since(branch, when) or 0) / 1000
            self._changes[branch.id] = branch.revision, when, changed
        yield OPEN, f'{OPEN.name}{{branch="{branch.id}"}} {int(when.open)}\n'
        yield CHANGED, f'{CHANGED.name}{{branch="{branch.id}"}} {changed}\n'


def _shares(all_contacts: Mapping[str, int]) -> Iterator[tuple[Family, str]]:
    """Each branch's contacts of today, and its share of the contacts of all branches."""
    whole = sum(all_contacts.values())
    for branch, n in all_contacts.items():
        labels = f'{{branch="{branch}"}}'
        yield ALL_CONTACTS_TODAY, f"{ALL_CONTACTS_TODAY.name}{labels} {n}\n"
        if whole:
            yield CONTACTS_SHARE, f"{CONTACTS_SHARE.name}{labels} {n / whole}\n"


def _gauges(branch: Branch, reading: QueueReading) -> Iterator[tuple[Family, str]]:
    for service, count in reading.waiting.items():
        yield WAITING, f'{WAITING.name}{{branch="{branch.id}",service="{service}"}} {count}\n'
    for service, first in reading.oldest.items():
        labels = f'branch="{branch.id}",service="{service}"'
        yield OLDEST, f"{OLDEST.name}{{{labels}}} {first / 1000}\n"
    for goal in branch.goals:
        if goal.of_dates:
            continue  # Answers of the running day are shown tomorrow.
        labels = f'branch="{branch.id}",goal="{goal.id}"'
        within, judged = day_field("within", goal.id), day_field("judged", goal.id)
        for family, field in ((WITHIN_TODAY, within), (JUDGED_TODAY, judged)):
            yield family, f"{family.name}{{{labels}}} {reading.day.get(field, 0)}\n"
    for state in _COUNTER_STATES:
        count = reading.counters.get(state, 0)
        yield COUNTERS, f'{COUNTERS.name}{{branch="{branch.id}",state="{state}"}} {count}\n'
    for kind in KINDS:
        count = len(in_force(branch.interventions, reading.now, kind))
        labels = f'branch="{branch.id}",kind="{kind}"'
        yield INTERVENTIONS, f"{INTERVENTIONS.name}{{{labels}}} {count}\n"


def _forecast(branch: Branch, reading: QueueReading) -> Iterator[tuple[Family, str]]:
    found, of_branch = reading.forecast, f'branch="{branch.id}"'
    for day, arrivals in found.get("arrivals", {}).items():
        labels = f'{of_branch},day="{day}"'
        yield FORECAST_ARRIVALS, f"{FORECAST_ARRIVALS.name}{{{labels}}} {arrivals}\n"
    for part in found.get("counters", ()):
        if part["from"] <= reading.now < part["to"]:
            line = f"{FORECAST_COUNTERS.name}{{{of_branch}}} {part['needed']}\n"
            yield FORECAST_COUNTERS, line
    if found.get("days"):
        ratio = found["held"] / found["days"]
        yield FORECAST_HELD, f"{FORECAST_HELD.name}{{{of_branch}}} {ratio}\n"


def _bookings(branch: Branch, reading: QueueReading) -> Iterator[tuple[Family, str]]:
    """A branch that has no bookings has no series of them."""
    for service, of_service in totals_by(reading.bookings.counts, "service").items():
        for kind in REPORTED:
            labels = f'branch="{branch.id}",service="{service}",kind="{kind}"'
            yield BOOKINGS_TODAY, f"{BOOKINGS_TODAY.name}{{{labels}}} {of_service[kind]}\n"
    for service, working_days in reading.bookings.free.items():
        if working_days is not None:
            labels = f'branch="{branch.id}",service="{service}"'
            yield FREE_TIME, f"{FREE_TIME.name}{{{labels}}} {working_days}\n"
