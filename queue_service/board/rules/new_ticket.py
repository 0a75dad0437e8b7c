"""How long a citizen who takes a number now would wait, as far as the branch's history shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.board.rules.last_hour import FEWEST, Trace
from queue_service.visits.rules.ahead import Place
from queue_service.visits.rules.wait_estimate import Range, expected

_BUSY_LEFT: Final = 0.5
"""How much of its visit a busy counter still has before it, on average."""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The wait of a ticket for a service issued now.

    ``ahead``: how many would be called before. ``wait`` is None if nothing is known of it;
    ``rough``: too few such waits have been seen, so that it comes from the mean handling time and
    both its ends are the same.
    ``limit_ms`` is the longest wait allowed for the service.
    """

    service: str
    ahead: int
    wait: Range | None
    limit_ms: int
    rough: bool = False

    @property
    def expected_ms(self) -> int | None:
        """The middle of the range, in ms."""
        return None if self.wait is None else sum(self.wait) * 500

    @property
    def is_late(self) -> bool:
        """Whether the expected wait reaches the limit."""
        return self.expected_ms is not None and self.expected_ms >= self.limit_ms

    @property
    def is_safe(self) -> bool:
        """Whether the wait is below the limit, or, if it is unknown, the queue is empty."""
        return self.ahead == 0 if self.wait is None else self.wait[1] * 1000 < self.limit_ms


@dataclass(frozen=True, slots=True)
class Handling:
    """How long an inquiry takes on average, in ms: by service, and of all (None: not known)."""

    by_service: Mapping[str, float]
    overall: float | None

    def of(self, service: str, otherwise: Handling | None = None) -> float | None:
        """The service's median, else the median of all; if neither is known, the median of
        ``otherwise``."""
        known = self.by_service.get(service, self.overall)
        return otherwise.of(service) if known is None and otherwise else known


def mean_handling(sums: Mapping[str, tuple[int, float]]) -> Handling:
    """From how many inquiries of each service there were, and what they took in all (ms).

    The mean of fewer than :data:`FEWEST` is not shown.
    """
    n, total = (sum(column) for column in zip(*sums.values(), strict=True)) if sums else (0, 0)
    means = {service: ms / many for service, (many, ms) in sums.items() if many >= FEWEST}
    return Handling(means, total / n if n >= FEWEST else None)


def handled_today(traces: Iterable[Trace]) -> Handling:
    """The mean handling times of the day so far."""
    sums: dict[str, tuple[int, float]] = {}
    for each in traces:
        for done in each.done:
            n, ms = sums.get(done.service, (0, 0))
            sums[done.service] = n + 1, ms + done.handled_ms
    return mean_handling(sums)


def between_calls(traces: Iterable[Trace], since: int, now: int) -> float | None:
    """The mean time (ms) between two calls while somebody waited ``since`` an instant (ms), with
    the time since the last one; None with fewer than :data:`FEWEST` calls."""
    calls = [t.called_at for t in traces if t.called_at is not None and since <= t.called_at <= now]
    return (now - min(calls)) / len(calls) if len(calls) >= FEWEST else None


def new_ticket(
    service: str,
    place: Place,
    estimates: Mapping[str, Range],
    handling_ms: float | None,
    limit_ms: int,
    regressed: Range | None = None,
    between_ms: float | None = None,
) -> NewTicket:
    """The wait of the next number for a service that an open counter takes.

    ``estimates`` has the learnt range of each kind of wait (``visits/rules/wait_estimate.py``);
    ``regressed`` comes before it (``visits/rules/regression.py``). Without a learnt range, the
    people ahead are divided among the open counters, each of which takes ``handling_ms`` for each
    of them; or ``between_ms``, the mean time between two calls while the present queue waited, if
    that is longer in all: counters are not always at work.
    """
    learnt = regressed or expected(estimates, service, place.ahead, place.counters)
    if learnt is not None:
        return NewTicket(service, place.ahead, learnt, limit_ms)
    if place.ahead == 0 and place.free:
        return NewTicket(service, 0, (0, 0), limit_ms)
    if handling_ms is None:
        return NewTicket(service, place.ahead, None, limit_ms)
    turns = place.ahead + (0 if place.free else _BUSY_LEFT)
    by_handling = turns / place.counters * handling_ms
    seconds = round(max(by_handling, place.ahead * (between_ms or 0)) / 1000)
    return NewTicket(service, place.ahead, (seconds, seconds), limit_ms, rough=True)
