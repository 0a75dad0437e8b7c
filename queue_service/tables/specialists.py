"""What is counted in addition to the visits: calls to lifelines, referrals, visits the playbook
saved, and contacts without a ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.command import Queue
from queue_service.contacts.operations import Contacts, contacts
from queue_service.days.rules.period import Period
from queue_service.goals.rules.answering import Answered
from queue_service.history.operations.history import Past
from queue_service.history.rules.ratio import share_over_days
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.lifeline.operations import LifelineFigures, lifeline_figures
from queue_service.lifeline.rules import figures
from queue_service.playbook.operations import SavedVisits, saved_visits
from queue_service.reception.operations import ReceptionFigures, reception_figures
from queue_service.referrals.operations import ReferralFigures, referral_figures
from queue_service.referrals.rules import ReferralCount, shown_of_months
from queue_service.referrals.rules import ReferralTotals as Referred
from queue_service.tables.contacts import CHANNEL_NAMES, KIND_NAMES
from queue_service.tables.figures import ratio
from queue_service.tables.measures import column
from queue_service.tables.model import HIDDEN, Table, Value
from queue_service.tables.words import Words

_CALLS: Final = (
    "lifeline", "calls", "calls_answered", "calls_missed", "calls_cancelled", "calls_withdrawn",
    "calls_judged", "calls_within", "calls_share", "calls_low", "calls_high", "calls_target",
    "answer_p50",
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
_REFERRALS: Final = ("direction", "service", *_COUNTED, "solvable_share", "acceptance_p50")
_DIRECTIONS: Final = {"sent": N_("Sent from here"), "received": N_("Referred to here")}


@dataclass(frozen=True, slots=True)
class Beside:
    """What tables show that is no part of the visits' history, over the same dates."""

    calls: LifelineFigures
    referrals: ReferralFigures
    saved: SavedVisits
    contacts: Contacts
    reception: ReceptionFigures


def beside(queue: Queue, branch_id: str, period: Period) -> Beside:
    """Read it. Raises BranchNotFound."""
    first, last = period.first, period.last
    return Beside(
        lifeline_figures(queue, branch_id, first, last),
        referral_figures(queue, branch_id, first, last),
        saved_visits(queue, branch_id, first, last),
        contacts(queue, branch_id, first, last),
        reception_figures(queue, branch_id, first, last),
    )


def lifelines_table(calls: LifelineFigures | None, say: Words, title: str) -> Table:
    """A row for each lifeline that was rung, in the configuration's order, then those that are no
    more."""
    rows = figures(calls.cells, "lifeline") if calls else {}
    known = {line.id: line for line in calls.lifelines} if calls else {}
    keys = [*(key for key in known if key in rows), *sorted(rows.keys() - known.keys())]

    def row(key: str) -> tuple[Value, ...]:
        line = known.get(key)
        name = name_in(line.name, say.language) if line else key
        return (name, *_calls(rows[key], line.target_ratio if line else None))

    return _table("lifelines", title, say, _CALLS, {key: row(key) for key in keys})


def _calls(row: Answered, target: float | None) -> tuple[Value, ...]:
    share = share_over_days(row.days.values(), target)
    results = row.results.values()
    ends = share.ratio, share.low, share.high
    return (row.calls, *results, row.judged, row.within, *ends, target, row.median_seconds())


def referrals_table(found: ReferralFigures | None, say: Words, title: str) -> Table:
    """A row for each service that was referred from the branch, and for each referred to it."""
    rows: dict[str, tuple[Value, ...]] = {}
    if found:
        for direction, months in (("sent", found.sent), ("received", found.received)):
            rows |= _by_service(found, direction, months, say)
    return _table("referrals", title, say, _REFERRALS, rows)


def _by_service(
    found: ReferralFigures, direction: str, months: Iterable[Iterable[ReferralCount]], say: Words
) -> dict[str, tuple[Value, ...]]:
    rows = shown_of_months(months)
    order = [*(key for key in found.services if key in rows)]
    order += sorted(rows.keys() - found.services.keys())
    told = say(_DIRECTIONS[direction])
    return {
        f"{direction}-{key}": (
            told,
            name_in(found.services.get(key, {}), say.language, default=key),
            *_referred(rows[key]),
        )
        for key in order
    }


def _referred(row: Referred | None) -> tuple[Value, ...]:
    if row is None:
        return (HIDDEN,) * (len(_COUNTED) + 2)
    share = ratio(row.counts["solvable"], row.counts["sent"])
    return (*(row.counts[fact] for fact in _COUNTED.values()), share, row.median_hours())


def saved_table(saved: SavedVisits | None, past: Past, say: Words, title: str) -> Table:
    """A row for each date and service that citizens needed no number for."""
    counts: dict[tuple[str, str], int] = {}
    for cell in saved.cells if saved else ():
        key = cell.date, cell.service
        counts[key] = counts.get(key, 0) + cell.n
    rows: dict[str, tuple[Value, ...]] = {
        f"{date}-{service}": (date, say.service(past, service), n)
        for (date, service), n in sorted(counts.items())
    }
    return _table("saved", title, say, ("date", "service", "saved_visits"), rows)


def contacts_table(found: Contacts | None, past: Past, say: Words, title: str) -> Table:
    """A row for each date, service, channel and kind that had contacts without a ticket."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for cell in found.cells if found else ():
        counts[cell.date, cell.service, cell.channel, cell.kind] += cell.n
    rows: dict[str, tuple[Value, ...]] = {
        "-".join(key): (
            key[0],
            say.service(past, key[1]),
            say(CHANNEL_NAMES[key[2]]),
            say(KIND_NAMES[key[3]]),
            n,
        )
        for key, n in sorted(counts.items())
    }
    return _table("contacts", title, say, ("date", "service", "channel", "kind", "contacts"), rows)


def _table(
    table_id: str,
    title: str,
    say: Words,
    names: Iterable[str],
    rows: Mapping[str, tuple[Value, ...]],
) -> Table:
    columns = tuple(column(say, name) for name in names)
    return Table(table_id, say(title), columns, tuple(rows), tuple(rows.values()))
