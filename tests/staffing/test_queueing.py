"""Waits at a number of counters: compared with Erlang's formula and with simulated visitors."""

from __future__ import annotations

from heapq import heapify, heapreplace
from math import exp, factorial
from random import Random

import pytest

from queue_service.staffing.rules.queueing import OfferedLoad, counters_needed, share_within


def erlang_c(erlangs: float, n: int, service: float, limit: float) -> float:
    """The share within a limit as textbooks write it: factorials, no recursion."""
    last = erlangs**n / factorial(n) * n / (n - erlangs)
    delayed = last / (sum(erlangs**k / factorial(k) for k in range(n)) + last)
    return 1 - delayed * exp(-(n - erlangs) * limit / service)


@pytest.mark.parametrize("limit", [0, 20, 60, 600])
@pytest.mark.parametrize(
    ("erlangs", "n"), [(0.01, 1), (0.5, 1), (0.99, 1), (3.2, 4), (7.9, 8), (7.9, 12), (60, 63)]
)
def test_without_departures_it_is_erlang_c(erlangs: float, n: int, limit: float) -> None:
    found = share_within(OfferedLoad(erlangs / 180, 180), n, limit)
    assert found == pytest.approx(erlang_c(erlangs, n, 180, limit), abs=1e-9)


def test_with_endless_patience_the_two_agree() -> None:
    patient = share_within(OfferedLoad(4 / 180, 180, 1e11), 5, 60)
    assert patient == pytest.approx(erlang_c(4, 5, 180, 60), abs=1e-7)


def simulated(
    load: OfferedLoad, n: int, limit: float, visitors: int, seed: int
) -> tuple[float, float]:
    """The share within a limit of so many visitors, and its standard error from 100 batches.

    Each visitor would wait until the first counter is free of those who came before and stayed.
    """
    random = Random(seed)  # noqa: S311 - seeded, no secret
    patience = load.patience_seconds
    free, at, shares = [0.0] * n, 0.0, []
    heapify(free)
    for _ in range(100):
        within = 0
        for _ in range(visitors // 100):
            at += random.expovariate(load.arrivals_per_second)
            wait = max(0.0, free[0] - at)
            within += wait <= limit
            if patience is None or random.expovariate(1 / patience) >= wait:
                service = random.expovariate(1 / load.service_seconds)
                heapreplace(free, at + wait + service)
        shares.append(within / (visitors // 100))
    mean = sum(shares) / 100
    return mean, (sum((s - mean) ** 2 for s in shares) / 99 / 100) ** 0.5


CASES = [
    (OfferedLoad(5 / 180, 180, 300), 5, 60),
    (OfferedLoad(6 / 180, 180, 120), 4, 60),
    (OfferedLoad(1.5 / 600, 600, 1800), 2, 600),
]


@pytest.mark.parametrize(("load", "n", "limit"), CASES)
def test_simulated_visitors_who_leave_wait_as_long(load: OfferedLoad, n: int, limit: float) -> None:
    _agree(load, n, limit, 40_000)


@pytest.mark.nightly
@pytest.mark.parametrize(("load", "n", "limit"), CASES)
def test_a_million_simulated_visitors_wait_as_long(load: OfferedLoad, n: int, limit: float) -> None:
    _agree(load, n, limit, 1_000_000)


def _agree(load: OfferedLoad, n: int, limit: float, visitors: int) -> None:
    share, error = simulated(load, n, limit, visitors, seed=7)
    assert error < 4 / visitors**0.5
    assert share_within(load, n, limit) == pytest.approx(share, abs=3 * error)


def test_edges() -> None:
    assert share_within(OfferedLoad(0, 180), 1, 60) == 1
    assert share_within(OfferedLoad(1 / 180, 180), 1, 60) == 0
    assert share_within(OfferedLoad(1e-9, 180), 300, 60) == 1
    with pytest.raises(ValueError, match="at least one"):
        share_within(OfferedLoad(1 / 180, 180), 0, 60)


def test_far_too_few_counters_are_no_overflow() -> None:
    assert 0 <= share_within(OfferedLoad(100 / 180, 180, 90_000), 5, 60) < 1e-3
    assert share_within(OfferedLoad(400 / 180, 180, 600), 400, 600) > 0.99


@pytest.mark.parametrize("patience", [None, 300.0])
@pytest.mark.parametrize("erlangs", [0.02, 0.8, 3.3, 11.0])
def test_no_smaller_number_of_counters_is_enough(erlangs: float, patience: float | None) -> None:
    load = OfferedLoad(erlangs / 180, 180, patience)
    n = counters_needed(load, 60, 0.87)
    assert share_within(load, n, 60) >= 0.87
    assert n == 1 or share_within(load, n - 1, 60) < 0.87


def test_few_counters_are_enough_for_a_low_goal_where_people_leave_soon() -> None:
    load = OfferedLoad(11 / 180, 180, 30)
    n = counters_needed(load, 60, 0.6)
    assert n < 11
    assert share_within(load, n, 60) >= 0.6 > share_within(load, n - 1, 60)
