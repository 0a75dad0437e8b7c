"""One program that is kept running, and the reason when that cannot be done."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from queue_service.runtime import logs, process

_MANY_ENDS = 5
_WITHIN_SECONDS = 60.0
_LONGEST_PAUSE = 15.0
"""Seconds between two starts of a program that keeps ending: as late as that it goes on by
itself."""

_ASKED = 6
"""How often a program is asked whether it works before it is taken for hung."""

_START_SECONDS = 60.0
"""How long a program may be silent that has said nothing since its start."""

_FULL_DISK_BYTES = 1_000_000
"""With less room than this on its disk a program ends for want of it."""


_LONGEST_GAP = 5.0
"""Seconds that count of a longer time without a listener: this process hung itself then."""


class _Silence:
    """The seconds since a program was last heard from, of the time in which it was listened to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._listened_at: float | None = None

    def listen(self, now: float, *, heard: bool) -> None:
        """Note whether it was heard from since the last call; ``now`` is monotonic, in seconds."""
        if heard or self._listened_at is None:
            self.seconds = 0.0
        else:
            self.seconds += min(now - self._listened_at, _LONGEST_GAP)
        self._listened_at = now


def _nothing() -> None:
    """Nothing has to be done before the program starts."""


@dataclass(frozen=True)
class Program:
    """A program to keep running.

    ``command`` is made again for each start, from the number of a pipe to which the program may
    write when it is ready and, from then on, while it works. With ``silent_seconds`` it is taken
    for hung and killed where neither that nor ``answers`` has shown for so long that it works.
    ``inherit`` lists open files it gets. A program that ``needs_store`` is started only while the
    store answers. A program in the ``background`` does not delay the service while it is missing.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    log: Path
    environment: Mapping[str, str] | None = None
    inherit: Sequence[int] = ()
    needs_store: bool = False
    background: bool = False
    before: Callable[[], None] = _nothing
    silent_seconds: float = 0.0
    answers: Callable[[], bool] | None = None


class Child:
    """The running program: started again when it ends, ever more slowly where it keeps ending."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: int | None = None
        self._is_ready = False
        self._silence = _Silence()
        self._was_heard = False
        self._ask_at = 0.0
        self._hung = False
        self._ends = 0
        self._started_at = 0.0
        self.last_end = ""
        """The signal or exit code with which the program last ended."""
        self._start_at = 0.0
        self._why = ""
        self._log_began = 0
        """How long its log was when it was started, in bytes."""

    def start(self) -> None:
        """Start the program. Raises OSError if the system does not let it."""
        self.program.before()
        self._close_pipe()
        self._pipe, writable = os.pipe()
        os.set_blocking(self._pipe, False)
        self._silence, self._is_ready, self._was_heard = _Silence(), False, False
        try:
            logs.bound(self.program.log)
            self._log_began = _size(self.program.log)
            self._process = process.spawn(
                self.program.command(writable),
                self.program.log,
                environment=self.program.environment,
                inherit=[*self.program.inherit, writable],
            )
        finally:
            os.close(writable)

    def keep(self, now: float, store_answers: Callable[[], bool]) -> bool:
        """Start the program again if it has ended; ``now`` is monotonic, in seconds.

        Returns whether it was started again just now, or could not be. A program that needs the
        store waits for it, and is not blamed for ending without it.
        """
        if self._process is not None and self._process.poll() is not None:
            self._buried(now, store_answers)
        elif self._process is None and now >= self._start_at and self._may_start(store_answers):
            self._started_at = now
            try:
                self.start()
            except OSError as error:  # such as no room for its log, or its program being replaced
                self._why = self._reason(str(error))
                self._ends = max(self._ends + 1, _MANY_ENDS)
                self._start_at = now + pause_after(self._ends)
            return True
        return False

    @property
    def keeps_ending(self) -> bool:
        """Whether it has ended five times in a row without running for a minute."""
        return self._ends >= _MANY_ENDS

    def why(self) -> str:
        """The reason of its last end or failed start, as far as known, without a full stop."""
        return self._why

    def is_ready(self) -> bool:
        """Whether the program has written to its pipe that it is ready."""
        self._is_ready = self._is_ready or self._has_written()
        return self._is_ready

    def end_if_hung(self, now: float) -> None:
        """Kill the program where it has been silent for too long; ``now`` is monotonic, in seconds.

        :meth:`keep` starts it again once it has ended.
        """
        limit = self.program.silent_seconds
        if not limit or not self.is_alive() or self._hung:
            return
        heard = self._has_written() or self._answered(now)
        self._was_heard = self._was_heard or heard
        self._silence.listen(now, heard=heard)
        if self._silence.seconds >= (limit if self._was_heard else max(limit, _START_SECONDS)):
            self._hung = True
            self._send(signal.SIGKILL)

    def is_alive(self) -> bool:
        """Whether the program runs."""
        return self._process is not None and self._process.poll() is None

    def terminate(self) -> None:
        """Ask the program to stop."""
        self._send(signal.SIGTERM)

    def finish(self) -> None:
        """End what is left of the program and of all that it started."""
        self._close_pipe()
        if self._process is not None:
            process.end_session(self._process)

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _has_written(self) -> bool:
        """Whether the program has written to its pipe since the last call."""
        if self._pipe is None:
            return False
        try:
            written = os.read(self._pipe, 4096) != b""
        except BlockingIOError:
            return False
        self._is_ready = self._is_ready or written
        return written

    def _answered(self, now: float) -> bool:
        if self.program.answers is None or now < self._ask_at:
            return False
        self._ask_at = now + self.program.silent_seconds / _ASKED
        return self.program.answers()

    def _reason(self, known: str = "") -> str:
        """The reason of its latest end: with the next start its log says something else.

        A log to which it has written nothing ends with the output of an earlier start.
        """
        try:
            if shutil.disk_usage(self.program.log.parent).free < _FULL_DISK_BYTES:
                return "the disk is full"
            wrote = _size(self.program.log) != self._log_began
            said = known or (process.last_line(self.program.log) if wrote else "")
        except OSError as error:
            said = known or str(error)
        return said.rstrip(".") or "it said nothing"

    def _may_start(self, store_answers: Callable[[], bool]) -> bool:
        return not self.program.needs_store or store_answers()

    def _buried(self, now: float, store_answers: Callable[[], bool]) -> None:
        assert self._process is not None  # noqa: S101 - only a program that ran can end
        process.end_session(self._process)
        self.last_end, self._process = _how(self._process.returncode), None
        silent = f"not answering for {self._silence.seconds:.0f} seconds"
        if self._hung:
            self.last_end += f" after {silent}"
        self._why, self._hung = self._reason(silent if self._hung else ""), False
        self._start_at = now
        if self._may_start(store_answers):
            ran_long = now - self._started_at >= _WITHIN_SECONDS
            self._ends = 1 if ran_long else self._ends + 1
            self._start_at = now + pause_after(self._ends)

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


def pause_after(ends: int) -> float:
    """Seconds to wait before the next start of a program that has ended so often in a row."""
    if ends < _MANY_ENDS:
        return 0.25 * (ends - 1)
    return float(min(2 ** (ends - _MANY_ENDS), _LONGEST_PAUSE))


def stop(children: Sequence[Child], seconds: float, wait: Callable[[float], bool]) -> None:
    """Stop the programs together, and end what still runs after so many seconds.

    ``wait`` waits a moment and returns whether to hurry.
    """
    for child in children:
        child.terminate()
    deadline = time.monotonic() + seconds
    while any(child.is_alive() for child in children) and time.monotonic() < deadline:
        if wait(0.05):
            break
    for child in children:
        child.finish()


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
