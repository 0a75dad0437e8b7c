"""The two calls, as other people's programs see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.feedback.contract import FeedbackCode
from queue_service.feedback.rules import fields_of
from queue_service.runtime.settings import Settings
from queue_service.satisfaction.contract import FeedbackAnswer
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.desks import document
from tests.web.roles import Roles

Call = Callable[..., Any]
ADDRESS = "/branches/raadhuset/feedback"
CODES = f"/api/v1{ADDRESS}/codes"


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls in a role, and gives the response."""
    put_branch(queue, "raadhuset", document())

    def calling(body: Any = None, role: Role = "kiosk", key: str = "", **query: str) -> Any:
        branch = "raadhuset" if role == "kiosk" else None
        return roles.send(role, ADDRESS, body, branch=branch, key=key, query=query)

    return calling


def test_an_answer_is_counted_and_a_repeat_says_the_same(call: Call) -> None:
    first, again = (call({"help": 5, "task": 4}, key="k") for _ in range(2))
    assert (first.status_code, first.json) == (201, {"counted": True})
    assert (again.status_code, again.json) == (201, {"counted": True})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert call({"help": 5}).json == {"counted": False}
    # Today's are shown tomorrow.
    assert call(role="supervisor").json["total"]["people"] == 0


def test_valid_answers(call: Call) -> None:
    for rating in (1, 5):
        assert call({"task": rating}).status_code == 201
    for body, field in (
        ({"task": 0}, "task"),
        ({"task": 6}, "task"),
        ({"task": "5"}, "task"),
        ({"task": 5, "name": "x"}, "name"),
    ):
        refused = call(body)
        assert (refused.status_code, refused.json["code"]) == (422, "invalid")
        assert [error["field"] for error in refused.json["errors"]] == [field]
    assert call({}).json["code"] == "invalid"
    assert call({"help": 5, "service": "nothing"}).json["code"] == "service_not_found"


@pytest.mark.parametrize("n", [9, 10])
def test_the_figures_of_a_day_that_is_over(call: Call, redis_client: Redis, n: int) -> None:
    fields = fields_of("09", "", "", {"help": 5})
    key = BranchKeys("raadhuset").feedback("2020-01-02")
    redis_client.hset(key, mapping={**dict.fromkeys(fields, n), "set_aside": 3})
    span = {"from": "2020-01-01", "to": "2020-01-31"}
    figures = call(role="supervisor", by="hour", **span).json
    FeedbackAnswer.model_validate(figures)
    [row] = figures["rows"]
    assert (row["key"], row["people"], figures["set_aside"]) == ("09", n, 3)
    if n < 10:
        assert row["help"] == {"answers": 0, "counts": None, "very_satisfied": None}
        assert figures["total"]["help"] == row["task"]
    else:
        assert figures["total"]["help"] == row["help"]
        assert row["help"]["counts"] == [0, 0, 0, 0, 10]
        share = row["help"]["very_satisfied"]
        assert (share["ratio"], share["high"]) == (1.0, 1.0)
        assert 0.7 < share["low"] < 0.75
    assert row["task"] == {"answers": 0, "counts": None, "very_satisfied": None}


def test_the_total_of_five_days_has_the_pages_interval(call: Call, redis_client: Redis) -> None:
    for day, best in enumerate((20, 4, 20, 4, 20), 1):
        key = BranchKeys("raadhuset").feedback(f"2020-01-0{day}")
        good, fair = (fields_of("09", "", "", {"help": rating}) for rating in (5, 3))
        for fields, n in ((good, best), (fair, 20 - best)):
            for field in fields:
                redis_client.hincrby(key, field, n)
    found = [
        call(role="supervisor", by="day", **{"from": "2020-01-01", "to": f"2020-01-0{last}"}).json
        for last in (1, 5)
    ]
    one, five = (figures["total"]["help"]["very_satisfied"] for figures in found)
    assert one == found[0]["rows"][0]["help"]["very_satisfied"]
    assert five["ratio"] == 0.68
    # Of 100 single answers it would be from 58 to 76 %.
    assert five["high"] - five["low"] > 0.3


@pytest.mark.parametrize(
    ("query", "field"),
    [({"by": "counter"}, "by"), ({"from": "2026-13-01"}, "from"), ({"by": "team"}, "from")],
)
def test_a_question_that_cannot_be_answered(call: Call, query: dict[str, str], field: str) -> None:
    refused = call(role="supervisor", **query)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_a_code_has_its_address_and_its_squares(settings: Settings, redis_client: Redis) -> None:
    store = AccessStore(RedisStore(redis_client))
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", document(feedback_on_slip=True))
    secret = access.create_token(store, "kiosk", "raadhuset", now=store.now())[1]
    headers = {"Authorization": f"Bearer {secret}"}
    public = replace(settings, public_url="https://queue.example.dk")
    made = create_app(public).test_client().post(CODES, json={"service": "pas"}, headers=headers)
    assert made.status_code == 201
    found = FeedbackCode.model_validate(made.get_json())
    assert found.address == f"https://queue.example.dk/answer/raadhuset/{found.code}"
    # Version 4 of the standard, 33 squares wide, and a margin of four on each side.
    assert (found.qr.size, found.qr.path[:5]) == (41, "M4 4h")
    # While the sample is tried out it is the address the service listens on, whatever the host of a
    # request.
    tried = replace(settings, redis_url=None, sample=True)
    app = create_app(settings)
    app.extensions["queue_settings"] = tried
    forged = {**headers, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    given = app.test_client().post(
        f"/api/v1{ADDRESS}/codes", json={"service": "pas"}, headers=forged
    )
    assert given.get_json()["address"].startswith("http://127.0.0.1:8000/answer/raadhuset/")
    without = (
        create_app(settings).test_client().post(CODES, json={"service": "pas"}, headers=headers)
    )
    assert (without.status_code, without.get_json()["code"]) == (404, "not_found")
