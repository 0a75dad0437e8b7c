"""The published description: valid OpenAPI 3.1, complete, and true to the routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, create_model
from redis import Redis

import queue_service
from queue_service.access.operations import access
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.contract.reading import parse
from queue_service.contract.words import NUMBER_PATTERN
from queue_service.errors import QueueError
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.visits.contract import RequeueBody, VisitsQuery
from queue_service.web.description.contract import Health, Problem
from queue_service.web.description.openapi import Operation, describe, document, operation_of
from queue_service.web.problems.errors import STATUS_OF
from queue_service.web.security.permissions import gate
from queue_service.web.security.route_roles import ADMIN, Rule

B = "/api/v1/branches/{branch}"
V, C = f"{B}/visits/{{visit_id}}", f"{B}/counters/{{counter}}"
CONTRACT = {
    ("get", "/api/v1/openapi.json"),
    ("get", "/api/v1/branches"),
    ("get", B),
    ("put", B),
    ("get", f"{B}/state"),
    ("get", f"{B}/events"),
    ("post", f"{B}/visits"),
    ("get", f"{B}/visits"),
    ("get", V),
    ("get", C),
    *(
        ("post", f"{V}/{verb}")
        for verb in (
            "call", "recall", "start", "no-show", "park", "abandon", "undo", "resume", "requeue",
            "reclassify", "complete", "continue", "transfer",
        )
    ),
    *(("post", f"{C}/{verb}") for verb in ("open", "close", "call-next", "serve")),
}  # fmt: skip

JSON_SCHEMA = {
    "$ref", "additionalProperties", "anyOf", "const", "default", "description", "discriminator",
    "enum", "examples", "exclusiveMinimum", "format", "items", "maxItems", "maxLength",
    "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "oneOf",
    "pattern", "patternProperties", "properties", "propertyNames", "required", "title", "type",
}  # fmt: skip
"""The keywords that the description may use."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The description, which needs no store."""
    nowhere = tmp_path_factory.mktemp("description")
    app = create_app(Settings(data_dir=nowhere, redis_url=f"unix://{nowhere}/nothing"))
    with app.app_context():
        return document(app, gate().rule_of, STATUS_OF)


def operations(settings: Settings) -> Iterator[Operation]:
    """The parameters and responses of each described view."""
    for view in create_app(settings).view_functions.values():
        if operation := operation_of(view):
            yield operation


def test_it_is_valid(published: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(published).validate()


def test_every_reference_leads_to_a_schema(published: dict[str, Any]) -> None:
    found, waiting = set(), [published]
    while waiting:
        node: Any = waiting.pop()
        if isinstance(node, dict):
            found |= {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    assert len(found) > 100
    assert found <= {f"#/components/schemas/{name}" for name in published["components"]["schemas"]}


def test_every_call_is_described(published: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in published["tags"]}
    for path, calls in published["paths"].items():
        for method, call in calls.items():
            assert call["description"], (method, path)
            assert set(call["tags"]) <= tags
            for parameter in call["parameters"]:
                assert parameter["description"], (method, path, parameter["name"])
            for status in {"429", "503"} & call["responses"].keys():
                answer = call["responses"][status]
                if "application/problem+json" in answer["content"]:
                    assert "Retry-After" in answer["headers"], (method, path)


def test_every_body_that_must_say_something_has_an_example_that_is_accepted(
    settings: Settings,
) -> None:
    shown = 0
    for body in {operation.body for operation in operations(settings) if operation.body}:
        examples = body.model_json_schema().get("examples", ())
        needed = [name for name, field in body.model_fields.items() if field.is_required()]
        assert examples or not needed, body.__name__
        for example in examples:
            parse(body, example)
            shown += 1
    assert shown > 30


def test_every_limit_is_one_of_json_schema(published: dict[str, Any]) -> None:
    def keywords(schema: dict[str, Any]) -> Iterator[str]:
        yield from schema
        named = (schema.get(name, {}) for name in ("properties", "patternProperties"))
        single = ("items", "additionalProperties", "propertyNames")
        inner = [*(one for each in named for one in each.values()), *map(schema.get, single)]
        for one in (*inner, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
            if isinstance(one, dict):
                yield from keywords(one)

    found = {word for one in published["components"]["schemas"].values() for word in keywords(one)}
    assert found >= {"minimum", "maximum", "properties"}
    assert found <= JSON_SCHEMA
    place = published["components"]["schemas"]["TakeBody"]["properties"]["place"]
    assert (place["minimum"], place["maximum"]) == (1, 99)


def test_whatever_may_be_refused_before_the_view_is_declared(published: dict[str, Any]) -> None:
    for path, calls in published["paths"].items():
        for method, call in calls.items():
            assert {"400", "413", "415"} <= call["responses"].keys(), (method, path)
    assert "503" in published["paths"]["/readyz"]["get"]["responses"]


@pytest.mark.slow
def test_all_that_a_refusal_says_is_in_its_schema() -> None:
    kinds = {kind.__name__ for kind in QueueError.__subclasses__()}
    said = {
        keyword.arg
        for file in Path(queue_service.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
        for keyword in node.keywords
        if keyword.arg is not None
    }
    assert said >= {"state", "visit", "retry_after"}
    assert said - {"retry_after"} <= Problem.model_fields.keys()


def test_a_query_parameter_may_be_empty_and_not_null(published: dict[str, Any]) -> None:
    asked = published["paths"][f"{B}/visits"]["get"]["parameters"]
    (number,) = (one for one in asked if one["name"] == "number")
    assert number["allowEmptyValue"] is True
    assert number["schema"] == {"pattern": NUMBER_PATTERN, "title": "Number", "type": "string"}


def test_a_query_parameter_of_several_kinds_is_refused() -> None:
    app = an_app()
    asked = create_model("Asked", several=(int | str | None, None))

    @app.get("/api/v1/other", endpoint="visits.other")
    @describe("Other", query=asked, answers={204: ""})
    def view() -> str:
        return ""

    with pytest.raises(LookupError, match="one kind or null"):
        document(app, lambda _: Rule(ADMIN), STATUS_OF)


def test_a_query_parameter_that_is_needed_says_so(published: dict[str, Any]) -> None:
    found = {
        parameter["name"]: parameter["required"]
        for path in (f"{B}/visits/by-key", f"{B}/statistics")
        for parameter in published["paths"][path]["get"]["parameters"]
        if parameter["in"] == "query"
    }
    assert found == {"key": True, "from": False, "to": False, "by": False}


def test_headers_of_answers_are_named(published: dict[str, Any]) -> None:
    issue = published["paths"][f"{B}/visits"]["post"]["responses"]["201"]
    assert "Idempotent-Replayed" in issue["headers"]
    assert "ETag" in published["paths"][B]["get"]["responses"]["200"]["headers"]
    unknown = published["paths"][f"{B}/visits"]["post"]["responses"]["401"]
    assert "WWW-Authenticate" in unknown["headers"]


def test_it_has_every_call_of_the_contract(published: dict[str, Any]) -> None:
    found = {(method, path) for path, calls in published["paths"].items() for method in calls}
    assert found >= CONTRACT


def test_a_call_describes_its_fields_responses_refusals_and_roles(
    published: dict[str, Any],
) -> None:
    issue = published["paths"][f"{B}/visits"]["post"]
    body = issue["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = published["components"]["schemas"][body.rsplit("/", 1)[-1]]
    assert schema["required"] == ["service"]
    assert schema["additionalProperties"] is False
    assert {"201", "400", "401", "403", "404", "409", "422", "429", "503"} <= issue[
        "responses"
    ].keys()
    closed = "- `branch_closed`: The branch is outside its opening hours."
    described = issue["responses"]["409"]["description"]
    assert closed in described.split("\n")
    assert "`service_paused`" in described
    assert "`service_full`" in described
    assert issue["x-roles"] == ["admin", "clerk", "kiosk"]
    names = {(p["in"], p["name"]) for p in issue["parameters"]}
    assert names == {("path", "branch"), ("header", "Idempotency-Key")}


def test_it_is_served_to_any_role_and_refused_without_one(
    settings: Settings, redis_client: Redis
) -> None:
    client = create_app(settings).test_client()
    assert client.get("/api/v1/openapi.json").status_code == 401
    store = AccessStore(RedisStore(redis_client))
    _, token = access.create_token(store, "display", "biblioteket", now=store.now())
    answer = client.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"


def an_app() -> Flask:
    """An app of one view, to describe."""
    app = Flask("test")

    @app.get("/healthz", endpoint="monitoring.healthz")
    @describe("Alive?", query=VisitsQuery, answers={200: Health, 204: ""})
    def healthz() -> str:
        return ""

    return app


def test_a_public_call_needs_no_token() -> None:
    app = an_app()
    found = document(app, lambda _: Rule(), STATUS_OF)["paths"]["/healthz"]["get"]
    assert found["security"] == []
    assert found["responses"].keys() == {"200", "204", "400", "413", "415", "422"}
    assert {p["name"] for p in found["parameters"]} == {"state", "number"}


def test_a_body_that_may_be_left_out_says_so() -> None:
    app = an_app()

    @app.post("/api/v1/branches/<branch>/later", endpoint="visits.later")
    @describe("Later", body=RequeueBody, answers={200: "text/plain"}, headers=("If-Match",))
    def later(branch: str) -> str:
        return branch

    paths = document(app, lambda _: Rule(ADMIN), STATUS_OF)["paths"]
    path = paths["/api/v1/branches/{branch}/later"]
    assert path["post"]["requestBody"]["required"] is False
    assert "If-Match" in {p["name"] for p in path["post"]["parameters"]}
    assert path["post"]["responses"]["200"]["content"].keys() == {"text/plain"}


def test_two_models_of_one_name_are_refused() -> None:
    app = an_app()
    other = create_model("Health", __base__=BaseModel, alive=(bool, ...))

    @app.get("/api/v1/other", endpoint="visits.other")
    @describe("Other", answers={200: other})
    def view() -> str:
        return ""

    with pytest.raises(LookupError, match="Two models have one name"):
        document(app, lambda _: Rule(ADMIN), STATUS_OF)


def test_a_blueprint_without_a_tag_is_found() -> None:
    app = an_app()

    @app.get("/api/v1/other", endpoint="unheard_of.other")
    @describe("Other", answers={204: ""})
    def view() -> str:
        return ""

    with pytest.raises(LookupError, match="unheard_of"):
        document(app, lambda _: Rule(ADMIN), STATUS_OF)


def test_a_published_view_without_a_description_is_found() -> None:
    app = an_app()
    app.add_url_rule("/metrics", view_func=lambda: "", endpoint="metrics")
    with pytest.raises(LookupError, match="metrics"):
        document(app, lambda _: Rule(ADMIN), STATUS_OF)
