"""Tickets, whose turn it is, and what waiting counts for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from queue_service.board.operations.state import state
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.errors import BranchClosed, Invalid, ServiceInactive, ServiceNotFound
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.rules.ticket_template import Ticket
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, KIOSK, MORNING, Desk, document
from tests.web.service import ALWAYS


def _day(now: int, days: int) -> datetime:
    return datetime.fromtimestamp(now / 1000, UTC) + timedelta(days)


def called(desk: Desk, service: str = "pas", counter: str = "1") -> str:
    """The id of a visit that has just been called."""
    desk.issue(service)
    answer = desk.next(counter)
    assert answer is not None
    return answer.visit.id


def test_a_missed_call_comes_back_to_the_old_place_within_the_window(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    desk.later(10).issue()
    visits.mark_no_show(desk.queue, desk.later(300).command(), missed)
    visits.requeue(desk.queue, desk.later(300).command(), missed)
    answer = desk.called()
    assert answer.visit.id == missed


def test_after_the_window_a_missed_call_goes_to_the_end(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    other = desk.later(10).issue().visit.id
    visits.mark_no_show(desk.queue, desk.later(300).command(), missed)
    visits.requeue(desk.queue, desk.later(900).command(), missed)
    answer = desk.called()
    assert answer.visit.id == other


def test_a_transfer_gives_back_the_place_that_a_late_return_had_lost(desk: Desk) -> None:
    desk.open()
    missed = called(desk)
    desk.later(10).issue()
    visits.mark_no_show(desk.queue, desk.later(300).command(), missed)
    visits.requeue(desk.queue, desk.later(900).command(), missed)
    calling.call(desk.queue, desk.command(), missed, "1")
    visits.transfer(desk.queue, desk.command(), missed, service="pas")
    assert desk.called().visit.id == missed


def test_a_short_errand_is_skipped_and_keeps_its_place(desk: Desk) -> None:
    desk.open()
    first, second = desk.issue().visit.id, desk.later(5).issue().visit.id
    answer = visits.requeue(desk.queue, desk.command(), first, 120_000)
    assert answer.position == 1
    skipped = desk.called()
    assert skipped.visit.id == second
    visits.complete(desk.queue, desk.command(), second, "resolved")
    desk.issue()
    back = desk.later(120).called()
    assert back.visit.id == first


def test_a_delay_the_citizen_asked_for_is_not_in_the_visits_wait(desk: Desk) -> None:
    desk.open()
    visit_id = desk.issue().visit.id
    visits.requeue(desk.queue, desk.later(60).command(), visit_id, 120_000)
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
        visits.complete(desk.queue, desk.command(), answer.visit.id, "resolved")
    # 600 s ahead of its time: before the one of 150 s ago, behind the one of 650 s ago.
    assert order == [early, hurried, late]


def test_the_call_says_why_this_ticket(desk: Desk) -> None:
    desk.open()
    desk.issue(priority="high")
    desk.next()
    entries = desk.queue.store.client.xrevrange("q:{raadhuset}:events", count=1)
    assert '"why":{"queue":"pas","place":' in str(entries)
    assert '"head_start_seconds":600.0,"chosen":false' in str(entries)


@pytest.mark.parametrize(
    ("before_midnight", "status"), [(1, "done"), (0, "stale")], ids=["last ms", "midnight"]
)
def test_a_date_holds_until_the_millisecond_before_midnight(
    desk: Desk, before_midnight: int, status: str
) -> None:
    branch = desk.queue.get(BranchStore).get(desk.branch)
    midnight = MORNING + 15 * 3_600_000  # in Copenhagen
    today = moment(branch, midnight - 1)
    assert today.until == midnight
    ticket = Ticket(desk.issue().visit, "A", "visit.issued")
    reply = desk.queue.get(VisitStore).issue(
        branch, ticket, "an-id", today, None, midnight - before_midnight
    )
    assert reply[0] == status


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
        ("A003", 0), ("A001", 1), ("C001", 2), ("A002", 3),
    ]  # fmt: skip


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


def test_a_language_the_branch_does_not_speak_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        issuing.issue(desk.queue, desk.command(), "pas", language="xx")


def test_a_service_removed_from_the_list_does_not_come_back(desk: Desk) -> None:
    desk.open()
    missed = called(desk, "turist")
    visits.mark_no_show(desk.queue, desk.command(), missed)
    left = desk.issue("turist").visit.id
    visits.abandon(desk.queue, desk.command(), left)
    without = [s for s in document()["services"] if s["id"] != "turist"]
    everything = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    teams = [{"id": "citizen", "name": {"da": "Borgerservice"}, "services": ["*"]}]
    changed = document(historic=True, services=without, counters=everything, teams=teams)
    put_branch(desk.queue, desk.branch, changed)
    for command, visit_id in ((visits.requeue, missed), (visits.undo, left)):
        with pytest.raises(ServiceNotFound):
            command(desk.queue, desk.command(), visit_id)


def test_late_departures_are_a_miss_of_the_waiting_goal(desk: Desk) -> None:
    early, late = desk.issue().visit.id, desk.issue().visit.id
    visits.abandon(desk.queue, desk.later(599).command(), early)
    visits.abandon(desk.queue, desk.later(2).command(), late)
    goal = desk.state().goals[1]
    assert (goal.judged, goal.within) == (1, 0)


def test_visits_that_wait_too_long_now_are_shown_as_overdue(desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.issue()
    again = called(desk)
    visits.transfer(desk.queue, desk.command(), again, service="pas")
    assert desk.later(601).state().goals[1].overdue == 3


def test_a_walk_in_that_is_sent_on_is_in_no_waiting_figure(desk: Desk) -> None:
    desk.open()
    walk_in = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.transfer(desk.queue, desk.later(5).command(), walk_in, service="korekort")
    assert desk.later(900).state().goals[1].overdue == 0
    assert desk.called().visit.id == walk_in
    assert desk.state().goals[1].judged == 0
    totals = desk.queue.store.client.hgetall("q:{raadhuset}:totals")
    assert not [field for field in totals if str(field).startswith("waiting|")]


def test_a_goals_hours_are_those_of_the_stores_clock(
    live: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine believes that it is three days later, when the goal has no hours."""
    now = live.queue.store.time()
    dates = [_day(now, days) for days in (-1, 0, 1)]
    goal = document()["goals"][1] | {
        "hours": {f"{date:%a}".lower(): [["00:00", "24:00"]] for date in dates}
    }
    put_branch(live.queue, live.branch, document(goals=[goal], opening_hours=ALWAYS))
    issuing.issue(live.queue, Command(live.branch, CLERK, at=now - 1_200_000), "pas")
    monkeypatch.setattr("queue_service.command.time", lambda: now / 1000 + 3 * 86_400)
    assert state(live.queue, Command(live.branch, CLERK)).goals[0].overdue == 1


@pytest.mark.parametrize("machine_days", [-3, 3])
def test_a_kiosk_is_open_by_the_stores_clock(
    live: Desk, monkeypatch: pytest.MonkeyPatch, machine_days: int
) -> None:
    """The machine believes that it is another day, on which the branch is closed."""
    now = live.queue.store.time()
    monkeypatch.setattr("queue_service.command.time", lambda: now / 1000 + machine_days * 86_400)
    around = {f"{_day(now, days):%a}".lower(): [["00:00", "24:00"]] for days in (-1, 0, 1)}
    put_branch(live.queue, live.branch, document(opening_hours=around))
    assert issuing.issue(live.queue, Command(live.branch, KIOSK), "pas").visit.state == "waiting"


def test_a_kiosk_is_closed_by_the_stores_clock(live: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine believes that it is another day, on which the branch is open."""
    now = live.queue.store.time()
    monkeypatch.setattr("queue_service.command.time", lambda: now / 1000 + 3 * 86_400)
    around = {f"{_day(now, days):%a}".lower(): [["00:00", "24:00"]] for days in (2, 3, 4)}
    put_branch(live.queue, live.branch, document(opening_hours=around))
    with pytest.raises(BranchClosed):
        issuing.issue(live.queue, Command(live.branch, KIOSK), "pas")
