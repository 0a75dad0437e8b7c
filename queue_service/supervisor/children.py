"""The running programs together: none is missing for long, and all stop in order."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from redis import Redis

from queue_service.errors import OperatorError
from queue_service.runtime import logs
from queue_service.store.format import mark_format
from queue_service.store.server.running import Loading, failure, has_answered
from queue_service.supervisor import terminal
from queue_service.supervisor.child import Child, Program, stop
from queue_service.supervisor.signals import Signals
from queue_service.supervisor.systemd import Systemd

_log: Final = logging.getLogger(__name__)

_START_SECONDS = 60.0
_BACKGROUND_SECONDS = 15.0
"""How long what works in the background is waited for at the start, if it does not end before."""
_STOP_SECONDS = 10.0
_STORE_STOP_SECONDS = 60.0
_POLL_SECONDS = 0.02
_WATCH_SECONDS = 0.25
_EXTEND_EVERY_SECONDS = 10.0
_EXTEND_TIMEOUT: Final = "EXTEND_TIMEOUT_USEC=300000000"
"""systemd gives so long from now on: five minutes, as the unit does from the start."""


class Children:
    """The programs that are kept running. ``store`` is a client of the store they share.

    ``own_logs`` are files that are kept from growing as those of the programs are;
    ``drain_seconds`` is how long the web goes on answering once it is asked to stop.
    """

    def __init__(
        self,
        store: Redis,
        waiting: Signals,
        systemd: Systemd,
        own_logs: Sequence[Path] = (),
        drain_seconds: int = 0,
    ) -> None:
        self._store = store
        self._waiting = waiting
        self._systemd = systemd
        self._own_logs = own_logs
        self._drain_seconds = drain_seconds
        self._children: list[Child] = []
        self._embedded: list[Child] = []
        self._deadline = 0.0
        """Until when what is waited for has to be ready."""
        self._loading = Loading(self._tell)
        self._extended_at = -math.inf
        """When systemd last counted the time for the start from."""

    def add(self, program: Program) -> Child:
        """Start a program and keep it running from now on."""
        child = Child(program)
        self._children.append(child)
        child.start()
        return child

    def add_store(self, program: Program) -> None:
        """Start the store, which is stopped after all others: they need it to the end.

        It is killed and started again where it neither answers nor reads its files for too long.
        """
        asked = replace(program, answers=lambda: has_answered(failure(self._store)))
        self._embedded.append(self.add(asked))

    def wait_for(self, name: str, is_ready: Callable[[], bool]) -> None:
        """Keep all running until this holds.

        Raises OperatorError after a minute, or with its reason when a program keeps ending that
        is not in the background, and Stopped when a stop is asked for.
        """
        self._deadline = time.monotonic() + _START_SECONDS
        while not is_ready():
            if time.monotonic() > self._deadline:
                raise OperatorError(f"The {name} is not ready after {_START_SECONDS:.0f} seconds.")
            self._keep(_POLL_SECONDS)
            for child in self._children:
                if child.keeps_ending and not child.program.background:
                    raise OperatorError(
                        f"The {child.program.name} ended five times within a minute, last with"
                        f" {child.last_end}: {child.why()} (more in {child.program.log})."
                    )

    def wait_for_store(self) -> None:
        """Keep all running until the store answers, for as long as it reads its files.

        Raises as :meth:`wait_for` does, with the minute counted from when it last said that it
        reads.
        """
        self.wait_for("store", self._store_has_started)

    def wait_for_background(self, child: Child) -> None:
        """Keep all running until this is ready, has ended, or some seconds have passed.

        If it is not ready, that is reported; :meth:`watch` tries it again. Raises Stopped when a
        stop is asked for.
        """
        deadline = time.monotonic() + _BACKGROUND_SECONDS
        while not child.is_ready():
            if child.last_end:
                how = f"ended with {child.last_end} before it was ready"
                self._tell(f"{child.program.name} {how}, and is tried again: {child.why()}")
                return
            if time.monotonic() > deadline:
                self._tell(f"{child.program.name} is not ready yet")
                return
            self._keep(_POLL_SECONDS)

    def watch(self) -> None:
        """Keep all running, and report each that ended, until a stop is asked for.

        A stop raises Stopped. A program that keeps ending is tried again for as long as this runs:
        with room on its disk, or whatever it lacks, all goes on by itself.
        """
        while True:
            self._systemd.notify("WATCHDOG=1")
            for child in self._keep(_WATCH_SECONDS):
                what = f"ended with {child.last_end} and was started again"
                if child.keeps_ending:
                    what = f"keeps ending, and is tried again: {child.why()}"
                self._tell(f"{child.program.name} {what}")
            for log in self._logs():
                logs.bound(log)

    def store_answers(self) -> bool:
        """Whether the store answers now."""
        return failure(self._store) is None

    def mark_format(self) -> None:
        """Let the store say its form. Raises OperatorError if a newer version wrote it."""
        mark_format(self._store)

    def stop(self) -> None:
        """Stop all of it; a second signal while it stops means at once."""
        others = [child for child in self._children if child not in self._embedded]
        stop(others, _STOP_SECONDS + self._drain_seconds, self._hurries)
        stop(self._embedded, _STORE_STOP_SECONDS, self._hurries)

    def _tell(self, message: str) -> None:
        """Report a part on the terminal, in the log and to systemd."""
        terminal.say(f"{datetime.now():%H:%M:%S} The {message}.")
        _log.warning("the %s", message)
        self._systemd.notify(f"STATUS=The {message}.")

    def _store_has_started(self) -> bool:
        error = failure(self._store)
        if self._loading.lasts(error):
            now = time.monotonic()
            self._deadline = now + _START_SECONDS
            if now - self._extended_at >= _EXTEND_EVERY_SECONDS:
                self._extended_at = now
                self._systemd.notify(_EXTEND_TIMEOUT)
        return error is None

    def _logs(self) -> Iterator[Path]:
        yield from (child.program.log for child in self._children)
        yield from self._own_logs

    def _keep(self, seconds: float) -> list[Child]:
        """Look after all of them; those that were started again."""
        self._waiting.wait(seconds)
        for child in self._children:
            child.end_if_hung(time.monotonic())
        return [
            child for child in self._children if child.keep(time.monotonic(), self.store_answers)
        ]

    def _hurries(self, seconds: float) -> bool:
        self._waiting.check(seconds)
        return self._waiting.stops > 1
