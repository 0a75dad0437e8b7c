"""Figures for sizing: memory of the parts, of a visit and of an event stream; a round of jobs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from benchmarks.load import request
from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import ROOT, configuration, running
from queue_service.access.operations.access import create_token
from queue_service.access.store import AccessStore
from queue_service.alerts.operations import alerts
from queue_service.closing.operations import automatic_closing, automatic_no_show
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import pause

_MOST_MIB: Final = 350
_MOST_PERCENT: Final = 1.0
_VISITS: Final = 20_000
_STREAMS: Final = 2000
_MOST_STREAM_KB: Final = 20
_BRANCHES: Final = 980
_SERVICES: Final = 12
_COUNTERS: Final = 6
_ROUNDS: Final = 4
_SETTLE_ROUNDS: Final = 250
_REST_ROUNDS: Final = 12
"""A minute, in which each job that is done often is due as often as it always is."""
_BRANCH: Final = "branch-0"
_PARTS: Final = {
    "server": "store",
    "gunicorn": "web processes and their parent",
    "prompt": "worker of what must not be late",
    "deliveries": "worker of letters and webhooks",
    "files": "worker of files and reports",
    "schedule": "schedule",
    "up": "supervisor",
}
"""The last of these words that a part's command has names it."""


def run(options: Options) -> Iterator[Row]:
    """The whole service as `queue-service up` starts it, then a store with branches and visits."""
    with _service() as (settings, process, port):
        _settle()
        parts = _by_part(process.pid)
        for part, size in parts.most_common():
            yield Row(f"at rest: {part}", _mib(size))
        together = parts.total() / 2**20
        yield at_most("at rest: all parts together", together, _MOST_MIB, " MiB", guard=400)
        before, began = _processor_seconds(process.pid), time.perf_counter()
        for _ in range(3 if options.quick else _REST_ROUNDS):
            _settle()
        busy = (_processor_seconds(process.pid) - before) / (time.perf_counter() - began)
        at_rest = "at rest: of one processor core"
        yield at_most(at_rest, 100 * busy, _MOST_PERCENT, " %", guard=3)
        yield from _streams(settings, process.pid, port)
    if options.quick:
        return
    with running() as stack:
        before = stack.used_memory()
        for number in range(_BRANCHES):
            stack.add_branch(f"branch-{number}", _SERVICES, _COUNTERS)
        used = stack.used_memory() - before
        yield Row("a branch without visits, in the store", f"{used / _BRANCHES / 1024:.0f} KiB")
        took = min(_round(stack.queue) for _ in range(_ROUNDS))
        yield Row(f"what is done each 15 s, over {_BRANCHES} branches", f"{took:.1f} s")
        before, many = stack.used_memory(), options.visits(_VISITS)
        stack.open_counters(_BRANCH, _COUNTERS)
        stack.fill(_BRANCH, finished=many)
        each = (stack.used_memory() - before) / many
        yield Row(f"a finished visit, of {many}, in the store", f"{each:.0f} bytes")


def _round(queue: Queue) -> float:
    """The seconds of a round of the worker for prompt jobs."""
    began = time.perf_counter()
    automatic_closing.set_aside_damaged(queue)
    automatic_no_show.mark_unanswered(queue)
    automatic_closing.announce_openings(queue)
    alerts.check(queue)
    return time.perf_counter() - began


def _streams(settings: Settings, pid: int, port: int) -> Iterator[Row]:
    """The memory that so many open streams add, in the web processes and in the store."""
    with connect(settings) as client, ExitStack() as lines:
        queue = Queue(RedisStore(client))
        put_branch(queue, _BRANCH, configuration(_BRANCH, _SERVICES, _COUNTERS))
        _, token = create_token(
            queue.get(AccessStore), "display", _BRANCH, now=queue.get(AccessStore).now()
        )
        asked = request("GET", f"/api/v1/branches/{_BRANCH}/events", token)
        # The parts of the first stream, such as the reader of events, are not counted for each.
        lines.enter_context(_stream(port, asked))
        _settle()
        before = _by_part(pid)
        for _ in range(_STREAMS):
            lines.enter_context(_stream(port, asked))
        _settle()
        after = _by_part(pid)
    each = (after[_PARTS["gunicorn"]] - before[_PARTS["gunicorn"]]) / _STREAMS
    what = f"an open event stream, of {_STREAMS}, in its web process"
    yield at_most(what, each / 1000, _MOST_STREAM_KB, " kB", guard=_MOST_STREAM_KB)


@contextmanager
def _stream(port: int, asked: bytes) -> Iterator[None]:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(asked)
        if b" 200 " not in line.recv(4096):
            raise RuntimeError("a stream was refused")
        yield


@contextmanager
def _service() -> Iterator[tuple[Settings, subprocess.Popen[str], int]]:
    """An empty service with all its parts, its process and its port."""
    with tempfile.TemporaryDirectory(prefix="queue-bench-") as folder:
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("QUEUE_", "REDIS"))}
        environment |= {"QUEUE_DATA_DIR": folder, "QUEUE_PORT": "0", "QUEUE_SAMPLE": "0"}
        environment["QUEUE_STREAMS_PER_TOKEN"] = str(2 * _STREAMS)
        command = [sys.executable, "-m", "queue_service", "up"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                ready = next(line for line in process.stdout or () if line.startswith("ready "))
                port = int(ready.rpartition(":")[2])
                yield Settings(data_dir=Path(folder)), process, port
            finally:
                process.terminate()


def _settle() -> None:
    """Let what was begun come to an end: five seconds."""
    for _ in range(_SETTLE_ROUNDS):
        pause()


def _by_part(pid: int) -> Counter[str]:
    """The memory of a process and all below it, in bytes, by part; shared pages are shared out."""
    found: Counter[str] = Counter()
    for one in _family(pid):
        with suppress(OSError):  # it may have ended
            words = Path(f"/proc/{one}/cmdline").read_text().replace("\0", " ")
            share = re.search(r"^Pss:\s+(\d+) kB", _rollup(one), re.MULTILINE)
            names = [name for word, name in _PARTS.items() if word in words]
            if share is not None:
                found[names[0] if names else "others"] += int(share[1]) * 1024
    return found


def _processor_seconds(pid: int) -> float:
    """The processor seconds of a process and all below it, ended ones included."""
    ticks = 0
    for one in _family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _rollup(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text()


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
