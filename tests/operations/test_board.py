"""The board's figures on a real store, and what is read to make them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from queue_service.domain.visit import Visit
from queue_service.operations import visits
from queue_service.operations.board import Board, Boards
from queue_service.store.visit_store import VisitStore
from tests.operations.conftest import Desk


def served(desk: Desk, seconds: float) -> str:
    """The id of a visit that was issued, called and served in so many seconds."""
    desk.issue()
    answer = desk.next()
    assert answer is not None
    visits.start(desk.queue, desk.deed(), answer.visit.id)
    visits.complete(desk.queue, desk.later(seconds).deed(), answer.visit.id, "resolved")
    return answer.visit.id


@pytest.fixture
def boards(desk: Desk) -> Boards:
    """The boards of a process, with one counter open."""
    desk.open()
    return Boards(desk.queue)


def now(boards: Boards, desk: Desk) -> Board:
    return boards.board(desk.deed())


def test_today_and_the_last_hour_are_counted_apart(desk: Desk, boards: Boards) -> None:
    served(desk, 400)
    desk.later(3600)
    for _ in range(2):
        served(desk, 100)
    desk.issue("turist")
    board = now(boards, desk)
    goal = board.goals[0]
    assert (goal.today.judged, goal.today.within) == (3, 2)
    assert (goal.hour.judged, goal.hour.within) == (2, 2)
    assert (goal.view.budget, goal.needed) == (-1, 1)
    assert (board.hour.issued, board.hour.called, board.day.issued) == (3, 2, 4)


def test_the_board_agrees_with_the_state(desk: Desk, boards: Boards) -> None:
    for seconds in (100, 400, 500):
        served(desk, seconds)
    board = now(boards, desk)
    for goal in board.goals:
        judged = board.day.goals.get(goal.goal.id, (0, 0))
        assert judged == (goal.view.judged, goal.view.within)
    assert board.day.issued == board.state.today["issued"]


def test_an_undone_completion_is_gone_from_the_board(desk: Desk, boards: Boards) -> None:
    visit_id = served(desk, 100)
    assert now(boards, desk).day.completed == 1
    visits.undo(desk.queue, desk.later(60).deed(), visit_id)
    assert now(boards, desk).day.completed == 0


def test_who_is_parked_for_long_is_told(desk: Desk, boards: Boards) -> None:
    desk.issue()
    answer = desk.next()
    assert answer is not None
    visits.start(desk.queue, desk.deed(), answer.visit.id)
    visits.park(desk.queue, desk.later(200).deed(), answer.visit.id)
    desk.later(1799)
    assert now(boards, desk).notices == ()
    (notice,) = now(boards, desk.later(1)).notices
    assert (notice.kind, notice.number) == ("long_parked", "A001")


def test_a_settled_visit_is_read_no_more(
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


def test_another_day_begins_empty(desk: Desk, boards: Boards) -> None:
    served(desk, 100)
    assert now(boards, desk).day.completed == 1
    board = now(boards, desk.later(24 * 3600))
    assert (board.day.issued, board.goals[0].today.ratio, board.hours) == (0, None, None)
