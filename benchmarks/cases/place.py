"""What a ticket costs where a thousand wait, whose order its place is counted from."""

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
from queue_service.branches.operations import put_branch
from queue_service.command import Deed
from queue_service.visits.operations import issuing, visits

WAITING: Final = 1000
_SERVICES: Final = 12
_COUNTERS: Final = 8
_SAMPLES: Final = 300
_AT_A_TIME: Final = 50
_KINDS: Final = {"the same at all counters": "same", "other services at each": "other"}

Issue = Callable[[str, str], tuple[str, float]]
"""Issues a ticket for a service of a branch: its id, and what it took in seconds."""


def run(options: Options) -> Iterator[Row]:
    """With nobody waiting and with many, in turns: what the store says, and over HTTP."""
    with running() as stack:
        for kind in _KINDS.values():
            for branch in (f"{kind}-few", f"{kind}-many"):
                put_branch(stack.queue, branch, _branch(branch, kind))
                stack.open_counters(branch, _COUNTERS)
            for number in range(WAITING):
                issuing.issue(stack.queue, Deed(f"{kind}-many", OPERATOR), _service(number))
        samples = options.visits(_SAMPLES * 100) // 100
        for what, connect, judged in (
            ("in the store", _in_the_store, False),
            ("over HTTP", _asked, True),
        ):
            issue = connect(stack)
            for name, kind in _KINDS.items():
                row = f"a ticket {what}, {name}"
                yield from _compared(stack, row, kind, issue, samples, judged=judged)


def _compared(
    stack: Stack, what: str, kind: str, issue: Issue, samples: int, *, judged: bool
) -> Iterator[Row]:
    took: dict[str, list[float]] = {"few": [], "many": [], "moved": []}
    for _ in range(max(1, samples // _AT_A_TIME)):
        took["few"] += _alternating(stack, issue, f"{kind}-few")
        took["moved"] += _alternating(stack, issue, f"{kind}-many")
        took["many"] += _one_after_the_other(stack, issue, f"{kind}-many")
    few, many, moved = (median(took[name]) for name in ("few", "many", "moved"))
    yield Row(f"{what}: nobody waits", milliseconds(few))
    ratio = f"{what}: {WAITING} wait, times that"
    yield at_most(ratio, many / few, 1.1) if judged else Row(ratio, f"{many / few:.3g}")
    yield Row(f"{what}: {WAITING} wait, somebody left since the last ticket", f"{moved / few:.3g}")


def _alternating(stack: Stack, issue: Issue, branch: str) -> list[float]:
    """Each ticket leaves before the next is issued, so that as many wait as before."""
    found = []
    for number in range(_AT_A_TIME):
        visit_id, took = issue(branch, _service(number))
        visits.abandon(stack.queue, Deed(branch, OPERATOR), visit_id)
        found.append(took)
    return found


def _one_after_the_other(stack: Stack, issue: Issue, branch: str) -> list[float]:
    """Nothing else happens between the tickets; they leave when all are issued."""
    issued = [issue(branch, _service(number)) for number in range(_AT_A_TIME)]
    for visit_id, _ in issued:
        visits.abandon(stack.queue, Deed(branch, OPERATOR), visit_id)
    return [took for _, took in issued]


def _in_the_store(stack: Stack) -> Issue:
    def spent() -> int:
        stats: Any = stack.client.info("commandstats")
        return int(stats["cmdstat_evalsha"]["usec"])

    def issue(branch: str, service: str) -> tuple[str, float]:
        before = spent()
        answer = issuing.issue(stack.queue, Deed(branch, OPERATOR), service)
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
