"""A specialist accepts a case, closes it or returns it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.referrals import rules
from queue_service.referrals.operations.current_referral import (
    ReceivedReferral,
    no_referral,
    only,
    put,
    verified,
)
from queue_service.referrals.rules import Reason, Referral, referral_from_json
from queue_service.referrals.store import ReferralStore


def accept(
    queue: Queue, command: Command, known: str, *, solvable: bool | None = None
) -> ReceivedReferral:
    """Take a case up. A case that was accepted stays so. ``solvable``: it could have been solved at
    the counter; None leaves what was said before.

    Raises BranchNotFound, NotFound, and WrongState for one that is closed, returned or withdrawn.
    """

    def decide(referral: Referral, now: int) -> Referral:
        if referral.state == "accepted" and solvable in (None, referral.solvable):
            return referral
        return rules.accepted(only(referral, "sent", "accepted"), now, solvable=solvable)

    return _change(queue, command, known, decide)


def close(
    queue: Queue, command: Command, known: str, *, solvable: bool | None = None
) -> ReceivedReferral:
    """The case is done; ``solvable`` is as in :func:`accept`.

    Raises BranchNotFound, NotFound, and WrongState for one that is not open.
    """
    return _change(
        queue,
        command,
        known,
        lambda referral, now: rules.closed(
            only(referral, "sent", "accepted"), now, solvable=solvable
        ),
    )


def give_back(
    queue: Queue, command: Command, known: str, reason: Reason, *, solvable: bool | None = None
) -> ReceivedReferral:
    """Return a case to the counter; ``solvable`` is as in :func:`accept`. Raises BranchNotFound,
    NotFound, and WrongState for one that is not open."""
    return _change(
        queue,
        command,
        known,
        lambda referral, now: rules.returned(
            only(referral, "sent", "accepted"), now, reason, solvable=solvable
        ),
    )


def _change(
    queue: Queue, command: Command, known: str, decide: Callable[[Referral, int], Referral]
) -> ReceivedReferral:
    receiver = queue.get(BranchStore).get(command.branch)

    def again(document: str) -> ReceivedReferral:
        return ReceivedReferral(receiver, referral_from_json(document), replayed=True)

    act = partial(_change_once, queue, command, receiver, known, decide)
    return once(queue, command, act, again)


@retry
def _change_once(
    queue: Queue,
    command: Command,
    receiver: Branch,
    known: str,
    decide: Callable[[Referral, int], Referral],
) -> ReceivedReferral | None:
    now = queue.now(command)
    raw = queue.get(ReferralStore).load(receiver.id, known)
    if raw is None:
        raise no_referral()
    before = verified(queue, receiver, raw, now)
    after = decide(before, now)
    if after is before:
        return ReceivedReferral(receiver, before)
    reply = put(queue, receiver, before.to_json(), after, now, command.idempotency)
    commit = committed(queue, receiver.id, reply)
    if commit is None:
        return None
    done = referral_from_json(commit.answer)
    queue.get(ReferralStore).announce(receiver.id, done, now)
    return ReceivedReferral(receiver, done, commit.replayed)
