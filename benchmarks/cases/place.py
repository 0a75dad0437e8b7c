"""The cost of a ticket in a long queue, from whose order its place is counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final
from uuid import uuid4

from benchmarks.load import Caller, request
from benchmarks.report import Row, at_most, milliseconds
from benchmarks.running import Options
from benchmarks.stack import Stack, configuration, running
from queue_service.access.operations.access import OPERATOR
from queue_service.branches.contract.config import parse_config
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.ahead import EXACT_UP_TO

MANY: Final = (EXACT_UP_TO, 1000)
"""How many wait: the most of whom the calls are simulated, and a crowd."""
_SERVICES: Final = 12
_COUNTERS: Final = 8
_SAMPLES: Final = 300
_KINDS: Final = {"the same at all counters": "same", "other services at each": "other"}

Issue = Callable[[str, str], tuple[str, float]]
"""Issues a ticket for a service of a branch: its id, and what it took in seconds."""


def run(options: Options) -> Iterator[Row]:
    """With an empty and with a long queue, in turns: times of the store, and over HTTP."""
    with running() as stack:
        for kind in _KINDS.values():
            for waiting in (0, *MANY):
                branch = f"{kind}-{waiting}"
                put_branch(stack.queue, branch, _branch(branch, kind))
                stack.open_counters(branch, _COUNTERS)
                for number in range(waiting):
                    issuing.issue(stack.queue, Command(branch, OPERATOR), _service(number))
        samples = options.visits(_SAMPLES * 100) // 100
        for what, connect in (("in the store", _in_the_store), ("over HTTP", _asked)):
            issue = connect(stack)
            for name, kind in _KINDS.items():
                took = _compared(stack, kind, issue, samples)
                yield from _rows(f"a ticket {what}, {name}", took, judged=connect is _asked)


def _compared(stack: Stack, kind: str, issue: Issue, samples: int) -> dict[int, float]:
    """The median by how many wait.

    Each ticket leaves before the next is issued, so that as many wait as before, and nothing that
    was found out for one ticket is of use for the next.
    """
    took: dict[int, list[float]] = {waiting: [] for waiting in (0, *MANY)}
    for number in range(samples):
        for waiting, found in took.items():
            branch = f"{kind}-{waiting}"
            visit_id, seconds = issue(branch, _service(number))
            visits.abandon(stack.queue, Command(branch, OPERATOR), visit_id)
            found.append(seconds)
    return {waiting: median(found) for waiting, found in took.items()}


def _rows(what: str, took: dict[int, float], *, judged: bool) -> Iterator[Row]:
    yield Row(f"{what}: empty queue", milliseconds(took[0]))
    for waiting in MANY:
        yield Row(f"{what}: {waiting} wait", milliseconds(took[waiting]))
        ratio, times = f"{what}: {waiting} wait, times an empty queue", took[waiting] / took[0]
        yield at_most(ratio, times, 1.1) if judged else Row(ratio, f"{times:.3g}")


def _in_the_store(stack: Stack) -> Issue:
    def spent() -> int:
        stats: Any = stack.client.info("commandstats")
        return int(stats["cmdstat_evalsha"]["usec"])

    def issue(branch: str, service: str) -> tuple[str, float]:
        before = spent()
        answer = issuing.issue(stack.queue, Command(branch, OPERATOR), service)
        return answer.visit.id, (spent() - before) / 1_000_000

    return issue


def _asked(stack: Stack) -> Issue:
    caller = Caller(stack.port)

    def issue(branch: str, service: str) -> tuple[str, float]:
        path, token = f"/api/v1/branches/{branch}/visits", stack.token("kiosk", branch)
        body = json.dumps({"service": service}).encode()
        reply, took = caller.ask(request("POST", path, token, body, uuid4().hex))
        return reply.json()["id"], took

    return issue


def _service(number: int) -> str:
    return f"service-{number % _SERVICES}"


def _branch(name: str, kind: str) -> dict[str, Any]:
    document = configuration(name, _SERVICES, _COUNTERS)
    if kind == "other":
        for number, counter in enumerate(document["counters"]):
            counter["services"] = [_service(number + i) for i in range(_SERVICES // 2)]
    return parse_config(document)
