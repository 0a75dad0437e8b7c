"""Alerts and slips heed an Idempotency-Key as every other POST that changes something."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.access.rules.credentials import ROLES
from queue_service.alerts.operations.alerts import check_branch, open_alerts
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.counters.store import CounterStore
from queue_service.devices.store import DeviceStore
from queue_service.web.description.openapi import operation_of
from queue_service.web.security.permissions import gate
from tests.alerts.alerting import subscribe
from tests.desks import CLERK, Desk
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, WebApp

BRANCH = "/api/v1/branches/<branch>/"
API = f"/api/v1/branches/{LIBRARY}"
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Program:
    """A program that gives a key along with its request."""

    client: FlaskClient
    token: dict[str, str]

    def post(self, path: str, key: str, **body: object) -> TestResponse:
        headers = {**self.token, "Idempotency-Key": key}
        return self.client.post(f"{API}/{path}", json=body, headers=headers)


@pytest.fixture
def queue(web_app: WebApp, visitor: FlaskClient) -> Queue:
    """The application's, with the library open all the time."""
    admin = web_app.bearer("admin")
    document = {**visitor.get(API, headers=admin).get_json(), "opening_hours": ALWAYS}
    changed = {**document, "hours_exceptions": []}
    assert visitor.put(API, json=changed, headers=admin).status_code == 200
    queue: Queue = web_app.app.extensions["queue"]
    return queue


def test_every_post_of_a_branch_looks_at_its_key(web_app: WebApp, visitor: FlaskClient) -> None:
    map_, views, looked = web_app.app.url_map, web_app.app.view_functions, 0
    with web_app.app.app_context():
        rule_of = gate().rule_of
        for route in map_.iter_rules():
            if not route.rule.startswith(BRANCH) or "POST" not in (route.methods or ()):
                continue
            # The screen of a booth alone counts lines, codes need an address for phones, and asking
            # for clips changes no queue. A branch that is archived again stays so.
            own = ("video.count", "feedback.codes", "speech.prepare")
            if route.endpoint in (*own, "branches.archive_branch", "branches.unarchive_branch"):
                continue
            operation = operation_of(views[route.endpoint])
            assert operation is not None
            assert operation.body is not None
            (example,) = operation.body.model_json_schema().get("examples", [{}])
            role = max(rule_of(route.endpoint).roles, key=ROLES.index)
            values = {**dict.fromkeys(route.arguments, "x"), "branch": LIBRARY, "counter": "1"}
            path = map_.bind("localhost").build(route.endpoint, values, "POST")
            headers = {**web_app.bearer(role), "Idempotency-Key": "x" * 201}
            answer = visitor.post(path, json=example, headers=headers).get_json()
            faults = [fault["field"] for fault in answer.get("errors", ())]
            assert faults == ["Idempotency-Key"], (route.rule, answer)
            looked += 1
    assert looked > 50


@pytest.fixture
def leader(web_app: WebApp, visitor: FlaskClient) -> Program:
    return Program(visitor, web_app.bearer("supervisor", LIBRARY))


@pytest.fixture
def kiosk(web_app: WebApp, visitor: FlaskClient) -> Program:
    return Program(visitor, web_app.bearer("kiosk", LIBRARY))


def look(queue: Queue, later_ms: int) -> None:
    check_branch(queue, Command(LIBRARY, CLERK, at=queue.store.time() + later_ms))


@pytest.fixture
def alert(queue: Queue) -> str:
    """The id of an alert: no clerk is at a counter."""
    subscribe(Desk(queue, LIBRARY))
    for minutes in (0, 5):
        look(queue, minutes * 60_000)
    (found,) = open_alerts(queue, LIBRARY)
    return found.alert.id


def test_a_repeated_acknowledgement_is_answered_as_the_first(
    queue: Queue, leader: Program, alert: str
) -> None:
    first = leader.post(f"alerts/{alert}/acknowledge", "k1")
    assert (first.status_code, "Idempotent-Replayed" in first.headers) == (200, False)
    queue.get(CounterStore).apply(queue.get(BranchStore).get(LIBRARY), "1", "open")
    for hours in (1, 2):
        look(queue, hours * HOUR_MS)
    assert not open_alerts(queue, LIBRARY)
    again = leader.post(f"alerts/{alert}/acknowledge", "k1")
    assert (again.status_code, again.data) == (200, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert leader.post(f"alerts/{alert}/acknowledge", "k2").status_code == 404


def test_an_acknowledgement_that_changes_nothing_is_remembered_too(
    leader: Program, alert: str
) -> None:
    answers = [leader.post(f"alerts/{alert}/acknowledge", key) for key in ("k1", "k2", "k2")]
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None, None, "true"]
    assert len({a.data for a in answers}) == 1


def test_the_key_of_an_acknowledgement_is_for_that_alert_alone(leader: Program, alert: str) -> None:
    assert leader.post(f"alerts/{alert}/acknowledge", "k1").status_code == 200
    other = leader.post("alerts/0123456789abcdef/acknowledge", "k1")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


def test_an_acknowledgement_that_was_refused_is_not_remembered(leader: Program, alert: str) -> None:
    assert leader.post("alerts/0123456789abcdef/acknowledge", "k1").status_code == 404
    assert leader.post(f"alerts/{alert}/acknowledge", "k1").status_code == 200


def test_a_slip_is_reported_once_with_a_key_of_its_own(kiosk: Program) -> None:
    answers = [kiosk.post("slips", "k1", printed=False) for _ in range(2)]
    assert [a.status_code for a in answers] == [204, 204]
    assert ["Content-Type" in a.headers for a in answers] == [False, False]
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None, "true"]
    other = kiosk.post("slips", "k1", printed=True)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


def test_a_displays_sound_is_reported_once_and_in_known_words(
    queue: Queue, web_app: WebApp, visitor: FlaskClient, kiosk: Program
) -> None:
    display = Program(visitor, web_app.bearer("display", LIBRARY))
    answers = [display.post("sound", "k1", sound="ok", voices={"da": True}) for _ in range(2)]
    assert [a.status_code for a in answers] == [204, 204]
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None, "true"]
    other = display.post("sound", "k1", sound="blocked")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    reported = queue.get(DeviceStore).sounds([LIBRARY])[LIBRARY]
    assert [report.sound for report in reported.values()] == ["ok"]

    assert display.post("sound", "k2", sound="loud").status_code == 422
    assert display.post("sound", "k3", sound="ok", voices={"da": "yes"}).status_code == 422
    assert kiosk.post("sound", "k4", sound="ok").status_code == 403
