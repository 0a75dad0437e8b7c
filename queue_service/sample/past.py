"""The weeks that the sample's branches have behind them: made up, the same for a date each time.

A day's figures come from its visits (:mod:`queue_service.sample.day`). Counts in addition to them,
such as answers and calls to lifelines, go through the rules that count the real ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from random import Random
from typing import Final, Literal, cast

from queue_service.bookings.rules.booking import Booking
from queue_service.branches.rules.branch import Branch, ServiceKind
from queue_service.branches.rules.dates_and_hours import day_bounds, local_hour, moment
from queue_service.branches.rules.lifelines import Lifeline, answers_at, covering
from queue_service.contacts.rules import Contact, ContactChannel, ContactPlace, worked_field
from queue_service.contacts.rules import fields_of as contact_field
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import summarise, to_text
from queue_service.feedback.rules import LATER, Question, Rating
from queue_service.feedback.rules import fields_of as answer_fields
from queue_service.language.languages import DEFAULT
from queue_service.lifeline import rules as lifelines
from queue_service.lifeline.rules import RINGS_MS, LifelineCall
from queue_service.reception.rules import HelpCall, help_field
from queue_service.referrals import rules as referrals
from queue_service.referrals.rules import CATEGORIES, REASONS, Referral
from queue_service.sample.bookings import booking_counts, coming
from queue_service.sample.day import day_of
from queue_service.simulation import choices
from queue_service.simulation.demand import demand, posts
from queue_service.staff_calls.rules import facts_of
from queue_service.visits.rules.needs import NEEDS, PRIORITY_REASONS, noted_field
from queue_service.visits.rules.visit import Inquiry, Visit
from queue_service.waits.rules.rows import Waits

DAYS: Final = 35
"""So many dates before the day on which the sample is loaded: an hour is explained by four weeks
before it, so the latest week can be."""

_SEED: Final = 7
_SECOND: Final = 1000
_HOUR: Final = 3_600_000
_BY_CODE: Final = 0.4
"""Of those who answer where slips have a code, how many do it later, by that."""
_ANSWERS: Final = 0.6
"""Of those who answer in the simulation, how many do it here."""
_ASKS: Final = 0.05
"""About how many inquiries a specialist is rung."""
_REFERS: Final = 0.8
"""Of those referred, for how many the counter says where the case goes."""
_SAVES: Final = 0.07
_NEEDS: Final = 0.06
_FIRST: Final = 0.02
_HELPED_AFTER_MS: Final = 70_000
"""How many need no number for a service of which the kiosk asks first, of those who take one."""
_PASSING: Final = (0.55, 0.35, 0.1)
"""How often none, one and two contacts without a ticket come with a visit."""
_ASKED_IN_PASSING: Final = {
    "andet": 0.45, "turist": 0.2, "pas": 0.15, "sundhedskort": 0.08, "pension": 0.07,
    "korekort": 0.05,
}  # fmt: skip
_CHANNELS: Final[Mapping[ContactChannel, float]] = {
    "desk": 0.62, "phone": 0.25, "written": 0.05, "online": 0.08,
}  # fmt: skip
_ONLY_ASKED: Final = 0.75
"""Of contacts without a ticket, how many ask for information alone, whatever the service."""
_ON_THE_FLOOR: Final = 0.2
_RETURNED: Final = 0.07
_SOLVABLE: Final = 0.18
"""Of those a specialist is done with: returned; could have been solved at the counter."""
_CATEGORIES: Final = dict(zip(CATEGORIES, (0.55, 0.25, 0.14, 0.06), strict=True))


@dataclass(slots=True)
class SamplePast:
    """The history of a branch, by date: summaries and, as they are stored, counts.

    ``since`` is the instant (ms) from which its goals have been in force, ``last`` the last date.
    ``waits`` has learnt from all days, as tickets do.
    """

    branch: Branch
    since: int
    first: str
    last: str
    summaries: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    saved: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    contacts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    calls: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    referrals: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reception: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bookings: dict[str, Counter[str]] = field(default_factory=dict)
    coming: list[Booking] = field(default_factory=list, compare=False)
    """The bookings of times to come, of which the hour takes some."""
    waits: Waits = field(default_factory=Waits)


def pasts(branches: Sequence[Branch], asked: Collection[str], now: int) -> list[SamplePast]:
    """The past of each branch of the sample that has one, until the day before ``now`` (ms).

    ``asked`` are the services of which a kiosk asks before it gives a number.
    """
    found = {branch.id: _empty(branch, now) for branch in branches if posts(branch.id)}
    for past in found.values():
        for nth in range(DAYS):
            _Author(found, asked, past, nth, now).write()
        past.bookings = booking_counts(past.branch, past.first, past.last)
        past.coming = coming(past.branch, now)
    return list(found.values())


def _empty(branch: Branch, now: int) -> SamplePast:
    today = moment(branch, now).date
    first = days_after(today, -DAYS)
    return SamplePast(branch, day_bounds(branch, first)[0], first, days_after(today, -1))


class _Author:
    """Makes up one date of one branch; the counts of another branch are added there."""

    def __init__(
        self,
        pasts_by_branch: dict[str, SamplePast],
        asked: Collection[str],
        past: SamplePast,
        nth: int,
        now: int,
    ) -> None:
        self.pasts, self.asked, self.past, self.nth = pasts_by_branch, asked, past, nth
        self.branch, self.date = past.branch, days_after(past.first, nth)
        self.until = day_bounds(self.branch, moment(self.branch, now).date)[0]
        self.chance = Random(f"{_SEED} {self.branch.id} {self.date}")  # noqa: S311 - no secret
        self.passing = Random(f"{_SEED} {self.branch.id} {self.date} passing")  # noqa: S311 - no secret

    def write(self) -> None:
        """Add the date to the pasts; nothing if the branch was closed."""
        people = demand(self.branch.id)
        # A later shift at a counter replaces an earlier one.
        there = {p.counter: p for p in posts(self.branch.id) if p.after_days <= self.nth}
        if people is None:
            return
        day = day_of(self.branch, people, list(there.values()), self.date, self.chance)
        if not day.visits:
            return
        zone = self.branch.timezone
        self.past.summaries[self.date] = to_text(summarise(day.visits, zone, day.opened))
        deque(self.past.waits.day(day.visits), maxlen=0)
        for visit in day.visits:
            self._count_others(visit)
            self._contacts(visit)
        self._reception(len(day.visits))

    def _reception(self, visits: int) -> None:
        """The notes on so many visits, and calls for help, by chances of their own."""
        chance = Random(f"{_SEED} reception {self.branch.id} {self.date}")  # noqa: S311 - no secret
        noted = self.past.reception[self.date]
        for _ in range(visits):
            if chance.random() < _NEEDS:
                noted[noted_field("need", chance.choice(NEEDS))] += 1
            if chance.random() < _FIRST:
                noted[noted_field("first", chance.choice(PRIORITY_REASONS))] += 1
        if not self.branch.document.get("help_button"):
            return
        for _ in range(chance.randint(1, 4)):
            called = HelpCall(
                id="", kiosk="", place="", language=DEFAULT, date=self.date, called_at=0
            )
            taken = round(chance.expovariate(1 / _HELPED_AFTER_MS))
            after = called.at(taken)
            if after.state == "open":
                after = replace(called, state="coming", taken_at=taken)
            noted.update(help_field(fact) for fact in facts_of(called, after))

    def _count_others(self, visit: Visit) -> None:
        """The counts in addition to a visit."""
        if visit.issued_service in self.asked and self.chance.random() < _SAVES:
            hour = self._hour(self.branch, visit.issued_at)
            self.past.saved[self.date][f"{hour}|{visit.issued_service}"] += 1
        if visit.state != "completed" or visit.ended_at is None:
            return
        self._answers(visit, visit.ended_at)
        for inquiry in visit.inquiries:
            self._asks(inquiry)
            if inquiry.outcome == "referred" and self.chance.random() < _REFERS:
                self._refers(inquiry)

    def _contacts(self, visit: Visit) -> None:
        """Contacts in passing and by telephone while there are visits: by their own chance, so that
        the visits stay as they are."""
        chance, hour = self.passing, self._hour(self.branch, visit.issued_at)
        for _ in range(chance.choices((0, 1, 2), _PASSING)[0]):
            service = choices.pick(chance, _ASKED_IN_PASSING)
            if service not in self.branch.services:
                continue
            channel: ContactChannel = choices.pick(chance, _CHANNELS)
            kind: ServiceKind | Literal[""] = "information" if chance.random() < _ONLY_ASKED else ""
            place: ContactPlace = (
                "floor" if channel == "desk" and chance.random() < _ON_THE_FLOOR else "counter"
            )
            contact = Contact(service, channel, kind, place)
            fields = [contact_field(hour, contact)]
            if visit.inquiry.counter and place == "counter":
                fields.append(worked_field("counter", visit.inquiry.counter))
                if visit.inquiry.team:
                    fields.append(worked_field("team", visit.inquiry.team))
            self.past.contacts[self.date].update(fields)

    def _answers(self, visit: Visit, left_at: int) -> None:
        inquiry = visit.inquiry
        given = choices.feedback(self.chance, inquiry.outcome)
        if not given or self.chance.random() >= _ANSWERS:
            return
        ratings = cast("dict[Question, Rating]", given)
        if self.branch.feedback_on_slip and self.chance.random() < _BY_CODE:
            fields = answer_fields(LATER, visit.issued_service, "", ratings)
        else:
            fields = answer_fields(self._hour(self.branch, left_at), "", "", ratings)
        self.past.answers[self.date].update(fields)

    def _asks(self, inquiry: Inquiry) -> None:
        if inquiry.started_at is None or self.chance.random() >= _ASKS:
            return
        rang_at = inquiry.started_at + inquiry.handled_ms // 3
        open_lines = (
            (answering, line)
            for answering, line in self._lines(inquiry.service)
            if answers_at(answering, line, rang_at)
        )
        answering, line = next(open_lines, (None, None))
        if answering is None or line is None:
            return
        ringing = LifelineCall(
            id="",
            lifeline=line.id,
            branch=self.branch.id,
            counter=inquiry.counter or "",
            number="",
            service=inquiry.service,
            visit="",
            rang_at=rang_at,
            within_ms=line.answer_within_seconds * _SECOND,
            date=moment(answering, rang_at).date,
            hour=self._hour(answering, rang_at),
        )
        after = self._rung(ringing)
        facts = facts_of(ringing, after)
        counted = self.pasts[answering.id].calls[ringing.date]
        counted.update(lifelines.day_fields(after, facts))

    def _rung(self, call: LifelineCall) -> LifelineCall:
        """How the call went: taken, given up by the clerk, or missed."""
        taken = call.rang_at + int(self.chance.lognormvariate(log(28), 0.8) * _SECOND)
        patience = call.rang_at + int(self.chance.uniform(20, 400) * _SECOND)
        if taken <= min(patience, call.rang_at + RINGS_MS - 1):
            return replace(call, state="ended", taken_at=taken, ended_at=taken + _HOUR // 30)
        if patience < call.rang_at + RINGS_MS:
            return replace(call, state="cancelled", ended_at=patience)
        return replace(call, state="missed", ended_at=call.rang_at + RINGS_MS)

    def _refers(self, inquiry: Inquiry) -> None:
        answering, line = next(self._lines(inquiry.service), (None, None))
        sent_at = inquiry.completed_at or 0
        if answering is None or line is None:
            return
        sent = Referral(
            id="",
            number="",
            date=self.date,
            service=inquiry.service,
            sender=self.branch.id,
            lifeline=line.id,
            category=choices.pick(self.chance, _CATEGORIES),
            day=moment(answering, sent_at).date,
            sent_at=sent_at,
            completed_at=sent_at,
            visit="",
            inquiry=0,
        )
        counted = self.pasts[answering.id].referrals[sent.day]
        counted.update(referrals.day_fields(None, self._decided(sent)))

    def _decided(self, sent: Referral) -> Referral:
        """The state of a referral before the day on which the sample is loaded."""
        taken_at = sent.sent_at + int(self.chance.lognormvariate(log(3), 1.0) * _HOUR)
        done_at = taken_at + int(self.chance.lognormvariate(log(20), 0.8) * _HOUR)
        back, solvable = self.chance.random() < _RETURNED, self.chance.random() < _SOLVABLE
        reason = self.chance.choice(REASONS)
        if taken_at >= self.until:
            return sent
        accepted = referrals.accepted(sent, taken_at)
        if done_at >= self.until:
            return accepted
        if back:
            return referrals.returned(accepted, done_at, reason)
        return referrals.closed(accepted, done_at, solvable=solvable)

    def _lines(self, service: str) -> Iterator[tuple[Branch, Lifeline]]:
        return covering(self.branch, (past.branch for past in self.pasts.values()), service)

    @staticmethod
    def _hour(branch: Branch, instant: int) -> str:
        return f"{local_hour(branch.timezone, instant):02}"
