"""The bookings that may be called before a waiting visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.branches.rules.booking_offers import BookingRules
from queue_service.following.rules import BranchNow, Places
from queue_service.visits.rules.ahead import AheadCounter
from queue_service.visits.rules.coming import ComingBooking, bookings_ahead, times_around
from queue_service.visits.rules.visit import Visit
from tests.visits.cases import BRANCH, NINE, WAITING

MINUTE = 60_000
RULES = BookingRules(head_start_ms=15 * MINUTE, early_ms=30 * MINUTE, late_ms=10 * MINUTE)
PASSPORTS = (AheadCounter("1", frozenset({"pas"})),)
LONG = (600, 7200)
"""A range of the wait that has all the bookings of these tests."""


def ahead(
    minutes: float,
    *,
    now: float = 0,
    service: str = "pas",
    wait: tuple[int, int] | None = LONG,
    visit: Visit = WAITING,
) -> int:
    """The count of one booking, so many minutes after nine, for a visit issued at nine."""
    at = NINE + round(minutes * MINUTE)
    moment = NINE + round(now * MINUTE)
    found = bookings_ahead(visit, [ComingBooking(service, at)], PASSPORTS, RULES, wait, moment)
    since, until = times_around(visit.place, RULES, moment)
    assert not found or since <= at <= until
    return found


@pytest.mark.parametrize(
    ("minutes", "now", "counts"),
    [
        (44.999, 0, 1),  # its citizen may come at once, and has the head start
        (45, 0, 0),  # nobody comes for it so soon that the place is the earlier one
        (30, 14.999, 1),
        (30, 15, 0),  # the head start is no longer enough
        (-0.001, 9.999, 1),  # its time is before the visit's place
        (0, 16, 0),
        (-10, 0, 1),
        (-10, 0.001, 0),  # its time to come is over: it has the place of the arrival alone
    ],
)
def test_a_booking_counts_while_its_place_may_be_the_earlier_one(
    minutes: float, now: float, counts: int
) -> None:
    assert ahead(minutes, now=now) == counts


@pytest.mark.parametrize(("high", "counts"), [(10 * 60, 1), (9 * 60, 0), (9 * 60 + 1, 1)])
def test_only_those_whose_citizens_may_come_within_the_wait_that_is_shown(
    high: int, counts: int
) -> None:
    assert ahead(40, wait=(0, high)) == counts  # from 9.10 on; the wait is shown in whole minutes


def test_a_time_after_the_wait_counts_whose_citizen_may_come_within_it() -> None:
    assert ahead(32, wait=(300, 900)) == 1  # may come at 9.02, with the place of 8.47


def test_without_a_range_each_counts_that_may_be_before() -> None:
    assert ahead(44, wait=None) == 1


def test_only_for_services_that_a_counter_of_the_visit_takes() -> None:
    assert ahead(10, service="korekort") == 0


def test_a_visit_that_is_queued_earlier_has_fewer_before_it() -> None:
    for minutes, counts in ((14, 1), (15, 0)):
        first = WAITING._replace(place=WAITING.place - minutes * MINUTE * 1000)
        assert ahead(20, visit=first) == counts


def test_a_phone_shows_them_while_its_visit_waits() -> None:
    branch = replace(BRANCH, bookings=RULES)
    coming = (ComingBooking("pas", NINE + MINUTE), ComingBooking("korekort", NINE + MINUTE))
    for visit, counted in ((WAITING, 1), (WAITING._replace(state="called", called_at=NINE), 0)):
        now = BranchNow(branch, NINE, {visit.id: visit}, {"2": ""}, (), coming=coming)
        followed = Places(now).followed(visit._replace(booked_for=NINE))
        assert (followed.bookings_ahead, followed.booked_for) == (counted, NINE)
