"""The lists of received and sent referrals."""

from __future__ import annotations

from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.referrals.operations.current_referral import DAY_MS, ReceivedReferral, verified
from queue_service.referrals.operations.returned_referral import finish
from queue_service.referrals.rules import LISTED_DAYS
from queue_service.referrals.store import ReferralStore


def received(queue: Queue, command: Command) -> list[ReceivedReferral]:
    """The referrals that a branch received in the last two weeks, and older open ones; the open
    first, the oldest of them at the top. Raises BranchNotFound."""
    receiver, now = queue.get(BranchStore).get(command.branch), queue.now(command)
    found = [
        verified(queue, receiver, raw, now)
        for raw in queue.get(ReferralStore).received(receiver.id, 0)
    ]
    shown = [
        referral
        for referral in found
        if referral.is_open
        or (referral.state != "withdrawn" and now - referral.sent_at < LISTED_DAYS * DAY_MS)
    ]
    shown.sort(key=lambda r: (not r.is_open, r.sent_at if r.is_open else -r.sent_at))
    return [ReceivedReferral(receiver, referral) for referral in shown]


def sent(
    queue: Queue, command: Command, number: str = "", date: str = ""
) -> list[ReceivedReferral]:
    """The referrals that a branch sent, latest first: in the last two weeks, and older ones that
    came back and wait for it; or with a ticket's number or of a business day. Raises
    BranchNotFound."""
    sender, now = queue.get(BranchStore).get(command.branch), queue.now(command)
    since = 0 if number or date else now - LISTED_DAYS * DAY_MS
    found = []
    for receiver_id, raw in queue.get(ReferralStore).sent(sender.id):
        receiver = queue.get(BranchStore).find(receiver_id)
        if receiver is None:
            continue
        referral = verified(queue, receiver, raw, now)
        finish(queue, referral, now)
        wanted = number in ("", referral.number) and date in ("", referral.date)
        listed = referral.is_back or (referral.sent_at >= since and referral.state != "withdrawn")
        if wanted and listed:
            found.append(ReceivedReferral(receiver, referral))
    return found
