"""Sending a case to a specialist, taking it up, closing or returning it, and the figures of it.

The branch that receives has the referral; the branch that sends has a note of where it goes, which
is written first, so that of two windows that refer an inquiry at once one does. A note without a
referral was broken off, and counts for :data:`BROKEN_OFF_MS`. A referral that is found to be noted
elsewhere came too late, and is withdrawn when it is read.

Undoing a completion is no business of a referral's, so reading one that is still young looks
whether its inquiry was referred after all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.calendar import day_bounds, moment
from queue_service.branches.rules.lifelines import Lifeline, lifeline_of, reaches
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, committed, once, remembered, retry
from queue_service.days.rules.period import Period, days_after, together
from queue_service.days.rules.ranges import asked_months, months_over, require_whole_months
from queue_service.errors import BranchNotFound, NotFound, VisitNotFound, WrongState
from queue_service.referrals import rules
from queue_service.referrals.rules import (
    LISTED_DAYS,
    Category,
    Onward,
    Reason,
    Referral,
    ReferralCount,
    ReferralOutcome,
    read_day,
    referral_from_json,
    referral_id,
)
from queue_service.referrals.store import ReferralStore
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import Inquiry
from queue_service.visits.store.visit_store import VisitStore

_DAY_MS: Final = 86_400_000
BROKEN_OFF_MS: Final = 10_000
"""How long an inquiry waits for a referral that was noted and never written."""


class Placed(NamedTuple):
    """A referral with the branch that received it."""

    receiver: Branch
    referral: Referral
    replayed: bool = False


def refer(
    queue: Queue,
    command: Command,
    visit_id: str,
    inquiry: int,
    receiver_id: str,
    lifeline_id: str,
    category: Category,
) -> Placed:
    """Refer an inquiry that was completed as ``referred``. The same again is the same referral.

    Raises BranchNotFound, VisitNotFound, NotFound for a lifeline that is not there or does not know
    of the service, and WrongState for an inquiry with another outcome or one that was referred
    elsewhere already.
    """
    return _once(
        queue,
        command,
        lambda: _refer(queue, command, visit_id, inquiry, receiver_id, lifeline_id, category),
    )


@retry
def _refer(
    queue: Queue,
    command: Command,
    visit_id: str,
    inquiry: int,
    receiver_id: str,
    lifeline_id: str,
    category: Category,
) -> Placed | None:
    sender, receiver = (
        queue.get(BranchStore).get(command.branch),
        queue.get(BranchStore).get(receiver_id),
    )
    now = queue.now(command)
    number, date, done = _referred(queue, sender.id, visit_id, inquiry)
    _known_lifeline(sender, receiver, lifeline_id, done.service)
    new = Referral(
        id=referral_id(sender.id, visit_id, inquiry),
        number=number,
        date=date,
        service=done.service,
        sender=sender.id,
        lifeline=lifeline_id,
        category=category,
        day=moment(receiver, now).date,
        sent_at=now,
        completed_at=done.completed_at or now,
        visit=visit_id,
        inquiry=inquiry,
    )
    noted = queue.get(ReferralStore).noted(sender.id, new.id)
    before = _earlier(queue, receiver, new, noted, now)
    if before is not None and before.is_open:
        # Had the first time been broken off, the sending branch would not know of it.
        if not noted:
            queue.get(ReferralStore).announce(receiver.id, before, now)
        return Placed(receiver, before, replayed=True)
    note = f"{now}|{receiver.id}"
    claimed = queue.get(ReferralStore).claim(sender.id, new.id, noted, note)[0]
    if claimed == "gone":
        queue.get(BranchStore).forget(sender.id)
        raise no_branch(sender.id)
    if claimed != "done":
        return None
    if _was_written(queue, receiver, new.id, noted):
        queue.get(ReferralStore).claim(sender.id, new.id, note, noted)
        return None
    reply = _put(queue, receiver, before.to_json() if before else "", new, now)
    if reply[0] == "done" and _is_ours(queue, receiver, new, now):
        queue.get(ReferralStore).announce(receiver.id, new, now)
        return Placed(receiver, new)
    return None


def _was_written(queue: Queue, receiver: Branch, known: str, noted: str) -> bool:
    """Whether a referral elsewhere that was taken for broken off was written before its inquiry was
    taken over: its author received that response, and it is kept."""
    elsewhere = noted.partition("|")[2]
    if elsewhere in ("", receiver.id):
        return False
    raw = queue.get(ReferralStore).load(elsewhere, known)
    return raw is not None and referral_from_json(raw).state != "withdrawn"


def _is_ours(queue: Queue, receiver: Branch, new: Referral, now: int) -> bool:
    """Whether the note still leads to a referral that was just written. Anyone who took so long
    that another window took the inquiry over withdraws its own."""
    return _verified(queue, receiver, new.to_json(), now).state != "withdrawn"


def accept(queue: Queue, command: Command, known: str, *, solvable: bool | None = None) -> Placed:
    """Take a case up. A case that was accepted stays so. ``solvable``: it could have been solved at
    the counter; None leaves what was said before.

    Raises BranchNotFound, NotFound, and WrongState for one that is closed, returned or withdrawn.
    """

    def decide(referral: Referral, now: int) -> Referral:
        if referral.state == "accepted" and solvable in (None, referral.solvable):
            return referral
        return rules.accepted(_only(referral, "sent", "accepted"), now, solvable=solvable)

    return _change(queue, command, known, decide)


def close(queue: Queue, command: Command, known: str, *, solvable: bool | None = None) -> Placed:
    """The case is done; ``solvable`` is as in :func:`accept`.

    Raises BranchNotFound, NotFound, and WrongState for one that is not open.
    """
    return _change(
        queue,
        command,
        known,
        lambda referral, now: rules.closed(
            _only(referral, "sent", "accepted"), now, solvable=solvable
        ),
    )


def give_back(
    queue: Queue, command: Command, known: str, reason: Reason, *, solvable: bool | None = None
) -> Placed:
    """Return a case to the counter; ``solvable`` is as in :func:`accept`. Raises BranchNotFound,
    NotFound, and WrongState for one that is not open."""
    return _change(
        queue,
        command,
        known,
        lambda referral, now: rules.returned(
            _only(referral, "sent", "accepted"), now, reason, solvable=solvable
        ),
    )


def settle_returned(queue: Queue, command: Command, known: str, outcome: ReferralOutcome) -> Placed:
    """Say at the branch that sent a case how it ended after it was returned. The same again is the
    same. Raises BranchNotFound, NotFound, and WrongState for one that was not returned, or was
    closed in another way."""

    def act() -> Placed:
        return _settle(queue, command, known, lambda old, now: rules.settled(old, now, outcome))

    return _once(queue, command, act)


def send_on(queue: Queue, command: Command, known: str, to: Onward) -> Placed:
    """Send a case that was returned on, to any lifeline that knows of its service; the referral
    that it becomes. The same again is the same.

    Raises BranchNotFound, NotFound for a referral or a lifeline that is not there, and WrongState
    for one that was not returned, or was closed in another way.
    """
    sender, receiver = (
        queue.get(BranchStore).get(command.branch),
        queue.get(BranchStore).get(to.branch),
    )

    def decide(old: Referral, now: int) -> Referral:
        _known_lifeline(sender, receiver, to.lifeline, old.service)
        return rules.sent_on(old, now, to)

    def act() -> Placed:
        old = _settle(queue, command, known, decide)
        following = _go_on(queue, old.referral, queue.now(command))
        if following is None:
            raise no_branch(receiver.id)
        return following._replace(replayed=old.replayed)

    return _once(queue, command, act)


def _once(queue: Queue, command: Command, act: Callable[[], Placed]) -> Placed:
    """Do what gives the same when it is done again, and refuse its key to any other request.

    The key is noted afterwards: a refused request leaves no trace. Raises IdempotencyKeyReused.
    """
    remembered(queue, command)
    done = act()
    if command.idempotency is not None:
        queue.get(ReferralStore).remember(command.branch, command.idempotency, done.referral.id)
    return done


@retry
def _settle(
    queue: Queue, command: Command, known: str, decide: Callable[[Referral, int], Referral]
) -> Placed | None:
    """The sender's decision about a returned referral. It is written next to the referral, so that
    of two people who decide at once one is refused."""
    sender = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    receiver = _known(queue, queue.get(ReferralStore).noted(sender.id, known).partition("|")[2])
    raw = queue.get(ReferralStore).load(receiver.id, known) if receiver else None
    if receiver is None or raw is None:
        raise _no_referral()
    before = _verified(queue, receiver, raw, now)
    _only(before, "returned")
    after = decide(before, now)
    if before.settled is not None:
        if (before.settled, before.onward) == (after.settled, after.onward):
            return Placed(receiver, before, replayed=True)
        sentence = "Somebody has settled this referral already; see the list of referrals."
        raise WrongState(sentence, state=before.settled)
    if _put(queue, receiver, raw, after, now)[0] != "done":
        return None
    queue.get(ReferralStore).announce(receiver.id, after, now)
    return Placed(receiver, after)


def _go_on(queue: Queue, old: Referral, now: int) -> Placed | None:
    """The referral that one which was sent on has become. It is written if that was broken off;
    None if the branch that it went to is gone."""
    to = rules.onward_of(old)
    receiver = _known(queue, to.branch) if to else None
    if to is None or receiver is None:
        return None
    day = moment(receiver, old.settled_at or now).date
    new = rules.next_referral(old, to, day)
    queue.get(ReferralStore).claim(old.sender, new.id, "", f"{new.sent_at}|{receiver.id}")
    reply = _put(queue, receiver, "", new, now)
    if reply[0] == "done":
        queue.get(ReferralStore).announce(receiver.id, new, now)
        return Placed(receiver, new)
    raw = queue.get(ReferralStore).load(receiver.id, new.id)
    return Placed(receiver, referral_from_json(raw)) if raw else None


def received(queue: Queue, command: Command) -> list[Placed]:
    """The referrals that a branch received in the last two weeks, and older open ones; the open
    first, the oldest of them at the top. Raises BranchNotFound."""
    receiver, now = queue.get(BranchStore).get(command.branch), queue.now(command)
    found = [
        _verified(queue, receiver, raw, now)
        for raw in queue.get(ReferralStore).received(receiver.id, 0)
    ]
    shown = [
        referral
        for referral in found
        if referral.is_open
        or (referral.state != "withdrawn" and now - referral.sent_at < LISTED_DAYS * _DAY_MS)
    ]
    shown.sort(key=lambda r: (not r.is_open, r.sent_at if r.is_open else -r.sent_at))
    return [Placed(receiver, referral) for referral in shown]


def sent(queue: Queue, command: Command, number: str = "", date: str = "") -> list[Placed]:
    """The referrals that a branch sent, latest first: in the last two weeks, and older ones that
    came back and wait for it; or with a ticket's number or of a business day. Raises
    BranchNotFound."""
    sender, now = queue.get(BranchStore).get(command.branch), queue.now(command)
    since = 0 if number or date else now - LISTED_DAYS * _DAY_MS
    found = []
    for receiver_id, raw in queue.get(ReferralStore).sent(sender.id):
        receiver = _known(queue, receiver_id)
        if receiver is None:
            continue
        referral = _verified(queue, receiver, raw, now)
        _finish(queue, referral, now)
        wanted = number in ("", referral.number) and date in ("", referral.date)
        listed = referral.is_back or (referral.sent_at >= since and referral.state != "withdrawn")
        if wanted and listed:
            found.append(Placed(receiver, referral))
    return found


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """The referrals that a branch sent, and those that it received, in the whole months of a period
    that are over.

    ``months`` are those, and ``sent`` and ``received`` the cells of each. ``services``: the names
    of the services of all its senders and receivers, its own first.
    """

    branch: Branch
    services: Mapping[str, Translations]
    period: Period
    months: Period | None
    today: str
    sent: tuple[tuple[ReferralCount, ...], ...]
    received: tuple[tuple[ReferralCount, ...], ...]

    def require_publishable(self) -> None:
        """Raises Invalid unless the period is of whole months that are over."""
        require_whole_months(self.period, self.months, self.today, "Figures of referrals are given")


def referral_figures(
    queue: Queue,
    branch_id: str,
    first: str | None = None,
    last: str | None = None,
    *,
    now: int | None = None,
) -> ReferralFigures:
    """The referrals sent in the whole months from ``first`` to ``last`` that are over.

    By default that is the last one, at ``now`` (ms; by default the store's).

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    today = moment(branch, queue.time(now)).date
    period = asked_months(first, last, today)
    months = months_over(branch, period, today)
    dates = [date for month in months for date in month.dates()]
    out: list[ReferralCount] = []
    into: list[ReferralCount] = []
    services = {service.id: service.name for service in branch.services.values()}
    for receiver in queue.get(BranchStore).all():
        if receiver.historic or (receiver.id != branch.id and not reaches(branch, receiver)):
            continue
        services |= {s.id: s.name for s in receiver.services.values() if s.id not in services}
        for date, stored in queue.get(ReferralStore).days(receiver.id, dates).items():
            cells = [cell for cell in read_day(receiver.id, date, stored) if cell.n]
            out += [cell for cell in cells if cell.sender == branch.id]
            if receiver.id == branch.id:
                into += cells
    sent, received = (
        tuple(tuple(cell for cell in cells if month.holds(cell.date)) for month in months)
        for cells in (out, into)
    )
    return ReferralFigures(branch, services, period, together(months), today, sent, received)


def complete_pending(queue: Queue, now: int) -> None:
    """Withdraw at ``now`` (ms) what was undone, forget visits, and finish what was broken off while
    it was sent on, also without a reader."""
    for receiver in queue.get(BranchStore).all():
        for raw in queue.get(ReferralStore).received(receiver.id, now - LISTED_DAYS * _DAY_MS):
            _finish(queue, _verified(queue, receiver, raw, now), now)


def _finish(queue: Queue, referral: Referral, now: int) -> None:
    """Send on what was broken off while it was sent on. After a day it is left as it is, for what
    it became may have been removed by then."""
    to = rules.onward_of(referral)
    if to is None or now - (referral.settled_at or 0) >= _DAY_MS:
        return
    if queue.get(ReferralStore).load(to.branch, rules.next_id(referral)) is None:
        _go_on(queue, referral, now)


def expire(queue: Queue, now: int) -> int:
    """Remove referrals older than their branch's retention; returns their number. ``now`` is in
    ms."""
    removed = 0
    for branch in queue.get(BranchStore).all():
        if not branch.historic:
            oldest_kept = days_after(moment(branch, now).date, -branch.retention_days)
            since = day_bounds(branch, oldest_kept)[0]
            removed += queue.get(ReferralStore).remove_before(branch.id, since)
    return removed


class ReferralNames(NamedTuple):
    """The names of a referral's parts, by language if they have several; the id of a removed
    part."""

    sender: str
    service: Translations
    lifeline: Translations


def names_of(queue: Queue, placed: Placed) -> ReferralNames:
    """The names of a referral's parts."""
    referral = placed.referral
    line = lifeline_of(placed.receiver, referral.lifeline)
    name: Translations = line.name if line else {"": referral.lifeline}
    sender = _known(queue, referral.sender)
    if sender is None:
        return ReferralNames(referral.sender, {"": referral.service}, name)
    service = sender.services.get(referral.service)
    return ReferralNames(sender.name, service.name if service else {"": referral.service}, name)


def _change(
    queue: Queue, command: Command, known: str, decide: Callable[[Referral, int], Referral]
) -> Placed:
    receiver = queue.get(BranchStore).get(command.branch)

    def again(document: str) -> Placed:
        return Placed(receiver, referral_from_json(document), replayed=True)

    act = partial(_change_once, queue, command, receiver, known, decide)
    return once(queue, command, act, again)


@retry
def _change_once(
    queue: Queue,
    command: Command,
    receiver: Branch,
    known: str,
    decide: Callable[[Referral, int], Referral],
) -> Placed | None:
    now = queue.now(command)
    raw = queue.get(ReferralStore).load(receiver.id, known)
    if raw is None:
        raise _no_referral()
    before = _verified(queue, receiver, raw, now)
    after = decide(before, now)
    if after is before:
        return Placed(receiver, before)
    reply = _put(queue, receiver, before.to_json(), after, now, command.idempotency)
    commit = committed(queue, receiver.id, reply)
    if commit is None:
        return None
    done = referral_from_json(commit.answer)
    queue.get(ReferralStore).announce(receiver.id, done, now)
    return Placed(receiver, done, commit.replayed)


def _put(
    queue: Queue,
    receiver: Branch,
    before: str,
    after: Referral,
    now: int,
    key: IdempotencyKey | None = None,
) -> Reply:
    """Write a referral. Raises BranchNotFound if the receiver is being removed."""
    reply = queue.get(ReferralStore).put(receiver, before, after, now, key)
    if reply[0] == "gone":
        queue.get(BranchStore).forget(receiver.id)
        raise no_branch(receiver.id)
    return reply


def _earlier(
    queue: Queue, receiver: Branch, new: Referral, noted: str, now: int
) -> Referral | None:
    """The referral that the inquiry has already at this branch, after one elsewhere is found to be
    withdrawn or broken off. Raises WrongState if its state or branch is another."""
    at, _, where = noted.partition("|")
    elsewhere = _known(queue, where) if where != receiver.id else None
    if elsewhere is not None:
        raw = queue.get(ReferralStore).load(elsewhere.id, new.id)
        if raw and _verified(queue, elsewhere, raw, now).state != "withdrawn":
            raise _already(elsewhere.id)
        if raw is None and 0 <= now - int(at) < BROKEN_OFF_MS:
            raise _already(elsewhere.id)
    raw = queue.get(ReferralStore).load(receiver.id, new.id)
    if raw is None:
        return None
    before = _verified(queue, receiver, raw, now)
    if before.state == "withdrawn":
        return before
    if (before.lifeline, before.category) != (new.lifeline, new.category) or not before.is_open:
        raise _already(receiver.id)
    return before


def _known(queue: Queue, branch_id: str | None) -> Branch | None:
    """The branch; None if it is gone, or its removal was broken off."""
    with suppress(BranchNotFound):
        return queue.get(BranchStore).get(branch_id) if branch_id else None
    return None


def _no_referral() -> NotFound:
    return NotFound("There is no such referral; it may be older than what is kept.")


def _already(receiver_id: str) -> WrongState:
    sentence = "This inquiry has been referred already; see the list of referrals."
    return WrongState(sentence, state="referred", branch=receiver_id)


def _verified(queue: Queue, receiver: Branch, raw: str, now: int) -> Referral:
    """The referral as it counts: withdrawn if its completion was undone, or another window has
    taken its inquiry over. Once neither can happen the visit is forgotten."""
    referral = referral_from_json(raw)
    if not referral.visit or not referral.is_open:
        return referral
    found = queue.get(VisitStore).many(referral.sender, [referral.visit])
    noted = queue.get(ReferralStore).noted(referral.sender, referral.id).partition("|")[2]
    after = referral
    if noted not in ("", receiver.id) or (
        found and not _still_referred(found[0].inquiries, referral)
    ):
        after = rules.withdrawn(referral, now)
    elif now - referral.completed_at > UNDO_WITHIN_MS:
        after = referral._replace(visit="")
    if after is referral:
        return referral
    reply = queue.get(ReferralStore).put(
        receiver, raw, after, now, quiet=after.state != "withdrawn"
    )
    if reply[0] == "done" and after.state == "withdrawn":
        queue.get(ReferralStore).announce(receiver.id, after, now)
    if reply[0] == "changed":
        newer = queue.get(ReferralStore).load(receiver.id, referral.id)
        return referral_from_json(newer) if newer else after
    return after


def _still_referred(inquiries: tuple[Inquiry, ...], referral: Referral) -> bool:
    if referral.inquiry >= len(inquiries):
        return False
    inquiry = inquiries[referral.inquiry]
    return inquiry.outcome == "referred" and inquiry.completed_at == referral.completed_at


def _referred(
    queue: Queue, branch_id: str, visit_id: str, inquiry: int
) -> tuple[str, str, Inquiry]:
    """The ticket's number and date, and the inquiry that was referred."""
    found = queue.get(VisitStore).many(branch_id, [visit_id])
    if not found:
        raise VisitNotFound("There is no such visit; it may be older than what is kept.")
    visit = found[0]
    done = visit.inquiries[inquiry] if inquiry < len(visit.inquiries) else None
    if done is None or done.outcome != "referred":
        raise WrongState("Complete the inquiry as referred first.", state=visit.state)
    return visit.number, visit.date, done


def _known_lifeline(sender: Branch, receiver: Branch, lifeline_id: str, service: str) -> Lifeline:
    line = lifeline_of(receiver, lifeline_id)
    if line is None or not reaches(sender, receiver) or not line.covers(service):
        raise NotFound("There is no such lifeline for this service; choose another.")
    return line


def _only(referral: Referral, *states: str) -> Referral:
    if referral.state not in states:
        raise WrongState(f"This referral is {referral.state}.", state=referral.state)
    return referral
