"""Jobs about days that are over."""

from __future__ import annotations

from queue_service.history.operations import days
from queue_service.store.erasure import erase
from workers.context import queue


def summarise() -> None:
    """Summarise the days that are over, for the statistics call."""
    days.summarise_days(queue(), queue().store.time())


def expire() -> None:
    """Remove visits older than their branch's retention, and from the disk what was removed."""
    days.expire(queue(), queue().store.time())
    erase(queue().store)
