"""Counters at work and people waiting, against minute-by-minute counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.flow import Flow, Opened, flow_of, stays_of, waits_of
from queue_service.days.rules.shifts import Shift, staffed
from queue_service.days.rules.summary import opened_by_hour, stored_flow, summarise, to_text
from queue_service.history.rules.history import History, total
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    COMPLETE,
    MARK_NO_SHOW,
    PARK,
    REQUEUE,
    RESUME,
    START,
    TRANSFER,
    UNDO,
)
from queue_service.visits.rules.visit import Inquiry, Stay, Visit, visit_from_json
from tests.visits.cases import become

ZONE = "Europe/Copenhagen"
MINUTE = 60_000
NINE = int(datetime(2026, 11, 25, 8, tzinfo=UTC).timestamp()) * 1000
"""Nine in the morning by the branch's clock."""
NOON = NINE + 180 * MINUTE

minutes = st.integers(-60, 240).map(lambda n: NINE + n * MINUTE)
stretches = st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair)))
stays = st.builds(lambda counter, at: Stay(counter, *at), st.sampled_from(["1", "2"]), stretches)
shifts = st.lists(
    st.builds(Shift, minutes, st.sampled_from(["1", "2"]), st.sampled_from(["library", "", None])),
    max_size=8,
).map(lambda found: sorted(found, key=lambda shift: shift.at))


def by_the_minute(
    kept: list[Stay], waits: list[tuple[int, int]], changes: list[Shift]
) -> dict[str, Flow]:
    hours: dict[str, Flow] = {}
    for minute in range(NINE, NOON, MINUTE):
        hour = datetime.fromtimestamp(minute / 1000, ZoneInfo(ZONE)).strftime("%H")
        waiting = sum(since <= minute < until for since, until in waits)
        flow = Flow(waited_ms=waiting * MINUTE, most=waiting)
        for counter in ("1", "2"):
            last = [s for s in changes if s.counter == counter and s.at <= minute]
            if last and last[-1].team is not None:
                busy = any(s.counter == counter and s.since <= minute < s.until for s in kept)
                flow.open_ms += MINUTE
                flow.busy_ms += MINUTE * busy
                flow.idle_ms += MINUTE * (waiting > 0 and not busy)
        if flow.open_ms or waiting:
            flow.span_ms = MINUTE
            hours.setdefault(hour, Flow()).absorb(flow)
    return hours


@given(st.lists(stays, max_size=6), st.lists(stretches, max_size=6), shifts)
@settings(deadline=None)
def test_every_hour_is_what_the_clock_saw(
    kept: list[Stay], waits: list[tuple[int, int]], changes: list[Shift]
) -> None:
    found = flow_of(kept, waits, Opened(changes, NINE, NOON), ZONE)
    assert found.hours == by_the_minute(kept, waits, changes)
    assert opened_by_hour(found) == staffed(changes, ZONE, NINE, NOON)
    for parts in (found.counters, found.teams):
        assert sum(f.open_ms for f in parts.values()) == sum(
            f.open_ms for f in found.hours.values()
        )
        assert sum(f.busy_ms for f in parts.values()) == sum(
            f.busy_ms for f in found.hours.values()
        )


def test_two_waits_that_touch_are_never_two_at_once() -> None:
    waits = [(NINE, NINE + MINUTE), (NINE + MINUTE, NINE + 2 * MINUTE)]
    assert flow_of([], waits, Opened([], NINE, NOON), ZONE).hours["09"].most == 1


def at(minute: float) -> int:
    return NINE + round(minute * MINUTE)


def ticket() -> Visit:
    return Visit(
        id="a", number="A001", date="2026-11-25", state="waiting", channel="kiosk", language="da",
        issued_service="pas", issued_at=at(0), place=at(0) * 1000, queued_at=at(0),
        inquiries=(Inquiry("pas"),), ahead=0,
    )  # fmt: skip


def through_everything() -> Visit:
    """Called and missed, back, called, served, parked, resumed elsewhere, sent on, served."""
    visit = become(CALL, ticket(), at(5), "1")
    visit = become(REQUEUE, become(MARK_NO_SHOW, visit, at(7)), at(8))
    visit = become(START, become(CALL, visit, at(10), "1"), at(11))
    visit = become(RESUME, become(PARK, visit, at(15)), at(30), "2")
    visit = become(TRANSFER, visit, at(33), service="pas", outcome="resolved")
    visit = become(START, become(CALL, visit, at(40), "1"), at(41))
    return become(COMPLETE, visit, at(45), "resolved")


def minutes_of(stretch: tuple[int, int]) -> tuple[float, float]:
    return (stretch[0] - NINE) / MINUTE, (stretch[1] - NINE) / MINUTE


def test_a_visit_keeps_every_stretch_that_it_spent_at_a_counter() -> None:
    visit = visit_from_json(through_everything().to_json())
    found = [
        (stay.counter, *minutes_of((stay.since, stay.until))) for stay in stays_of(visit, NOON)
    ]
    assert found == [("1", 5, 7), ("1", 10, 15), ("2", 30, 33), ("1", 40, 45)]


def test_a_visit_waits_before_each_call_and_not_while_it_is_parked() -> None:
    assert [minutes_of(w) for w in waits_of(through_everything(), NOON)] == [
        (0, 5),
        (7, 10),
        (33, 40),
    ]


def test_running_waits_and_stays_last_until_now() -> None:
    assert [minutes_of(w) for w in waits_of(ticket(), at(9))] == [(0, 9)]
    called = become(CALL, ticket(), at(5), "1")
    assert [minutes_of((s.since, s.until)) for s in stays_of(called, at(9))] == [(5, 9)]
    parked = become(PARK, become(START, called, at(6)), at(8))
    assert [minutes_of((s.since, s.until)) for s in stays_of(parked, at(9))] == [(5, 8)]
    left = become(ABANDON, parked, at(20))
    assert [minutes_of((s.since, s.until)) for s in stays_of(left, NOON)] == [(5, 8)]
    again = become(TRANSFER, called, at(7), counter="2")
    assert [minutes_of(w) for w in waits_of(again, at(9))] == [(0, 5), (7, 9)]


def test_a_walk_in_never_waited() -> None:
    served = ticket()._replace(ahead=None, state="serving", started_at=at(0), counter="1")
    done = become(COMPLETE, served, at(4), "resolved")
    assert list(waits_of(done, NOON)) == []
    assert [minutes_of((s.since, s.until)) for s in stays_of(done, NOON)] == [(0, 4)]


def test_an_undone_completion_stays_at_its_counter() -> None:
    done = become(
        COMPLETE, become(START, become(CALL, ticket(), at(5), "1"), at(6)), at(9), "resolved"
    )
    again = become(COMPLETE, become(UNDO, done, at(10)), at(12), "resolved")
    assert [minutes_of((s.since, s.until)) for s in stays_of(again, NOON)] == [(5, 12)]


@pytest.mark.parametrize("counters_known", [True, False])
def test_a_day_without_any_opening_has_no_flow(counters_known: bool) -> None:
    changes = [Shift(at(0), "1", "library"), Shift(at(60), "1", None)] if counters_known else []
    text = to_text(summarise([through_everything()], ZONE, Opened(changes, NINE, NOON)))
    flow = stored_flow(text)
    if not counters_known:
        assert flow is None
        return
    assert flow
    assert flow.hours["09"].open_ms == 60 * MINUTE
    assert flow.hours["09"].busy_ms == (2 + 5 + 5) * MINUTE  # counter 2 was not open
    assert flow.hours["09"].idle_ms == (5 + 3 + 7) * MINUTE
    assert flow.teams["library"] == flow.counters["1"]


def test_days_kept_before_there_was_a_flow_have_none_and_leave_the_others_alone() -> None:
    changes = [Shift(at(0), "1", ""), Shift(at(60), "1", None)]
    summary = summarise([through_everything()], ZONE, Opened(changes, NINE, NOON))
    new, old = to_text(summary), to_text(replace(summary, flow=None))
    history = History()
    history.add_day("2026-11-24", old)
    assert history.days["2026-11-24"].flow is None
    assert total(history.days.values()).flow is None
    history.add_day("2026-11-25", new)
    again = History()
    again.add_stored(history.to_text({}))
    for found in (history, again):
        of_all = total(found.days.values()).flow
        assert of_all
        assert of_all.open_ms == 60 * MINUTE
        assert found.flows[2, "09"] == of_all
        assert found.counters["1"].flow
        assert found.counters["1"].flow.busy_ms == 12 * MINUTE
        assert found.days["2026-11-24"].flow is None
