"""Tickets flat out at 32 kiosks, against a route that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from typing import Final

from benchmarks.load import Driver
from benchmarks.report import Row, Summary, at_least, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, bare_route, running
from benchmarks.users import BARE, ISSUE, KEPT, bare_user, kiosk

KIOSKS: Final = 32
BRANCHES: Final = 20
SERVICES: Final = 30
_COUNTERS: Final = 8
_ROUNDS: Final = 6
_SECONDS: Final = 5.0
_SHARE: Final = 50
GEVENT: Final = ("--worker-class", "gevent")
"""gunicorn's own kind of process that keeps connections, as ours does."""


def run(options: Options) -> Iterator[Row]:
    """All routes in turns, so that whatever else the machine does meets each."""
    with running() as stack, others() as pool, ExitStack() as closing:
        tokens = prepare(stack)
        processes = stack.settings.web_processes
        ports = {
            BARE: closing.enter_context(bare_route(processes)),
            KEPT: closing.enter_context(bare_route(processes, *GEVENT)),
            ISSUE: stack.port,
        }
        rates: dict[str, list[float]] = {kind: [] for kind in ports}
        found: dict[str, list[Summary]] = {kind: [] for kind in ports}
        for _ in range(1 + options.rounds(_ROUNDS)):
            for kind, port in ports.items():
                seconds = options.seconds(_SECONDS)
                took, latencies = pool.submit(flat_out, port, kind, tokens, seconds).result()
                rates[kind].append(len(latencies) / took)
                found[kind].append(summary(latencies))
    # The first round warms everything up.
    rate = {kind: median(values[1:]) for kind, values in rates.items()}
    p50 = {kind: median(s.p50 for s in values[1:]) for kind, values in found.items()}
    p99 = {kind: median(s.p99 for s in values[1:]) for kind, values in found.items()}
    for kind, name in (
        (BARE, "bare route"),
        (KEPT, "the same, connections kept"),
        (ISSUE, "tickets"),
    ):
        spread = f"p50 {milliseconds(p50[kind])}, p99 {milliseconds(p99[kind])}"
        yield Row(f"{name} at {KIOSKS} kiosks", f"{rate[kind]:.0f}/s, {spread}")
    ratio = 100 * rate[ISSUE] / rate[BARE]
    yield at_least("tickets per second, of the bare route's", ratio, _SHARE, " %", guard=24)
    # Not the p99 of the bare route's own: with all kiosks always waiting for a reply, the mean at
    # 60 % of a rate is 1.7 times as long, which is more than that p99 (docs/measurements.md).
    yield Row("p99 of a ticket, times the bare route's", f"{p99[ISSUE] / p99[BARE]:.3g}")
    times = p99[ISSUE] / p99[KEPT]
    yield at_most("p99 of a ticket, times that with connections kept", times, 1, guard=3)
    kept = 100 * rate[ISSUE] / rate[KEPT]
    yield Row("tickets per second, of that with connections kept", f"{kept:.4g} %")


def prepare(stack: Stack) -> list[tuple[str, str]]:
    """The branches, and a token for each kiosk with the branch it is bound to."""
    for number in range(BRANCHES):
        stack.add_branch(f"branch-{number}", SERVICES, _COUNTERS)
    branches = [f"branch-{number % BRANCHES}" for number in range(KIOSKS)]
    return [(stack.token("kiosk", branch), branch) for branch in branches]


def flat_out(
    port: int, kind: str, tokens: list[tuple[str, str]], seconds: float
) -> tuple[float, list[float]]:
    """How long it took in the end, and how long each request took."""
    driver = Driver(port)
    took = driver.run(
        [
            kiosk(token, branch, f"service-{n % SERVICES}")
            if kind == ISSUE
            else bare_user(token, kind)
            for n, (token, branch) in enumerate(tokens)
        ],
        seconds,
    )
    return took, driver.latencies[kind]
