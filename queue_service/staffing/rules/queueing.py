"""How long people wait at a number of counters with one queue, first come, first served.

Arrivals are Poisson, service times and patience exponential: M/M/n+M, also called Erlang A (Palm,
1957; Garnett, Mandelbaum and Reiman, *Manufacturing & Service Operations Management* 4, 2002), and
without anybody leaving M/M/n, Erlang C. The number of people is a birth-death process. A visitor
who finds ``n + m`` others waits for ``m + 1`` departures, the next of which comes at the rate
``nμ + kθ`` while ``k`` people wait before this visitor. The sum of these exponential times is
``-log(B)/θ`` with ``B`` of a beta distribution (Rényi, 1953), whose tail is a finite sum, so that
the wait's distribution is exact, without an approximation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log
from typing import Final

_NEGLIGIBLE: Final = 1e-16
_LARGE: Final = 1e200
_MOST_WAITING: Final = 100_000


@dataclass(frozen=True, slots=True)
class OfferedLoad:
    """The load offered to the counters: arrivals per second, and mean seconds of service and
    patience.

    ``patience_seconds`` is None without abandonment.
    """

    arrivals_per_second: float
    service_seconds: float
    patience_seconds: float | None = None

    @property
    def erlangs(self) -> float:
        """How many counters would be busy on average if there were enough."""
        return self.arrivals_per_second * self.service_seconds


def share_within(load: OfferedLoad, counters: int, limit_seconds: float) -> float:
    """The share of visitors who would be called within so many seconds, if they stayed.

    0 if arrivals exceed the capacity without abandonment. Raises ValueError for no counter.
    """
    if counters < 1:
        raise ValueError("at least one counter is needed")
    if load.erlangs == 0:
        return 1.0
    if load.patience_seconds is None and load.erlangs >= counters:
        return 0.0
    return _share(load, counters, limit_seconds)


def counters_needed(load: OfferedLoad, limit_seconds: float, wanted: float) -> int:
    """The smallest number of counters with which the wanted share, below 1, is within a limit."""
    n = max(1, ceil(load.erlangs))
    while share_within(load, n, limit_seconds) < wanted:
        n += 1
    while n > 1 and share_within(load, n - 1, limit_seconds) >= wanted:
        n -= 1
    return n


def _not_all_busy(erlangs: float, counters: int) -> float:
    """The weight of all states with a free counter, relative to the state of ``counters`` people.

    It is ``1/B - 1`` with Erlang's loss probability B, by its usual recursion.
    """
    inverse = 1.0
    for n in range(1, counters + 1):
        inverse = 1 + inverse * n / erlangs
    return inverse - 1


def _share(load: OfferedLoad, counters: int, limit: float) -> float:
    service_rate = counters / load.service_seconds
    leaving_rate = 1 / load.patience_seconds if load.patience_seconds else 0.0
    weight, late_if_found = 1.0, 0.0
    total, late = _not_all_busy(load.erlangs, counters), 0.0
    log_term = -service_rate * limit
    for m in range(_MOST_WAITING):
        if m:
            weight *= load.arrivals_per_second / (service_rate + m * leaving_rate)
            log_term += _log_ratio(service_rate, leaving_rate, limit, m)
        late_if_found = min(1.0, late_if_found + exp(log_term))
        total += weight
        late += weight * late_if_found
        if total > _LARGE:
            weight, total, late = weight / _LARGE, total / _LARGE, late / _LARGE
        falls = load.arrivals_per_second < service_rate + m * leaving_rate
        if falls and weight < _NEGLIGIBLE * total:
            break
    return 1 - late / total


def _log_ratio(service_rate: float, leaving_rate: float, limit: float, m: int) -> float:
    """The ratio of the probability of exactly m departures before the limit to the probability of
    one less, where each departure leaves one less who may leave next. It is Poisson without
    abandonment, else negative binomial.

    The logarithm of the ratio; minus infinity for a limit of zero.
    """
    if limit <= 0:
        return -inf
    if not leaving_rate:
        return log(service_rate * limit / m)
    return log((service_rate / leaving_rate + m - 1) / m * -expm1(-leaving_rate * limit))
