"""The board's figures on a real store, and what is read to make them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import gevent
import pytest
from gevent.event import Event

from dashboards.board.answers import board_json
from queue_service.board.operations import board as operations
from queue_service.board.operations.board import Board, Boards
from queue_service.board.operations.state import BranchState, contacts_today
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contacts.operations import count_contact, undo_contact
from queue_service.contacts.rules import Contact, ContactChannel
from queue_service.counters.operations import counters
from queue_service.history.operations.statistics import statistics
from queue_service.language.wording import Wording
from queue_service.reception.operations import call_for_help
from queue_service.reception.store import ReceptionStore
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import KIOSK, MORNING, Desk, document


def served(desk: Desk, seconds: float) -> str:
    """The id of a visit that was issued, called and served in so many seconds."""
    desk.issue()
    answer = desk.next()
    assert answer is not None
    visits.start(desk.queue, desk.command(), answer.visit.id)
    visits.complete(desk.queue, desk.later(seconds).command(), answer.visit.id, "resolved")
    return answer.visit.id


@pytest.fixture
def boards(desk: Desk) -> Boards:
    """The boards of a process, with one counter open."""
    desk.open()
    return Boards(desk.queue)


def now(boards: Boards, desk: Desk) -> Board:
    return boards.board(desk.command())


def test_today_and_the_last_hour_are_counted_apart(desk: Desk, boards: Boards) -> None:
    served(desk, 400)
    desk.later(3600)
    for _ in range(2):
        served(desk, 100)
    desk.issue("turist")
    board = now(boards, desk)
    goal = board.goals[0]
    assert (goal.today.judged, goal.today.within) == (3, 2)
    assert goal.hour
    assert (goal.hour.judged, goal.hour.within) == (2, 2)
    assert (goal.view.budget, goal.needed) == (-1, 1)
    assert (board.hour.issued, board.hour.called, board.day.issued) == (3, 2, 4)


def test_estimates_of_a_few_are_left_out(desk: Desk, boards: Boards) -> None:
    def estimates() -> Any:
        return board_json(now(boards, desk), Wording("en"))["estimates"]

    for served_before in (4, 26):
        for _ in range(served_before):
            served(desk, 1)
        assert estimates() == [], "the first thirty have no estimate"
    for _ in range(4):
        served(desk, 1)
    assert estimates() == ["Numbers with an estimated wait: 12% (4 of 34)"]
    served(desk, 1)
    assert estimates() == [
        "Numbers with an estimated wait: 14% (5 of 35)",
        "Within the estimate, nobody ahead: 100% (5 of 5)",
    ]


def test_the_board_agrees_with_the_state(desk: Desk, boards: Boards) -> None:
    for seconds in (100, 400, 500):
        served(desk, seconds)
    board = now(boards, desk)
    for goal in board.goals:
        judged = board.day.goals.get(goal.goal.id, (0, 0))
        assert judged == (goal.view.judged, goal.view.within)
    assert board.day.issued == board.state.today["issued"]


def test_todays_contacts_without_a_ticket_are_reported_by_channel(
    desk: Desk, boards: Boards
) -> None:
    assert sum(now(boards, desk).contacts.values()) == 0
    count_contact(desk.queue, desk.command(), Contact("pas", "phone"), "1")
    taken_back = count_contact(desk.queue, desk.later(1).command(), Contact("turist"))
    assert now(boards, desk).contacts == {"desk": 1, "phone": 1, "written": 0, "online": 0}
    undo_contact(desk.queue, desk.command(), taken_back.id)
    by_channel = {"desk": 0, "phone": 1, "written": 0, "online": 0}
    assert now(boards, desk).contacts == by_channel
    date = "2026-11-25"
    by_hour = statistics(desk.queue, desk.branch, date, date, "hour")
    assert by_hour.total.channels == by_channel
    assert [row.channels for row in by_hour.rows if row.contacts] == [by_channel]
    desk.later(86_400)
    for _ in range(4):
        count_contact(desk.queue, desk.later(1).command(), Contact("pas", "phone"), "1")
    week = statistics(desk.queue, desk.branch, "2026-11-23", "2026-11-29", "counter")
    assert [row.contacts for row in week.rows] == [5]
    assert [row.channels for row in week.rows] == [None], "no channel is kept of a counter"
    assert week.total.channels == {**by_channel, "phone": 5}


def test_an_undone_completion_is_gone_from_the_board(desk: Desk, boards: Boards) -> None:
    visit_id = served(desk, 100)
    assert now(boards, desk).day.completed == 1
    visits.undo(desk.queue, desk.later(60).command(), visit_id)
    assert now(boards, desk).day.completed == 0


def test_a_long_parked_visit_is_reported(desk: Desk, boards: Boards) -> None:
    desk.issue()
    answer = desk.next()
    assert answer is not None
    visits.start(desk.queue, desk.command(), answer.visit.id)
    visits.park(desk.queue, desk.later(200).command(), answer.visit.id)
    desk.later(1799)
    assert now(boards, desk).notices == ()
    (notice,) = now(boards, desk.later(1)).notices
    assert (notice.kind, notice.number) == ("long_parked", "A001")


def test_a_final_visit_is_not_read_again(
    desk: Desk, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    many = VisitStore.many

    def noted(store: Any, branch: str, ids: Iterable[str]) -> list[Visit]:
        wanted = list(ids)
        read.extend(wanted)
        return many(store, branch, wanted)

    monkeypatch.setattr(VisitStore, "many", noted)
    served(desk, 100)
    waits = desk.issue().visit.id
    now(boards, desk.later(121))
    read.clear()
    now(boards, desk.later(1))
    assert read == []  # nothing has happened
    fresh = desk.issue().visit.id
    board = now(boards, desk)
    assert set(read) == {waits, fresh}
    assert (board.day.issued, board.day.completed) == (3, 1)


def test_a_board_that_was_read_slowly_takes_nothing_from_a_later_one(
    desk: Desk, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, read = VisitStore.many, Event()

    def slow(store: Any, branch: str, ids: Iterable[str]) -> list[Visit]:
        monkeypatch.setattr(VisitStore, "many", many)
        found = many(store, branch, ids)
        read.wait()
        return found

    def between(queue: Queue, found: BranchState) -> dict[ContactChannel, int]:
        monkeypatch.setattr(operations, "contacts_today", contacts_today)
        read.set()
        older.join()
        return contacts_today(queue, found)

    desk.issue()
    monkeypatch.setattr(VisitStore, "many", slow)
    older = gevent.spawn(now, boards, desk)
    gevent.sleep(0)
    monkeypatch.setattr(operations, "contacts_today", between)
    desk.later(1).issue()
    newer = now(boards, desk)
    assert (older.get().day.issued, newer.day.issued) == (1, 2)


def test_another_day_begins_empty(desk: Desk, boards: Boards) -> None:
    served(desk, 100)
    assert now(boards, desk).day.completed == 1
    board = now(boards, desk.later(24 * 3600))
    assert (board.day.issued, board.goals[0].today.ratio, board.hours) == (0, None, None)


def free_since(desk: Desk, counter: str = "1") -> float | None:
    """Since when a counter is free, in the desk's seconds."""
    stand = next(c for c in desk.state().counters if c.id == counter)
    return None if stand.free_since is None else (stand.free_since - MORNING) / 1000


def test_a_counter_is_free_from_its_opening_and_from_when_its_visit_left(desk: Desk) -> None:
    assert free_since(desk) is None
    desk.open()
    assert free_since(desk.later(10)) == 0
    desk.open("1", "citizen")
    assert free_since(desk) == 0, "another team makes it no busier"
    desk.issue()
    visit = desk.called().visit.id
    assert free_since(desk) is None
    visits.start(desk.queue, desk.command(), visit)
    visits.park(desk.queue, desk.later(10).command(), visit)
    assert free_since(desk.later(10)) == 20
    visits.resume(desk.queue, desk.command(), visit)
    assert free_since(desk) is None
    visits.complete(desk.queue, desk.later(10).command(), visit, "resolved")
    assert free_since(desk.later(10)) == 40
    served_at_once = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    assert free_since(desk) is None
    visits.complete(desk.queue, desk.later(10).command(), served_at_once, "resolved")
    assert free_since(desk) == 60
    counters.close_counter(desk.queue, desk.command(), "1")
    assert free_since(desk) is None
    desk.later(10).open()
    assert free_since(desk) == 70


def test_a_counter_that_is_no_more_is_not_free(desk: Desk) -> None:
    desk.open("2")
    kept = [c for c in document()["counters"] if c["id"] != "2"]
    put_branch(desk.queue, desk.branch, document(historic=True, counters=kept))
    assert desk.queue.store.client.hgetall(f"q:{{{desk.branch}}}:counters:free") == {}


def test_an_unattended_open_counter_is_detected(desk: Desk, boards: Boards) -> None:
    counters.open_counter(desk.queue, desk.command(), "1", "library")
    counters.open_counter(desk.queue, desk.command(), "3", "citizen")
    for _ in range(3):
        desk.issue("pas")
    desk.called("3")
    notices = now(boards, desk.later(400)).notices
    (idle,) = [notice for notice in notices if notice.kind == "idle"]
    assert (idle.counter, idle.team, idle.service, idle.count) == ("1", "citizen", "pas", 2)


def test_a_call_for_help_that_no_open_page_shows_presses_at_once(
    desk: Desk, boards: Boards
) -> None:
    at_kiosk = replace(desk, caller=KIOSK)
    call_for_help(desk.queue, at_kiosk.command())
    assert [(n.kind, n.level) for n in now(boards, desk).notices] == [("help", "act")]
    desk.queue.get(ReceptionStore).listen(desk.branch, "s1", "1", desk.command().at or 0)
    assert [(n.kind, n.level) for n in now(boards, desk).notices] == [("help", "watch")]
