"""A store with 100,000 finished visits against an empty one: nothing may cost more for it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any, Final, NamedTuple

from benchmarks.cases.scrape import WITHIN_MS, scrape
from benchmarks.cases.tickets import BRANCHES, SERVICES
from benchmarks.load import Caller, Latencies, request
from benchmarks.report import Row, at_most, milliseconds
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from queue_service.history.operations.days import pack_days, summarise_days
from queue_service.store.keys import BranchKeys

_VISITS: Final = 100_000
_CYCLES: Final = 3000
_COUNTERS: Final = 30
_SCRAPES: Final = 11
_MOST_BYTES: Final = 500
_TWO_DAYS_MS: Final = 2 * 24 * 3600 * 1000
_BRANCH: Final = "branch-0"
_SERVICE: Final = "service-0"
_KINDS: Final = ("issue", "call_next", "state", "board")
_LOOKS_EVERY: Final = 10


class _Side(NamedTuple):
    """A stack as its clients see it."""

    port: int
    kiosk: str
    clerk: str
    supervisor: str

    @classmethod
    def of(cls, stack: Stack) -> _Side:
        tokens = (stack.token(role, _BRANCH) for role in ("kiosk", "clerk", "supervisor"))
        return cls(stack.port, *tokens)


def run(options: Options) -> Iterator[Row]:
    """Two stacks, asked in turns, request by request."""
    visits = options.visits(_VISITS)
    with running() as empty, running() as full, others() as pool:
        for stack in (empty, full):
            for number in range(BRANCHES):
                stack.add_branch(f"branch-{number}", SERVICES, _COUNTERS)
            stack.open_counters(_BRANCH, _COUNTERS)
        took = _fill(full, visits)
        yield Row(f"making {visits} visits", f"{took:.0f} s, {full.used_memory() >> 20} MiB")
        _pack(full)
        # The log keeps the last 20,000 events, however many visits there were.
        more = full.used_memory() - empty.used_memory() - _log(full)
        yield at_most("store memory of a finished visit", more / visits, _MOST_BYTES, " bytes")
        sides = [_Side.of(stack) for stack in (empty, full)]
        cycles = 200 if options.quick else _CYCLES
        without, with_history = pool.submit(in_turns, sides, cycles).result()
        scrapes = _scrapes([empty, full])
    for kind in _KINDS:
        before, after = median(without[kind]), median(with_history[kind])
        yield Row(f"{kind}, empty and full", f"{milliseconds(before)}, {milliseconds(after)}")
        yield at_most(
            f"{kind} with {visits} finished visits, times", after / before, 1.1, guard=1.5
        )
    name = f"/metrics/queue, {BRANCHES} branches × {SERVICES} services"
    yield at_most(f"{name}, no visits", scrapes[0] * 1000, WITHIN_MS, " ms")
    yield at_most(f"{name}, {visits} visits", scrapes[1] * 1000, WITHIN_MS, " ms")


def _pack(stack: Stack) -> None:
    """Run the jobs on past days, and once more when yesterday's visits are among them."""
    for now in (stack.queue.store.time(), stack.queue.store.time() + _TWO_DAYS_MS):
        summarise_days(stack.queue, now)
        while pack_days(stack.queue, now):
            pass


def _log(stack: Stack) -> int:
    return int(stack.client.memory_usage(BranchKeys(_BRANCH).events, samples=0) or 0)


def in_turns(sides: list[_Side], cycles: int) -> list[Latencies]:
    """The latencies of each side: one visit here, one visit there, so often."""
    found: list[Latencies] = [defaultdict(list) for _ in sides]
    callers = [Caller(side.port) for side in sides]
    for cycle in range(cycles):
        for caller, side, latencies in zip(callers, sides, found, strict=True):
            _one_visit(caller, side, str(cycle), latencies)
            if cycle % _LOOKS_EVERY == 0:
                _look(caller, side, latencies)
    return [dict(latencies) for latencies in found]


def _one_visit(caller: Caller, side: _Side, key: str, latencies: Latencies) -> None:
    def ask(kind: str, path: str, token: str, body: bytes) -> Any:
        url = f"/api/v1/branches/{_BRANCH}/{path}"
        return _ask(caller, kind, request("POST", url, token, body, f"{kind}{key}"), latencies)

    ask("issue", "visits", side.kiosk, b'{"service":"%s"}' % _SERVICE.encode())
    visit = ask("call_next", "counters/1/call-next", side.clerk, b"{}")
    ask("complete", f"visits/{visit['id']}/complete", side.clerk, b'{"outcome":"resolved"}')


def _look(caller: Caller, side: _Side, latencies: Latencies) -> None:
    state = f"/api/v1/branches/{_BRANCH}/state"
    for kind, path in (("state", state), ("board", f"/dashboards/{_BRANCH}/now")):
        _ask(caller, kind, request("GET", path, side.supervisor), latencies)


def _ask(caller: Caller, kind: str, made: bytes, latencies: Latencies) -> Any:
    reply, took = caller.ask(made)
    latencies[kind].append(took)
    if reply.status not in (200, 201):
        raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")
    return reply.json()


def _fill(stack: Stack, visits: int) -> float:
    began = time.perf_counter()
    stack.fill(_BRANCH, finished=visits)
    return time.perf_counter() - began


def _scrapes(stacks: list[Stack]) -> list[float]:
    """The median of each, asked in turns; the first opens the connections."""
    tokens = [stack.token("metrics") for stack in stacks]
    found: list[list[float]] = [[] for _ in stacks]
    for _ in range(_SCRAPES):
        for stack, token, durations in zip(stacks, tokens, found, strict=True):
            durations.append(scrape(stack.port, token)[0])
    return [median(durations) for durations in found]
