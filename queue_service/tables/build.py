"""The tables of one branch's past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Literal

from queue_service.branches.rules.dates_and_hours import open_minutes, open_part, weekday_of
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, period_of
from queue_service.goals.rules.indicators import HANDLING_TIME, WAITING_TIME
from queue_service.history.operations.history import Past
from queue_service.history.rules.history import total
from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import ratio
from queue_service.tables.measures import (
    ESTIMATES,
    FLOW,
    HANDLING,
    VISITS,
    WAITING,
    column,
    goal_values,
    grouped_column,
)
from queue_service.tables.model import Column, Rows, Table, Value
from queue_service.tables.spec import SpecRow, SpecTargets, TableSpec
from queue_service.tables.subjects.answers import OF_GROUP, AnswerGroup, answer_rows, answers_table
from queue_service.tables.subjects.bookings import (
    BOOKED,
    booking_channel_rows,
    booking_rows,
    booking_service_rows,
    free_time_rows,
)
from queue_service.tables.subjects.half_hours import half_hours_table
from queue_service.tables.subjects.lengths import lengths
from queue_service.tables.subjects.pauses import pauses_table
from queue_service.tables.subjects.reception import HELP, help_rows, noted_rows
from queue_service.tables.subjects.specialists import (
    CALLS,
    REFERRALS,
    OtherCounts,
    contact_rows,
    lifeline_hour_rows,
    lifeline_rows,
    referral_month_rows,
    referral_rows,
    saved_rows,
)
from queue_service.tables.words import QUESTION_NAMES, Words
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES

TableId = Literal[
    "days", "months", "hours", "week", "half_hours", "services", "came_by", "teams", "counters",
    "goals", "handling", "waiting", "losses", "outcomes", "flattery",
    "satisfaction", "satisfaction_services", "satisfaction_teams", "satisfaction_hours",
    "lifelines", "lifeline_hours", "referrals", "referral_months",
    "saved", "contacts", "noted", "help", "pauses",
    "bookings", "booking_services", "booking_channels", "free_times",
]  # fmt: skip

TITLES: Final[Mapping[TableId, str]] = {
    "days": N_("Day by day"),
    "months": N_("Month by month"),
    "hours": N_("By hour of the day"),
    "week": N_("By weekday and hour"),
    "half_hours": N_("By weekday and half hour"),
    "services": N_("By service"),
    "came_by": N_("With an appointment and without"),
    "teams": N_("By team"),
    "counters": N_("By counter"),
    "goals": N_("Goals"),
    "handling": N_("How long handling took"),
    "waiting": N_("How long people waited"),
    "losses": N_("Visits that were lost"),
    "outcomes": N_("How inquiries ended"),
    "flattery": N_("What may bias the figures"),
    "satisfaction": N_("What citizens think"),
    "satisfaction_services": N_("What citizens think, by service"),
    "satisfaction_teams": N_("What citizens think, by team"),
    "satisfaction_hours": N_("What citizens think, by hour"),
    "lifelines": N_("How fast lifelines are answered"),
    "lifeline_hours": N_("How fast lifelines are answered, by hour"),
    "referrals": N_("What becomes of referrals"),
    "referral_months": N_("What becomes of referrals from here, by month"),
    "saved": N_("Visits that the playbook saved"),
    "contacts": N_("Contacts without a ticket"),
    "noted": N_("What the reception noted"),
    "help": N_("How fast calls for help are answered"),
    "pauses": N_("Pauses of counters"),
    "bookings": N_("Appointments"),
    "booking_services": N_("Appointments by service"),
    "booking_channels": N_("Appointments by way of booking"),
    "free_times": N_("How soon a time was free"),
}
"""Every table of one branch, in the order in which files and pages give them."""

_LOST: Final = ("no_show_share", "abandoned_share", "incomplete_share")
_AT_WORK: Final = ("busy_share", "idle")
_FLATTERY: Final = (
    "quick",
    "quick_share",
    "continued",
    "continued_per_visit",
    "stood_mean",
    "walk_mean",
)
_FRAMES: Final[Mapping[TableId, tuple[tuple[str, ...], tuple[str, ...], bool]]] = {
    "days": (("date", "weekday"), (*VISITS, *WAITING, *HANDLING, *ESTIMATES, *FLOW), True),
    "months": (("month",), (*VISITS, *WAITING, *HANDLING, *ESTIMATES, *FLOW), True),
    "hours": (("hour",), ("issued", *WAITING, *HANDLING, *FLOW), True),
    "week": (
        ("weekday", "hour", "days", "arrivals", "open_minutes", "staffed", "staffed_per_day"),
        ("issued", *WAITING, *HANDLING, *FLOW),
        True,
    ),
    "services": (
        ("service",),
        (*VISITS, *WAITING, *HANDLING, "issued_share", "inquiries_share"),
        True,
    ),
    "came_by": (("came_by",), ("issued", *ENDED_STATES, "open", *WAITING, *HANDLING), True),
    "teams": (
        ("team",),
        (*HANDLING, "paper_inquiries", "inquiries_share", "first_contact", *_AT_WORK),
        True,
    ),
    "counters": (("counter",), (*HANDLING, "paper_inquiries", "inquiries_share", *_AT_WORK), True),
    "losses": (("service",), (*VISITS, *_LOST), False),
    "outcomes": (
        ("service",),
        ("inquiries", *OUTCOMES, *(f"{outcome}_share" for outcome in OUTCOMES), "first_contact"),
        False,
    ),
    "flattery": (
        ("team",),
        ("inquiries", *_FLATTERY),
        False,
    ),
}
"""The first columns of the rows, their counts, and whether goals are among them."""

_WAYS: Final[Mapping[str, str]] = {
    "booked": N_("With an appointment"),
    "walk_in": N_("Without an appointment"),
}

_OF_DATES: Final = ("days", "months")
"""Tables whose rows are of dates, of which alone citizens' answers are counted."""

_OTHER_COLUMNS: Final[Mapping[TableId, tuple[str, ...]]] = {
    "satisfaction_services": ("service", *OF_GROUP),
    "satisfaction_teams": ("team", *OF_GROUP),
    "satisfaction_hours": ("hour", *OF_GROUP),
    "lifelines": ("lifeline", *CALLS, "calls_target"),
    "lifeline_hours": ("hour", *CALLS),
    "referrals": ("direction", "service", *REFERRALS),
    "referral_months": ("month", *REFERRALS),
    "saved": ("date", "service", "saved_visits"),
    "contacts": ("date", "service", "channel", "kind", "contacts"),
    "noted": ("noted_kind", "noted", "noted_visits"),
    "help": HELP,
    "bookings": ("date", *BOOKED),
    "booking_services": ("service", *BOOKED),
    "booking_channels": ("booking_channel", *BOOKED),
    "free_times": ("date", "service", "free_time"),
}
"""Their columns; a figure of a question begins with the question's id."""

ANSWER_TABLES: Final[Mapping[TableId, AnswerGroup]] = {
    "satisfaction_services": "service",
    "satisfaction_teams": "team",
    "satisfaction_hours": "hour",
}
"""The groups of citizens' answers in each table."""

OTHER_TABLES: Final = tuple(_OTHER_COLUMNS)
"""Tables of counts other than visits."""

_GUARDED: Final = ("teams", "counters", "flattery")
"""Tables whose rows may be one person's work."""

OF_WEEKS: Final = frozenset({*_GUARDED, "pauses"})
"""Tables of the whole weeks in a period that are over."""

_GOAL_COLUMNS: Final = (
    "goal", "threshold", "judged", "within", "share", "low", "high", "target", "verdict", "over",
    "budget", "parked_share",
)  # fmt: skip
_HOUR_MS: Final = 3_600_000


def table(past: Past, wanted: TableId, language: str, more: OtherCounts | None = None) -> Table:
    """A table of a branch's past in a language (``da``, ``en``). ``more`` has the counts for
    :data:`OTHER_TABLES`."""
    return _Tables(past, Words(language), more).make(wanted)


def other_table(wanted: TableId, rows: Rows, say: Words) -> Table:
    """A table of :data:`OTHER_TABLES` with these rows."""
    columns = tuple(_column(name, say) for name in _OTHER_COLUMNS[wanted])
    return Table(wanted, say(TITLES[wanted]), columns, tuple(rows), tuple(rows.values()))


def _column(name: str, say: Words) -> Column:
    question, _, figure_id = name.rpartition(":")
    if not question:
        return column(say, figure_id)
    label = next(say(label) for known, label in QUESTION_NAMES.items() if known == question)
    return grouped_column(say, label, question, figure_id)


def _other_rows(wanted: TableId, more: OtherCounts, past: Past, say: Words) -> Rows:
    if wanted in ANSWER_TABLES:
        return answer_rows(more.feedback, ANSWER_TABLES[wanted], say)
    found: Mapping[TableId, Callable[[], Rows]] = {
        "lifelines": lambda: lifeline_rows(more.calls, say),
        "lifeline_hours": lambda: lifeline_hour_rows(more.calls, say),
        "referrals": lambda: referral_rows(more.referrals, say),
        "referral_months": lambda: referral_month_rows(more.referrals, say),
        "saved": lambda: saved_rows(more.saved, past, say),
        "contacts": lambda: contact_rows(more.contacts, past, say),
        "noted": lambda: noted_rows(more.reception.total, say),
        "help": lambda: help_rows(more.reception.total),
        "bookings": lambda: booking_rows(more.bookings),
        "booking_services": lambda: booking_service_rows(more.bookings, past, say),
        "booking_channels": lambda: booking_channel_rows(more.bookings, say),
        "free_times": lambda: free_time_rows(more.bookings, past, say),
    }
    return found[wanted]()


@dataclass(slots=True)
class _Tables:
    past: Past
    say: Words
    more: OtherCounts | None
    whole: Row = field(init=False)
    targets: SpecTargets = field(init=False)

    def __post_init__(self) -> None:
        self.whole = self.past.total
        self.targets = self.past.targets()

    def make(self, wanted: TableId) -> Table:
        title = TITLES[wanted]
        if wanted == "goals":
            return self._goals(title)
        if wanted == "satisfaction":
            return answers_table(self.past.answers, self.say, title)
        if wanted == "half_hours":
            return half_hours_table(self.past, self.say, title)
        if wanted == "pauses":
            return pauses_table(self.past, self.say, title)
        if wanted in OTHER_TABLES:
            more = self.more
            rows = _other_rows(wanted, more, self.past, self.say) if more else {}
            return other_table(wanted, rows, self.say)
        if wanted == "handling":
            durations = self.whole.inquiries.durations
            return lengths(self.past, self.say, wanted, title, durations, HANDLING_TIME)
        if wanted == "waiting":
            durations = self.whole.visits.durations
            return lengths(self.past, self.say, wanted, title, durations, WAITING_TIME)
        return self._framed(wanted, title)

    def _framed(self, wanted: TableId, title: str) -> Table:
        labels, figures, with_goals = _FRAMES[wanted]
        known = self.past.goal_history.latest()
        goals = [known[goal] for goal in self.targets if with_goals and goal in known]
        goals = [goal for goal in goals if not goal.of_dates or wanted in _OF_DATES]
        nothing: tuple[Value, ...] = (None,) * (len(labels) - 1)
        guarded = wanted in _GUARDED
        if guarded:  # no counter or team waits: such a column would be empty
            goals = [goal for goal in goals if not (goal.judges_waits or goal.judges_booked)]
        of_weeks = self.past.weeks if guarded else None
        whole = self.past.weeks_total if guarded else self.whole
        last_row = self.past.without_single_counter(whole, of_weeks)
        last = SpecRow("", (self.say(N_("Total")), *nothing), last_row, self.targets)
        spec = TableSpec(wanted, title, labels, figures, goals, guarded=guarded)
        if wanted == "came_by":  # its rows are not of all dates, so no total is theirs
            return spec.table(self.say, self.past, self._lines(wanted), whole, None)
        return spec.table(self.say, self.past, self._lines(wanted), whole, last)

    def _lines(self, wanted: TableId) -> Iterator[SpecRow]:
        past, branch, say = self.past, self.past.branch, self.say
        if wanted == "days":
            return self._days()
        if wanted == "months":
            return self._months()
        if wanted == "hours":
            return self._hours()
        if wanted == "week":
            return self._week()
        if wanted == "counters":
            by_id = past.history.counters
            return self._named(by_id, list(branch.counters), lambda c: say.counter(past, c))
        if wanted in ("teams", "flattery"):
            by_team = past.history.teams
            return self._named(by_team, list(branch.teams), lambda t: say.team(past, t))
        if wanted == "came_by":
            names = {way: say(name) for way, name in _WAYS.items()}
            return self._named(past.history.ways, [*names], names.__getitem__)
        by_service = past.history.services
        return self._named(by_service, list(branch.services), lambda s: say.service(past, s))

    def _days(self) -> Iterator[SpecRow]:
        goal_history = self.past.goal_history
        for day, row in sorted(self.past.history.days.items()):
            targets = {goal: goal_history.target(goal, day) for goal in self.targets}
            labels = day, self.say.weekday(weekday_of(day))
            counted = self.past.without_single_counter(row, between(day, day))
            yield SpecRow(day, labels, counted, targets, [day], day)

    def _months(self) -> Iterator[SpecRow]:
        days = sorted(self.past.history.days.items())
        for month, of_month in groupby(days, lambda item: item[0][:7]):
            rows = dict(of_month)
            targets = self.past.goal_history.targets(rows)
            month_targets = {goal: targets.get(goal) for goal in self.targets}
            dates = between(min(rows), max(rows))
            counted = self.past.without_single_counter(total(rows.values()), dates)
            last = period_of("month", f"{month}-01").last
            yield SpecRow(month, (month,), counted, month_targets, rows, last)

    def _hours(self) -> Iterator[SpecRow]:
        history = self.past.history
        waited = {hour for (_, hour), flow in history.flows.items() if flow.waited_ms}
        for hour in sorted(waited | {hour for _, hour in history.hours}):
            row = total(row for key, row in history.hours.items() if key[1] == hour)
            for key, flow in history.flows.items():
                if key[1] == hour:
                    row.add_flow(flow)
            counted = self.past.without_single_counter(row)
            yield SpecRow(hour, (self.say.hour(hour),), counted, self.targets)

    def _week(self) -> Iterator[SpecRow]:
        history, say = self.past.history, self.say
        days = history.days_by_weekday()
        for weekday, hour in sorted(history.hours.keys() | history.staffed.keys()):
            row, n = history.hours.get((weekday, hour), Row()), days.get(weekday, 0)
            opened = history.staffed.get((weekday, hour), 0) / _HOUR_MS
            running = history.running_on(weekday)
            over = n - len(running.days)
            now = running.hours.get((weekday, hour), Row())
            issued = row.visits["issued"] - now.visits["issued"]
            opened_over = opened - running.staffed.get((weekday, hour), 0) / _HOUR_MS
            week = self.past.branch.opening_hours
            minutes, part = open_minutes(week, weekday, hour), open_part(week, weekday, hour)
            per_day = ratio(issued, over), minutes, opened, ratio(opened_over / part, over)
            labels = say.weekday(weekday), say.hour(hour), n, *per_day
            flow = history.flows.get((weekday, hour))
            counted = self.past.without_single_counter(replace(row, flow=flow))
            yield SpecRow(f"{weekday}-{hour}", labels, counted, self.targets)

    def _named(
        self, rows: Mapping[str, Row], order: list[str], name: Callable[[str], str]
    ) -> Iterator[SpecRow]:
        """In the configuration's order, then what it no longer knows."""
        gone = sorted(rows.keys() - set(order))
        for key in [*(key for key in order if key in rows), *gone]:
            yield SpecRow(key, (name(key),), rows[key], self.targets)

    def _goals(self, title: str) -> Table:
        found = self.past.goals(self.whole, dict(self.targets))
        rows = [
            (
                self.say.goal(self.past, f.goal),
                f.goal.threshold_seconds,
                *goal_values(f.share, f.target, over=self.past.over(self.past.period.last)),
                f.budget if f.share.judged else None,
                f.parked,
            )
            for f in found
        ]
        columns = tuple(column(self.say, name) for name in _GOAL_COLUMNS)
        return Table(
            "goals", self.say(title), columns, tuple(f.goal.id for f in found), tuple(rows)
        )
