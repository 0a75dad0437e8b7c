"""Findings, and their input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from queue_service.days.rules.figures import Row

FindingKind = Literal[
    "goal_missed", "goal_met", "service_costs", "hour_costs", "weekday_costs",
    "loss_up", "loss_down", "improved", "worsened", "demand_up", "demand_down", "crowded",
    "day_stands_out", "hour_stands_out",
]  # fmt: skip
"""A goal missed or met; the service, hour or weekday with most misses beyond what the goal
can take; people lost more or less often; a goal attained more or less often than in the period
before; more or fewer people a day; the hour of the week with most waiting for each hour of an open
counter; a date, or an hour of one, far worse than its like."""

Subject = str | int | tuple[int, str] | tuple[str, str] | None
"""A service, an hour (``"09"``), a weekday (0 for Monday), both, a final state (``"no_show"``), or
a date with an hour of it, the worst one if the date is an outlier; None for the branch."""

StandsOutIn = Literal["waiting", "abandoned", "goal"]
"""The measure in which a day or an hour is an outlier."""


class FindingFigures(Protocol):
    """The input of findings for a period; a ``History`` has it.

    Rows by date, by weekday and hour, and by service; the counters' open ms by weekday and hour.
    """

    @property
    def days(self) -> Mapping[str, Row]: ...
    @property
    def hours(self) -> Mapping[tuple[int, str], Row]: ...
    @property
    def services(self) -> Mapping[str, Row]: ...
    @property
    def staffed(self) -> Mapping[tuple[int, str], int]: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim. ``value`` has the interval ``low`` to ``high``, over ``n``, and is compared with
    ``reference``: the goal's target, the value of the period before, or all hours' value.

    Shares are ratios; demand is visits per open day; ``crowded`` is people waiting per open counter
    on average. Of a change the interval is that of the difference to ``reference``, put to its
    place. Of a day or an hour that is an outlier, ``low`` to ``high`` is the usual range,
    ``reference`` its middle, and ``figure`` the measure in which it is one. ``importance`` is in
    misses, and 0 of a goal that is named only since it was missed.
    """

    kind: FindingKind
    goal: str | None
    subject: Subject
    value: float
    low: float
    high: float
    reference: float
    n: float
    importance: float
    figure: StandsOutIn | None = None
