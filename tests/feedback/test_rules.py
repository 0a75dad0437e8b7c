"""Sums of the answers to two questions, and the reported part of them."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from queue_service.feedback.rules import (
    LATER,
    Answers,
    FeedbackCount,
    FeedbackTotals,
    Question,
    answers_to,
    counted_by_date,
    counted_cells,
    fields_of,
    read_day,
    rows,
    rows_of_months,
)

DATE = "2026-11-25"


def cells(
    n: int, *, service: str = "pas", hour: str = "09", rating: int = 5, team: str = "library"
) -> list[FeedbackCount]:
    """So many people, each of whom answered both questions with the same rating."""
    return [
        FeedbackCount(DATE, hour, service, team, question, stored, n)
        for question, stored in (("", 0), ("help", rating), ("task", rating))
    ]


def test_stored_data_is_read_back() -> None:
    fields = fields_of("09", "pas", "", {"help": 5, "task": 1})
    found, set_aside = read_day(DATE, {**dict.fromkeys(fields, "3"), "set_aside": "2"})
    assert set(found) == {
        FeedbackCount(DATE, "09", "pas", "", "", 0, 3),
        FeedbackCount(DATE, "09", "pas", "", "help", 5, 3),
        FeedbackCount(DATE, "09", "pas", "", "task", 1, 3),
    }
    assert set_aside == 2


def test_the_best_of_five_is_very_satisfied() -> None:
    row = rows([*cells(8), *cells(2, rating=4)], "service")["pas"]
    share = row.answers["help"].very_satisfied()
    assert (row.people, share.judged, share.within, share.ratio) == (10, 10, 8, 0.8)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.8 < share.high


def test_an_answer_to_one_question_is_counted_once() -> None:
    four = [
        FeedbackCount(DATE, "09", "", "", "", 0, 4),
        FeedbackCount(DATE, "09", "", "", "task", 3, 4),
    ]
    row = rows(four, "service")[""]
    assert (row.people, row.answers["help"].n, row.answers["task"].n) == (4, 0, 4)


def shown(found: dict[str, FeedbackTotals], question: Question = "help") -> dict[str, bool]:
    """Whether each row is shown."""
    return {key: row.answers[question].shown for key, row in found.items()}


def test_ten_answers_are_shown_and_nine_are_not() -> None:
    assert shown(rows(cells(10), "hour")) == {"09": True}
    assert shown(rows(cells(9), "hour")) == {"09": False}


def test_each_question_has_its_own_number() -> None:
    hours = rows(
        [*cells(10)[:2], FeedbackCount(DATE, "09", "pas", "library", "task", 1, 1)], "hour"
    )
    assert (shown(hours, "help"), shown(hours, "task")) == ({"09": True}, {"09": False})


def test_a_row_that_would_give_a_small_one_away_is_left_out_too() -> None:
    three = [*cells(20, service="a"), *cells(12, service="b"), *cells(4, service="c")]
    assert shown(rows(three, "service")) == {"a": True, "b": False, "c": False}
    # Two small ones of ten together hide each other.
    two = [*cells(20, service="a"), *cells(5, service="b"), *cells(5, service="c")]
    assert shown(rows(two, "service")) == {"a": True, "b": False, "c": False}


@pytest.mark.parametrize(("second", "left_out"), [(2, {"08", "09", "10"}), (3, {"09", "10"})])
def test_hours_of_nine_together_take_another_one_along(second: int, left_out: set[str]) -> None:
    few = [*cells(7, hour="09"), *cells(second, hour="10")]
    found = shown(rows([*few, *cells(10, hour="08"), *cells(11, hour="11")], "hour"))
    assert {hour for hour, reported in found.items() if not reported} == left_out, (
        "the smallest that is told"
    )


def test_of_two_rows_the_smaller_is_left_out() -> None:
    found = [*cells(1, service="a", team=""), *cells(9, service="b", team=""),
             *cells(10, service="a", team="t")]  # fmt: skip
    assert shown(rows(found, "team")) == {"": False, "t": True}


def test_one_answer_is_not_derivable_from_reported_groups() -> None:
    alone = cells(1, service="a", team="u", hour="11")
    assert shown(rows([*cells(10, hour="10"), *alone], "hour")) == {"10": False, "11": False}
    # The team's one would follow from the service's eleven and the ten of no team.
    assert shown(rows([*cells(10, service="a", team="", hour=LATER), *alone], "service")) == {
        "a": False
    }


def test_the_smallest_part_takes_the_rows_that_name_it_along() -> None:
    found = [*cells(10, service="", team="u", hour=LATER), *cells(5, service="b", team="t"),
             *cells(5, service="", team="t"),
             *cells(1, service="a", team="u", hour=LATER)]  # fmt: skip
    assert shown(rows(found, "team")) == {"t": False, "u": False}


@pytest.mark.parametrize(("at_ten", "reported"), [(5, True), (4, False)])
def test_hours_divide_the_services_where_terminals_and_slips_have_ten_each(
    at_ten: int, reported: bool
) -> None:
    slips = cells(10, service="", team="", hour=LATER)
    terminal = [*cells(5, service="a", team="", hour="09"),
                *cells(at_ten, service="", team="", hour="09")]  # fmt: skip
    assert shown(rows([*slips, *terminal], "team")) == {"": reported}


def test_one_table_does_not_give_away_what_the_other_hides() -> None:
    found = [
        *cells(12, service="a", team="library"), *cells(3, service="b", team="library"),
        *cells(7, service="c", team="other"), *cells(11, service="d", team="third"),
    ]  # fmt: skip
    assert shown(rows(found, "service")) == {"a": True, "b": False, "c": False, "d": True}
    # Fifteen at the library less the twelve of a would be the three of b.
    assert shown(rows(found, "team")) == {"library": False, "other": False, "third": True}


def test_no_row_less_rows_of_the_other_table_is_one_of_fewer_than_ten() -> None:
    found = [
        *cells(20, service="a", team="library"), *cells(12, service="b", team="other"),
        *cells(4, service="c", team="library"),
    ]  # fmt: skip
    # All 36 less the twenty of a and the twelve of the other team would be the four of c.
    assert shown(rows(found, "service")) == {"a": True, "b": False, "c": False}
    assert shown(rows(found, "team")) == {"library": False, "other": False}
    enough = [*found[:6], *cells(10, service="c", team="library")]
    assert all(shown(rows(enough, "service")).values())
    assert all(shown(rows(enough, "team")).values())


@pytest.mark.parametrize(("late", "reported"), [(5, False), (10, True)])
def test_sums_of_terminals_and_slips_reveal_no_small_hour(late: int, reported: bool) -> None:
    # A terminal knows no service, and a slip's code no hour.
    terminal = [*cells(25, service="", team=""), *cells(late, service="", team="", hour="10")]
    slips = [*cells(12, team="", hour=LATER), *cells(4, service="turist", team="", hour=LATER)]
    found = [*terminal, *slips]
    assert shown(rows(found, "service")) == {"": True, "pas": False, "turist": False}
    # The thirty without a service, less the 25 of nine o'clock, would be the five of ten.
    assert shown(rows(found, "hour")) == {"": True, "09": reported, "10": reported}


def test_rows_are_by_what_is_asked_for() -> None:
    found = [*cells(10, hour="14"), *cells(11, hour="09", service="")]
    assert list(rows(found, "hour")) == ["09", "14"]
    assert list(rows(found, "service")) == ["", "pas"]
    assert list(rows(found, "team")) == ["library"]


def test_several_months_are_the_sum_of_the_reported_months() -> None:
    november, december, january = (
        [cell._replace(date=date) for cell in cells(n)]
        for date, n in (("2026-11-25", 12), ("2026-12-02", 9), ("2027-01-13", 10))
    )
    row = rows_of_months([november, december, january], "service")["pas"]
    assert (row.people, row.answers["help"].n, row.answers["help"].shown) == (31, 22, True)
    # So November to January less November and January is nothing, and not December's nine.
    few = rows_of_months([december], "service")["pas"].answers["help"]
    assert (few.n, few.shown) == (0, False)


def test_few_answers_in_a_month_are_in_no_breakdown() -> None:
    dates = {"2026-11-02": 9, "2026-11-03": 1, "2026-11-30": 9}
    found = [cell._replace(date=date) for date, n in dates.items() for cell in cells(n)]
    counted_ones = counted_cells(found, dates)
    assert rows(counted_ones, "service")["pas"].answers["help"].n == 10
    assert rows(counted_ones, "service")["pas"].people == 19


def counted(numbers: dict[str, int], visited: Collection[str] | None = None) -> dict[str, int]:
    """How many answers count on each date, of so many given on each."""
    days = {date: Answers([0, 0, 0, 0, n]) for date, n in numbers.items()}
    return {date: one.n for date, one in counted_by_date(days, visited or days).items()}


def test_a_date_of_ten_answers_counts_alone_and_those_of_nine_wait_for_the_next() -> None:
    assert counted({"2026-11-02": 10}) == {"2026-11-02": 10}
    assert counted({"2026-11-02": 9}) == {}
    assert counted({"2026-11-02": 9, "2026-11-03": 1}) == {"2026-11-03": 10}
    # A date that has enough is not mixed with the dates that wait.
    three = {"2026-11-02": 9, "2026-11-03": 10, "2026-11-04": 4}
    assert counted(three) == {"2026-11-03": 10, "2026-11-04": 13}


def test_answers_left_over_by_a_month_are_not_reported_with_the_next() -> None:
    assert counted({"2026-11-30": 9, "2026-12-01": 9}) == {}


def test_answers_given_while_the_branch_is_closed_wait_for_a_date_with_visits() -> None:
    days = {"2026-11-07": 12, "2026-11-08": 3, "2026-11-09": 1}
    assert counted(days, {"2026-11-09"}) == {"2026-11-09": 16}


def test_no_difference_of_ranges_reveals_fewer_than_ten() -> None:
    numbers = {f"2026-11-{day:02}": (day * 7) % 13 for day in range(1, 31)}
    found = counted(numbers)
    assert sum(found.values()) > sum(numbers.values()) - 10
    assert min(found.values()) >= 10


def test_answers_are_by_question_and_date() -> None:
    found = answers_to("task", [*cells(3), *cells(2, rating=1, hour="10")])
    assert {date: one.counts for date, one in found.items()} == {DATE: [2, 0, 0, 0, 3]}
