"""A service goal as a branch configures it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from queue_service.goals.rules.indicators import (
    INDICATORS,
    WORKING_DAY_SECONDS,
    AnswersTo,
    Indicator,
)

WeekHours = Mapping[str, tuple[tuple[str, str], ...]]
"""By weekday (``"mon"``), the spans from and until by the wall clock."""

EVERYTHING: Final = "*"
"""In a list of services: all of the branch's services."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A service goal: the share of judged cases that has to be within.

    ``threshold_seconds`` is None if its indicator has no limit. With ``hours`` it judges only
    what is called, left or completed within them; empty: always. ``apart`` are the services that it
    judges only if it names them.
    """

    id: str
    indicator: Indicator
    target_ratio: float
    threshold_seconds: int | None
    services: tuple[str, ...]
    hours: WeekHours = field(default_factory=dict)
    apart: tuple[str, ...] = field(default=(), compare=False)

    @property
    def question(self) -> AnswersTo | None:
        """The question whose answers it counts; None of a goal that counts no answers."""
        return self.indicator.answers_to

    @property
    def of_dates(self) -> bool:
        """Whether it judges what a whole date has, citizens' answers or free times, and no visit.

        Its figures are known once the date is over.
        """
        return self.indicator.judges in ("answers", "free_times")

    @property
    def judges_waits(self) -> bool:
        """Whether it judges how long people wait until they are first called, booked or not."""
        return self.indicator.judges == "wait"

    @property
    def judges_booked(self) -> bool:
        """Whether it judges the same wait of those alone who came in time for an appointment."""
        return self.indicator.judges == "booked_wait"

    @property
    def limit_ms(self) -> int:
        """Its threshold in milliseconds; 0 for a goal without one."""
        return (self.threshold_seconds or 0) * 1000

    @property
    def limit_working_days(self) -> int:
        """Its threshold in working days; 0 for a goal without one."""
        return (self.threshold_seconds or 0) // WORKING_DAY_SECONDS

    def judges(self, service: str) -> bool:
        """Whether the goal judges visits for this service; one on whole dates judges no visit."""
        return not self.of_dates and self.names(service)

    def names(self, service: str) -> bool:
        """Whether this service is among its services."""
        everything = EVERYTHING in self.services and service not in self.apart
        return everything or service in self.services

    def covers(self, services: Iterable[str]) -> bool:
        """Whether it judges all of these services; one for all services may leave out those that
        are apart."""
        everything = EVERYTHING in self.services
        return all(self.judges(one) or (everything and one in self.apart) for one in services)


def goals_text(document: Mapping[str, Any]) -> str:
    """A configuration's goals as their history keeps them: the same text for the same goals."""
    return json.dumps(document["goals"], sort_keys=True, separators=(",", ":"))


def goal_from_document(document: Mapping[str, Any], apart: tuple[str, ...] = ()) -> Goal:
    """A goal from its part of a configuration; ``apart`` are services that it has to name to judge
    them."""
    return Goal(
        document["id"],
        INDICATORS[document["indicator"]],
        document["target_ratio"],
        document["threshold_seconds"],
        tuple(document["services"]),
        week_hours(document.get("hours") or {}),
        apart,
    )


def week_hours(document: Mapping[str, Any]) -> WeekHours:
    """The hours of a week from a configuration."""
    return {day: tuple((a, b) for a, b in spans) for day, spans in document.items()}
