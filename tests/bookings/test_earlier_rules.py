"""To whom a time that has become free is offered, and when: each boundary on both sides."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingContact, OfferedTime
from queue_service.bookings.rules.earlier import (
    OFFER_MS,
    KeptTime,
    first_chance,
    freed_places,
    kept_from_member,
    kept_times,
    last_chance,
    next_to_ask,
    offer_ends,
)
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, local_hour
from tests.bookings.booked import offer
from tests.desks import document

COPENHAGEN = Branch.from_document("raadhuset", "1", document())
AUCKLAND = Branch.from_document("auckland", "1", document(timezone="Pacific/Auckland"))
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LATER = 10 * 365 * DAY + clock_on(COPENHAGEN, "2026-12-02", "12:00")
"""No limit."""


def at(day: str, clock: str, branch: Branch = COPENHAGEN) -> int:
    return clock_on(branch, day, clock)


@pytest.mark.parametrize("branch", [COPENHAGEN, AUCKLAND])
@pytest.mark.parametrize(
    ("clock", "later", "is_made"),
    [
        ("08:00", -1, False), ("08:00", 0, True), ("12:00", 0, True),
        ("19:45", 0, True), ("19:45", 1, False), ("20:00", 0, False), ("02:30", 0, False),
    ],
)  # fmt: skip
def test_a_whole_offer_lies_in_the_daytime(
    branch: Branch, clock: str, later: int, is_made: bool
) -> None:
    now = at("2026-12-02", clock, branch) + later
    assert offer_ends(branch, now, LATER) == (now + OFFER_MS if is_made else None)


@pytest.mark.parametrize(("spare", "is_made"), [(0, True), (-1, False)])
def test_an_offer_ends_while_the_time_can_still_be_booked(spare: int, is_made: bool) -> None:
    now = at("2026-12-02", "10:00")
    last = now + 15 * MINUTE + spare
    assert (offer_ends(COPENHAGEN, now, last) is not None) == is_made
    assert (first_chance(COPENHAGEN, now, last) == now) == is_made


@pytest.mark.parametrize(
    ("day", "clock", "chance"),
    [
        ("2026-12-02", "10:00", ("2026-12-02", "10:00")),
        ("2026-12-02", "03:00", ("2026-12-02", "08:00")),
        ("2026-12-02", "19:45", ("2026-12-02", "19:45")),
        ("2026-12-02", "19:46", ("2026-12-03", "08:00")),
        # The clocks change in the night: the morning is still at eight.
        ("2026-10-24", "23:00", ("2026-10-25", "08:00")),
        ("2027-03-27", "23:00", ("2027-03-28", "08:00")),
    ],
)
def test_at_night_an_offer_waits_for_the_morning(
    day: str, clock: str, chance: tuple[str, str]
) -> None:
    assert first_chance(COPENHAGEN, at(day, clock), LATER) == at(*chance)


@pytest.mark.parametrize(("spare", "is_made"), [(0, True), (-1, False)])
def test_a_time_that_is_over_before_the_first_offer_is_kept_for_no_citizen(
    spare: int, is_made: bool
) -> None:
    last = at("2026-12-03", "08:15") + spare
    chance = first_chance(COPENHAGEN, at("2026-12-02", "22:00"), last)
    assert chance == (at("2026-12-03", "08:00") if is_made else None)


@pytest.mark.parametrize("seed", range(20))
def test_an_offer_at_its_first_chance_is_always_possible(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - seeded, no secret
    begin = at("2026-10-20", "00:00")
    for _ in range(50):
        now = begin + random.randrange(200 * DAY)
        last = now + random.randrange(3 * DAY)
        chance = first_chance(COPENHAGEN, now, last)
        if chance is None:
            assert offer_ends(COPENHAGEN, now, last) is None
            continue
        ends = offer_ends(COPENHAGEN, chance, last)
        assert chance >= now
        assert ends == chance + OFFER_MS <= last
        assert local_hour("Europe/Copenhagen", chance) >= 8
        assert local_hour("Europe/Copenhagen", ends - 1) < 20
        if chance > now:
            assert offer_ends(COPENHAGEN, chance - 1, last) is None


def booking(code: str, starts_at: int, **changes: Any) -> Booking:
    known: dict[str, Any] = {
        "state": "booked", "earlier": True, "contact": BookingContact("mail", "a@example.dk"),
        "service": "pas", "booked_at": 100,
    }  # fmt: skip
    return Booking(
        code=code, starts_at=starts_at, ends_at=starts_at + 15 * MINUTE, language="da",
        channel="web", created_at=0, **{**known, **changes},
    )  # fmt: skip


def test_the_one_whose_own_time_is_farthest_away_is_asked_first() -> None:
    near, far, farther = booking("N", 2000), booking("F", 3000), booking("G", 3001)
    assert next_to_ask([near, farther, far], "pas", 1000) == farther
    assert next_to_ask([near, farther._replace(refused=(1000,)), far], "pas", 1000) == far
    # A citizen who refused another time is asked for this one.
    assert next_to_ask([farther._replace(refused=(999,)), far], "pas", 1000) is not far


def test_of_two_with_the_same_time_the_one_who_booked_first_is_asked() -> None:
    late, early = booking("A", 3000, booked_at=50), booking("B", 3000, booked_at=40)
    assert next_to_ask([late, early], "pas", 1000) == early


@pytest.mark.parametrize(
    "changes",
    [
        {"earlier": False},
        {"contact": None},
        {"state": "arrived"},
        {"state": "cancelled"},
        {"service": "korekort"},
        {"offered": OfferedTime(500, 600, 700)},
        {"refused": (1000,)},
    ],
)
def test_others_are_not_asked(changes: dict[str, Any]) -> None:
    assert next_to_ask([booking("A", 3000)], "pas", 1000) is not None
    assert next_to_ask([booking("A", 3000, **changes)], "pas", 1000) is None


@pytest.mark.parametrize(("own", "is_asked"), [(1001, True), (1000, False), (999, False)])
def test_only_a_later_own_time_makes_one_earlier(own: int, is_asked: bool) -> None:
    assert (next_to_ask([booking("A", own)], "pas", 1000) is not None) == is_asked


@pytest.mark.parametrize(("left", "is_asked"), [(1000, False), (999, True), (None, True)])
def test_a_time_is_not_offered_to_the_citizen_who_left_it(left: int | None, is_asked: bool) -> None:
    asking = [booking("A", 3000, moved_from=left)]
    assert (next_to_ask(asking, "pas", 1000) is not None) == is_asked


def test_of_two_that_were_booked_at_once_the_code_decides() -> None:
    first, second = booking("A", 3000), booking("B", 3000)
    assert next_to_ask([second, first], "pas", 1000) == first
    # A booking from before that instant was stored comes first.
    assert next_to_ask([first, second._replace(booked_at=None)], "pas", 1000) == second._replace(
        booked_at=None
    )


OFFERING = Branch.from_document(
    "raadhuset", "1", document(bookings={"offers": [offer(notice_minutes=30)]})
)
FREED = at("2026-12-02", "12:00")


def test_a_time_has_its_last_chance_at_the_notice() -> None:
    assert last_chance(OFFERING, "pas", FREED) == FREED - 30 * MINUTE
    assert last_chance(OFFERING, "korekort", FREED) == 0


def test_a_change_frees_the_places_that_it_had_and_has_not() -> None:
    before = booking("A", 3000, offered=OfferedTime(2000, 2500, 7))
    own, offered = before.places
    assert freed_places(before, before) == ()
    assert freed_places(before, before._replace(offered=None)) == (offered,)
    assert freed_places(before, before._replace(state="cancelled")) == (own, offered)
    assert freed_places(before, before._replace(starts_at=2000, offered=None)) == (own,)
    for missing in ((None, before), (before, None), (before._replace(state="held"), before)):
        assert freed_places(*missing) == ()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at("2026-12-02", "11:15"), at("2026-12-02", "11:16")),
        (at("2026-12-02", "11:15") + 1, None),
        (at("2026-12-01", "21:00"), at("2026-12-02", "08:01")),
    ],
)
def test_a_freed_place_is_kept_until_it_can_be_offered(now: int, until: int | None) -> None:
    places = booking("X", FREED).places
    asking = [booking("A", FREED + DAY)]
    kept = (KeptTime("pas", FREED, "X.1", until),) if until else ()
    assert kept_times(OFFERING, places, "X.1", asking, now) == kept
    assert kept_times(OFFERING, places, "X.1", [booking("A", FREED)], now) == ()


def test_each_freed_place_is_kept_by_itself() -> None:
    other = booking("X", FREED, service="korekort").places
    places = booking("X", FREED).places
    asking = [booking("A", FREED + DAY), booking("B", FREED + DAY, service="korekort")]
    found = kept_times(OFFERING, (*other, *places), "X.1", asking, at("2026-12-02", "10:00"))
    assert [one.service for one in found] == ["pas"]


def test_a_kept_time_is_read_back_from_its_hold() -> None:
    kept = KeptTime("pas", 1000, "ABCDEF.3", 5)
    assert kept_from_member(kept.member, 5) == kept
    assert (kept.member, kept.field) == ("FREED|pas|1000|ABCDEF.3", "pas|1000")
    assert kept_from_member("ABCDEF|pas|1000", 5) is None
    assert kept_from_member("ABCDEF|pas|1000|offered", 5) is None
    assert KEPT_MS < OFFER_MS
