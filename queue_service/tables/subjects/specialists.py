"""Counts next to the visits: calls to lifelines, referrals, visits the playbook saved, contacts
without a ticket and bookings. Each function gives the rows of a table by their keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.booking_figures.operations import BookingFigures, booking_figures
from queue_service.command import Queue
from queue_service.contacts.operations import Contacts, contacts
from queue_service.days.rules.period import Period
from queue_service.days.rules.suppression import hidden
from queue_service.history.operations.history import Past
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.lifeline.operations.figures import LifelineFigures, lifeline_figures
from queue_service.lifeline.rules import figures
from queue_service.playbook.operations import SavedVisits, saved_visits
from queue_service.reception.operations import ReceptionFigures, reception_figures
from queue_service.referrals.operations.figures import ReferralFigures, referral_figures
from queue_service.referrals.rules import ReferralTotals as Referred
from queue_service.referrals.rules import shown_figures, shown_of_months
from queue_service.satisfaction.operations import Feedback, feedback
from queue_service.staff_calls.rules import Answered
from queue_service.tables.figures.figure import ratio
from queue_service.tables.model import HIDDEN, Rows, Value, in_order
from queue_service.tables.subjects.contacts import CHANNEL_NAMES, KIND_NAMES
from queue_service.tables.words import Words

CALLS: Final = (
    "calls", "calls_answered", "calls_missed", "calls_cancelled", "calls_withdrawn",
    "calls_judged", "calls_within", "calls_share", "calls_low", "calls_high", "answer_p50",
)  # fmt: skip
_COUNTED: Final[Mapping[str, str]] = {
    "referrals_sent": "sent",
    "referrals_accepted": "accepted",
    "referrals_closed": "closed",
    "referrals_returned": "returned",
    "returned_sent_on": "sent_on",
    "returned_resolved": "resolved",
    "returned_comes_again": "citizen_returns",
    "returned_dropped": "dropped",
    "solvable": "solvable",
}
"""The column of each fact that is counted."""
REFERRALS: Final = (*_COUNTED, "solvable_share", "acceptance_p50")
_DIRECTIONS: Final = {"sent": N_("Sent from here"), "received": N_("Referred to here")}


@dataclass(frozen=True, slots=True)
class OtherCounts:
    """Counts of the same dates that are no part of the visits' history."""

    calls: LifelineFigures
    referrals: ReferralFigures
    saved: SavedVisits
    contacts: Contacts
    reception: ReceptionFigures
    feedback: Feedback
    bookings: BookingFigures


def other_counts(queue: Queue, branch_id: str, period: Period) -> OtherCounts:
    """Read it. Raises BranchNotFound."""
    first, last = period.first, period.last
    return OtherCounts(
        lifeline_figures(queue, branch_id, first, last),
        referral_figures(queue, branch_id, first, last),
        saved_visits(queue, branch_id, first, last),
        contacts(queue, branch_id, first, last),
        reception_figures(queue, branch_id, first, last),
        feedback(queue, branch_id, first, last),
        booking_figures(queue, branch_id, first, last),
    )


def lifeline_rows(calls: LifelineFigures, say: Words) -> Rows:
    """A row for each lifeline that was rung, in the configuration's order, then those that are no
    more."""
    rows = figures(calls.cells, "lifeline")
    known = {line.id: line for line in calls.lifelines}

    def row(key: str) -> tuple[Value, ...]:
        line = known.get(key)
        name = name_in(line.name, say.language) if line else key
        return (name, *_calls(rows[key]), line.target_ratio if line else None)

    return {key: row(key) for key in in_order(rows, known)}


def lifeline_hour_rows(calls: LifelineFigures, say: Words) -> Rows:
    """A row for each hour of the day; of one with fewer than five calls, their number alone, and so
    of another: by itself it would be the total less the other hours."""
    rows = figures(calls.cells, "hour")
    left_out = hidden({hour: row.calls for hour, row in rows.items()}).keys
    return {
        hour: (say.hour(hour), row.calls, *[HIDDEN] * (len(CALLS) - 1))
        if hour in left_out
        else (say.hour(hour), *_calls(row))
        for hour, row in rows.items()
    }


def _calls(row: Answered) -> tuple[Value, ...]:
    share = share_over_days(row.days, None, waits=True)
    results = row.results.values()
    ends = share.ratio, share.low, share.high
    return (row.calls, *results, row.judged, row.within, *ends, row.median_seconds())


def referral_rows(found: ReferralFigures, say: Words) -> Rows:
    """A row for each service that was referred from the branch, and for each referred to it."""
    return {
        f"{direction}-{key}": (
            say(_DIRECTIONS[direction]),
            name_in(found.services.get(key, {}), say.language, default=key),
            *_referred(rows[key]),
        )
        for direction, months in (("sent", found.sent), ("received", found.received))
        for rows in (shown_of_months(months),)
        for key in in_order(rows, found.services)
    }


def referral_month_rows(found: ReferralFigures, say: Words) -> Rows:
    """A row for each month in which the branch sent any."""
    cells = [cell._replace(date=cell.date[:7]) for of_month in found.sent for cell in of_month]
    return {
        month: (say.full_month(f"{month}-01"), *_referred(row))
        for month, row in shown_figures(cells, "date").items()
    }


def _referred(row: Referred | None) -> tuple[Value, ...]:
    if row is None:
        return (HIDDEN,) * len(REFERRALS)
    share, hours = ratio(row.counts["solvable"], row.counts["sent"]), row.median_hours()
    counts = (row.counts[fact] for fact in _COUNTED.values())
    return (*counts, share, None if hours is None else hours + 1)


def saved_rows(saved: SavedVisits, past: Past, say: Words) -> Rows:
    """A row for each date and service that citizens needed no number for."""
    counts: Counter[tuple[str, str]] = Counter()
    for cell in saved.cells:
        counts[cell.date, cell.service] += cell.n
    return {
        f"{date}-{service}": (date, say.service(past, service), n)
        for (date, service), n in sorted(counts.items())
    }


def contact_rows(found: Contacts, past: Past, say: Words) -> Rows:
    """A row for each date, service, channel and kind that had contacts without a ticket."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for cell in found.cells:
        counts[cell.date, cell.service, cell.channel, cell.kind] += cell.n
    return {
        "-".join(key): (
            key[0],
            say.service(past, key[1]),
            say(CHANNEL_NAMES[key[2]]),
            say(KIND_NAMES[key[3]]),
            n,
        )
        for key, n in sorted(counts.items())
    }
