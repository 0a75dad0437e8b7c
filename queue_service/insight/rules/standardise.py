"""Branches compared as if all had the same mix of services: direct standardisation.

A town hall full of passports loses to a library because of its requests, though it may do each
service as well or better (Simpson's paradox). So each branch's figure is worked out a second time
with the services weighted alike everywhere, as epidemiology does with ages:

    ``standardised = Σ w_s · r_s``,  ``w_s = N_s / ΣN``

with the branch's own figure r_s of each service and, as the weights, the share of the service among
the contacts of all these branches together (L. R. Curtin and R. J. Klein, *Direct Standardization*,
NCHS Statistical Notes 6, 1995; R. J. Klein and C. A. Schoenborn, *Age adjustment using the 2000
projected U.S. population*, NCHS Statistical Notes 20, 2001).

**Interval.** The day is the unit, as everywhere
(:mod:`queue_service.history.rules.confidence_intervals`): a day's residual is
``Σ w_s (y_s - r_s·x_s) / X_s``, and the variance that of their sum, never below
``Σ w_s² r_s(1 - r_s)/X_s``, which chance alone gives a share (formula of Klein and Schoenborn for
independent cases). A share's ends are Wilson's for the number that this variance is worth (Korn and
Graubard, *Survey Methodology* 24, 1998). Under :data:`MIN_DAYS` days chance's variance is used, and
a mean has no interval.

**Services that a branch lacks.** Only services that every branch has at least :data:`MIN_SERVICE`
of are weighted, so that no figure is made up for one. A branch takes no part, and has no
standardised figure, where the others have more contacts in common without it than with it (a book
bus without passports would take the passports from all), and where the weighted services are less
than :data:`MIN_COVERED` of its own contacts.

**Differences** are to the other branches together, by the same weights, day by day as in
:mod:`queue_service.insight.rules.difference_in_differences`. The parts of the raw difference are
given by :mod:`queue_service.insight.rules.decomposition`: the mix, and the services themselves.
Nothing is ranked: of twenty differences between equals one looks real.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Final

from queue_service.goals.rules.verdicts import Z95
from queue_service.history.rules.confidence_intervals import (
    MIN_DAYS,
    Difference,
    estimate,
    score_interval,
    t_quantile,
)
from queue_service.insight.rules.daily_ratios import many_weeks, spread
from queue_service.insight.rules.decomposition import decompose
from queue_service.insight.rules.difference_in_differences import beyond

MIN_SERVICE: Final = 20
"""A service is weighted only if every branch has at least so many contacts for it."""
MIN_COVERED: Final = 0.25
"""The least share of a branch's own contacts that the weighted services are to make up."""

_FEWEST: Final = 2
"""So many branches can be compared."""

Parts = Mapping[str, tuple[float, float]]
"""By service: the count, and the number of contacts."""
ServiceShares = Mapping[str, Parts]
"""By date."""
Weights = Mapping[str, float]
"""By service, 1 in all."""
Sums = dict[str, tuple[float, float]]

ALL: Final = ""
"""The one service that a raw figure has."""
_AS_IT_IS: Final = {ALL: 1.0}


@dataclass(frozen=True, slots=True)
class StandardFigure:
    """A share, or a mean in the unit of the counted cases, over ``n`` contacts on ``days`` dates.

    ``value`` is None of nothing, ``low`` and ``high`` if there is no interval.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    days: int


@dataclass(frozen=True, slots=True)
class Effect:
    """The contribution of one service to a branch's raw difference from the others.

    ``share`` and ``value`` are the branch's own, ``share_there`` and ``value_there`` those of the
    others together; a value is None without visits for it. ``mix`` is how much of the difference
    comes from its share, ``rate`` from how it goes.
    """

    service: str
    share: float
    share_there: float
    value: float | None
    value_there: float | None
    mix: float
    rate: float


@dataclass(frozen=True, slots=True)
class BranchStanding:
    """A branch in a comparison.

    ``standardised`` is None if the branch shares too little with the others: ``covered`` is
    which share of its own contacts the weighted services are. ``difference`` is that of the
    standardised figure from the other branches' together, None if it is unknown. ``effects``
    divide the raw difference from the others; there are none of a branch alone.
    """

    raw: StandardFigure
    covered: float
    standardised: StandardFigure | None = None
    difference: Difference | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def mix_effect(self) -> float | None:
        """The part of the raw difference that the mix of services explains; None for a branch
        alone."""
        return sum(effect.mix for effect in self.effects) if self.effects else None

    @property
    def rate_effect(self) -> float | None:
        """The part that the services themselves explain."""
        return sum(effect.rate for effect in self.effects) if self.effects else None


@dataclass(frozen=True, slots=True)
class ComparedBranches:
    """One figure of several branches.

    ``weights`` are the standard mix, empty if fewer than two branches share enough; ``covered``
    is which share of the contacts of those that take part it is made of. ``missing`` gives for each
    service that is not weighted which of them have too few contacts for it. ``together`` is the raw
    figure of all branches.
    """

    standings: Mapping[str, BranchStanding]
    weights: Weights
    covered: float
    together: StandardFigure
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def compare_branches(
    branches: Mapping[str, ServiceShares], *, share: bool, follow: bool = False
) -> ComparedBranches:
    """Every branch's figure, raw and standardised. ``share``: it is a share and not a mean.
    ``follow``: one day of it follows from the day before, as waits do."""
    sums = {branch: pooled(days.values()) for branch, days in branches.items()}
    contacts = {branch: {s: x for s, (_, x) in parts.items()} for branch, parts in sums.items()}
    members = taking_part(contacts)
    weights = standard_mix([contacts[branch] for branch in members])
    every, every_sums = together(branches.values()), pooled(sums.values())
    standard = together(branches[b] for b in members) if members < sums.keys() else every
    standings = {}
    for branch, days in branches.items():
        standing = BranchStanding(
            _raw(days, share),
            covered(contacts[branch], weights),
            effects=_effects(_less(every_sums, sums[branch]), sums[branch]),
        )
        if branch in members:
            here, there = (_weighted(d, weights, share) for d in (days, less(standard, days)))
            found = _difference(here, there, follow=follow)
            standing = replace(standing, standardised=here.figure, difference=found)
        standings[branch] = standing
    in_standard = total(contacts[branch] for branch in members)
    return ComparedBranches(
        standings,
        weights,
        covered(in_standard, weights),
        _raw(every, share),
        missing(contacts, members, weights),
    )


def taking_part(contacts: Mapping[str, Mapping[str, float]]) -> frozenset[str]:
    """The branches that share enough services to be standardised, at least two or none."""
    members = {branch: services for branch, services in contacts.items() if sum(services.values())}
    while len(members) > 1:
        without = _least_in_common(members) or _short(members)
        if without is None:
            return frozenset(members)
        del members[without]
    return frozenset()


def _least_in_common(members: Mapping[str, Mapping[str, float]]) -> str | None:
    """The branch without which the others have most contacts in common, if more than with it."""
    if len(members) <= _FEWEST:
        return None
    found = {
        branch: _in_common(m for other, m in members.items() if other != branch)
        for branch in sorted(members)
    }
    most = max(found, key=lambda branch: found[branch])
    return most if found[most] > _in_common(members.values()) else None


def _in_common(contacts: Iterable[Mapping[str, float]]) -> float:
    """How many contacts are for services that all of these branches have enough of."""
    branches = list(contacts)
    mix = standard_mix(branches)
    return sum(branch[service] for branch in branches for service in mix)


def _short(members: Mapping[str, Mapping[str, float]]) -> str | None:
    """The smallest branch of whose own contacts the standard mix covers too few."""
    mix = standard_mix(list(members.values()))
    sizes = {
        branch: sum(services.values())
        for branch, services in sorted(members.items())
        if covered(services, mix) < MIN_COVERED
    }
    return min(sizes, key=lambda branch: sizes[branch], default=None)


def standard_mix(contacts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The weight of each service that all have enough of: its share of the contacts for these."""
    branches = list(contacts)
    whole = total(branches)
    shared = {
        service: n
        for service, n in sorted(whole.items())
        if all(branch.get(service, 0) >= MIN_SERVICE for branch in branches)
    }
    of = sum(shared.values())
    return {service: n / of for service, n in shared.items()}


def covered(contacts: Mapping[str, float], weights: Weights) -> float:
    """The share of the contacts that is for a weighted service."""
    n = sum(contacts.values())
    return sum(contacts.get(service, 0) for service in weights) / n if n else 0.0


def total(contacts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The contacts of several, by service."""
    found: dict[str, float] = defaultdict(float)
    for services in contacts:
        for service, n in services.items():
            found[service] += n
    return dict(found)


def pooled(parts: Iterable[Parts]) -> Sums:
    """Several added up, without services that had no visits."""
    sums: Sums = {}
    for services in parts:
        for service, (y, x) in services.items():
            if service in sums:
                had = sums[service]
                sums[service] = had[0] + y, had[1] + x
            elif x:
                sums[service] = y, x
    return sums


def figure(days: ServiceShares, weights: Weights, *, share: bool) -> StandardFigure:
    """The figure by these weights, with its interval."""
    return _weighted(days, weights, share).figure


@dataclass(frozen=True, slots=True)
class _Weighted:
    """A figure with the data from which its difference from another is worked out: by date what the
    date adds beyond what its contacts would, and of a share what chance alone makes its
    variance."""

    figure: StandardFigure
    share: bool
    residuals: Mapping[str, float] = field(default_factory=dict)
    chance: float = 0.0
    rare: bool = False


def _weighted(days: ServiceShares, weights: Weights, share: bool) -> _Weighted:
    sums = pooled({s: parts[s] for s in weights if s in parts} for parts in days.values())
    if not weights or sums.keys() != weights.keys():
        return _Weighted(StandardFigure(None, None, None, 0, 0), share)
    rates = {service: y / x for service, (y, x) in sums.items()}
    terms = [(s, weight / sums[s][1], rates[s]) for s, weight in weights.items()]
    residuals: dict[str, float] = {}
    pairs: list[tuple[float, float]] = []
    for date, parts in days.items():
        of_day = [(each, rate, *parts[s]) for s, each, rate in terms if s in parts]
        counted, contacts = sum(y for *_, y, _ in of_day), sum(x for *_, x in of_day)
        if contacts:
            residuals[date] = sum(each * (y - rate * x) for each, rate, y, x in of_day)
            pairs.append((counted, contacts))
    value = sum(weight * rates[service] for service, weight in weights.items())
    # The variance of a share by chance, and how many contacts the weighted ones are worth.
    chance = sum(w**2 * rates[s] * (1 - rates[s]) / sums[s][1] for s, w in weights.items())
    worth = 1 / sum(w**2 / sums[s][1] for s, w in weights.items())
    low, high = _interval(value, residuals, chance if share else None, worth)
    n = sum(x for _, x in sums.values())
    found = StandardFigure(value, low, high, n, len(residuals))
    return _Weighted(found, share, residuals, chance, share and estimate(pairs).rare)


def _interval(
    value: float, residuals: Mapping[str, float], chance: float | None, worth: float
) -> tuple[float | None, float | None]:
    enough = len(residuals) >= MIN_DAYS
    variance, degrees = spread(residuals, "days") if enough else (0.0, 0)
    quantile = t_quantile(degrees) if enough else Z95
    if chance is None:
        reach = quantile * sqrt(variance)
        return (value - reach, value + reach) if reach else (None, None)
    variance = max(variance, chance)
    return score_interval(value, value * (1 - value) / variance if variance else worth, quantile)


def _difference(here: _Weighted, there: _Weighted, *, follow: bool) -> Difference | None:
    """From the others; day by day where that can be, else as of unrelated branches."""
    if min(here.figure.days, there.figure.days) < MIN_DAYS:
        return None
    common = len(here.residuals.keys() & there.residuals.keys()) >= MIN_DAYS
    paired = _paired(here, there, follow) if common and not (here.rare or there.rare) else None
    return paired or beyond(_as_difference(here.figure), _as_difference(there.figure))


def _paired(here: _Weighted, there: _Weighted, follow: bool) -> Difference | None:
    dates = sorted({*here.residuals, *there.residuals})
    one, other = here.residuals, there.residuals
    together = {date: one.get(date, 0.0) - other.get(date, 0.0) for date in dates}
    weekly = follow and many_weeks(together)
    variance, degrees = spread(together, "weeks" if weekly else "days")
    if here.share:
        variance = max(variance, here.chance + there.chance)
    if not variance:
        return None
    value = (here.figure.value or 0.0) - (there.figure.value or 0.0)
    reach = t_quantile(degrees) * sqrt(variance)
    return Difference(value, value - reach, value + reach)


def _as_difference(one: StandardFigure) -> Difference | None:
    if one.value is None or one.low is None or one.high is None:
        return None
    return Difference(one.value, one.low, one.high)


def _raw(days: ServiceShares, share: bool) -> StandardFigure:
    return figure(
        {date: {ALL: _all(parts)} for date, parts in days.items()}, _AS_IT_IS, share=share
    )


def _all(parts: Parts) -> tuple[float, float]:
    return sum(y for y, _ in parts.values()), sum(x for _, x in parts.values())


def together(branches: Iterable[ServiceShares]) -> ServiceShares:
    """Several branches, date by date."""
    by_date: dict[str, list[Parts]] = defaultdict(list)
    for days in branches:
        for date, parts in days.items():
            by_date[date].append(parts)
    return {date: pooled(parts) for date, parts in by_date.items()}


def less(every: ServiceShares, days: ServiceShares) -> ServiceShares:
    """Several branches without one of them."""
    return {
        date: _less(parts, days[date]) if date in days else parts for date, parts in every.items()
    }


def _less(every: Parts, own: Parts) -> Sums:
    """Without what one branch has of it; services and days of that branch alone are gone."""
    left = {
        s: (y - own[s][0], x - own[s][1]) if s in own else (y, x) for s, (y, x) in every.items()
    }
    return {service: part for service, part in left.items() if part[1]}


def _effects(others: Parts, here: Parts) -> tuple[Effect, ...]:
    if not others or not here:
        return ()
    mix, rate = decompose(_turned(others), _turned(here))
    of, of_there = _all(here)[1], _all(others)[1]
    return tuple(
        Effect(
            service,
            here.get(service, (0, 0))[1] / of,
            others.get(service, (0, 0))[1] / of_there,
            _rate(here, service),
            _rate(others, service),
            mix[service],
            rate[service],
        )
        for service in mix
    )


def _turned(parts: Parts) -> dict[str, tuple[float, float]]:
    return {service: (x, y) for service, (y, x) in parts.items()}


def _rate(parts: Parts, service: str) -> float | None:
    if service not in parts:
        return None
    y, x = parts[service]
    return y / x


def missing(
    contacts: Mapping[str, Mapping[str, float]], members: Collection[str], weights: Weights
) -> dict[str, tuple[str, ...]]:
    """By service that is not weighted: which of the members have too few contacts for it."""
    services = {service for branch in members for service in contacts[branch]}
    return {
        service: tuple(sorted(b for b in members if contacts[b].get(service, 0) < MIN_SERVICE))
        for service in sorted(services - weights.keys())
    }
