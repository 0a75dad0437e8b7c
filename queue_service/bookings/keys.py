"""The keys of a branch's bookings."""

from __future__ import annotations

from dataclasses import dataclass

from queue_service.store.keys import BranchKeys


@dataclass(frozen=True, slots=True)
class BookingKeys:
    """The keys of one branch's bookings."""

    branch: str

    def _key(self, name: str) -> str:
        return BranchKeys(self.branch).prefix + name

    @property
    def booking_prefix(self) -> str:
        """The prefix before a code in :meth:`booking`."""
        return self._key("booking:")

    def booking(self, code: str) -> str:
        """String: a booking (``bookings/rules/booking.py``), as JSON; with a time to live while it
        is held."""
        return self.booking_prefix + code

    @property
    def by_time(self) -> str:
        """Sorted set: the codes of all bookings, of those too that are cancelled or missed, by
        their booked time (ms)."""
        return self._key("bookings")

    @property
    def holds(self) -> str:
        """Sorted set: ``code|service|starts_at`` of each place that is held, by when that ends
        (ms); with ``|offered`` of one that is held for a booking that wants an earlier time."""
        return self._key("bookings:holds")

    @property
    def places(self) -> str:
        """Hash: ``service|starts_at`` → how many places of a slot are held or booked."""
        return self._key("bookings:places")

    @property
    def blocked(self) -> str:
        """Hash: ``service|starts_at`` → how many places of a slot the staff have blocked."""
        return self._key("bookings:blocked")

    @property
    def changes(self) -> str:
        """String: how often the places that are held, booked or blocked have changed."""
        return self._key("bookings:changes")

    @property
    def settled(self) -> str:
        """String: ``revision|changes`` of the branch by which its bookings were last compared with
        the offers (``bookings/operations/closing.py``)."""
        return self._key("bookings:settled")

    @property
    def earlier(self) -> str:
        """Sorted set: the codes of bookings that ask for an earlier time, by their time (ms)."""
        return self._key("bookings:earlier")

    @property
    def letters(self) -> str:
        """Hash: ``code|sequence|reason`` → a letter that waits to be sent, as JSON."""
        return self._key("bookings:letters")

    def owner(self, digest: str) -> str:
        """String with a time to live: the code of the booking that a page has held or made."""
        return self._key(f"bookings:owner:{digest}")

    def wrong_codes(self, address: str) -> str:
        """String for some minutes: how many unknown codes came from an address (a digest)."""
        return self._key(f"bookings:wrong:{address}")

    def rate(self, address: str) -> str:
        """String for some minutes: how many times an address (a digest) has held."""
        return self._key(f"bookings:rate:{address}")
