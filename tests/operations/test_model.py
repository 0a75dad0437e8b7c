"""The whole state machine against a plain model, on the real scripts and a real server.

Hypothesis presses every button in every order, repeats requests, and lets time pass. After each
step the store must say what the model says: who waits in which order, who is at which counter,
and that no visit and no count is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from queue_service.domain.answer import Answer
from queue_service.domain.errors import QueueError
from queue_service.domain.transitions import TRANSITIONS
from queue_service.domain.visit import ENDED_STATES
from queue_service.operations import calling, counters, issuing, listing, visits
from queue_service.operations.branches import put_branch
from queue_service.operations.queue import Queue, open_queue
from queue_service.store.redis_store import RedisStore
from tests.operations.conftest import Desk, document

SERVICES = st.sampled_from(["pas", "korekort", "turist"])
COUNTERS = st.sampled_from(["1", "2", "3"])
TEAMS = st.sampled_from([None, "library", "citizen"])
PICK = st.integers(0, 200)
GAPS = st.sampled_from([1, 30, 119, 121, 601, 901])
TAKES = {
    "1": {"pas", "korekort", "turist"},
    "2": {"pas", "turist"},
    "3": {"pas", "korekort", "turist"},
}
HEAD_START, WINDOW, UNDO = 600, 900, 120


@dataclass
class Citizen:
    """What the model knows of a visit; times are seconds on the desk's clock."""

    id: str
    service: str
    order: int
    issued: float
    high: bool
    state: str = "waiting"
    counter: str | None = None
    bound: str | None = None
    held: float = -1
    end_of_queue: float | None = None
    called: float = 0
    ended: float = 0

    def place(self) -> tuple[float, int]:
        """Its key in the order of calling, by the rules as a person would tell them."""
        if self.end_of_queue is not None:
            return self.end_of_queue, -1
        return self.issued - (HEAD_START if self.high else 0), self.order


class Office(RuleBasedStateMachine):
    """A branch and its model side by side."""

    queue: Queue

    def __init__(self) -> None:
        super().__init__()
        self.queue.store.client.flushall()
        self.queue.branches.forget("raadhuset")
        put_branch(self.queue, "raadhuset", document(historic=True))
        self.desk = Desk(self.queue)
        self.people: list[Citizen] = []
        self.teams: dict[str, str | None] = {}
        self.endings: Counter[str] = Counter()
        self.returned: Counter[str] = Counter()
        self.keys = 0

    # What the model says.

    def at(self, counter: str) -> Citizen | None:
        there = (p for p in self.people if p.counter == counter)
        return next((p for p in there if p.state in ("called", "serving")), None)

    def free(self, counter: str) -> bool:
        return counter in self.teams and self.at(counter) is None

    def takes(self, counter: str) -> set[str]:
        return TAKES[counter] & {"turist"} if self.teams[counter] == "library" else TAKES[counter]

    def next_for(self, counter: str) -> Citizen | None:
        callable_ = [
            p
            for p in self.people
            if p.state == "waiting"
            and p.held <= self.desk.seconds
            and (p.bound == counter or (p.bound is None and p.service in self.takes(counter)))
        ]
        return min(callable_, key=Citizen.place, default=None)

    def some(self, pick: int, verb: str) -> Citizen | None:
        """Somebody: three times out of four one in a state that allows the verb."""
        fit = [p for p in self.people if p.state in TRANSITIONS[verb]] if pick % 4 else []
        among = fit or self.people
        return among[pick % len(among)] if among else None

    # Pressing buttons.

    def press(
        self, verb: str, person: Citizen, act: Callable[[str], Answer], allowed: bool = True
    ) -> Answer | None:
        """Do it twice under one key; refused exactly when the table or the model says so."""
        self.keys += 1
        expected = allowed and person.state in TRANSITIONS[verb]
        try:
            first = act(f"key-{self.keys}")
            again = act(f"key-{self.keys}")
        except QueueError:
            assert not expected, f"{verb} of {person} was refused"
            return None
        assert expected, f"{verb} of {person} was not refused"
        assert (again.visit, again.replayed) == (first.visit, True)
        before, person.state = person.state, TRANSITIONS[verb][person.state]  # type: ignore[index]
        if before in ENDED_STATES:
            self.returned[before] += 1
        if person.state in ENDED_STATES:
            self.endings[person.state] += 1
            person.ended = self.desk.seconds
        return first

    @initialize(
        open_=st.lists(st.tuples(COUNTERS, TEAMS), min_size=1, max_size=4),
        issued=st.lists(st.tuples(SERVICES, st.booleans(), GAPS), min_size=2, max_size=6),
    )
    def a_morning(
        self, open_: list[tuple[str, str | None]], issued: list[tuple[str, bool, int]]
    ) -> None:
        for counter, team in open_:
            self.open(counter, team)
        for service, high, gap in issued:
            self.time_passes(gap)
            self.issue(service, high)

    @rule(seconds=GAPS)
    def time_passes(self, seconds: int) -> None:
        self.desk.later(seconds)

    @rule(service=SERVICES, high=st.booleans())
    def issue(self, service: str, high: bool) -> None:
        self.desk.later(0.001)
        answer = self.desk.issue(service, priority="high" if high else "normal")
        person = Citizen(answer.visit.id, service, len(self.people), self.desk.seconds, high)
        self.people.append(person)

    @rule(counter=COUNTERS, team=TEAMS)
    def open(self, counter: str, team: str | None) -> None:
        self.desk.open(counter, team)
        self.teams[counter] = team

    @rule(counter=COUNTERS)
    def close(self, counter: str) -> None:
        busy = self.at(counter) is not None
        try:
            counters.close_counter(self.queue, self.desk.deed(), counter)
        except QueueError:
            assert busy
            return
        assert not busy
        self.teams.pop(counter, None)
        for person in self.people:
            if person.bound == counter:
                person.bound = None

    @rule(counter=COUNTERS)
    def call_next(self, counter: str) -> None:
        self.keys += 1
        deed = self.desk.deed(f"key-{self.keys}")
        free = self.free(counter)
        expected = self.next_for(counter) if free else None
        try:
            answer = calling.call_next(self.queue, deed, counter).answer
            again = calling.call_next(self.queue, deed, counter)
        except QueueError:
            assert not free
            return
        assert free
        assert again.replayed
        assert (answer.visit.id if answer else None) == (expected.id if expected else None)
        if expected:
            self.called(expected, counter)

    @rule(pick=PICK, counter=COUNTERS)
    def call(self, pick: int, counter: str) -> None:
        person = self.some(pick, "call")
        if person is None:
            return
        done = self.press(
            "call",
            person,
            lambda key: calling.call(self.queue, self.desk.deed(key), person.id, counter),
            self.free(counter),
        )
        if done:
            self.called(person, counter)

    def called(self, person: Citizen, counter: str) -> None:
        person.state, person.counter, person.bound, person.held = "called", counter, None, -1
        person.called = self.desk.seconds

    @rule(counter=COUNTERS, service=SERVICES)
    def serve(self, counter: str, service: str) -> None:
        free = self.free(counter)
        self.desk.later(0.001)
        try:
            answer = issuing.serve(self.queue, self.desk.deed(), counter, service)
        except QueueError:
            assert not free
            return
        assert free
        self.people.append(
            Citizen(
                answer.visit.id, service, len(self.people), self.desk.seconds, False,
                state="serving", counter=counter, called=self.desk.seconds,
            )
        )  # fmt: skip

    @rule(pick=PICK, verb=st.sampled_from(["recall", "start", "park", "mark_no_show", "abandon"]))
    def plain(self, pick: int, verb: str) -> None:
        person = self.some(pick, verb)
        if person is None:
            return
        act = getattr(visits, verb)
        self.press(verb, person, lambda key: act(self.queue, self.desk.deed(key), person.id))
        if person.state in ("abandoned", "no_show"):
            person.bound, person.held = None, -1

    @rule(pick=PICK, service=SERVICES)
    def reclassify(self, pick: int, service: str) -> None:
        person = self.some(pick, "reclassify")
        if person and self.press(
            "reclassify",
            person,
            lambda key: visits.reclassify(self.queue, self.desk.deed(key), person.id, service),
        ):
            person.service = service

    @rule(pick=PICK)
    def complete(self, pick: int) -> None:
        person = self.some(pick, "complete")
        if person:
            self.press(
                "complete",
                person,
                lambda key: visits.complete(self.queue, self.desk.deed(key), person.id, "resolved"),
            )

    @rule(pick=PICK, service=SERVICES)
    def proceed(self, pick: int, service: str) -> None:
        person = self.some(pick, "continue")
        if person and self.press(
            "continue",
            person,
            lambda key: visits.proceed(
                self.queue, self.desk.deed(key), person.id, "referred", service
            ),
        ):
            person.service = service

    @rule(pick=PICK, service=SERVICES, counter=st.none() | COUNTERS, done=st.booleans())
    def transfer(self, pick: int, service: str, counter: str | None, done: bool) -> None:
        person = self.some(pick, "transfer")
        if person is None:
            return
        aim = None if counter else service
        outcome = "follow_up" if done else None
        if self.press(
            "transfer",
            person,
            lambda key: visits.transfer(
                self.queue,
                self.desk.deed(key),
                person.id,
                service=aim,
                counter=counter,
                outcome=outcome,  # type: ignore[arg-type]
            ),
            counter is None or counter in self.teams,
        ):
            person.service = aim or person.service
            person.counter, person.bound, person.end_of_queue = None, counter, None

    @rule(pick=PICK, counter=st.none() | COUNTERS)
    def resume(self, pick: int, counter: str | None) -> None:
        person = self.some(pick, "resume")
        if person is None:
            return
        aim = counter or person.counter or ""
        if self.press(
            "resume",
            person,
            lambda key: visits.resume(self.queue, self.desk.deed(key), person.id, counter),
            self.free(aim),
        ):
            person.counter = aim

    @rule(pick=PICK, delay=st.sampled_from([0, 60, 300]))
    def requeue(self, pick: int, delay: int) -> None:
        person = self.some(pick, "requeue")
        if person is None:
            return
        missed = person.state != "waiting"
        if self.press(
            "requeue",
            person,
            lambda key: visits.requeue(self.queue, self.desk.deed(key), person.id, delay * 1000),
        ):
            person.counter, person.held = None, self.desk.seconds + delay if delay else -1
            if missed and self.desk.seconds - person.called > WINDOW:
                person.end_of_queue = self.desk.seconds

    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        person = self.some(pick, "undo")
        if person is None:
            return
        in_time = self.desk.seconds - person.ended <= UNDO
        free = person.state != "completed" or self.free(person.counter or "")
        if self.press(
            "undo",
            person,
            lambda key: visits.undo(self.queue, self.desk.deed(key), person.id),
            in_time and free,
        ) and (person.state == "waiting"):
            person.counter = None

    # What must hold after every step.

    @invariant()
    def every_visit_is_where_the_model_says(self) -> None:
        stored = {v.id: v for v in self.queue.visits.many("raadhuset", [p.id for p in self.people])}
        assert len(stored) == len(self.people)
        for person in self.people:
            visit = stored[person.id]
            assert (visit.state, visit.service) == (person.state, person.service)
            if person.state in ("called", "serving", "parked"):
                assert visit.counter == person.counter
        numbers = [v.number for v in stored.values()]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def the_state_counts_everybody_once(self) -> None:
        state = self.desk.state()
        states = Counter(p.state for p in self.people)
        waiting = Counter(p.service for p in self.people if p.state == "waiting")
        assert {q.service: q.waiting for q in state.queues if q.waiting} == dict(waiting)
        assert state.today["issued"] == len(self.people)
        assert all(state.today[s] == states[s] for s in ENDED_STATES)
        for stand in state.counters:
            there = self.at(stand.id)
            open_ = "free" if stand.id in self.teams else "closed"
            assert stand.state == (there.state if there else open_)

    @invariant()
    def nothing_is_left_behind_in_an_index(self) -> None:
        held = self.queue.visits.holds("raadhuset")
        waiting = [p for p in self.people if p.state == "waiting"]
        assert set(held) == {p.id for p in waiting if p.bound or p.held >= 0}
        parked = {v.id for c in TAKES for v in self.queue.visits.parked_at("raadhuset", c)}
        assert parked == {p.id for p in self.people if p.state == "parked"}
        open_ = {v.id for v in self.queue.visits.open_visits("raadhuset")}
        assert open_ == {p.id for p in self.people if p.state not in ENDED_STATES}

    @precondition(lambda self: len(self.people) % 3 == 0)
    @invariant()
    def the_list_is_in_the_order_of_calling(self) -> None:
        listed = listing.visits_of_today(self.queue, "raadhuset", state="waiting")
        expected = sorted((p for p in self.people if p.state == "waiting"), key=Citizen.place)
        assert {a.visit.id for a in listed} == {p.id for p in expected}

    @invariant()
    def totals_never_fall_and_explain_the_present(self) -> None:
        totals: Any = self.queue.store.client.hgetall("q:{raadhuset}:totals")
        for state in ENDED_STATES:
            ended = sum(
                int(n) for f, n in totals.items() if f.startswith("ended|") and f.endswith(state)
            )
            assert ended == self.endings[state]
            now = sum(p.state == state for p in self.people)
            assert now == self.endings[state] - self.returned[state]


@pytest.fixture
def office(redis_client: Redis) -> type[Office]:
    """The machine on the tests' store."""
    Office.queue = open_queue(RedisStore(redis_client))
    return Office


def test_every_order_of_presses(office: type[Office]) -> None:
    run_state_machine_as_test(
        office,
        settings=settings(
            max_examples=120,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
