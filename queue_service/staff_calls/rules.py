"""A call to staff: how it goes on, how it is judged, and many added up.

A call waits until somebody answers it, its caller cancels it, or it has waited for too long. Pages
ask again and again, so no clock in the store is needed: a call that has waited for too long reads
as unanswered.

It is judged by its limit, and counts on the date on which it began: *answered*, unanswered,
*cancelled* at the limit or later, or *withdrawn* before it. A withdrawn call is not judged, because
the limit had not passed. All others are, and those answered in less than the limit are
within.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from typing import ClassVar, Final, NamedTuple, Self


class Course(NamedTuple):
    """The course of calls of one kind: the names of their states, and the lengths of two of them.

    ``unanswered`` is both a state and a result.
    """

    waiting: str
    answered: str
    over: str
    unanswered: str
    waits_ms: int
    lasts_ms: int

    @property
    def results(self) -> tuple[str, ...]:
        """How waiting ended. The first three are judged."""
        return ("answered", self.unanswered, "cancelled", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(ABC):
    """A call. Instants are in ms; ``date`` is the one on which it began to wait.

    Its fields' names are its stored form.
    """

    course: ClassVar[Course]

    id: str
    date: str
    state: str
    taken_at: int | None = None
    ended_at: int | None = None

    @property
    @abstractmethod
    def began_at(self) -> int:
        """When it began to wait."""

    @property
    @abstractmethod
    def limit_ms(self) -> int:
        """Less than this is in time."""

    @property
    def is_open(self) -> bool:
        """Whether it waits, or is answered and not over."""
        return self.state in (self.course.waiting, self.course.answered)

    def to_json(self) -> str:
        """The stored form; :meth:`from_json` reads it back."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a stored call. Raises TypeError and ValueError if it is damaged."""
        return cls(**json.loads(text))

    def at(self, now: int) -> Self:
        """The call as time alone has left it: unanswered, over, or as it was."""
        course, taken = self.course, self.taken_at or now
        if self.state == course.waiting and now - self.began_at >= course.waits_ms:
            return replace(self, state=course.unanswered, ended_at=self.began_at + course.waits_ms)
        if self.state == course.answered and now - taken >= course.lasts_ms:
            return replace(self, state=course.over, ended_at=taken + course.lasts_ms)
        return self

    @property
    def result(self) -> str | None:
        """How waiting ended; None while it waits. It is answered as soon as somebody takes it."""
        if self.taken_at is not None:
            return "answered"
        if self.state == "cancelled":
            waited = (self.ended_at or self.began_at) - self.began_at
            return "cancelled" if waited >= self.limit_ms else "withdrawn"
        return self.state if self.state == self.course.unanswered else None

    @property
    def answer_ms(self) -> int | None:
        """How long it waited before it was taken; None if it was not."""
        return None if self.taken_at is None else max(0, self.taken_at - self.began_at)


def facts_of(before: Call, after: Call) -> tuple[str, ...]:
    """The facts to count when a call stops waiting; empty for any other change."""
    result, answered = after.result, after.answer_ms
    if before.state != before.course.waiting or result is None:
        return ()
    if result == "withdrawn":
        return (result,)
    if answered is None:
        return (result, "judged")
    within = ("within",) if answered < after.limit_ms else ()
    return (result, "judged", *within, f"s{answered // 1000}")


def total_facts(course: Course, facts: Iterable[str]) -> list[str]:
    """The facts that are among the totals for Prometheus, without lengths."""
    return [fact for fact in facts if fact in (*course.results, *_OF_DAYS)]


_OF_DAYS: Final = ("judged", "within")


@dataclass(slots=True)
class Answered:
    """Calls added up. ``seconds``: how many were answered after so many whole seconds.

    ``days``: how many of each date were judged, and how many of these were within. Its share is
    worked out over days, as a share of waits is
    (:func:`queue_service.history.rules.confidence_intervals.share_over_days`).
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
        """Add so many of a fact of a date. A fact of another version is ignored."""
        if fact in self.results:
            self.results[fact] += n
        elif fact in _OF_DAYS:
            self.days.setdefault(date, [0, 0])[_OF_DAYS.index(fact)] += n
        elif fact[:1] == "s" and fact[1:].isdigit():
            second = int(fact[1:])
            self.seconds[second] = self.seconds.get(second, 0) + n

    def absorb(self, other: Answered) -> None:
        """Add the calls of other dates."""
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
