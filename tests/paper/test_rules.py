"""The clock of a paper ticket, and the form of its number."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from queue_service.contract.words import NUMBER_PATTERN as OURS
from queue_service.contract.words import PREFIX_PATTERN
from queue_service.paper.contract import PaperRow
from queue_service.paper.rules import (
    CLOCK_PATTERN,
    EARLIER,
    MOMENTS,
    NO_OUTCOME,
    NO_SUCH_TIME,
    NOT_CALLED,
    NOT_STARTED,
    NUMBER_PATTERN,
    ONCE,
    TAKEN_MISSING,
    TO_COME,
    TWICE,
    Ended,
    SheetDay,
    Written,
    clock_of,
    instant,
    read,
    same,
    sheet_numbers,
    visit_of,
)
from queue_service.visits.rules.visit import Visit

FAR = 4_000_000_000_000
AUTUMN, SPRING = (SheetDay(date, "Europe/Copenhagen", FAR) for date in ("2026-10-25", "2026-03-29"))


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_no_number_on_paper_is_ever_one_of_ours() -> None:
    for number in [*sheet_numbers(1), *sheet_numbers(999_999)]:
        assert re.match(NUMBER_PATTERN, number)
        assert not re.match(OURS, number)
        assert not re.match(PREFIX_PATTERN, number[0])
    for ours in ("A001", "ABC1000", "1-9", "01-1", "1-10", "A-1"):
        assert not re.match(NUMBER_PATTERN, ours)


@pytest.mark.parametrize(
    ("clock", "found"),
    [
        ("01:59", utc("2026-10-24T23:59")),
        ("02:30", TWICE),
        ("02:30a", utc("2026-10-25T00:30")),
        ("2.30b", utc("2026-10-25T01:30")),
        ("0300", utc("2026-10-25T02:00")),
        ("03:00b", ONCE),
        ("24:00", NO_SUCH_TIME),
    ],
)
def test_the_hour_that_comes_twice_is_asked_about(clock: str, found: int | str) -> None:
    assert instant(AUTUMN, clock) == found
    if isinstance(found, int):
        assert instant(AUTUMN, clock_of(AUTUMN, found)) == found


def test_the_hour_that_is_left_out_is_no_time() -> None:
    assert instant(SPRING, "01:59") == utc("2026-03-29T00:59")
    assert instant(SPRING, "02:30") == NO_SUCH_TIME
    assert instant(SPRING, "03:00") == utc("2026-03-29T01:00")


def test_nothing_is_still_to_come() -> None:
    now = utc("2026-11-25T08:00")
    day = SheetDay("2026-11-25", "Europe/Copenhagen", now)
    assert instant(day, "09:00") == now
    assert instant(day, "09:01") == TO_COME


@pytest.mark.parametrize("clock", ["9", "9:3", "25:00", "9:60", "a9:30", "9:30c", "9:30 ", ""])
def test_what_is_no_time_is_refused_by_the_contract(clock: str) -> None:
    assert not re.match(CLOCK_PATTERN, clock)


@pytest.mark.parametrize("clock", ["9:30", "09:30", "0930", "930", "9.30", "02:30A"])
def test_what_people_write_is_taken(clock: str) -> None:
    assert PaperRow(number="1-1", taken=clock).taken == clock.lower()


@pytest.mark.parametrize(
    ("times", "ended", "faults"),
    [
        (("9:00", "9:00", "9:00", "9:00"), "completed", {}),
        (("9:00", "8:59", "", ""), "completed", {"called": EARLIER}),
        (("9:00", "", "9:20", "9:10"), "completed", {"done": EARLIER}),
        (("9:00", "8:50", "8:55", "9:10"), "completed", {"called": EARLIER, "started": EARLIER}),
        (("", "9:10", "", ""), "completed", {"taken": TAKEN_MISSING}),
        (("9:00", "9:10", "9:11", ""), "no_show", {"started": NOT_STARTED}),
        (("9:00", "9:10", "", ""), "abandoned", {"called": NOT_CALLED}),
    ],
)
def test_times_are_in_order_and_of_how_it_ended(
    times: tuple[str, ...], ended: Ended, faults: dict[str, str]
) -> None:
    written = Written("1-1", "pas", ended, dict(zip(MOMENTS, times, strict=True)))
    found = read(AUTUMN, written)[1]
    assert {fault["field"]: fault["reason"] for fault in found} == faults


def test_only_who_was_helped_has_an_outcome() -> None:
    written = Written("1-1", "pas", "no_show", {"taken": "9:00"}, "resolved")
    assert read(AUTUMN, written)[1] == [{"field": "outcome", "reason": NO_OUTCOME}]


def test_the_language_of_whoever_enters_it_makes_no_other_ticket() -> None:
    times = dict(zip(MOMENTS, ("9:00", "9:05", "9:06", "9:10"), strict=True))
    written = Written("1-1", "pas", "completed", times)
    at, _ = read(AUTUMN, written)

    def visit(language: str = "da", now: int = FAR, ticket: Written = written) -> Visit:
        return visit_of(ticket, at, visit_id="v", date=AUTUMN.date, language=language, now=now)

    assert same(visit(), visit("en", FAR + 1))
    assert not same(visit(), visit(ticket=written._replace(service="turist")))
