"""Future events of a simulation: one list for all people, worked through on one clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

SimulatedClock = Callable[[], float]
"""The present in seconds, from any beginning."""
Wait = Callable[[float], bool]
"""Waits so many seconds; True as soon as the whole is to stop."""
AgendaCommand = Callable[[], None]


class Agenda:
    """Deeds by their time. Simulated time runs ``speed`` times as fast as the clock."""

    def __init__(self, clock: SimulatedClock, wait: Wait, speed: float = 1) -> None:
        self.speed = speed
        self._clock = clock
        self._wait = wait
        self._order = count()
        self._planned: list[tuple[float, int, AgendaCommand]] = []

    def after(self, seconds: float, action: AgendaCommand) -> None:
        """Plan a action for so many simulated seconds from now."""
        self.after_real(seconds / self.speed, action)

    def after_real(self, seconds: float, action: AgendaCommand) -> None:
        """Plan a action for so many seconds of the clock from now."""
        heapq.heappush(self._planned, (self._clock() + seconds, next(self._order), action))

    def run(self, seconds: float | None = None) -> None:
        """Do what is planned until the clock has gone so far, or until the wait says to stop."""
        end = None if seconds is None else self._clock() + seconds
        while self._planned:
            due = self._planned[0][0]
            if end is not None and due > end:
                self._wait(max(0.0, end - self._clock()))
                return
            if self._wait(max(0.0, due - self._clock())):
                return
            heapq.heappop(self._planned)[2]()
