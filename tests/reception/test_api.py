"""The reception over HTTP: who may note what, and what pages and kiosks receive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.reception.contract import ReceptionFiguresAnswer
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.events import is_heard
from tests.desks import document
from tests.web.roles import Roles
from tests.web.service import ALWAYS

Call = Callable[..., Any]
COUNTERS = [
    {"id": "1", "name": "Skranke 1", "services": ["*"], "accessible": False},
    {"id": "2", "name": "Skranke 2", "services": ["*"], "accessible": True},
]


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls in a role, by default a clerk's, and gives the response."""
    put_branch(queue, "bib", document(opening_hours=ALWAYS, counters=COUNTERS))
    put_branch(queue, "shut", document(opening_hours={}))

    def calling(path: str, body: Any = None, role: Role = "clerk", at: str = "bib") -> Any:
        branch = None if role == "clerk" else "bib"
        return roles.send(role, f"/branches/{at}{path}", body, branch=branch)

    return calling


NOTED = {
    "service": "pas", "channel": "desk", "needs": ["interpreter", "seat"], "counter": "2",
    "priority_reason": "interpreter_here",
}  # fmt: skip


def test_a_clerk_notes_needs_and_no_screen_receives_them(call: Call) -> None:
    call("/counters/2/open", {})
    issued = call("/visits", NOTED)
    assert issued.status_code == 201
    visit = issued.json
    assert (visit["needs"], visit["priority_reason"], visit["for_counter"], visit["priority"]) == (
        ["seat", "interpreter"], "interpreter_here", "2", "high",
    )  # fmt: skip
    called = call("/counters/2/call-next", {}).json
    assert called["needs"] == ["seat", "interpreter"]
    seen = call(f"/visits/{visit['id']}", role="kiosk").json
    assert (seen["needs"], seen["priority_reason"]) == ([], None)
    shown = call("/state", role="display").get_data(as_text=True)
    assert "interpreter" not in shown
    assert call("/counters/2").json["current"]["needs"] == ["seat", "interpreter"]


def test_after_closing_time_a_clerk_may_still_issue(call: Call) -> None:
    assert call("/visits", {"service": "pas", "needs": ["seat"]}, at="shut").status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [{"needs": ["wheelchair"]}, {"priority_reason": "an old man"}, {"needs": "seat"},
     {"needs": ["seat"] * 5}],
)  # fmt: skip
def test_values_outside_the_list_are_refused(call: Call, wrong: dict[str, Any]) -> None:
    refused = call("/visits", {"service": "pas", **wrong})
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert call("/state").json["today"]["issued"] == 0


def test_needs_and_priority_are_changed_and_taken_back(call: Call) -> None:
    visit = call("/visits", {"service": "pas"}).json
    path = f"/visits/{visit['id']}"
    assert call(f"{path}/needs", {"needs": ["hearing_loop"]}).json["needs"] == ["hearing_loop"]
    assert call(f"{path}/needs", {}).status_code == 422
    moved = call(f"{path}/priority", {"reason": "returning"}).json
    assert (moved["priority"], moved["priority_reason"]) == ("high", "returning")
    back = call(f"{path}/priority", {"reason": None}).json
    assert (back["priority"], back["priority_reason"]) == ("normal", None)
    assert call(f"{path}/priority", {}).status_code == 422
    for verb, body in (("needs", {"needs": []}), ("priority", {"reason": None})):
        assert call(f"{path}/{verb}", body, "kiosk").status_code == 403
    events = ("visit.needs_changed", "visit.moved")
    assert not any(is_heard(name, role) for name in events for role in ("kiosk", "display"))
    assert all(is_heard(name, "clerk") for name in events)


def test_a_kiosk_calls_for_help_and_shows_who_comes(call: Call) -> None:
    assert call("/help-calls/own", role="kiosk").json["call"] is None
    made = call("/help-calls", {"language": "en"}, "kiosk")
    assert (made.status_code, made.json["state"], made.json["place"]) == (201, "open", "Ved kiosk")
    (listed,) = call("/help-calls").json["calls"]
    assert (listed["id"], listed["language"], listed["late"]) == (made.json["id"], "en", False)
    path = f"/help-calls/{listed['id']}"
    assert call(f"{path}/take", {}, "kiosk").status_code == 403
    assert call(f"{path}/take", {}).json["state"] == "coming"
    assert call("/help-calls/own", role="kiosk").json["call"]["state"] == "coming"
    assert call(f"{path}/cancel", {}, "kiosk").json["state"] == "cancelled"
    refused = call(f"{path}/take", {})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert call("/help-calls/0123/take", {}).status_code == 404
    assert not is_heard("help.open", "display")
    assert is_heard("help.coming", "kiosk")


def test_the_receptions_work_is_reported_to_supervisors(call: Call, redis_client: Redis) -> None:
    call("/counters/2/open", {})
    call("/visits", NOTED)
    for date, seats in (("2020-01-07", 4), ("2020-01-31", 1), ("2020-02-03", 4)):
        counts: dict[str, int] = {"need|seat": seats, "need|interpreter": 1}
        redis_client.hset(BranchKeys("bib").reception(date), mapping=counts)  # type: ignore[arg-type]  # redis wants the wider type

    def reported(first: str, last: str) -> Any:
        return call(f"/reception-figures?from={first}&to={last}", role="supervisor")

    found = reported("2020-01-01", "2020-01-31")
    assert found.status_code == 200
    ReceptionFiguresAnswer.model_validate(found.json)
    needs = found.json["needs"]
    assert (needs["seat"], needs["interpreter"], needs["hearing_loop"]) == (5, None, 0)
    # January and February less January is not February's four.
    both = reported("2020-01-01", "2020-02-29").json["needs"]
    assert (both["seat"], both["interpreter"]) == (5, None)
    # Neither today's notes nor other dates' notes are shown.
    assert call("/reception-figures", role="supervisor").json["needs"]["seat"] == 0
    for first, last in (("2020-01-02", "2020-01-31"), ("2020-01-01", "2020-02-28")):
        refused = reported(first, last)
        assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert found.json["help_calls"] == {
        "calls": 0, "answered": 0, "unanswered": 0, "cancelled": 0, "withdrawn": 0, "judged": 0,
        "within": 0, "within_seconds": 120, "ratio": None, "low": None, "high": None,
        "interval": "wilson", "p50_seconds": None,
    }  # fmt: skip
    assert call("/reception-figures").status_code == 403
