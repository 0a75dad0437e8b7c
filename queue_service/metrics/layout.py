"""The lines of a branch, prepared once for each configuration.

A scrape of twenty large branches is forty thousand lines. Made one by one they would hold up the
process for a third of a second; as prepared templates they only have to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final, get_args

from queue_service.bookings.rules.letters import LETTER_CHANNELS, LETTER_OUTCOMES, letter_field
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.contacts.rules import CHANNELS
from queue_service.contacts.rules import ContactTotalKind as ContactKind
from queue_service.contacts.rules import read_total as read_contact
from queue_service.contacts.rules import total_field as contact_field
from queue_service.counters.rules import paused_ms_field, pauses_back_field, pauses_field, reason_of
from queue_service.lifeline.rules import RESULTS
from queue_service.lifeline.rules import read_total as read_lifeline
from queue_service.lifeline.rules import total_field as lifeline_field
from queue_service.metrics.families import (
    BOOKING_LETTERS,
    CONTACTS,
    CONTACTS_RETURNED,
    ENDED,
    ESTIMATES,
    HANDLING_TIME,
    HELP_CALLS,
    HELP_JUDGED,
    HELP_WITHIN,
    INQUIRIES,
    ISSUED,
    JUDGED,
    LIFELINE_CALLS,
    LIFELINE_JUDGED,
    LIFELINE_WITHIN,
    NEEDS_NOTED,
    PAPER,
    PAPER_REMOVED,
    PAUSED_SECONDS,
    PAUSES,
    PAUSES_RETURNED,
    PRIORITISED,
    REMINDERS,
    RETURNED,
    RETURNED_JUDGED,
    RETURNED_WITHIN,
    TARGET,
    THRESHOLD,
    VIDEO_LINES,
    WAITING_TIME,
    WITHIN,
    Family,
)
from queue_service.reception.rules import RESULTS as HELP_RESULTS
from queue_service.reception.rules import help_field
from queue_service.reminders.rules import MESSAGE_CHANNELS, MESSAGE_OUTCOMES, outcome_field
from queue_service.video.rules import LINE_RESULTS, counters_of, line_field
from queue_service.visits.rules.counting import (
    GOAL_KINDS,
    HANDLING_BUCKETS,
    SUM,
    WAITING_BUCKETS,
    EstimatePlace,
    EstimateResult,
    TimeKind,
    TotalKind,
    estimate_field,
    read_total,
    total_field,
)
from queue_service.visits.rules.needs import NEEDS, PRIORITY_REASONS, noted_field, total_of
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES

Totals = Mapping[str, str]

_LABELS: Final = "\0"
"""The places for the labels of a branch and a service."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Series of one family whose values are fields of the totals."""

    template: str
    fields: tuple[str, ...]

    def filled(self, totals: Totals) -> str:
        """The lines; a field that is missing has never been counted, which is 0."""
        return self.template % tuple([totals.get(field, "0") for field in self.fields])


@dataclass(frozen=True, slots=True)
class SecondsPart(Counters):
    """The same of times that are kept in ms."""

    def filled(self, totals: Totals) -> str:
        """The lines, in seconds."""
        return self.template % tuple([int(totals.get(f, 0)) / 1000 for f in self.fields])


@dataclass(frozen=True, slots=True)
class Histogram:
    """The buckets, sum and count of one service."""

    template: str
    fields: tuple[str, ...]
    sum_field: str

    def filled(self, totals: Totals) -> str:
        """The lines. Buckets are stored separately and exposed as running sums."""
        buckets = list(accumulate([int(totals.get(field, 0)) for field in self.fields]))
        total = int(totals.get(self.sum_field, 0)) / 1000
        return self.template % (*buckets, total, buckets[-1])


LayoutPart = tuple[Family, Counters | Histogram]


@dataclass(frozen=True, slots=True)
class Layout:
    """A branch's prepared lines. ``fields`` are those of the totals that it knows about."""

    revision: str
    parts: tuple[LayoutPart, ...]
    goals: tuple[tuple[Family, str], ...]
    fields: frozenset[str]


def lay_out(branch: Branch, counted: Set[str] = frozenset()) -> Layout:
    """The layout of a configuration.

    ``counted`` are the fields that the totals have. Services and goals that are no longer
    configured keep their counters, because a sum over them must never fall. A service without
    visits has only the visits issued, so that the first one is an increase.
    """
    read = {field: read_total(field) for field in sorted(counted)}
    past = [total for total in read.values() if total is not None]
    others = {field for field, total in read.items() if total is None}
    used = {total.service for total in past}
    unused = tuple(service for service in branch.services if service not in used)
    services = tuple(dict.fromkeys([*(s for s in branch.services if s in used), *sorted(used)]))
    judging = dict.fromkeys((s, g.id) for s in services for g in branch.goals if g.judges(s))
    judging |= dict.fromkeys((t.service, t.of) for t in past if t.kind in GOAL_KINDS)
    unknown = tuple((t.service, t.of) for t in past if (t.kind, t.of) == ("inquiry", "unknown"))
    lines = dict.fromkeys(line.id for line in lifelines_of(branch))
    lines |= dict.fromkeys(line for field in sorted(others) if (line := read_lifeline(field)))
    parts = (
        (ISSUED, _counters(branch.id, ISSUED, "issued", "", [(s,) for s in unused])),
        *_parts(branch.id, services, tuple(judging), unknown),
        *_estimates(branch.id),
        *_lines(branch, others),
        *_reminders(branch.id),
        *_booking_letters(branch.id),
        *_lifelines(branch.id, tuple(lines)),
        *_reception(branch.id),
        *_pauses(branch, others),
        *_contacts(branch.id, services, others),
    )
    # The first visit of a service that is unused so far changes what there is of it.
    known = frozenset(field for _, part in parts[1:] for field in _fields(part))
    return Layout(branch.revision, parts, tuple(_goals(branch)), known | counted)


def _parts(
    branch: str,
    services: tuple[str, ...],
    judging: tuple[tuple[str, str], ...],
    unknown: tuple[tuple[str, str], ...],
) -> Iterator[LayoutPart]:
    states = [(service, state) for service in services for state in ENDED_STATES]
    outcomes = [*((service, outcome) for service in services for outcome in OUTCOMES), *unknown]
    yield ISSUED, _counters(branch, ISSUED, "issued", "", [(s,) for s in services])
    yield ENDED, _counters(branch, ENDED, "ended", "state", states)
    yield RETURNED, _counters(branch, RETURNED, "returned", "state", states)
    yield INQUIRIES, _counters(branch, INQUIRIES, "inquiry", "outcome", outcomes)
    yield WITHIN, _counters(branch, WITHIN, "within", "goal", judging)
    yield JUDGED, _counters(branch, JUDGED, "judged", "goal", judging)
    yield RETURNED_WITHIN, _counters(branch, RETURNED_WITHIN, "unwithin", "goal", judging)
    yield RETURNED_JUDGED, _counters(branch, RETURNED_JUDGED, "unjudged", "goal", judging)
    yield PAPER, _counters(branch, PAPER, "paper", "", [(s,) for s in services])
    yield PAPER_REMOVED, _counters(branch, PAPER_REMOVED, "unpaper", "", [(s,) for s in services])
    for service in services:
        yield WAITING_TIME, _histogram(branch, service, WAITING_TIME, "waiting", WAITING_BUCKETS)
        yield (
            HANDLING_TIME,
            _histogram(branch, service, HANDLING_TIME, "handling", HANDLING_BUCKETS),
        )


def _estimates(branch: str) -> Iterator[LayoutPart]:
    """How often waits lay within what was shown, of all services together."""
    yield ESTIMATES, _series(ESTIMATES, branch, {
        estimate_field(ahead, result): {"ahead": ahead, "result": result}
        for ahead in get_args(EstimatePlace)
        for result in get_args(EstimateResult)
    })  # fmt: skip


def _lines(branch: Branch, counted: Set[str]) -> Iterator[LayoutPart]:
    """The lines of video counters, also of those that are none any more."""
    now = [counter.id for counter in branch.counters.values() if counter.video is not None]
    counters = dict.fromkeys([*now, *counters_of(counted)])
    yield VIDEO_LINES, _series(VIDEO_LINES, branch.id, {
        line_field(c, r): {"counter": c, "result": r} for c in counters for r in LINE_RESULTS
    })  # fmt: skip


def _reminders(branch: str) -> Iterator[LayoutPart]:
    """Messages to citizens."""
    yield REMINDERS, _series(REMINDERS, branch, {
        outcome_field(channel, outcome): {"channel": channel, "outcome": outcome}
        for channel in MESSAGE_CHANNELS
        for outcome in MESSAGE_OUTCOMES
    })  # fmt: skip


def _booking_letters(branch: str) -> Iterator[LayoutPart]:
    """Letters about appointments."""
    yield BOOKING_LETTERS, _series(BOOKING_LETTERS, branch, {
        letter_field(channel, outcome): {"channel": channel, "outcome": outcome}
        for channel in LETTER_CHANNELS
        for outcome in LETTER_OUTCOMES
    })  # fmt: skip


def _pauses(branch: Branch, counted: Set[str]) -> Iterator[LayoutPart]:
    """Pauses by reason, also for reasons that the branch no longer has."""
    now = [reason.id for reason in branch.pause_reasons]
    past = [reason for field in sorted(counted) if (reason := reason_of(field))]
    reasons = dict.fromkeys([*now, *past])
    for family, kind, field in (
        (PAUSES, Counters, pauses_field),
        (PAUSES_RETURNED, Counters, pauses_back_field),
        (PAUSED_SECONDS, SecondsPart, paused_ms_field),
    ):
        series = {field(reason): {"reason": reason} for reason in reasons}
        yield family, _series(family, branch.id, series, kind)


def _lifelines(branch: str, lines: tuple[str, ...]) -> Iterator[LayoutPart]:
    families = (LIFELINE_CALLS, LIFELINE_JUDGED, LIFELINE_WITHIN)
    for family, facts in zip(families, _answering(RESULTS), strict=True):
        yield family, _series(family, branch, {
            lifeline_field(fact, line): {"lifeline": line} | labels
            for line in lines
            for fact, labels in facts.items()
        })  # fmt: skip


def _reception(branch: str) -> Iterator[LayoutPart]:
    noted: tuple[tuple[Family, Mapping[str, dict[str, str]]], ...] = (
        (NEEDS_NOTED, {noted_field("need", need): {"need": need} for need in NEEDS}),
        (PRIORITISED, {noted_field("first", why): {"reason": why} for why in PRIORITY_REASONS}),
    )
    families = (HELP_CALLS, HELP_JUDGED, HELP_WITHIN)
    calls = (
        {help_field(fact): labels for fact, labels in facts.items()}
        for facts in _answering(HELP_RESULTS)
    )
    for family, fields in (*noted, *zip(families, calls, strict=True)):
        series = {total_of(name): labels for name, labels in fields.items()}
        yield family, _series(family, branch, series)


def _answering(results: Iterable[str]) -> tuple[Mapping[str, dict[str, str]], ...]:
    """The facts of calls with their labels: by result, those judged, and those within."""
    return {fact: {"result": fact} for fact in results}, {"judged": {}}, {"within": {}}


def _contacts(branch: str, used: tuple[str, ...], counted: Set[str]) -> Iterator[LayoutPart]:
    """Contacts of the services in use, also of those that had contacts alone."""
    past = [service for field in sorted(counted) if (service := read_contact(field))]
    services = dict.fromkeys([*used, *past])
    kinds: tuple[tuple[Family, ContactKind], ...] = (
        (CONTACTS, "contact"),
        (CONTACTS_RETURNED, "contact_back"),
    )
    for family, kind in kinds:
        yield family, _series(family, branch, {
            contact_field(kind, s, c): {"service": s, "channel": c}
            for s in services
            for c in CHANNELS
        })  # fmt: skip


def _series(
    family: Family,
    branch: str,
    fields: Mapping[str, Mapping[str, str]],
    kind: type[Counters] = Counters,
) -> Counters:
    """A series for each of these fields of the totals, with the branch and the field's labels."""
    lines = []
    for labels in fields.values():
        more = "".join(f',{label}="{value}"' for label, value in labels.items())
        lines.append(f'{family.name}{{branch="{branch}"{more}}} %s\n')
    return kind("".join(lines), tuple(fields))


def _counters(
    branch: str, family: Family, kind: TotalKind, label: str, series: Iterable[tuple[str, ...]]
) -> Counters:
    return _series(family, branch, {
        total_field(kind, *one): dict(zip(("service", label), one, strict=False)) for one in series
    })  # fmt: skip


def _histogram(
    branch: str, service: str, family: Family, kind: TimeKind, bounds: tuple[int, ...]
) -> Histogram:
    labels = f'branch="{branch}",service="{service}"'
    return Histogram(
        template=_histogram_lines(family.name, bounds).replace(_LABELS, labels),
        fields=tuple(total_field(kind, service, index) for index in range(len(bounds) + 1)),
        sum_field=total_field(kind, service, SUM),
    )


@cache
def _histogram_lines(name: str, bounds: tuple[int, ...]) -> str:
    # "360.0" is how Prometheus itself writes the bound of a bucket.
    edges = [*(str(float(bound)) for bound in bounds), "+Inf"]
    lines = [f'{name}_bucket{{{_LABELS},le="{edge}"}} %d\n' for edge in edges]
    return "".join([*lines, f"{name}_sum{{{_LABELS}}} %s\n", f"{name}_count{{{_LABELS}}} %d\n"])


def _fields(part: Counters | Histogram) -> tuple[str, ...]:
    return part.fields if isinstance(part, Counters) else (*part.fields, part.sum_field)


def _goals(branch: Branch) -> Iterator[tuple[Family, str]]:
    for goal in branch.goals:
        labels = f'branch="{branch.id}",goal="{goal.id}"'
        yield TARGET, f"{TARGET.name}{{{labels}}} {goal.target_ratio}\n"
        if goal.threshold_seconds is not None:
            yield THRESHOLD, f"{THRESHOLD.name}{{{labels}}} {goal.threshold_seconds}\n"
