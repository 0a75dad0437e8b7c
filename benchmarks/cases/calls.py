"""Eight clerks call and complete flat out while many wait, against a route that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from benchmarks.load import Driver, Latencies
from benchmarks.report import Row, Summary, at_least, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, bare_route, running
from benchmarks.users import BARE, CALL, COMPLETE, ISSUE, bare_user, clerk, counter_user

_CLERKS: Final = 8
_SERVICES: Final = 12
_MANY: Final = 27_000
_FEW: Final = 10
_CROWD: Final = 10_000
_ROUNDS: Final = 4
_SECONDS: Final = 3.0
_SHARE: Final = 25
_BRANCH: Final = "branch-0"


def run(options: Options) -> Iterator[Row]:
    """Both routes in turns, so that whatever else the machine does meets both."""
    many = _waiting(options, _MANY)
    rates: dict[str, list[float]] = {BARE: [], CALL: []}
    found: list[Summary] = []
    with (
        running() as stack,
        bare_route(stack.settings.web_processes) as bare_port,
        others() as pool,
    ):
        prepare(stack, _BRANCH, many)
        token, ports = stack.token("clerk", _BRANCH), {BARE: bare_port, CALL: stack.port}
        for _ in range(1 + options.rounds(_ROUNDS)):
            for kind, reached in rates.items():
                seconds = options.seconds(_SECONDS)
                took, latencies = pool.submit(flat_out, ports[kind], kind, token, seconds).result()
                served = latencies.get(COMPLETE, [])
                asked = [*latencies[kind], *served]
                reached.append(len(asked) / took)
                if kind == CALL:
                    found.append(summary(asked))
                stack.fill(_BRANCH, waiting=len(served))  # as many wait as before
    # The first round warms everything up.
    rate = {kind: median(values[1:]) for kind, values in rates.items()}
    p50, p99 = median(s.p50 for s in found[1:]), median(s.p99 for s in found[1:])
    yield Row(f"bare route at {_CLERKS} clerks", f"{rate[BARE]:.0f}/s")
    spread = f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}"
    yield Row(f"calls and completions, {many} wait", f"{rate[CALL]:.0f}/s, {spread}")
    ratio = 100 * rate[CALL] / rate[BARE]
    yield at_least(
        "calls and completions per second, of the bare route's", ratio, _SHARE, " %", guard=15
    )
    if not options.quick:  # tests/visits/test_cost.py counts what a crowd costs
        yield from _crowd(options)


def _crowd(options: Options) -> Iterator[Row]:
    """One request after the other, in branches with few and with many waiting, in turns."""
    sides: list[tuple[str, str, str]] = []
    with running() as stack, others() as pool:
        for waiting in (_FEW, _CROWD):
            branch = f"waiting-{waiting}"
            prepare(stack, branch, waiting)
            sides.append((branch, stack.token("kiosk", branch), stack.token("clerk", branch)))
        few, many = pool.submit(in_turns, stack.port, sides, options.seconds(2 * _SECONDS)).result()
    for kind in (ISSUE, CALL, COMPLETE):
        before, after = median(few[kind]), median(many[kind])
        yield Row(
            f"{kind}, {_FEW} and {_CROWD} wait", f"{milliseconds(before)}, {milliseconds(after)}"
        )
        yield at_most(f"{kind} where {_CROWD} wait, times {_FEW}", after / before, 2)


def prepare(stack: Stack, branch: str, waiting: int) -> None:
    """A branch where all counters are open and so many wait."""
    stack.add_branch(branch, _SERVICES, _CLERKS)
    stack.open_counters(branch, _CLERKS)
    stack.fill(branch, waiting=waiting)


def flat_out(port: int, kind: str, token: str, seconds: float) -> tuple[float, Latencies]:
    """How long it took in the end, and how long each request took."""
    driver = Driver(port)
    counters = range(1, _CLERKS + 1)
    took = driver.run(
        [bare_user(token) if kind == BARE else clerk(token, _BRANCH, str(c)) for c in counters],
        seconds,
    )
    return took, dict(driver.latencies)


def in_turns(port: int, sides: list[tuple[str, str, str]], seconds: float) -> list[Latencies]:
    """A ticket, a call and a completion at one counter of each branch, one branch at a time."""
    found: list[Latencies] = []
    for branch, kiosk_token, clerk_token in sides * 4:
        driver = Driver(port)
        driver.run([counter_user(kiosk_token, clerk_token, branch)], seconds / 8)
        found.append(dict(driver.latencies))
    return [_together(found[nth :: len(sides)]) for nth in range(len(sides))]


def _together(parts: list[Latencies]) -> Latencies:
    return {kind: [took for part in parts for took in part[kind]] for kind in parts[0]}


def _waiting(options: Options, many: int) -> int:
    """How many wait: more than a fast machine serves in a round."""
    return min(6000, many) if options.quick else many
