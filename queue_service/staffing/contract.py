"""Responses of the staffing advice, for the published description."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import DateText, Id, Published
from queue_service.staffing.rules.what_if import PlanName


class AdvisedGoal(Published):
    """The waiting goal that counters are planned for. ``id`` is null for the default of a branch
    without a waiting goal: 80 % in 10 minutes. ``wanted_ratio`` is the share that is planned for:
    seven points more than the goal, up to 97 %."""

    id: Id | None
    threshold_seconds: Count
    target_ratio: Ratio
    wanted_ratio: Ratio


class EndAnswer(Published):
    """The share called in time at the end of simulated days: the mean, and their 10th and 90th
    percentile."""

    ratio: Ratio
    low: Ratio
    high: Ratio


class OneMoreAnswer(EndAnswer):
    """The same with one counter more from an instant until another. It takes some of the
    ``services``; none are named in a branch with one pool."""

    from_: Instant = Field(alias="from")
    to: Instant
    services: list[Id]


class PaceAnswer(Published):
    """The likely end of today's waiting ``goal`` ``at`` an instant, if the ``counters`` that were
    open stay open; ``days_below`` is the share of simulated days that end below the goal.
    ``verdict``: ``reached`` or ``below`` if the whole range from ``low`` to ``high`` is, else
    ``open``."""

    at: Instant
    goal: Id
    counters: Count
    end: EndAnswer
    days_below: Ratio
    verdict: Literal["reached", "below", "open"]
    one_more: OneMoreAnswer | None


class AdvisedHourAnswer(Published):
    """An open hour, or the open part of one. Four cases in five lie from ``low`` to ``high``.

    ``counters`` is null if no advice is given, and ``counters_by_pool`` has its parts in the
    order of ``pools``. ``counters_open`` is the mean of the same weekdays before; null if that
    is not known.
    """

    hour: str = Field(examples=["09"])
    from_: Instant = Field(alias="from")
    to: Instant
    arrivals: float = Field(ge=0)
    low: Count
    high: Count
    counters: int | None = Field(ge=1)
    counters_by_pool: list[int | None]
    counters_open: float | None = Field(ge=0)


class AdvisedDayAnswer(Published):
    """A coming date. ``weeks`` are the dates that it is expected from: two at least.

    ``special`` dates may be unlike their weekday: a public holiday, hours of its own, or next to
    such a date.
    """

    date: DateText
    verdict: Literal["expected", "too_few_weeks", "closed"]
    special: Literal["holiday", "own_hours", "near"] | None
    weeks: list[DateText]
    arrivals: float = Field(ge=0)
    low: Count
    high: Count
    hours: list[AdvisedHourAnswer]


class PoolAnswer(Published):
    """Services that share no counter with others, and the ``goal`` that they are planned for. With
    ``one_pool`` counters or teams take only some of them; the advice assumes that all take all of
    them."""

    services: list[Id]
    goal: AdvisedGoal
    one_pool: bool


class WhatIfAnswer(Published):
    """Drawn days with so many counters of a pool, by its place in ``pools``, in each of the first
    day's hours.

    The ``plan`` has the counters as ``advised``, as many of them as are ``there``, one ``fewer``
    all day, before noon or from noon on, or one ``more``. Plans that are equal are given once.
    ``ratio`` is the mean share called in time, ``low`` and ``high`` its 10th and 90th percentile;
    ``left`` the mean number of those who leave before they are called.
    """

    pool: Count
    plan: PlanName
    counters: list[int]
    ratio: Ratio
    low: Ratio
    high: Ratio
    days: Count
    days_below: Count
    left: float = Field(ge=0)


class ServiceTimesAnswer(Published):
    """Of so many open days: how long a visit takes a counter, and the mean patience; null if there
    were no abandoned visits."""

    days: Count
    service_seconds: Seconds
    patience_seconds: Seconds | None


class HeldAnswer(Published):
    """On how many of the last days, twenty at most, the total was within the range expected of it,
    and how many of their hours were. ``kept`` days were compared with the forecast of the evening
    before, the others with the forecast that the days before them give."""

    days: Count
    held: Count
    hours: Count
    hours_held: Count
    kept: Count


class StaffingAdviceAnswer(Published):
    """Arrivals to expect from tomorrow on, and the counters that the waiting goal needs.

    It is no plan: no person and no single counter is named. With a ``change`` the last two weeks
    differ from the weeks before them and no counters are advised, nor where fewer than three in
    five of the last twenty days ``held``. With ``one_pool`` one of the ``pools`` is assumed.
    ``pace`` is today's, null if none was worked out in the last quarter of an hour.
    """

    branch: Id
    goal: AdvisedGoal
    pace: PaceAnswer | None
    change: Literal["quieter", "busier"] | None
    held: HeldAnswer
    one_pool: bool
    pools: list[PoolAnswer]
    basis: ServiceTimesAnswer | None
    spread: float = Field(ge=0)
    days: list[AdvisedDayAnswer]
    what_if_date: DateText | None
    what_if: list[WhatIfAnswer]


class NotReachedGroup(Published):
    """The first number of each service that is probably not reached today, and ``count``, how many
    visits wait from there on.

    ``earliest`` is the first number that may not be reached; ``latest`` the same for a quick rest
    of the day, null if it may reach all.
    """

    numbers: dict[Id, str]
    count: Count
    earliest: str
    latest: str | None


class NotReachedAnswer(Published):
    """By group of services with the same counters; empty if all are reached."""

    not_reached: list[NotReachedGroup]
