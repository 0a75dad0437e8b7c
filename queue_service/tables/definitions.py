"""How every figure is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.model import ColumnKind
from queue_service.tables.names import NAMES, UNITS
from queue_service.tables.words import Words

_DEFINITIONS: Final[Mapping[str, str]] = {
    # What a row stands for
    "date": N_(
        "The branch's own date on which the visit began. All that the visit does counts on "
        "that date."
    ),
    "month": N_("All of the month's dates together."),
    "hour": N_(
        "By the branch's clock. Visits count in the hour in which they began, inquiries in "
        "the hour in which they were completed. What is completed after midnight stands under "
        "hour 00 of the date on which its visit began."
    ),
    "half_hour": N_("By the branch's clock. Visits count in the half hour in which they began."),
    "half_hour_days": N_(
        "How many of the dates have visits and half hours: these are kept from version 0.3.0 on."
    ),
    "weekday": N_("The weekday of the date."),
    "service": N_(
        "What the citizen came for. Visits count under the service they began with, inquiries "
        "under the one they were completed as."
    ),
    "team": N_(
        "The staff group at the counter when the inquiry was completed. Only given for whole "
        "weeks, Monday to Sunday, that are over."
    ),
    "counter": N_(
        "The counter at which the inquiry was completed. Only given for whole weeks, Monday to "
        "Sunday, that are over."
    ),
    "branch": N_("The place with its own queue."),
    "channel": N_(
        "How the citizen reached the branch. Who draws a number or comes to the counter is there "
        "in person. Not known of inquiries of days from before it was kept."
    ),
    "kle": N_("The service's task in KL Emnesystematik, as it is configured now."),
    "kind": N_(
        "Whether a citizen asked for information or had something done. It is told with a contact; "
        "else, and of every inquiry, it is the service's as it is configured now."
    ),
    "goal": N_("What a share has to reach. A day is judged by the goals of that day."),
    "bucket": N_("From the first number, in seconds, to just under the second."),
    "from_seconds": N_("Lengths of this and over belong here."),
    "to_seconds": N_("Lengths under this belong here. Empty: there is no upper end."),
    "line": N_("The goals whose limit lies at this upper end."),
    # Visits
    "days": N_("How many of the dates have visits."),
    "issued": N_("Visits begun: numbers drawn, and people served at once without one."),
    "completed": N_("Visits that ended with the citizen served."),
    "no_show": N_("Visits that were called and to which nobody came."),
    "abandoned": N_("Visits whose citizen left while waiting or parked."),
    "incomplete": N_("Visits still being served when the day was closed."),
    "open": N_("Visits that have not ended yet."),
    "paper": N_(
        "Visits that had a number on paper while the service was away, and were entered afterwards "
        "with times to the minute."
    ),
    "paper_inquiries": N_("Inquiries of visits that had a number on paper, with known times."),
    "no_show_share": N_("No-shows of all visits."),
    "abandoned_share": N_("Those who gave up, of all visits."),
    "incomplete_share": N_("Visits not completed, of all visits."),
    "issued_share": N_("Its visits of all visits."),
    "arrivals": N_(
        "Visits begun in this hour or half hour, for each of the dates with this weekday that have "
        "visits."
    ),
    # Waiting
    "waits": N_("Visits that were called for the first time. People served at once never waited."),
    "waiting_mean": N_(
        "From the number drawn to the first call. Those who gave up are not in it: where many do, "
        "it is shorter than what people waited."
    ),
    "waiting_p50": N_("Half of the waits lasted no longer (nearest rank)."),
    "waiting_p90": N_("Nine in ten waits lasted no longer (nearest rank)."),
    "estimates": N_(
        "Visits that were told with the ticket how long the wait would be, and were called or left "
        "after the upper end of that. Whoever asked for a delay is left out."
    ),
    "told_share": N_(
        "Numbers with which a wait was told, of all numbers drawn. None is told while there is too "
        "little history. Not known of days from before it was kept."
    ),
    "estimates_held": N_(
        "Waits that lay in the range told with the ticket, of the waits told in advance. The range "
        "counts as it is shown: from whole minutes to whole minutes, both ends included. Who left "
        "after its upper end counts as not within."
    ),
    "alone_held": N_(
        "The same of those with nobody ahead, whose waits are short and nearly always right. Not "
        "known of days from before it was kept."
    ),
    "behind_held": N_(
        "The same of those with somebody ahead. Not known of days from before it was kept."
    ),
    "left_waits": N_(
        "Visits whose citizen left before any call and whose wait is known. When somebody with a "
        "number on paper left may never have been written down."
    ),
    "left_p50": N_(
        "Half of those who left before any call had waited no longer by then, or by the day's end "
        "where nobody noticed. Not given for days of version 0.1.0, which did not keep it."
    ),
    # Inquiries
    "inquiries": N_("Inquiries completed: one for each service handled within a visit."),
    "inquiries_share": N_("Its inquiries of all inquiries."),
    "contacts": N_(
        "Contacts that the staff counted without a ticket, such as a question in passing or a "
        "telephone call; those taken back are left out. They count in the hour of the press."
    ),
    "all_contacts": N_("Inquiries and contacts without a ticket together."),
    "all_contacts_share": N_("Its inquiries and contacts of those of all branches shown."),
    "contacts_share": N_(
        "The branch's inquiries and contacts without a ticket, of those of all branches shown."
    ),
    "handling_mean": N_(
        "Of an inquiry, from start to completion, less the time it was parked or sent on."
    ),
    "handling_p50": N_("Half of the inquiries were handled in no longer (nearest rank)."),
    "handling_p90": N_("Nine in ten inquiries were handled in no longer (nearest rank)."),
    "resolved": N_("Inquiries completed as resolved."),
    "self_service": N_("Inquiries whose citizen was shown how to do it themselves."),
    "referred": N_("Inquiries that an authority has to decide, referred to a specialist."),
    "follow_up": N_("Inquiries whose citizen must come back."),
    "unresolved": N_("Inquiries completed as not resolved."),
    "resolved_share": N_("Inquiries with this outcome, of all inquiries."),
    "self_service_share": N_("Inquiries with this outcome, of all inquiries."),
    "referred_share": N_("Inquiries with this outcome, of all inquiries."),
    "follow_up_share": N_("Inquiries with this outcome, of all inquiries."),
    "unresolved_share": N_("Inquiries with this outcome, of all inquiries."),
    "first_contact": N_(
        "Inquiries resolved, or whose citizen was shown how to do it themselves, of all inquiries."
    ),
    # Goals
    "threshold": N_("What is measured has to be strictly under this."),
    "judged": N_(
        "How many the goal judged. Those who gave up after a waiting goal's limit count as judged. "
        "A goal on answers judges those of days that are over; dates with fewer than ten count "
        "together, within their month, on the date that makes them ten."
    ),
    "within": N_(
        "How many of those judged were within the goal, strictly under its limit; of answers, how "
        "many were “very satisfied”."
    ),
    "share": N_("Within of judged. Without any judged there is no share."),
    "parked_share": N_(
        "What a handling goal's share would be if the time parked or sent on counted as handling. "
        "Not given for days of version 0.1.0, which did not keep it."
    ),
    "low": N_(
        "Low end of the share's 95 % interval. From two days on it is taken over days, since the "
        "inquiries of a day go together; over one it is Wilson's over single inquiries."
    ),
    "high": N_("High end of the share's 95 % interval, worked out as its low end is."),
    "target": N_(
        "What the share had to reach; over days with different targets their mean, weighted "
        "by what was judged."
    ),
    "verdict": N_(
        "Met when all of the interval reaches the target, missed when none of it does; else, and "
        "always under ten judged, not certain. The day that still runs is looked at all day "
        "long and so is judged by a wider interval (99 %)."
    ),
    "over": N_(
        "How many misses there were beyond what the goal tolerates: so many more had to be within. "
        "Of 341 judged, a goal of 70 percent tolerates 102 misses."
    ),
    "budget": N_(
        "How many more misses the goal can take today. Negative: so many too many. Of days that "
        "are over see the misses beyond the goal."
    ),
    # How it went
    "question": N_("What citizens were asked, at a terminal or by the code on a slip."),
    "answers": N_(
        "How many answered the question, repeats of one terminal left out. Dates with fewer than "
        "ten answers count together, within their month, on the date that makes them ten; what a "
        "month leaves over and the running day are not told."
    ),
    **{
        f"rating_{rating}": N_("Answers that chose this one of the five.") for rating in range(1, 6)
    },
    "very_satisfied_share": N_("Answers that chose the best of the five, of all answers."),
    # Specialists
    "lifeline": N_("Specialists of one function, whom clerks ring while the citizen sits there."),
    "calls": N_("Calls that began to ring on these dates, by the clock of the specialists."),
    "calls_answered": N_("Calls that a specialist took."),
    "calls_missed": N_("Calls that nobody took within three minutes."),
    "calls_cancelled": N_("Calls that the counter cancelled at the lifeline's limit or later."),
    "calls_withdrawn": N_(
        "Calls that the counter cancelled before the lifeline's limit. They are not judged."
    ),
    "calls_judged": N_("All calls but those withdrawn in time."),
    "calls_within": N_("Calls that were taken in less than the limit in force when they rang."),
    "calls_share": N_("Calls answered in time, of those judged."),
    "calls_low": N_(
        "Low end of the share's 95 % interval: over days, since the calls of a day go together; of "
        "fewer than five days Wilson's over single calls."
    ),
    "calls_high": N_("High end of the share's 95 % interval, worked out as its low end is."),
    "calls_target": N_("What the share has to reach, as the lifeline is configured now."),
    "answer_p50": N_(
        "Half of the calls that were answered were taken within so many whole seconds."
    ),
    "direction": N_("Whether the branch sent the referrals or they were sent to it."),
    "referrals_sent": N_(
        "Referrals by the day they were sent; one that is sent on counts again, where it goes. "
        "Fewer than five are left out, and one more group where it would give them away."
    ),
    "referrals_accepted": N_("Those of them that a specialist has taken up, or closed at once."),
    "referrals_closed": N_("Those of them that a specialist has closed."),
    "referrals_returned": N_("Those of them that a specialist has sent back."),
    "returned_sent_on": N_("Those returned that the sender has sent on."),
    "returned_resolved": N_("Those returned that the sender has solved after all."),
    "returned_comes_again": N_("Those returned whose citizen comes again with what is missing."),
    "returned_dropped": N_("Those returned of which nothing more is made."),
    "solvable": N_("Those that, the specialist says, could have been solved at the counter."),
    "solvable_share": N_("Those that could have been solved at the counter, of all sent."),
    "acceptance_p50": N_("Half of those accepted were taken up within so many whole hours."),
    # The playbook
    "saved_visits": N_(
        "Citizens who read at the kiosk what to bring or what they can do themselves, and pressed "
        "that they need no number. Repeats of one kiosk are left out."
    ),
    # The reception
    "noted_kind": N_("Whether it is a need, or why a visit came before others."),
    "noted": N_("What staff noted of visits."),
    "noted_visits": N_("Visits of which it was noted, less those where it was taken back."),
    "help_calls": N_("Calls for help from kiosks that were answered or are over."),
    "help_answered": N_("Calls for help that somebody said they come to."),
    "help_unanswered": N_("Calls for help that nobody answered within a quarter of an hour."),
    "help_cancelled": N_("Calls for help that were cancelled after two minutes or later."),
    "help_withdrawn": N_(
        "Calls for help that were cancelled within two minutes. They are not judged."
    ),
    "help_judged": N_("Calls for help that were not withdrawn in time."),
    "help_within": N_("Calls for help that were answered in under two minutes."),
    "help_share": N_("Those answered in under two minutes, of those judged."),
    "help_low": N_("The low end of the share's 95 % interval."),
    "help_high": N_("The high end of the share's 95 % interval."),
    "help_p50": N_("Half of the calls answered were answered within so many seconds."),
    # Counters' time
    "staffed": N_("For how long counters were open, all counters together, without their pauses."),
    "open_minutes": N_(
        "How many minutes of this hour or half hour the branch is open on this weekday, by its "
        "weekly hours."
    ),
    "staffed_per_day": N_(
        "Counters open on average in this hour or half hour of this weekday, while the branch is "
        "open: where it is open for half of the hour they are not half."
    ),
    "pause_reason": N_("Why counters were paused: a reason of the branch's list."),
    "pauses_begun": N_(
        "Pauses that began in this time. They are counted by reason, never by person, and only "
        "given for whole weeks, Monday to Sunday, that are over."
    ),
    "paused_time": N_(
        "For how long counters were paused in this time, all counters together. It is in no figure "
        "of open counters."
    ),
    "busy_share": N_(
        "Time with somebody called or served, of the time that counters were open. Not known of "
        "days from before it was kept, nor given where one counter at most was open and the dates "
        "are not whole weeks that are over: that would be about one person."
    ),
    "idle": N_(
        "For how long open counters had nobody called or served while somebody waited, all "
        "counters together."
    ),
    # The queue
    "queue_mean": N_(
        "How many people waited at the same time, on average while counters were open or anybody "
        "waited. Not known of days from before it was kept."
    ),
    "queue_most": N_("The most people who waited at the same time."),
    # Lengths
    "count": N_("How many there are."),
    "count_share": N_("How many there are, of all."),
    "cumulative": N_(
        "Those strictly under the upper end, of all. At a goal's limit it is what the goal counts "
        "as within."
    ),
    # What may flatter
    "quick": N_(
        "Inquiries handled in under 15 seconds. They may be a wrong press, and make the "
        "figures look better."
    ),
    "quick_share": N_("Inquiries handled in under 15 seconds, of all inquiries."),
    "continued": N_(
        "Inquiries that were not the first of their visit. Many of them split one long "
        "inquiry into short ones."
    ),
    "continued_per_visit": N_(
        "Inquiries that were not the first of their visit, for each visit with an inquiry."
    ),
    "stood_mean": N_(
        "How long an inquiry stood still between start and completion. It is no handling time."
    ),
    "walk_mean": N_("From the call to the start. It is neither waiting nor handling time."),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in one language. ``id`` is the same in all, ``unit`` may be empty."""

    id: str
    name: str
    unit: str
    definition: str
    kind: ColumnKind


def figure(figure_id: str, say: Words) -> Figure:
    """What a figure is called and how it is counted. Raises KeyError for an unknown id."""
    kind, name = NAMES[figure_id]
    return Figure(figure_id, say(name), say(UNITS[kind]), say(_DEFINITIONS[figure_id]), kind)


def figures(language: str) -> Iterator[Figure]:
    """Every figure, in the order in which a page of definitions gives them."""
    say = Words(language)
    return (figure(figure_id, say) for figure_id in NAMES)
