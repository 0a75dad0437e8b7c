"""The sender's decision about a case that was returned: settled, or sent on."""

from __future__ import annotations

from collections.abc import Callable

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, retry
from queue_service.errors import WrongState
from queue_service.referrals import rules
from queue_service.referrals.operations.current_referral import (
    DAY_MS,
    ReceivedReferral,
    known_lifeline,
    no_referral,
    only,
    put,
    repeatable,
    verified,
)
from queue_service.referrals.rules import Onward, Referral, ReferralOutcome, referral_from_json
from queue_service.referrals.store import ReferralStore


def settle_returned(
    queue: Queue, command: Command, known: str, outcome: ReferralOutcome
) -> ReceivedReferral:
    """Say at the branch that sent a case how it ended after it was returned. The same again is the
    same. Raises BranchNotFound, NotFound, and WrongState for one that was not returned, or was
    closed in another way."""

    def act() -> ReceivedReferral:
        return _settle(queue, command, known, lambda old, now: rules.settled(old, now, outcome))

    return repeatable(queue, command, act)


def send_on(queue: Queue, command: Command, known: str, to: Onward) -> ReceivedReferral:
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
        known_lifeline(sender, receiver, to.lifeline, old.service)
        return rules.sent_on(old, now, to)

    def act() -> ReceivedReferral:
        old = _settle(queue, command, known, decide)
        following = go_on(queue, old.referral, queue.now(command))
        if following is None:
            raise no_branch(receiver.id)
        return following._replace(replayed=old.replayed)

    return repeatable(queue, command, act)


@retry
def _settle(
    queue: Queue, command: Command, known: str, decide: Callable[[Referral, int], Referral]
) -> ReceivedReferral | None:
    """The sender's decision about a returned referral. It is written next to the referral, so that
    of two people who decide at once one is refused."""
    sender = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    receiver = queue.get(BranchStore).find(
        queue.get(ReferralStore).noted(sender.id, known).partition("|")[2]
    )
    raw = queue.get(ReferralStore).load(receiver.id, known) if receiver else None
    if receiver is None or raw is None:
        raise no_referral()
    before = verified(queue, receiver, raw, now)
    only(before, "returned")
    after = decide(before, now)
    if before.settled is not None:
        if (before.settled, before.onward) == (after.settled, after.onward):
            return ReceivedReferral(receiver, before, replayed=True)
        sentence = "Somebody has settled this referral already; see the list of referrals."
        raise WrongState(sentence, state=before.settled)
    if put(queue, receiver, raw, after, now)[0] != "done":
        return None
    queue.get(ReferralStore).announce(receiver.id, after, now)
    return ReceivedReferral(receiver, after)


def go_on(queue: Queue, old: Referral, now: int) -> ReceivedReferral | None:
    """The referral that one which was sent on has become. It is written if that was broken off;
    None if the branch that it went to is gone."""
    to = rules.onward_of(old)
    receiver = queue.get(BranchStore).find(to.branch) if to else None
    if to is None or receiver is None:
        return None
    day = moment(receiver, old.settled_at or now).date
    new = rules.next_referral(old, to, day)
    queue.get(ReferralStore).claim(old.sender, new.id, "", f"{new.sent_at}|{receiver.id}")
    reply = put(queue, receiver, "", new, now)
    if reply[0] == "done":
        queue.get(ReferralStore).announce(receiver.id, new, now)
        return ReceivedReferral(receiver, new)
    raw = queue.get(ReferralStore).load(receiver.id, new.id)
    return ReceivedReferral(receiver, referral_from_json(raw)) if raw else None


def finish(queue: Queue, referral: Referral, now: int) -> None:
    """Send on a referral whose sending on was broken off. After a day it is left as it is, since
    the referral it became may have been removed by then."""
    to = rules.onward_of(referral)
    if to is None or now - (referral.settled_at or 0) >= DAY_MS:
        return
    if queue.get(ReferralStore).load(to.branch, rules.next_id(referral)) is None:
        go_on(queue, referral, now)
