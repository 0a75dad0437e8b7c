"""A day's summary, against plain counting over its visits."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from math import ceil
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.figures import (
    INQUIRY_COUNTS,
    VISIT_COUNTS,
    Durations,
    DurationSpread,
    Row,
)
from queue_service.days.rules.summary import (
    DaySummary,
    stored_half_hours,
    summarise,
    to_text,
    visits_counted,
)
from queue_service.history.rules.breakdown import AT_A_COUNTER, Breakdown, rows_by
from queue_service.history.rules.history import History, total
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES, Inquiry, State, Visit
from queue_service.visits.rules.wait_estimate import came_true

ZONE = "Europe/Copenhagen"
NIGHT = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp()) * 1000
"""Midnight in Copenhagen before the clocks go back: the day has 25 hours."""

# Each strategy is made once: making one takes as long as a draw from it.
SERVICES = st.sampled_from(["pas", "korekort", "turist"])
DURATIONS = st.one_of(st.integers(0, 9_000_000), st.sampled_from([15_000, 359_999, 360_000]))
SINCE_MIDNIGHT = st.integers(0, 25 * 3_600_000 - 1)
WALKS = st.integers(0, 60_000)
EITHER = st.booleans()
IDS = st.text(min_size=1)
STATES = st.sampled_from(get_args(State))
AHEAD = st.sampled_from([0, 4, None])
ESTIMATES = st.sampled_from([None, (61, 299), (0, 3601)])
JUDGED_CALL = st.none() | st.dictionaries(st.just("called-10"), EITHER, min_size=1)
BOOKED = st.none() | st.integers(-1_800_000, 3_600_000)

OUTCOME = st.sampled_from(OUTCOMES)
PARKED = st.sampled_from([0, 90_000])
COUNTERS = st.sampled_from(["1", "2"])
TEAMS = st.sampled_from([None, "library", "citizen"])
JUDGED = st.dictionaries(st.sampled_from(["under-6", "first"]), EITHER)


@st.composite
def inquiries(draw: st.DrawFn) -> Inquiry:
    """One whose times are since its begin."""
    fresh = Inquiry(draw(SERVICES))
    if draw(EITHER):
        return fresh
    handled = draw(DURATIONS)
    return fresh._replace(
        outcome=draw(OUTCOME),
        started_at=0,
        handled_ms=handled,
        completed_at=handled + draw(PARKED),
        counter=draw(COUNTERS),
        team=draw(TEAMS),
        judged=draw(JUDGED),
    )


INQUIRIES = st.lists(inquiries(), min_size=1, max_size=3)


def begun(inquiry: Inquiry, at: int) -> Inquiry:
    """The inquiry at its time of day."""
    if inquiry.started_at is None or inquiry.completed_at is None:
        return inquiry
    return inquiry._replace(started_at=at, completed_at=at + inquiry.completed_at)


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    issued = NIGHT + draw(SINCE_MIDNIGHT)
    called = issued + draw(DURATIONS) if draw(EITHER) else None
    booked = draw(BOOKED)
    return Visit(
        id=draw(IDS),
        number="A001",
        date="2026-10-25",
        state=draw(STATES),
        channel="kiosk",
        language="da",
        issued_service=draw(SERVICES),
        issued_at=issued,
        place=issued * 1000,
        queued_at=issued,
        inquiries=tuple(begun(one, issued) for one in draw(INQUIRIES)),
        ahead=draw(AHEAD),
        estimate=draw(ESTIMATES),
        first_called_at=called,
        started_at=called,
        walked_ms=draw(WALKS) if called else 0,
        judged=draw(JUDGED_CALL),
        booked_for=None if booked is None else issued + booked,
    )


DAYS = st.lists(visits(), max_size=8)


def hour(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, ZoneInfo(ZONE)).strftime("%H")


def spread(durations: list[int]) -> DurationSpread:
    ordered, n = sorted(durations), len(durations)
    if not n:
        return DurationSpread(0, None, None, None, exact=True)
    p50, p90 = (ordered[ceil(n * p / 100) - 1] / 1000 for p in (50, 90))
    return DurationSpread(n, sum(ordered) / (1000 * n), p50, p90, exact=True)


def figures(row: Row) -> dict[str, Any]:
    """A whole row, in the form of the counting below."""
    goals = {**row.visits.goals, **row.inquiries.goals}
    return {
        **{name: row.visits[name] for name in row.visits.names},
        **{name: row.inquiries[name] for name in row.inquiries.names},
        "waiting": row.visits.durations.spread(),
        "handling": row.inquiries.durations.spread(),
        "goals": {goal: row.judged(goal) for goal in goals},
    }


def stood(inquiry: Inquiry) -> int:
    ended, began = inquiry.completed_at or 0, inquiry.started_at or 0
    return ended - began - inquiry.handled_ms


def counted(issued: list[Visit], done: list[tuple[Visit, Inquiry]]) -> dict[str, Any]:
    """The same by plain counting."""
    completed = [inquiry for _, inquiry in done]
    walked = [v for v in issued if v.first_called_at and v.started_at]
    verdicts = [j for v in issued for j in (v.judged or {}).items()]
    verdicts += [j for i in completed for j in (i.judged or {}).items()]
    return {
        "issued": len(issued),
        **{state: sum(v.state == state for v in issued) for state in ENDED_STATES},
        "walks": len(walked),
        "walked_ms": sum(v.walked_ms for v in walked),
        "estimates": sum(came_true(v) is not None for v in issued),
        "estimates_held": sum(came_true(v) is True for v in issued),
        "numbers": sum(v.ahead is not None for v in issued),
        "told": sum(v.ahead is not None and v.estimate is not None for v in issued),
        **{
            name: sum(came_true(v) in held and bool(v.ahead) is behind for v in issued)
            for name, behind, held in (
                ("alone", False, (True, False)),
                ("alone_held", False, (True,)),
                ("behind", True, (True, False)),
                ("behind_held", True, (True,)),
            )
        },
        **{outcome: sum(i.outcome == outcome for i in completed) for outcome in OUTCOMES},
        "paper": 0,
        "booked": sum(v.booked_for is not None for v in issued),
        "quick": sum(i.handled_ms < 15_000 for i in completed),
        "continued": sum(inquiry is not visit.inquiries[0] for visit, inquiry in done),
        "stood_ms": sum(stood(i) for i in completed),
        "waiting": spread(
            [w for v in issued if (w := v.first_wait(v.first_called_at)) is not None]
        ),
        "handling": spread([i.handled_ms for i in completed]),
        "goals": {
            goal: (n, sum(within for g, within in verdicts if g == goal))
            for goal, n in Counter(goal for goal, _ in verdicts).items()
        },
    }


def parts(visit: Visit) -> dict[str, str]:
    return {
        "day": visit.date,
        "hour": hour(visit.issued_at),
        "service": visit.issued_service,
        "came_by": "walk_in" if visit.booked_for is None else "booked",
    }


def parts_of_inquiry(visit: Visit, inquiry: Inquiry) -> dict[str, str]:
    return {
        "day": visit.date,
        "hour": hour(inquiry.completed_at or 0),
        "service": inquiry.service,
        "counter": inquiry.counter or "",
        "team": inquiry.team or "",
        "came_by": parts(visit)["came_by"],
    }


def added(*summaries: DaySummary) -> History:
    """These days one after the other, from the one on which the clocks go back."""
    history = History()
    for day, summary in enumerate(summaries, 25):
        history.add_day(f"2026-10-{day}", to_text(summary))
    return history


@pytest.mark.slow
@given(st.lists(visits(), min_size=1, max_size=8), st.sampled_from(get_args(Breakdown)))
def test_rows_hold_what_counting_finds(day: list[Visit], by: Breakdown) -> None:
    found = added(summarise(day, ZONE))
    done = [(v, i) for v in day for i in v.inquiries if i.outcome]
    keys = {parts(v)[by] for v in day if by not in AT_A_COUNTER}
    keys |= {parts_of_inquiry(v, i)[by] for v, i in done}
    if by == "came_by" and "booked" not in keys:
        keys = set()
    expected = {
        key: counted(
            [v for v in day if parts(v).get(by) == key],
            [(v, i) for v, i in done if parts_of_inquiry(v, i)[by] == key],
        )
        for key in keys
    }
    assert {key: figures(row) for key, row in rows_by(found, by).items()} == expected
    assert figures(total(found.days.values())) == counted(day, done)


@pytest.mark.slow
@given(DAYS)
def test_a_stored_summary_begins_with_how_many_visits_it_counts(day: list[Visit]) -> None:
    assert visits_counted(to_text(summarise(day, ZONE))) == len(day)


@pytest.mark.slow
@given(DAYS, st.data())
def test_a_summary_is_the_same_in_whatever_order_visits_are_read(
    day: list[Visit], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(day))
    assert to_text(summarise(shuffled, ZONE)) == to_text(summarise(day, ZONE))


@pytest.mark.slow
@given(DAYS, DAYS, st.sampled_from(get_args(Breakdown)))
@settings(deadline=None, max_examples=30)
def test_without_durations_only_the_percentiles_change(
    day: list[Visit], other: list[Visit], by: Breakdown
) -> None:
    exact = added(summarise(day, ZONE), summarise(other, ZONE))
    kept = added(summarise(day, ZONE).without_durations(), summarise(other, ZONE))
    rows, of_kept = rows_by(exact, by), rows_by(kept, by)
    assert rows.keys() == of_kept.keys()
    for key, before in rows.items():
        assert blurred(figures(before)) == blurred(figures(of_kept[key]))
    assert blurred(figures(total(exact.days.values()))) == blurred(
        figures(total(kept.days.values()))
    )


def blurred(found: dict[str, Any]) -> dict[str, Any]:
    for name in ("waiting", "handling"):
        found[name] = (found[name].n, found[name].mean)
    return found


@pytest.mark.slow
@given(st.lists(visits(), max_size=8))
def test_half_hours_add_up_to_the_hours(day: list[Visit]) -> None:
    summary = summarise(day, ZONE)
    stored = stored_half_hours(to_text(summary.without_durations()))
    assert stored is not None
    issued, completed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (half, service), counts in stored[0].items():
        assert half[3:] in ("00", "30")
        issued[half[:2], service] += counts.issued
        completed[half[:2], service] += counts.inquiries
    hours = Counter[tuple[str, str]]()
    for (hour, service), cell in summary.visits.items():
        hours[hour, service] += cell["issued"]
    assert +issued == +hours
    hours.clear()
    for (hour, service, _), cell in summary.inquiries.items():
        hours[hour, service] += cell.durations.n
    assert +completed == +hours


def test_a_half_hour_begins_at_the_full_and_at_the_half_hour() -> None:
    nine = NIGHT + 10 * 3_600_000
    one = Visit(
        "v", "A001", "2026-10-25", "waiting", "kiosk", "da", "pas", nine, 0, 0, (Inquiry("pas"),)
    )
    at = (nine - 1, nine, nine + 1_799_999, nine + 1_800_000)
    found = summarise([one._replace(issued_at=ms) for ms in at], ZONE).half_hours
    counts = {half: of_half.issued for (half, _), of_half in found.items()}
    assert counts == {"08:30": 1, "09:00": 2, "09:30": 1}


def test_a_sum_states_whether_it_is_exact() -> None:
    exact, bare = Durations((10, 20)), Durations((10, 20))
    exact.add(12_000)
    bare.add(18_000)
    exact.absorb(bare.in_buckets())
    assert exact.spread() == DurationSpread(2, 15.0, 12.5, 17.5, exact=False)


@pytest.mark.parametrize(("ahead", "waited"), [(0, 60_000), (None, None)])
def test_a_walk_in_has_no_waiting_time(ahead: int | None, waited: int | None) -> None:
    at = NIGHT + 3_600_000
    visit = Visit(
        "v", "A001", "2026-10-25", "called", "desk", "da", "pas", at, at * 1000, at,
        (Inquiry("pas"),), ahead=ahead, first_called_at=at + 60_000,
    )  # fmt: skip
    assert visit.first_wait(visit.first_called_at) == waited


def test_the_hour_that_comes_twice_is_one_hour() -> None:
    once = Visit(
        "v", "A001", "2026-10-25", "waiting", "kiosk", "da", "pas", NIGHT + 2 * 3_600_000, 0, 0,
        (Inquiry("pas"),),
    )  # fmt: skip
    again = once._replace(issued_at=NIGHT + 3 * 3_600_000)
    assert list(summarise([once, again], ZONE).visits) == [("02", "pas")]


@pytest.mark.parametrize(
    ("now", "released"),
    [
        (
            VISIT_COUNTS,
            (
                "issued", "completed", "no_show", "abandoned", "incomplete", "walks", "walked_ms",
                "estimates", "estimates_held", "paper", "numbers", "told", "alone", "alone_held",
                "behind", "behind_held",
            ),
        ),
        (
            INQUIRY_COUNTS,
            (
                "resolved", "self_service", "referred", "follow_up", "unresolved", "quick",
                "continued", "stood_ms", "paper",
            ),
        ),
    ],
)  # fmt: skip
def test_counts_of_stored_days_are_read_as_the_last_release_wrote_them(
    now: tuple[str, ...], released: tuple[str, ...]
) -> None:
    assert now[: len(released)] == released


def test_every_outcome_and_every_end_of_a_visit_is_counted() -> None:
    assert {*OUTCOMES} <= {*INQUIRY_COUNTS}
    assert {*ENDED_STATES} <= {*VISIT_COUNTS}
