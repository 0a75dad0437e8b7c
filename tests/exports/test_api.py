"""Files and reports over the API: asked for, made by a real worker, and taken out."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.reports import operations as reporting
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from tests.desks import Desk
from tests.tables.weeks import FIRST, LAST
from tests.web.roles import Roles
from workers.worker import make_worker

HALL = "raadhuset"
WANTED = {"content": "services", "from": FIRST, "to": LAST, "format": "csv", "language": "en"}


@pytest.fixture
def connection(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Redis:
    """The jobs' store, which the worker finds as well."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    return connect_jobs(settings)


@pytest.fixture
def program(weeks: Desk, roles: Roles) -> Roles:
    """Requests about a fortnight in the town hall."""
    assert weeks.branch == HALL
    return roles


def send(program: Roles, path: str, body: Any = None, **more: Any) -> Any:
    return program.send("supervisor", f"/branches/{HALL}{path}", body, branch=HALL, **more)


def test_a_file_is_asked_for_made_and_taken_out(program: Roles, connection: Redis) -> None:
    asked = send(program, "/exports", WANTED, key="one")
    first = asked.get_json()
    assert (asked.status_code, first["state"], first["branches"]) == (202, "asked", [HALL])
    again = send(program, "/exports", WANTED, key="one")
    assert (again.get_json(), again.headers["Idempotent-Replayed"]) == (first, "true")
    other = send(program, "/exports", {**WANTED, "format": "xlsx"}, key="one")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert send(program, f"/exports/{first['id']}/file").status_code == 404
    make_worker(connection).work(burst=True, logging_level="CRITICAL")
    (listed,) = send(program, "/exports").get_json()["exports"]
    assert listed == send(program, f"/exports/{first['id']}").get_json()
    file = send(program, f"/exports/{first['id']}/file")
    assert (listed["state"], listed["size"]) == ("ready", len(file.data))
    assert file.headers["Content-Disposition"] == f'attachment; filename="{listed["name"]}"'
    assert file.mimetype == "text/csv"


def test_a_file_is_for_those_who_see_its_branches(program: Roles) -> None:
    asked = send(program, "/exports", WANTED).get_json()
    elsewhere = program.send("supervisor", f"/branches/{HALL}/exports", branch="biblioteket")
    assert elsewhere.status_code == 403
    assert send(program, "/exports/none").status_code == 404
    clerk = program.send("clerk", f"/branches/{HALL}/exports/{asked['id']}", branch=HALL)
    assert clerk.status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": "secrets"}, "content"),
        ({"language": "fr"}, "language"),
        ({"from": LAST, "to": FIRST}, "to"),
        ({"to": "2026-02-30"}, "to"),
        ({"format": "pdf"}, "format"),
    ],
)
def test_an_order_that_cannot_be_met_names_its_field(
    program: Roles, change: dict[str, str], field: str
) -> None:
    refused = send(program, "/exports", WANTED | change)
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.get_json()["errors"]] == [field]


def test_reports_are_listed_read_and_made_as_pdf(program: Roles, weeks: Desk) -> None:
    assert send(program, "/reports/latest").get_json()["code"] == "not_found"
    made = [reporting.make(weeks.queue, HALL, kind, FIRST).id for kind in ("week", "month")]
    listed = send(program, "/reports").get_json()["reports"]
    assert {one["id"] for one in listed} == {*made}
    assert send(program, "/reports/latest").get_json() == listed[0]
    week = send(program, "/reports/latest", query={"kind": "week"}).get_json()
    assert (week["id"], week["kind"]) == (made[0], "week")
    assert send(program, "/reports", query={"kind": "week"}).get_json() == {"reports": [week]}
    page = send(program, f"/reports/{week['id']}", query={"language": "en"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.text.startswith("<!doctype html>")
    asked = send(program, f"/reports/{week['id']}/pdf", {"language": "en"})
    assert (asked.status_code, asked.get_json()["content"]) == (202, "report-week")
    assert asked.get_json()["id"] in {
        one["id"] for one in send(program, "/exports").get_json()["exports"]
    }
    for path in ("/reports/week-1999-01-04", f"/reports/{week['id']}?language=fr"):
        assert send(program, path).status_code in (404, 422)


def test_a_reader_gets_reports_until_removed(program: Roles) -> None:
    wanted = {"target": "leder@holbaek.dk", "kinds": ["week"]}
    asked = send(program, "/report-readers", wanted, key="one")
    reader = asked.get_json()
    assert (asked.status_code, reader["hint"], reader["kinds"]) == (201, "l…@holbaek.dk", ["week"])
    assert send(program, "/report-readers", wanted, key="one").get_json() == reader
    both = send(program, "/report-readers", {**wanted, "kinds": ["week", "month"]}).get_json()
    assert both == {**reader, "kinds": ["week", "month"]}
    assert send(program, "/report-readers").get_json() == {"readers": [both]}
    path = f"/report-readers/{reader['id']}"
    assert send(program, path, method="DELETE").status_code == 204
    assert send(program, path, method="DELETE").status_code == 404
    wrongs: tuple[dict[str, Any], ...] = ({"target": "nobody"}, {"kinds": []})
    for wrong in wrongs:
        assert send(program, "/report-readers", {**wanted, **wrong}).status_code == 422
