"""Real days, replayed through the operations; the file is given on the command line."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import ROOT, running

_WITHIN_SECONDS: Final = 240


def run(options: Options) -> Iterator[Row]:
    """The command as an operator types it, on a store of its own."""
    if options.replay is None:
        yield Row("replay of real days", "no file given (--replay FILE)")
        return
    with running() as stack:
        began = time.perf_counter()
        command = [sys.executable, "-m", "queue_service", "replay", str(options.replay.absolute())]
        subprocess.run(command, check=True, cwd=ROOT, env=stack.environment(), capture_output=True)
        took = time.perf_counter() - began
        branches = [branch for branch in stack.queue.branches.all() if branch.historic]
        visits = sum(len(stack.all_visits(branch.id)) for branch in branches)
    yield at_most(f"replay of {options.replay.name}, {visits} visits", took, _WITHIN_SECONDS, " s")
