"""Signals that a program's main thread waits for."""

from __future__ import annotations

import os
import signal
import threading

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
