"""Paper tickets, as other people's programs enter them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import days_after
from queue_service.paper.contract import EnteredAnswer, PaperVisits, Removed
from queue_service.paper.operations import take_sheets
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from tests.desks import document
from tests.web.roles import Roles

Call = Callable[..., Any]
PRINTED = 20
ADDRESS = "/branches/raadhuset/paper-visits"


@pytest.fixture
def yesterday(queue: Queue) -> str:
    """The branch's date of yesterday, by the store's clock."""
    branch = put_branch(queue, "raadhuset", document()).branch
    take_sheets(queue, "raadhuset", PRINTED)
    return days_after(moment(branch, queue.store.time()).date, -1)


@pytest.fixture
def call(roles: Roles, yesterday: str) -> Call:  # noqa: ARG001 - it sets the branch up
    """Calls in a role, and gives the response."""

    def calling(
        body: Any = None, path: str = "", role: Role = "clerk", key: str = "", **query: str
    ) -> Any:
        return roles.send(role, ADDRESS + path, body, key=key, query=query)

    return calling


def row(number: str, **members: str) -> dict[str, str]:
    return {"number": number, "service": "pas", "taken": "9:00", "called": "0910", **members}


def test_a_sheet_is_entered_looked_at_and_corrected(call: Call, yesterday: str) -> None:
    body = {"date": yesterday, "rows": [row("3-1", done="9.15"), row("3-2", ended="no_show")]}
    first = call(body, key="k")
    again = call(body, key="k")
    assert (first.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    answer = EnteredAnswer.model_validate(first.json)
    assert [(r.number, r.status, r.differs) for r in answer.rows] == [
        ("3-1", "entered", False), ("3-2", "entered", False),
    ]  # fmt: skip
    assert answer.rows[0].times.model_dump() == {
        "taken": "09:00", "called": "09:10", "started": None, "done": "09:15",
    }  # fmt: skip
    assert answer.rows[0].visit.source == "paper"
    assert answer.rows[0].visit.inquiries[0].outcome is None
    assert answer.rows[0].visit.inquiries[0].handling_seconds == 300
    other = call({"date": yesterday, "rows": [row("3-2", ended="abandoned", called="")]})
    assert other.status_code == 422
    other = call({"date": yesterday, "rows": [row("3-2")]}, role="supervisor").json["rows"][0]
    assert (other["status"], other["differs"]) == ("already", True)
    removed = call({"date": yesterday, "number": "3-2"}, "/remove")
    assert Removed.model_validate(removed.json).left == 1
    kept = PaperVisits.model_validate(call(date=yesterday).json)
    assert [each.visit.number for each in kept.visits] == ["3-1"]
    assert call().json["visits"] == []


def test_faults_are_named_by_row(call: Call, yesterday: str) -> None:
    found = call({"date": yesterday, "rows": [row("A001"), row("3-1", taken="25:00")]})
    assert found.status_code == 422
    assert found.json["errors"] == [
        {"field": "rows[0].number",
         "reason": "It must be a number of a printed sheet, such as 14-3."},
        {"field": "rows[1].taken", "reason": "It must be a time of day, such as 9:30."},
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["display", "kiosk"])
def test_no_screen_enters_any(call: Call, yesterday: str, role: Role) -> None:
    assert call({"date": yesterday, "rows": [row("3-1")]}, role=role).status_code == 403


@pytest.mark.parametrize("sheets", ["0", "31", "0030999", "1e3", "99999999999999999999"])
def test_no_number_of_sheets_uses_up_the_numbers(
    settings: Settings, redis_client: Redis, yesterday: str, sheets: str
) -> None:
    assert yesterday
    store = AccessStore(RedisStore(redis_client))
    secret = access.create_token(store, "clerk", None, now=store.now())[1]
    refused = (
        create_app(settings)
        .test_client()
        .post(
            "/paper/raadhuset/sheets",
            data={"sheets": sheets},
            headers={"Authorization": f"Bearer {secret}"},
        )
    )
    assert refused.status_code == 422
    assert take_sheets(Queue(RedisStore(redis_client)), "raadhuset", 1) == PRINTED + 1
