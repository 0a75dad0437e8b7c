"""A branch compared with a simple model of it, for the test of the state machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import QueueError
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.visit import ENDED_STATES
from tests.desks import Desk, document
from tests.visits.cases import VERBS

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
HEAD_START, WINDOW, UNDO, UNDO_START = 600, 900, 120, 30


class Queued(NamedTuple):
    """How a visit was queued until it was postponed, at ``asked``."""

    asked: float
    as_of: float | None
    held: float
    end_of_queue: float | None
    high: bool


@dataclass
class Citizen:
    """A visit in the model; times are seconds on the desk's clock."""

    id: str
    service: str
    order: int
    issued: float
    high: bool
    state: str = "waiting"
    counter: str | None = None
    bound: str | None = None
    for_team: str | None = None
    held: float = -1
    end_of_queue: float | None = None
    called: float = 0
    started: float | None = None
    """When the start was pressed that is the last thing done with it."""
    as_of: float | None = None
    """When it counts as come, where the citizen asked for a later time."""
    queued: Queued | None = None
    """How it was queued before the citizen asked for a later time, while that can be taken back."""
    walk_in: bool = False
    """Whether it was served at once, and has not been called since."""
    ended: float = 0

    def place(self) -> tuple[float, int]:
        """Its key in the order of calling, by the rules in plain words."""
        if self.end_of_queue is not None:
            return self.end_of_queue, -1
        if self.as_of is not None:
            return self.as_of, self.order
        return self.issued - (HEAD_START if self.high else 0), self.order


class Model(RuleBasedStateMachine):
    """A branch and what a person would say of it, side by side."""

    queue: Queue

    def __init__(self) -> None:
        super().__init__()
        self.queue.store.client.flushall()
        self.queue.get(BranchStore).forget("raadhuset")
        put_branch(self.queue, "raadhuset", document(historic=True))
        self.desk = Desk(self.queue)
        self.people: list[Citizen] = []
        self.teams: dict[str, str | None] = {}
        self.endings: Counter[str] = Counter()
        self.returned: Counter[str] = Counter()
        self.keys = 0

    # The model's figures.

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
            if p.state == "waiting" and p.held <= self.desk.seconds and self.comes_to(p, counter)
        ]
        return min(callable_, key=Citizen.place, default=None)

    def comes_to(self, person: Citizen, counter: str) -> bool:
        """Whether the counter is to call a person once it is their turn."""
        if person.for_team:
            return self.teams[counter] == person.for_team
        if person.bound:
            return person.bound == counter
        return person.service in self.takes(counter)

    def held_back(self, person: Citizen) -> float:
        """Until when a delay keeps a person back; 0 when it does not."""
        return person.held if person.held > self.desk.seconds else 0

    def some(self, pick: int, verb: str) -> Citizen | None:
        """A person: three times out of four one in a state that allows the verb."""
        fit = [p for p in self.people if p.state in VERBS[verb].leads] if pick % 4 else []
        among = fit or self.people
        return among[pick % len(among)] if among else None

    # Pressing buttons.

    def press(
        self, verb: str, person: Citizen, act: Callable[[str], CommandResult], allowed: bool = True
    ) -> CommandResult | None:
        """Do it twice under one key; refused exactly when the table or the model says so."""
        self.keys += 1
        undoes_serve = (verb, person.state) == ("undo", "serving") and person.walk_in
        row = "undo_serve" if undoes_serve else verb
        expected = allowed and person.state in VERBS[row].leads
        try:
            first = act(f"key-{self.keys}")
            again = act(f"key-{self.keys}")
        except QueueError:
            assert not expected, f"{verb} of {person} was refused"
            return None
        assert expected, f"{verb} of {person} was not refused"
        assert (again.visit, again.replayed) == (first.visit, True)
        if verb != "reclassify":
            person.started = None
        if verb not in ("postpone", "come_back"):
            person.queued = None
        before, person.state = person.state, VERBS[row].leads[person.state]  # type: ignore[index]  # a visit's state, as text
        if before in ENDED_STATES:
            self.returned[before] += 1
        if person.state in ENDED_STATES:
            self.endings[person.state] += 1
            person.ended = self.desk.seconds
        return first
