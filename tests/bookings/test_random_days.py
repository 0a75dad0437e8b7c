"""Random days: no place is ever taken twice, and every place is free once all is over."""

from __future__ import annotations

from collections import Counter

import pytest
from redis import Redis

from tests.bookings.random_day import RandomDay

FEW = range(12)
MANY = range(1000, 2000)


def play(client: Redis, seeds: range) -> Counter[str]:
    """Play the days; returns how many deeds of each kind were done."""
    done: Counter[str] = Counter()
    for seed in seeds:
        client.flushall()
        day = RandomDay(client, seed)
        day.play()
        done += day.done
    return done


def test_no_place_is_taken_twice_on_random_days(redis_client: Redis) -> None:
    done = play(redis_client, FEW)
    assert {name for name, n in done.items() if n >= 5} == {
        "_hold", "_confirm", "_book", "_move", "_cancel", "_arrive", "_release", "_close",
        "_close_today", "_open", "_settle", "_block",
    }  # fmt: skip


@pytest.mark.nightly
def test_no_place_is_taken_twice_on_a_thousand_random_days(redis_client: Redis) -> None:
    play(redis_client, MANY)
