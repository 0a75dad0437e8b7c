"""The last hour against the day, from visits of which each detail is known."""

from __future__ import annotations

import pytest

from queue_service.board.rules.last_hour import (
    FEWEST,
    HOUR_MS,
    DoneInHour,
    Trace,
    figures,
    hours_open,
    is_final,
    trace,
    usual_handling,
)
from queue_service.board.rules.new_ticket import Handling, handled_today
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import PAPER, Inquiry, State, Visit
from queue_service.visits.rules.wait_estimate import EstimatedWaits

MINUTE = 60_000
NOON = 1_795_608_000_000


def visit(
    state: State = "completed",
    *,
    issued: int,
    called: int | None = None,
    ended: int | None = None,
    handled: int = 4,
    within: bool = True,
    service: str = "pas",
) -> Visit:
    """A visit; instants and lengths in minutes, from noon."""
    done = state == "completed" and ended is not None
    inquiry = Inquiry(
        service,
        outcome="resolved" if done else None,
        handled_ms=handled * MINUTE,
        completed_at=NOON + ended * MINUTE if done and ended is not None else None,
        judged={"handling": within} if done else None,
    )
    return Visit(
        id="x", number="A001", date="2026-11-25", state=state, channel="kiosk", language="da",
        issued_service=service, issued_at=NOON + issued * MINUTE, place=0,
        queued_at=NOON + issued * MINUTE, inquiries=(inquiry,),
        first_called_at=None if called is None else NOON + called * MINUTE,
        ended_at=None if ended is None else NOON + ended * MINUTE,
        judged=None if called is None else {"waiting": called - issued < 10},
    )  # fmt: skip


def test_each_thing_counts_when_it_happened() -> None:
    done = visit(issued=-90, called=-70, ended=-30)._replace(ahead=0)
    traces = [trace(done), trace(visit("waiting", issued=-10))]
    hour = figures(traces, NOON - HOUR_MS, NOON)
    assert (hour.issued, hour.called, hour.completed, hour.waiting.n) == (1, 0, 1, 0)
    assert hour.goals == {"handling": (1, 1)}
    day = figures(traces, 0, NOON)
    assert (day.issued, day.called, day.completed) == (2, 1, 1)
    assert day.goals == {"handling": (1, 1), "waiting": (1, 0)}
    assert day.waiting.p50 == 20 * 60


def test_a_wait_leaves_out_the_time_that_the_citizen_asked_for() -> None:
    away = (NOON - 85 * MINUTE, NOON - 75 * MINUTE)
    later = visit(issued=-90, called=-70, ended=-30)._replace(ahead=0, away=(away,))
    at_once = visit(issued=-60, called=-50, ended=-30)  # and called after it was sent on
    day = figures([trace(later), trace(at_once)], 0, NOON)
    assert (day.called, day.waiting.n, day.waiting.p50) == (2, 1, 10 * 60)


def test_an_hour_is_an_hour_to_the_millisecond() -> None:
    traces = [trace(visit("waiting", issued=-60)), trace(visit("waiting", issued=0))]
    assert figures(traces, NOON - HOUR_MS, NOON).issued == 1
    assert figures(traces, NOON - HOUR_MS - 1, NOON).issued == 2


def test_numbers_on_paper_are_counted_with_those_issued() -> None:
    paper = [visit("waiting", issued=n)._replace(source=PAPER) for n in (-90, -10)]
    traces = [trace(one) for one in (*paper, visit("waiting", issued=-10))]
    hour, day = figures(traces, NOON - HOUR_MS, NOON), figures(traces, 0, NOON)
    assert [(each.issued, each.paper) for each in (hour, day)] == [(2, 1), (3, 2)]


def test_a_departure_is_judged_at_its_time() -> None:
    gave_up = trace(visit("abandoned", issued=-90, ended=-5))
    assert gave_up.judged_at == NOON - 5 * MINUTE


def test_estimates_are_counted_by_whether_anybody_was_ahead() -> None:
    """Numbers when they are drawn, and whether the wait was as estimated when it is over."""

    def estimated(called: int, ahead: int | None, *, shown: bool = True) -> Visit:
        drawn = visit(issued=-90, called=called, ended=0)
        return drawn._replace(ahead=ahead, estimate=(600, 1200) if shown else None)

    traces = [
        trace(one)
        for one in (
            estimated(-80, 0),  # ten minutes
            estimated(-69, 3),  # a minute too long
            estimated(-71, 3),
            estimated(-59, 3),
            estimated(-70, 3, shown=False),
            estimated(-70, None),
        )
    ]
    day, hour = figures(traces, 0, NOON), figures(traces, NOON - HOUR_MS, NOON)
    assert day.estimates == EstimatedWaits(5, 4, 1, 1, 3, 1)
    assert hour.estimates == EstimatedWaits(0, 0, 0, 0, 1, 0)


def test_without_anything_there_is_no_figure() -> None:
    nothing = figures([], 0, NOON)
    assert (nothing.issued, nothing.waiting.p50, nothing.goals) == (0, None, {})


def test_usual_values_need_enough_inquiries() -> None:
    few = [trace(visit(issued=-50, called=-40, ended=-30, handled=n)) for n in range(1, FEWEST)]
    assert usual_handling(few) == {}
    enough = [*few, trace(visit(issued=-50, called=-40, ended=-30, handled=30))]
    assert usual_handling(enough) == {"pas": 30 * MINUTE}


def test_a_visit_is_final_once_no_undo_is_possible() -> None:
    done = visit(issued=-30, called=-20, ended=0)
    assert not is_final(done, NOON + UNDO_WITHIN_MS)
    assert is_final(done, NOON + UNDO_WITHIN_MS + 1)
    # A missed call may be put back in the queue for as long as the day lasts.
    assert not is_final(visit("no_show", issued=-90, called=-80, ended=-70), NOON)


def test_hours_open_so_far_leave_out_breaks_and_what_is_to_come() -> None:
    spans = [(NOON - 4 * HOUR_MS, NOON - 2 * HOUR_MS), (NOON - HOUR_MS, NOON + HOUR_MS)]
    assert hours_open(spans, NOON) == 3
    assert hours_open(spans, NOON - 4 * HOUR_MS + 1) is None


@pytest.mark.parametrize("state", ["completed", "abandoned", "incomplete"])
def test_an_ended_visit_is_final_unless_it_is_on_paper_or_has_no_end(state: State) -> None:
    ended = visit(state, issued=-90, called=-80, ended=-70)
    assert is_final(ended, NOON)
    assert not is_final(ended._replace(source=PAPER), NOON)
    assert not is_final(ended._replace(ended_at=None), NOON)


@pytest.mark.parametrize(
    ("after", "until", "counted"), [(-1, 0, True), (0, 1, False), (-2, -1, False)]
)
def test_each_figure_is_of_what_happened_after_one_instant_and_until_another(
    after: int, until: int, counted: bool
) -> None:
    all_now = visit(issued=0, called=0, ended=0)._replace(source=PAPER)
    found = figures([trace(all_now)], NOON + after, NOON + until)
    n = int(counted)
    assert (found.issued, found.paper, found.called, found.completed) == (n, n, n, n)
    assert found.waiting.n == n
    assert found.goals == ({"waiting": (1, 1), "handling": (1, 1)} if counted else {})


def test_a_trace_has_what_is_known_of_a_visit() -> None:
    done = visit(issued=-9, called=-7, ended=-3, within=False)
    done = done._replace(ahead=2, estimate=(0, 119))
    assert trace(done) == Trace(
        NOON - 9 * MINUTE, NOON - 7 * MINUTE, 2 * MINUTE, NOON - 3 * MINUTE, NOON - 7 * MINUTE,
        {"waiting": True},
        (DoneInHour(NOON - 3 * MINUTE, "pas", 4 * MINUTE, {"handling": False}),), False,
        2, True, True,
    )  # fmt: skip
    paper = done._replace(source=PAPER, ended_at=None)
    ends = [
        trace(one).completed_at
        for one in (
            paper._replace(started_at=5), paper, paper._replace(first_called_at=None),
            paper._replace(state="abandoned"),
        )
    ]  # fmt: skip
    assert ends == [5, NOON - 7 * MINUTE, NOON - 9 * MINUTE, None]
    back = trace(done._replace(first_called_at=NOON - 10 * MINUTE))
    assert figures([back], 0, NOON).waiting.p50 == 0, "a clock that was set back"


def test_hours_open_are_reported_from_the_first_whole_one() -> None:
    spans = [(NOON - HOUR_MS, NOON + HOUR_MS)]
    assert (hours_open(spans, NOON), hours_open(spans, NOON - 1)) == (1, None)
    assert hours_open([(NOON, NOON + HOUR_MS)], NOON) is None


def test_the_mean_handling_times_of_a_day_are_by_service() -> None:
    some = [trace(visit(issued=-9, called=-7, ended=-3, handled=n, service=s))
            for s in ("pas", "turist") for n in range(1, FEWEST + (s == "pas"))]  # fmt: skip
    found = handled_today(some)
    assert found.by_service == {"pas": 3 * MINUTE}
    assert found.overall == (15 + 10) / 9 * MINUTE
    assert (found.of("pas"), found.of("turist")) == (3 * MINUTE, found.overall)
    assert Handling({}, None).of("pas") is None
