"""Calls that end by themselves: a visit leaves, no page is open, a branch or lifeline is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import BranchClosed, NotFound, WrongState
from queue_service.lifeline.keys import LifelineKeys
from queue_service.lifeline.operations import answering, current_call, ringing
from queue_service.lifeline.operations.ringing import BROKEN_OFF_MS
from queue_service.lifeline.rules import RINGS_MS, TALKS_MS, left
from queue_service.lifeline.store import LifelineStore
from queue_service.removal.store import RemovalStore
from queue_service.visits.operations import visits
from tests.desks import MORNING, Desk, document
from tests.lifeline.test_lifeline import (
    at_desk,
    counted,
    events_of,
    library,
    ring,
    serve,
    take,
    visit_at,
)
from tests.lifeline.town_hall import LINES, at_hall

__all__ = ["library"]

SHUT = [{**LINES[0]}, {**LINES[1], "hours": {"wed": [["12:00", "13:00"]]}}]


def complete(desk: Desk) -> None:
    visits.complete(desk.queue, desk.command(), visit_at(desk), "resolved")


def transfer(desk: Desk) -> None:
    visits.transfer(desk.queue, desk.command(), visit_at(desk), service="korekort")


def park(desk: Desk) -> None:
    visits.park(desk.queue, desk.command(), visit_at(desk))


def close_after(desk: Desk) -> None:
    complete(desk)
    counters.close_counter(desk.queue, desk.command(), "1")


@pytest.mark.parametrize("leave", [complete, transfer, park, close_after])
@pytest.mark.parametrize(("seconds", "result"), [(59.999, "withdrawn"), (60, "cancelled")])
def test_a_call_stops_ringing_when_its_visit_leaves_the_counter(
    library: Desk, leave: Callable[[Desk], None], seconds: float, result: str
) -> None:
    rung = ring(library)
    leave(library.later(seconds))
    with pytest.raises(WrongState) as refused:
        take(library, rung)
    assert refused.value.extra["state"] == "cancelled"
    assert answering.calls(library.queue, at_hall(library)) == []
    assert counted(library.queue).get(result) == "1"
    assert events_of(library, "bib")[-1] == "cancelled"


def test_a_talk_is_over_when_its_visit_leaves_the_counter(library: Desk) -> None:
    take(library, ring(library))
    complete(library.later(30))
    seen = at_desk(library)
    assert seen is not None
    assert (seen.call.state, seen.call.ended_at) == ("ended", MORNING + 30_000)
    assert answering.calls(library.queue, at_hall(library)) == []
    # The next visit's call rings again.
    serve(library)
    assert ring(library).call.state == "ringing"


def test_ended_visits_do_not_leave_again(library: Desk) -> None:
    call = replace(ring(library).call, state="missed", ended_at=1)
    assert left(call, 5) is call


def test_a_missed_call_counts_though_every_page_is_closed(library: Desk) -> None:
    ring(library)
    current_call.expire(library.queue, MORNING + RINGS_MS - 1)
    assert counted(library.queue) == {}
    for _ in range(2):
        current_call.expire(library.queue, MORNING + RINGS_MS)
    assert counted(library.queue) == {"missed": "1", "judged": "1"}


def test_a_conversation_that_is_not_ended_is_over_after_an_hour(library: Desk) -> None:
    take(library, ring(library))
    current_call.expire(library.queue, MORNING + TALKS_MS)
    assert library.queue.get(LifelineStore).open_calls("hall") == []


def test_a_call_that_is_refused_leaves_the_talk_as_it_is(library: Desk) -> None:
    rung = ring(library)
    take(library, rung)
    put_branch(library.queue, "hall", document(name="Rådhuset", lifelines=SHUT))
    with pytest.raises(BranchClosed):
        ring(library, "alt")
    assert [r.call.state for r in answering.calls(library.queue, at_hall(library))] == ["taken"]


def test_stopping_a_call_leaves_a_later_one_alone(library: Desk) -> None:
    first = ring(library).call.id
    ringing.cancel(library.queue, library.command(), "1", first)
    second = ring(library).call.id
    for stop in (ringing.cancel, ringing.end_at_counter):
        with pytest.raises(WrongState):
            stop(library.queue, library.command("k"), "1", first)
    seen = at_desk(library)
    assert seen is not None
    assert (seen.call.id, seen.call.state) == (second, "ringing")
    assert ringing.cancel(library.queue, library.command(), "1", second).call.state == "cancelled"


def test_a_call_outlives_its_lifeline(library: Desk) -> None:
    rung = ring(library)
    put_branch(library.queue, "hall", document(name="Rådhuset", lifelines=LINES[1:]))
    (shown,) = answering.calls(library.queue, at_hall(library))
    assert current_call.names_of(library.queue, shown).lifeline == {"": "pas"}
    assert take(library, rung).call.state == "taken"
    assert counted(library.queue)["answered"] == "1"


@pytest.mark.parametrize("text", ["", "{", '{"id": "c"}', "[]"])
def test_a_damaged_call_hides_no_other_and_holds_no_counter(library: Desk, text: str) -> None:
    rung = ring(library)
    library.queue.store.client.set(LifelineKeys("hall").call(rung.call.id), text)
    current_call.expire(library.queue, MORNING)
    assert at_desk(library) is None
    with pytest.raises(NotFound):
        take(library, rung)
    other = ring(library.later(BROKEN_OFF_MS / 1000))
    shown = answering.calls(library.queue, at_hall(library))
    assert [each.call.id for each in shown] == [other.call.id]


def test_a_removal_that_was_broken_off_keeps_no_counter_from_its_lifelines(library: Desk) -> None:
    ring(library)
    _broken_off(library.queue, "hall")
    put_branch(library.queue, "andet", document(name="Andet", lifelines=LINES))
    found = ringing.desk(library.queue, library.command(), "1", None)
    assert found.rung is None
    assert {each.answering.id for each in found.lifelines} == {"andet"}


def _broken_off(queue: Queue, branch: str) -> None:
    """Begin to remove a branch, and go no further."""
    store = RemovalStore(queue.store)
    assert (
        store.begin(branch, queue.get(BranchStore).current(branch).revision, with_days=True)[0]
        == "done"
    )
    queue.get(BranchStore).forget(branch)
