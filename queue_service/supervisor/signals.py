"""Signals as something that a program's main thread can wait for.

A handler takes no lock. It may run while its own thread holds one, as within
``threading.Event.wait``, and would then wait for itself.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The service was asked to stop."""


class Signals:
    """Waits that end early when a child ends or somebody asks to stop."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self.stops = 0
        """How often a stop was asked for; the second time means at once."""

    def wait(self, seconds: float) -> None:
        """Wait so long at most. Raises Stopped when a stop was asked for."""
        self.check(seconds)
        if self.stops:
            raise Stopped

    def is_stopped_within(self, seconds: float) -> bool:
        """Wait until a stop was asked for, or so long at most; whether one was."""
        ends = monotonic() + seconds
        while not self.stops and (left := ends - monotonic()) > 0:
            self.check(left)
        return self.stops > 0

    def check(self, seconds: float) -> None:
        """Wait so long at most, whether a stop was asked for or not."""
        readable, _, _ = select.select([self._pipe], [], [], seconds)
        if readable:
            os.read(self._pipe, 4096)


@contextmanager
def signals(*, once: bool = False) -> Iterator[Signals]:
    """Take over the signals that stop a program and the signal of an ended child.

    With ``once`` a second signal has its usual effect, at once.
    """
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    waiting = Signals(readable)
    before: dict[signal.Signals, Any] = {}

    def restore() -> None:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python
                signal.signal(number, handler)

    def on_signal(*_: object) -> None:
        waiting.stops += 1
        if once:
            restore()

    wakeup_before = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    try:
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in _STOP:
            before[number] = signal.signal(number, on_signal)
        yield waiting
    finally:
        restore()
        signal.set_wakeup_fd(wakeup_before)
        os.close(readable)
        os.close(writable)
