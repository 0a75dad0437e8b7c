"""A window sends a case to a specialist.

The branch that receives has the referral; the branch that sends has a note of its receiver, which
is written first, so that of two windows that refer an inquiry at once one does. A note without a
referral was broken off, and counts for :data:`BROKEN_OFF_MS`.
"""

from __future__ import annotations

from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, retry
from queue_service.errors import VisitNotFound, WrongState
from queue_service.referrals.operations.current_referral import (
    ReceivedReferral,
    known_lifeline,
    put,
    repeatable,
    verified,
)
from queue_service.referrals.rules import Category, Referral, referral_from_json, referral_id
from queue_service.referrals.store import ReferralStore
from queue_service.visits.rules.visit import Inquiry
from queue_service.visits.store.visit_store import VisitStore

BROKEN_OFF_MS: Final = 10_000
"""How long an inquiry waits for a referral that was noted and never written."""


def refer(
    queue: Queue,
    command: Command,
    visit_id: str,
    inquiry: int,
    receiver_id: str,
    lifeline_id: str,
    category: Category,
) -> ReceivedReferral:
    """Refer an inquiry that was completed as ``referred``. The same again is the same referral.

    Raises BranchNotFound, VisitNotFound, NotFound for a lifeline that is not there or does not know
    of the service, and WrongState for an inquiry with another outcome or one that was referred
    elsewhere already.
    """
    return repeatable(
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
) -> ReceivedReferral | None:
    sender, receiver = (
        queue.get(BranchStore).get(command.branch),
        queue.get(BranchStore).get(receiver_id),
    )
    now = queue.now(command)
    number, date, done = _referred(queue, sender.id, visit_id, inquiry)
    known_lifeline(sender, receiver, lifeline_id, done.service)
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
        return ReceivedReferral(receiver, before, replayed=True)
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
    reply = put(queue, receiver, before.to_json() if before else "", new, now)
    if reply[0] == "done" and _is_ours(queue, receiver, new, now):
        queue.get(ReferralStore).announce(receiver.id, new, now)
        return ReceivedReferral(receiver, new)
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
    return verified(queue, receiver, new.to_json(), now).state != "withdrawn"


def _earlier(
    queue: Queue, receiver: Branch, new: Referral, noted: str, now: int
) -> Referral | None:
    """The referral that the inquiry has already at this branch, after one elsewhere is found to be
    withdrawn or broken off. Raises WrongState if its state or branch is another."""
    at, _, where = noted.partition("|")
    elsewhere = queue.get(BranchStore).find(where) if where != receiver.id else None
    if elsewhere is not None:
        raw = queue.get(ReferralStore).load(elsewhere.id, new.id)
        if raw and verified(queue, elsewhere, raw, now).state != "withdrawn":
            raise _already(elsewhere.id)
        if raw is None and 0 <= now - int(at) < BROKEN_OFF_MS:
            raise _already(elsewhere.id)
    raw = queue.get(ReferralStore).load(receiver.id, new.id)
    if raw is None:
        return None
    before = verified(queue, receiver, raw, now)
    if before.state == "withdrawn":
        return before
    if (before.lifeline, before.category) != (new.lifeline, new.category) or not before.is_open:
        raise _already(receiver.id)
    return before


def _already(receiver_id: str) -> WrongState:
    sentence = "This inquiry has been referred already; see the list of referrals."
    return WrongState(sentence, state="referred", branch=receiver_id)


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
