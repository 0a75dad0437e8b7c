"""Jobs about days that are over."""

from __future__ import annotations

from queue_service.history.operations import days
from queue_service.referrals.operations import upkeep
from queue_service.store.server.erasure import erase
from workers.context import queue


def summarise() -> None:
    """Summarise the days that are over, for the statistics call, and pack those before."""
    days.summarise_days(queue(), queue().store.time())
    days.pack_days(queue(), queue().store.time())


def expire() -> None:
    """Remove visits and referrals older than their branch's retention, from the disk as well."""
    days.expire(queue(), queue().store.time())
    upkeep.expire(queue(), queue().store.time())
    erase(queue().store)
