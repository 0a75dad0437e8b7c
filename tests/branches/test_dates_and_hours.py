"""Dates and hours, compared with a clock on the wall that is read once a minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules import dates_and_hours
from queue_service.branches.rules.branch import Branch, HoursException
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.rules.interventions import Closure

MINUTE = 60_000
HOUR = 60 * MINUTE
Hours = list[list[str]]


def a_branch(
    week: dict[str, Hours], exceptions: dict[str, Hours] | None = None, zone: str = "UTC"
) -> Branch:
    document = {
        "name": "Biblioteket",
        "timezone": zone,
        "opening_hours": week,
        "hours_exceptions": [{"date": d, "hours": h} for d, h in (exceptions or {}).items()],
        "services": [],
    }
    return Branch.from_document("biblioteket", "1", parse_config(document))


def ms(text: str, zone: str = "UTC") -> int:
    local = datetime.fromisoformat(text)
    return round(local.replace(tzinfo=local.tzinfo or ZoneInfo(zone)).timestamp()) * 1000


Minute = tuple[int, str]
"""An instant and the date and time that the clock on the wall shows."""


@cache
def the_wall_clock(zone: str, first: int, last: int) -> dict[str, list[Minute]]:
    """Each minute between two instants, by date; dates never go back."""
    date, tz = "", ZoneInfo(zone)
    by_date: dict[str, list[Minute]] = {}
    for instant in range(first, last, MINUTE):
        local = datetime.fromtimestamp(instant // 1000, tz).isoformat()
        date = max(date, local[:10])
        by_date.setdefault(date, []).append((instant, local[:16]))
    return by_date


def naively_open(branch: Branch, date: str, minutes: list[Minute]) -> set[int]:
    """The minutes of one date in which the branch is open."""
    hours = branch.opening_hours.get(WEEKDAYS[datetime.fromisoformat(date).weekday()], ())
    for exception in branch.hours_exceptions:
        hours = exception.hours if exception.date == date else hours
    found: set[int] = set()
    for start, end in hours:
        reached = [i for i, wall in minutes if wall >= f"{date}T{start}"]
        before = [i for i, wall in minutes if wall < f"{date}T{end}"]
        if reached and before:
            found.update(range(reached[0], before[-1] + 1, MINUTE))
    return found


# Spring and autumn in Copenhagen, a half-hour change, changes at midnight, no change at all, and
# the Friday that Samoa left out.
WEEKENDS = [
    ("Europe/Copenhagen", "2026-03-28"),
    ("Europe/Copenhagen", "2026-10-24"),
    ("Australia/Lord_Howe", "2026-04-04"),
    ("America/Sao_Paulo", "2018-11-03"),
    ("America/Sao_Paulo", "2018-02-17"),
    ("America/Havana", "2025-11-01"),
    ("America/St_Johns", "2010-11-06"),
    ("Asia/Kathmandu", "2026-03-28"),
    ("Pacific/Apia", "2011-12-29"),
]

TIMES = [f"{h:02}:{m:02}" for h in (0, 1, 2, 3, 9, 19, 23) for m in (0, 1, 30)] + ["24:00"]


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    times = sorted(draw(st.sets(st.sampled_from(TIMES), max_size=4)))
    return [[a, b] for a, b in pairwise(times) if draw(st.booleans())]


weeks = st.dictionaries(st.sampled_from(WEEKDAYS), some_hours())


TWICE = ("Europe/Copenhagen", "2026-10-24")
SKIPPED = ("Europe/Copenhagen", "2026-03-28")
BACK_A_DATE = ("America/St_Johns", "2010-11-06")


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@example(TWICE, {}, [["01:00", "02:30"]])
@example(TWICE, {}, [["02:30", "09:00"]])
@example(TWICE, {}, [["01:00", "02:00"]])
@example(TWICE, {}, [["01:00", "03:00"]])
@example(SKIPPED, {}, [["01:00", "02:30"], ["09:00", "19:00"]])
@example(SKIPPED, {}, [["02:30", "09:00"]])
@example(SKIPPED, {}, [["02:00", "02:30"]])
@example(BACK_A_DATE, {}, [["00:00", "09:00"]])
@example(BACK_A_DATE, {"sat": [["00:00", "23:30"]]}, [])
@given(st.sampled_from(WEEKENDS), weeks, some_hours())
def test_agrees_with_the_clock_on_the_wall(
    weekend: tuple[str, str], week: dict[str, Hours], special: Hours
) -> None:
    zone, eve = weekend
    day = (datetime.fromisoformat(eve) + timedelta(days=1)).date().isoformat()
    branch = a_branch(week, {day: special}, zone)
    by_date = the_wall_clock(zone, ms(eve, zone) - HOUR, ms(eve, zone) + 52 * HOUR)
    whole_days = list(by_date.items())[1:-1]
    expected = {
        instant: (date, instant in opened)
        for date, minutes in whole_days
        for opened in [naively_open(branch, date, minutes)]
        for instant, _ in minutes
    }
    openings = [
        later
        for earlier, later in pairwise(expected)
        if expected[later][1] and not expected[earlier][1]
    ]
    changes = {b for a, b in pairwise(expected) if expected[a] != expected[b]}
    edges = {change + nearby * MINUTE for change in changes for nearby in (-1, 0, 1, 30)}
    for now in sorted(expected.keys() & (edges | {min(expected), max(expected)})):
        found = dates_and_hours.moment(branch, now)
        assert (found.date, found.open) == expected[now]
        assert found.day_begins <= found.since <= now < found.until <= found.day_ends
        assert {expected[i] for i in range(found.since, found.until, MINUTE)} == {expected[now]}
        minutes = by_date[found.date]
        assert (found.day_begins, found.day_ends) == (minutes[0][0], minutes[-1][0] + MINUTE)
        assert expected.get(found.since - MINUTE) != expected[now]
        assert expected.get(found.until) != expected[now]
        coming = [opening for opening in openings if opening > now]
        if coming:
            assert dates_and_hours.next_opening(branch, now) == coming[0]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-25", 24)]
)
def test_a_day_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    branch = a_branch({}, zone="Europe/Copenhagen")
    begins, ends = dates_and_hours.day_bounds(branch, day)
    assert ends - begins == hours * HOUR


def test_a_date_that_has_begun_stays_though_the_clock_goes_back_over_midnight() -> None:
    branch = a_branch({}, zone="America/St_Johns")
    half_past_eleven_again = ms("2010-11-06T23:30-03:30")
    assert dates_and_hours.moment(branch, half_past_eleven_again).date == "2010-11-07"


def test_around_the_clock_is_one_span_on_a_long_day_and_in_two_spans() -> None:
    branch = a_branch(
        {"sun": [["00:00", "24:00"]], "mon": [["00:00", "12:00"], ["12:00", "24:00"]]},
        zone="Europe/Copenhagen",
    )
    for day in ("2026-10-25", "2026-10-26"):
        assert dates_and_hours.hours_on(branch, day) == (dates_and_hours.day_bounds(branch, day),)
    assert dates_and_hours.hours_on(branch, "2026-10-27") == ()


def test_midnight_is_no_opening_when_the_doors_stay_open() -> None:
    branch = a_branch({"fri": [["22:00", "24:00"]], "sat": [["00:00", "02:00"]]})
    assert dates_and_hours.next_opening(branch, ms("2026-11-27T23:00")) == ms("2026-12-04T22:00")
    # The same branch is asked again, at the opening and just before it.
    assert dates_and_hours.next_opening(branch, ms("2026-12-04T22:00") - 1) == ms(
        "2026-12-04T22:00"
    )
    assert dates_and_hours.next_opening(branch, ms("2026-12-04T22:00")) == ms("2026-12-11T22:00")
    assert dates_and_hours.next_opening(branch, ms("2026-11-27T23:00")) == ms("2026-12-04T22:00")


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-25T08:59", None),
        ("2026-11-25T09:00", "2026-11-25T12:00"),
        ("2026-11-25T11:59", "2026-11-25T12:00"),
        ("2026-11-25T12:00", None),
        ("2026-11-25T13:00", "2026-11-25T16:00"),
        # Over midnight it closes on the day after.
        ("2026-11-27T22:00", "2026-11-28T02:00"),
        ("2026-11-28T01:59", "2026-11-28T02:00"),
        ("2026-11-28T02:00", None),
    ],
)
def test_an_open_branch_closes_at_the_end_of_its_span(now: str, closes: str | None) -> None:
    branch = a_branch({
        "wed": [["09:00", "12:00"], ["13:00", "16:00"]],
        "fri": [["22:00", "24:00"]], "sat": [["00:00", "02:00"]],
    })  # fmt: skip
    assert dates_and_hours.next_closing(branch, ms(now)) == (ms(closes) if closes else None)


@pytest.mark.parametrize(
    ("closed_on", "closes"),
    [("2026-12-01", "2026-12-01T00:00"), ("2026-12-02", None), ("2026-12-09", None)],
)
def test_a_branch_that_stays_open_for_a_week_has_no_closing(
    closed_on: str, closes: str | None
) -> None:
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    branch = a_branch(always, {closed_on: []})
    found = dates_and_hours.next_closing(branch, ms("2026-11-25T10:00"))
    assert found == (ms(closes) if closes else None)


def test_an_exception_replaces_the_hours_of_its_date_alone() -> None:
    branch = a_branch({"thu": [["09:30", "19:00"]]}, {"2026-12-24": []})
    assert dates_and_hours.hours_on(branch, "2026-12-24") == ()
    assert dates_and_hours.next_opening(branch, ms("2026-12-23T12:00")) == ms("2026-12-31T09:30")


def test_the_note_of_other_hours_is_the_reason_outside_of_them_alone() -> None:
    branch = a_branch({"thu": [["09:30", "19:00"]]}, {"2026-12-24": [["09:30", "12:00"]]})
    (short,) = branch.hours_exceptions
    branch = replace(branch, hours_exceptions=(replace(short, note={"en": "Christmas Eve"}),))
    noon, noted = ms("2026-12-24T12:00"), {"en": "Christmas Eve"}
    assert dates_and_hours.closing_note(branch, noon - 1) == {}
    assert dates_and_hours.closing_note(branch, noon) == noted
    assert dates_and_hours.closing_note(branch, ms("2026-12-25T00:00") - 1) == noted
    assert dates_and_hours.closing_note(branch, ms("2026-12-25T00:00")) == {}
    closed = replace(branch, closures=(Closure(ms("2026-12-24T10:00"), noon),))
    assert dates_and_hours.closing_note(closed, noon - 1) == {}, "it is closed for another reason"


def test_a_branch_that_never_opens_has_no_next_opening() -> None:
    assert dates_and_hours.next_opening(a_branch({}), ms("2026-11-25T12:00")) is None


def test_a_new_configuration_counts_at_once() -> None:
    noon = ms("2026-11-25T12:00")
    assert not dates_and_hours.moment(a_branch({}), noon).open
    assert dates_and_hours.moment(a_branch({"wed": [["09:00", "13:00"]]}), noon).open


def test_the_hour_is_the_zones_own() -> None:
    assert dates_and_hours.local_hour("Europe/Copenhagen", ms("2026-11-25T23:30")) == 0


def test_closing_time_is_exact_to_the_millisecond() -> None:
    branch = a_branch({"wed": [["09:30", "19:00"]]})
    closing = round(datetime(2026, 11, 25, 19, tzinfo=UTC).timestamp() * 1000)
    assert dates_and_hours.moment(branch, closing - 1).open
    assert not dates_and_hours.moment(branch, closing).open


AUTUMN = "2026-10-25"
SPRING = "2026-03-29"


@pytest.mark.parametrize(
    ("day", "hours", "opened"),
    [
        # From two to three the clock shows each time twice: the doors open at the first and close
        # at the last, but not if the clock is set back to the very time.
        (AUTUMN, ["01:00", "02:30"], ("2026-10-24T23:00", "2026-10-25T01:30")),
        (AUTUMN, ["02:30", "09:00"], ("2026-10-25T00:30", "2026-10-25T08:00")),
        (AUTUMN, ["01:00", "02:00"], ("2026-10-24T23:00", "2026-10-25T00:00")),
        (AUTUMN, ["01:00", "03:00"], ("2026-10-24T23:00", "2026-10-25T02:00")),
        (AUTUMN, ["00:00", "24:00"], ("2026-10-24T22:00", "2026-10-25T23:00")),
        # From two to three it shows none: what is left out is the instant of the jump.
        (SPRING, ["01:00", "02:30"], ("2026-03-29T00:00", "2026-03-29T01:00")),
        (SPRING, ["02:30", "09:00"], ("2026-03-29T01:00", "2026-03-29T07:00")),
        (SPRING, ["02:00", "02:30"], None),
    ],
)
def test_on_the_day_of_a_clock_change(
    day: str, hours: list[str], opened: tuple[str, str] | None
) -> None:
    branch = a_branch({"sun": [hours]}, zone="Europe/Copenhagen")
    spans = ((ms(opened[0]), ms(opened[1])),) if opened else ()
    assert dates_and_hours.hours_on(branch, day) == spans


def test_a_time_that_the_clock_shows_twice_is_the_first_of_both() -> None:
    branch = a_branch({}, zone="Europe/Copenhagen")
    assert dates_and_hours.clock_on(branch, AUTUMN, "02:30") == ms("2026-10-25T00:30")


def test_set_back_over_midnight_a_date_ends_when_the_next_first_begins() -> None:
    zone = "America/St_Johns"
    branch = a_branch({"sat": [["09:00", "24:00"]], "sun": [["00:00", "00:30"]]}, zone=zone)
    midnight = ms("2010-11-07T00:00-02:30")
    assert dates_and_hours.day_bounds(branch, "2010-11-06")[1] == midnight
    assert dates_and_hours.hours_on(branch, "2010-11-06") == (
        (ms("2010-11-06T09:00-02:30"), midnight),
    )
    assert dates_and_hours.hours_on(branch, "2010-11-07") == (
        (midnight, ms("2010-11-07T00:30-03:30")),
    )


def test_a_calendar_is_kept_for_one_configuration() -> None:
    branch = a_branch({"wed": [["09:00", "13:00"]]})
    first = dates_and_hours.moment(branch, ms("2026-11-25T12:00"))
    assert dates_and_hours.moment(branch, ms("2026-11-25T12:30")) is first
    lent = replace(branch, lent={"1": ("pas",)})
    assert dates_and_hours.moment(lent, ms("2026-11-25T12:30")) is first
    for other in (
        replace(branch, timezone="Europe/Copenhagen"), replace(branch, closures=(Closure(0, 1),)),
        replace(branch, document=dict(branch.document)), replace(branch, opening_hours={}),
        replace(branch, hours_exceptions=(HoursException("2026-11-25", (), {}),)),
    ):  # fmt: skip
        assert dates_and_hours.moment(other, ms("2026-11-25T12:30")) is not first
        first = dates_and_hours.moment(branch, ms("2026-11-25T12:30"))
