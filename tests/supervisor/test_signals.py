"""Signals that a program's main thread waits for."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from queue_service.supervisor.signals import signals


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def test_a_stop_ends_the_wait_and_the_end_of_a_child_does_not() -> None:
    with signals() as waiting:
        assert not waiting.is_stopped_within(0)
        send(signal.SIGCHLD)
        assert not waiting.is_stopped_within(0.02)
        threading.Timer(0.02, send, [signal.SIGTERM]).start()
        assert waiting.is_stopped_within(60)
        assert waiting.is_stopped_within(0)


@pytest.fixture
def usual_interrupt() -> Iterator[None]:
    """Ctrl-C has Python's own effect, even if a worker of RQ has set another in this process."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_interrupt")
def test_a_second_signal_counts_or_has_its_usual_effect() -> None:
    with signals() as waiting:
        send(signal.SIGINT)
        send(signal.SIGINT)
        assert waiting.stops == 2
    with signals(once=True) as waiting:
        send(signal.SIGINT)
        assert waiting.stops == 1
        with pytest.raises(KeyboardInterrupt):
            send(signal.SIGINT)
