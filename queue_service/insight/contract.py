"""Requests and responses of a comparison of branches."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from queue_service.contract.answers import Count, Ratio
from queue_service.contract.queries import DateRange
from queue_service.contract.words import DateText, Id, Published

MOST_BRANCHES_LENGTH = 4000


class ComparisonQuery(DateRange):
    """The dates, both inclusive and by default the last 28 days, and the branches, by default those
    that sums count."""

    branches: str = Field(
        default="",
        max_length=MOST_BRANCHES_LENGTH,
        description="Ids of branches with commas between them.",
        examples=["biblioteket,raadhuset"],
    )


class ComparedBranch(Published):
    """A branch that is compared."""

    id: Id
    name: str


class FigureAnswer(Published):
    """A share, or seconds, over ``n`` on ``days`` dates, with its 95 % interval over days."""

    value: float | None
    low: float | None
    high: float | None
    n: Count
    days: Count


class DifferenceAnswer(Published):
    """A difference with its 95 % interval."""

    value: float
    low: float
    high: float


class EffectAnswer(Published):
    """The contribution of a service to the raw difference from the other branches together."""

    service: Id
    share: Ratio
    share_of_others: Ratio
    value: float | None
    value_of_others: float | None
    mix_effect: float
    rate_effect: float


class StandingAnswer(Published):
    """A branch's figure. ``standardised`` is null if it shares too little with the others;
    ``covered`` is which share of its own contacts the standard mix is made of."""

    branch: Id
    raw: FigureAnswer
    standardised: FigureAnswer | None
    covered: Ratio
    difference: DifferenceAnswer | None
    verdict: Literal["better", "worse", "no_difference", "too_little_data"] | None
    mix_effect: float | None
    rate_effect: float | None
    services: list[EffectAnswer]


class WeightAnswer(Published):
    """A service of the standard mix."""

    service: Id
    weight: Ratio


class MissingService(Published):
    """A service outside the standard mix, and which branches have too few contacts for it."""

    service: Id
    branches: list[Id]


class ComparedFigure(Published):
    """One figure of all branches. ``together`` is the raw one of them all."""

    figure: str
    threshold_seconds: Count | None
    unit: Literal["ratio", "seconds"]
    together: FigureAnswer
    covered: Ratio
    mix: list[WeightAnswer]
    missing: list[MissingService]
    branches: list[StandingAnswer]


class ComparisonAnswer(Published):
    """Branches compared, as they are and by the same mix of services. No ranking: they come in the
    order of their names."""

    from_: DateText = Field(alias="from")
    to: DateText
    branches: list[ComparedBranch]
    figures: list[ComparedFigure]
