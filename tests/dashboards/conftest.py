"""The running service and the browsers of the tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.operations.queue import open_queue
from queue_service.store.redis_store import RedisStore
from tests.dashboards.day import Day, noon_zone
from tests.web.conftest import assert_accessible, browser, new_context, service
from tests.web.service import ALWAYS, Service

__all__ = ["assert_accessible", "browser", "new_context", "service"]

DayMaker = Callable[..., Day]

GOALS: list[dict[str, Any]] = [
    {
        "id": "handling-6-min",
        "indicator": "handling_time_within",
        "threshold_seconds": 360,
        "target_ratio": 0.7,
    },
    {
        "id": "called-10-min",
        "indicator": "waiting_time_within",
        "threshold_seconds": 600,
        "target_ratio": 0.8,
    },
]


@pytest.fixture
def new_day(service: Service) -> DayMaker:
    """Makes branches where it is early in the afternoon, open from nine unless told otherwise."""
    queue = open_queue(RedisStore(service.client))

    def make(hours: tuple[str, str] = ("09:00", "20:00"), **changes: Any) -> Day:
        opening = {day: [hours] for day in ALWAYS}
        given = {"timezone": noon_zone(), "opening_hours": opening, "goals": GOALS} | changes
        return Day(queue, service.branch(**given))

    return make
