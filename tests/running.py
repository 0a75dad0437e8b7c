"""A whole service run by `queue-service up`, as an operator would run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

UP = (sys.executable, "-m", "queue_service", "up")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Running:
    """The running service: what it has said so far, and where it listens."""

    process: subprocess.Popen[str]
    data_dir: Path
    lines: list[str]

    @property
    def url(self) -> str:
        """The address on its last line."""
        return self.lines[-1].removeprefix("ready ")

    def get(self, path: str) -> int:
        """The status of an answer; 0 when there is none."""
        try:
            with _OPENER.open(self.url + path, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def children(self, word: str) -> list[int]:
        """The processes with this word in their command, parents before children."""
        return [pid for pid in descendants(self.process.pid) if word in command(pid)]

    def next_line(self) -> str:
        """The next line of its terminal; waits for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def line_with(self, word: str) -> str:
        """The next line with this word that it says on its terminal; waits for it."""
        return next(line for line in iter(self.next_line, "") if word in line)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """An environment for a service of the test's own, without settings from outside.

    One web process answers, unless the settings say otherwise: each takes a second to start.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("QUEUE_") and name != "REDIS_URL"
    }
    ours = {"QUEUE_DATA_DIR": str(data_dir), "QUEUE_PORT": "0", "QUEUE_WEB_PROCESSES": "1"}
    return {**kept, **ours, **settings}


@contextmanager
def service(data_dir: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """A service that is ready; ended for certain when the block is left."""
    process = subprocess.Popen(
        [*UP, *arguments], env=environment(data_dir, **settings), stdout=subprocess.PIPE, text=True
    )
    running = Running(process, data_dir, [])
    try:
        assert process.stdout is not None
        for line in process.stdout:
            running.lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                break
        else:
            pytest.fail(f"The service ended before it was ready: {running.lines}")
        yield running
    finally:
        if process.poll() is None:
            running.stop()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def shared(folders: Iterator[Path], **settings: str) -> Iterator[Callable[[], Running]]:
    """Gives a test the service that runs already, and a new one where a test has ended it.

    Each has the next of these data folders.
    """
    running: list[Running] = []
    with ExitStack() as stack:

        def get() -> Running:
            if not running or running[-1].process.poll() is not None:
                running.append(stack.enter_context(service(next(folders), **settings)))
            return running[-1]

        yield get


def refused(data_dir: Path, *arguments: str, **settings: str) -> str:
    """The output of a service that cannot start: one sentence on stderr and nothing else."""
    done = subprocess.run(
        [*UP, *arguments],
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr.rstrip("\n").removeprefix("queue-service: ")


def eventually(condition: Callable[[], bool], seconds: float = 30, what: str = "it") -> None:
    """Wait until the condition holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        threading.Event().wait(0.02)


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they started, from /proc."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # what has ended meanwhile has none
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def kill(pids: Iterable[int]) -> None:
    """Kill these processes; one that has ended by itself is as dead."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def command(pid: int) -> str:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
