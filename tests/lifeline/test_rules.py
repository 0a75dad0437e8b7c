"""How a call goes on by itself, and what it counts as, on both sides of each limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.goals.rules.verdicts import share
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.lifeline.rules import (
    RINGS_MS,
    TALKS_MS,
    CallCount,
    LifelineCall,
    day_fields,
    event_of,
    figures,
    read_day,
    read_total,
    total_field,
    total_fields,
)
from queue_service.staff_calls.rules import facts_of

RINGING = LifelineCall(
    id="c", lifeline="pas", branch="bib", counter="1", number="A001", service="pas", visit="v",
    rang_at=1_000_000, within_ms=60_000, date="2026-11-25", hour="09",
)  # fmt: skip


def after(state: Any, ms: int) -> LifelineCall:
    """The call when it was taken, cancelled or missed after so long."""
    at = RINGING.rang_at + ms
    if state == "taken":
        return replace(RINGING, state=state, taken_at=at, place=1)
    return replace(RINGING, state=state, ended_at=at)


def test_a_call_is_read_back_as_it_was_written() -> None:
    taken = after("taken", 5000)
    assert LifelineCall.from_json(taken.to_json()) == taken
    assert LifelineCall.from_json(taken.to_json()).to_json() == taken.to_json()


@pytest.mark.parametrize(("ms", "state"), [(RINGS_MS - 1, "ringing"), (RINGS_MS, "missed")])
def test_a_call_rings_for_three_minutes(ms: int, state: str) -> None:
    found = RINGING.at(RINGING.rang_at + ms)
    assert found.state == state
    # Whenever it is looked at, it was missed then.
    if state == "missed":
        assert RINGING.at(RINGING.rang_at + 10 * ms).ended_at == RINGING.rang_at + RINGS_MS


@pytest.mark.parametrize(("ms", "state"), [(TALKS_MS - 1, "taken"), (TALKS_MS, "ended")])
def test_a_call_that_is_not_ended_is_over_after_an_hour(ms: int, state: str) -> None:
    taken = after("taken", 5000)
    assert taken.at(RINGING.rang_at + 5000 + ms).state == state
    # Whenever it is looked at, it ended then.
    if state == "ended":
        long_after = taken.at(RINGING.rang_at + 10 * ms)
        assert long_after.ended_at == RINGING.rang_at + 5000 + TALKS_MS


@pytest.mark.parametrize("state", ["cancelled", "missed", "ended"])
def test_ended_states_are_final(state: Any) -> None:
    call = after(state, 1000)
    assert call.at(10**13) is call


@pytest.mark.parametrize(
    ("state", "ms", "result", "facts"),
    [
        ("taken", 59_999, "answered", ("answered", "judged", "within", "s59")),
        ("taken", 60_000, "answered", ("answered", "judged", "s60")),
        ("taken", -5, "answered", ("answered", "judged", "within", "s0")),
        ("cancelled", 59_999, "withdrawn", ("withdrawn",)),
        ("cancelled", 60_000, "cancelled", ("cancelled", "judged")),
        ("missed", RINGS_MS, "missed", ("missed", "judged")),
    ],
)
def test_the_counts_of_a_call_by_state_and_time(
    state: Any, ms: int, result: str, facts: tuple[str, ...]
) -> None:
    call = after(state, ms)
    assert call.result == result
    assert facts_of(RINGING, call) == facts
    assert set(day_fields(call, facts)) == {f"09|pas|pas|{fact}" for fact in facts}
    assert not any("|s" in field for field in total_fields(call, facts))


def test_nothing_is_counted_twice() -> None:
    taken = after("taken", 5000)
    assert facts_of(taken, replace(taken, state="ended", ended_at=1)) == ()
    assert facts_of(RINGING, RINGING) == ()


def test_figures_add_up_and_say_nothing_of_nothing() -> None:
    stored = {
        "09|pas|pas|answered": "9", "09|pas|pas|judged": "11", "10|pas|id|within": "8",
        "09|pas|pas|missed": "1", "09|pas|pas|cancelled": "1", "09|pas|pas|withdrawn": "2",
        "09|pas|pas|s5": "4", "10|pas|pas|s20": "5",
    }  # fmt: skip
    cells = read_day("2026-11-25", stored)
    assert CallCount("2026-11-25", "10", "pas", "id", "within", 8) in cells
    (row,) = figures(cells, "lifeline").values()
    assert (row.calls, row.judged, row.within, row.median_seconds()) == (13, 11, 8, 20)
    share = share_over_days(row.days, 0.8)
    assert share.ratio == pytest.approx(8 / 11)
    assert share.low is not None
    assert share.high is not None
    assert list(figures(cells, "hour")) == ["09", "10"]
    nothing = figures([CallCount("", "", "", "", "withdrawn", 1)])[""]
    none = share_over_days(nothing.days, 0.8)
    assert (none.ratio, nothing.median_seconds()) == (None, None)


def test_a_goal_on_answers_is_judged_over_days() -> None:
    """An afternoon without a specialist misses all of its calls together."""
    days = [("2026-11-23", 25), ("2026-11-24", 24), ("2026-11-25", 2), ("2026-11-26", 25)]
    cells = [
        CallCount(date, "09", "pas", "pas", fact, n)
        for date, within in [*days, ("2026-11-27", 9), ("2026-11-30", 8)]
        for fact, n in (("answered", within), ("judged", 25), ("within", within))
    ]
    row = figures(cells)[""]
    found = share_over_days(row.days, 0.8)
    assert (found.judged, found.within, found.interval, found.verdict) == (150, 93, "days", "open")
    assert share(150, 93, 0.8).verdict == "missed", "as single calls"
    few = figures(cells[:9])[""]
    assert share_over_days(few.days, 0.9).verdict == "open"


@pytest.mark.parametrize(("seconds", "median"), [({5: 1, 9: 1}, 5), ({5: 1, 9: 2}, 9), ({}, None)])
def test_the_median_is_the_second_by_which_half_is_answered(
    seconds: dict[int, int], median: int | None
) -> None:
    cells = [CallCount("", "", "", "", f"s{s}", n) for s, n in seconds.items()]
    assert (figures(cells)[""].median_seconds() if cells else None) == median


def test_an_event_names_both_sides_of_a_call() -> None:
    taken = after("taken", 5000)
    assert event_of(taken, "hall", 9000) == (
        "lifeline.taken",
        {"id": "c", "hall": "hall", "lifeline": "pas", "from": "bib", "desk": "1",
         "number": "A001", "service": "pas", "state": "taken", "place": 1, "at": 9000},
    )  # fmt: skip
    known = replace(after("missed", RINGS_MS), acknowledged_at=7)
    assert event_of(known, "hall", 9000)[0] == "lifeline.acknowledged"


def test_of_all_totals_a_lifelines_own_name_it() -> None:
    assert read_total(total_field("missed", "pas|id")) == "pas|id"
    assert read_total("visits|missed|pas") == ""
    assert read_total("lifeline") == ""
