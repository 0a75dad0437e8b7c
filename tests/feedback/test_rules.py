"""What the answers to two questions add up to, and what of them is shown."""

from __future__ import annotations

from queue_service.feedback.rules import Cell, Question, Row, fields_of, read_day, rows, total

DATE = "2026-11-25"


def cells(
    n: int, *, service: str = "pas", hour: str = "09", rating: int = 5, team: str = "library"
) -> list[Cell]:
    """So many people, each of whom answered both questions with the same rating."""
    return [
        Cell(DATE, hour, service, team, question, stored, n)
        for question, stored in (("", 0), ("help", rating), ("task", rating))
    ]


def test_what_is_stored_is_read_back() -> None:
    fields = fields_of("09", "pas", "", {"help": 5, "task": 1})
    found, set_aside = read_day(DATE, {**dict.fromkeys(fields, "3"), "set_aside": "2"})
    assert set(found) == {
        Cell(DATE, "09", "pas", "", "", 0, 3),
        Cell(DATE, "09", "pas", "", "help", 5, 3),
        Cell(DATE, "09", "pas", "", "task", 1, 3),
    }
    assert set_aside == 2


def test_the_best_of_five_is_very_satisfied() -> None:
    row = total([*cells(8), *cells(2, rating=4)])
    share = row.answers["help"].very_satisfied()
    assert (row.people, share.judged, share.within, share.ratio) == (10, 10, 8, 0.8)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.8 < share.high


def test_who_answers_one_question_is_counted_once() -> None:
    row = total([Cell(DATE, "09", "", "", "", 0, 4), Cell(DATE, "09", "", "", "task", 3, 4)])
    assert (row.people, row.answers["help"].n, row.answers["task"].n) == (4, 0, 4)


def shown(found: dict[str, Row], question: Question = "help") -> dict[str, bool]:
    """Which rows are shown."""
    return {key: row.answers[question].shown for key, row in found.items()}


def test_ten_answers_are_shown_and_nine_are_not() -> None:
    assert total(cells(10)).answers["help"].shown
    assert not total(cells(9)).answers["help"].shown


def test_each_question_has_its_own_number() -> None:
    row = total([*cells(10)[:2], Cell(DATE, "09", "pas", "library", "task", 1, 1)])
    assert (row.people, row.answers["help"].shown, row.answers["task"].shown) == (10, True, False)
    hours = rows([*cells(10)[:2], Cell(DATE, "09", "pas", "library", "task", 1, 1)], "hour")
    assert (shown(hours, "help"), shown(hours, "task")) == ({"09": True}, {"09": False})


def test_a_row_that_would_give_a_small_one_away_is_left_out_too() -> None:
    three = [*cells(20, service="a"), *cells(12, service="b"), *cells(4, service="c")]
    assert shown(rows(three, "service")) == {"a": True, "b": False, "c": False}
    # Two small ones of ten together hide each other.
    two = [*cells(20, service="a"), *cells(5, service="b"), *cells(5, service="c")]
    assert shown(rows(two, "service")) == {"a": True, "b": False, "c": False}


def test_one_table_does_not_give_away_what_the_other_hides() -> None:
    found = [
        *cells(12, service="a", team="library"), *cells(3, service="b", team="library"),
        *cells(7, service="c", team="other"), *cells(11, service="d", team="third"),
    ]  # fmt: skip
    assert shown(rows(found, "service")) == {"a": True, "b": False, "c": False, "d": True}
    # Fifteen at the library less the twelve of a would be the three of b.
    assert shown(rows(found, "team")) == {"library": False, "other": False, "third": True}


def test_rows_are_by_what_is_asked_for() -> None:
    found = [*cells(10, hour="14"), *cells(11, hour="09", service="")]
    assert list(rows(found, "hour")) == ["09", "14"]
    assert list(rows(found, "service")) == ["", "pas"]
    assert list(rows(found, "team")) == ["library"]
    assert rows(found, "day")[DATE].people == 21
