"""Random days of a branch, and everything that phones said during them compared with the truth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from queue_service.closing.operations.day_end import close_day
from queue_service.command import Command, Queue
from queue_service.counters.operations import counters
from queue_service.errors import QueueError
from queue_service.following import operations
from queue_service.following.operations import FoundVisit
from queue_service.following.rules import Followed, Places
from queue_service.following.shared import SharedBranch
from queue_service.visits.operations import calling, errands, issuing, visits
from queue_service.visits.rules.ahead import EXACT_UP_TO, competing_counters
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.postponing import can_be_taken_back, is_postponed
from queue_service.visits.rules.visit import AT_COUNTER, OPEN_STATES, Priority, Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, MORNING

BRANCH: Final = "raadhuset"
SERVICES: Final = ("pas", "korekort", "turist")
COUNTERS: Final = ("1", "2", "3")
TEAMS: Final = (None, None, "citizen", "library")
STEPS: Final = 70
_PHONE: Final = "192.0.2.7"


def clock_at(instant: int) -> str:
    """The time of an instant (ms) on the branch's clock, such as 14:30."""
    return f"{datetime.fromtimestamp(instant / 1000, ZoneInfo('Europe/Copenhagen')):%H:%M}"


Act = Callable[[Command], Any]


@dataclass
class Day:
    """A day of a historic branch. ``said`` counts what phones said, by state."""

    queue: Queue
    seed: int
    said: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _calls: dict[str, str] = field(default_factory=dict)
    """The last counter of each number that was called, in the order of these calls."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - seeded
        self.at = MORNING + self.chance.randrange(3_600_000)
        self.shared = SharedBranch(self.queue, BRANCH, learnt_seconds=0)

    def run(self) -> None:
        """A day, and at its end every visit that waits is called in turn.

        Raises AssertionError with the seed.
        """
        try:
            for counter in self.chance.sample(COUNTERS, self.chance.randint(0, 3)):
                self._try(lambda c, one=counter: counters.open_counter(self.queue, c, one))  # type: ignore[misc]  # a lambda's default has no type
            for _ in range(STEPS):
                self._step()
            self._call_in_turn()
            self._try(lambda c: close_day(self.queue, c, force=True))
            self._compare(everything=True)
        except BaseException as error:
            error.add_note(f"seed {self.seed}")
            raise

    def _step(self) -> None:
        self.at += self.chance.choice((1, 200, 5_000, 20_000, 90_000))
        before = self.shared.refresh(self.at)
        act = self._act()
        if isinstance(act, str):
            self._call(act, before)
        else:
            self._try(act)
        self._compare(everything=self.chance.random() < 0.2)

    def _compare(self, *, everything: bool) -> None:
        """Compare the phones with the documents, and with the script that counts."""
        places = self.shared.refresh(self.at)
        afresh = SharedBranch(self.queue, BRANCH, learnt_seconds=0).refresh(self.at)
        truth = {visit.id: visit for visit in self._documents()}
        still_open = {key for key, visit in truth.items() if visit.state in OPEN_STATES}
        assert places.now.visits.keys() == still_open
        assert [call[:2] for call in places.now.calls] == [*self._calls.items()][:-4:-1]
        some = list(truth) if everything else self.chance.sample([*truth], min(4, len(truth)))
        for visit_id in some:
            followed = places.followed(truth[visit_id])
            assert followed == afresh.followed(truth[visit_id])
            self.said[followed.state] = self.said.get(followed.state, 0) + 1
            self._is_true(truth[visit_id], followed, places)

    def _is_true(self, visit: Visit, said: Followed, places: Places) -> None:
        assert said.number == visit.number
        opened, busy = self.queue.get(VisitStore).counters(BRANCH)
        match said.state:
            case "waiting" | "next" | "untaken" | "held" | "carried":
                assert visit.state == "waiting"
                counted = self._counted(visit, places)
                if said.ahead is not None:
                    assert said.ahead == counted.position
                if said.state in ("waiting", "next"):
                    assert said.wait == counted.estimate
                able = competing_counters(
                    places.now.branch,
                    opened,
                    busy,
                    visit.service,
                    visit.bound_to,
                    visit.also_wanted,
                )
                taken = any(opened.get(one.counter) == one.team for one in able)
                assert (said.state == "untaken") <= (not taken)
                assert (said.state == "next") <= (taken and counted.position == 0)
                assert (said.state == "held") == ((visit.held_until or 0) > self.at)
            case "called" | "serving":
                assert (visit.state, visit.counter) == (said.state, said.counter)
                assert busy[str(said.counter)] == visit.id
            case "left":
                assert visit.state == "abandoned"
            case "missed" | "missed_late":
                assert (visit.state, visit.called_to) == ("no_show", said.counter)
                assert said.at == visit.called_at
            case "parked" | "done":
                assert visit.state in ("parked", "completed", "incomplete")
            case _:
                assert visit.state not in OPEN_STATES

    def _counted(self, visit: Visit, places: Places) -> CommandResult:
        """Its place and its wait as the script counts them."""
        standing = self.queue.get(VisitStore).standing(places.now.branch, visit, self.at)
        return read_answer(standing)

    def _call(self, counter: str, before: Places) -> None:
        """A call, and whether the phones had said whose turn it would be."""
        opened, busy = dict(before.now.opened), before.now.busy
        waiting = [v for v in before.now.visits.values() if v.state == "waiting"]
        first: dict[str, bool] = {}
        for visit in waiting:
            able = competing_counters(
                before.now.branch, opened, busy, visit.service, visit.bound_to, visit.also_wanted
            )
            at_once = able[0].counter == counter and opened.get(counter) == able[0].team
            if at_once:
                first[visit.id] = before.followed(visit).state == "next"
        with suppress(QueueError):
            command = Command(BRANCH, CLERK, None, self.at)
            called = calling.call_next(self.queue, command, counter).answer
            if called is None:
                assert not any(first.values())
                return
            self._note_call(called.visit.number, counter)
            # A visit with several errands waits for a counter that takes all of them, so that one
            # after it may be called at once, without a page that said so.
            several = any(visit.also_wanted for visit in waiting)
            for visit_id, told in first.items():
                was_called = visit_id == called.visit.id
                assert told <= was_called, visit_id
                assert told == was_called or several, visit_id

    def _note_call(self, number: str, counter: str) -> None:
        self._calls.pop(number, None)
        self._calls[number] = counter

    def _call_in_turn(self) -> None:
        """For one visit, its counters call in turn until it is called: as many as were ahead."""
        self.at += 3_600_000  # every delay is over
        if not self.queue.get(VisitStore).counters(BRANCH)[0]:
            self._try(lambda c: counters.open_counter(self.queue, c, "1"))
        self._free_counters()
        places = self.shared.refresh(self.at)
        waiting = [v for v in places.now.visits.values() if v.state == "waiting"]
        promised = [v for v in waiting if places.followed(v).state in ("waiting", "next")]
        if not promised or any(visit.also_wanted for visit in waiting):
            return  # several errands: others may be called before they are counted to be
        mine = self.chance.choice(promised)
        ahead = places.followed(mine).ahead
        assert ahead is not None
        assert ahead <= EXACT_UP_TO
        able = competing_counters(
            places.now.branch,
            places.now.opened,
            places.now.busy,
            mine.service,
            mine.bound_to,
            mine.also_wanted,
        )
        for turn in range(ahead + 1):
            self.at += 1
            counter = able[turn % len(able)].counter
            command = Command(BRANCH, CLERK, None, self.at)
            called = calling.call_next(self.queue, command, counter).answer
            assert called is not None
            self._note_call(called.visit.number, counter)
            assert (called.visit.id == mine.id) == (turn == ahead), (turn, ahead)
            visits.complete(self.queue, command, called.visit.id, "resolved")

    def _free_counters(self) -> None:
        for visit in self.queue.get(VisitStore).open_visits(BRANCH):
            if visit.state in AT_COUNTER:
                command = Command(BRANCH, CLERK, None, self.at)
                visits.complete(self.queue, command, visit.id, "resolved")

    def _documents(self) -> list[Visit]:
        return self.queue.get(VisitStore).many(BRANCH, self._codes)

    def _try(self, act: Act) -> None:
        with suppress(QueueError):
            act(Command(BRANCH, CLERK, None, self.at))

    def _act(self) -> Act | str:
        """A ticket, a counter's name for its call, or something else."""
        pick, queue = self.chance, self.queue
        kind = pick.random()
        counter, service = pick.choice(COUNTERS), pick.choice(SERVICES)
        if kind < 0.3:
            return lambda c: self._issue(c, service)
        if kind < 0.5:
            return counter
        if kind < 0.6:
            team = pick.choice(TEAMS)
            return pick.choice(
                (
                    lambda c: counters.open_counter(queue, c, counter, team),
                    lambda c: counters.open_counter(queue, c, counter, team),
                    lambda c: counters.close_counter(queue, c, counter),
                )
            )
        if kind < 0.7:
            return lambda _: self._on_the_phone()
        return self._verb(counter, service)

    def _issue(self, command: Command, service: str) -> None:
        priorities: tuple[Priority, ...] = ("normal", "normal", "normal", "high")
        priority = self.chance.choice(priorities)
        made = issuing.issue(
            self.queue, command, service, channel="desk", priority=priority, follow=True
        )
        found = operations.find_visit(self.queue, made.code.lower(), _PHONE)
        assert found == FoundVisit(BRANCH, made.visit.id)
        self._codes[made.visit.id] = made.code

    def _on_the_phone(self) -> None:
        """An offered action works, and any other does nothing."""
        if not self._codes:
            return
        visit_id = self.chance.choice([*self._codes])
        found, places = FoundVisit(BRANCH, visit_id), self.shared.refresh(self.at)
        (visit,) = self.queue.get(VisitStore).many(BRANCH, [visit_id])
        may = places.followed(visit).may
        if self.chance.random() < 0.3:
            self._not_before(found, visit, may)
            return
        act, word, state = self.chance.choice(
            ((operations.leave, "leave", "abandoned"), (operations.come_back, "return", "waiting"))
        )
        for _ in range(2):
            act(self.queue, found, at=self.at)
            (after,) = self.queue.get(VisitStore).many(BRANCH, [visit_id])
            assert after.state == (state if word in may else visit.state)

    def _not_before(self, found: FoundVisit, visit: Visit, may: tuple[str, ...]) -> None:
        """A time that has come by a later step, or not; or the citizen is back before."""
        later = self.at + self.chance.randrange(60_000, 900_000)
        back = self.chance.random() < 0.3
        for _ in range(2):
            if back:
                operations.is_here(self.queue, found, at=self.at)
            else:
                operations.postpone(self.queue, found, clock_at(later), at=self.at)
            (after,) = self.queue.get(VisitStore).many(BRANCH, [found.visit])
            if ("here" if back else "not-before") not in may:
                assert after._replace(stamp=visit.stamp) == visit
            elif back and visit.earlier is not None and can_be_taken_back(visit, self.at):
                earlier = visit.earlier
                assert (after.not_before, after.place) == (earlier.not_before, earlier.place)
            else:
                asked = self.at if back else later // 60_000 * 60_000
                assert after.not_before == asked
                assert after.place // 1000 >= asked
                # Only a place that was still to come is given up for an earlier one.
                assert after.place >= visit.place or is_postponed(visit, self.at)

    def _verb(self, counter: str, service: str) -> Act:
        pick, queue = self.chance, self.queue
        if not self._codes:
            return lambda c: self._issue(c, service)
        visit_id = pick.choice([*self._codes])
        verbs: tuple[Act, ...] = (
            lambda c: visits.start(queue, c, visit_id),
            lambda c: visits.complete(queue, c, visit_id, "resolved"),
            lambda c: visits.continue_visit(queue, c, visit_id, "resolved", service),
            lambda c: visits.transfer(queue, c, visit_id, service=service),
            lambda c: visits.transfer(queue, c, visit_id, counter=counter),
            lambda c: visits.transfer(queue, c, visit_id, team="library"),
            lambda c: visits.park(queue, c, visit_id),
            lambda c: visits.resume(queue, c, visit_id, counter),
            lambda c: visits.mark_no_show(queue, c, visit_id),
            lambda c: visits.requeue(queue, c, visit_id, pick.choice((0, 60_000, 300_000))),
            lambda c: visits.postpone(queue, c, visit_id, "12:00"),
            lambda c: visits.prioritise(queue, c, visit_id, "agreed_time"),
            lambda c: errands.add_errand(queue, c, visit_id, service, 1),
            lambda c: visits.reclassify(queue, c, visit_id, service),
            lambda c: visits.undo(queue, c, visit_id),
        )
        return pick.choice(verbs)
