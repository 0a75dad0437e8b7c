"""The page of a phone never shows anything untrue."""

from __future__ import annotations

from collections import Counter

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from tests.desks import document
from tests.following.days import BRANCH, Day


def days(queue: Queue, seeds: range) -> Counter[str]:
    """Random days, one after the other, each on an empty store; what was said, by state."""
    said: Counter[str] = Counter()
    for seed in seeds:
        queue.store.client.flushdb()
        queue.forget(BRANCH)
        put_branch(queue, BRANCH, document(historic=True))
        day = Day(queue, seed)
        day.run()
        said.update(day.said)
    return said


def test_nothing_untrue_is_shown_on_a_random_day(queue: Queue) -> None:
    assert days(queue, range(4))["waiting"] > 0


@pytest.mark.nightly
def test_nothing_untrue_is_shown_on_200_random_days(queue: Queue) -> None:
    said = days(queue, range(4, 204))
    assert not {
        "waiting", "next", "untaken", "held", "called", "missed", "serving", "parked", "done",
        "left", "closed",
    } - said.keys()  # fmt: skip
