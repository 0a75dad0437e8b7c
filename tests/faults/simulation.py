"""Days of a branch from one seed: two web processes, their network, the clock and the store.

One process plays both web processes by turns. Wherever one of them asks the store the schedule may
lose the request, lose the reply after the store has done it, or let the other process act in
between. Now and then the store is killed and started again. Anyone who was not answered repeats the
command with its key, at either process, and some repeat it also after they were answered. The same
seed makes the same days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, TypeVar

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.closing.operations import day_end
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import QueueError, StoreUnavailable
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import calling, errands, issuing, visits
from queue_service.visits.operations.calling import Called
from queue_service.visits.rules import transitions
from queue_service.visits.rules.visit import OUTCOMES, Visit
from tests.desks import document
from tests.faults.checker import Checker

BRANCH: Final = "raadhuset"
SERVICES: Final = ("pas", "korekort", "turist")
COUNTERS: Final = ("1", "2", "3", "4")
MIDNIGHT_BEFORE_WINTER_TIME: Final = 1_792_792_800_000
"""2026-10-23 22:00 UTC: the first days have a change to winter time among them."""
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR

LOST_REQUESTS: Final = 0.004
LOST_REPLIES: Final = 0.006
IN_BETWEEN: Final = 0.02
REPEATED: Final = 0.05
STORE_KILLED: Final = 0.0005
RECONFIGURED: Final = 0.002
A_DAYS_STEPS: Final = 700

_ELSEWHERE: Final = (
    "CONTINUE", "CLOSE_DAY", "CLOSE_DAY_UNATTENDED", "RELEASE", "CARRY", "CARRY_NO_MORE",
    "TAKE_BACK",
)  # fmt: skip
"""Rows that are not pressed for one visit, and the one whose operation has another name."""
VERBS: Final = {
    name.lower(): verb
    for name, verb in vars(transitions).items()
    if isinstance(verb, transitions.Verb) and name not in _ELSEWHERE
} | {"continue_visit": transitions.CONTINUE}

Answer = TypeVar("Answer")
Act = Callable[[Queue, Command], Any]


class UnreliableStore(RedisStore):
    """Access to the store over a network that the schedule controls."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation.client)
        self._simulation = simulation

    def guarded(self, ask: Callable[[], Answer]) -> Answer:
        """The answer, unless it gets lost. Raises StoreUnavailable."""
        chance = self._simulation.network.random()
        if chance < LOST_REQUESTS:
            raise StoreUnavailable("The request is lost.")
        if chance < LOST_REQUESTS + LOST_REPLIES:
            super().guarded(ask)
            raise StoreUnavailable("The reply is lost.")
        if chance < LOST_REQUESTS + LOST_REPLIES + IN_BETWEEN:
            self._simulation.act_in_between()
        return super().guarded(ask)


@dataclass
class Simulation:
    """``kill_store`` ends the server of ``client`` without warning and starts it again."""

    client: Any
    kill_store: Callable[[], None]
    seed: int
    steps: int = 0
    kills: int = 0
    refused: int = 0
    unanswered: int = 0
    repeated: int = 0
    done: list[str] = field(default_factory=list)
    """The last commands, to investigate a fault."""
    _depth: int = 0
    _keys: int = 0

    def __post_init__(self) -> None:
        self.schedule, self.network = Random(self.seed), Random(self.seed + 1)  # noqa: S311 - seeded
        self.at = MIDNIGHT_BEFORE_WINTER_TIME + 8 * HOUR
        plain = Queue(RedisStore(self.client))
        put_branch(plain, BRANCH, configuration(len(COUNTERS)))
        self._processes = [Queue(UnreliableStore(self)) for _ in range(2)]
        self._plain = plain
        self.checker = Checker(plain, BRANCH)

    def run(self, steps: int) -> None:
        """So many steps, each checked against the log, and everything at the end of some days.

        Raises AssertionError with the seed.
        """
        try:
            while self.steps < steps:
                self._day(min(steps, self.steps + A_DAYS_STEPS))
            self.checker.check()
        except BaseException as error:
            last = "\n  ".join(self.done[-12:])
            error.add_note(f"seed {self.seed}, step {self.steps}; the last were\n  {last}")
            raise

    def act_in_between(self) -> None:
        """Let somebody else act while a command is on its way."""
        if self._depth < 3:
            self._step()

    def _day(self, until: int) -> None:
        while self.steps < until:
            self._step()
            self.checker.read()
            assert not self.checker.faults, self.checker.faults
        if self.schedule.random() < 0.8:  # else somebody forgets it
            self._insist(lambda q, c: day_end.close_day(q, c, force=True))
        if self.schedule.random() < 0.2:
            self.checker.check()
        start = self.at - MIDNIGHT_BEFORE_WINTER_TIME
        self.at += DAY - start % DAY + self.schedule.randrange(6 * HOUR, 23 * HOUR)

    def _step(self) -> None:
        self.steps += 1
        self._depth += 1
        self._pass_time()
        chance = self.schedule.random()
        if chance < STORE_KILLED:
            self.kill_store()
            self.kills += 1
        elif chance < STORE_KILLED + RECONFIGURED:
            # A counter goes or comes; who is there stays there.
            number = self.schedule.choice((3, 4))
            self._try(lambda: put_branch(self._plain, BRANCH, configuration(number)))
        else:
            self._insist(self._press())
        self._depth -= 1

    def _pass_time(self) -> None:
        """Seconds at most, as a rule; now and then the clock is set an hour forward or back."""
        chance = self.schedule.random()
        if chance < 0.001:
            self.at += HOUR
        elif chance < 0.002:
            self.at -= self.schedule.choice((2_000, HOUR))
        else:
            self.at += self.schedule.randrange(40_000)

    def _insist(self, act: Act) -> None:
        """Do it until it is answered, at either process; sometimes once more."""
        self._keys += 1
        name = f"{self.seed}-{self._keys}"
        caller = Caller("clerk", "clerk")
        command = Command(BRANCH, caller, IdempotencyKey(caller.id, name, "the same"), self.at)
        for _ in range(30):
            try:
                first = act(self.schedule.choice(self._processes), command)
            except StoreUnavailable:
                self.unanswered += 1
                continue
            except QueueError as refusal:
                self.refused += 1
                self.done.append(f"{name} was refused: {refusal.code}")
                return
            self.done.append(f"{name} was done: {summary_of(first)}")
            break
        else:
            return
        if self.schedule.random() < REPEATED:
            self._repeat(act, command, first)

    def _repeat(self, act: Act, command: Command, first: Any) -> None:
        """An acknowledged request is answered again and not executed again."""
        self.repeated += 1
        try:
            again = act(self.schedule.choice(self._processes), command)
        except StoreUnavailable:
            return
        assert visit_of(again) == visit_of(first), f"{first} was told again as {again}"

    def _try(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except QueueError:
            self.refused += 1

    def _press(self) -> Act:
        chance = self.schedule.random()
        if chance < 0.3:
            return self._issue()
        if chance < 0.5:
            counter = self.schedule.choice(COUNTERS)
            return lambda q, c: calling.call_next(q, c, counter)
        if chance < 0.58:
            return self._stand()
        return self._serve()

    def _issue(self) -> Act:
        service = self.schedule.choice(SERVICES)
        priority = self.schedule.choice(("normal", "normal", "normal", "high"))
        if self.schedule.random() < 0.05:
            counter = self.schedule.choice(COUNTERS)
            return lambda q, c: issuing.serve(q, c, counter, service)
        return lambda q, c: issuing.issue(q, c, service, channel="desk", priority=priority)  # type: ignore[arg-type]  # a literal, by the choice

    def _stand(self) -> Act:
        """A counter is opened, or closed."""
        counter = self.schedule.choice(COUNTERS)
        team = self.schedule.choice((None, "citizen", "library"))
        if self.schedule.random() < 0.7:
            return lambda q, c: counters.open_counter(q, c, counter, team)
        return lambda q, c: counters.close_counter(q, c, counter)

    def _serve(self) -> Act:
        """Something is done with a visit, as a rule what its state allows."""
        pick = self.schedule
        known = list(self.checker.open) + list(self.checker.lately)
        if not known:
            return self._issue()
        visit = pick.choice(known)
        state = self.checker.paths[visit].state
        names = [name for name, verb in VERBS.items() if state in verb.leads]
        if not names or pick.random() < 0.1:
            names = list(VERBS)
        return self._act(pick.choice(names), visit)

    def _act(self, name: str, visit: str) -> Act:
        pick = self.schedule
        outcome, service = pick.choice(OUTCOMES), pick.choice(SERVICES)
        counter, delay = pick.choice(COUNTERS), pick.choice((0, 0, 60_000, 300_000))
        people = pick.choice((0, 1, 3))
        later = pick.choice(("10:15", "12:30", "15:45"))
        aim = pick.choice(({"service": service}, {"counter": counter}, {"team": "library"}))
        if name == "call":
            return lambda q, c: calling.call(q, c, visit, counter)
        if name == "add_errand":
            return lambda q, c: errands.add_errand(q, c, visit, service, people)
        act: Callable[..., Any] = getattr(visits, "undo" if name.startswith("undo") else name)
        arguments: dict[str, tuple[Any, ...]] = {
            "complete": (outcome,),
            "continue_visit": (outcome, service),
            "requeue": (delay,),
            "postpone": (later,),
            "reclassify": (service,),
            "resume": (counter,),
            "set_language": ("en",),
            "set_needs": (["seat"],),
            "prioritise": ("agreed_time",),
        }
        if name == "transfer":
            return lambda q, c: act(q, c, visit, **aim)
        return lambda q, c: act(q, c, visit, *arguments.get(name, ()))


def visit_of(answer: Any) -> Any:
    """The parts of a response that have to be the same in a repeat."""
    if isinstance(answer, Called):
        return answer.answer and answer.answer.visit
    return getattr(answer, "visit", None) or getattr(answer, "id", None)


def summary_of(answer: Any) -> str:
    """An answer in a few words."""
    visit = visit_of(answer)
    return f"{visit.number} is {visit.state}" if isinstance(visit, Visit) else str(visit)


def configuration(number: int) -> dict[str, Any]:
    """The branch with so many counters, open all day; commands bring their own time."""
    return document(
        historic=True,
        opening_hours={day: [["00:00", "24:00"]] for day in WEEKDAYS},
        counters=[{"id": c, "name": f"Skranke {c}", "services": ["*"]} for c in COUNTERS[:number]],
    )
