"""Closing for the day and carrying over who waits, to the figure and to the millisecond."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.alerts.operations.alerts import open_alerts, situation_of
from queue_service.board.as_json import state_json
from queue_service.board.operations.board import Boards
from queue_service.branches.store import BranchStore
from queue_service.closing.operations import automatic_closing, day_end
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.flow import waits_of
from queue_service.days.rules.period import period_of
from queue_service.days.store import DayStore
from queue_service.errors import BranchClosed, Overlapping
from queue_service.history.operations.history import past
from queue_service.language.instants import rfc3339
from queue_service.metrics.store import ReadingStore
from queue_service.visits.operations import calling, issuing
from queue_service.visits.operations import visits as verbs
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.alerts.alerting import subscribe, update
from tests.desks import KIOSK, MORNING, Desk, document
from tests.interventions.test_interventions import begin, by_kiosk, end, noted

HOUR = 3600
DAY = 24 * HOUR
HOURS = {day: [["09:00", "17:00"]] for day in ("wed", "thu", "fri")}


@pytest.fixture
def desk(queue: Queue) -> Desk:
    """A live branch, open from Wednesday to Friday, on Wednesday at nine."""
    put_branch(queue, "raadhuset", document(opening_hours=HOURS), at=MORNING)
    return Desk(queue)


def visit_of(desk: Desk, visit_id: str) -> Visit:
    (visit,) = desk.queue.get(VisitStore).many(desk.branch, [visit_id])
    return visit


def sweep(desk: Desk) -> None:
    """Run the schedule's job at the current time."""
    automatic_closing.close_days(desk.queue, MORNING + round(desk.seconds * 1000))


def test_waiting_visits_keep_number_place_and_estimate(desk: Desk) -> None:
    desk.open("1")
    first = desk.issue().visit
    second = desk.later(60).issue("turist").visit
    called = desk.called().visit  # the first is called and finishes
    assert called.id == first.id
    closed = begin(desk.later(540), "carry_over")  # 9:10
    notices = Boards(desk.queue).board(desk.command()).notices
    assert [n.count for n in notices if n.kind == "carried"] == [1]
    assert closed.ends == MORNING + DAY * 1000
    assert not desk.state().moment.open
    with pytest.raises(BranchClosed):
        by_kiosk(desk)
    verbs.start(desk.queue, desk.command(), called.id)
    verbs.complete(desk.queue, desk.command(), called.id, "resolved")
    carried = visit_of(desk, second.id)
    assert (carried.number, carried.place, carried.date) == (
        second.number,
        second.place,
        "2026-11-25",
    )
    # The day is closed without them, and the counters with it.
    sweep(desk.later(60))
    assert {c.state for c in desk.state().counters} == {"closed"}
    assert desk.events()[-1] == "day.closed"
    desk.seconds = 16 * HOUR  # one o'clock in the night
    sweep(desk)
    assert visit_of(desk, second.id).state == "waiting"
    # Their wait is paused until it opens, also within the last minutes.
    for left in (8 * HOUR, 180, 0.001):
        desk.seconds = DAY - left
        queue = desk.state().queues[2]
        assert queue.carried_to == MORNING + DAY * 1000
        assert queue.carried_to - (queue.oldest_issued_at or 0) == 540_000
        outputs_of = state_json(desk.state())["queues"]
        (shown,) = (q for q in outputs_of if q["service"] == "turist")
        assert shown["longest_wait_seconds"] == 540
        assert shown["oldest_issued_at"] == rfc3339(desk_ms(desk) - 540_000)
        reading = ReadingStore(desk.queue.store).read(
            desk.queue.get(BranchStore).get(desk.branch), desk_ms(desk)
        )
        assert reading.now - reading.oldest["turist"] == 540_000
    desk.seconds = DAY + 0.001
    assert desk.state().queues[2].carried_to is None
    # The next morning they come before all others, with the time they had waited when it was
    # closed.
    desk.seconds = DAY
    sweep(desk)
    desk.open("1")
    late = desk.issue("turist").visit
    assert late.number == "C002"  # C001 is still open
    assert desk.state().queues[2].oldest_issued_at == desk_ms(desk) - 540_000
    called = desk.later(60).called().visit
    assert called.id == second.id
    assert called.first_wait(called.first_called_at) == called.waited_ms == 600_000
    verbs.start(desk.queue, desk.command(), called.id)
    done = verbs.complete(desk.queue, desk.command(), called.id, "resolved").visit
    # And are taken back within two minutes as anybody.
    assert verbs.undo(desk.queue, desk.command(), done.id).visit.state == "serving"


def desk_ms(desk: Desk) -> int:
    return MORNING + round(desk.seconds * 1000)


def test_a_carried_over_visit_is_an_alert_again_once_the_branch_opens(desk: Desk) -> None:
    subscribe(desk)
    desk.open("1")
    desk.issue()
    begin(desk.later(20 * 60), "carry_over")
    sweep(desk.later(60))
    desk.seconds = DAY - 240
    desk.open("1")
    for _ in range(3):
        update(desk.later(60))
    assert open_alerts(desk.queue, desk.branch) == []
    desk.later(60)
    for _ in range(3):
        update(desk.later(60))
    (found,) = open_alerts(desk.queue, desk.branch)
    assert (found.alert.finding.cause.kind, found.alert.longest_ms) == ("wait", 23 * 60_000)


def test_no_figure_is_lost_or_doubled(desk: Desk) -> None:
    desk.open("1")
    ids = [desk.issue().visit.id for _ in range(3)]
    begin(desk.later(300), "carry_over")
    sweep(desk.later(60))
    assert (
        noted(desk)[0][0] == "Closed at 9:05; 3 who waited were carried over to 26 Nov 2026 at 9:00"
    )
    desk.seconds = DAY
    day = period_of("day", "2026-11-25")

    def counted() -> tuple[int, int, int]:
        row = past(desk.queue, desk.branch, day, now=desk_ms(desk)).total
        return row.visits["issued"], row.visits["completed"], row.visits["abandoned"]

    assert counted() == (3, 0, 0)
    desk.open("1")
    for _ in range(2):
        visit = desk.called().visit
        verbs.complete(desk.queue, desk.command(), visit.id, "resolved")
    assert counted() == (3, 2, 0)
    # A visit that still waits at the end of the next day ends with it.
    desk.seconds = 2 * DAY - 8 * HOUR
    sweep(desk)
    assert visit_of(desk, ids[2]).state == "abandoned"
    assert counted() == (3, 2, 1)
    desk.queue.get(DayStore).forget_summaries(desk.branch)
    assert counted() == (3, 2, 1)


def test_a_second_day_in_a_row(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    first = begin(desk.later(600), "carry_over")
    with pytest.raises(Overlapping):
        begin(desk.later(1), "carry_over")
    desk.seconds = DAY - HOUR  # before it opens
    second = begin(desk, "carry_over")
    assert second.ends == first.ends + DAY * 1000
    sweep(desk)
    desk.seconds = 2 * DAY - 9 * HOUR
    sweep(desk)
    desk.seconds = 2 * DAY
    desk.open("1")
    called = desk.called().visit
    assert called.id == waiting
    assert called.first_wait(called.first_called_at) == called.waited_ms == 600_000


def test_taken_back_on_the_same_day_nothing_has_happened(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    closed = begin(desk.later(600), "carry_over")
    end(desk.later(600), closed)
    assert desk.state().moment.open
    assert by_kiosk(desk) == "A002"
    visit = visit_of(desk, waiting)
    assert (visit.closed, visit.carried_to) == ((), None)
    assert noted(desk)[0][0] == "Closed at 9:10, taken back at 9:20"
    desk.open("1")
    called = desk.later(600).called().visit
    assert called.first_wait(called.first_called_at) == called.waited_ms == 1_800_000
    desk.seconds = DAY
    sweep(desk)
    assert visit_of(desk, waiting).state != "waiting"


def test_called_while_it_is_closed_the_wait_is_whole(desk: Desk) -> None:
    desk.open("1")
    desk.issue()
    begin(desk.later(600), "carry_over")
    called = desk.later(300).called().visit
    assert called.first_wait(called.first_called_at) == called.waited_ms == 900_000
    # A visit that is put back is carried over with the others, at once.
    verbs.requeue(desk.queue, desk.command(), called.id)
    assert visit_of(desk, called.id).carried_to == MORNING + DAY * 1000
    sweep(desk.later(60))
    assert visit_of(desk, called.id).carried_to == MORNING + DAY * 1000
    assert [*waits_of(visit_of(desk, called.id), desk_ms(desk))][1:] == [
        (MORNING + 900_000, MORNING + 900_000)
    ]
    desk.seconds = DAY
    desk.open("1")
    assert desk.later(60).called().visit.waited_ms == 960_000


def test_a_second_day_taken_back_leaves_the_first(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    begin(desk.later(600), "carry_over")
    desk.seconds = DAY - 2 * HOUR  # nothing has swept since
    end(desk.later(600), begin(desk, "carry_over"))
    sweep(desk)
    assert visit_of(desk, waiting).state == "waiting"
    desk.seconds = DAY
    desk.open("1")
    called = desk.later(60).called().visit
    assert called.first_wait(called.first_called_at) == called.waited_ms == 660_000


def test_a_day_without_hours_is_closed_already(desk: Desk) -> None:
    desk.seconds = 2 * DAY  # on Friday, so that it opens on Wednesday
    waiting = desk.issue().visit.id
    begin(desk, "carry_over")
    desk.later(DAY)
    with pytest.raises(Overlapping):
        begin(desk, "carry_over")
    sweep(desk)
    assert visit_of(desk, waiting).carried_to == MORNING + 7 * DAY * 1000


def test_ended_the_next_morning_the_night_is_no_waiting(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    closed = begin(desk.later(600), "carry_over")
    before = noted(desk)
    desk.seconds = DAY - 2 * HOUR
    end(desk, closed)
    sweep(desk)
    assert noted(desk) == before  # it was closed on its day
    desk.seconds = DAY
    desk.open("1")
    called = desk.called().visit
    assert called.id == waiting
    assert called.first_wait(called.first_called_at) == called.waited_ms == 600_000


def test_a_delay_asked_for_while_it_is_closed_is_over_when_it_opens(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    begin(desk.later(600), "carry_over")
    verbs.requeue(desk.queue, desk.command(), waiting, delay_ms=900_000)
    sweep(desk.later(60))
    desk.seconds = DAY
    desk.open("1")
    assert desk.called().visit.waited_ms == 600_000


def outputs_of(desk: Desk) -> tuple[Any, ...]:
    """State, metrics, board and alerts for visits waiting for *turist*."""
    state = desk.state()
    (queue,) = (q for q in state.queues if q.service == "turist")
    (shown,) = (q for q in state_json(state)["queues"] if q["service"] == "turist")
    branch = desk.queue.get(BranchStore).get(desk.branch)
    reading = ReadingStore(desk.queue.store).read(branch, desk_ms(desk))
    (alerted,) = (q for q in situation_of(state, state.queues).queues if q.service == "turist")
    notices = Boards(desk.queue).board(desk.command()).notices
    return (
        queue.carried_to,
        shown["longest_wait_seconds"],
        (reading.now - reading.oldest["turist"]) // 1000,
        (queue.waiting, reading.waiting["turist"], alerted.waiting),
        [(n.kind, n.count) for n in notices],
    )


def test_a_ticket_the_staff_issue_while_it_is_closed_is_carried_over_at_once(desk: Desk) -> None:
    desk.open("1")
    desk.issue("turist")
    closed = begin(desk.later(540), "carry_over")
    desk.later(60)
    assert outputs_of(desk) == (closed.ends, 540, 540, (1, 1, 0), [("carried", 1)])
    late = desk.issue("turist").visit
    assert outputs_of(desk) == (closed.ends, 540, 540, (2, 2, 0), [("carried", 2)])
    assert visit_of(desk, late.id).closed == ((desk_ms(desk), closed.ends),)
    sweep(desk.later(60))
    assert outputs_of(desk) == (closed.ends, 540, 540, (2, 2, 0), [("carried", 2)])
    assert desk.events().count("visit.carried") == 2  # none a second time
    # Served at once they never wait, and taken back in time it was never closed.
    desk.open("1")
    assert issuing.serve(desk.queue, desk.command(), "1", "turist").visit.carried_to is None
    end(desk, closed)
    assert visit_of(desk, late.id).carried_to is None
    assert outputs_of(desk)[:4] == (None, 660, 660, (2, 2, 2))


def test_repeated_the_ticket_is_the_same(desk: Desk) -> None:
    closed = begin(desk, "carry_over")
    first = issuing.issue(desk.queue, desk.command("a key"), "turist")
    again = issuing.issue(desk.queue, desk.command("a key"), "turist")
    assert (again.visit, again.replayed) == (first.visit, True)
    assert visit_of(desk, first.visit.id).carried_to == closed.ends
    assert desk.events().count("visit.carried") == 1


def test_closed_by_an_administrator_before_the_schedule_came(desk: Desk) -> None:
    begin(desk.later(600), "carry_over")
    late = desk.issue().visit.id  # by a clerk, after closing
    day_end.close_day(desk.queue, desk.command())
    assert visit_of(desk, late).state == "waiting"


def test_a_late_schedule_changes_nothing(desk: Desk) -> None:
    waiting = desk.issue().visit.id
    begin(desk.later(600), "carry_over")
    desk.seconds = DAY + HOUR
    sweep(desk)
    assert visit_of(desk, waiting).state == "waiting"
    command = Command(desk.branch, KIOSK, None, desk_ms(desk))
    assert issuing.issue(desk.queue, command, "turist").visit.number == "C001"
    counters.open_counter(desk.queue, desk.command(), "1")
    answer = calling.call_next(desk.queue, desk.command(), "1").answer
    assert answer is not None
    assert answer.visit.first_wait(answer.visit.first_called_at) == 600_000 + HOUR * 1000
