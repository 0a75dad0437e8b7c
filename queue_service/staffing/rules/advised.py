"""Advice for a branch: its coming days, how sure their forecasts are, and the stored form.

Nothing in it is about a person or a single counter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from queue_service.branches.rules.branch import Branch
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.staffing.rules.forecast import RecentChange
from queue_service.staffing.rules.held import Held
from queue_service.staffing.rules.pools import Pool, pools_of
from queue_service.staffing.rules.special_days import SpecialDay
from queue_service.staffing.rules.what_if import WhatIf

USUAL_TARGET: Final = 0.8
USUAL_LIMIT_SECONDS: Final = 600
SURER_BY: Final = 0.07
HIGHEST_WANTED: Final = 0.97
"""The highest share that counters are planned for: the goal and seven points more, up to 97 %."""
_SHARE_DIGITS: Final = 6
_NOON: Final = "12"

DayVerdict = Literal["expected", "too_few_weeks", "closed"]


@dataclass(frozen=True, slots=True)
class WaitingGoal:
    """The planned goal: a share called within seconds. ``goal`` is None for the usual 80 % in 10
    minutes of a branch without a waiting goal."""

    target: float
    limit_seconds: int
    goal: Goal | None = None

    @property
    def wanted(self) -> float:
        """The share that counters are planned for."""
        return min(HIGHEST_WANTED, round(self.target + SURER_BY, _SHARE_DIGITS))


def waiting_goal(branch: Branch) -> WaitingGoal:
    """The branch's first waiting goal that judges every service, else its first, else the usual."""
    goals = [goal for goal in branch.goals if goal.judges_waits]
    goals.sort(key=lambda goal: EVERYTHING not in goal.services)
    return _planned(goals)


def pool_goal(branch: Branch, pool: Pool) -> WaitingGoal:
    """The waiting goal that a pool is planned for, else the usual one.

    It is the first that judges all of the pool's services and is not one of every service, else
    the first that judges every service, else the first that judges some of the pool's.
    """
    goals = [
        goal for goal in branch.goals if goal.judges_waits and any(map(goal.judges, pool.services))
    ]
    goals.sort(key=lambda goal: (not goal.covers(pool.services), EVERYTHING in goal.services))
    return _planned(goals)


def _planned(goals: Sequence[Goal]) -> WaitingGoal:
    if not goals:
        return WaitingGoal(USUAL_TARGET, USUAL_LIMIT_SECONDS)
    limit = goals[0].threshold_seconds or USUAL_LIMIT_SECONDS
    return WaitingGoal(goals[0].target_ratio, limit, goals[0])


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """Of the last open days: the mean seconds that a visit takes a counter, seconds to draw service
    times from, and the mean patience in seconds; None if there were no abandoned visits."""

    days: int
    mean: float
    times: tuple[float, ...]
    patience: float | None


@dataclass(frozen=True, slots=True)
class PoolHour:
    """A pool's part of an hour: expected arrivals, and the counters they need; None if no advice
    is given."""

    arrivals: float
    counters: int | None


@dataclass(frozen=True, slots=True)
class AdvisedHour:
    """Part of an hour in which the branch is open, from one instant (ms) until another.

    ``arrivals`` are those expected, with the range of four cases in five. ``opened`` is how many
    counters were open on average on the days that the expected arrivals are from; None if that
    is not known. ``pools`` are in the order of the branch's pools.
    """

    hour: str
    begins: int
    ends: int
    arrivals: float
    low: int
    high: int
    opened: float | None
    pools: tuple[PoolHour, ...]

    @property
    def before_noon(self) -> bool:
        """Whether it is in the morning."""
        return self.hour < _NOON

    @property
    def counters(self) -> int | None:
        """The counters that all pools need; None if no advice is given for one of them."""
        known = [pool.counters for pool in self.pools if pool.counters is not None]
        return sum(known) if known and len(known) == len(self.pools) else None


@dataclass(frozen=True, slots=True)
class AdvisedDay:
    """A coming date with its hours; there are none unless the verdict is ``expected``.

    ``weeks`` are the dates that it is expected from, ``came`` all tickets of each. ``low`` to
    ``high`` is the range of the total. ``what_ifs`` are the plans of each pool; empty if no
    counters are advised.
    """

    date: str
    verdict: DayVerdict
    special: SpecialDay | None
    weeks: tuple[str, ...] = ()
    came: tuple[int, ...] = ()
    hours: tuple[AdvisedHour, ...] = ()
    arrivals: float = 0
    low: int = 0
    high: int = 0
    what_ifs: tuple[tuple[WhatIf, ...], ...] = ()

    @property
    def counter_hours(self) -> float | None:
        """Hours at counters in all; None without advice."""
        known = [(h.counters, h.ends - h.begins) for h in self.hours if h.counters is not None]
        return sum(n * ms for n, ms in known) / 3_600_000 if known else None


@dataclass(frozen=True, slots=True)
class StaffingAdvice:
    """The forecast for the coming days of a branch, and the counters that its waiting goal needs.

    No number of counters is given while the last two weeks ``change``, where the forecasts of past
    days ``held`` too seldom, or without ``service`` times, which are those of all pools together;
    ``services`` are those of each. ``spread`` is the relative spread of whole days around their
    forecasts. ``present`` is today, ``chosen`` the coming day that is looked at. ``goal`` is the
    branch's, which today's pace is about; ``goals`` are those that the pools are planned for.
    """

    branch: Branch
    today: str
    goal: WaitingGoal
    goals: tuple[WaitingGoal, ...]
    pools: tuple[Pool, ...]
    present: AdvisedDay | None
    days: tuple[AdvisedDay, ...]
    spread: float
    change: RecentChange | None
    held: Held
    service: ServiceTimes | None
    services: tuple[ServiceTimes | None, ...]
    chosen: AdvisedDay | None = None

    @property
    def what_ifs(self) -> tuple[WhatIf, ...]:
        """The what-ifs of the chosen day, pool by pool."""
        plans = self.chosen.what_ifs if self.chosen else ()
        return tuple(one for of_pool in plans for one in of_pool)

    @property
    def pooled(self) -> bool:
        """Whether one pool is assumed where counters or teams take only some of its services."""
        return any(pool.assumed for pool in self.pools)

    def choosing(self, date: str) -> StaffingAdvice:
        """The same with a coming day chosen; by default the first with expected arrivals."""
        first = next((day for day in self.days if day.hours), None)
        chosen = next((day for day in self.days if day.date == date), first)
        return replace(self, chosen=chosen)


def advice_to_document(found: StaffingAdvice) -> dict[str, Any]:
    """The form in which advice is kept, by name. The branch, its goals and its pools are not kept:
    they are those of the configuration that it was made for."""
    return {
        "today": found.today,
        "present": found.present and asdict(found.present),
        "days": [asdict(day) for day in found.days],
        "spread": found.spread,
        "change": found.change,
        "held": asdict(found.held),
        "service": found.service and asdict(found.service),
        "services": [service and asdict(service) for service in found.services],
    }


def advice_from_document(document: Mapping[str, Any], branch: Branch) -> StaffingAdvice:
    """The advice in a stored form."""
    present, pools = document["present"], pools_of(branch)
    return StaffingAdvice(
        branch=branch,
        today=document["today"],
        goal=waiting_goal(branch),
        goals=tuple(pool_goal(branch, pool) for pool in pools),
        pools=pools,
        present=present and _day(present),
        days=tuple(map(_day, document["days"])),
        spread=document["spread"],
        change=document["change"],
        held=Held(**document["held"]),
        service=_service(document["service"]),
        services=tuple(map(_service, document["services"])),
    )


def _service(document: Mapping[str, Any] | None) -> ServiceTimes | None:
    if document is None:
        return None
    return ServiceTimes(**{**document, "times": tuple(document["times"])})


def _day(document: Mapping[str, Any]) -> AdvisedDay:
    lists = {name: tuple(document[name]) for name in ("weeks", "came")}
    hours = tuple(map(_hour, document["hours"]))
    what_ifs = tuple(_plans(plans) for plans in document["what_ifs"])
    return AdvisedDay(**{**document, **lists, "hours": hours, "what_ifs": what_ifs})


def _hour(document: Mapping[str, Any]) -> AdvisedHour:
    pools = tuple(PoolHour(**pool) for pool in document["pools"])
    return AdvisedHour(**{**document, "pools": pools})


def _plans(documents: Sequence[Mapping[str, Any]]) -> tuple[WhatIf, ...]:
    return tuple(WhatIf(**{**one, "counters": tuple(one["counters"])}) for one in documents)
