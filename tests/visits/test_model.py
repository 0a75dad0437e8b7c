"""The whole state machine against a plain model, on the real scripts and a real server.

Hypothesis presses every button in every order, repeats requests, and lets time pass. After each
step the store must say what the model says: who waits in which order, who is at which counter,
and that no visit and no count is lost.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, precondition, run_state_machine_as_test
from redis import Redis

from queue_service.command import Queue
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import listing
from queue_service.visits.rules.visit import ENDED_STATES
from queue_service.visits.store.visit_store import VisitStore
from tests.visits.verbs import Verbs


class Office(Verbs):
    """The invariants after every press."""

    @invariant()
    def every_visit_is_where_the_model_says(self) -> None:
        stored = {
            v.id: v
            for v in self.queue.get(VisitStore).many("raadhuset", [p.id for p in self.people])
        }
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
        assert {
            q.service: q.waiting + q.later for q in state.queues if q.waiting + q.later
        } == dict(waiting)
        later = sum(self.held_back(p) > 0 for p in self.people if p.state == "waiting")
        assert sum(q.later for q in state.queues) == later
        assert state.today["issued"] == len(self.people)
        assert all(state.today[s] == states[s] for s in ENDED_STATES)
        for stand in state.counters:
            there = self.at(stand.id)
            open_ = "free" if stand.id in self.teams else "closed"
            assert stand.state == (there.state if there else open_)

    @invariant()
    def the_indices_hold_who_is_there_and_the_totals_explain_it(self) -> None:
        k = BranchKeys("raadhuset")
        held, parked, open_, totals = self.queue.store.read(
            lambda p: (
                p.hkeys(k.holds), p.hkeys(k.parked), p.hvals(k.open_numbers), p.hgetall(k.totals)
            )
        )  # fmt: skip
        waiting = [p for p in self.people if p.state == "waiting"]
        assert set(held) == {p.id for p in waiting if p.bound or p.for_team or p.held >= 0}
        assert set(parked) == {p.id for p in self.people if p.state == "parked"}
        assert set(open_) == {p.id for p in self.people if p.state not in ENDED_STATES}
        for state in ENDED_STATES:
            ended = sum(
                int(n) for f, n in totals.items() if f.startswith("ended|") and f.endswith(state)
            )
            assert ended == self.endings[state]
            now = sum(p.state == state for p in self.people)
            assert now == self.endings[state] - self.returned[state]

    @precondition(lambda self: len(self.people) % 3 == 0)
    @invariant()
    def the_list_is_in_the_order_of_calling(self) -> None:
        listed = listing.visits_of_today(
            self.queue, "raadhuset", state="waiting", at=self.desk.command().at
        )
        waiting = (p for p in self.people if p.state == "waiting")
        expected = sorted(waiting, key=lambda p: (self.held_back(p), p.place()))
        assert [a.visit.id for a in listed] == [p.id for p in expected]


@pytest.fixture
def office(redis_client: Redis) -> type[Office]:
    """The machine on the tests' store."""
    Office.queue = Queue(RedisStore(redis_client))
    return Office


@pytest.mark.slow
def test_every_order_of_presses(office: type[Office]) -> None:
    run_state_machine_as_test(
        office,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
