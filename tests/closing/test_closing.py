"""The end of the day, and unanswered calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.closing.operations import automatic_closing, automatic_no_show, day_end
from queue_service.command import ATTEMPTS, Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.counters.store import CounterStore
from queue_service.errors import CounterClosed, InUse, WrongState
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, MORNING, Desk, document

HOUR_MS = 3_600_000


def test_closing_the_day_ends_each_visit_in_its_own_way(desk: Desk) -> None:
    for counter in "123":
        desk.open(counter)
    parked = issuing.serve(desk.queue, desk.command(), "3", "pas").visit.id
    visits.park(desk.queue, desk.command(), parked)
    waiting = [desk.issue().visit.id for _ in range(2)]
    called = desk.called("1")
    served = issuing.serve(desk.queue, desk.command(), "2", "pas").visit.id
    with pytest.raises(InUse):
        day_end.close_day(desk.queue, desk.command())
    assert day_end.close_day(desk.queue, desk.command(), force=True).ended == 4
    ids = [parked, called.visit.id, served, waiting[1]]
    states = [v.state for v in desk.queue.get(VisitStore).many(desk.branch, ids)]
    assert states == ["incomplete", "no_show", "incomplete", "abandoned"]
    state = desk.state()
    assert {c.state for c in state.counters} == {"closed"}
    assert state.today == {
        "issued": 4, "completed": 0, "no_show": 1, "abandoned": 1, "incomplete": 2, "paper": 0,
    }  # fmt: skip
    assert desk.events()[-1] == "day.closed"


def test_more_counters_than_a_decision_has_attempts_are_closed_at_once(queue: Queue) -> None:
    many = [str(n) for n in range(ATTEMPTS + 1)]
    named = [{"id": n, "name": f"Skranke {n}", "services": ["*"]} for n in many]
    put_branch(queue, "raadhuset", document(counters=named), at=MORNING)
    desk = Desk(queue)
    for counter in many:
        desk.open(counter)
        issuing.serve(queue, desk.command(), counter, "pas")
    assert day_end.close_day(queue, desk.command(), force=True).ended == len(many)
    assert {c.state for c in desk.state().counters} == {"closed"}


def test_while_somebody_is_served_a_refusal_has_done_nothing(desk: Desk) -> None:
    for counter in "12":
        desk.open(counter)
    desk.issue()
    desk.called("1")
    desk.issue()
    counters.pause_counter(desk.queue, desk.command(), "2", "lunch")
    before, events = desk.queue.get(CounterStore).states(desk.branch), desk.events()
    with pytest.raises(InUse, match="A001 is still at counter 1; finish it first"):
        day_end.close_day(desk.queue, desk.command())
    assert desk.queue.get(CounterStore).states(desk.branch) == before
    assert desk.events() == events
    assert [v.state for v in desk.queue.get(VisitStore).open_visits(desk.branch)] == [
        "called",
        "waiting",
    ]


def serve_until_closed(desk: Desk, counter: str) -> None:
    """Call, serve and complete one after the other until the counter is closed."""
    with suppress(CounterClosed):
        while True:
            called = desk.next(counter)
            if called is not None:
                visits.start(desk.queue, desk.command(), called.visit.id)
                visits.complete(desk.queue, desk.command(), called.visit.id, "resolved")


def close_once_possible(desk: Desk) -> None:
    """Close the day as soon as no visit is called or served."""
    for _ in range(10_000):
        with suppress(InUse):
            day_end.close_day(desk.queue, desk.command())
            return


def test_no_visit_at_a_counter_is_ended_while_clerks_work(desk: Desk) -> None:
    for counter in "123":
        desk.open(counter)
    for _ in range(60):
        desk.issue()
    with ThreadPoolExecutor(6) as pool:
        clerks = [pool.submit(serve_until_closed, desk, counter) for counter in "123"]
        closers = [pool.submit(close_once_possible, desk) for _ in range(3)]
    for one in (*clerks, *closers):
        one.result()  # raises WrongState where a visit was ended under a clerk's hands
    today = desk.state().today
    assert (today["no_show"], today["incomplete"]) == (0, 0)
    assert today["completed"] + today["abandoned"] == today["issued"] == 60
    assert not desk.queue.get(CounterStore).states(desk.branch).manned


def test_a_visit_called_at_a_reopened_counter_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open()
    ids = [desk.issue().visit.id for _ in range(3)]
    left = day_end.left_open

    def called_meanwhile(queue: Queue, branch_id: str, now: int) -> list[Visit]:
        found = left(queue, branch_id, now)
        desk.open()
        desk.called()
        return found

    monkeypatch.setattr(day_end, "left_open", called_meanwhile)
    assert day_end.close_day(desk.queue, desk.command()).ended == 2
    states = [v.state for v in desk.queue.get(VisitStore).many(desk.branch, ids)]
    assert states == ["called", "abandoned", "abandoned"]


def test_visits_closed_with_their_day_do_not_come_back(desk: Desk) -> None:
    desk.open()
    desk.issue()
    missed = desk.called()
    visits.mark_no_show(desk.queue, desk.command(), missed.visit.id)
    left = desk.issue().visit.id
    day_end.close_day(desk.queue, desk.later(1).command())
    for command in (visits.requeue, visits.undo):
        with pytest.raises(WrongState):
            command(desk.queue, desk.later(1).command(), left)
    with pytest.raises(WrongState):
        visits.requeue(desk.queue, desk.command(), missed.visit.id)


def test_closing_twice_changes_nothing_more(desk: Desk) -> None:
    desk.issue()
    day_end.close_day(desk.queue, desk.command())
    before = desk.state().today
    day_end.close_day(desk.queue, desk.later(60).command())
    assert desk.state().today == before


class Clocked:
    """A live branch in Copenhagen, open from nine to five on Wednesday 25 November, 2026."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.now = MORNING
        self.hours(wed=[["09:00", "17:00"]])

    def hours(self, **changes: Any) -> None:
        """Give the branch these opening hours and change what else is given by its name."""
        week = {day: changes.pop(day) for day in WEEKDAYS if day in changes}
        put_branch(self.queue, "raadhuset", document(opening_hours=week, **changes))

    def at(self, day: int, clock: str, ms: int = 0) -> Clocked:
        """Let it be this time of the clock in Copenhagen, on a day of November."""
        hour, minute = map(int, clock.split(":"))
        local = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Copenhagen"))
        self.now = int(local.timestamp() * 1000) + ms
        return self

    def later(self, ms: int) -> Clocked:
        """Let time pass."""
        self.now += ms
        return self

    @property
    def command(self) -> Command:
        """A command at the current time."""
        return Command("raadhuset", CLERK, None, self.now)

    def issue(self) -> str:
        """A ticket, now; its id."""
        return issuing.issue(self.queue, self.command, "pas").visit.id

    def open(self, counter: str = "1") -> None:
        """Open a counter."""
        counters.open_counter(self.queue, self.command, counter)

    def is_open(self, counter: str = "1") -> bool:
        """Whether a counter is open."""
        return counters.view(self.queue, self.command, counter).open

    def close_days(self) -> None:
        """The periodic job, now."""
        automatic_closing.close_days(self.queue, self.now)

    def states(self, day: int = 25) -> dict[str, str]:
        """Number → state of the visits of a day of November."""
        return {
            v.number: v.state
            for v in self.queue.get(VisitStore).of_day("raadhuset", f"2026-11-{day}")
        }


@pytest.fixture
def clocked(queue: Queue) -> Clocked:
    """A live branch whose time is in the test's hands."""
    return Clocked(queue)


def test_after_closing_time_those_who_wait_are_left_to_be_called(clocked: Clocked) -> None:
    clocked.at(25, "16:59").issue()
    clocked.at(25, "17:00").close_days()
    assert clocked.states() == {"A001": "waiting"}


def test_after_closing_time_the_day_closes_once_no_visit_is_open(clocked: Clocked) -> None:
    clocked.at(25, "16:00").open()
    clocked.at(25, "17:00", -1).close_days()
    assert clocked.is_open()
    clocked.at(25, "17:00").close_days()
    assert not clocked.is_open()
    clocked.open()  # somebody stays longer
    clocked.close_days()
    assert clocked.is_open()


def test_an_open_branch_is_not_closed(clocked: Clocked) -> None:
    clocked.hours(**{day: [["00:00", "24:00"]] for day in WEEKDAYS})
    clocked.at(25, "23:00").open()
    clocked.close_days()
    clocked.at(26, "00:00").close_days()
    assert clocked.is_open()


def test_a_counter_opened_before_opening_time_stays_open(clocked: Clocked) -> None:
    clocked.at(25, "08:50").close_days()
    clocked.open()
    clocked.at(25, "08:55").close_days()
    assert clocked.is_open()


def test_yesterdays_visits_are_ended_and_todays_left_alone(clocked: Clocked) -> None:
    clocked.at(25, "16:00").issue()
    clocked.at(26, "00:00").issue()
    clocked.close_days()
    assert clocked.states(25) == {"A001": "abandoned"}
    assert clocked.states(26) == {"A002": "waiting"}


def test_the_day_waits_two_hours_for_a_visit_being_served(clocked: Clocked) -> None:
    clocked.at(25, "23:50").open()
    served = issuing.serve(clocked.queue, clocked.command, "1", "pas").visit.id
    clocked.issue()
    clocked.at(26, "00:00").close_days()
    clocked.at(26, "02:00", -1).close_days()
    assert clocked.states() == {"A001": "serving", "A002": "waiting"}
    clocked.at(26, "02:00").close_days()
    assert clocked.states() == {"A001": "incomplete", "A002": "abandoned"}
    with pytest.raises(WrongState):
        visits.complete(clocked.queue, clocked.command, served, "resolved")


def test_the_day_closes_at_once_when_the_last_one_served_has_left(clocked: Clocked) -> None:
    clocked.at(25, "23:50").open()
    served = issuing.serve(clocked.queue, clocked.command, "1", "pas").visit.id
    clocked.issue()
    clocked.at(26, "00:10").close_days()
    visits.complete(clocked.queue, clocked.command, served, "resolved")
    clocked.close_days()
    assert clocked.states() == {"A001": "completed", "A002": "abandoned"}


LIMIT_MS = 300_000
"""The time after which an unanswered call is a no-show, by the branch's configuration."""


class Sweeper:
    """A1 is called at ten to counter 1; the periodic job has run all morning."""

    def __init__(self, clocked: Clocked) -> None:
        self.clocked = clocked.at(25, "10:00", -automatic_no_show.OUTAGE_MS)
        self.sweep()
        clocked.at(25, "10:00").open()
        clocked.issue()
        assert calling.call_next(clocked.queue, clocked.command, "1").answer is not None

    def sweep(self) -> str:
        """The periodic job, now; the state of the call after it."""
        automatic_no_show.mark_unanswered(self.clocked.queue, self.clocked.now)
        return self.clocked.states().get("A001", "")

    def minutes(self, until_ms: int) -> str:
        """The job, minute by minute, until so long after the call."""
        begun = self.clocked.at(25, "10:00").now
        for now in [*range(begun, begun + until_ms, automatic_no_show.OUTAGE_MS), begun + until_ms]:
            self.clocked.now = now
            state = self.sweep()
        return state


@pytest.fixture
def sweeper(clocked: Clocked) -> Sweeper:
    """An unanswered call."""
    return Sweeper(clocked)


def test_an_unanswered_call_is_a_no_show_at_the_limit(sweeper: Sweeper) -> None:
    assert sweeper.minutes(LIMIT_MS - 1) == "called"
    assert sweeper.minutes(LIMIT_MS) == "no_show"


def test_while_the_counter_is_heard_from_it_is_asked_instead(sweeper: Sweeper) -> None:
    sweeper.minutes(LIMIT_MS - 1)
    counters.open_counter(sweeper.clocked.queue, sweeper.clocked.command, "1")  # open: heard from
    assert sweeper.minutes(LIMIT_MS + 10) == "called"
    assert sweeper.minutes(2 * LIMIT_MS) == "no_show"


@pytest.mark.parametrize(("pause", "state"), [(0, "no_show"), (1, "called")])
def test_after_an_outage_the_limit_restarts(sweeper: Sweeper, pause: int, state: str) -> None:
    sweeper.minutes(LIMIT_MS - automatic_no_show.OUTAGE_MS)
    sweeper.clocked.later(automatic_no_show.OUTAGE_MS + pause)
    assert sweeper.sweep() == state


def test_opening_and_closing_by_the_hours_is_reported_once(clocked: Clocked) -> None:
    for clock in ("09:00", "16:59", "17:00", "23:00"):
        automatic_closing.announce_openings(clocked.queue, clocked.at(25, clock).now)
    entries: Any = clocked.queue.store.client.xrange("q:{raadhuset}:events")
    names = [fields["event"] for _, fields in entries if fields["event"] != "branch.changed"]
    assert names == ["branch.opened", "branch.closed"]


def test_a_historic_branch_is_left_alone(desk: Desk) -> None:
    desk.open()
    desk.issue()
    assert desk.queue.store.time() > MORNING - HOUR_MS
    automatic_closing.close_days(desk.queue)
    automatic_no_show.mark_unanswered(desk.queue)
    automatic_closing.announce_openings(desk.queue)
    assert desk.state().queues[0].waiting == 1
    assert counters.view(desk.queue, desk.command(), "1").open
