"""Jobs about days that are over."""

from __future__ import annotations

from queue_service.access.operations import provider_accounts
from queue_service.access.store import AccessStore
from queue_service.history.operations import days
from queue_service.referrals.operations import upkeep
from queue_service.store.server.erasure import erase
from workers.context import queue


def summarise() -> None:
    """Summarise the days that are over, for the statistics call, and pack those before."""
    days.summarise_days(queue(), queue().store.time())
    days.pack_days(queue(), queue().store.time())


def expire() -> None:
    """Remove visits and referrals older than their branch's retention, and accounts of the town's
    that are not used any more, from the disk as well."""
    now = queue().store.time()
    days.expire(queue(), now)
    upkeep.expire(queue(), now)
    provider_accounts.expire(queue().get(AccessStore), now)
    erase(queue().store)
