"""Counter time by hour, against minute-by-minute counting."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from queue_service.days.rules.shifts import (
    Shift,
    carried,
    from_text,
    staffed,
    staffed_by_half_hour,
    to_text,
)

ZONE = "Europe/Copenhagen"
HOUR = 3_600_000
MINUTE = 60_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp()) * 1000


NIGHT = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp()) * 1000
"""Midnight before the clocks go back: 25 hours follow."""

minutes = st.integers(NIGHT // MINUTE - 120, NIGHT // MINUTE + 27 * 60).map(lambda m: m * MINUTE)
shifts = st.lists(
    st.builds(
        Shift,
        minutes,
        st.sampled_from(["1", "2"]),
        st.sampled_from(["library", "", None]),
        st.just(""),
    )
    | st.builds(Shift, minutes, st.sampled_from(["1", "2"]), st.none(), st.just("lunch")),
    max_size=12,
).map(lambda found: sorted(found, key=lambda shift: shift.at))


def minute_by_minute(found: list[Shift]) -> dict[str, int]:
    times: dict[str, int] = {}
    for minute in range(NIGHT, NIGHT + 25 * HOUR, MINUTE):
        hour = datetime.fromtimestamp(minute / 1000, ZoneInfo(ZONE)).strftime("%H")
        for counter in ("1", "2"):
            last = [s for s in found if s.counter == counter and s.at <= minute]
            if last and last[-1].team is not None:
                times[hour] = times.get(hour, 0) + MINUTE
    return times


@given(shifts)
def test_counter_time_is_what_the_clock_saw(found: list[Shift]) -> None:
    assert staffed(found, ZONE, NIGHT, NIGHT + 25 * HOUR) == minute_by_minute(found)


@given(shifts)
def test_half_hours_add_up_to_counter_time(found: list[Shift]) -> None:
    bounds = ZONE, NIGHT, NIGHT + 25 * HOUR
    hours: Counter[str] = Counter()
    for half, milliseconds in staffed_by_half_hour(found, *bounds).items():
        assert milliseconds
        hours[half[:2]] += milliseconds
    assert hours == staffed(found, *bounds)


@given(shifts)
def test_the_carried_changes_are_all_that_later_days_need(found: list[Shift]) -> None:
    kept = [*carried(found, NIGHT), *(s for s in found if s.at >= NIGHT)]
    ends = NIGHT + 25 * HOUR
    assert staffed(kept, ZONE, NIGHT, ends) == staffed(found, ZONE, NIGHT, ends)
    assert len(carried(found, NIGHT)) <= 2


def test_handing_a_counter_to_another_team_keeps_it_open() -> None:
    nine = at("2026-11-25 09:00")
    found = [Shift(nine, "1", "library"), Shift(nine + HOUR, "1", "citizen")]
    found.append(Shift(nine + 90 * MINUTE, "1", None))
    assert staffed(found, ZONE, nine - HOUR, nine + 9 * HOUR) == {
        "09": HOUR,
        "10": 30 * MINUTE,
    }


def test_a_zone_with_half_hours_has_its_own_hours() -> None:
    half_past = int(datetime(2026, 11, 25, 3, 30, tzinfo=UTC).timestamp()) * 1000
    found = [Shift(half_past, "1", ""), Shift(half_past + HOUR, "1", None)]
    assert staffed(found, "Asia/Kolkata", half_past - HOUR, half_past + HOUR) == {"09": HOUR}


@given(shifts)
def test_a_stored_change_is_read_back(found: list[Shift]) -> None:
    assert [from_text(to_text(shift)) for shift in found] == found
