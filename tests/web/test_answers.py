"""Real responses match their published description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel
from redis import Redis

from queue_service import sample
from queue_service.access.operations import access
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.board.contract import StateAnswer
from queue_service.closing.contract import ClosedAnswer
from queue_service.configuration.contract import BranchList
from queue_service.counters.contract import CounterAnswer
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.visits.contract import IssuedAnswer, VisitAnswer, VisitList
from queue_service.web.description.contract import Problem

BRANCH = "/api/v1/branches/oevelse"
Call = Callable[..., Any]


@pytest.fixture
def call(settings: Settings, redis_client: Redis) -> Call:
    """Calls the interface as an administrator and gives back the answer's JSON."""
    store = AccessStore(RedisStore(redis_client))
    _, token = access.create_token(store, "admin", None, now=store.now())
    client: FlaskClient = create_app(settings).test_client()

    def calling(method: str, path: str, json: object = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.open(path, method=method, json=json, headers=headers)
        assert answer.is_json or answer.mimetype == "application/problem+json", answer.data
        return answer.json

    calling("PUT", BRANCH, sample.documents()["oevelse"])
    return calling


def assert_published(model: type[BaseModel], answer: Any) -> None:
    """The answer has the members that the model names, of their kinds, and no others."""
    model.model_validate(answer)
    names = {field.alias or name: field for name, field in model.model_fields.items()}
    assert answer.keys() == names.keys()
    for name, field in names.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found = answer[name] if isinstance(answer[name], list) else [answer[name]]
                for one in found:
                    if one is not None:
                        assert_published(inner, one)


def test_a_visit_from_its_ticket_to_its_end(call: Call) -> None:
    for service in ("pas", "andet"):
        ticket = call("POST", f"{BRANCH}/visits", {"service": service})
        assert_published(IssuedAnswer, ticket)
    assert_published(CounterAnswer, call("POST", f"{BRANCH}/counters/1/open", {}))
    visit = call("POST", f"{BRANCH}/counters/1/call-next", {})
    assert_published(VisitAnswer, visit)
    again = call("POST", f"{BRANCH}/visits/{visit['id']}/recall", {})
    assert (visit["recalled_at"], again["recalled_at"] >= visit["called_at"]) == (None, True)
    assert_published(CounterAnswer, call("GET", f"{BRANCH}/counters/1"))
    assert_published(StateAnswer, call("GET", f"{BRANCH}/state"))
    done = call("POST", f"{BRANCH}/visits/{visit['id']}/complete", {"outcome": "resolved"})
    assert_published(VisitAnswer, done)
    assert_published(VisitList, call("GET", f"{BRANCH}/visits"))


def test_a_visit_that_is_sent_on_to_a_team(call: Call) -> None:
    call("POST", f"{BRANCH}/visits", {"service": "pas"})
    call("POST", f"{BRANCH}/counters/1/open", {})
    visit = call("POST", f"{BRANCH}/counters/1/call-next", {})
    address = f"{BRANCH}/visits/{visit['id']}"
    [team, *_] = sample.documents()["oevelse"]["teams"]

    unknown = call("POST", f"{address}/transfer", {"team": "nowhere"})
    opened = call("POST", f"{BRANCH}/counters/2/open", {"team": "nowhere"})
    assert (unknown["status"], unknown["code"]) == (422, "invalid")
    assert unknown["errors"] == opened["errors"]
    assert [error["field"] for error in unknown["errors"]] == ["team"]
    both = call("POST", f"{address}/transfer", {"team": team["id"], "counter": "1"})
    assert (both["status"], both["code"]) == (422, "invalid")
    assert call("GET", address)["state"] == "called"

    sent = call("POST", f"{address}/transfer", {"team": team["id"]})
    assert_published(VisitAnswer, sent)
    assert (sent["state"], sent["for_team"], sent["for_counter"]) == ("waiting", team["id"], None)
    call("POST", f"{address}/call", {"counter": "1"})
    assert call("GET", address)["for_team"] is None


def test_branches_and_the_end_of_the_day(call: Call) -> None:
    assert_published(BranchList, call("GET", "/api/v1/branches"))
    assert_published(ClosedAnswer, call("POST", f"{BRANCH}/close-day", {}))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/visits", {"service": "visum"}, "service_not_found"),
        ("/visits", {"service": "Pas"}, "invalid"),
        ("/visits/none/start", {}, "visit_not_found"),
        ("/counters/9/open", {}, "counter_not_found"),
        ("/counters/2/call-next", {}, "counter_closed"),
    ],
)
def test_a_refusal(call: Call, path: str, body: object, code: str) -> None:
    problem = call("POST", BRANCH + path, body)
    Problem.model_validate(problem)
    assert problem["code"] == code


@pytest.mark.parametrize("path", [f"{BRANCH}//state", f"{BRANCH}/state/"])
def test_an_address_with_a_slash_too_many_is_refused_as_every_other(call: Call, path: str) -> None:
    assert call("GET", path)["code"] == "not_found"
