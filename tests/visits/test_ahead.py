"""The number of people ahead that a citizen sees, compared with actually emptying the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.store import CounterStore
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.scripts import script_text
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.operations.deciding import operation
from queue_service.visits.rules.ahead import EXACT_UP_TO, competing_counters, people_ahead
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.postponing import postponed
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.transitions import Verb
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk, document

SERVICES = ("pas", "korekort", "turist", "pension")
SOME_SERVICES = st.sets(st.sampled_from(SERVICES), min_size=1).map(sorted)


def _later(case: Case, delay_ms: int) -> Visit:
    return postponed(case.visit, case.now + delay_ms, case.now)


come_later = operation(Verb(_later, {"waiting": "waiting"}, "visit.postponed"))
"""As ``visits.postpone``, at any hour of any day."""


class LiveDesk(Desk):
    """A branch on the store's own clock."""

    def command(self, idempotency: str | None = None, *, request: str = "same") -> Command:
        return super().command(idempotency, request=request)._replace(at=None)


def branch_with(
    queue: Queue,
    counters_take: list[list[str]],
    teams_take: list[list[str]],
    kind: type[Desk] = Desk,
) -> Desk:
    """A branch with these services at its counters and for its teams."""
    config = document(
        historic=kind is Desk,
        services=[
            {"id": s, "name": {"da": s}, "prefix": chr(65 + n)} for n, s in enumerate(SERVICES)
        ],
        counters=[
            {"id": str(n + 1), "name": f"Skranke {n + 1}", "services": taken}
            for n, taken in enumerate(counters_take)
        ],
        teams=[
            {"id": f"team{n}", "name": {"da": f"Hold {n}"}, "services": taken}
            for n, taken in enumerate(teams_take)
        ],
    )
    put_branch(queue, "raadhuset", config)
    return kind(queue)


def test_visits_for_other_services_of_the_same_counters_are_ahead(queue: Queue) -> None:
    desk = branch_with(queue, [["*"]] * 10, [])
    for counter in range(1, 11):
        desk.open(str(counter))
    for n in range(39):
        desk.later(1).issue(SERVICES[1 + n % 3])
    answer = desk.later(1).issue("pas")
    assert answer.position == 39
    assert listing.one_visit(queue, desk.branch, answer.visit.id).position == 39


def test_one_counter_calls_all_that_it_takes_first(queue: Queue) -> None:
    desk = branch_with(queue, [["*"]], [])
    desk.open()
    for _ in range(20):
        desk.later(1).issue("korekort")
    assert desk.later(1).issue("pas").position == 20


def test_a_visit_at_a_counter_without_both_services_is_not_ahead(queue: Queue) -> None:
    desk = branch_with(queue, [["korekort", "turist"], ["pas", "turist"]], [])
    desk.open("1")
    desk.open("2")
    for service in ("korekort", "turist", "korekort"):
        desk.later(1).issue(service)
    # Counter 1 takes the licence first, then the tourist comes to counter 2 before the passport.
    assert desk.later(1).issue("pas").position == 1


def test_a_teams_list_says_what_an_open_counter_takes(queue: Queue) -> None:
    desk = branch_with(queue, [["*"]], [["pas", "turist"]])
    desk.open("1", "team0")
    desk.issue("korekort")
    assert desk.later(1).issue("pas").position == 0
    desk.open("1", None)
    assert desk.later(1).issue("pas").position == 2


def test_without_an_open_counter_all_that_could_take_it_count(queue: Queue) -> None:
    desk = branch_with(queue, [["pas", "turist"], ["korekort"]], [["pas"]])
    desk.open("2")
    for service in ("turist", "korekort", "turist"):
        desk.later(1).issue(service)
    answer = desk.later(1).issue("pas")
    assert (answer.position, answer.visit.counters_open) == (2, 0)


def test_a_service_that_no_counter_takes_is_counted_separately(queue: Queue) -> None:
    desk = branch_with(queue, [["korekort"]], [])
    desk.issue("pas")
    desk.issue("korekort")
    assert desk.later(1).issue("pas").position == 1


def test_a_delay_for_what_no_counter_takes_comes_behind_none_of_another_service(
    queue: Queue,
) -> None:
    desk = branch_with(queue, [["korekort"]], [])
    other, delayed = desk.issue("korekort").visit.id, desk.issue("pas").visit.id
    visits.requeue(queue, desk.command(), other, 60_000)
    assert visits.requeue(queue, desk.command(), delayed, 120_000).position == 0


def test_a_free_counter_has_its_turn_before_one_with_a_visit(queue: Queue) -> None:
    desk = branch_with(queue, [["pas", "turist"], ["pas"]], [])
    desk.open("1")
    desk.open("2")
    desk.issue("turist")
    desk.called("1")
    desk.later(1).issue("turist")
    answer = desk.later(1).issue("pas")
    # Counter 2 has no visit, so it calls before counter 1 takes the tourist.
    assert (answer.position, answer.visit.counters_open, answer.visit.counters_busy) == (0, 2, 1)
    visits.complete(queue, desk.command(), desk.called("2").visit.id, "resolved")
    assert desk.later(1).issue("pas").position == 0
    visits.complete(
        queue, desk.command(), queue.get(CounterStore).states(desk.branch).busy["1"], "resolved"
    )
    # Now that both are free it is counter 1 that comes first.
    assert desk.later(1).issue("pas").position == 2


def test_a_team_that_is_nowhere_is_counted_over_all_counters_as_if_open_with_it(
    queue: Queue,
) -> None:
    desk = branch_with(queue, [["*"], ["*"]], [["pas"], ["*"]])
    desk.open("1", "team1")
    sent = desk.issue("korekort").visit.id
    desk.called("1")
    for service in ("pas", "korekort", "pas", "pas"):
        desk.later(-0.01).issue(service)  # earlier places than the one that is sent on
    answer = visits.transfer(queue, desk.command(), sent, team="team0")
    # Three passports before it, over two counters: theirs are the turns 0, 1 and 2.
    listed = listing.one_visit(queue, desk.branch, sent)
    in_list = {
        a.visit.id: a.position
        for a in listing.visits_of_today(queue, desk.branch, state="waiting", at=desk.command().at)
    }
    assert (answer.position, listed.position, in_list[sent]) == (3, 3, 3)


def test_visits_sent_to_a_team_take_its_counters_turns(queue: Queue) -> None:
    desk = branch_with(queue, [["*"], ["*"]], [["*"], ["*"]])
    desk.open("1", "team0")
    desk.open("2", "team1")
    for _ in range(3):
        sent = desk.issue("pas").visit.id
        calling.call(queue, desk.command(), sent, "1")
        visits.transfer(queue, desk.command(), sent, team="team0")
        desk.later(1)
    # Three wait for counter 1 alone, so counter 2 is free for others.
    assert desk.issue("pas").position == 1
    assert desk.later(1).issue("pas").position == 3


@pytest.mark.parametrize("delayed", [0, 1], ids=["nobody asked for a delay", "one did"])
def test_above_a_hundred_it_is_an_upper_bound(queue: Queue, delayed: int) -> None:
    desk = branch_with(queue, [["pas", "korekort"], ["pas", "turist"]], [])
    desk.open("1")
    desk.open("2")
    for _ in range(delayed):
        away = desk.issue("turist").visit.id
        visits.requeue(queue, desk.command(), away, 600_000)
    for _ in range(EXACT_UP_TO - 1):
        desk.later(1).issue("korekort")
    desk.issue("turist")
    ticket = desk.later(1).issue("pas")
    # Counter 1 takes a licence, counter 2 the tourist, counter 1 a licence: then counter 2 is free.
    assert places(desk, ticket) == [3, 3, 3]
    visits.abandon(queue, desk.command(), ticket.visit.id)
    desk.issue("korekort")
    assert places(desk, desk.later(1).issue("pas")) == [EXACT_UP_TO + 1] * 3


def places(desk: Desk, issued: CommandResult) -> list[int | None]:
    """A ticket's position at issue, now, and in the list."""
    branch, at = desk.queue.get(BranchStore).current(desk.branch), desk.command().at
    asked = desk.queue.get(VisitStore).standing(branch, issued.visit, at)
    listed = listing.visits_of_today(desk.queue, desk.branch, state="waiting", at=at)
    in_list = {a.visit.id: a.position for a in listed}
    return [issued.position, int(asked.split("|")[1]), in_list[issued.visit.id]]


def test_by_the_stores_clock_all_others_are_before_a_ticket(queue: Queue) -> None:
    desk = branch_with(queue, [["*"], ["*"]], [], LiveDesk)
    desk.open("1")
    desk.open("2")
    for service in SERVICES:
        desk.issue(service)
    parked = desk.called("1").visit.id
    visits.start(queue, desk.command(), parked)
    visits.park(queue, desk.command(), parked)
    desk.called("2")
    assert desk.issue("pas").position == 2


@pytest.mark.parametrize("counters_take", [[["*"]], [["*"], ["pas"]]], ids=["all", "some"])
def test_after_the_clock_was_set_back_later_places_are_not_before_a_ticket(
    queue: Queue, counters_take: list[list[str]]
) -> None:
    desk = branch_with(queue, counters_take, [], LiveDesk)
    desk.open("1")
    desk.issue("pas")
    later = desk.issue("pas").visit
    client, k = queue.store.client, BranchKeys(desk.branch)
    an_hour = 3_600_000
    client.zadd(k.queue("pas"), {later.id: later.place + an_hour * 1000})
    client.xadd(k.events, {"event": "x", "data": "{}"}, id=f"{later.issued_at + an_hour}-0")
    assert desk.issue("pas").position == 1


@pytest.mark.parametrize("counters_take", [[["*"]], [["*"], ["pas"]]], ids=["all", "some"])
def test_by_the_stores_clock_a_visit_that_comes_later_is_not_before_a_ticket(
    queue: Queue, counters_take: list[list[str]]
) -> None:
    desk = branch_with(queue, counters_take, [], LiveDesk)
    desk.open("1")
    come_later(queue, desk.command(), desk.issue("pas").visit.id, 3_600_000)
    assert desk.issue("pas").position == 0
    assert desk.issue("pas").position == 1


ALIKE = st.integers(1, 4).map(lambda number: [["*"]] * number)
COUNTERS = st.lists(SOME_SERVICES, min_size=1, max_size=4) | ALIKE
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["issue"] * 6 + ["hurry", "delay", "come_later", "send", "hand_over", "busy"]
        ),
        st.sampled_from(SERVICES),
        st.integers(0, 30),
    ),
    max_size=24,
)


class Office:
    """A branch in any state, and who is called in which order from there."""

    shortest_delay = 0

    def __init__(self, queue: Queue, data: st.DataObject, kind: type[Desk] = Desk) -> None:
        queue.store.client.flushdb()
        teams = data.draw(st.lists(SOME_SERVICES, max_size=2))
        at_counters = data.draw(COUNTERS)
        self.queue = queue
        self.desk = branch_with(queue, at_counters, teams, kind)
        self.branch = queue.get(BranchStore).current("raadhuset")
        self.opened: list[str] = []
        self.delays = 0
        staff = st.sampled_from([None, "closed", *self.branch.teams])
        for counter in self.branch.counters:
            team = data.draw(staff)
            if team != "closed":
                self.desk.open(counter, team)
                self.opened.append(counter)
        for verb, service, pick in data.draw(STEPS):
            getattr(self, verb)(service, pick)
            self.desk.later(1)

    def waiting(self) -> list[Any]:
        """Everybody who waits, with their position as listed."""
        return listing.visits_of_today(
            self.queue, "raadhuset", state="waiting", at=self.desk.command().at
        )

    def issue(self, service: str, _: int) -> None:
        self.is_listed(self.desk.issue(service))

    def hurry(self, service: str, _: int) -> None:
        self.is_listed(self.desk.issue(service, priority="high"))

    def is_listed(self, issued: CommandResult) -> None:
        """The ticket and the list have the same position, and the ticket has the counters."""
        listed = {a.visit.id: a.position for a in self.waiting()}
        assert listed[issued.visit.id] == issued.position == issued.visit.ahead
        opened, busy, *_ = self.queue.get(CounterStore).states("raadhuset")
        able = competing_counters(self.branch, opened, busy, issued.visit.service)
        staffed = [one.counter for one in able if opened.get(one.counter) == one.team]
        with_visit = sum(counter in busy for counter in staffed)
        assert issued.visit.counters_open == len(staffed)
        assert issued.visit.counters_busy == with_visit

    def delay(self, _: str, pick: int) -> None:
        """A visit is delayed, each to another millisecond."""
        self.held_back(visits.requeue, pick)

    def come_later(self, _: str, pick: int) -> None:
        """A citizen asks to come later, each at another millisecond."""
        self.held_back(come_later, pick)

    def held_back(self, by: Callable[[Queue, Command, str, int], object], pick: int) -> None:
        """Hold one waiting visit back, each time until another instant."""
        found = self.waiting()
        if found:
            self.delays += 1
            visit_id = found[pick % len(found)].visit.id
            delay = self.shortest_delay + 500 * pick + self.delays
            by(self.queue, self.desk.command(), visit_id, delay)

    def free(self, pick: int) -> str | None:
        """An open counter without a visit."""
        busy = self.queue.get(CounterStore).states("raadhuset").busy
        free = [c for c in self.opened if c not in busy]
        return free[pick % len(free)] if free else None

    def send(self, service: str, pick: int) -> None:
        """A visit is called and sent on to a counter."""
        visit_id = self.called_away(pick)
        if visit_id:
            aim = self.opened[pick % len(self.opened)]
            visits.transfer(self.queue, self.desk.command(), visit_id, service=service, counter=aim)

    def hand_over(self, service: str, pick: int) -> None:
        """A visit is called and sent on to a team, whether or not a counter is open as it."""
        teams = list(self.branch.teams)
        visit_id = self.called_away(pick) if teams else None
        if visit_id:
            aim = teams[pick % len(teams)]
            visits.transfer(self.queue, self.desk.command(), visit_id, service=service, team=aim)

    def called_away(self, pick: int) -> str | None:
        """A visit that has just been called; None if none can be."""
        counter, found = self.free(pick), self.waiting()
        if not counter or not found:
            return None
        visit_id: str = found[pick % len(found)].visit.id
        calling.call(self.queue, self.desk.command(), visit_id, counter)
        return visit_id

    def busy(self, service: str, pick: int) -> None:
        """A counter serves somebody."""
        counter = self.free(pick)
        if counter:
            issuing.serve(self.queue, self.desk.command(), counter, service)

    def called_before(self, visit_id: str) -> int:
        """How many are called before a visit when its counters come free in turn."""
        visit = self.queue.get(VisitStore).many("raadhuset", [visit_id])[0]
        opened, busy, *_ = self.queue.get(CounterStore).states("raadhuset")
        line = competing_counters(self.branch, opened, busy, visit.service, visit.bound_to)
        turns = [stand.counter for stand in line]
        self.put_away(turns)
        for stand in line:  # where none is open that takes it: as if all opened for it
            if opened.get(stand.counter) != stand.team:
                self.desk.open(stand.counter, stand.team or None)
        called: list[str] = []
        while True:
            so_far = len(called)
            for counter in turns:
                answer = self.desk.next(counter)
                if answer is not None:
                    called.append(answer.visit.id)
                    visits.complete(self.queue, self.desk.command(), called[-1], "resolved")
            if visit_id in called:
                return called.index(visit_id)
            if len(called) == so_far:
                self.wait_for_the_next_return()

    def wait_for_the_next_return(self) -> None:
        """Let time pass until the delay that ends first is over."""
        now = self.desk.command().at or 0
        until = min(u for _, u in self.queue.get(VisitStore).holds("raadhuset").values() if u > now)
        self.desk.later((until - now) / 1000)

    def put_away(self, turns: list[str]) -> None:
        """Free the counters without anybody joining the queue."""
        busy = self.queue.get(CounterStore).states("raadhuset").busy
        for counter, visit_id in busy.items():
            if counter in turns:
                visits.complete(self.queue, self.desk.command(), visit_id, "resolved")


def check(queue: Queue, data: st.DataObject, exact_up_to: int = EXACT_UP_TO) -> None:
    """One office: everybody's place by every way of asking, and one of them by waiting for it."""
    office = Office(queue, data)
    found = office.waiting()
    if not found:
        return
    for answer in found:
        asked = queue.get(VisitStore).standing(
            office.branch, answer.visit, office.desk.command().at
        )
        assert int(asked.split("|")[1]) == answer.position, answer.visit.number
    opened, busy, *_ = queue.get(CounterStore).states("raadhuset")
    now = office.desk.command().at or 0
    assert {a.visit.id: a.position for a in found} == people_ahead(
        [a.visit for a in found], office.branch, opened, busy, now
    )
    chosen = data.draw(st.sampled_from(found))
    if not chosen.visit.bound_to and not any(
        chosen.visit.service in c.services for c in office.branch.counters.values()
    ):
        return
    called_before = office.called_before(chosen.visit.id)
    assert chosen.position is not None
    if chosen.position <= exact_up_to:
        assert called_before == chosen.position
    else:
        assert called_before <= chosen.position


def try_each(examples: int, example: Callable[[st.DataObject], object]) -> None:
    """Try so many examples, each drawn from the data that it is given."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def one(data: st.DataObject) -> None:
        example(data)

    one()


EXAMPLES = pytest.mark.parametrize("examples", [50, pytest.param(300, marks=pytest.mark.nightly)])


@pytest.mark.slow
@EXAMPLES
def test_so_many_are_called_before(redis_client: Redis, examples: int) -> None:
    """Any counters, teams, priorities, delays and visits bound to a counter or a team."""
    queue = Queue(RedisStore(redis_client))
    try_each(examples, lambda data: check(queue, data))


@pytest.mark.slow
@EXAMPLES
def test_no_more_are_called_before(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch, examples: int
) -> None:
    """The same where few are many already."""
    monkeypatch.setattr("queue_service.visits.rules.ahead.EXACT_UP_TO", 3)
    limit = f"local EXACT_UP_TO = {EXACT_UP_TO}\n"
    assert script_text("ahead").count(limit) == 1
    monkeypatch.setattr(
        "queue_service.store.redis_store.script_text",
        lambda name: script_text(name).replace(limit, "local EXACT_UP_TO = 3\n"),
    )
    queue = Queue(RedisStore(redis_client))
    try_each(examples, lambda data: check(queue, data, 3))


class LiveOffice(Office):
    """One by the store's clock, whose delays outlast the test."""

    shortest_delay = 3_600_000


@pytest.mark.slow
@EXAMPLES
def test_by_the_stores_clock_a_ticket_says_what_the_list_says(
    redis_client: Redis, examples: int
) -> None:
    """The script counts in a quicker way if no place can be later than the ticket's."""
    queue = Queue(RedisStore(redis_client))
    try_each(examples, lambda data: LiveOffice(queue, data, LiveDesk))
