"""Signals as something that the supervisor's one thread can wait for."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The service was asked to stop."""


class Signals:
    """Waits that end early when a child ends or somebody asks to stop."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self.stops = 0
        """How often a stop was asked for; the second time means at once."""

    def on_signal(self, *_: object) -> None:
        """Note that a stop is wanted."""
        self.stops += 1

    def wait(self, seconds: float) -> None:
        """Wait so long at most. Raises Stopped when a stop was asked for."""
        self.check(seconds)
        if self.stops:
            raise Stopped

    def check(self, seconds: float) -> None:
        """Wait so long at most, whether a stop was asked for or not."""
        readable, _, _ = select.select([self._pipe], [], [], seconds)
        if readable:
            os.read(self._pipe, 4096)


@contextmanager
def signals() -> Iterator[Signals]:
    """Take over the signals that stop a program and the signal of an ended child."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    waiting = Signals(readable)
    before = {number: signal.signal(number, waiting.on_signal) for number in _STOP}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    wakeup_before = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    try:
        yield waiting
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python
                signal.signal(number, handler)
        os.close(readable)
        os.close(writable)
