"""The fields of a visit after each verb, the counters of a place, and the receivers of events."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch
from queue_service.errors import WrongState
from queue_service.visits.rules import needs
from queue_service.visits.rules.ahead import (
    EXACT_UP_TO,
    AheadCounter,
    Place,
    competing_counters,
    next_places,
    order,
)
from queue_service.visits.rules.events import CALL_OVER, hears, visit_event
from queue_service.visits.rules.needs import Noted, count_noted
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    CARRY,
    CARRY_NO_MORE,
    COMPLETE,
    PRIORITISE,
    RECALL,
    REQUEUE,
    START,
    TAKE_PRIORITY_BACK,
    UNDO,
    UNDO_SERVE,
    UNDO_WITHIN_MS,
)
from queue_service.visits.rules.visit import Inquiry, Stay, Visit, as_issued
from tests.desks import document
from tests.visits.cases import BRANCH, become

NINE = 1_795_593_600_000
SECOND = 1000
WAITING = Visit(
    "id", "A001", "2026-11-25", "waiting", "kiosk", "da", "pas", NINE, NINE * 1000, NINE,
    (Inquiry("pas"),), ahead=0, estimate=(60, 300),
)  # fmt: skip
CALLED = become(CALL, WAITING, NINE + 60 * SECOND, "1")
SERVING = become(START, CALLED, NINE + 90 * SECOND)
COMPLETED = become(COMPLETE, SERVING, NINE + 390 * SECOND, "resolved")
HEAD_START_MS = BRANCH.priority_head_start_seconds * 1000


def unstamped(visit: Visit) -> Visit:
    return visit._replace(stamp="")


def test_a_priority_moves_the_place_and_takes_the_estimate_back() -> None:
    first = become(PRIORITISE, WAITING, NINE + 1, "cannot_wait")
    assert unstamped(first) == WAITING._replace(
        place=(NINE - HEAD_START_MS) * 1000, head_start_ms=HEAD_START_MS, estimate=None,
        priority="high", priority_reason="cannot_wait",
    )  # fmt: skip
    again = become(PRIORITISE, first, NINE + 2, "agreed_time")
    assert unstamped(again) == unstamped(first)._replace(priority_reason="agreed_time")
    back = become(TAKE_PRIORITY_BACK, first, NINE + 3)
    assert unstamped(back) == WAITING._replace(estimate=None)


def test_a_departure_that_is_undone_before_any_call_is_judged_again() -> None:
    left = become(ABANDON, WAITING._replace(bound="1"), NINE + 60 * SECOND)
    assert (left.bound, left.ended_at, left.waited_ms) == (None, NINE + 60_000, 60_000)
    judged = left._replace(judged={"g": True}, counter="1", team="library", held_until=5)
    back = become(UNDO, judged, NINE + 90 * SECOND)
    assert unstamped(back) == unstamped(left)._replace(
        state="waiting", queued_at=NINE + 60_000, ended_at=None
    )
    called_once = judged._replace(first_called_at=NINE + 1)
    assert become(UNDO, called_once, NINE + 90 * SECOND).judged == {"g": True}


def test_a_completion_that_is_undone_goes_on_since_it_was_made() -> None:
    done = COMPLETED.with_inquiry(
        COMPLETED.inquiry._replace(team="library", judged={"g": True}, judged_parked={"g": True})
    )
    back = become(UNDO, done, NINE + 400 * SECOND)
    assert back.inquiry == SERVING.inquiry._replace(
        handled_ms=300_000, running_since=NINE + 390 * SECOND
    )
    assert (back.state, back.ended_at, back.counter, back.team) == ("serving", None, "1", None)


def test_a_walk_in_that_is_undone_is_at_no_counter() -> None:
    served = WAITING._replace(
        state="serving", started_at=NINE, counter="1", team="library", ahead=None,
        inquiries=(Inquiry("pas", started_at=NINE, running_since=NINE),),
    )  # fmt: skip
    assert unstamped(become(UNDO_SERVE, served, NINE + 1)) == served._replace(
        state="abandoned", started_at=None, counter=None, team=None, ended_at=NINE + 1,
        inquiries=(Inquiry("pas"),),
    )  # fmt: skip


OPENS = NINE + 24 * 3600 * SECOND
CLOSED = NINE + 3600 * SECOND


def test_a_carried_over_visit_waits_until_closing_and_from_the_opening_on() -> None:
    carried = become(CARRY, WAITING, CLOSED, CLOSED, OPENS)
    assert unstamped(carried) == WAITING._replace(
        closed=((CLOSED, OPENS),), carried_to=OPENS, waited_ms=3600_000, queued_at=OPENS,
        estimate=None,
    )  # fmt: skip
    assert become(CARRY, carried, CLOSED + 1, CLOSED, OPENS).closed == carried.closed
    back = become(CARRY_NO_MORE, carried, CLOSED + 5, OPENS)
    assert (back.closed, back.carried_to, back.queued_at) == ((), None, CLOSED)
    assert become(CARRY_NO_MORE, carried, CLOSED + 5, OPENS + 1).carried_to == OPENS
    later = OPENS + 24 * 3600 * SECOND
    twice = become(CARRY, carried, OPENS + 7, OPENS - 5, later)
    assert (twice.closed[1], twice.waited_ms) == ((OPENS, later), 3600_000)
    once = become(CARRY_NO_MORE, twice, OPENS + 8, later)
    assert (once.closed, once.carried_to, once.queued_at) == (carried.closed, OPENS, OPENS)


def test_a_delay_beyond_the_opening_stays() -> None:
    held = WAITING._replace(queued_at=OPENS + 9, held_until=OPENS + 9)
    carried = become(CARRY, held, CLOSED, CLOSED, OPENS)
    assert carried.queued_at == OPENS + 9
    assert become(CARRY_NO_MORE, carried, CLOSED + 5, OPENS).queued_at == OPENS + 9
    # A citizen who came back after a call waits since then, not since the issue.
    again = WAITING._replace(first_called_at=NINE + 1, queued_at=CLOSED + 5)
    assert become(CARRY, again, CLOSED + 9, CLOSED, OPENS).closed == ((CLOSED + 5, OPENS),)


def test_a_returned_visit_waits_for_an_open_counter_or_a_known_team_alone() -> None:
    bound = WAITING._replace(bound="9")
    assert become(REQUEUE, bound, NINE + 5).bound == "9"
    called = CALLED._replace(bound="9", for_team="gone")
    put_back = become(REQUEUE, called, NINE + 65 * SECOND)
    assert (put_back.bound, put_back.for_team) == (None, None)
    assert put_back.stays == (Stay("1", NINE + 60_000, NINE + 65_000),)
    assert become(REQUEUE, CALLED._replace(for_team="library"), NINE + 65_000).for_team == "library"
    delayed = become(REQUEUE, WAITING, NINE + 5, 60_000)
    assert (delayed.held_until, delayed.queued_at, delayed.estimate) == (
        NINE + 60_005, NINE + 60_005, None
    )  # fmt: skip
    assert become(REQUEUE, WAITING, NINE + 5).estimate == WAITING.estimate


def test_before_anything_is_counted_a_visit_only_waits() -> None:
    assert as_issued(COMPLETED._replace(judged={"g": True})) == COMPLETED._replace(
        state="waiting", inquiries=(Inquiry("pas"),), first_called_at=None, started_at=None,
        ended_at=None, judged=None,
    )  # fmt: skip


def test_notes_count_on_the_day_and_totals_never_decrease() -> None:
    before, after = Noted(("seat", "interpreter")), Noted(("seat",), "cannot_wait")
    assert count_noted(before, after) == needs.NotedCounts(
        {"need|interpreter": -1, "first|cannot_wait": 1}, {"reception|first|cannot_wait": 1}
    )
    assert count_noted(before, before) is None
    assert needs.in_order(["interpreter", "seat", "seat"]) == ("seat", "interpreter")


def waiting(visit_id: str, service: str = "pas", **more: Any) -> Visit:
    return WAITING._replace(
        id=visit_id, inquiries=(Inquiry(service),), place=NINE * 1000 + len(visit_id), **more
    )


def test_a_place_is_counted_over_the_counters_that_are_open() -> None:
    opened, queue = {"2": "library", "3": ""}, [waiting("a"), waiting("bb", "turist")]
    places = next_places(queue, BRANCH, opened, {"3"}, NINE + 1)
    assert places["pas"] == places["korekort"] == Place(2, 1, False)
    assert places["turist"] == Place(2, 2, True), "each of the two calls one before"
    assert next_places(queue, BRANCH, {}, (), NINE) == {}
    delayed = [waiting("a", held_until=NINE + 2), waiting("bb", held_until=NINE + 1)]
    assert next_places(delayed, BRANCH, {"3": ""}, (), NINE + 1)["pas"] == Place(1, 1, True)
    assert next_places(delayed, BRANCH, {"3": ""}, (), NINE + 2)["pas"] == Place(2, 1, True)


@pytest.mark.parametrize(
    ("held", "first"), [(None, 0), (NINE - 1, 0), (NINE, 0), (NINE + 1, NINE + 1)]
)
def test_a_delay_that_runs_comes_after_all_others(held: int | None, first: int) -> None:
    assert order(WAITING._replace(held_until=held), NINE) == (first, NINE * 1000)


def test_without_any_counter_one_is_assumed() -> None:
    branch = Branch.from_document("b", "r", document(counters=[], teams=[]))
    assert competing_counters(branch, {}, (), "pas") == (AheadCounter("", frozenset(("pas",))),)
    assert [
        one.counter for one in competing_counters(BRANCH, {"1": "", "3": ""}, {"1"}, "pas")
    ] == ["3", "1"]


@pytest.mark.parametrize("role", ["display", "kiosk"])
def test_a_screen_hears_of_its_own_counter_and_of_calls(role: Any) -> None:
    screen, own = Caller("s", role), Caller("s", role, counter="1")
    clerk = Caller("c", "clerk")
    done = visit_event(COMPLETED, NINE, before=SERVING)
    started = visit_event(SERVING, NINE, before=SERVING)
    assert not hears("visit.needs_changed", started, screen)
    assert hears("visit.called", visit_event(CALLED, NINE, before=WAITING), screen)
    over = visit_event(SERVING, NINE, before=CALLED)
    assert hears("visit.started", over, screen)
    assert CALL_OVER == "visit.call_over"
    assert hears("visit.completed", done, own)
    assert not hears("visit.completed", done, screen)
    assert hears("visit.completed", done, clerk)


def test_a_recall_counts_as_new_and_a_completion_unbinds_the_visit() -> None:
    again = become(RECALL, CALLED, NINE + 65 * SECOND)
    assert (again.recalled_at, again.recalls, again.called_at) == (
        NINE + 65_000, 1, NINE + 60_000
    )  # fmt: skip
    done = become(
        COMPLETE, CALLED._replace(bound="1", for_team="library"), NINE + 70_000, "unresolved"
    )
    assert (done.bound, done.for_team, done.started_at) == (None, None, NINE + 60_000)


def test_a_late_undo_names_the_state_of_the_visit() -> None:
    with pytest.raises(WrongState) as refused:
        become(UNDO, COMPLETED, NINE + 390 * SECOND + UNDO_WITHIN_MS + 1)
    assert refused.value.extra["state"] == "completed"
    assert refused.value.detail == (
        "A001 was closed more than two minutes ago; issue a new ticket."
    )
    with pytest.raises(WrongState) as refused:
        become(UNDO, SERVING._replace(started_at=None), NINE + 91 * SECOND)
    assert refused.value.extra["state"] == "serving"


def test_a_visit_at_no_counter_has_no_stay() -> None:
    assert WAITING.left_counter(NINE + 5) is WAITING
    assert WAITING._replace(counter="1").left_counter(NINE + 5).stays == ()
    assert CALLED._replace(counter=None).left_counter(NINE + 5).stays == ()
    assert CALLED.left_counter(NINE, parked=True).stays == (
        Stay("1", NINE + 60_000, NINE + 60_000, parked=True),
    )


@pytest.mark.parametrize("delay", [0, 1])
def test_only_a_delay_holds_a_visit(delay: int) -> None:
    found = become(REQUEUE, WAITING, NINE + 5, delay)
    assert found.held_until == (NINE + 6 if delay else None)


def test_beyond_what_is_worked_out_exactly_everybody_is_ahead() -> None:
    opened = {"2": "library", "3": ""}
    queue = [waiting("v" * (n + 1), "pas") for n in range(EXACT_UP_TO + 1)]
    # No visit goes to the second counter that takes the service.
    assert next_places(queue, BRANCH, opened, (), NINE)["turist"].ahead == EXACT_UP_TO + 1
    assert next_places(queue[:-1], BRANCH, opened, (), NINE)["turist"].ahead == 0


def test_a_page_hears_what_is_for_its_role() -> None:
    done = visit_event(COMPLETED, NINE, before=SERVING)
    assert not hears("lifeline.ringing", done, Caller("s", "display"))
    assert hears("visit.called", done, Caller("c", "clerk"))
