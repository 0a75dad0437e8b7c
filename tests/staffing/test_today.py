"""Today's pace of a branch with visits, kept by a job and read by the board."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from dashboards.board.answers import board_json
from dashboards.board.pace import pace_json
from queue_service.board.operations.board import Boards
from queue_service.board.operations.state import BranchState, state
from queue_service.branches.rules.interventions import Intervention
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.language.wording import Wording
from queue_service.pages.branch_lines import goals_now
from queue_service.removal.store import RemovalStore
from queue_service.staffing.operations.advice import keep_advice
from queue_service.staffing.operations.today import (
    TodaysPace,
    keep_paces,
    may_ask,
    needs_a_counter,
    pressing_pace,
    todays_pace,
)
from queue_service.staffing.rules.pace import DayEnd, OneMore, Pace
from queue_service.staffing.store import StaffingStore
from queue_service.staffing.text import PaceText
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import visits
from tests.desks import MORNING, Desk
from tests.staffing.stored_days import TODAY, keep, past_day, same_days
from tests.staffing.test_advice import branch, waits

HOUR = 3600
HOURS = {"09": 20, "10": 20, "11": 20}


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """A branch with more to come than one counter serves, an hour after opening."""
    return office(redis_client)


def office(redis_client: Redis) -> Desk:
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", branch())
    desk = Desk(queue)
    keep(queue, desk.branch, same_days(past_day(HOURS, left=2)))
    keep_advice(queue, MORNING)
    return serving(desk)


def serving(desk: Desk) -> Desk:
    """Counter 1 is open and has served twenty within the first hour."""
    desk.open("1")
    for _ in range(20):
        desk.later(170).issue("pas")
        visit = desk.called("1").visit.id
        visits.start(desk.queue, desk.command(), visit)
        visits.complete(desk.queue, desk.command(), visit, "resolved")
    return desk


def now(desk: Desk) -> BranchState:
    return state(desk.queue, desk.command())


def read(desk: Desk) -> TodaysPace | None:
    found = now(desk)
    keep_paces(desk.queue, found.now)
    return todays_pace(desk.queue, found.branch, found.moment.date)


def test_the_pace_is_of_what_was_judged_and_what_is_to_come(desk: Desk) -> None:
    desk.issue("pas")
    found = read(desk)
    assert found is not None
    assert found.at == MORNING + 3400 * 1000
    assert found.goal.id == "called-10-min"
    assert found.pace.counters == 1
    assert found.pace.end.high < 0.8
    assert found.pace.more is not None
    assert found.pace.more.end.low > found.pace.end.high
    assert found.services == ()
    assert (found.begins, found.ends) == (MORNING + HOUR * 1000, MORNING + 3 * HOUR * 1000)


def test_the_time_that_citizens_asked_for_is_no_wait(redis_client: Redis) -> None:
    ends = {}
    for away in (True, False):
        redis_client.flushdb()
        desk = office(redis_client)  # at 9:56
        waiting = [desk.issue("pas").visit.id for _ in range(12)]
        for visit in waiting if away else ():
            visits.postpone(desk.queue, desk.command(), visit, "10:16")
        found = read(desk.later(20 * 60))
        assert found is not None
        ends[away] = found.pace.end.share
    assert ends[True] > ends[False]


def test_the_board_says_it_in_one_line_until_a_counter_is_opened(desk: Desk) -> None:
    assert read(desk) is not None
    line = pace_json(desk.queue, now(desk), Wording("en"))
    assert line is not None
    assert line["headline"].startswith("Called in under 10 min: ends ")
    assert line["hint"].startswith("The goal is 80%. One counter more from 10:00 to 12:00: ")
    assert (line["until"], line["act"]) == ("12:00", "open_counter")
    boards = Boards(desk.queue)
    told = board_json(boards.board(desk.command()), Wording("en"), None, line)
    assert [notice["kind"] for notice in told["notices"] if notice["pace"]] == ["pace"]
    assert not told["well"]
    desk.open("2")
    assert pace_json(desk.queue, now(desk), Wording("en")) is None


def test_a_goal_that_ends_below_is_said_also_where_no_time_is_left_for_a_counter(
    desk: Desk,
) -> None:
    desk.later(3 * HOUR - 3400 - 900)  # a quarter of an hour before closing
    for _ in range(36):
        desk.issue("pas")
    found = read(desk.later(6 * 60))
    assert found is not None
    assert (found.verdict, found.pace.more, found.pace.matters) == ("below", None, False)
    line = pace_json(desk.queue, now(desk), Wording("en"))
    assert line is not None
    assert line["hint"] == "The goal is 80%."
    assert (line["until"], line["act"]) == ("", "open_counter")
    board = Boards(desk.queue).board(desk.command())
    shown = board_json(board, Wording("en"), None, line)
    (goal,) = (each for each in shown["goals"] if each["id"] == found.goal.id)
    assert (goal["standing"], goal["left"]) == ("above", line["end"])
    assert line["end"].startswith("Ends between ")
    without = board_json(board, Wording("en"), None, {**line, "goal": "another"})
    (goal,) = (each for each in without["goals"] if each["id"] == found.goal.id)
    assert "can take 5 more" in goal["left"].replace("\N{NO-BREAK SPACE}", " ")
    said, missed = goals_now(desk.queue, now(desk), Wording("en"))
    assert (said, missed) == (f"{line['headline']}.", True)
    desk.open("2")
    assert pressing_pace(desk.queue, now(desk)) is None, "not yet worked out with that counter"
    assert goals_now(desk.queue, now(desk), Wording("en")) == ("No goal missed so far", False)


def test_a_pace_is_worked_out_again_after_five_minutes_or_once_a_counter_was_opened(
    desk: Desk,
) -> None:
    first = read(desk)
    assert first is not None
    assert read(desk.later(269)) == first, "nothing has changed"
    later = read(desk.later(1))
    assert later is not None
    assert (later.at - first.at, later.opened) == (270_000, 1)
    desk.later(10).open("2")
    found = read(desk)
    assert found is not None
    assert (found.at - later.at, found.opened) == (10_000, 2)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.6, 0.799, "below"),
        (0.6, 0.8, "open"),
        (0.799, 0.9, "open"),
        (0.8, 0.9, "reached"),
    ],
)
def test_the_verdict_is_of_the_whole_range(
    desk: Desk, low: float, high: float, verdict: str
) -> None:
    found = now(desk)
    goal = next(goal for goal in found.branch.goals if goal.judges_waits)
    end = DayEnd(share=0.75, low=low, high=high, below=0.5)
    assert TodaysPace(found.now, goal, Pace(1, end, None), 1).verdict == verdict


def test_it_is_forgotten_when_the_branch_is_closed_changed_or_without_a_goal(desk: Desk) -> None:
    assert read(desk) is not None
    put_branch(desk.queue, desk.branch, branch(no_show_after_seconds=301))
    assert todays_pace(desk.queue, now(desk).branch, TODAY) is None
    assert read(desk) is None, "no advice is kept for the configuration"
    keep_advice(desk.queue, MORNING)
    assert read(desk) is not None
    assert todays_pace(desk.queue, now(desk).branch, "2026-11-26") is None
    assert read(desk.later(3 * HOUR)) is None, "closed"
    assert desk.queue.get(StaffingStore).pace(desk.branch) is None


def test_a_branch_that_is_being_removed_keeps_no_other_from_its_pace(desk: Desk) -> None:
    put_branch(desk.queue, "andre", branch())
    revision = desk.queue.get(BranchStore).get("andre").revision
    RemovalStore(desk.queue.store).begin("andre", revision, with_days=False)
    assert read(desk) is not None


@pytest.mark.parametrize(
    ("goals", "known"),
    [
        ([waits("all", 10, ["pas", "korekort", "turist"])], True),
        ([waits("some", 10, ["pas"])], False),
        ([], False),
    ],
)
def test_only_a_goal_that_judges_all_of_a_pool_has_a_pace(
    desk: Desk, goals: list[dict[str, Any]], known: bool
) -> None:
    put_branch(desk.queue, desk.branch, branch(goals=goals))
    keep_advice(desk.queue, MORNING)
    assert (read(desk) is not None) is known


def test_with_two_pools_the_counter_more_is_for_the_services_that_need_it(desk: Desk) -> None:
    counters = [
        {"id": "1", "name": "Skranke 1", "services": ["pas"]},
        {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
        {"id": "3", "name": "Skranke 3", "services": ["pas"]},
    ]
    put_branch(desk.queue, desk.branch, branch(counters=counters))
    days = same_days(past_day(HOURS, left=2, more={"korekort": (1, 60.0)}))
    keep(desk.queue, desk.branch, days)
    keep_advice(desk.queue, MORNING)
    assert read(desk) is None, "no counter of the second pool is open"
    desk.open("2")
    found = read(desk)
    assert found is not None
    assert found.services == ("pas",)
    assert found.pace.counters == 2
    text = PaceText(found, now(desk).branch, Wording("da"))
    assert text.one_more().startswith("Med en skranke mere til Pas fra 10.00 til 12.00: ")
    assert needs_a_counter(found, now(desk))


@pytest.mark.parametrize(("third", "needed"), [("pas", True), ("korekort", False)])
def test_of_two_pools_a_goal_of_one_has_a_line_if_a_counter_of_that_one_is_closed(
    desk: Desk, third: str, needed: bool
) -> None:
    counters = [
        {"id": "1", "name": "Skranke 1", "services": ["pas"]},
        {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
        {"id": "3", "name": "Skranke 3", "services": [third]},
    ]
    goals = [waits("some", 10, ["pas"])]
    put_branch(desk.queue, desk.branch, branch(counters=counters, goals=goals))
    days = same_days(past_day(HOURS, left=2, more={"korekort": (1, 60.0)}))
    keep(desk.queue, desk.branch, days)
    keep_advice(desk.queue, MORNING)
    desk.open("2")
    found = read(desk)
    assert found is not None
    assert (found.pace.counters, found.opened) == (1, 2)
    missed = replace(found, pace=Pace(1, END, MORE))
    assert needs_a_counter(missed, now(desk)) is needed


END = DayEnd(share=0.70, low=0.66, high=0.74, below=0.525)
MORE = OneMore(0, 600, 600 + 2 * HOUR, DayEnd(share=0.8, low=0.78, high=0.82, below=0.3))


def test_a_line_needs_a_gain_a_closed_counter_and_no_intervention(desk: Desk) -> None:
    found = now(desk)
    goal = next(goal for goal in found.branch.goals if goal.judges_waits)
    pace = TodaysPace(found.now, goal, Pace(1, END, MORE), 1)
    assert needs_a_counter(pace, found)
    assert not needs_a_counter(replace(pace, opened=2), found)
    assert not needs_a_counter(replace(pace, pace=Pace(1, END, None)), found)
    alone = replace(found, counters=found.counters[:1])
    assert not needs_a_counter(pace, alone)
    closed = replace(found, moment=replace(found.moment, open=False))
    assert not needs_a_counter(pace, closed)
    asked = Intervention(
        "i", "open_counter", TODAY, found.now, found.now + 1, "time", "supervisor", "2"
    )
    assert not needs_a_counter(pace, replace(found, interventions=(asked,)))
    below = replace(pace, pace=Pace(1, END, None))
    assert may_ask(below, found)
    assert not may_ask(below, replace(found, interventions=(asked,)))
    little = replace(MORE, end=replace(END, share=0.7299))
    assert not may_ask(replace(pace, pace=Pace(1, END, little)), found)
    over = replace(asked, ended_at=found.now)
    assert needs_a_counter(pace, replace(found, interventions=(over,)))


def test_ends_that_are_alike_and_a_later_start_have_their_own_words(desk: Desk) -> None:
    found = now(desk)
    goal = next(goal for goal in found.branch.goals if goal.judges_waits)
    even = DayEnd(share=0.7, low=0.699, high=0.701, below=1)
    at = MORNING + 50 * 60_000
    pace = TodaysPace(at, goal, Pace(1, even, MORE), 1)
    text = PaceText(pace, found.branch, Wording("en"))
    assert text.headline() == "Called in under 10 min: ends at about 70% at this pace"
    assert text.one_more() == "One counter more from 10:00 to 12:00: between 78 and 82%."
    assert text.until() == "12:00"
    little = replace(pace, pace=Pace(1, even, replace(MORE, end=even)))
    text = PaceText(little, found.branch, Wording("en"))
    assert text.one_more() == "One counter more for two hours would change today’s share little."
    assert text.until() == ""
    assert text.basis() == "As of 9:50, if the counter that was open stays open."
    nothing = PaceText(replace(pace, pace=Pace(1, END, None)), found.branch, Wording("en"))
    assert (nothing.one_more(), nothing.until()) == ("", "")
