"""The three calls, as other people's programs see them."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.interventions.contract import InterventionAnswer, InterventionList
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from tests.desks import document

BRANCH = "/api/v1/branches/raadhuset"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEK}


class Calls:
    """Calls in a role."""

    def __init__(self, settings: Settings, client: Redis) -> None:
        self.store = AccessStore(RedisStore(client))
        put_branch(Queue(RedisStore(client)), "raadhuset", document(opening_hours=ALWAYS))
        self.client = create_app(settings).test_client()

    def __call__(
        self, role: Role, path: str, body: Any = None, key: str = "", **headers: str
    ) -> Any:
        """A GET, or a POST of a body."""
        branch = "raadhuset" if role == "kiosk" else None
        secret = access.create_token(self.store, role, branch, now=self.store.now())[1]
        given = {"Authorization": f"Bearer {secret}", **headers}
        if body is None:
            return self.client.get(BRANCH + path, headers=given)
        if key:
            given["Idempotency-Key"] = key
        return self.client.post(BRANCH + path, json=body, headers=given)


@pytest.fixture
def call(settings: Settings, redis_client: Redis) -> Calls:
    """Calls to a live branch that is always open."""
    return Calls(settings, redis_client)


def test_a_pause_begins_refuses_kiosks_and_ends(call: Calls) -> None:
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


def test_a_capped_service_refuses_with_its_code(call: Calls) -> None:
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
def test_an_invalid_field_is_named(call: Calls, body: Any, field: str) -> None:
    refused = call("supervisor", "/interventions", body)
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert refused.json["errors"][0]["field"].startswith(field)


def test_a_clerk_may_not(call: Calls) -> None:
    refused = call("clerk", "/interventions", {"kind": "carry_over"})
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
