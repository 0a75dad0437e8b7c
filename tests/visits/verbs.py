"""A clerk's presses, on a branch and its model alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from queue_service.visits.operations import visits
from tests.access.office import (
    COUNTERS,
    PICK,
    SERVICES,
    TEAMS,
    UNDO,
    UNDO_START,
    WINDOW,
    Citizen,
    Queued,
)
from tests.visits.cases import VERBS
from tests.visits.presses import Presses

CLOSES = 8 * 60
"""Minutes after nine."""

Rule = TypeVar("Rule", bound=Callable[..., Any])


def somebody_for(*verbs: str) -> Callable[[Rule], Rule]:
    """Press such a button only when there is somebody in a state that allows it."""
    return precondition(
        lambda self: any(p.state in VERBS[verb].leads for p in self.people for verb in verbs)
    )


class Verbs(Presses):
    """The rules for one visit, and what the model makes of them."""

    def plain(self, verb: str, pick: int) -> None:
        person = self.some(pick, verb)
        if person is None:
            return
        act = getattr(visits, verb)
        done = self.press(
            verb,
            person,
            lambda key: act(self.queue, self.desk.command(key), person.id),
            # A parked visit is only handed to another counter.
            verb != "park" or person.state != "parked",
        )
        if done and verb == "start":
            person.started = self.desk.seconds
            self.desk.later(0.001)  # what is done next is done later
        if person.state == "abandoned":
            person.bound = person.for_team = None
        if person.state in ("abandoned", "no_show"):
            person.held = -1

    @somebody_for("recall")
    @rule(pick=PICK)
    def recall(self, pick: int) -> None:
        self.plain("recall", pick)

    @somebody_for("start")
    @rule(pick=PICK)
    def start(self, pick: int) -> None:
        self.plain("start", pick)

    @somebody_for("park")
    @rule(pick=PICK)
    def park(self, pick: int) -> None:
        self.plain("park", pick)

    @somebody_for("mark_no_show")
    @rule(pick=PICK)
    def mark_no_show(self, pick: int) -> None:
        self.plain("mark_no_show", pick)

    @somebody_for("abandon")
    @rule(pick=PICK)
    def abandon(self, pick: int) -> None:
        self.plain("abandon", pick)

    @somebody_for("reclassify")
    @rule(pick=PICK, service=SERVICES)
    def reclassify(self, pick: int, service: str) -> None:
        person = self.some(pick, "reclassify")
        if person and self.press(
            "reclassify",
            person,
            lambda key: visits.reclassify(self.queue, self.desk.command(key), person.id, service),
        ):
            person.service = service

    @somebody_for("complete")
    @rule(pick=PICK)
    def complete(self, pick: int) -> None:
        person = self.some(pick, "complete")
        if person:
            self.press(
                "complete",
                person,
                lambda key: visits.complete(
                    self.queue, self.desk.command(key), person.id, "resolved"
                ),
            )

    @somebody_for("continue")
    @rule(pick=PICK, service=SERVICES)
    def proceed(self, pick: int, service: str) -> None:
        person = self.some(pick, "continue")
        if person and self.press(
            "continue",
            person,
            lambda key: visits.continue_visit(
                self.queue, self.desk.command(key), person.id, "referred", service
            ),
        ):
            person.service = service

    @somebody_for("transfer")
    @rule(
        pick=PICK,
        service=SERVICES,
        counter=st.none() | COUNTERS,
        team=TEAMS,
        done=st.booleans(),
    )
    def transfer(
        self, pick: int, service: str, counter: str | None, team: str | None, done: bool
    ) -> None:
        person = self.some(pick, "transfer")
        if person is None:
            return
        team = None if counter else team
        aim = None if counter or team else service
        outcome = "follow_up" if done else None
        if self.press(
            "transfer",
            person,
            lambda key: visits.transfer(
                self.queue,
                self.desk.command(key),
                person.id,
                service=aim,
                counter=counter,
                team=team,
                outcome=outcome,  # type: ignore[arg-type]  # a literal of the test
            ),
            (counter is None or counter in self.teams) and not (done and person.state == "parked"),
        ):
            person.service = aim or person.service
            person.counter, person.end_of_queue = None, None
            person.bound, person.for_team = counter, team

    @somebody_for("resume")
    @rule(pick=PICK, counter=st.none() | COUNTERS)
    def resume(self, pick: int, counter: str | None) -> None:
        person = self.some(pick, "resume")
        if person is None:
            return
        aim = counter or person.counter or ""
        if self.press(
            "resume",
            person,
            lambda key: visits.resume(self.queue, self.desk.command(key), person.id, counter),
            self.free(aim),
        ):
            person.counter = aim

    @rule(pick=PICK, delay=st.sampled_from([0, 60, 300]))
    def requeue(self, pick: int, delay: int) -> None:
        person = self.some(pick, "requeue")
        if person is None:
            return
        missed = person.state != "waiting"
        asked = not missed and (person.as_of or 0) > self.desk.seconds
        if self.press(
            "requeue",
            person,
            lambda key: visits.requeue(self.queue, self.desk.command(key), person.id, delay * 1000),
        ):
            person.counter, person.held = None, self.desk.seconds + delay if delay else -1
            if missed and self.desk.seconds - person.called > WINDOW:
                person.end_of_queue = self.desk.seconds
            if missed and person.bound not in self.teams:
                person.bound = None
            if asked:
                person.as_of = self.desk.seconds + delay

    @somebody_for("postpone")
    @rule(pick=PICK, minutes=st.sampled_from([1, 5, 30]))
    def postpone(self, pick: int, minutes: int) -> None:
        person = self.some(pick, "postpone")
        if person is None:
            return
        now = self.desk.seconds
        minute = int(now // 60) + minutes
        clock = f"{9 + minute // 60:02}:{minute % 60:02}"
        if self.press(
            "postpone",
            person,
            lambda key: visits.postpone(self.queue, self.desk.command(key), person.id, clock),
            minute < CLOSES,
        ):
            if (person.as_of or 0) <= now:
                queued = (person.as_of, person.held, person.end_of_queue, person.high)
                person.queued = Queued(now, *queued)
            elif person.as_of != minute * 60 and not self.can_be_taken_back(person):
                person.queued = None
            person.as_of = person.held = minute * 60
            person.end_of_queue, person.high = None, False

    def can_be_taken_back(self, person: Citizen) -> bool:
        """Whether it is soon enough after the first request to come later."""
        return person.queued is not None and self.desk.seconds - person.queued.asked <= UNDO

    @somebody_for("come_back")
    @rule(pick=PICK)
    def come_back(self, pick: int) -> None:
        person = self.some(pick, "come_back")
        if person is None:
            return
        asked = (person.as_of or 0) > self.desk.seconds
        done = self.press(
            "come_back",
            person,
            lambda key: visits.come_back(self.queue, self.desk.command(key), person.id),
        )
        if done and person.queued and self.can_be_taken_back(person):
            _, person.as_of, person.held, person.end_of_queue, person.high = person.queued
            person.queued = None
        elif done and asked:
            person.as_of, person.held, person.queued = self.desk.seconds, -1, None

    @somebody_for("undo")
    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        person = self.some(pick, "undo")
        if person is None:
            return
        if person.state == "serving":
            started = person.started
            in_time = started is not None and self.desk.seconds - started <= UNDO_START
            in_time = in_time and started != person.called  # as if start had not been pressed
        else:
            in_time = self.desk.seconds - person.ended <= UNDO
        free = person.state != "completed" or self.free(person.counter or "")
        if self.press(
            "undo",
            person,
            lambda key: visits.undo(self.queue, self.desk.command(key), person.id),
            in_time and free,
        ) and person.state in ("waiting", "abandoned"):
            person.counter = None
            if person.state == "waiting" and (person.as_of or 0) > self.desk.seconds:
                person.held = person.as_of or -1
