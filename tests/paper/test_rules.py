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
    Instants,
    SheetDay,
    Written,
    clock_of,
    instant,
    read,
    same,
    sheet_numbers,
    sheet_of,
    visit_id,
    visit_of,
)
from queue_service.visits.rules.visit import Inquiry, Outcome, Visit

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
def test_an_invalid_time_is_refused_by_the_contract(clock: str) -> None:
    assert not re.match(CLOCK_PATTERN, clock)


@pytest.mark.parametrize("clock", ["9:30", "09:30", "0930", "930", "9.30", "02:30A"])
def test_written_notes_are_accepted(clock: str) -> None:
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


def test_the_language_of_the_person_who_enters_it_makes_no_other_ticket() -> None:
    times = dict(zip(MOMENTS, ("9:00", "9:05", "9:06", "9:10"), strict=True))
    written = Written("1-1", "pas", "completed", times)
    at, _ = read(AUTUMN, written)

    def visit(language: str = "da", now: int = FAR, ticket: Written = written) -> Visit:
        return visit_of(ticket, at, visit_id="v", date=AUTUMN.date, language=language, now=now)

    assert same(visit(), visit("en", FAR + 1))
    assert not same(visit(), visit(ticket=written._replace(service="turist")))


NINE = utc("2026-10-25T08:00")
TIMES = ("9:00", "9:05", "9:06", "9:10")
AT = Instants(*(NINE + minute * 60_000 for minute in (0, 5, 6, 10)))


def entered(ended: Ended, *times: str, outcome: Outcome | None = None) -> Visit:
    """The visit of a ticket that a team's counter ended so."""
    clocks = dict(zip(MOMENTS, times, strict=True))
    written = Written("14-3", "pas", ended, clocks, outcome, "1", "library")
    at, faults = read(AUTUMN, written)
    assert faults == []
    return visit_of(written, at, visit_id="v", date=AUTUMN.date, language="da", now=FAR)


def test_a_ticket_with_all_its_times_is_a_visit_with_one_inquiry() -> None:
    assert entered("completed", *TIMES, outcome="resolved") == Visit(
        id="v", number="14-3", date="2026-10-25", state="completed", channel="desk", language="da",
        issued_service="pas", issued_at=NINE, place=NINE * 1000, queued_at=NINE,
        inquiries=(
            Inquiry("pas", "resolved", AT.started, handled_ms=240_000, completed_at=AT.done,
                    counter="1", team="library"),
        ),
        waited_ms=300_000, walked_ms=60_000, first_called_at=AT.called, called_at=AT.called,
        called_to="1", started_at=AT.started, ended_at=AT.done, counter="1", team="library",
        source="paper", entered_at=FAR,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "times", "waited", "walked", "ended_at", "inquiry"),
    [
        # Without a beginning handling runs from the call, and without an outcome it is not known.
        ("completed", ("9:00", "9:05", "", "9:10"), 300_000, 0, AT.done,
         Inquiry("pas", "unknown", AT.called, handled_ms=300_000, completed_at=AT.done,
                 counter="1", team="library")),
        ("completed", ("9:00", "", "9:06", "9:10"), 0, 0, AT.done,
         Inquiry("pas", "unknown", AT.started, handled_ms=240_000, completed_at=AT.done,
                 counter="1", team="library")),
        ("completed", ("9:00", "", "", "9:10"), 0, 0, AT.done, Inquiry("pas")),
        ("completed", ("9:00", "9:05", "9:06", ""), 300_000, 60_000, None,
         Inquiry("pas", started_at=AT.started)),
        ("no_show", ("9:00", "9:05", "", ""), 300_000, 0, AT.called, Inquiry("pas")),
        ("no_show", ("9:00", "9:05", "", "9:10"), 300_000, 0, AT.done, Inquiry("pas")),
        ("abandoned", ("9:00", "", "", "9:10"), 600_000, 0, AT.done, Inquiry("pas")),
        ("abandoned", ("9:00", "", "", ""), 0, 0, None, Inquiry("pas")),
    ],
)  # fmt: skip
def test_unwritten_values_count_nowhere(
    ended: Ended, times: tuple[str, ...], waited: int, walked: int, ended_at: int | None,
    inquiry: Inquiry,
) -> None:  # fmt: skip
    visit = entered(ended, *times)
    assert (visit.waited_ms, visit.walked_ms, visit.ended_at) == (waited, walked, ended_at)
    assert visit.inquiries == (inquiry,)
    assert visit.called_to == ("1" if times[1] else None)


def test_a_tickets_id_is_of_its_branch_date_and_number_alone() -> None:
    ids = {visit_id(*of) for of in (("b", "d", "1-1"), ("c", "d", "1-1"), ("b", "e", "1-1"))}
    assert len(ids | {visit_id("b", "d", "1-2"), visit_id("b", "d", "1-1")}) == 4
    assert visit_id("b", "d", "1-1") == "c2AjjTaxCN4IRrzXCgko"


def test_how_goals_judged_it_and_when_it_was_entered_make_no_other_ticket() -> None:
    one = entered("completed", *TIMES)
    judged = one.with_inquiry(one.inquiry._replace(judged={}, judged_parked={}))
    assert same(one, judged._replace(id="w", entered_at=1, stamp="s", judged={}))
    assert not same(one, one._replace(ended_at=1))
    assert not same(one, one.with_inquiry(one.inquiry._replace(handled_ms=1)))


@pytest.mark.parametrize(("sheet", "numbers"), [(1, ["1-1", "1-8"]), (27, ["27-1", "27-8"])])
def test_a_sheet_has_eight_numbers(sheet: int, numbers: list[str]) -> None:
    found = sheet_numbers(sheet)
    assert ([found[0], found[-1]], len(found)) == (numbers, 8)
    assert {sheet_of(number) for number in found} == {sheet}


def test_a_time_that_is_not_known_is_an_empty_field() -> None:
    assert clock_of(AUTUMN, None) == ""
    assert clock_of(AUTUMN, NINE) == "09:00"
    assert clock_of(AUTUMN, utc("2026-10-25T01:30")) == "02:30b"
