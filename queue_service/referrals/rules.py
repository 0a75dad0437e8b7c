"""A referral: a case that a specialist decides, from the counter until it is closed or returned.

It belongs to one inquiry that was completed as ``referred``, and its id follows from that inquiry,
so that it exists once. Of the citizen it holds the ticket's number and date. Undoing the completion
withdraws it; until that is no longer possible it remembers the visit, and then forgets it.

A returned referral is work for the branch that sent it: a clerk there closes it, by sending it on
or by saying how the case ended. A case that is sent on is another referral, whose id follows from
the one before, so that it exists once as well.

It counts on the date on which it was sent, whenever it is accepted or closed, so that a share is
always of the same referrals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.days.rules.suppression import hidden
from queue_service.staff_calls.rules import median_of

ReferralState = Literal["sent", "accepted", "closed", "returned", "withdrawn"]
Category = Literal["decision", "missing_document", "special_case", "technical"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
"""The reasons of a referral: an authority decides it; something is missing; it is out of the
ordinary; a system did not do what it should."""
Reason = Literal["wrong_place", "incomplete", "could_have_been_solved"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
"""The reasons of a return."""
ReferralOutcome = Literal["resolved", "citizen_returns", "dropped"]
OUTCOMES: Final[tuple[ReferralOutcome, ...]] = get_args(ReferralOutcome)
"""How a returned case ends where it was sent: the counter solved it after all; the citizen comes
again with the missing documents; nothing more is done."""
Settled = Literal["sent_on", "resolved", "citizen_returns", "dropped"]
"""The end of a returned case at its sender."""

OPEN: Final = frozenset({"sent", "accepted"})
LISTED_DAYS: Final = 14
"""For how many days a counter's list shows a referral."""
HOUR_MS: Final = 3_600_000
MOST_HOURS: Final = 24 * 14
"""Acceptances later than this are counted as this."""


class Referral(NamedTuple):
    """A referral. Instants are in ms. ``sender`` and ``date`` are the visit's branch and business
    day, ``day`` is the receiving branch's date when it was sent.

    ``visit`` and ``inquiry`` are kept only while the completion can be undone. ``solvable``: the
    specialist says that it could have been solved at the counter. ``settled``: what the sender did
    with it after it was returned; ``onward`` is where one that was sent on went.
    """

    id: str
    number: str
    date: str
    service: str
    sender: str
    lifeline: str
    category: Category
    day: str
    sent_at: int
    completed_at: int
    visit: str
    inquiry: int
    state: ReferralState = "sent"
    accepted_at: int | None = None
    ended_at: int | None = None
    reason: Reason | None = None
    solvable: bool = False
    settled: Settled | None = None
    settled_at: int | None = None
    onward: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the specialist has still something to do with it."""
        return self.state in OPEN

    @property
    def is_back(self) -> bool:
        """Whether it was returned and the sender has still something to do with it."""
        return self.state == "returned" and self.settled is None

    def to_json(self) -> str:
        """The stored form; :func:`referral_from_json` reads it back."""
        return json.dumps(self._asdict(), separators=(",", ":"))


class Onward(NamedTuple):
    """The next destination of a returned case, and the reason."""

    branch: str
    lifeline: str
    category: Category


def referral_from_json(text: str) -> Referral:
    """Read a stored referral."""
    return Referral(**json.loads(text))


def referral_or_none(text: str) -> Referral | None:
    """The same; None if it is damaged."""
    try:
        return referral_from_json(text)
    except (TypeError, ValueError):
        return None


def referral_id(branch: str, visit: str, inquiry: int) -> str:
    """The id of the one referral that an inquiry can have."""
    return blake2b(f"{branch} {visit} {inquiry}".encode(), digest_size=8).hexdigest()


def accepted(referral: Referral, now: int, *, solvable: bool | None = None) -> Referral:
    """The referral as a specialist takes it up. ``solvable`` None leaves what was said before, here
    and when it is closed."""
    return referral._replace(
        state="accepted",
        accepted_at=referral.accepted_at or now,
        solvable=_said(referral, solvable),
    )


def closed(referral: Referral, now: int, *, solvable: bool | None = None) -> Referral:
    """The referral as it is done. A case that is closed without a decision is accepted by that."""
    at = referral.accepted_at or now
    said = _said(referral, solvable)
    return referral._replace(state="closed", accepted_at=at, ended_at=now, solvable=said, visit="")


def returned(
    referral: Referral, now: int, reason: Reason, *, solvable: bool | None = None
) -> Referral:
    """The referral as it comes back to the counter."""
    said = reason == "could_have_been_solved" or _said(referral, solvable)
    return referral._replace(state="returned", ended_at=now, reason=reason, solvable=said, visit="")


def _said(referral: Referral, solvable: bool | None) -> bool:
    return referral.solvable if solvable is None else solvable


def settled(referral: Referral, now: int, outcome: ReferralOutcome) -> Referral:
    """A returned referral as its sender has closed it."""
    return referral._replace(settled=outcome, settled_at=now)


def sent_on(referral: Referral, now: int, to: Onward) -> Referral:
    """A returned referral as its sender has sent it on."""
    return referral._replace(settled="sent_on", settled_at=now, onward="|".join(to))


def onward_of(referral: Referral) -> Onward | None:
    """The next destination of a referral; None if it was not sent on."""
    if referral.settled != "sent_on":
        return None
    branch, lifeline, category = referral.onward.split("|")
    return Onward(branch, lifeline, next(name for name in CATEGORIES if name == category))


def next_id(referral: Referral) -> str:
    """The id of the referral that this one is sent on as."""
    return blake2b(f"{referral.id} on".encode(), digest_size=8).hexdigest()


def next_referral(referral: Referral, to: Onward, day: str) -> Referral:
    """The referral that one which was sent on becomes. It is the same in every process, so that
    what was broken off is finished later. ``day``: the receiver's date when it was sent on."""
    at = referral.settled_at or referral.sent_at
    return Referral(
        id=next_id(referral),
        number=referral.number,
        date=referral.date,
        service=referral.service,
        sender=referral.sender,
        lifeline=to.lifeline,
        category=to.category,
        day=day,
        sent_at=at,
        completed_at=referral.completed_at,
        visit="",
        inquiry=referral.inquiry,
    )


def withdrawn(referral: Referral, now: int) -> Referral:
    """The referral as it is when its completion was undone."""
    return referral._replace(state="withdrawn", ended_at=now, visit="")


def facts_of(referral: Referral | None) -> set[str]:
    """The facts of a referral: empty before it is sent and after it is withdrawn."""
    if referral is None or referral.state == "withdrawn":
        return set()
    facts = {"sent"}
    if referral.accepted_at is not None:
        hours = min(MOST_HOURS, max(0, referral.accepted_at - referral.sent_at) // HOUR_MS)
        facts |= {"accepted", f"h{hours}"}
    if referral.state in ("closed", "returned"):
        facts.add(referral.state)
    if referral.solvable:
        facts.add("solvable")
    if referral.settled:
        facts.add(referral.settled)
    return facts


def day_fields(before: Referral | None, after: Referral) -> dict[str, int]:
    """The increments of the day's counts by a change: ``sender|service|category|fact`` → how
    many."""
    old, new = facts_of(before), facts_of(after)
    begin = f"{after.sender}|{after.service}|{after.category}"
    counts = {f"{begin}|{fact}": 1 for fact in new - old}
    return counts | {f"{begin}|{fact}": -1 for fact in old - new}


class ReferralCount(NamedTuple):
    """How many referrals that were sent on a date have something in common."""

    date: str
    receiver: str
    sender: str
    service: str
    category: str
    fact: str
    n: int


def read_day(receiver: str, date: str, stored: Mapping[str, str]) -> list[ReferralCount]:
    """A date's cells at the branch that received."""
    cells = []
    for name, n in stored.items():
        sender, service, category, fact = name.split("|")
        cells.append(ReferralCount(date, receiver, sender, service, category, fact, int(n)))
    return cells


@dataclass(slots=True)
class ReferralTotals:
    """Referrals added up. ``hours``: how many were accepted after so many whole hours."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("sent", "accepted", "closed", "returned", "solvable", *get_args(Settled)), 0
        )
    )
    hours: dict[int, int] = field(default_factory=dict)

    def add(self, cell: ReferralCount) -> None:
        """Add a cell."""
        if cell.fact in self.counts:
            self.counts[cell.fact] += cell.n
        else:
            hour = int(cell.fact.removeprefix("h"))
            self.hours[hour] = self.hours.get(hour, 0) + cell.n

    def absorb(self, other: ReferralTotals) -> None:
        """Add the referrals of other dates."""
        for fact, n in other.counts.items():
            self.counts[fact] += n
        for hour, n in other.hours.items():
            self.hours[hour] = self.hours.get(hour, 0) + n

    def median_hours(self) -> int | None:
        """In how many whole hours half of those accepted were; None without any."""
        return median_of(self.hours)


def figures(cells: Iterable[ReferralCount], key: str = "") -> dict[str, ReferralTotals]:
    """Figures by a member of the cells; without: under ""."""
    found: dict[str, ReferralTotals] = {}
    for cell in cells:
        found.setdefault(getattr(cell, key) if key else "", ReferralTotals()).add(cell)
    return dict(sorted(found.items()))


def shown_figures(cells: Iterable[ReferralCount], key: str) -> dict[str, ReferralTotals | None]:
    """The same, with None for counts that are too small to be shown, or would reveal such."""
    rows = {name: row for name, row in figures(cells, key).items() if row.counts["sent"]}
    left_out = hidden({name: row.counts["sent"] for name, row in rows.items()}).keys
    return {name: None if name in left_out else row for name, row in rows.items()}


def shown_of_months(months: Iterable[Iterable[ReferralCount]]) -> dict[str, ReferralTotals | None]:
    """Several months' figures by service: the published part of each, added up; None for a service
    that none of them shows."""
    found: dict[str, ReferralTotals | None] = {}
    for cells in months:
        for name, row in shown_figures(cells, "service").items():
            mine = found.setdefault(name, None)
            if row is not None:
                found[name] = mine = mine or ReferralTotals()
                mine.absorb(row)
    return dict(sorted(found.items()))


def event_of(referral: Referral, receiver: str, now: int) -> tuple[str, dict[str, Any]]:
    """The event about a referral, at both its branches."""
    data = {
        "id": referral.id, "number": referral.number, "service": referral.service,
        "sender": referral.sender, "receiver": receiver, "state": referral.state, "at": now,
    }  # fmt: skip
    return f"referral.{'settled' if referral.settled else referral.state}", data
