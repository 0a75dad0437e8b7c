"""The work on referrals without a reader: what was broken off, and what is too old."""

from __future__ import annotations

from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.referrals.operations.current_referral import DAY_MS, verified
from queue_service.referrals.operations.returned_referral import finish
from queue_service.referrals.rules import LISTED_DAYS
from queue_service.referrals.store import ReferralStore


def complete_pending(queue: Queue, now: int) -> None:
    """Withdraw at ``now`` (ms) what was undone, forget visits, and finish what was broken off while
    it was sent on, also without a reader."""
    for receiver in queue.get(BranchStore).all():
        for raw in queue.get(ReferralStore).received(receiver.id, now - LISTED_DAYS * DAY_MS):
            finish(queue, verified(queue, receiver, raw, now), now)


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
