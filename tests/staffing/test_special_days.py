"""Holidays, dates with own hours, and the days around them."""

from __future__ import annotations

import pytest

from queue_service.staffing.rules.special_days import holidays, special_day


@pytest.mark.parametrize(
    ("year", "easter", "ascension", "whit_monday"),
    [
        (2024, "2024-03-31", "2024-05-09", "2024-05-20"),
        (2025, "2025-04-20", "2025-05-29", "2025-06-09"),
        (2026, "2026-04-05", "2026-05-14", "2026-05-25"),
        (2038, "2038-04-25", "2038-06-03", "2038-06-14"),
        (2049, "2049-04-18", "2049-05-27", "2049-06-07"),
        (2076, "2076-04-19", "2076-05-28", "2076-06-08"),
        (2285, "2285-03-22", "2285-04-30", "2285-05-11"),
    ],
)
def test_the_moving_holidays(year: int, easter: str, ascension: str, whit_monday: str) -> None:
    assert {easter, ascension, whit_monday} < holidays(year)
    assert len(holidays(year)) == 13


def test_holidays_count_in_denmark_alone() -> None:
    assert special_day("2026-12-25", (), danish=True) == "holiday"
    assert special_day("2026-12-25", (), danish=False) is None
    assert special_day("2026-06-05", (), danish=True) == "holiday"


def test_days_around_them_are_near() -> None:
    assert special_day("2026-05-13", (), danish=True) == "near"
    assert special_day("2026-05-15", (), danish=True) == "near"
    assert special_day("2026-05-16", (), danish=True) is None
    assert special_day("2027-01-02", (), danish=True) == "near"


def test_own_hours_are_special_and_so_are_the_days_around_them() -> None:
    own = {"2026-11-12"}
    assert [special_day(f"2026-11-{day}", own, danish=True) for day in range(10, 15)] == [
        None, "near", "own_hours", "near", None,
    ]  # fmt: skip


def test_a_holiday_next_to_another_is_a_holiday() -> None:
    assert special_day("2026-12-26", (), danish=True) == "holiday"
    assert special_day("2026-12-24", {"2026-12-24"}, danish=True) == "holiday"
