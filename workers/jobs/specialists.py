"""Calls to specialists, calls for help and referrals that end without a reader."""

from __future__ import annotations

from queue_service.lifeline import operations as lifelines
from queue_service.reception import operations as reception
from queue_service.referrals import operations as referrals
from workers.context import queue


def settle() -> None:
    """Count calls that were not taken, and withdraw referrals whose completion was undone."""
    lifelines.expire(queue(), queue().store.time())
    reception.expire(queue(), queue().store.time())
    referrals.complete_pending(queue(), queue().store.time())
