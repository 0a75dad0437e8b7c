"""Send made-up requests to every call as every role: `./dev fuzz [--role ROLE] [--examples N]`.

schemathesis makes them from the OpenAPI description, with the ids of existing objects. An answer of
500 or more, a status, header, type or body other than declared, and a request that is accepted
though the description forbids it are faults. It has an environment of its own in .cache/fuzz, made
from requirements-fuzz.lock.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, Final

from benchmarks.stack import Stack, running
from queue_service.access.operations.access import create_token
from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import BOUND_ROLES, ROLES
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.sample import documents
from queue_service.supervisor.sample import load_sample
from scripts.environments import installed

BRANCH: Final = "biblioteket"
BUS: Final = "bogbussen"
VIDEO_COUNTER: Final = "screen-1"
CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,negative_data_rejection"
)
CONFIG: Final = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, "5xx"]
"""
ENDLESS: Final = r"/events$"
"""Calls that answer as long as a client listens."""
SPARE: Final = ("spare",)
SPARED: Final = {("put", "/api/v1/branches/{branch}"), ("delete", "/api/v1/branches/{branch}")}
"""Calls that would take the branch away from all others: they get :data:`SPARE`."""
Ids = Mapping[str, Sequence[str]]
"""The ids of existing objects, by the names of the fields that have them; ``?`` before a name is
for queries alone."""


def main(arguments: Sequence[str]) -> int:
    """Try each role on a service of its own; returns 1 if one of them found a fault."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--role", action="append", choices=ROLES, help="only this; repeatable")
    parser.add_argument("--examples", type=int, default=25, help="the most for each call")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    program = installed("fuzz", "schemathesis")
    failed = []
    for role in chosen.role or ROLES:
        print(f"As {role}:", flush=True)
        with running() as stack:
            command = [str(program), *_options(stack, role, chosen.examples, chosen.seed)]
            if subprocess.run(command, cwd=stack.settings.data_dir, check=False).returncode:
                failed.append(role)
    print(f"Faults as {', '.join(failed)}." if failed else "No faults.")
    return 1 if failed else 0


def _options(stack: Stack, role: Role, examples: int, seed: int) -> Iterator[str]:
    """schemathesis' options, for a sample that is open and in use."""
    folder = stack.settings.data_dir
    _prepare(stack)
    description, config = folder / "openapi.json", folder / "schemathesis.toml"
    description.write_text(json.dumps(_with_ids(_ask(stack, "/openapi.json"), _ids(stack))))
    config.write_text(CONFIG)
    yield from ("--config-file", str(config), "run", str(description))
    yield from ("--url", f"http://127.0.0.1:{stack.port}")
    yield from ("--header", f"Authorization: Bearer {_token(stack, role)}", "--checks", CHECKS)
    yield from ("--max-examples", str(examples), "--seed", str(seed), "--no-color")
    yield from ("--phases", "examples,coverage,fuzzing,stateful")
    yield from ("--exclude-path-regex", ENDLESS)
    yield from ("--continue-on-failure", "--warnings", "off", "--output-sanitize", "true")


def _prepare(stack: Stack) -> None:
    """Load the sample with its past; its first branch is open around the clock, with lifelines."""
    load_sample(stack.queue, past=True)
    found = documents()
    always = {key: found["oevelse"][key] for key in ("opening_hours", "lifelines")}
    put_branch(stack.queue, BRANCH, {**found[BRANCH], "hours_exceptions": [], **always})


def _token(stack: Stack, role: Role) -> str:
    """The secret of a token: a bus', a screen's of a video counter, or one for every branch."""
    if role in BOUND_ROLES:
        return stack.token(role, BUS)
    if role != "kiosk":
        return stack.token(role)
    access = stack.queue.get(AccessStore)
    token, secret = create_token(access, role, BRANCH, now=access.now())
    access.add_token(replace(token, counter=VIDEO_COUNTER))
    return secret


def _ids(stack: Stack) -> Ids:
    """The objects of the branch, after a morning in which each kind was created."""

    def post(path: str, **body: object) -> Any:
        return _ask(stack, f"/branches/{BRANCH}/{path}", body)

    branch = stack.queue.get(BranchStore).get(BRANCH)
    service, lifeline = next(iter(branch.services)), branch.document["lifelines"][0]["id"]
    for counter in ("1", "2", VIDEO_COUNTER):
        post(f"counters/{counter}/open")
    visits = [post("visits", service=service)["id"] for _ in range(24)]
    referred, served, *_ = visits
    ring = {"branch": BRANCH, "lifeline": lifeline}
    post(f"visits/{referred}/call", counter="1")
    post(f"visits/{referred}/complete", outcome="referred")
    to = {"to": BRANCH, "lifeline": lifeline, "category": "decision"}
    referral = post("referrals", visit=referred, inquiry=0, **to)["id"]
    post(f"visits/{served}/call", counter="1")
    post(f"visits/{served}/start")
    calls = [post("counters/1/lifeline-call", visit=served, **ring)["id"], post("help-calls")["id"]]
    pause = post("interventions", kind="cap_service", service=service, limit=900)["id"]
    url = {"url": "https://bi.example.dk/queue", "events": ["visit.*"], "active": False}
    webhooks = [_ask(stack, "/webhooks", {"name": name, **url})["id"] for name in ("A", "B")]
    today = date.fromisoformat(post("visits", service=service)["business_date"])
    monday = today - timedelta(days=today.weekday())
    return {
        "branch": [BRANCH],
        "to": [BRANCH],
        "counter": [*branch.counters],
        "service": [*branch.services],
        "team": [*branch.teams],
        "lifeline": [lifeline],
        "visit": visits,
        "visit_id": visits,
        "call": calls,
        "referral": [referral],
        "intervention": [pause],
        "contact": [post("contacts", service=service)["id"]],
        "webhook": webhooks,
        "date": [today.isoformat()],
        "?from": [(monday - timedelta(weeks=weeks)).isoformat() for weeks in (1, 2)],
        "?to": [(monday - timedelta(days=1)).isoformat()],
    }


def _ask(stack: Stack, path: str, body: object | None = None) -> Any:
    """The response to an administrator's GET, or to a POST if there is a body."""
    token, json_type = f"Bearer {stack.token('admin')}", "application/json"
    headers = {"Authorization": token, "Content-Type": json_type}
    connection = HTTPConnection("127.0.0.1", stack.port)
    connection.request(
        "GET" if body is None else "POST", f"/api/v1{path}", json.dumps(body), headers
    )
    response = connection.getresponse()
    answer = json.load(response)
    connection.close()
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise RuntimeError(f"{path}: {answer['detail']}")
    return answer


def _with_ids(description: Any, ids: Ids) -> Any:
    """The description, in which each id of a request is one of these."""
    schemas = description["components"]["schemas"]
    calls = [(m, p, call) for p, found in description["paths"].items() for m, call in found.items()]
    pending = list(_references([call.get("requestBody") for _, _, call in calls]))
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        pending += _references(schemas[name])
        for field, schema in schemas[name].get("properties", {}).items():
            _narrow(schema, ids.get(field))
    for method, path, call in calls:
        for parameter in call["parameters"]:
            name = parameter["name"]
            of_queries = ids.get(f"?{name}") if parameter["in"] == "query" else None
            spared = name == "branch" and (method, path) in SPARED
            _narrow(parameter["schema"], SPARE if spared else of_queries or ids.get(name))
    return description


def _narrow(schema: Any, known: Sequence[str] | None) -> None:
    for one in (schema, *schema.get("anyOf", ())):
        if known and one.get("type") == "string":
            one["enum"] = list(known)


def _references(node: object) -> Iterator[str]:
    """The names of the schemas that are referred to."""
    if isinstance(node, dict):
        yield from [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
        node = list(node.values())
    for inner in node if isinstance(node, list) else []:
        yield from _references(inner)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
