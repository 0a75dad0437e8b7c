"""How soon somebody who asks for help is answered: each call against a limit, and many added up.

A call that is withdrawn before the limit is not judged, because the limit had not passed. All
others are, and those answered in less than the limit are within.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final


def facts_of(result: str, answered_ms: int | None, limit_ms: int) -> tuple[str, ...]:
    """What a call counts as; ``answered_ms`` is None if it was not answered."""
    if result == "withdrawn":
        return (result,)
    if answered_ms is None:
        return (result, "judged")
    within = ("within",) if answered_ms < limit_ms else ()
    return (result, "judged", *within, f"s{answered_ms // 1000}")


_OF_DAYS: Final = ("judged", "within")


@dataclass(slots=True)
class Answered:
    """Calls added up. ``seconds``: how many were answered after so many whole seconds.

    ``days``: how many of each date were judged, and how many of these were within. Its share is
    worked out over days (:func:`queue_service.history.rules.ratio.share_over_days`).
    """

    results: dict[str, int]
    seconds: dict[int, int] = field(default_factory=dict)
    days: dict[str, list[int]] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """All of them."""
        return sum(self.results.values())

    @property
    def judged(self) -> int:
        """How many were judged."""
        return sum(judged for judged, _ in self.days.values())

    @property
    def within(self) -> int:
        """How many of those judged were answered in less than the limit."""
        return sum(within for _, within in self.days.values())

    def add(self, fact: str, n: int, date: str) -> None:
        """Add so many of a fact of a date. What another version counted is left out."""
        if fact in self.results:
            self.results[fact] += n
        elif fact in _OF_DAYS:
            self.days.setdefault(date, [0, 0])[_OF_DAYS.index(fact)] += n
        elif fact[:1] == "s" and fact[1:].isdigit():
            second = int(fact[1:])
            self.seconds[second] = self.seconds.get(second, 0) + n

    def absorb(self, other: Answered) -> None:
        """Those of other dates as well."""
        for result, n in other.results.items():
            self.results[result] += n
        for second, n in other.seconds.items():
            self.seconds[second] = self.seconds.get(second, 0) + n
        self.days |= other.days

    def median_seconds(self) -> int | None:
        """In how many whole seconds half of those answered were answered; None without any."""
        return median_of(self.seconds)


def none(results: Iterable[str]) -> Answered:
    """No call yet, with each of these results at 0."""
    return Answered(dict.fromkeys(results, 0))


def median_of(counts: Mapping[int, int]) -> int | None:
    """The value that half of all reach at most, of so many of each; None without any."""
    ordered = sorted((value, n) for value, n in counts.items() if n > 0)
    total = sum(n for _, n in ordered)
    reached = accumulate(n for _, n in ordered)
    return next((v for (v, _), k in zip(ordered, reached, strict=True) if 2 * k >= total), None)
