"""Requests and responses about calls to a lifeline.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import (
    PAGE_PATTERN,
    WHOLE,
    DateText,
    Id,
    Published,
    Strict,
    example,
)
from queue_service.goals.rules.verdicts import Interval, Verdict
from queue_service.lifeline.rules import PLACES, CallState


class DeskQuery(Strict):
    """The service to ask about; by default that of the visit at the counter."""

    service: Id | None = Field(default=None, description="A service of the branch.")


class RingBody(Strict):
    """The visit at the counter, and the lifeline to ring with its branch."""

    model_config = example(visit="M7vhceHJqMCjlO8U9jyG", branch="raadhuset", lifeline="pension")

    visit: Annotated[str, Field(min_length=1, max_length=64)]
    branch: Id
    lifeline: Id


class LifelineCallBody(Strict):
    """The call that is meant; without, the one that the counter made last."""

    call: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class TakeBody(Strict):
    """The number of the specialists' place that takes the call. It identifies no person."""

    model_config = example(place=2)

    place: Annotated[int, Field(ge=1, le=PLACES), WHOLE]


class SitBody(Strict):
    """A page of the specialists, by an id of its own making, and the place it asks for."""

    model_config = example(page="0b7f1c52-8c1d", place=2)

    page: Annotated[str, Field(min_length=8, max_length=64, pattern=PAGE_PATTERN)]
    place: Annotated[int, Field(ge=1, le=PLACES), WHOLE] | None = None


class PlaceAnswer(Published):
    """The number of the place that the page has."""

    place: Count


class LifelineAnswer(Published):
    """A lifeline that a clerk may ask. ``open``: it answers now; else there is the telephone, and
    ``opens_at`` says when somebody answers it next, if that is known.

    ``rings``: it can be rung from here; without, as on a bus, by its telephone alone.
    """

    branch: Id
    branch_name: str
    id: Id
    name: dict[str, str]
    telephone: str
    open: bool
    rings: bool
    opens_at: Instant | None
    answer_within_seconds: Count


class CallAnswer(Published):
    """A call. ``place`` is the number of the place that took it, and identifies no person.

    ``lifeline``, ``hall`` and ``telephone`` are rung; ``branch``, ``counter``, ``number`` and
    ``service`` ask.
    """

    id: str
    state: CallState
    hall: Id
    hall_name: str
    lifeline: Id
    lifeline_name: dict[str, str]
    telephone: str
    branch: Id
    branch_name: str
    counter: Id
    counter_name: str | dict[str, str]
    number: str
    service: Id
    service_name: dict[str, str]
    place: Count | None
    rang_at: Instant
    taken_at: Instant | None
    ended_at: Instant | None
    missed_at: Instant
    acknowledged_at: Instant | None
    answer_within_seconds: Seconds


class DeskAnswer(Published):
    """A counter's view: the lifelines for a service, those that answer now first, and its last
    call."""

    at: Instant
    lifelines: list[LifelineAnswer]
    call: CallAnswer | None


class CallList(Published):
    """A branch's lifelines with their open calls, oldest first, and those of the day that were
    missed and not acknowledged, latest first."""

    at: Instant
    lifelines: list[LifelineAnswer]
    calls: list[CallAnswer]
    missed: list[CallAnswer]


class LifelineRow(Published):
    """One lifeline's calls. ``withdrawn``: cancelled before the limit, which are not judged.

    The ratio is of those judged; with fewer than ten of them the verdict is ``open``. ``low``,
    ``high``, ``interval`` and ``verdict`` are as in the statistics of goals; over two to four dates
    the verdict is always ``open``.
    """

    lifeline: Id
    calls: Count
    answered: Count
    missed: Count
    cancelled: Count
    withdrawn: Count
    judged: Count
    within: Count
    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None
    interval: Interval
    verdict: Verdict
    target_ratio: Ratio | None
    median_seconds: Count | None


class LifelineFiguresAnswer(Published):
    """The calls of a range of dates, by lifeline."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    lifelines: list[LifelineRow]
