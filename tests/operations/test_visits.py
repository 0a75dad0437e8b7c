"""What becomes of a visit, deed by deed."""

from __future__ import annotations

import pytest

from queue_service.domain.errors import (
    BranchClosed,
    CounterBusy,
    CounterClosed,
    Invalid,
    ServiceInactive,
    ServiceNotFound,
    VisitNotFound,
    WrongState,
)
from queue_service.operations import calling, counters, issuing, listing, visits
from queue_service.operations.branches import put_branch
from tests.operations.conftest import KIOSK, Desk, document


def called(desk: Desk, service: str = "pas", counter: str = "1") -> str:
    """The id of a visit that has just been called."""
    desk.issue(service)
    answer = desk.next(counter)
    assert answer is not None
    return answer.visit.id


def serving(desk: Desk, service: str = "pas", counter: str = "1") -> str:
    visit_id = called(desk, service, counter)
    visits.start(desk.queue, desk.deed(), visit_id)
    return visit_id


def test_handling_runs_from_start_to_completion_and_not_from_the_call(desk: Desk) -> None:
    desk.open()
    visit_id = called(desk)
    visits.start(desk.queue, desk.later(30).deed(), visit_id)
    done = visits.complete(desk.queue, desk.later(200).deed(), visit_id, "resolved").visit
    assert (done.inquiry.handled_ms, done.walked_ms) == (200_000, 30_000)


def test_completed_without_a_start_counts_from_the_call(desk: Desk) -> None:
    desk.open()
    visit_id = called(desk)
    done = visits.complete(desk.queue, desk.later(90).deed(), visit_id, "resolved").visit
    assert done.inquiry.handled_ms == 90_000


def test_parked_time_is_no_handling_time(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.park(desk.queue, desk.later(100).deed(), visit_id)
    visits.resume(desk.queue, desk.later(1000).deed(), visit_id)
    done = visits.complete(desk.queue, desk.later(50).deed(), visit_id, "resolved").visit
    assert done.inquiry.handled_ms == 150_000


def test_parking_frees_the_counter_for_the_next_one(desk: Desk) -> None:
    desk.open()
    parked = serving(desk)
    visits.park(desk.queue, desk.deed(), parked)
    other = serving(desk)
    with pytest.raises(CounterBusy) as refused:
        visits.resume(desk.queue, desk.deed(), parked)
    assert refused.value.extra["visit"] == other


def test_the_legs_of_a_transferred_inquiry_are_one_inquiry(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.transfer(desk.queue, desk.later(100).deed(), visit_id, service="korekort")
    assert desk.next() is not None
    visits.start(desk.queue, desk.later(5).deed(), visit_id)
    done = visits.complete(desk.queue, desk.later(60).deed(), visit_id, "resolved").visit
    assert [i.handled_ms for i in done.inquiries] == [160_000]
    assert done.inquiry.service == "korekort"


def test_a_transfer_with_an_outcome_begins_another_inquiry(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    moved = visits.transfer(
        desk.queue, desk.later(100).deed(), visit_id, service="turist", outcome="resolved"
    ).visit
    assert [(i.service, i.outcome) for i in moved.inquiries] == [
        ("pas", "resolved"),
        ("turist", None),
    ]


def test_a_transferred_visit_keeps_its_place_by_the_time_of_issue(desk: Desk) -> None:
    desk.open()
    first = serving(desk)
    desk.later(60).issue("korekort")
    visits.transfer(desk.queue, desk.later(60).deed(), first, service="korekort")
    answer = desk.called()
    assert answer.visit.id == first


def test_a_visit_sent_to_a_counter_is_called_there_alone(desk: Desk) -> None:
    for counter in "123":
        desk.open(counter)
    visit_id = serving(desk, "korekort")
    visits.transfer(desk.queue, desk.deed(), visit_id, counter="2")
    assert desk.next("3") is None
    answer = desk.called("2")
    assert answer.visit.id == visit_id


def test_closing_a_counter_gives_its_visits_back_to_the_service(desk: Desk) -> None:
    for counter in "12":
        desk.open(counter)
    visit_id = serving(desk)
    visits.transfer(desk.queue, desk.deed(), visit_id, counter="2")
    counters.close_counter(desk.queue, desk.deed(), "2")
    answer = desk.called("1")
    assert answer.visit.id == visit_id


def test_a_counter_with_a_visit_is_not_closed(desk: Desk) -> None:
    desk.open()
    called(desk)
    with pytest.raises(CounterBusy):
        counters.close_counter(desk.queue, desk.deed(), "1")


def test_taking_over_a_counter_keeps_its_visit_and_credits_the_new_team(desk: Desk) -> None:
    desk.open(team="library")
    visit_id = serving(desk, "turist")
    view = counters.open_counter(desk.queue, desk.deed(), "1", "citizen")
    assert view.current is not None
    assert view.current.id == visit_id
    done = visits.complete(desk.queue, desk.deed(), visit_id, "resolved").visit
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
    done = calling.call(desk.queue, desk.deed(), visit_id, "1").visit
    assert (done.state, done.counter) == ("called", "1")


@pytest.mark.parametrize("deed", ["call", "resume", "serve", "undo"])
def test_nothing_happens_at_a_closed_counter(desk: Desk, deed: str) -> None:
    desk.open()
    visit_id = serving(desk)
    if deed == "undo":
        visits.complete(desk.queue, desk.deed(), visit_id, "resolved")
    else:
        visits.park(desk.queue, desk.deed(), visit_id)
    waiting = desk.issue().visit.id
    counters.close_counter(desk.queue, desk.deed(), "1")
    attempts = {
        "call": lambda: calling.call(desk.queue, desk.deed(), waiting, "1"),
        "resume": lambda: visits.resume(desk.queue, desk.deed(), visit_id),
        "serve": lambda: issuing.serve(desk.queue, desk.deed(), "1", "pas"),
        "undo": lambda: visits.undo(desk.queue, desk.deed(), visit_id),
    }
    with pytest.raises(CounterClosed):
        attempts[deed]()


def test_a_walk_in_never_waited_and_is_never_announced(desk: Desk) -> None:
    desk.open()
    visit = issuing.serve(desk.queue, desk.deed(), "1", "pas", channel="phone").visit
    assert (visit.state, visit.called_at, visit.started_at) == ("serving", None, visit.issued_at)
    state = desk.state()
    assert state.calls == ()
    assert "visit.called" not in desk.events()


def test_a_missed_call_comes_back_to_the_old_place_within_the_window(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    desk.later(10).issue()
    visits.mark_no_show(desk.queue, desk.later(300).deed(), missed)
    visits.requeue(desk.queue, desk.later(300).deed(), missed)
    answer = desk.called()
    assert answer.visit.id == missed


def test_after_the_window_a_missed_call_goes_to_the_end(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    other = desk.later(10).issue().visit.id
    visits.mark_no_show(desk.queue, desk.later(300).deed(), missed)
    visits.requeue(desk.queue, desk.later(900).deed(), missed)
    answer = desk.called()
    assert answer.visit.id == other


def test_a_transfer_gives_back_the_place_that_a_late_return_had_lost(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    desk.later(10).issue()
    visits.mark_no_show(desk.queue, desk.later(300).deed(), missed)
    visits.requeue(desk.queue, desk.later(900).deed(), missed)
    calling.call(desk.queue, desk.deed(), missed, "1")
    visits.transfer(desk.queue, desk.deed(), missed, service="pas")
    assert desk.called().visit.id == missed


def test_a_short_errand_is_skipped_and_keeps_its_place(desk: Desk) -> None:
    desk.open()
    first, second = desk.issue().visit.id, desk.later(5).issue().visit.id
    answer = visits.requeue(desk.queue, desk.deed(), first, 120_000)
    assert answer.position == 1
    skipped = desk.called()
    assert skipped.visit.id == second
    visits.complete(desk.queue, desk.deed(), second, "resolved")
    desk.issue()
    back = desk.later(120).called()
    assert back.visit.id == first


def test_a_delay_the_citizen_asked_for_is_not_in_the_visits_wait(desk: Desk) -> None:
    desk.open()
    visit_id = desk.issue().visit.id
    visits.requeue(desk.queue, desk.later(60).deed(), visit_id, 120_000)
    answer = desk.later(180).called()
    assert answer.visit.waited_ms == 120_000


def test_priority_is_a_bounded_head_start(desk: Desk) -> None:
    desk.open()
    early = desk.issue().visit.id
    late = desk.later(500).issue().visit.id
    hurried = desk.later(150).issue(priority="high").visit.id
    order = []
    for _ in range(3):
        answer = desk.called()
        order.append(answer.visit.id)
        visits.complete(desk.queue, desk.deed(), answer.visit.id, "resolved")
    # 600 s ahead of its time: before the one of 150 s ago, behind the one of 650 s ago.
    assert order == [early, hurried, late]


def test_the_call_says_why_this_ticket(desk: Desk) -> None:
    desk.open()
    desk.issue(priority="high")
    desk.next()
    entries = desk.queue.store.client.xrevrange("q:{raadhuset}:events", count=1)
    assert '"why":{"queue":"pas","place":' in str(entries)
    assert '"head_start_seconds":600.0,"chosen":false' in str(entries)


def test_undo_of_a_completion_goes_on_as_if_it_had_not_been(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.later(100).deed(), visit_id, "resolved")
    visits.undo(desk.queue, desk.later(60).deed(), visit_id)
    done = visits.complete(desk.queue, desk.later(10).deed(), visit_id, "referred").visit
    assert done.inquiry.handled_ms == 170_000
    assert desk.state().today["completed"] == 1


def test_undo_comes_too_late_after_two_minutes(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.deed(), visit_id, "resolved")
    with pytest.raises(WrongState):
        visits.undo(desk.queue, desk.later(120.001).deed(), visit_id)
    assert visits.undo(desk.queue, desk.later(-0.001).deed(), visit_id).visit.state == "serving"


def test_undo_of_a_departure_is_back_in_its_place(desk: Desk) -> None:
    first, _ = desk.issue().visit.id, desk.later(5).issue()
    visits.abandon(desk.queue, desk.later(60).deed(), first)
    back = visits.undo(desk.queue, desk.later(60).deed(), first)
    assert (back.visit.state, back.position) == ("waiting", 0)
    assert back.visit.waited(back.now) == 125_000


def test_reclassifying_corrects_the_service_and_the_clock_runs_on(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.reclassify(desk.queue, desk.later(50).deed(), visit_id, "korekort")
    done = visits.complete(desk.queue, desk.later(50).deed(), visit_id, "resolved").visit
    assert (done.inquiry.service, done.inquiry.handled_ms) == ("korekort", 100_000)


def test_continue_makes_two_inquiries_of_one_visit(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.proceed(desk.queue, desk.later(100).deed(), visit_id, "resolved", "turist")
    done = visits.complete(desk.queue, desk.later(500).deed(), visit_id, "self_service").visit
    assert [i.handled_ms for i in done.inquiries] == [100_000, 500_000]
    goal = desk.state().goals[0]
    assert (goal.judged, goal.within, goal.ratio) == (2, 1, 0.5)


def test_six_minutes_sharp_are_not_under_six_minutes(desk: Desk) -> None:
    desk.open()
    visit_id = serving(desk)
    visits.complete(desk.queue, desk.later(360).deed(), visit_id, "resolved")
    assert desk.state().goals[0].within == 0


def test_those_who_gave_up_late_are_a_miss_of_the_waiting_goal(desk: Desk) -> None:
    early, late = desk.issue().visit.id, desk.issue().visit.id
    visits.abandon(desk.queue, desk.later(599).deed(), early)
    visits.abandon(desk.queue, desk.later(2).deed(), late)
    goal = desk.state().goals[1]
    assert (goal.judged, goal.within) == (1, 0)


def test_those_waiting_too_long_now_are_shown_as_overdue(desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.issue()
    again = called(desk)
    visits.transfer(desk.queue, desk.deed(), again, service="pas")
    assert desk.later(601).state().goals[1].overdue == 3


def test_a_kiosk_issues_only_while_the_branch_is_open(desk: Desk) -> None:
    desk.caller = KIOSK
    desk.issue()
    with pytest.raises(BranchClosed):
        desk.later(8 * 3600).issue()


def test_a_clerk_issues_after_closing_time(desk: Desk) -> None:
    assert desk.later(8 * 3600).issue().visit.number == "A001"


@pytest.mark.parametrize(
    ("service", "error"), [("ukendt", ServiceNotFound), ("gammel", ServiceInactive)]
)
def test_a_service_that_is_not_offered_is_refused(
    desk: Desk, service: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        desk.issue(service)
    assert desk.state().today["issued"] == 0


def test_an_unknown_visit_is_refused(desk: Desk) -> None:
    with pytest.raises(VisitNotFound):
        visits.start(desk.queue, desk.deed(), "nobody")


def test_numbers_grow_past_999_rather_than_repeat(desk: Desk) -> None:
    key = "q:{raadhuset}:numbers:2026-11-25"
    desk.queue.store.client.hset(key, "A", 998)
    assert [desk.issue().visit.number for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_a_new_day_starts_at_001_and_skips_numbers_still_open(desk: Desk) -> None:
    open_still = [desk.issue().visit.number for _ in range(2)]
    assert open_still == ["A001", "A002"]
    assert desk.later(24 * 3600).issue().visit.number == "A003"
    assert desk.issue("turist").visit.number == "C001"


def test_the_list_is_in_the_order_of_calling(desk: Desk) -> None:
    for service in ("pas", "turist", "pas"):
        desk.later(1).issue(service)
    desk.issue("pas", priority="high")
    found = listing.visits_of_today(desk.queue, desk.branch, state="waiting")
    assert [(a.visit.number, a.position) for a in found] == [
        ("A003", 0), ("A001", 1), ("C001", 0), ("A002", 2),
    ]  # fmt: skip


def test_a_walk_in_that_is_sent_on_is_in_no_waiting_figure(desk: Desk) -> None:
    desk.open()
    walk_in = issuing.serve(desk.queue, desk.deed(), "1", "pas").visit.id
    visits.transfer(desk.queue, desk.later(5).deed(), walk_in, service="korekort")
    assert desk.later(900).state().goals[1].overdue == 0
    assert desk.called().visit.id == walk_in
    assert desk.state().goals[1].judged == 0
    totals = desk.queue.store.client.hgetall("q:{raadhuset}:totals")
    assert not [field for field in totals if str(field).startswith("waiting|")]


def test_what_has_been_taken_off_the_list_does_not_come_back(desk: Desk) -> None:
    desk.open()
    missed = called(desk, "turist")
    visits.mark_no_show(desk.queue, desk.deed(), missed)
    left = desk.issue("turist").visit.id
    visits.abandon(desk.queue, desk.deed(), left)
    without = [s for s in document()["services"] if s["id"] != "turist"]
    everything = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    teams = [{"id": "citizen", "name": {"da": "Borgerservice"}, "services": ["*"]}]
    changed = document(historic=True, services=without, counters=everything, teams=teams)
    put_branch(desk.queue, desk.branch, changed)
    for deed, visit_id in ((visits.requeue, missed), (visits.undo, left)):
        with pytest.raises(ServiceNotFound):
            deed(desk.queue, desk.deed(), visit_id)


def test_a_language_the_branch_does_not_speak_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        issuing.issue(desk.queue, desk.deed(), "pas", language="xx")
