"""Drawing without blocking the caller: a separate process draws one chart after the other.

The library keeps Python's lock while it draws, so a thread would hold a web process up all the
same, and takes 100 MB, so the drawing process ends when nothing has been asked for a while.
"""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Lock, Timer
from typing import IO, Final

from queue_service.charts.style import Chart

IDLE_SECONDS: Final = 60
"""The drawing process ends itself after so long without a chart."""
_LONGEST_SECONDS: Final = 20.0
_ATTEMPTS: Final = 2
_COMMAND: Final = (sys.executable, "-m", "queue_service.charts", str(IDLE_SECONDS))


class NotDrawn(Exception):
    """The drawing process gave no picture."""


class Renderer:
    """Draws for one process; begun with the first chart. Waiting for it lets greenlets run."""

    def __init__(self, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = Lock()

    def draw(self, chart: Chart) -> str:
        """The chart as SVG. Raises NotDrawn."""
        with self._one_at_a_time:
            for _ in range(_ATTEMPTS):
                answer = self._ask(json.dumps(chart))
                if answer:
                    return _read(answer)
                self.close()
        raise NotDrawn("The drawing process does not answer.")

    def close(self) -> None:
        """End the drawing process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, request: str) -> str:
        """The answer's line; nothing when the process ended, as it does when idle."""
        process = self._running()
        timer = Timer(_LONGEST_SECONDS, process.kill)
        timer.start()
        try:
            _lines(process.stdin).write(f"{request}\n")
            _lines(process.stdin).flush()
            return _lines(process.stdout).readline()
        except BrokenPipeError:
            return ""
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self._process


def _lines(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise NotDrawn("The drawing process has no pipe.")
    return pipe


def _read(answer: str) -> str:
    found = json.loads(answer)
    if "error" in found:
        raise NotDrawn(found["error"])
    return str(found["svg"])
