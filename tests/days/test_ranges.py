"""The ranges of figures, and the weeks and months in them, at their limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.period import (
    Period,
    after,
    before,
    between,
    days_after,
    in_reach,
    is_date,
    period_of,
    together,
    week_before,
    whole_months,
    whole_weeks,
    year_before,
)
from queue_service.days.rules.ranges import (
    MOST_DAYS,
    asked_months,
    asked_range,
    last_month,
    last_whole_month,
    months_over,
    of_whole_weeks,
    require_range,
    require_whole_months,
    require_whole_weeks,
)
from queue_service.days.rules.shifts import Pauses, Shift, carried, open_stretches, paused, to_text
from queue_service.errors import Invalid
from tests.days.test_shifts import HOUR, MINUTE, ZONE, at
from tests.desks import document

BRANCH: Final = Branch.from_document("b", "r", document())
OLD: Final = replace(BRANCH, historic=True)
TODAY: Final = "2026-11-25"
"""A Wednesday."""


def refusal(first: str, last: str) -> tuple[str, object]:
    with pytest.raises(Invalid) as found:
        require_range(first, last)
    return found.value.detail, found.value.extra["errors"]


def test_a_range_is_in_order_and_of_ten_years_at_most() -> None:
    require_range(TODAY, TODAY)
    require_range(TODAY, days_after(TODAY, MOST_DAYS - 1))
    assert refusal(TODAY, days_after(TODAY, MOST_DAYS)) == (
        "Choose a shorter range.", [{"field": "from", "reason": "At most 3660 days at once."}]
    )  # fmt: skip
    assert refusal(TODAY, "2026-11-24") == (
        "Choose an end after the beginning.",
        [{"field": "to", "reason": "It lies before the beginning."}],
    )


@pytest.mark.parametrize(
    ("first", "last", "today", "weeks"),
    [
        ("2026-11-16", "2026-11-22", "2026-11-23", ("2026-11-16", "2026-11-22")),
        ("2026-11-16", "2026-11-22", "2026-11-22", None),
        ("2026-11-16", "2026-11-23", TODAY, ("2026-11-16", "2026-11-22")),
        ("2026-11-15", "2026-11-22", TODAY, ("2026-11-16", "2026-11-22")),
        ("2026-11-17", "2026-11-22", TODAY, None),
        ("2026-11-16", "2026-11-21", TODAY, None),
        ("2026-11-02", "2026-11-29", TODAY, ("2026-11-02", "2026-11-22")),
        ("9999-12-30", "9999-12-31", TODAY, None),
        ("0001-01-01", "0001-01-03", TODAY, None),
    ],
)
def test_whole_weeks_end_before_today(
    first: str, last: str, today: str, weeks: tuple[str, str] | None
) -> None:
    found = whole_weeks(between(first, last), today)
    assert found == (between(*weeks) if weeks else None)
    exact = weeks == (first, last)
    assert of_whole_weeks(BRANCH, between(first, last), today) is exact
    if exact:
        require_whole_weeks(BRANCH, between(first, last), today, "X")
    else:
        with pytest.raises(Invalid) as refused:
            require_whole_weeks(BRANCH, between(first, last), today, "Counters are shown")
        monday = "2026-11-16" if today == TODAY else "2026-11-09"
        example = f"Choose such weeks, as {monday} to {days_after(monday, 6)}."
        assert refused.value.detail == example
        reason = "Counters are shown only in whole weeks that are over, each from Monday to Sunday."
        assert refused.value.extra["errors"] == [{"field": "from", "reason": reason}]


def test_a_historic_branchs_weeks_and_months_are_all_over() -> None:
    coming = between("2026-11-23", "2026-11-29")
    assert of_whole_weeks(OLD, coming, TODAY)
    assert not of_whole_weeks(BRANCH, coming, TODAY)
    assert whole_weeks(coming) == coming
    month = period_of("month", TODAY)
    assert months_over(OLD, month, TODAY) == [month]
    assert months_over(BRANCH, month, TODAY) == []
    assert months_over(BRANCH, month, "2026-12-01") == [month]
    assert months_over(BRANCH, month, "2026-11-30") == []


def test_figures_by_month_are_of_whole_months_that_are_over() -> None:
    october = period_of("month", "2026-10-05")
    require_whole_months(between("2026-10-01", "2026-10-31"), october, TODAY, "X")
    for period, months in ((between("2026-10-01", "2026-11-01"), october), (october, None)):
        with pytest.raises(Invalid) as refused:
            require_whole_months(period, months, TODAY, "Teams are shown")
        assert refused.value.detail == "Choose months, as 2026-10-01 to 2026-10-31."
        assert refused.value.extra["errors"] == [
            {"field": "from", "reason": "Teams are shown only in whole months that are over."}
        ]


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (None, None, (TODAY, TODAY)),
        ("2026-11-24", None, ("2026-11-24", TODAY)),
        ("2026-11-26", None, ("2026-11-26", "2026-11-26")),
        (None, "2026-11-24", ("2026-11-24", "2026-11-24")),
        (None, "2026-11-26", ("2026-11-26", "2026-11-26")),
        ("2026-11-01", "2026-11-02", ("2026-11-01", "2026-11-02")),
    ],
)
def test_by_default_today_is_asked_for(
    first: str | None, last: str | None, asked: tuple[str, str]
) -> None:
    assert asked_range(first, last, TODAY) == between(*asked)
    with pytest.raises(Invalid):
        asked_range("2026-11-02", "2026-11-01", TODAY)


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (None, None, ("2026-10-01", "2026-10-31")),
        ("2026-09-01", None, ("2026-09-01", "2026-10-31")),
        ("2026-11-01", None, ("2026-11-01", "2026-11-01")),
        (None, "2026-10-31", ("2026-10-01", "2026-10-31")),
        (None, "2026-09-30", ("2026-09-30", "2026-09-30")),
        ("2026-01-01", "2026-02-28", ("2026-01-01", "2026-02-28")),
    ],
)
def test_by_default_the_last_month_that_is_over_is_asked_for(
    first: str | None, last: str | None, asked: tuple[str, str]
) -> None:
    assert asked_months(first, last, TODAY) == between(*asked)
    with pytest.raises(Invalid, match="after the beginning"):
        asked_months("2026-10-02", "2026-10-01", TODAY)


@pytest.mark.parametrize(
    ("last", "today", "month"),
    [
        ("2026-11-30", "2026-12-01", "2026-11"), ("2026-11-30", "2026-11-30", "2026-10"),
        ("2026-11-29", "2026-12-05", "2026-10"), ("2026-10-31", TODAY, "2026-10"),
    ],
)  # fmt: skip
def test_the_last_whole_month_of_a_period_is_over(last: str, today: str, month: str) -> None:
    period = between("2026-10-01", last)
    assert last_whole_month(BRANCH, period, today) == period_of("month", f"{month}-01")
    ended = "2026-11" if last == "2026-11-30" else "2026-10"
    assert last_whole_month(OLD, period, today) == period_of("month", f"{ended}-01")
    assert last_month(TODAY) == period_of("month", "2026-10-01")


@pytest.mark.parametrize(
    ("text", "date", "reached"),
    [
        (TODAY, True, True), ("1900-01-01", True, True), ("2200-12-31", True, True),
        ("1899-12-31", True, False), ("2201-01-01", True, False), ("20261125", False, False),
        ("2026-W48-3", False, False), ("2026-02-29", False, False), ("", False, False),
    ],
)  # fmt: skip
def test_a_date_is_written_in_one_way_and_within_reach(
    text: str, date: bool, reached: bool
) -> None:
    assert (is_date(text), in_reach(text)) == (date, reached)


def test_a_period_is_compared_with_the_week_and_the_year_before() -> None:
    day = period_of("day", TODAY)
    assert week_before(day) == Period("day", "2026-11-18", "2026-11-18")
    assert year_before(day) == Period("day", "2025-11-26", "2025-11-26")
    some = between("2026-11-23", TODAY)
    assert week_before(some) == between("2026-11-16", "2026-11-18")
    assert year_before(some) == between("2025-11-24", "2025-11-26")
    assert year_before(period_of("year", TODAY)) == period_of("year", "2025-05-05")
    assert (before(some), after(some)) == (
        between("2026-11-20", "2026-11-22"), between("2026-11-26", "2026-11-28")
    )  # fmt: skip
    assert (some.holds("2026-11-22"), some.holds("2026-11-23")) == (False, True)
    assert (some.holds(TODAY), some.holds("2026-11-26"), len(some)) == (True, False, 3)
    assert period_of("range", TODAY) == between(TODAY, TODAY)


def test_months_end_before_a_date_and_go_together() -> None:
    year = period_of("year", TODAY)
    months = whole_months(year)
    assert (len(months), months[0].first, months[-1].last) == (12, year.first, year.last)
    assert whole_months(year, "2026-02-28") == months[:1]
    assert whole_months(year, "2026-03-01") == months[:2]
    assert together(months[:3]) == between("2026-01-01", "2026-03-31")
    assert together(months[:1]) is months[0]
    assert together([]) is None


NINE: Final = at("2026-11-25 09:00")


@pytest.mark.parametrize(
    ("shift", "text"),
    [
        (Shift(1, "1", "library"), "1|1|open|library"), (Shift(1, "1", ""), "1|1|open|"),
        (Shift(1, "1", None), "1|1|closed|"), (Shift(1, "1", None, "lunch"), "1|1|paused|lunch"),
    ],
)  # fmt: skip
def test_a_shift_is_stored_as_the_scripts_write_it(shift: Shift, text: str) -> None:
    assert to_text(shift) == text


def test_a_pause_counts_where_it_begins_and_lasts_in_each_hour() -> None:
    shifts = [
        Shift(NINE - MINUTE, "1", None, "lunch"), Shift(NINE + 5 * MINUTE, "1", "library"),
        Shift(NINE + 50 * MINUTE, "1", None, "break"),
        Shift(NINE + 55 * MINUTE, "2", None, "break"),
        Shift(NINE + 70 * MINUTE, "1", None), Shift(NINE + 3 * HOUR, "2", ""),
    ]  # fmt: skip
    found = paused(shifts, ZONE, NINE, NINE + 2 * HOUR)
    assert found == {
        ("09", "1", "break"): Pauses(1, 10 * MINUTE), ("09", "1", "lunch"): Pauses(0, 5 * MINUTE),
        ("09", "2", "break"): Pauses(1, 5 * MINUTE), ("10", "1", "break"): Pauses(0, 10 * MINUTE),
        ("10", "2", "break"): Pauses(0, HOUR),
    }  # fmt: skip
    assert list(found) == sorted(found)
    # A stay that ends as the period begins is not in it, nor one that begins as it ends.
    later = NINE + 70 * MINUTE
    assert paused(shifts[:1] + shifts[4:5], ZONE, later, later + MINUTE) == {}
    assert paused(shifts[:3], ZONE, NINE, NINE + 50 * MINUTE) == {
        ("09", "1", "lunch"): Pauses(0, 5 * MINUTE)
    }
    assert paused(shifts[2:3], ZONE, NINE + 50 * MINUTE, NINE + 51 * MINUTE) == {
        ("09", "1", "break"): Pauses(1, MINUTE)
    }
    assert Pauses(2, HOUR // 2).hours == 0.5


def test_carried_counters_are_open_or_paused() -> None:
    shifts = [
        Shift(1, "1", ""),
        Shift(2, "2", None, "lunch"),
        Shift(3, "3", None),
        Shift(4, "4", ""),
    ]
    assert carried(shifts, 4) == shifts[:2]
    teams = [Shift(1, "1", "a"), Shift(5, "1", "b"), Shift(9, "1", "c")]
    assert [*open_stretches(teams, 2, 7)] == [
        ("1", "a", 2, 5), ("1", "b", 5, 7), ("1", "c", 7, 7)
    ]  # fmt: skip
