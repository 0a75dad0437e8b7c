"""One press over the video counters of several branches."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import close_counter, open_counter, pause_counter
from queue_service.errors import Forbidden, IdempotencyKeyReused, Invalid
from queue_service.video import operations
from queue_service.video.operations import call_longest, video_counters
from queue_service.video.rules import VideoCounter
from queue_service.visits.operations import issuing, visits
from queue_service.visits.operations.calling import call_next
from queue_service.visits.rules.visit import Priority
from tests.desks import CLERK, document

VIDEO: dict[str, Any] = {"telephone": None}
NORTH, SOUTH = VideoCounter("nord", "1"), VideoCounter("syd", "1")
BOTH = (NORTH, SOUTH)
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def two(queue: Queue) -> Queue:
    """Two branches, each with an open video counter that takes passports alone, and a desk."""
    counters = [
        {"id": "1", "name": "Skærm 1", "services": ["pas"], "video": VIDEO},
        {"id": "2", "name": "Skranke 2", "services": ["*"]},
    ]
    for branch in ("nord", "syd"):
        put_branch(queue, branch, document(counters=counters, opening_hours=ALWAYS))
        open_counter(queue, Command(branch, CLERK), "1")
    return queue


def issue(queue: Queue, branch: str, service: str = "pas", priority: Priority = "normal") -> str:
    """A ticket of a millisecond of its own: two of one are alike over branches."""
    command = Command(branch, CLERK)
    visit = issuing.issue(queue, command, service, priority=priority).visit
    while queue.store.time() <= visit.issued_at:
        pass
    return visit.id


def called(queue: Queue, *, key: str = "", counters: Any = BOTH, **more: Any) -> str | None:
    idempotency = IdempotencyKey(CLERK.id, key, more.get("request", "same")) if key else None
    found = call_longest(queue, more.get("caller", CLERK), counters, idempotency)
    return found.answer.visit.id if found else None


def complete(queue: Queue, branch: str, visit: str) -> None:
    visits.complete(queue, Command(branch, CLERK), visit, "resolved")


def test_the_earliest_visit_is_called_whichever_the_branch(two: Queue) -> None:
    first, second, third = issue(two, "syd"), issue(two, "nord"), issue(two, "syd")
    assert called(two) == first
    # The southern screen is busy now, so the northern one's turn comes.
    assert called(two) == second
    assert called(two) is None
    complete(two, "syd", first)
    assert called(two) == third


def test_a_priority_has_its_head_start_over_branches_too(two: Queue) -> None:
    waits = issue(two, "syd")
    urgent = issue(two, "nord", priority="high")
    assert called(two) == urgent
    assert called(two) == waits


def test_a_service_that_a_screen_does_not_take_waits_for_another_counter(two: Queue) -> None:
    issue(two, "nord", "turist")
    assert called(two) is None


def test_closed_screens_are_passed_over(two: Queue) -> None:
    early, late = issue(two, "nord"), issue(two, "syd")
    call_next(two, Command("nord", CLERK), "1")
    complete(two, "nord", early)
    issue(two, "nord")
    close_counter(two, Command("nord", CLERK), "1")
    assert called(two) == late
    assert called(two) is None


def test_paused_screens_are_passed_over_and_say_so(two: Queue) -> None:
    issue(two, "nord")
    late = issue(two, "syd")
    pause_counter(two, Command("nord", CLERK), "1", "lunch")
    north, south = video_counters(
        two, [two.get(BranchStore).get(branch) for branch in ("nord", "syd")]
    )
    assert (north.state, south.state, north.waiting) == ("paused", "free", 1)
    assert called(two) == late
    assert called(two) is None


def test_a_visit_carried_over_to_another_day_is_not_called(two: Queue) -> None:
    carried, here = issue(two, "nord"), issue(two, "syd")
    now = two.store.time()
    opens = now + 3_600_000
    visits.carry(two, Command("nord", CLERK), carried, now, opens)
    north, south = video_counters(
        two, [two.get(BranchStore).get(branch) for branch in ("nord", "syd")]
    )
    assert (north.waiting, north.next, south.waiting) == (0, None, 1)
    assert called(two) == here
    assert called(two) is None
    visits.carry_no_more(two, Command("nord", CLERK), carried, opens)
    assert called(two) == carried


def test_a_repeated_press_calls_no_other_visit(two: Queue) -> None:
    first, second = issue(two, "nord"), issue(two, "syd")
    assert called(two, key="k") == first
    complete(two, "nord", first)
    assert called(two, key="k") == first
    assert called(two, key="k", counters=(SOUTH, NORTH)) == first
    assert called(two, key="another") == second
    with pytest.raises(IdempotencyKeyReused):
        called(two, key="k", request="other")


def test_after_a_quicker_caller_the_next_in_turn_is_called(
    two: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, next_one = issue(two, "nord"), issue(two, "syd")
    find = operations._candidates

    def then_somebody_calls(*args: Any) -> Any:
        found = find(*args)
        monkeypatch.setattr(operations, "_candidates", find)
        call_next(two, Command("nord", CLERK), "1")
        return found

    monkeypatch.setattr(operations, "_candidates", then_somebody_calls)
    assert called(two) == next_one
    assert gone != next_one


def test_after_a_quicker_caller_no_later_visit_of_another_branch_goes_first(
    two: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(two, "nord")
    earlier, later = issue(two, "syd"), issue(two, "nord")
    open_counter(two, Command("nord", CLERK), "2")
    find = operations._candidates

    def then_somebody_calls(*args: Any) -> Any:
        found = find(*args)
        monkeypatch.setattr(operations, "_candidates", find)
        call_next(two, Command("nord", CLERK), "2")
        return found

    monkeypatch.setattr(operations, "_candidates", then_somebody_calls)
    assert called(two) == earlier
    assert called(two) == later


def test_only_video_counters_of_branches_that_one_may_see(two: Queue) -> None:
    issue(two, "nord")
    with pytest.raises(Invalid):
        called(two, counters=(VideoCounter("nord", "2"),))
    with pytest.raises(Forbidden):
        called(two, caller=Caller("t", "clerk", "syd"))
    assert called(two, counters=(SOUTH,), caller=Caller("t", "clerk", "syd")) is None


def test_the_states_of_screens_agree_with_the_calls(two: Queue) -> None:
    first = issue(two, "syd")
    issue(two, "syd")
    issue(two, "syd", "turist")
    branches = [two.get(BranchStore).get(branch) for branch in ("nord", "syd")]
    north, south = video_counters(two, branches)
    assert (north.state, north.waiting, north.next) == ("free", 0, None)
    assert (south.state, south.waiting) == ("free", 2)
    assert south.next is not None
    assert south.next.id == first == called(two)
    south = video_counters(two, branches)[1]
    assert (south.state, south.waiting) == ("called", 1)
    assert south.visit is not None
    assert south.visit.id == first
    visits.start(two, Command("syd", CLERK), first)
    visits.park(two, Command("syd", CLERK), first)
    south = video_counters(two, branches)[1]
    assert (south.state, [visit.id for visit in south.parked]) == ("free", [first])


def test_a_screen_says_whether_its_branch_is_open(two: Queue) -> None:
    put_branch(
        two,
        "nord",
        document(counters=two.get(BranchStore).get("nord").document["counters"], opening_hours={}),
    )
    branches = [two.get(BranchStore).get(branch) for branch in ("nord", "syd")]
    assert [stand.branch_open for stand in video_counters(two, branches)] == [False, True]
