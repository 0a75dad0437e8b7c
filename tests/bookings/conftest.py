"""The branch of these tests, unless one has its own."""

from __future__ import annotations

import pytest

from tests.bookings.booked import offering
from tests.desks import Desk


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Passports can be booked, each quarter of an hour."""
    return offering(desk)
