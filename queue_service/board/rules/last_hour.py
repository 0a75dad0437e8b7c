"""The last hour against the day: figures of any stretch of a day, from its visits.

All instants and lengths are in ms, except in a
:class:`~queue_service.days.rules.figures.DurationSpread`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from queue_service.branches.rules.dates_and_hours import Span
from queue_service.days.rules.figures import Durations, DurationSpread
from queue_service.goals.rules.percentiles import percentile
from queue_service.visits.rules.counting import WAITING_BUCKETS
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import PAPER, Judgement, Visit
from queue_service.visits.rules.wait_estimate import EstimatedWaits, came_true

HOUR_MS: Final = 3_600_000
FEWEST: Final = 5
"""Durations of fewer visits or inquiries are not shown: they would be about single people."""


@dataclass(frozen=True, slots=True)
class DoneInHour:
    """A completed inquiry, without the counter and the team it was completed at."""

    at: int
    service: str
    handled_ms: int
    judged: Judgement


@dataclass(frozen=True, slots=True)
class Trace:
    """The part of a visit that the figures need. ``called_at``, ``waited_ms`` and ``judged`` are of
    its first call; one that was served at once has not waited.

    ``judged_at`` is when waiting goals judged it: at the first call, or on giving up. ``shown``:
    whether an estimated wait was, and ``held`` whether it came true.
    """

    issued_at: int
    called_at: int | None
    waited_ms: int | None
    completed_at: int | None
    judged_at: int | None
    judged: Judgement
    done: tuple[DoneInHour, ...]
    paper: bool
    ahead: int | None
    shown: bool
    held: bool | None


@dataclass(frozen=True, slots=True)
class LastHour:
    """Figures of a stretch of time. ``goals``: judged and within, by goal.

    ``paper``: how many of those issued had a number on paper.
    """

    issued: int
    paper: int
    called: int
    completed: int
    waiting: DurationSpread
    goals: Mapping[str, tuple[int, int]]
    estimates: EstimatedWaits


def trace(visit: Visit) -> Trace:
    """The visit's trace so far."""
    return Trace(
        issued_at=visit.issued_at,
        called_at=visit.first_called_at,
        waited_ms=visit.first_wait(visit.first_called_at),
        completed_at=_completed_at(visit),
        judged_at=visit.first_called_at or visit.ended_at,
        judged=visit.judged or {},
        done=tuple(
            DoneInHour(i.completed_at, i.service, i.handled_ms, i.judged or {})
            for i in visit.inquiries
            if i.completed_at is not None
        ),
        paper=visit.source == PAPER,
        ahead=visit.ahead,
        shown=visit.estimate is not None,
        held=came_true(visit),
    )


def _completed_at(visit: Visit) -> int | None:
    if visit.state != "completed":
        return None
    # The end may not have been noted on paper: the visit ended after the last event that is known
    # of it.
    return visit.ended_at or visit.started_at or visit.first_called_at or visit.issued_at


def is_final(visit: Visit, now: int) -> bool:
    """Whether nothing can change the visit any more: it ended, and no undo is possible. A visit
    that was entered from paper can be removed."""
    if visit.source == PAPER:
        return False
    ended = visit.state in ("completed", "abandoned", "incomplete") and visit.ended_at is not None
    return ended and now - (visit.ended_at or now) > UNDO_WITHIN_MS


def figures(traces: Iterable[Trace], after: int, until: int) -> LastHour:
    """The figures after one instant and until another, that one included."""
    issued = paper = called = completed = 0
    waits = Durations(WAITING_BUCKETS)
    goals: dict[str, tuple[int, int]] = {}
    estimates: Counter[str] = Counter()
    for each in traces:
        came = after < each.issued_at <= until
        issued += came
        paper += came and each.paper
        estimates["numbers"] += came and each.ahead is not None
        estimates["shown"] += came and each.ahead is not None and each.shown
        completed += each.completed_at is not None and after < each.completed_at <= until
        if each.called_at is not None and after < each.called_at <= until:
            called += 1
            if each.waited_ms is not None:
                waits.add(each.waited_ms)
        if each.judged_at is not None and after < each.judged_at <= until:
            _judge(goals, each.judged)
            if each.held is not None:
                place = "behind" if each.ahead else "alone"
                estimates[place] += 1
                estimates[f"{place}_held"] += each.held
        for done in each.done:
            if after < done.at <= until:
                _judge(goals, done.judged)
    names = [field.name for field in fields(EstimatedWaits)]
    held = EstimatedWaits(*(estimates[name] for name in names))
    return LastHour(issued, paper, called, completed, waits.spread(), goals, held)


def usual_handling(traces: Iterable[Trace]) -> Mapping[str, int]:
    """By service: the time within which nine in ten inquiries were handled today, if there were
    enough."""
    handled: dict[str, list[int]] = {}
    for each in traces:
        for done in each.done:
            handled.setdefault(done.service, []).append(done.handled_ms)
    return {s: percentile(sorted(ms), 90) for s, ms in handled.items() if len(ms) >= FEWEST}


def hours_open(spans: Sequence[Span], now: int) -> float | None:
    """For how many hours of the day the branch has been open; None for less than one."""
    ms = sum(min(end, now) - begin for begin, end in spans if begin < now)
    return ms / HOUR_MS if ms >= HOUR_MS else None


def _judge(goals: dict[str, tuple[int, int]], judgement: Judgement) -> None:
    for goal, within in judgement.items():
        judged, so_far = goals.get(goal, (0, 0))
        goals[goal] = judged + 1, so_far + within
