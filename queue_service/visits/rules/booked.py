"""The place of a visit that comes for a booking, among those that walked in.

There is one order for both. A booking has a visit queued as if its citizen had come earlier: by the
head start that the branch gives, or by as much as the booked time is past already, whichever is
more. The place is so the earlier of *arrival less head start* and *booked time*, and never later
than that of the arrival alone.

Only an arrival in the time around the booking has that: not earlier than the branch says before it,
and not later than it says after it. A later one is queued by the arrival alone. On an earlier one
the citizen is asked to come back, or waits from then on as anyone who walks in.

The wait of a booked visit begins at the booked time, or at the arrival if that is later
(``Visit.first_wait``).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from queue_service.visits.rules.visit import Visit

Arrival = Literal["early", "in_time", "late"]
"""An arrival before, in or after the time around a booking."""


class Booked(NamedTuple):
    """The booking that a visit comes for: its time, and what its branch has set, all in ms.

    ``anyway``: a citizen who comes too early waits as anyone who walks in. ``booking`` is
    the name under which the store keeps the visit until the booking has it.
    """

    at: int
    head_start_ms: int
    early_ms: int
    late_ms: int
    anyway: bool = False
    booking: str = ""

    @property
    def first(self) -> int:
        """The first instant (ms) that is not too early."""
        return self.at - self.early_ms

    @property
    def last(self) -> int:
        """The last instant (ms) that is not too late."""
        return self.at + self.late_ms

    def arrival(self, now: int) -> Arrival:
        """An arrival at ``now`` (ms) as early, late or in time; both ends of the time are in it."""
        if now < self.first:
            return "early"
        return "late" if now > self.last else "in_time"

    def unchanged_within(self, now: int, since: int, until: int) -> tuple[int, int]:
        """The part of a stretch around ``now`` in which the arrival is the same, in ms; the first
        instant is in it, the last is not."""
        for edge in (self.first, self.last + 1):
            if edge <= now:
                since = max(since, edge)
            else:
                until = min(until, edge)
        return since, until

    def head_start(self, now: int) -> int:
        """How much earlier (ms) a visit is queued that comes in time at ``now``.

        ``visits/scripts/issue.lua`` has the same, by the store's clock.
        """
        return max(self.head_start_ms, now - self.at, 0)


def arrival_of(visit: Visit) -> Arrival:
    """How the citizen of a visit came for a booking, whatever its branch has set since.

    ``early`` is a visit without a booking too. A late one has no head start. After a request for a
    later time the head start of before counts, as long as it is known.
    """
    if visit.booked_for is None:
        return "early"
    queued = visit.earlier or visit
    was_before = visit.issued_at <= visit.booked_for
    return "in_time" if queued.booked_head_start_ms or was_before else "late"
