"""The figures of bookings as programs read them, and as the history page shows them."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from dashboards.history.booked import booked_part
from queue_service.booking_figures.contract import BookingFiguresAnswer
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import Period
from queue_service.history.operations.history import past
from queue_service.store.keys import BranchKeys
from queue_service.tables.writing import Writing
from tests.desks import document
from tests.web.roles import Roles

BRANCH = "raadhuset"
FIRST, SECOND = "2026-11-25", "2026-11-26"


@pytest.fixture
def booked(roles: Roles, queue: Queue, redis_client: Redis) -> Roles:
    """Two days of bookings as the scripts count them, and a sample of the first morning."""
    put_branch(queue, BRANCH, document())
    k = BranchKeys(BRANCH)
    first: Any = {
        "booked|pas|web|7": 6, "booked|pas|web|8": 3, "booked|turist|phone|0": 1,
        "cancelled|pas|web|0": 2, "arrived|pas|web|0": 7, "missed|pas|web|0": 1,
        "free|pas": 3, "free|turist": -1,
    }  # fmt: skip
    redis_client.hset(k.booking_day(FIRST), mapping=first)
    redis_client.hset(k.booking_day(SECOND), "missed|turist|phone|0", "1")
    return roles


def figures(roles: Roles, **query: str) -> Any:
    """A supervisor's figures of both days."""
    dates = {"from": FIRST, "to": SECOND, **query}
    found = roles.send(
        "supervisor", f"/branches/{BRANCH}/booking-figures", None, branch=BRANCH, query=dates
    ).json
    BookingFiguresAnswer.model_validate(found)
    return found


def test_a_week_ahead_is_soon_and_the_share_of_missed_has_its_interval(booked: Roles) -> None:
    total = figures(booked)["total"]
    assert (total["booked"], total["soon"], total["cancelled"]) == (10, 7, 2)
    assert total["soon_share"]["ratio"] == 0.7
    assert (total["arrived"], total["missed"], total["missed_share"]["ratio"]) == (7, 2, 2 / 9)
    assert total["missed_share"]["low"] < 2 / 9 < total["missed_share"]["high"]


@pytest.mark.parametrize(
    ("by", "booked_by_key"),
    [
        ("day", {FIRST: 10, SECOND: 0}),
        ("service", {"pas": 9, "turist": 1}),
        ("channel", {"web": 9, "phone": 1}),
    ],
)
def test_rows_are_by_day_service_or_channel(
    booked: Roles, by: str, booked_by_key: dict[str, int]
) -> None:
    assert {row["key"]: row["booked"] for row in figures(booked, by=by)["rows"]} == booked_by_key


def test_of_nothing_no_share_is_given_and_a_sample_without_a_free_time_is_null(
    booked: Roles,
) -> None:
    found = figures(booked)
    nothing = {"ratio": None, "low": None, "high": None}
    assert found["rows"][1]["soon_share"] == nothing
    assert found["free_times"] == [
        {"date": FIRST, "service": "pas", "working_days": 3},
        {"date": FIRST, "service": "turist", "working_days": None},
    ]


def test_the_history_page_has_the_same_figures(booked: Roles, queue: Queue) -> None:
    write = Writing("en")
    shown = booked_part(queue, past(queue, BRANCH, Period("range", FIRST, SECOND)), write)
    assert shown is not None
    soon, missed = shown.lines
    assert (soon.share, missed.share) == ("70.0%", "22.2%")
    share = figures(booked)["total"]["missed_share"]
    low, high = write.percent(share["low"]), write.percent(share["high"])
    assert missed.interval == f"{low} to {high}, too few days to be certain, of 9 judged"
    services, channels = (
        [
            [write.value(v, c.kind) for v, c in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        for table in shown.tables
    )
    assert services == [
        ["Pas", "9", "66.7%", "7", "1", "12.5%"], ["Turist", "1", "100.0%", "0", "1", "100.0%"],
    ]  # fmt: skip
    assert channels == [
        ["Public page", "9", "66.7%", "7", "1", "12.5%"],
        ["Telephone", "1", "100.0%", "0", "1", "100.0%"],
    ]
    assert (
        booked_part(queue, past(queue, BRANCH, Period("day", "2026-11-24", "2026-11-24")), write)
        is None
    )


def test_clerks_have_no_figures(booked: Roles) -> None:
    refused = booked.send("clerk", f"/branches/{BRANCH}/booking-figures", None, branch=BRANCH)
    assert refused.status_code == 403
