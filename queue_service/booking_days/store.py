"""The counts of bookings in the store, by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from queue_service.booking_days.rules import free_field, free_value
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


class BookingDayStore:
    """Reads the counts of all branches, and keeps the mornings' samples. Raises StoreUnavailable.

    The script that changes a booking counts the change.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def days(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(BranchKeys(branch_id).booking_day, dates)

    def keep_free_time(
        self, branch_id: str, date: str, service: str, working_days: int | None
    ) -> None:
        """Keep the morning's sample of a service; the first one of a date counts."""
        key = BranchKeys(branch_id).booking_day(date)
        field, value = free_field(service), free_value(working_days)
        self._store.write(lambda p: p.hsetnx(key, field, value))
