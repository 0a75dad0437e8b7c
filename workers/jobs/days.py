"""Jobs about days that are over."""

from __future__ import annotations

from queue_service.operations import days
from workers.context import queue


def summarise() -> None:
    """Summarise the days that are over, for the statistics call."""
    days.summarise_days(queue(), queue().store.time())


def expire() -> None:
    """Remove the visits that are older than their branch's retention."""
    days.expire(queue(), queue().store.time())
