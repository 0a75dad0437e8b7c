"""A referral as it counts, after its completion may have been undone, and its writing.

Undoing a completion is no business of a referral's, so reading one that is still young looks
whether its inquiry was referred after all. A referral that is found to be noted elsewhere came too
late, and is withdrawn when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.lifelines import Lifeline, lifeline_of, reaches
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, remembered
from queue_service.errors import NotFound, WrongState
from queue_service.referrals import rules
from queue_service.referrals.rules import Referral, referral_from_json
from queue_service.referrals.store import ReferralStore
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import Inquiry
from queue_service.visits.store.visit_store import VisitStore

DAY_MS: Final = 86_400_000


class ReceivedReferral(NamedTuple):
    """A referral with the branch that received it."""

    receiver: Branch
    referral: Referral
    replayed: bool = False


def verified(queue: Queue, receiver: Branch, raw: str, now: int) -> Referral:
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


def put(
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


def no_referral() -> NotFound:
    return NotFound("There is no such referral; it may be older than what is kept.")


def only(referral: Referral, *states: str) -> Referral:
    if referral.state not in states:
        raise WrongState(f"This referral is {referral.state}.", state=referral.state)
    return referral


def known_lifeline(sender: Branch, receiver: Branch, lifeline_id: str, service: str) -> Lifeline:
    line = lifeline_of(receiver, lifeline_id)
    if line is None or not reaches(sender, receiver) or not line.covers(service):
        raise NotFound("There is no such lifeline for this service; choose another.")
    return line


def repeatable(
    queue: Queue, command: Command, act: Callable[[], ReceivedReferral]
) -> ReceivedReferral:
    """Do what gives the same when it is done again, and refuse its key to any other request.

    The key is noted afterwards: a refused request leaves no trace. Raises IdempotencyKeyReused.
    """
    remembered(queue, command)
    done = act()
    if command.idempotency is not None:
        queue.get(ReferralStore).remember(command.branch, command.idempotency, done.referral.id)
    return done


class ReferralNames(NamedTuple):
    """The names of a referral's parts, by language if they have several; the id of a removed
    part."""

    sender: str
    service: Translations
    lifeline: Translations


def names_of(queue: Queue, placed: ReceivedReferral) -> ReferralNames:
    """The names of a referral's parts."""
    referral = placed.referral
    line = lifeline_of(placed.receiver, referral.lifeline)
    name: Translations = line.name if line else {"": referral.lifeline}
    sender = queue.get(BranchStore).find(referral.sender)
    if sender is None:
        return ReferralNames(referral.sender, {"": referral.service}, name)
    service = sender.services.get(referral.service)
    return ReferralNames(sender.name, service.name if service else {"": referral.service}, name)
