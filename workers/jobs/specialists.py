"""Calls to specialists, calls for help and referrals that end without a reader."""

from __future__ import annotations

from queue_service.lifeline.operations import current_call
from queue_service.reception import operations as reception
from queue_service.referrals.operations import upkeep
from workers.context import queue


def settle() -> None:
    """Count calls that were not taken, and withdraw referrals whose completion was undone."""
    current_call.expire(queue(), queue().store.time())
    reception.expire(queue(), queue().store.time())
    upkeep.complete_pending(queue(), queue().store.time())
