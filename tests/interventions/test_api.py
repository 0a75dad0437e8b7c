"""The three calls, as other people's programs see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.interventions.contract import InterventionAnswer, InterventionList
from tests.desks import document
from tests.web.roles import Roles

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEK}


Call = Callable[..., Any]


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls to a live branch that is always open."""
    put_branch(queue, "raadhuset", document(opening_hours=ALWAYS))

    def calling(role: Role, path: str, body: Any = None) -> Any:
        branch = "raadhuset" if role == "kiosk" else None
        return roles.send(role, f"/branches/raadhuset{path}", body, branch=branch)

    return calling


def test_a_pause_begins_refuses_kiosks_and_ends(call: Call) -> None:
    before = call("admin", "").headers["ETag"]
    begun = call("supervisor", "/interventions", {"kind": "pause_service", "service": "pas"})
    assert begun.status_code == 201
    assert InterventionAnswer(**begun.json).model_dump()["services"] == ["pas"]
    assert (begun.json["in_force"], begun.json["asked_by"]) == (True, "supervisor")
    refused = call("kiosk", "/visits", {"service": "pas"})
    assert (refused.status_code, refused.json["code"]) == (409, "service_paused")
    assert refused.json["until"] == begun.json["ends_at"]
    assert call("clerk", "/visits", {"service": "pas"}).status_code == 201
    state = call("kiosk", "/state").json
    assert [one["id"] for one in state["interventions"]] == [begun.json["id"]]
    again = call("admin", "/interventions", {"kind": "pause_service", "service": "pas"})
    assert (again.status_code, again.json["code"]) == (409, "intervention_overlaps")
    ended = call("admin", f"/interventions/{begun.json['id']}/end", {})
    assert (ended.status_code, ended.json["in_force"]) == (200, False)
    assert call("kiosk", "/visits", {"service": "pas"}).status_code == 201
    found = call("supervisor", "/interventions").json
    assert len(InterventionList(**found).interventions) == 1
    # It is no change of the configuration.
    assert call("admin", "").headers["ETag"] == before


def test_a_capped_service_refuses_with_its_code(call: Call) -> None:
    wanted = {"kind": "cap_service", "service": "pas", "limit": 1}
    assert call("supervisor", "/interventions", wanted).json["full"] is False
    assert call("kiosk", "/visits", {"service": "pas"}).status_code == 201
    refused = call("kiosk", "/visits", {"service": "pas"})
    assert (refused.status_code, refused.json["code"]) == (409, "service_full")
    assert call("supervisor", "/interventions").json["interventions"][0]["full"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"kind": "cap_service", "service": "pas", "limit": 1000}, "limit"),
        ({"kind": "pause_service", "service": "pas", "until": "25:00"}, "until"),
        ({"kind": "announcement", "texts": {"da": "x" * 161}}, "texts.da"),
    ],
)
def test_an_invalid_field_is_named(call: Call, body: Any, field: str) -> None:
    refused = call("supervisor", "/interventions", body)
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert refused.json["errors"][0]["field"].startswith(field)


def test_a_clerk_may_not(call: Call) -> None:
    refused = call("clerk", "/interventions", {"kind": "carry_over"})
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
