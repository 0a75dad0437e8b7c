"""Tickets through Sentinel and on a cluster of three, against one server on the same processors."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import stores
from benchmarks.cases.tickets import KIOSKS, flat_out, prepare
from benchmarks.report import Row, Summary, at_least, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import running
from benchmarks.users import ISSUE

_ROUNDS: Final = 6
_SECONDS: Final = 5.0
_ONE, _SENTINEL, _CLUSTER = "one server", "through Sentinel", "cluster of three"
_STORES: Final = {
    _ONE: stores.one_server,
    _SENTINEL: stores.through_sentinel,
    _CLUSTER: stores.cluster,
}


def run(options: Options) -> Iterator[Row]:
    """All three in turns, each with web processes of its own, which rest while others work."""
    rates: dict[str, list[float]] = {name: [] for name in _STORES}
    found: dict[str, list[Summary]] = {name: [] for name in _STORES}
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="queue-bench-")))
        pool = closing.enter_context(others())
        stacks = {}
        for nth, (name, start) in enumerate(_STORES.items()):
            url = closing.enter_context(start(folder / str(nth)))
            stacks[name] = closing.enter_context(running(url))
        tokens = {name: prepare(stack) for name, stack in stacks.items()}
        for _ in range(1 + options.rounds(_ROUNDS)):
            for name, stack in stacks.items():
                seconds = options.seconds(_SECONDS)
                asked = pool.submit(flat_out, stack.port, ISSUE, tokens[name], seconds)
                took, latencies = asked.result()
                rates[name].append(len(latencies) / took)
                found[name].append(summary(latencies))
    # The first round warms everything up.
    rate = {name: median(values[1:]) for name, values in rates.items()}
    for name, values in found.items():
        p50, p99 = median(s.p50 for s in values[1:]), median(s.p99 for s in values[1:])
        spread = f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}"
        yield Row(f"tickets, {name}, at {KIOSKS} kiosks", f"{rate[name]:.0f}/s, {spread}")
    for name, share, guard in ((_SENTINEL, 90, 70), (_CLUSTER, 60, 45)):
        ratio = 100 * rate[name] / rate[_ONE]
        what = f"tickets per second, {name}, of one server's"
        yield at_least(what, ratio, share, " %", guard=guard)
