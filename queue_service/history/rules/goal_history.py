"""The goals in force on each date: a day is judged by the goals of that day.

Whether an inquiry was within a threshold is judged at its completion and kept with it. This module
looks up the target of the share.

The entries are dated by the store's clock. The days of a historic branch all lie before its
configuration, so its present goals hold for every one of them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.days.rules.figures import Row
from queue_service.goals.rules.goal import Goal, goal_from_document

GoalMeasure = tuple[object, ...]
"""The same for goals, of different branches or different days, whose shares may be compared."""


@dataclass(frozen=True, slots=True)
class GoalHistory:
    """A branch's goals through time. ``since`` is in ms and rising, ``goals`` go with it.

    ``dates`` are the branch's dates on which they came into force.
    """

    branch: Branch
    since: tuple[int, ...]
    goals: tuple[tuple[Goal, ...], ...]
    dates: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        dates = tuple(moment(self.branch, since).date for since in self.since)
        object.__setattr__(self, "dates", dates)

    def on(self, day: str) -> tuple[Goal, ...]:
        """The goals in force at the end of a date; before the first entry, those of the first.

        At a historic branch the present ones, whatever the date.
        """
        if self.branch.historic or not self.since:
            return self.branch.goals
        return self.goals[self._entry(day)]

    def _entry(self, day: str) -> int:
        return max(0, bisect_right(self.dates, day) - 1)

    def target(self, goal: str, day: str) -> float | None:
        """The target of a goal on a date; None if it was not set."""
        return next((g.target_ratio for g in self.on(day) if g.id == goal), None)

    def targets(self, days: Mapping[str, Row]) -> dict[str, float | None]:
        """The target over these dates of each goal that was in force or judged anything."""
        now = [goal.id for goal in self.branch.goals]
        past = {goal.id for date in days for goal in self.on(date)}
        past |= {goal for row in days.values() for goal in row.goal_ids()}
        return {goal: self._joint(goal, days) for goal in [*now, *sorted(past - set(now))]}

    def _joint(self, goal: str, days: Mapping[str, Row]) -> float | None:
        if not days:
            return next((g.target_ratio for g in self.branch.goals if g.id == goal), None)
        if self.steady(min(days), max(days)):
            return self.target(goal, max(days))
        return joint_target(
            [(row.judged(goal)[0], self.target(goal, date)) for date, row in days.items()]
        )

    def steady(self, first: str, last: str) -> bool:
        """Whether the same goals were in force on all dates from first to last."""
        return self.branch.historic or self._entry(first) == self._entry(last)

    def measures(self, days: Mapping[str, Row]) -> dict[str, set[GoalMeasure]]:
        """The measures of each goal on the dates on which it judged anything."""
        found: dict[str, set[GoalMeasure]] = {}
        for date, row in days.items():
            for goal in self.on(date):
                if row.judged(goal.id)[0]:
                    found.setdefault(goal.id, set()).add(measure(goal))
        return found

    def latest(self) -> dict[str, Goal]:
        """Every goal there has been, as last set; those in force now come first."""
        found = {goal.id: goal for goal in self.branch.goals}
        for goals in reversed(self.goals):
            for goal in goals:
                found.setdefault(goal.id, goal)
        return found

    def of_waits(self) -> set[str]:
        """The goals, past ones too, that judge waiting times."""
        goals = self.latest().values()
        return {g.id for g in goals if g.judges_waits or g.judges_booked}

    def changes(self, goal: str) -> list[tuple[int, Goal | None]]:
        """When a goal was set, changed or (None) dropped, oldest first; ms since the epoch.

        Nothing at a historic branch, none of whose days saw a change.
        """
        if self.branch.historic:
            return []
        found: list[tuple[int, Goal | None]] = []
        for since, goals in zip(self.since, self.goals, strict=True):
            set_to = next((g for g in goals if g.id == goal), None)
            if set_to != (found[-1][1] if found else None):
                found.append((since, set_to))
        return found


def measure(goal: Goal) -> GoalMeasure:
    """The measure of a goal, whatever its target."""
    hours = tuple(sorted((day, spans) for day, spans in goal.hours.items()))
    return goal.indicator.id, goal.threshold_seconds, tuple(sorted(goal.services)), hours


def read_goal_history(branch: Branch, entries: Iterable[str]) -> GoalHistory:
    """Read the stored entries, oldest first: since when (ms), ``|``, the goals as JSON."""
    read = [entry.partition("|")[::2] for entry in entries]
    goals = tuple(tuple(map(goal_from_document, json.loads(text))) for _, text in read)
    return GoalHistory(branch, tuple(int(since) for since, _ in read), goals)


def joint_target(parts: Sequence[tuple[int, float | None]]) -> float | None:
    """The share that several days asked for together, from each one's judged and its target.

    If all had the same target it is that one; else their mean, weighted by the number judged and
    added up exactly, so that a range is met exactly when its days together have as many within as
    their goals asked for. None if a day that judged anything has no target, and if nothing was
    judged and their targets differ.
    """
    counted = [(judged, target) for judged, target in parts if judged]
    targets = {target for _, target in counted} or {target for _, target in parts}
    if None in targets or not targets:
        return None
    if len(targets) == 1:
        return targets.pop()
    if not counted:
        return None
    total = sum(judged for judged, _ in counted)
    return float(sum(judged * Fraction(repr(target)) for judged, target in counted) / total)
