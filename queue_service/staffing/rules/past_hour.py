"""An hour that is over with one counter more or fewer: its day's arrivals drawn at random, seeded.

Each part of the day has as many arrivals as it had, at random times; services and patience are
drawn. Counters are those that were open, rounded to whole ones; only the hour's are changed. Later
visitors change nothing for those who came before them, so the day is drawn up to the hour's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from queue_service.staffing.rules.what_if import (
    DRAWN_DAYS,
    DayPart,
    DrawnVisitor,
    counted,
    drawn_visitor,
    waits,
)

Turns = Callable[[Iterable[Any]], Iterator[Any]]
"""Goes through items one by one, and may let others go on between them."""

FARTHEST: Final = 0.2
"""Nothing is said about other counters if the computed share is farther from the true one."""


@dataclass(frozen=True, slots=True)
class PastPart:
    """Part of a past day: from one second of it until another, tickets issued in it, and counters
    open on average."""

    begins: float
    ends: float
    issued: int
    opened: float


@dataclass(frozen=True, slots=True)
class PastHour:
    """The share of an hour's visitors called within the limit: with the counters that were open,
    with one more, and with one fewer; None if only one was open."""

    as_it_was: float
    more: float
    fewer: float | None

    def fits(self, true_share: float | None) -> bool:
        """Whether the share worked out with the true counters is near the true one, if known."""
        return true_share is None or abs(self.as_it_was - true_share) <= FARTHEST


@dataclass(frozen=True, slots=True)
class DrawnFrom:
    """Service times in seconds, the mean patience, None without abandonment, and the limit."""

    services: Sequence[float]
    patience_seconds: float | None
    limit_seconds: float


def past_hour(
    parts: Sequence[PastPart],
    begins: float,
    drawn_from: DrawnFrom,
    random: Random,
    in_turns: Turns = iter,
) -> PastHour | None:
    """The hour that begins at a second of the day; None without arrivals or an open counter.

    ``in_turns`` goes through the drawn days, one after the other.
    """
    ends = begins + 3600
    inside = [begins <= part.begins < ends for part in parts]
    plan = [round(part.opened) for part in parts]
    here = [n for n, within in zip(plan, inside, strict=True) if within]
    came = sum(part.issued for part, within in zip(parts, inside, strict=True) if within)
    if not came or min(here, default=0) < 1:
        return None
    turns = in_turns(range(DRAWN_DAYS))
    days = [list(_drawn(parts, ends, drawn_from, random)) for _ in turns]
    spans = [DayPart(part.begins, part.ends, part.issued) for part in parts]

    def share(more: int) -> float:
        changed = [n + more * within for n, within in zip(plan, inside, strict=True)]
        judged = within = 0
        for visitors in in_turns(days):
            waited = [one for one in waits(changed, spans, visitors) if one[0].arrives >= begins]
            found = counted(waited, drawn_from.limit_seconds)
            judged += found.judged
            within += found.within
        return within / judged if judged else 1.0

    return PastHour(share(0), share(1), share(-1) if min(here) > 1 else None)


def _drawn(
    parts: Sequence[PastPart], until: float, drawn_from: DrawnFrom, random: Random
) -> Iterator[DrawnVisitor]:
    for part in parts:
        if part.begins < until:
            for at in sorted(random.uniform(part.begins, part.ends) for _ in range(part.issued)):
                yield drawn_visitor(at, drawn_from.services, drawn_from.patience_seconds, random)
