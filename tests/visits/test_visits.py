"""A visit, command by command."""

from __future__ import annotations

import pytest

from queue_service.counters.operations import counters
from queue_service.errors import CounterBusy, CounterClosed, VisitNotFound, WrongState
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, visits
from tests.desks import Desk


def called(desk: Desk, service: str = "pas", counter: str = "1") -> str:
    """The id of a visit that has just been called."""
    desk.issue(service)
    answer = desk.next(counter)
    assert answer is not None
    return answer.visit.id


def serving(desk: Desk, service: str = "pas", counter: str = "1") -> str:
    visit_id = called(desk, service, counter)
    visits.start(desk.queue, desk.command(), visit_id)
    return visit_id


def test_handling_runs_from_start_to_completion_and_not_from_the_call(desk: Desk) -> None:
    desk.open()
    visit_id = called(desk)
    visits.start(desk.queue, desk.later(30).command(), visit_id)
    done = visits.complete(desk.queue, desk.later(200).command(), visit_id, "resolved").visit
    assert (done.inquiry.handled_ms, done.walked_ms) == (200_000, 30_000)


def test_a_call_that_is_taken_back_has_ended_the_first_wait(desk: Desk) -> None:
    """It was announced, as docs/figures.md says."""
    desk.open()
    visit_id = called(desk)
    waiting = visits.requeue(desk.queue, desk.later(5).command(), visit_id).visit
    judged, wait = waiting.judged, waiting.first_wait(waiting.first_called_at)
    assert (judged, wait) == ({"called-10-min": True}, 0)
    again = desk.later(1800).called().visit
    assert (again.judged, again.first_wait(again.first_called_at)) == (judged, wait)
    assert again.waited_ms == 1_800_000


def test_of_all_calls_the_last_ten_are_kept(desk: Desk) -> None:
    desk.open()
    made = []
    for _ in range(11):
        made.append(called(desk.later(1)))
        visits.complete(desk.queue, desk.command(), made[-1], "resolved")
    kept = desk.queue.store.client.zrange(BranchKeys(desk.branch).calls, 0, -1)
    assert kept == made[1:]


def test_completed_without_a_start_counts_from_the_call(desk: Desk) -> None:
    desk.open()
    visit_id = called(desk)
    done = visits.complete(desk.queue, desk.later(90).command(), visit_id, "resolved").visit
    assert done.inquiry.handled_ms == 90_000


def test_parked_time_is_no_handling_time(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.park(desk.queue, desk.later(100).command(), visit_id)
    visits.resume(desk.queue, desk.later(1000).command(), visit_id)
    done = visits.complete(desk.queue, desk.later(50).command(), visit_id, "resolved").visit
    assert done.inquiry.handled_ms == 150_000


def test_parking_frees_the_counter_for_the_next_one(desk: Desk) -> None:
    desk.open()
    parked = serving(desk)
    visits.park(desk.queue, desk.command(), parked)
    other = serving(desk)
    with pytest.raises(CounterBusy) as refused:
        visits.resume(desk.queue, desk.command(), parked)
    assert refused.value.extra["visit"] == other


def test_the_legs_of_a_transferred_inquiry_are_one_inquiry(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.transfer(desk.queue, desk.later(100).command(), visit_id, service="korekort")
    assert desk.next() is not None
    visits.start(desk.queue, desk.later(5).command(), visit_id)
    done = visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved").visit
    assert [i.handled_ms for i in done.inquiries] == [160_000]
    assert done.inquiry.service == "korekort"


def test_a_transfer_with_an_outcome_begins_another_inquiry(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    moved = visits.transfer(
        desk.queue, desk.later(100).command(), visit_id, service="turist", outcome="resolved"
    ).visit
    assert [(i.service, i.outcome) for i in moved.inquiries] == [
        ("pas", "resolved"),
        ("turist", None),
    ]


def test_a_transferred_visit_keeps_its_place_by_the_time_of_issue(desk: Desk) -> None:
    desk.open()
    first = serving(desk)
    desk.later(60).issue("korekort")
    visits.transfer(desk.queue, desk.later(60).command(), first, service="korekort")
    answer = desk.called()
    assert answer.visit.id == first


def test_a_visit_sent_to_a_counter_is_called_there_alone(desk: Desk) -> None:
    for counter in "123":
        desk.open(counter)
    visit_id = serving(desk, "korekort")
    visits.transfer(desk.queue, desk.command(), visit_id, counter="2")
    assert desk.next("3") is None
    answer = desk.called("2")
    assert answer.visit.id == visit_id


def test_closing_a_counter_gives_its_visits_back_to_the_service(desk: Desk) -> None:
    for counter in "12":
        desk.open(counter)
    visit_id = serving(desk)
    visits.transfer(desk.queue, desk.command(), visit_id, counter="2")
    counters.close_counter(desk.queue, desk.command(), "2")
    answer = desk.called("1")
    assert answer.visit.id == visit_id


def test_a_parked_visit_is_handed_to_another_open_counter_or_waits_again(desk: Desk) -> None:
    desk.open("1")
    visit_id = serving(desk)
    visits.park(desk.queue, desk.later(30).command(), visit_id)
    with pytest.raises(WrongState):
        visits.park(desk.queue, desk.command(), visit_id)
    with pytest.raises(CounterClosed):
        visits.park(desk.queue, desk.command(), visit_id, counter="2")
    desk.open("2")
    moved = visits.park(desk.queue, desk.command(), visit_id, counter="2").visit
    assert (moved.state, moved.counter, moved.inquiry.handled_ms) == ("parked", "2", 30_000)
    assert [v.id for v in counters.view(desk.queue, desk.command(), "2").parked] == [visit_id]
    assert counters.view(desk.queue, desk.command(), "1").parked == ()
    with pytest.raises(WrongState):
        visits.transfer(desk.queue, desk.command(), visit_id, service="pas", outcome="resolved")
    back = visits.transfer(desk.queue, desk.later(60).command(), visit_id, service="pas").visit
    assert (back.state, back.waited(back.queued_at), len(back.stays)) == ("waiting", 0, 1)
    assert counters.view(desk.queue, desk.command(), "2").parked == ()
    assert desk.called("1").visit.id == visit_id


def test_a_counter_with_a_visit_is_not_closed(desk: Desk) -> None:
    desk.open()
    called(desk)
    with pytest.raises(CounterBusy):
        counters.close_counter(desk.queue, desk.command(), "1")


def test_taking_over_a_counter_keeps_its_visit_and_credits_the_new_team(desk: Desk) -> None:
    desk.open(team="library")
    visit_id = serving(desk, "turist")
    view = counters.open_counter(desk.queue, desk.command(), "1", "citizen")
    assert view.current is not None
    assert view.current.id == visit_id
    done = visits.complete(desk.queue, desk.command(), visit_id, "resolved").visit
    assert done.inquiry.team == "citizen"


def test_a_library_clerk_is_not_handed_a_passport(desk: Desk) -> None:
    desk.open(team="library")
    desk.issue("pas")
    desk.later(60).issue("turist")
    answer = desk.called()
    assert answer.visit.service == "turist"


def test_a_chosen_call_may_override_the_counters_services(desk: Desk) -> None:
    desk.open(team="library")
    visit_id = desk.issue("pas").visit.id
    done = calling.call(desk.queue, desk.command(), visit_id, "1").visit
    assert (done.state, done.counter) == ("called", "1")


@pytest.mark.parametrize("command", ["call", "resume", "serve", "undo"])
def test_nothing_happens_at_a_closed_counter(desk: Desk, command: str) -> None:
    desk.open()
    visit_id = serving(desk)
    if command == "undo":
        visits.complete(desk.queue, desk.command(), visit_id, "resolved")
    else:
        visits.park(desk.queue, desk.command(), visit_id)
    waiting = desk.issue().visit.id
    counters.close_counter(desk.queue, desk.command(), "1")
    attempts = {
        "call": lambda: calling.call(desk.queue, desk.command(), waiting, "1"),
        "resume": lambda: visits.resume(desk.queue, desk.command(), visit_id),
        "serve": lambda: issuing.serve(desk.queue, desk.command(), "1", "pas"),
        "undo": lambda: visits.undo(desk.queue, desk.command(), visit_id),
    }
    with pytest.raises(CounterClosed):
        attempts[command]()


def test_a_walk_in_never_waited_and_is_never_announced(desk: Desk) -> None:
    desk.open()
    visit = issuing.serve(desk.queue, desk.command(), "1", "pas", channel="phone").visit
    assert (visit.state, visit.called_at, visit.started_at) == ("serving", None, visit.issued_at)
    state = desk.state()
    assert state.calls == ()
    assert "visit.called" not in desk.events()


def test_undo_of_a_completion_goes_on_as_if_it_had_not_been(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.later(100).command(), visit_id, "resolved")
    visits.undo(desk.queue, desk.later(60).command(), visit_id)
    done = visits.complete(desk.queue, desk.later(10).command(), visit_id, "referred").visit
    assert done.inquiry.handled_ms == 170_000
    assert desk.state().today["completed"] == 1


def test_undo_comes_too_late_after_two_minutes(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.command(), visit_id, "resolved")
    with pytest.raises(WrongState):
        visits.undo(desk.queue, desk.later(120.001).command(), visit_id)
    assert visits.undo(desk.queue, desk.later(-0.001).command(), visit_id).visit.state == "serving"


def test_undo_of_a_departure_is_back_in_its_place(desk: Desk) -> None:
    first, _ = desk.issue().visit.id, desk.later(5).issue()
    visits.abandon(desk.queue, desk.later(60).command(), first)
    back = visits.undo(desk.queue, desk.later(60).command(), first)
    assert (back.visit.state, back.position) == ("waiting", 0)
    assert back.visit.waited(back.now) == 125_000


def test_reclassifying_corrects_the_service_and_the_clock_runs_on(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.reclassify(desk.queue, desk.later(50).command(), visit_id, "korekort")
    done = visits.complete(desk.queue, desk.later(50).command(), visit_id, "resolved").visit
    assert (done.inquiry.service, done.inquiry.handled_ms) == ("korekort", 100_000)


def test_continue_makes_two_inquiries_of_one_visit(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.continue_visit(desk.queue, desk.later(100).command(), visit_id, "resolved", "turist")
    done = visits.complete(desk.queue, desk.later(500).command(), visit_id, "self_service").visit
    assert [i.handled_ms for i in done.inquiries] == [100_000, 500_000]
    goal = desk.state().goals[0]
    assert (goal.judged, goal.within, goal.ratio) == (2, 1, 0.5)


def test_six_minutes_sharp_are_not_under_six_minutes(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.later(360).command(), visit_id, "resolved")
    assert desk.state().goals[0].within == 0


def test_an_unknown_visit_is_refused(desk: Desk) -> None:
    with pytest.raises(VisitNotFound):
        visits.start(desk.queue, desk.command(), "nobody")
