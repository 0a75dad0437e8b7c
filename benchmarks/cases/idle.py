"""The whole service with the sample and nobody there: memory and processor of all its parts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import ROOT
from queue_service.runtime.settings import child_environment

MOST_MB: Final = 350
MOST_PERCENT: Final = 1.0
_SECONDS: Final = 60.0
_SETTLING_SECONDS: Final = 10.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def run(options: Options) -> Iterator[Row]:
    """Memory is what each part has for itself, and its share of what they have in common."""
    with tempfile.TemporaryDirectory(prefix="queue-bench-") as folder:
        command = [sys.executable, "-m", "queue_service", "up"]
        environment = child_environment(
            QUEUE_DATA_DIR=folder, QUEUE_PORT="0", REDIS_URL="", QUEUE_SAMPLE="1"
        )
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as up:
            try:
                _wait_until_ready(up)
                pause = threading.Event().wait
                pause(options.seconds(_SETTLING_SECONDS))
                parts = [up.pid, *_descendants(up.pid)]
                before, seconds = _worked(parts), options.seconds(_SECONDS)
                pause(seconds)
                percent = 100 * (_worked(parts) - before) / seconds
                memory = sum(map(_memory, parts)) / 1024
            finally:
                up.terminate()
    yield at_most(f"memory of all {len(parts)} processes, idle", memory, MOST_MB, " MB")
    yield at_most("one core of it, idle", percent, MOST_PERCENT, " %")


def _wait_until_ready(up: subprocess.Popen[str]) -> None:
    assert up.stdout is not None  # noqa: S101 - it is a pipe
    for line in up.stdout:
        if line.startswith("ready "):
            return
    raise RuntimeError("the service ended before it was ready")


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found


def _memory(pid: int) -> int:
    """In kB, what is shared divided among those that share it (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _worked(pids: Sequence[int]) -> float:
    """Seconds of processor that these and their ended children have used."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(sum(map(int, field[11:15])) for field in fields) / _TICKS
