"""The state at issue, worked out again from a day's visits."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

import pytest

from queue_service.visits.rules.regression import inputs_of
from queue_service.visits.rules.visit import Visit
from queue_service.waits.rules.rows import NEEDED, WaitRow, Waits, turns
from tests.waits.days import NINE, visit


def rows(*visits: Visit, waits: Waits | None = None) -> list[WaitRow]:
    """Of one day."""
    return list((waits or Waits()).day(visits))


def counted(row: WaitRow) -> tuple[int, ...]:
    """Its inputs as numbers: ahead, counters, same and the seconds of the head."""
    assert row.inputs.head_squared == row.inputs.head**2
    return tuple(round(2.718281828459045**x - 1) for x in row.inputs[:4])


def test_a_row_has_what_was_known_when_the_ticket_was_issued() -> None:
    found = rows(
        visit("a", 0, 100, ahead=0),
        visit("b", 10, 300, ahead=1, open_=2),
        visit("c", 70, 250, "korekort", ahead=2),
        visit("d", 100, 400, ahead=2),  # issued in the moment of the first call
        visit("e", 130, 500, ahead=3),
    )
    # In the order of their calls, without the first, which had no one ahead.
    assert [(row.service, *counted(row), row.waited) for row in found] == [
        ("korekort", 2, 1, 0, 0, 180.0),
        ("pas", 1, 2, 1, 10, 290.0),
        ("pas", 2, 1, 2, 100, 300.0),
        ("pas", 3, 1, 2, 120, 370.0),
    ]


def test_a_visit_that_left_waits_no_longer() -> None:
    left = visit("a", 0, ahead=0, state="abandoned", ended_at=NINE + 50_000)
    (before,) = rows(left, visit("b", 49, 90))
    (after,) = rows(left, visit("b", 51, 90))
    assert (counted(before)[2:], counted(after)[2:]) == ((1, 49), (0, 0))


@pytest.mark.parametrize(
    "changes",
    [
        {"ahead": None},  # served at once
        {"ahead": 0},
        {"counters_open": 0},
        {"head_start_ms": 60_000},
        {"bound": "1"},
        {"carried_to": NINE},
        {"first_called_at": None},
    ],
)
def test_a_wait_that_did_not_take_its_natural_course_makes_no_row(
    changes: dict[str, object],
) -> None:
    assert len(rows(visit("a", 0, 60))) == 1
    assert rows(visit("a", 0, 60)._replace(**changes)) == []  # type: ignore[arg-type]  # given by name, with their types


def test_the_table_is_what_it_was_then() -> None:
    waits = Waits()

    def day(times: int) -> Iterable[Visit]:
        return (visit(f"{n}", n * 100, n * 100 + 60 + n) for n in range(times))

    found = rows(*day(NEEDED), visit("x", 9000, 9100), waits=waits)
    # The third of thirty, and the 27th; before there are thirty nothing is known.
    assert [row.table for row in found] == [None] * NEEDED + [(62, 86)]
    # It goes on from day to day, with the last hundred.
    for _ in range(3):
        rows(*day(NEEDED), waits=waits)
    last = rows(*(visit(f"y{n}", n * 100, n * 100 + 40) for n in range(101)), waits=waits)[-1]
    assert last.table == (40, 40)
    assert last.inputs.ahead == log(2)


def test_a_turn_is_the_lower_quartile_of_a_counters_time_for_each_of_the_people_ahead() -> None:
    row = WaitRow("pas", inputs_of(6, 2, 1, 0), None, 300.0)  # 100 s for each at a counter
    longer = [row._replace(waited=900.0)] * 3
    free = row._replace(inputs=inputs_of(1, 2, 1, 0), waited=1.0)
    assert turns([*[row, *longer] * 8, *[free] * 99]) == {"pas": 300_000}
    assert turns([*[row, *longer] * 8, row]) == {"pas": 100_000}
    few = [row._replace(service="turist")] * (NEEDED - 1)
    assert turns([*longer * 40, *few]) == {"pas": 300_000}
    assert turns([*longer * 10, *few, few[0]]) == {"pas": 100_000, "turist": 100_000}
    assert turns([]) == {}
