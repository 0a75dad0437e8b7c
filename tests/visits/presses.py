"""Tickets, counters and calls, pressed on a branch and its model alike."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from queue_service.counters.operations import counters
from queue_service.errors import QueueError
from queue_service.visits.operations import calling, issuing
from tests.access.office import COUNTERS, GAPS, PICK, SERVICES, TEAMS, Citizen, Model


class Presses(Model):
    """The rules for tickets and counters, and what the model makes of them."""

    @initialize(
        open_=st.lists(st.tuples(COUNTERS, TEAMS), min_size=1, max_size=4),
        issued=st.lists(st.tuples(SERVICES, st.booleans(), GAPS), min_size=2, max_size=6),
        begun=st.sampled_from(["", "called", "serving", "parked", "no_show", "completed"]),
    )
    def a_morning(
        self, open_: list[tuple[str, str | None]], issued: list[tuple[str, bool, int]], begun: str
    ) -> None:
        for counter, team in open_:
            self.open(counter, team)
        for service, high, gap in issued:
            self.time_passes(gap)
            self.issue(service, high)
        if begun:
            self.call_next(open_[0][0])
        for verb in {
            "serving": ("start",),
            "parked": ("start", "park"),
            "no_show": ("mark_no_show",),
            "completed": ("complete",),
        }.get(begun, ()):
            getattr(self, verb)(1)

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
            counters.close_counter(self.queue, self.desk.command(), counter)
        except QueueError:
            assert busy
            return
        assert not busy
        self.teams.pop(counter, None)
        for person in self.people:
            if person.bound == counter and person.state == "waiting":
                person.bound = None

    @rule(counter=COUNTERS)
    def call_next(self, counter: str) -> None:
        self.keys += 1
        command = self.desk.command(f"key-{self.keys}")
        free = self.free(counter)
        expected = self.next_for(counter) if free else None
        try:
            answer = calling.call_next(self.queue, command, counter).answer
            again = calling.call_next(self.queue, command, counter)
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
            lambda key: calling.call(self.queue, self.desk.command(key), person.id, counter),
            self.free(counter),
        )
        if done:
            self.called(person, counter)

    def called(self, person: Citizen, counter: str) -> None:
        person.state, person.counter, person.held = "called", counter, -1
        person.called, person.walk_in, person.queued = self.desk.seconds, False, None
        if person.as_of is not None:
            person.as_of = min(person.as_of, self.desk.seconds)

    @rule(counter=COUNTERS, service=SERVICES)
    def serve(self, counter: str, service: str) -> None:
        free = self.free(counter)
        self.desk.later(0.001)
        try:
            answer = issuing.serve(self.queue, self.desk.command(), counter, service)
        except QueueError:
            assert not free
            return
        assert free
        self.people.append(
            Citizen(
                answer.visit.id, service, len(self.people), self.desk.seconds, False,
                state="serving", counter=counter, started=self.desk.seconds, walk_in=True,
            )
        )  # fmt: skip
        self.desk.later(0.001)  # what is done next is done later
