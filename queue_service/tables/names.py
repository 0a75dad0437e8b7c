"""What every figure is called, and what kind of value it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.model import Kind

UNITS: Final[Mapping[Kind, str]] = {
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

NAMES: Final[Mapping[str, tuple[Kind, str]]] = {
    # What a row stands for
    "date": ("date", N_("Date")),
    "month": ("text", N_("Month")),
    "hour": ("text", N_("Hour")),
    "weekday": ("text", N_("Weekday")),
    "service": ("text", N_("Service")),
    "team": ("text", N_("Team")),
    "counter": ("text", N_("Counter")),
    "branch": ("text", N_("Branch")),
    "goal": ("text", N_("Goal")),
    "bucket": ("text", N_("Length")),
    "from_seconds": ("seconds", N_("From")),
    "to_seconds": ("seconds", N_("Under")),
    "line": ("text", N_("The goal's line")),
    # Visits
    "days": ("count", N_("Days")),
    "issued": ("count", N_("Visits")),
    "completed": ("count", N_("Completed")),
    "no_show": ("count", N_("No-shows")),
    "abandoned": ("count", N_("Gave up")),
    "incomplete": ("count", N_("Not completed")),
    "open": ("count", N_("Not ended yet")),
    "no_show_share": ("ratio", N_("No-shows, share")),
    "abandoned_share": ("ratio", N_("Gave up, share")),
    "incomplete_share": ("ratio", N_("Not completed, share")),
    "issued_share": ("ratio", N_("Share of visits")),
    "arrivals": ("decimal", N_("Visits per day")),
    # Waiting
    "waits": ("count", N_("Waits")),
    "waiting_mean": ("seconds", N_("Waiting time of those called, mean")),
    "waiting_p50": ("seconds", N_("Waiting time of those called, half at most")),
    "waiting_p90": ("seconds", N_("Waiting time of those called, nine in ten at most")),
    "left_waits": ("count", N_("Waits of those who gave up")),
    "left_p50": ("seconds", N_("Waited before giving up, half at most")),
    "estimates": ("count", N_("Waits told in advance")),
    "estimates_held": ("ratio", N_("Within what was told, share")),
    # Inquiries
    "inquiries": ("count", N_("Inquiries")),
    "inquiries_share": ("ratio", N_("Share of inquiries")),
    "contacts_share": ("ratio", N_("Share of contacts")),
    "handling_mean": ("seconds", N_("Handling time, mean")),
    "handling_p50": ("seconds", N_("Handling time, half at most")),
    "handling_p90": ("seconds", N_("Handling time, nine in ten at most")),
    "resolved": ("count", N_("Resolved")),
    "self_service": ("count", N_("Shown how to do it themselves")),
    "referred": ("count", N_("Referred to a specialist")),
    "follow_up": ("count", N_("Must come back")),
    "unresolved": ("count", N_("Not resolved")),
    "resolved_share": ("ratio", N_("Resolved, share")),
    "self_service_share": ("ratio", N_("Shown how to do it themselves, share")),
    "referred_share": ("ratio", N_("Referred to a specialist, share")),
    "follow_up_share": ("ratio", N_("Must come back, share")),
    "unresolved_share": ("ratio", N_("Not resolved, share")),
    "first_contact": ("ratio", N_("First contact")),
    # Goals
    "threshold": ("seconds", N_("Limit")),
    "judged": ("count", N_("Judged")),
    "within": ("count", N_("Within")),
    "share": ("ratio", N_("Share")),
    "parked_share": ("ratio", N_("Share, parked time counted")),
    "low": ("ratio", N_("Share, low end")),
    "high": ("ratio", N_("Share, high end")),
    "target": ("ratio", N_("Target")),
    "verdict": ("verdict", N_("Verdict")),
    "over": ("count", N_("Misses beyond the goal")),
    "budget": ("count", N_("Misses left")),
    # How it went
    "question": ("text", N_("Question")),
    "answers": ("count", N_("Answers")),
    "rating_5": ("count", N_("Very satisfied")),
    "rating_4": ("count", N_("Satisfied")),
    "rating_3": ("count", N_("Neither")),
    "rating_2": ("count", N_("Dissatisfied")),
    "rating_1": ("count", N_("Very dissatisfied")),
    "very_satisfied_share": ("ratio", N_("Very satisfied, share")),
    # Specialists
    "lifeline": ("text", N_("Lifeline")),
    "calls": ("count", N_("Calls")),
    "calls_answered": ("count", N_("Calls answered")),
    "calls_missed": ("count", N_("Calls missed")),
    "calls_cancelled": ("count", N_("Calls cancelled late")),
    "calls_withdrawn": ("count", N_("Calls withdrawn in time")),
    "calls_judged": ("count", N_("Calls judged")),
    "calls_within": ("count", N_("Calls answered in time")),
    "calls_share": ("ratio", N_("Calls answered in time, share")),
    "calls_low": ("ratio", N_("Calls answered in time, low end")),
    "calls_high": ("ratio", N_("Calls answered in time, high end")),
    "calls_target": ("ratio", N_("Calls answered in time, target")),
    "answer_p50": ("seconds", N_("Time to answer, half at most")),
    "direction": ("text", N_("Direction")),
    "referrals_sent": ("count", N_("Referrals sent")),
    "referrals_accepted": ("count", N_("Referrals accepted")),
    "referrals_closed": ("count", N_("Referrals closed")),
    "referrals_returned": ("count", N_("Referrals returned")),
    "returned_sent_on": ("count", N_("Returned, then sent on")),
    "returned_resolved": ("count", N_("Returned, then solved at the counter")),
    "returned_comes_again": ("count", N_("Returned, the citizen comes again")),
    "returned_dropped": ("count", N_("Returned, nothing more done")),
    "solvable": ("count", N_("Could have been solved at the counter")),
    "solvable_share": ("ratio", N_("Could have been solved at the counter, share")),
    "acceptance_p50": ("hours", N_("Time to acceptance, half at most")),
    # The playbook
    "saved_visits": ("count", N_("Visits saved")),
    # Counters' time
    "staffed": ("hours", N_("Counters open")),
    "staffed_per_day": ("decimal", N_("Counters open per day")),
    "busy_share": ("ratio", N_("Counters at work")),
    "idle": ("hours", N_("Counters free while people waited")),
    # The queue
    "queue_mean": ("decimal", N_("People waiting on average")),
    "queue_most": ("count", N_("People waiting at most")),
    # Lengths
    "count": ("count", N_("Count")),
    "count_share": ("ratio", N_("Share of all")),
    "cumulative": ("ratio", N_("Share under this")),
    # What may flatter
    "quick": ("count", N_("Under 15 seconds")),
    "quick_share": ("ratio", N_("Under 15 seconds, share")),
    "continued": ("count", N_("Continued")),
    "continued_per_visit": ("decimal", N_("Continued per visit")),
    "stood_mean": ("seconds", N_("Parked or sent on, mean")),
    "walk_mean": ("seconds", N_("Walk to the counter, mean")),
}
"""Each figure's kind and its English name."""
