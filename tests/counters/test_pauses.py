"""Pausing a counter, now or after the visit there, and going on."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.board.operations.state import CounterStand
from queue_service.closing.operations import day_end
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.counters.store import CounterStore
from queue_service.days.rules.shifts import Shift, from_text, paused, to_text
from queue_service.days.store import DayStore
from queue_service.errors import CounterClosed, CounterPaused, Invalid
from queue_service.visits.operations import calling, issuing, visits
from tests.desks import MORNING, Desk, document


def pause(desk: Desk, reason: str = "lunch", counter: str = "1") -> counters.CounterView:
    return counters.pause_counter(desk.queue, desk.command(), counter, reason)


def resume(desk: Desk, counter: str = "1") -> counters.CounterView:
    return counters.resume_counter(desk.queue, desk.command(), counter)


def stand(desk: Desk, counter: str = "1") -> CounterStand:
    return next(one for one in desk.state().counters if one.id == counter)


def totals(desk: Desk) -> dict[str, str]:
    found: Any = desk.queue.store.client.hgetall(f"q:{{{desk.branch}}}:totals")
    return {name: n for name, n in found.items() if name.startswith("paused")}


def test_a_free_counter_pauses_at_once_and_goes_on_as_it_was(desk: Desk) -> None:
    desk.open("1", "library")
    view = pause(desk.later(10))
    assert (view.state, view.open, view.team) == ("paused", True, "library")
    assert view.pause == ("lunch", MORNING + 10_000, "library")
    seen = stand(desk.later(5))
    assert (seen.state, seen.since, seen.team) == ("paused", MORNING + 10_000, "library")
    view = resume(desk.later(585))
    assert (view.state, view.open, view.team, view.pause) == ("free", True, "library", None)
    assert desk.events()[-2:] == ["counter.paused", "counter.resumed"]
    assert totals(desk) == {"paused|lunch": "1", "paused_ms|lunch": "590000"}
    assert desk.queue.get(DayStore).shifts(desk.branch, MORNING + 10**9) == [
        Shift(MORNING, "1", "library"),
        Shift(MORNING + 10_000, "1", None, "lunch"),
        Shift(MORNING + 600_000, "1", "library"),
    ]


def test_a_change_of_a_counter_is_read_as_it_was_written() -> None:
    for text in ("1|a|open|", "2|a|open|library", "3|a|paused|lunch", "4|a|closed|"):
        assert to_text(from_text(text)) == text


@pytest.mark.parametrize("ends", ["complete", "no-show", "park", "transfer"])
def test_a_busy_counter_pauses_once_its_visit_has_left(desk: Desk, ends: str) -> None:
    desk.open()
    desk.issue()
    called = desk.called().visit.id
    view = pause(desk.later(1))
    assert (view.state, view.pause) == ("called", ("lunch", None, None))
    assert stand(desk).pause == ("lunch", None, None)
    assert desk.events()[-1] == "counter.pause_planned"
    command = desk.later(60).command()
    if ends == "complete":
        visits.complete(desk.queue, command, called, "resolved")
    elif ends == "no-show":
        visits.mark_no_show(desk.queue, command, called)
    elif ends == "park":
        visits.start(desk.queue, command, called)
        visits.park(desk.queue, command, called)
    else:
        visits.transfer(desk.queue, command, called, service="turist")
    assert stand(desk).state == "paused"
    assert stand(desk).since == MORNING + 61_000
    assert desk.events()[-1] == "counter.paused"
    assert totals(desk) == {"paused|lunch": "1"}


def test_a_pause_to_come_can_be_taken_back(desk: Desk) -> None:
    desk.open()
    served = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    pause(desk)
    assert resume(desk).pause is None
    visits.complete(desk.queue, desk.command(), served, "resolved")
    assert stand(desk).state == "free"
    assert totals(desk) == {}


def test_another_reason_ends_the_pause_and_begins_the_next(desk: Desk) -> None:
    desk.open()
    pause(desk)
    pause(desk.later(60))
    assert totals(desk) == {"paused|lunch": "1"}
    view = pause(desk.later(60), "meeting")
    assert view.pause == ("meeting", MORNING + 120_000, None)
    assert totals(desk) == {"paused|lunch": "1", "paused_ms|lunch": "120000", "paused|meeting": "1"}


def test_a_paused_counter_serves_no_visit(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    parked = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.park(desk.queue, desk.command(), parked)
    done = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.complete(desk.queue, desk.command(), done, "resolved")
    waiting, here = desk.issue().visit.id, issuing.serve(desk.queue, desk.command(), "2", "pas")
    pause(desk)
    for attempt in (
        lambda: calling.call_next(desk.queue, desk.command(), "1"),
        lambda: calling.call(desk.queue, desk.command(), waiting, "1"),
        lambda: issuing.serve(desk.queue, desk.command(), "1", "pas"),
        lambda: visits.resume(desk.queue, desk.command(), parked),
        lambda: visits.undo(desk.queue, desk.command(), done),
        lambda: visits.transfer(desk.queue, desk.command(), here.visit.id, counter="1"),
    ):
        with pytest.raises(CounterPaused, match="go on there first"):
            attempt()
    assert desk.queue.get(CounterStore).states(desk.branch).busy == {"2": here.visit.id}


def test_no_visit_is_estimated_for_a_paused_counter(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    assert [q.taken for q in desk.state().queues] == [True, True, True, True]
    first = desk.issue("korekort")
    assert desk.issue("pas").position == 1
    pause(desk)
    # Counter 2 alone goes on, which takes no licences: they are ahead of no one there.
    assert [q.taken for q in desk.state().queues] == [True, False, True, False]
    assert desk.issue("pas").position == 1
    assert first.position == 0


def test_opening_ends_a_pause_also_for_another_team(desk: Desk) -> None:
    desk.open("1", "library")
    pause(desk.later(60))
    desk.later(30).open("1", "citizen")
    assert (stand(desk).state, stand(desk).team) == ("free", "citizen")
    assert totals(desk)["paused_ms|lunch"] == "30000"
    assert [s.team for s in desk.queue.get(DayStore).shifts(desk.branch, 10**15)] == [
        "library", None, "citizen",
    ]  # fmt: skip


def test_a_paused_counter_can_be_closed(desk: Desk) -> None:
    desk.open()
    pause(desk)
    view = counters.close_counter(desk.queue, desk.later(5).command(), "1")
    assert (view.state, view.open, view.pause) == ("closed", False, None)
    assert totals(desk)["paused_ms|lunch"] == "5000"
    with pytest.raises(CounterClosed):
        resume(desk)
    with pytest.raises(CounterClosed):
        pause(desk)


def test_the_end_of_the_day_closes_a_paused_counter(desk: Desk) -> None:
    desk.open()
    pause(desk)
    day_end.close_day(desk.queue, desk.later(60).command())
    assert stand(desk).state == "closed"
    assert desk.queue.get(CounterStore).states(desk.branch).paused == {}


def test_a_counter_whose_team_is_removed_is_paused_no_more(live: Desk) -> None:
    live.open("1", "library")
    pause(live)
    put_branch(live.queue, live.branch, document(teams=[]))
    assert live.queue.get(CounterStore).states(live.branch).paused == {}
    assert live.queue.get(DayStore).shifts(live.branch, 10**15)[-1][1:] == ("1", None, "")


def test_pausing_again_with_the_same_key_does_nothing_twice(desk: Desk) -> None:
    desk.open()
    first = counters.pause_counter(desk.queue, desk.command("k"), "1", "lunch")
    resume(desk.later(5))
    again = counters.pause_counter(desk.queue, desk.command("k"), "1", "lunch")
    assert again.replayed
    assert again.pause == first.pause
    assert stand(desk).state == "free"


@pytest.mark.parametrize("reason", ["sauna", ""])
def test_a_reason_has_to_be_one_of_the_branch(desk: Desk, reason: str) -> None:
    desk.open()
    before = desk.events()
    with pytest.raises(Invalid) as refused:
        pause(desk, reason)
    assert "reason" in str(refused.value.extra)
    assert desk.events() == before


def test_a_pause_that_begins_as_the_day_is_closed_is_over_with_it(desk: Desk) -> None:
    desk.open("1")
    desk.issue()
    desk.called("1")
    pause(desk.later(60))
    # The visit leaves, the pause begins and the counter is closed, all in one millisecond.
    day_end.close_day(desk.queue, desk.command(), force=True)
    until = MORNING + 3_600_000
    changes = desk.queue.get(DayStore).shifts(desk.branch, until)
    assert paused(changes, "Europe/Copenhagen", MORNING, until) == {}
    assert totals(desk) == {"paused|lunch": "1", "paused_ms|lunch": "0", "paused_back|lunch": "1"}


@pytest.mark.parametrize("ends", ["another reason", "close", "open", "resume"])
@pytest.mark.parametrize(("seconds", "counts"), [(0, 0), (0.001, 1)])
def test_a_pause_counts_from_a_millisecond_on_in_metrics_and_history_alike(
    desk: Desk, ends: str, seconds: float, counts: int
) -> None:
    desk.open("1", "library")
    pause(desk.later(60))
    desk.later(seconds)
    if ends == "another reason":
        pause(desk, "meeting")
    elif ends == "close":
        counters.close_counter(desk.queue, desk.command(), "1")
    elif ends == "open":
        counters.open_counter(desk.queue, desk.command(), "1", "citizen")
    else:
        resume(desk)
    found = totals(desk)
    assert int(found["paused|lunch"]) - int(found.get("paused_back|lunch", 0)) == counts
    until = MORNING + 3_600_000
    changes = desk.queue.get(DayStore).shifts(desk.branch, until)
    reported = paused(changes, "Europe/Copenhagen", MORNING, until)
    assert sum(one.n for (_, _, reason), one in reported.items() if reason == "lunch") == counts
    in_ms = sum(one.ms for (_, _, reason), one in reported.items() if reason == "lunch")
    assert in_ms == int(found["paused_ms|lunch"]) == counts
