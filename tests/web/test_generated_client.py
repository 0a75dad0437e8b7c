"""The published description is enough for a program: a client is generated from it and used."""

from __future__ import annotations

import datetime
import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from queue_service.web.description.openapi import document
from queue_service.web.problems.errors import STATUS_OF
from queue_service.web.security.permissions import gate
from tests.web.web_app import TOWN_HALL, WebApp


@pytest.fixture
def client_package(web_app: WebApp, tmp_path: Path) -> Iterator[str]:
    """The name of a package that was generated; a call that was left out fails."""
    with web_app.app.app_context():
        described = document(web_app.app, gate().rule_of, STATUS_OF)
    (tmp_path / "openapi.json").write_text(json.dumps(described))
    audio = "content_type_overrides: {audio/ogg: application/octet-stream}\n"
    (tmp_path / "config.yml").write_text(f"post_hooks: []\n{audio}")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
        *("--path", "openapi.json", "--config", "config.yml", "--meta", "none"),
        *("--output-path", "generated"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    name = "generated_client"
    spec = importlib.util.spec_from_file_location(name, tmp_path / "generated" / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    yield name
    for loaded in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[loaded]


def test_a_visit_from_ticket_to_end(web_app: WebApp, client_package: str) -> None:
    def part(name: str) -> ModuleType:
        return importlib.import_module(f"{client_package}.{name}")

    client = part("client").AuthenticatedClient(
        "http://queue.example",
        web_app.token("clerk"),
        httpx_args={"transport": httpx.WSGITransport(app=web_app.app)},
    )

    def call(operation: str, *path: str, **more: Any) -> Any:
        tag = operation.partition("_")[0]
        answer = part(f"api.{tag}.{operation}").sync_detailed(
            TOWN_HALL, *path, **{"client": client, **more}
        )
        assert answer.status_code < 300, answer.content
        return answer.parsed

    models = part("models")
    resolved = models.CompleteBody.from_dict({"outcome": "resolved"})
    wanted = models.IssueBody(service="pas")
    issued = call("visits_issue", body=wanted, idempotency_key="one-1")
    assert call("visits_issue", body=wanted, idempotency_key="one-1").number == issued.number
    call("counters_open_counter", "1", body=models.OpenCounterBody())
    called = call("counters_call_next", "1")
    assert (called.id, called.state, called.counter) == (issued.id, "called", "1")
    call("visits_start", called.id)
    done = call("visits_complete", called.id, body=resolved)
    assert done.state == "completed"

    refused = part("api.visits.visits_complete").sync(
        TOWN_HALL,
        called.id,
        client=client,
        body=resolved,
    )
    assert isinstance(refused, models.Problem)
    assert refused.code == "wrong_state"

    leader = part("client").AuthenticatedClient(
        "http://queue.example",
        web_app.token("admin"),
        httpx_args={"transport": httpx.WSGITransport(app=web_app.app)},
    )
    yesterday = datetime.date.today() - datetime.timedelta(days=2)
    past = call("statistics_visits_of_day", client=leader, date=str(yesterday), limit=5)
    assert (past.visits, past.next_) == ([], None)
    login = part("api.people.people_add").sync(
        client=leader,
        body=models.PersonBody.from_dict(
            {"name": "skranke", "roles": [{"role": "clerk", "branch": TOWN_HALL}]}
        ),
    )
    assert (login.name, login.roles[0].role, len(login.password) > 10) == ("skranke", "clerk", True)
