"""What the statistics call answers, for the published description."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from queue_service.contract.answers import Count, Ratio, Seconds
from queue_service.contract.bodies import Breakdown
from queue_service.contract.words import DateText, Id


class Spread(BaseModel):
    """Nearest-rank percentiles; no figure without any durations.

    ``exact`` is false where only the buckets of the durations are left; the mean is exact always.
    """

    n: Count
    mean: Seconds | None
    p50: Seconds | None
    p90: Seconds | None
    exact: bool


class GoalFigure(BaseModel):
    """A goal over a range, with its Wilson 95 % interval.

    A day is held against the goal of that day; a range in which the goal changed, against what
    its days asked for together.
    """

    id: Id
    judged: Count
    within: Count
    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None
    verdict: Literal["met", "missed", "open"]
    target_ratio: Ratio | None


class StatisticsRow(BaseModel):
    """One day, hour, service, counter or team; the total's key is null.

    A visit is issued at no counter, so the rows of counters and teams have null for its counts.
    The key of work without a team is empty.
    """

    key: str | None
    issued: Count | None
    completed: Count | None
    no_show: Count | None
    abandoned: Count | None
    incomplete: Count | None
    inquiries: Count
    waiting_seconds: Spread
    handling_seconds: Spread
    goals: list[GoalFigure]


class StatisticsAnswer(BaseModel):
    """Figures of a range of dates."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: Breakdown
    rows: list[StatisticsRow]
    total: StatisticsRow
