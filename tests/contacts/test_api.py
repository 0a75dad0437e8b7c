"""The calls, as other people's programs and pages see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Role
from queue_service.board.contract import StateAnswer
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contacts.contract import ContactCounted, ContactsAnswer
from queue_service.contacts.rules import Contact, fields_of
from queue_service.store.keys import BranchKeys
from tests.desks import document
from tests.web.roles import Roles

Call = Callable[..., Any]


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls in a role, and gives the response."""
    config = document()
    config["services"][0] |= {"kle": "23.05.00", "kind": "transaction"}
    put_branch(queue, "raadhuset", config)

    def calling(
        body: Any = None, role: Role = "clerk", key: str = "", path: str = "/contacts", **query: str
    ) -> Any:
        address = f"/branches/raadhuset{path}"
        return roles.send(role, address, body, branch="raadhuset", key=key, query=query)

    return calling


def total(call: Call) -> int:
    """A supervisor's figures of today."""
    found = call(role="supervisor").json
    ContactsAnswer.model_validate(found)
    return int(found["total"])


def test_a_press_is_one_contact_and_a_repeat_says_the_same(call: Call) -> None:
    first, again = (call({"service": "pas", "channel": "phone"}, key="k") for _ in range(2))
    assert first.status_code == again.status_code == 201
    ContactCounted.model_validate(first.json)
    assert first.json | {"id": "", "counted_at": "", "undo_until": ""} == {
        "id": "", "service": "pas", "channel": "phone", "kind": "transaction", "place": "counter",
        "outcome": None, "counted_at": "", "undo_until": "",
    }  # fmt: skip
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    call({"service": "pas"})
    call({"service": "pas"})
    assert total(call) == 3
    assert call({"service": "turist"}, key="k").json["code"] == "idempotency_key_reused"


def test_one_is_taken_back_once(call: Call) -> None:
    kept, gone = (call({"service": "pas", "counter": "1"}).json["id"] for _ in range(2))
    assert kept != gone
    first, again = (call({}, path=f"/contacts/{gone}/undo", key="u") for _ in range(2))
    assert first.status_code == again.status_code == 204
    assert again.headers["Idempotent-Replayed"] == "true"
    assert total(call) == 1
    refused = call({}, path=f"/contacts/{gone}/undo")
    assert (refused.status_code, refused.json["code"]) == (404, "not_found")
    assert total(call) == 1


def test_the_state_has_todays_figures_for_staff(call: Call) -> None:
    tags = [call(path="/state").headers["ETag"]]
    ids = [call({"service": "pas", "channel": c}).json["id"] for c in ("phone", "desk", "phone")]
    tags.append(call(path="/state").headers["ETag"])
    call({}, path=f"/contacts/{ids[0]}/undo")
    after = call(path="/state")
    StateAnswer.model_validate(after.json)
    assert after.json["today"]["contacts"] == total(call) == 2
    assert after.json["today"]["contacts_by_channel"] == {
        "desk": 1, "phone": 1, "written": 0, "online": 0,
    }  # fmt: skip
    assert len({*tags, after.headers["ETag"]}) == 3, "a count changes the tag"
    for screen in ("kiosk", "display"):
        today = call(role=screen, path="/state").json["today"]
        assert (today["contacts"], today["contacts_by_channel"]) == (None, None)


def test_valid_contacts(call: Call) -> None:
    whole = {
        "service": "turist", "channel": "written", "kind": "information", "counter": "2",
        "place": "self_service", "outcome": "self_service",
    }  # fmt: skip
    assert call(whole).status_code == 201
    assert call({"service": "gammel"}, role="supervisor").json["kind"] is None
    for body, field in (
        ({}, "service"),
        ({"service": "pas", "channel": "kiosk"}, "channel"),
        ({"service": "pas", "kind": ""}, "kind"),
        ({"service": "pas", "place": "home"}, "place"),
        ({"service": "pas", "name": "x"}, "name"),
    ):
        refused = call(body)
        assert (refused.status_code, refused.json["code"]) == (422, "invalid")
        assert [error["field"] for error in refused.json["errors"]] == [field]
    assert call({"service": "nothing"}).json["code"] == "service_not_found"
    assert call({"service": "pas", "counter": "9"}).json["code"] == "counter_not_found"
    assert total(call) == 2


def test_the_figures_by_each_part(call: Call, redis_client: Redis) -> None:
    pas = Contact("pas", "phone")
    stored = {
        fields_of("09", pas): 3,
        f"{fields_of('09', pas)}|back": 1,
        fields_of("10", Contact("turist", kind="information", place="floor")): 4,
        "team|library": 2,
        "counter|1": 2,
        "counter|1|back": 1,
    }
    k = BranchKeys("raadhuset")
    redis_client.hset(k.contacts("2020-01-02"), mapping=stored)  # type: ignore[arg-type]  # redis wants the wider type
    at_work: dict[str, int] = {"team|library": 3, "counter|1": 4, "counter|2": 6}
    redis_client.hset(k.contacts("2020-01-03"), mapping=at_work)  # type: ignore[arg-type]  # redis wants the wider type
    week = {"from": "2019-12-30", "to": "2020-01-05"}

    def rows(by: str) -> dict[str, int]:
        found = call(role="supervisor", by=by, **week).json
        return {row["key"]: row["contacts"] for row in found["rows"]}

    assert rows("day") == {"2020-01-02": 6}
    assert rows("hour") == {"09": 2, "10": 4}
    assert rows("service") == {"pas": 2, "turist": 4}
    assert rows("channel") == {"desk": 4, "phone": 2}
    assert rows("kind") == {"information": 4, "transaction": 2}, "one is that of its service"
    assert rows("place") == {"counter": 2, "floor": 4}
    assert rows("outcome") == {"": 6}
    assert rows("team") == {"library": 5}
    assert rows("counter") == {}, "2 had all on one date, and with 1 the total would tell of it"
    short = call(role="supervisor", by="team", **(week | {"to": "2020-01-06"}))
    assert (short.status_code, short.json["code"]) == (422, "invalid")
