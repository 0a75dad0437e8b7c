"""The end of the day, and calls that nobody answers: on the store's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queue_service.domain.errors import InUse, WrongState
from queue_service.operations import calling, closing, counters, issuing, visits
from queue_service.operations.branches import put_branch
from queue_service.operations.queue import Deed, Queue
from tests.operations.conftest import CLERK, MORNING, Desk, document

HOUR_MS = 3_600_000


def test_closing_the_day_ends_each_visit_in_its_own_way(desk: Desk) -> None:
    for counter in "123":
        desk.open(counter)
    parked = issuing.serve(desk.queue, desk.deed(), "3", "pas").visit.id
    visits.park(desk.queue, desk.deed(), parked)
    waiting = [desk.issue().visit.id for _ in range(2)]
    called = desk.called("1")
    served = issuing.serve(desk.queue, desk.deed(), "2", "pas").visit.id
    with pytest.raises(InUse):
        closing.close_day(desk.queue, desk.deed())
    closing.close_day(desk.queue, desk.deed(), force=True)
    ids = [parked, called.visit.id, served, waiting[1]]
    states = [v.state for v in desk.queue.visits.many(desk.branch, ids)]
    assert states == ["incomplete", "no_show", "incomplete", "abandoned"]
    state = desk.state()
    assert {c.state for c in state.counters} == {"closed"}
    assert state.today == {
        "issued": 4, "completed": 0, "no_show": 1, "abandoned": 1, "incomplete": 2,
    }  # fmt: skip
    assert desk.events()[-1] == "day.closed"


def test_what_was_closed_with_its_day_does_not_come_back(desk: Desk) -> None:
    desk.open()
    desk.issue()
    missed = desk.called()
    visits.mark_no_show(desk.queue, desk.deed(), missed.visit.id)
    left = desk.issue().visit.id
    closing.close_day(desk.queue, desk.later(1).deed())
    for deed in (visits.requeue, visits.undo):
        with pytest.raises(WrongState):
            deed(desk.queue, desk.later(1).deed(), left)
    with pytest.raises(WrongState):
        visits.requeue(desk.queue, desk.deed(), missed.visit.id)


def test_closing_twice_changes_nothing_more(desk: Desk) -> None:
    desk.issue()
    closing.close_day(desk.queue, desk.deed())
    before = desk.state().today
    closing.close_day(desk.queue, desk.later(60).deed())
    assert desk.state().today == before


class Clocked:
    """A live branch whose hours are set around the store's present."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.now = datetime.fromtimestamp(queue.store.time() / 1000, UTC)
        self.deed = Deed("raadhuset", CLERK)

    def hours(self, *spans: tuple[str, str], **changes: Any) -> None:
        """Give the branch the same hours on every day, in UTC."""
        week = {
            day: [list(span) for span in spans]
            for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        }
        configured = document(timezone="UTC", opening_hours=week, **changes)
        put_branch(self.queue, "raadhuset", configured)

    def clock(self, minutes: int) -> str:
        """The time of day so many minutes from now, kept within the day."""
        then = self.now + timedelta(minutes=minutes)
        if then.date() != self.now.date():
            return "00:00" if minutes < 0 else "24:00"
        return then.strftime("%H:%M")

    def states(self) -> dict[str, str]:
        """Number → state of today's visits."""
        today = self.queue.visits.of_day("raadhuset", self.now.strftime("%Y-%m-%d"))
        return {v.number: v.state for v in today}


@pytest.fixture
def clocked(queue: Queue) -> Clocked:
    """A branch on the store's clock."""
    return Clocked(queue)


def test_after_closing_time_those_who_wait_are_left_to_be_called(clocked: Clocked) -> None:
    clocked.hours((clocked.clock(-600), clocked.clock(-1)))
    issuing.issue(clocked.queue, clocked.deed, "pas")
    closing.close_days(clocked.queue)
    assert clocked.states() == {"A001": "waiting"}


def test_after_closing_time_the_day_closes_once_nobody_is_left(clocked: Clocked) -> None:
    clocked.hours((clocked.clock(-600), clocked.clock(-1)))
    counters.open_counter(clocked.queue, clocked.deed, "1")
    closing.close_days(clocked.queue)
    assert not counters.view(clocked.queue, clocked.deed, "1").open
    counters.open_counter(clocked.queue, clocked.deed, "1")  # somebody stays longer
    closing.close_days(clocked.queue)
    assert counters.view(clocked.queue, clocked.deed, "1").open


def test_an_open_branch_is_not_closed(clocked: Clocked) -> None:
    clocked.hours(("00:00", "24:00"))
    counters.open_counter(clocked.queue, clocked.deed, "1")
    closing.close_days(clocked.queue)
    assert counters.view(clocked.queue, clocked.deed, "1").open


def test_a_counter_opened_before_opening_time_stays_open(clocked: Clocked) -> None:
    clocked.hours((clocked.clock(5), "24:00"))
    closing.close_days(clocked.queue)
    counters.open_counter(clocked.queue, clocked.deed, "1")
    closing.close_days(clocked.queue)
    assert counters.view(clocked.queue, clocked.deed, "1").open


def test_yesterdays_visits_are_ended_and_todays_left_alone(clocked: Clocked) -> None:
    clocked.hours()
    old = issuing.issue(clocked.queue, clocked.deed, "pas").visit
    issuing.issue(clocked.queue, clocked.deed, "pas")
    # As if it had been issued the day before.
    key = f"q:{{raadhuset}}:visit:{old.id}"
    store = clocked.queue.store.client
    raw = str(store.get(key)).replace(old.date, "2020-01-01")
    store.set(key, raw)
    closing.close_days(clocked.queue)
    states = [v.state for v in clocked.queue.visits.many("raadhuset", [old.id])]
    assert states == ["abandoned"]
    assert clocked.states()["A002"] == "waiting"


def test_a_call_is_a_no_show_only_when_its_counter_is_silent_too(clocked: Clocked) -> None:
    clocked.hours(("00:00", "24:00"), no_show_after_seconds=30)
    counters.open_counter(clocked.queue, clocked.deed, "1")
    issuing.issue(clocked.queue, clocked.deed, "pas")
    assert calling.call_next(clocked.queue, clocked.deed, "1").answer is not None
    closing.mark_unanswered(clocked.queue)
    assert clocked.states() == {"A001": "called"}
    past = clocked.queue.store.time() - HOUR_MS
    _age_call(clocked, past)
    closing.mark_unanswered(clocked.queue)  # the counter's page was heard just now
    assert clocked.states() == {"A001": "called"}
    clocked.queue.store.client.hset("q:{raadhuset}:counters:heard", "1", past)
    closing.mark_unanswered(clocked.queue)  # and the sweeps began just now
    assert clocked.states() == {"A001": "called"}
    clocked.queue.store.client.hset("q:{raadhuset}:config", "resumed_at", past)
    closing.mark_unanswered(clocked.queue)
    assert clocked.states() == {"A001": "no_show"}


def _age_call(clocked: Clocked, past: int) -> None:
    (visit,) = clocked.queue.visits.open_visits("raadhuset")
    key = f"q:{{raadhuset}}:visit:{visit.id}"
    raw = str(clocked.queue.store.client.get(key))
    clocked.queue.store.client.set(key, raw.replace(str(visit.called_at), str(past)))


def test_opening_and_closing_by_the_hours_is_told_once(clocked: Clocked) -> None:
    clocked.hours(("00:00", "24:00"))
    closing.tell_opening(clocked.queue)
    closing.tell_opening(clocked.queue)
    clocked.hours()
    closing.tell_opening(clocked.queue)
    entries: Any = clocked.queue.store.client.xrange("q:{raadhuset}:events")
    names = [fields["event"] for _, fields in entries if fields["event"] != "branch.changed"]
    assert names == ["branch.opened", "branch.closed"]


def test_a_historic_branch_is_left_alone(desk: Desk) -> None:
    desk.open()
    desk.issue()
    assert desk.queue.store.time() > MORNING - HOUR_MS
    closing.close_days(desk.queue)
    closing.mark_unanswered(desk.queue)
    closing.tell_opening(desk.queue)
    assert desk.state().queues[0].waiting == 1
    assert counters.view(desk.queue, desk.deed(), "1").open
