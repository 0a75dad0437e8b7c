"""Every figure of tables: its name, its definition, and its value in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.figures import DurationSpread, Row
from queue_service.days.rules.flow import Flow
from queue_service.language.catalogues import N_
from queue_service.tables.model import ColumnKind, Value
from queue_service.tables.words import Words
from queue_service.visits.rules.outcomes import OUTCOME_WORDS
from queue_service.visits.rules.visit import ENDED_STATES, FIRST_CONTACT, OUTCOMES, Outcome

_HOUR_MS: Final = 3_600_000

UNITS: Final[Mapping[ColumnKind, str]] = {
    "text": "",
    "date": "",
    "count": "",
    "seconds": N_("seconds"),
    "ratio": N_("share from 0 to 1"),
    "decimal": "",
    "hours": N_("hours"),
    "verdict": "",
}
"""The unit of each kind of value, as files give it."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """A row next to the total that it is part of. Times in seconds, shares from 0 to 1."""

    row: Row
    whole: Row
    waiting: DurationSpread
    handling: DurationSpread
    left: DurationSpread | None

    @classmethod
    def of(cls, row: Row, whole: Row) -> RowContext:
        """With its percentiles, which are worked out once."""
        waiting, handling = row.visits.durations.spread(), row.inquiries.durations.spread()
        return cls(row, whole, waiting, handling, row.left_spread())

    def visits(self, name: str) -> int:
        """A count of visits."""
        return self.row.visits[name]

    def inquiries(self, name: str) -> int:
        """A count of inquiries."""
        return self.row.inquiries[name]


ValueOf = Callable[[RowContext], Value]
"""The value of a figure in a row."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure: its kind, its name and its definition as ids of the catalogues, and its value in a
    row of visits and inquiries, None if it is of other things."""

    id: str
    kind: ColumnKind
    name: str
    definition: str
    value: ValueOf | None = None


def ratio(part: float, whole: float) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def values(context: RowContext, figures: Sequence[str], *, existed: bool = True) -> list[Value]:
    """The values of these figures; nothing, and not 0, of when the branch did not exist."""
    return [_value(context, figure_id) if existed else None for figure_id in figures]


def _value(context: RowContext, figure_id: str) -> Value:
    value_of = FIGURES[figure_id].value
    if value_of is None:
        raise KeyError(figure_id)
    return value_of(context)


def _open(context: RowContext) -> Value:
    return context.visits("issued") - sum(context.visits(state) for state in ENDED_STATES)


def _first_contact(context: RowContext) -> Value:
    return ratio(sum(context.inquiries(outcome) for outcome in FIRST_CONTACT), context.row.outcomes)


def _continued_per_visit(context: RowContext) -> Value:
    continued = context.inquiries("continued")
    return ratio(continued, context.handling.n - continued)


def _of_issued(state: str) -> ValueOf:
    return lambda context: ratio(context.visits(state), context.visits("issued"))


def _of_inquiries(name: str) -> ValueOf:
    return lambda context: ratio(context.inquiries(name), context.handling.n)


def _of_flow(value: Callable[[Flow], Value]) -> ValueOf:
    return lambda context: None if context.row.flow is None else value(context.row.flow)


def _visits(name: str) -> ValueOf:
    return lambda context: context.visits(name)


def _count_of(name: Outcome) -> ValueOf:
    return lambda context: context.inquiries(name) if _outcomes_known(context) else None


def _share_of(name: Outcome) -> ValueOf:
    return lambda context: ratio(context.inquiries(name), context.row.outcomes)


def _outcomes_known(context: RowContext) -> bool:
    return bool(context.row.outcomes or not context.handling.n)


def _inquiries(name: str) -> ValueOf:
    return lambda context: context.inquiries(name)


def _outcome(outcome: Outcome) -> FigureRow:
    words = OUTCOME_WORDS[outcome]
    return FigureRow(outcome, "count", words.name, words.counted, _count_of(outcome))


def _outcome_share(outcome: Outcome) -> FigureRow:
    definition = N_("Inquiries with this outcome, of all inquiries.")
    name = OUTCOME_WORDS[outcome].share
    return FigureRow(f"{outcome}_share", "ratio", name, definition, _share_of(outcome))


# fmt: off
_ROWS: Final = (
    # The subject of a row
    FigureRow("date", "date", N_("Date"), N_(
        "The branch's own date on which the visit began. All that the visit does counts on that "
        "date."
    )),
    FigureRow("month", "text", N_("Month"), N_("All of the month's dates in the period together.")),
    FigureRow("hour", "text", N_("Hour"), N_(
        "By the branch's clock. Visits count in the hour in which they began, inquiries in "
        "the hour in which they were completed. What is completed after midnight is "
        "counted under hour 00 of the date on which its visit began."
    )),
    FigureRow("half_hour", "text", N_("Half hour"), N_(
        "By the branch's clock. Visits count in the half hour in which they began."
    )),
    FigureRow("half_hour_days", "count", N_("Days"), N_(
        "How many of the dates have visits and half hours: these are kept from version 0.3.0 on."
    )),
    FigureRow("weekday", "text", N_("Weekday"), N_("The weekday of the date.")),
    FigureRow("service", "text", N_("Service"), N_(
        "What the citizen came for. Visits count under the service they began with, inquiries "
        "under the one they were completed as."
    )),
    FigureRow("team", "text", N_("Team"), N_(
        "The staff group at the counter when the inquiry was completed. Only given for whole "
        "weeks, Monday to Sunday, that are over."
    )),
    FigureRow("counter", "text", N_("Counter"), N_(
        "The counter at which the inquiry was completed. Only given for whole weeks, Monday to "
        "Sunday, that are over."
    )),
    FigureRow("branch", "text", N_("Branch"), N_("The place with its own queue.")),
    FigureRow("channel", "text", N_("Channel"), N_(
        "How the citizen reached the branch. Who draws a number or comes to the counter is there "
        "in person. Not known of inquiries of days from before it was kept."
    )),
    FigureRow("kle", "text", N_("KLE number"), N_(
        "The service's task in KL Emnesystematik, as it is configured now."
    )),
    FigureRow("kind", "text", N_("Kind"), N_(
        "Whether a citizen asked for information or had something done. It is given with a "
        "contact; otherwise, and for every inquiry, it is that of the service's current "
        "configuration."
    )),
    FigureRow("goal", "text", N_("Goal"), N_(
        "What a share has to reach. A day is judged by the goals of that day."
    )),
    FigureRow("bucket", "text", N_("Length"), N_(
        "From the first number, in seconds, to just under the second."
    )),
    FigureRow("from_seconds", "seconds", N_("From"), N_("Lengths of this and over belong here.")),
    FigureRow("to_seconds", "seconds", N_("Under"), N_(
        "Lengths under this belong here. Empty: there is no upper end."
    )),
    FigureRow("line", "text", N_("The goal's limit"), N_(
        "The goals whose limit lies at this upper end."
    )),
    # Visits
    FigureRow("days", "count", N_("Days"), N_("How many of the dates have visits.")),
    FigureRow("issued", "count", N_("Visits"), N_(
        "Visits begun: numbers drawn, and people served at once without one."
    ), _visits("issued")),
    FigureRow("completed", "count", N_("Completed"), N_(
        "Visits that ended with the citizen served."
    ), _visits("completed")),
    FigureRow("no_show", "count", N_("No-shows"), N_(
        "Visits that were called and to which nobody came."
    ), _visits("no_show")),
    FigureRow("abandoned", "count", N_("Gave up"), N_(
        "Visits whose citizen left while waiting or parked."
    ), _visits("abandoned")),
    FigureRow("incomplete", "count", N_("Not completed"), N_(
        "Visits still being served when the day was closed."
    ), _visits("incomplete")),
    FigureRow("open", "count", N_("Not ended yet"), N_("Visits that have not ended yet."), _open),
    FigureRow("paper", "count", N_("From paper"), N_(
        "Visits that had a number on paper while the service was away, and were entered "
        "afterwards with times to the minute."
    ), _visits("paper")),
    FigureRow("paper_inquiries", "count", N_("From paper"), N_(
        "Inquiries of visits that had a number on paper, with known times."
    ), _inquiries("paper")),
    FigureRow("no_show_share", "ratio", N_("No-shows, share"), N_(
        "No-shows of all visits."
    ), _of_issued("no_show")),
    FigureRow("abandoned_share", "ratio", N_("Gave up, share"), N_(
        "Those who gave up, of all visits."
    ), _of_issued("abandoned")),
    FigureRow("incomplete_share", "ratio", N_("Not completed, share"), N_(
        "Visits not completed, of all visits."
    ), _of_issued("incomplete")),
    FigureRow("issued_share", "ratio", N_("Share of visits"), N_(
        "Its visits of all visits."
    ), lambda s: ratio(s.visits("issued"), s.whole.visits["issued"])),
    FigureRow("arrivals", "decimal", N_("Visits per day"), N_(
        "Visits begun in this hour or half hour, for each of the dates with this weekday that "
        "have visits. Today is left out, unless there is no other such date."
    )),
    # Waiting
    FigureRow("waits", "count", N_("Waits"), N_(
        "Visits that were called for the first time, also where that call was taken back: it was "
        "announced. People served at once never waited."
    ), lambda s: s.waiting.n),
    FigureRow("waiting_mean", "seconds", N_("Waiting time of those called, mean"), N_(
        "From the number drawn to the first call. Those who gave up are not in it: where many do,"
        " it is shorter than what people waited."
    ), lambda s: s.waiting.mean),
    FigureRow("waiting_p50", "seconds", N_("Waiting time of those called, half at most"), N_(
        "Half of the waits lasted no longer (nearest rank)."
    ), lambda s: s.waiting.p50),
    FigureRow("waiting_p90", "seconds", N_("Waiting time of those called, nine in ten at most"), N_(
        "Nine in ten waits lasted no longer (nearest rank)."
    ), lambda s: s.waiting.p90),
    FigureRow("left_waits", "count", N_("Waits of those who gave up"), N_(
        "Visits whose citizen left before any call and whose wait is known. When somebody with a "
        "number on paper left may never have been written down."
    ), lambda s: None if s.left is None else s.left.n),
    FigureRow("left_p50", "seconds", N_("Waited before giving up, half at most"), N_(
        "Half of those who left before any call had waited no longer by then, or by the day's end"
        " where nobody noticed. Not given for days of version 0.1.0, which did not keep it."
    ), lambda s: None if s.left is None else s.left.p50),
    FigureRow("told_share", "ratio", N_("Numbers with an estimated wait, share"), N_(
        "Numbers issued with an estimated wait, of all numbers issued. There is no "
        "estimate while there is too little history. Not known of days from before it was "
        "kept."
    ), lambda s: ratio(s.visits("told"), s.visits("numbers"))),
    FigureRow("estimates", "count", N_("Estimated waits"), N_(
        "Visits with an estimated wait that were called or left after its upper end. "
        "Visits with a delay are left out."
    ), lambda s: s.visits("estimates")),
    FigureRow("estimates_held", "ratio", N_("Within the estimate, share"), N_(
        "Waits within the range on the ticket, of all estimated waits. The range counts as "
        "it is shown: from whole minutes to whole minutes, both ends included. Who left "
        "after its upper end counts as not within."
    ), lambda s: ratio(s.visits("estimates_held"), s.visits("estimates"))),
    FigureRow("alone_held", "ratio", N_("Within the estimate, nobody ahead, share"), N_(
        "The same of those with nobody ahead, whose waits are short and nearly always right. Not "
        "known of days from before it was kept."
    ), lambda s: ratio(s.visits("alone_held"), s.visits("alone"))),
    FigureRow("behind_held", "ratio", N_("Within the estimate, somebody ahead, share"), N_(
        "The same of those with somebody ahead. Not known of days from before it was kept."
    ), lambda s: ratio(s.visits("behind_held"), s.visits("behind"))),
    # Inquiries
    FigureRow("inquiries", "count", N_("Inquiries"), N_(
        "Inquiries completed: one for each service handled within a visit."
    ), lambda s: s.handling.n),
    FigureRow("inquiries_share", "ratio", N_("Share of inquiries"), N_(
        "Its inquiries of all inquiries."
    ), lambda s: ratio(s.handling.n, s.whole.inquiries.durations.n)),
    FigureRow("contacts", "count", N_("Contacts without a ticket"), N_(
        "Contacts that the staff counted without a ticket, such as a question in passing or a "
        "telephone call; those taken back are left out. They count in the hour of the press."
    )),
    FigureRow("all_contacts", "count", N_("All contacts"), N_(
        "Inquiries and contacts without a ticket together."
    )),
    FigureRow("all_contacts_share", "ratio", N_("Share of all contacts"), N_(
        "Its inquiries and contacts of those of all branches shown."
    )),
    FigureRow("contacts_share", "ratio", N_("Share of contacts"), N_(
        "The branch's inquiries and contacts without a ticket, of those of all branches shown."
    )),
    FigureRow("handling_mean", "seconds", N_("Handling time, mean"), N_(
        "Of an inquiry, from start to completion, less the time it was parked or sent on."
    ), lambda s: s.handling.mean),
    FigureRow("handling_p50", "seconds", N_("Handling time, half at most"), N_(
        "Half of the inquiries were handled in no longer (nearest rank)."
    ), lambda s: s.handling.p50),
    FigureRow("handling_p90", "seconds", N_("Handling time, nine in ten at most"), N_(
        "Nine in ten inquiries were handled in no longer (nearest rank)."
    ), lambda s: s.handling.p90),
    *(_outcome(outcome) for outcome in OUTCOMES),
    *(_outcome_share(outcome) for outcome in OUTCOMES),
    FigureRow("first_contact", "ratio", N_("First contact"), N_(
        "Inquiries resolved, or whose citizen was shown how to do it themselves, of all "
        "inquiries."
    ), _first_contact),
    # Goals
    FigureRow("threshold", "seconds", N_("Limit"), N_(
        "What is measured has to be strictly under this."
    )),
    FigureRow("judged", "count", N_("Judged"), N_(
        "How many the goal judged. Those who gave up after a waiting goal's limit count as "
        "judged. A goal on answers judges those of days that are over; dates with fewer than ten "
        "count together, within their month, on the date that makes them ten."
    )),
    FigureRow("within", "count", N_("Within"), N_(
        "How many of those judged were within the goal, strictly under its limit; of answers, how"
        " many were “very satisfied”."
    )),
    FigureRow("share", "ratio", N_("Share"), N_(
        "Within of judged. Without any judged there is no share."
    )),
    FigureRow("parked_share", "ratio", N_("Share, parked time counted"), N_(
        "What a handling goal's share would be if the time parked or sent on counted as handling."
        " Not given for days of version 0.1.0, which did not keep it."
    )),
    FigureRow("low", "ratio", N_("Share, low end"), N_(
        "Low end of the share's 95 % interval. From two days on it is taken over days, since the "
        "inquiries of a day go together; over one it is Wilson's over single inquiries."
    )),
    FigureRow("high", "ratio", N_("Share, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
    FigureRow("target", "ratio", N_("Target"), N_(
        "What the share had to reach; over days with different targets their mean, weighted by "
        "what was judged."
    )),
    FigureRow("verdict", "verdict", N_("Verdict"), N_(
        "Met when all of the interval reaches the target, missed when none of it does. Otherwise "
        "it says why there is no verdict: under ten judged, too few days to know how much days "
        "differ, or too close to the target. The day that still runs is looked at all day long "
        "and so is judged by a wider interval (99 %)."
    )),
    FigureRow("over", "count", N_("Misses beyond the goal"), N_(
        "How many misses there were beyond what the goal tolerates: so many more had to be "
        "within. Of 341 judged, a goal of 70 percent tolerates 102 misses."
    )),
    FigureRow("budget", "count", N_("Misses left today"), N_(
        "How many more misses the goal can take today. Negative: so many too many. Of days that "
        "are over see the misses beyond the goal."
    )),
    # How it went
    FigureRow("question", "text", N_("Question"), N_(
        "What citizens were asked, at a terminal or by the code on a slip."
    )),
    FigureRow("answers", "count", N_("Answers"), N_(
        "How many answered the question, repeats of one terminal left out. Dates with fewer than "
        "ten answers count together, within their month, on the date that makes them ten; what a "
        "month leaves over and the running day are not told."
    )),
    FigureRow("answered", "count", N_("Answered"), N_(
        "People who answered a question, in the whole months that are over. Of a group "
        "with fewer than ten answers in a month, and of one that would reveal it, nothing "
        "else is given."
    )),
    FigureRow("rating_5", "count", N_("Very satisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("rating_4", "count", N_("Satisfied"), N_("Answers that chose this one of the five.")),
    FigureRow("rating_3", "count", N_("Neither"), N_("Answers that chose this one of the five.")),
    FigureRow("rating_2", "count", N_("Dissatisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("rating_1", "count", N_("Very dissatisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("very_satisfied_share", "ratio", N_("Very satisfied, share"), N_(
        "Answers that chose the best of the five, of all answers."
    )),
    FigureRow("answers_low", "ratio", N_("Very satisfied, low end"), N_(
        "Low end of the share's 95 % interval: Wilson's over single answers."
    )),
    FigureRow("answers_high", "ratio", N_("Very satisfied, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
    # Specialists
    FigureRow("lifeline", "text", N_("Lifeline"), N_(
        "Specialists of one function, whom clerks ring while the citizen sits there."
    )),
    FigureRow("calls", "count", N_("Calls"), N_(
        "Calls that began to ring on these dates, by the clock of the specialists."
    )),
    FigureRow("calls_answered", "count", N_("Calls answered"), N_("Calls that a specialist took.")),
    FigureRow("calls_missed", "count", N_("Calls missed"), N_(
        "Calls that nobody took within three minutes."
    )),
    FigureRow("calls_cancelled", "count", N_("Calls cancelled late"), N_(
        "Calls that the counter cancelled at the lifeline's limit or later."
    )),
    FigureRow("calls_withdrawn", "count", N_("Calls withdrawn in time"), N_(
        "Calls that the counter cancelled before the lifeline's limit. They are not judged."
    )),
    FigureRow("calls_judged", "count", N_("Calls judged"), N_(
        "All calls but those withdrawn in time."
    )),
    FigureRow("calls_within", "count", N_("Calls answered in time"), N_(
        "Calls that were taken in less than the limit in force when they rang."
    )),
    FigureRow("calls_share", "ratio", N_("Calls answered in time, share"), N_(
        "Calls answered in time, of those judged."
    )),
    FigureRow("calls_low", "ratio", N_("Calls answered in time, low end"), N_(
        "Low end of the share's 95 % interval: over days, since the calls of a day go together; "
        "of fewer than five days Wilson's over single calls."
    )),
    FigureRow("calls_high", "ratio", N_("Calls answered in time, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
    FigureRow("calls_target", "ratio", N_("Calls answered in time, target"), N_(
        "What the share has to reach, as the lifeline is configured now."
    )),
    FigureRow("answer_p50", "seconds", N_("Time to answer, half at most"), N_(
        "Half of the calls that were answered were taken within so many whole seconds."
    )),
    FigureRow("direction", "text", N_("Direction"), N_(
        "Whether the branch sent the referrals or they were sent to it."
    )),
    FigureRow("referrals_sent", "count", N_("Referrals sent"), N_(
        "Referrals by the day they were sent; one that is sent on counts again, where it goes. "
        "Fewer than five are left out, and one more group where it would give them away."
    )),
    FigureRow("referrals_accepted", "count", N_("Referrals accepted"), N_(
        "Those of them that a specialist has taken up, or closed at once."
    )),
    FigureRow("referrals_closed", "count", N_("Referrals closed"), N_(
        "Those of them that a specialist has closed."
    )),
    FigureRow("referrals_returned", "count", N_("Referrals returned"), N_(
        "Those of them that a specialist has sent back."
    )),
    FigureRow("returned_sent_on", "count", N_("Returned, then sent on"), N_(
        "Those returned that the sender has sent on."
    )),
    FigureRow("returned_resolved", "count", N_("Returned, then solved at the counter"), N_(
        "Those returned that the sender has solved after all."
    )),
    FigureRow("returned_comes_again", "count", N_("Returned, the citizen comes again"), N_(
        "Those returned whose citizen comes again with what is missing."
    )),
    FigureRow("returned_dropped", "count", N_("Returned, nothing more done"), N_(
        "Those returned of which nothing more is made."
    )),
    FigureRow("solvable", "count", N_("Could have been solved at the counter"), N_(
        "Those that, the specialist says, could have been solved at the counter."
    )),
    FigureRow("solvable_share", "ratio", N_("Could have been solved at the counter, share"), N_(
        "Those that could have been solved at the counter, of all sent."
    )),
    FigureRow("acceptance_p50", "hours", N_("Time to acceptance, half at most"), N_(
        "Half of those accepted were taken up in under so many hours."
    )),
    # The playbook
    FigureRow("saved_visits", "count", N_("Visits saved"), N_(
        "Citizens who read at the kiosk what to bring or what they can do themselves, and pressed"
        " that they need no number. Repeats of one kiosk are left out."
    )),
    # The reception
    FigureRow("noted_kind", "text", N_("Kind of note"), N_(
        "Whether it is a need, or why a visit came before others."
    )),
    FigureRow("noted", "text", N_("Noted at the reception"), N_("What staff noted of visits.")),
    FigureRow("noted_visits", "count", N_("Visits"), N_(
        "Visits of which it was noted, less those where it was taken back."
    )),
    FigureRow("help_calls", "count", N_("Calls for help"), N_(
        "Calls for help from kiosks that were answered or are over."
    )),
    FigureRow("help_answered", "count", N_("Calls for help answered"), N_(
        "Calls for help that somebody said they come to."
    )),
    FigureRow("help_unanswered", "count", N_("Calls for help nobody answered"), N_(
        "Calls for help that nobody answered within a quarter of an hour."
    )),
    FigureRow("help_cancelled", "count", N_("Calls for help cancelled late"), N_(
        "Calls for help that were cancelled after two minutes or later."
    )),
    FigureRow("help_withdrawn", "count", N_("Calls for help withdrawn in time"), N_(
        "Calls for help that were cancelled within two minutes. They are not judged."
    )),
    FigureRow("help_judged", "count", N_("Calls for help judged"), N_(
        "Calls for help that were not withdrawn in time."
    )),
    FigureRow("help_within", "count", N_("Calls for help answered in time"), N_(
        "Calls for help that were answered in under two minutes."
    )),
    FigureRow("help_share", "ratio", N_("Calls for help answered in time, share"), N_(
        "Those answered in under two minutes, of those judged."
    )),
    FigureRow("help_low", "ratio", N_("Calls for help answered in time, low end"), N_(
        "The low end of the share's 95 % interval."
    )),
    FigureRow("help_high", "ratio", N_("Calls for help answered in time, high end"), N_(
        "The high end of the share's 95 % interval."
    )),
    FigureRow("help_p50", "seconds", N_("Time to answer a call for help, half at most"), N_(
        "Half of the calls answered were answered within so many seconds."
    )),
    # Counters' time
    FigureRow("staffed", "hours", N_("Counters open"), N_(
        "For how long counters were open, all counters together, without their pauses."
    )),
    FigureRow("open_minutes", "count", N_("Open minutes"), N_(
        "How many minutes of this hour or half hour the branch is open on this weekday, by its "
        "weekly hours."
    )),
    FigureRow("staffed_per_day", "decimal", N_("Counters open per day"), N_(
        "Counters open on average in this hour or half hour of this weekday, while the branch is "
        "open: where it is open for half of the hour they are not half. Today is left out, "
        "unless there is no other such date."
    )),
    FigureRow("pause_reason", "text", N_("Reason"), N_(
        "Why counters were paused: a reason of the branch's list."
    )),
    FigureRow("pauses_begun", "count", N_("Number of pauses"), N_(
        "Pauses that began in this time. They are counted by reason, never by person, and only "
        "given for whole weeks, Monday to Sunday, that are over."
    )),
    FigureRow("paused_time", "hours", N_("Time paused, all counters"), N_(
        "For how long counters were paused in this time, all counters together. It is in no "
        "figure of open counters."
    )),
    FigureRow("busy_share", "ratio", N_("Counters at work"), N_(
        "Time with somebody called or served, of the time that counters were open. Not known of "
        "days from before it was kept, nor given where one counter at most was open and the dates"
        " are not whole weeks that are over: that would be about one person."
    ), _of_flow(lambda flow: ratio(flow.busy_ms, flow.open_ms))),
    FigureRow("idle", "hours", N_("Counters free while people waited"), N_(
        "For how long open counters had nobody called or served while somebody waited, all "
        "counters together."
    ), _of_flow(lambda flow: flow.idle_ms / _HOUR_MS if flow.open_ms else None)),
    # The queue
    FigureRow("queue_mean", "decimal", N_("People waiting on average"), N_(
        "How many people waited at the same time, on average while counters were open or anybody "
        "waited. Not known of days from before it was kept."
    ), _of_flow(lambda flow: ratio(flow.waited_ms, flow.span_ms))),
    FigureRow("queue_most", "count", N_("People waiting at most"), N_(
        "The most people who waited at the same time."
    ), _of_flow(lambda flow: flow.most)),
    # Lengths
    FigureRow("count", "count", N_("Count"), N_("How many there are.")),
    FigureRow("count_share", "ratio", N_("Share of all"), N_("How many there are, of all.")),
    FigureRow("cumulative", "ratio", N_("Share under this"), N_(
        "Those strictly under the upper end, of all. At a goal's limit it is what the goal counts"
        " as within."
    )),
    # Possible bias of the figures
    FigureRow("quick", "count", N_("Under 15 seconds"), N_(
        "Inquiries handled in under 15 seconds. They may be a wrong press, and make the figures "
        "look better."
    ), _inquiries("quick")),
    FigureRow("quick_share", "ratio", N_("Under 15 seconds, share"), N_(
        "Inquiries handled in under 15 seconds, of all inquiries."
    ), _of_inquiries("quick")),
    FigureRow("continued", "count", N_("Continued"), N_(
        "Inquiries that were not the first of their visit. Many of them split one long inquiry "
        "into short ones."
    ), _inquiries("continued")),
    FigureRow("continued_per_visit", "decimal", N_("Continued per visit"), N_(
        "Inquiries that were not the first of their visit, for each visit with an inquiry."
    ), _continued_per_visit),
    FigureRow("stood_mean", "seconds", N_("Parked or sent on, mean"), N_(
        "How long an inquiry was paused between start and completion. It is no handling time."
    ), lambda s: ratio(s.inquiries("stood_ms") / 1000, s.handling.n)),
    FigureRow("walk_mean", "seconds", N_("Walk to the counter, mean"), N_(
        "From the call to the start. It is neither waiting nor handling time."
    ), lambda s: ratio(s.visits("walked_ms") / 1000, s.visits("walks"))),
)
# fmt: on
FIGURES: Final[Mapping[str, FigureRow]] = {row.id: row for row in _ROWS}
"""Every figure by its id, in the order in which a page of definitions gives them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in one language. ``id`` is the same in all, ``unit`` may be empty."""

    id: str
    name: str
    unit: str
    definition: str
    kind: ColumnKind


def figure(figure_id: str, say: Words) -> Figure:
    """The name and definition of a figure. Raises KeyError for an unknown id."""
    row = FIGURES[figure_id]
    return Figure(row.id, say(row.name), say(UNITS[row.kind]), say(row.definition), row.kind)


def figures(language: str) -> Iterator[Figure]:
    """Every figure, in the order in which a page of definitions gives them."""
    say = Words(language)
    return (figure(figure_id, say) for figure_id in FIGURES)
