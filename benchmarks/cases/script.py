"""The cost of a ticket's script in the store, relative to that of release 0.4.0.

``benchmarks/former/issue-0.4.0.lua`` is that script as the server got it, without its comments. It
takes the keys and arguments of the present one, and is made from the commit of the release::

    { echo '#!lua'
      git show 35bc7024:queue_service/store/prelude.lua
      git show 35bc7024:queue_service/visits/scripts/issue.lua
    } | grep -v '^ *--' > benchmarks/former/issue-0.4.0.lua

Both issue the same tickets in the same branch, some at a time by turns; what they issued leaves
again. The cost of a ticket is the store's own time for its script (``commandstats``). A round
compares the medians of two neighbours, so that another program, which delays a few tickets, changes
neither. Each ticket is in a millisecond of its own, as most are at a kiosk: the first event of a
millisecond spares the count of the queues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, cast

from redis import Redis

from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import configuration, private_store
from queue_service.access.operations.access import OPERATOR
from queue_service.branches.contract.config import parse_config
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.regression import Inputs, Regression, as_json
from queue_service.visits.rules.wait_estimate import kinds_of_wait, turn_of

FORMER: Final = Path(__file__).parents[1] / "former" / "issue-0.4.0.lua"
_MOST: Final = 1.05
_GUARD: Final = 1.2
_ROUNDS: Final = 150
_TICKETS: Final = 12
"""Issued at a time."""
_SERVICES: Final = 12
_COUNTERS: Final = 8
_WAITING: Final = 10
_LAYOUTS: Final = {
    "every counter takes all": "all",
    "half of the counters take six of twelve services": "half",
}
_WAYS: Final = {"the table of waits": "table", "the regression": "regression"}
_REGRESSION: Final = Regression(
    low_at=2.41387,
    high_at=4.90213,
    low=Inputs(0.61204, -0.38119, 0.27035, 0.11872, 0.01936),
    high=Inputs(0.50871, -0.42706, 0.19448, 0.10393, 0.01102),
    longest=5400,
    turn=98_412,
)
"""Made up, with as many digits as fitted ones."""


class ByRelease(RedisStore):
    """A store that issues by the script of release 0.4.0 while it is ``former``."""

    def __init__(self, client: Redis) -> None:
        super().__init__(client)
        self.former = False
        self._former: Any = client.register_script(FORMER.read_text(encoding="utf-8"))

    def run(self, name: str, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """As the class above; another script than the issuing one has no former one."""
        if name != "issue" or not self.former:
            return super().run(name, keys, args)
        return self.guarded(lambda: self._former(keys=keys, args=args))


def run(options: Options) -> Iterator[Row]:
    """Each layout of counters with each way to an expected wait."""
    with private_store() as queue:
        store = ByRelease(queue.store.client)
        branches = [_Branch(store, layout, way) for layout in _LAYOUTS for way in _WAYS]
        for round_ in range(20 if options.quick else _ROUNDS):
            for branch in branches:
                branch.compare(former_first=round_ % 2 == 0)
    for branch in branches:
        yield from branch.rows()


class _Branch:
    """A branch in which a few wait, and what a ticket has cost in it, in microseconds."""

    def __init__(self, store: ByRelease, layout: str, way: str) -> None:
        self._store, self._queue = store, Queue(store)
        self._what = f"a ticket's script by {way}, {layout}"
        self._command = Command(f"{_LAYOUTS[layout]}-{_WAYS[way]}", OPERATOR)
        self._former: list[float] = []
        self._present: list[float] = []
        name = self._command.branch
        put_branch(self._queue, name, _document(name, halved=_LAYOUTS[layout] == "half"))
        for counter in range(1, _COUNTERS + 1):
            counters.open_counter(self._queue, self._command, f"{counter}")
        _learn(store, name, regressed=_WAYS[way] == "regression")
        for number in range(_WAITING):
            self._issue(number)

    def compare(self, *, former_first: bool) -> None:
        """Issue as many tickets by each script."""
        for former in (former_first, not former_first):
            (self._former if former else self._present).append(self._cost(former))

    def rows(self) -> Iterator[Row]:
        """The median ratio, and both costs."""
        pairs = zip(self._present, self._former, strict=True)
        ratio = median(present / former for present, former in pairs)
        yield at_most(f"{self._what}, times 0.4.0's", ratio, _MOST, guard=_GUARD)
        costs = f"{median(self._present):.1f} and {median(self._former):.1f} µs"
        yield Row("… the store's time for it, now and in 0.4.0", costs)

    def _cost(self, former: bool) -> float:
        self._store.former = former
        issued = [self._issue(number) for number in range(_TICKETS)]
        self._store.former = False
        for visit_id, _ in issued:
            visits.abandon(self._queue, self._command, visit_id)
        return median(took for _, took in issued)

    def _issue(self, number: int) -> tuple[str, int]:
        self._await_next_millisecond()
        began = self._spent()
        answer = issuing.issue(self._queue, self._command, f"service-{number % _SERVICES}")
        return answer.visit.id, self._spent() - began

    def _await_next_millisecond(self) -> None:
        began = self._store.time()
        while self._store.time() == began:
            pass

    def _spent(self) -> int:
        stats: Any = self._store.client.info("commandstats")
        return int(stats["cmdstat_evalsha"]["usec"])


def _document(name: str, *, halved: bool) -> dict[str, Any]:
    document = configuration(name, _SERVICES, _COUNTERS)
    for counter in document["counters"][: _COUNTERS // 2] if halved else ():
        counter["services"] = [f"service-{n}" for n in range(_SERVICES // 2)]
    return parse_config(document)


def _learn(store: RedisStore, name: str, *, regressed: bool) -> None:
    """Let every ticket have an expected wait, of the first kind of similar waits by the table."""
    k, client = BranchKeys(name), cast("Any", store.client)
    kinds = {
        kinds_of_wait(f"service-{service}", ahead, able)[0]
        for service in range(_SERVICES)
        for ahead in range(_WAITING + _TICKETS + 1)
        for able in (_COUNTERS // 2, _COUNTERS)
    }
    ranges = {f"{kind}{wide}": "240|900" for kind in kinds for wide in ("", "|wide")}
    for service in range(_SERVICES):
        ranges[turn_of(f"service-{service}")] = f"{_REGRESSION.turn}|{_REGRESSION.turn}"
    client.hset(k.estimates, mapping=ranges)
    if regressed:
        services = {f"service-{n}": as_json(_REGRESSION) for n in range(_SERVICES)}
        client.hset(k.regression, mapping=services)
