"""A day that lies behind a branch: visits at past times, made by the operations themselves."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from queue_service.access.rules.caller import Caller
from queue_service.command import Command, Queue
from queue_service.counters.operations import counters
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import Outcome, Visit

MINUTE = 60_000
CLERK = Caller("clerk-token", "clerk")


def noon_zone() -> str:
    """A zone where it is past one in the afternoon, so that a test has a day behind it."""
    hours = 13 - datetime.now(UTC).hour
    # POSIX turns the sign around: Etc/GMT-1 is one hour ahead of Greenwich.
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


@dataclass
class Day:
    """Deeds in a branch, each so many minutes before now."""

    queue: Queue
    branch: str
    now: int = field(default_factory=lambda: int(time.time() * 1000))

    def command(self, minutes_ago: float) -> Command:
        """A command at that time."""
        return Command(self.branch, CLERK, None, self.now - round(minutes_ago * MINUTE))

    def open(self, counter: str, team: str | None = None, minutes_ago: float = 200) -> None:
        """A counter was opened."""
        counters.open_counter(self.queue, self.command(minutes_ago), counter, team)

    def waits(self, service: str, minutes_ago: float) -> Visit:
        """A visit that took a ticket, and still waits."""
        return issuing.issue(self.queue, self.command(minutes_ago), service, channel="kiosk").visit

    def called(self, service: str, counter: str, minutes_ago: float, waited: float = 3) -> Visit:
        """A visit that was called, and has not come yet."""
        visit = self.waits(service, minutes_ago + waited)
        command = self.command(minutes_ago)
        return calling.call(self.queue, command, visit.id, counter).visit

    def served(self, service: str, counter: str, minutes_ago: float, waited: float = 3) -> Visit:
        """A visit that is served since then."""
        visit = self.called(service, counter, minutes_ago, waited)
        return visits.start(self.queue, self.command(minutes_ago), visit.id).visit

    def parked(self, service: str, counter: str, minutes_ago: float) -> Visit:
        """A visit that was parked then."""
        visit = self.served(service, counter, minutes_ago + 2)
        return visits.park(self.queue, self.command(minutes_ago), visit.id).visit

    def completed(
        self,
        service: str,
        counter: str,
        minutes_ago: float,
        *,
        took: float,
        waited: float = 3,
        outcome: Outcome = "resolved",
    ) -> Visit:
        """A visit that was completed then."""
        visit = self.served(service, counter, minutes_ago + took, waited)
        return visits.complete(self.queue, self.command(minutes_ago), visit.id, outcome).visit
