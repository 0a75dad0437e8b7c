"""A call's way to 2,000 phones that follow a number of one branch, while tickets are issued."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from statistics import median
from typing import Any, Final

from benchmarks.cases.displays import Moments, act, events, wait_until_open
from benchmarks.load import request
from benchmarks.report import Row, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from queue_service.access.operations.access import OPERATOR
from queue_service.command import Command
from queue_service.visits.operations import issuing

_PHONES: Final = 2000
_HALL: Final = "hall"
_BESIDE: Final = 24
"""Other branches, each of which issues and calls a ticket each second, as the hall does."""
_COUNTERS: Final = 4
_SECONDS: Final = 20.0
_TURNS: Final = 3
_SETTLE_SECONDS: Final = 2.0
_EVENT_MS: Final = 200
_TICKETS_TIMES: Final = 1.3
_STORE_TIMES: Final = 1.1

_CALLED: Final = re.compile(rb'"number":"([^"]+)","counter":"[^"]+","at"')
"""A call in a message: to read all of it as JSON would be a large part of the measured time."""

Arrival = tuple[tuple[str, str], float]


def run(options: Options) -> Iterator[Row]:
    """Tickets alone, next to one phone and next to all of them, by turns."""
    seconds = max(5.0, options.seconds(_SECONDS))
    turns = 1 if options.quick else _TURNS
    many = _PHONES // 10 if options.quick else _PHONES
    with running() as stack, others(2) as pool:
        codes = _prepare(stack, many)
        branches = [_HALL, *(f"branch-{number}" for number in range(_BESIDE))]
        people = [(b, stack.token("kiosk", b), stack.token("clerk", b)) for b in branches]
        alone, one, all_of_them = zip(
            *(
                [_beside(stack, pool, people, some, seconds) for some in ([], codes[:1], codes)]
                for _ in range(turns)
            ),
            strict=True,
        )
        yield from _rows(many, alone, one, all_of_them)


class _Run:
    """How late each call's message was on each phone, and each ticket (seconds), and how many
    commands the store had meanwhile."""

    def __init__(self, late: list[float], missing: int, issues: list[float], asked: int) -> None:
        self.late = late
        self.missing = missing
        self.tickets = summary(issues)
        self.asked = asked


def _rows(
    many: int, alone: Sequence[_Run], one: Sequence[_Run], all_of_them: Sequence[_Run]
) -> Iterator[Row]:
    late = [each for run in all_of_them for each in run.late]
    found = summary(late)
    spread = f"p50 {milliseconds(found.p50)}, at worst {milliseconds(max(late))}"
    phones = f"{many} phones of one branch"
    yield Row(f"a call's message on {phones}", spread)
    what = f"a call's message on each of {phones}, p99"
    yield at_most(what, found.p99 * 1000, _EVENT_MS, " ms", guard=2 * _EVENT_MS)
    missing = sum(run.missing for run in all_of_them)
    yield at_most(f"calls that one of {phones} did not show", missing, 0, guard=0)
    for which, runs in (
        ("alone", alone),
        ("next to one phone", one),
        (f"next to {phones}", all_of_them),
    ):
        each = ", ".join(milliseconds(run.tickets.p99) for run in runs)
        yield Row(f"a ticket {which}, p99 of each turn", each)
    times = _p99(all_of_them) / _p99(alone)
    what = f"a ticket next to {phones}, p99, times that alone"
    yield at_most(what, times, _TICKETS_TIMES, guard=2 * _TICKETS_TIMES)
    asked = sum(run.asked for run in all_of_them) / sum(run.asked for run in one)
    what = f"commands of the store next to {phones}, times those next to one"
    yield at_most(what, asked, _STORE_TIMES, guard=_STORE_TIMES)


def _p99(runs: Sequence[_Run]) -> float:
    """The median of the turns: a disk that is slow for a moment is in one of them alone."""
    return median(run.tickets.p99 for run in runs)


def _prepare(stack: Stack, many: int) -> list[str]:
    for branch in (_HALL, *(f"branch-{number}" for number in range(_BESIDE))):
        stack.add_branch(branch, 5, _COUNTERS)
        stack.open_counters(branch, _COUNTERS)
    command = Command(_HALL, OPERATOR)
    issued = (
        issuing.issue(stack.queue, command, f"service-{number % 5}", follow=True)
        for number in range(many)
    )
    # Those at the front are called while it is measured; their pages go on all the same.
    return [ticket.code for ticket in issued]


def _beside(
    stack: Stack,
    pool: Executor,
    people: Sequence[tuple[str, str, str]],
    codes: list[str],
    seconds: float,
) -> _Run:
    heard = pool.submit(listen, stack.port, codes, seconds + 3 * _SETTLE_SECONDS)
    wait_until_open(stack, len(codes))
    before = _commands(stack)
    pressed, issues = pool.submit(act, stack.port, [*people], seconds).result()
    asked = _commands(stack) - before
    own: Moments = {key: at for key, at in pressed.items() if key[0] == _HALL}
    late = [at - own[key] for key, at in heard.result() if key in own]
    return _Run(late, len(own) * len(codes) - len(late), issues, asked)


def _commands(stack: Stack) -> int:
    stats: Any = stack.client.info("commandstats")
    return sum(int(each["calls"]) for each in stats.values())


def listen(port: int, codes: list[str], seconds: float) -> list[Arrival]:
    """When each phone showed each call for the first time; ``seconds`` count once all are open."""
    arrivals: list[Arrival] = []
    shown: list[set[str]] = [set() for _ in codes]
    requests = [request("GET", f"/t/{code}/events", "") for code in codes]
    for phone, event, at in events(port, requests, seconds):
        numbers = {number.decode() for number in _CALLED.findall(event)}
        arrivals += [((_HALL, number), at) for number in numbers - shown[phone]]
        shown[phone] |= numbers
    return arrivals
