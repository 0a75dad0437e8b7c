"""Webhooks over HTTP: who manages them, what is refused, and that a secret is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.webhooks.rules.endpoints import MOST, MOST_OF_A_BRANCH
from queue_service.webhooks.store import MOST_REQUESTS, WebhookStore
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

PATH = "/api/v1/webhooks"
WANTED = {"name": "BI", "url": "https://bi.example.dk/hook", "events": ["visit.*", "day.closed"]}


class Office:
    """An administrator of all branches or one."""

    def __init__(self, web_app: WebApp, branch: str | None = None) -> None:
        self.client: FlaskClient = web_app.app.test_client()
        self.headers = web_app.bearer("admin", branch)

    def __call__(
        self, method: str, path: str = "", body: Any = None, key: str = ""
    ) -> TestResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.open(PATH + path, method=method, json=body, headers=headers)


@pytest.fixture
def office(web_app: WebApp) -> Office:
    return Office(web_app)


def add(office: Office, **changes: Any) -> Any:
    made = office("POST", "", WANTED | changes)
    assert made.status_code == 201, made.text
    return made.json


def test_a_secret_is_shown_once_and_to_a_repeat(office: Office) -> None:
    first = office("POST", "", WANTED, "k")
    again = office("POST", "", WANTED, "k")
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    made = first.json
    assert made is not None
    assert office("POST", "", WANTED | {"name": "Other"}, "k").status_code == 422
    (listed,) = office("GET").json["webhooks"]  # type: ignore[index]  # JSON was answered
    assert "secret" not in listed
    assert made["secret"] not in office("GET", f"/{made['id']}").text
    new = office("POST", f"/{made['id']}/secret", {}, "r").json
    assert new is not None
    assert new["secret"] != made["secret"]
    assert office("POST", f"/{made['id']}/secret", {}, "r").json == new
    assert office("GET", f"/{made['id']}").json["old_secret_until"]  # type: ignore[index]  # JSON was answered


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://bi.example.dk/"}, "url"),
        ({"url": "nowhere"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["visit.eaten"]}, "events[0]"),
        ({"events": ["lifeline.ringing"]}, "events[0]"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"active": 1}, "active"),
    ],
)
def test_faults_are_named(office: Office, changes: dict[str, Any], field: str) -> None:
    refused = office("POST", "", WANTED | changes)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]  # type: ignore[index]  # JSON was answered
    assert office("GET").json == {"webhooks": []}


def test_an_unknown_branch_is_refused(office: Office) -> None:
    assert office("POST", "", WANTED | {"branch": "nowhere"}).status_code == 404


def test_there_are_only_so_many(office: Office) -> None:
    for _ in range(MOST):
        add(office)
    assert office("POST", "", WANTED).status_code == 422


def test_an_administrator_of_one_branch_manages_its_own(web_app: WebApp, office: Office) -> None:
    everywhere, theirs = add(office), add(office, branch=TOWN_HALL)
    local = Office(web_app, LIBRARY)
    assert local("POST", "", WANTED).status_code == 403
    own = add(local, branch=LIBRARY)
    assert [e["id"] for e in local("GET").json["webhooks"]] == [own["id"]]  # type: ignore[index]  # JSON was answered
    # One branch cannot take the places of all others.
    for _ in range(MOST_OF_A_BRANCH - 1):
        add(local, branch=LIBRARY)
    refused = local("POST", "", WANTED | {"branch": LIBRARY})
    assert refused.status_code == 422
    assert f"Your branch has {MOST_OF_A_BRANCH} webhooks" in refused.text
    add(office, branch=LIBRARY)
    for other in (everywhere["id"], theirs["id"]):
        assert local("GET", f"/{other}").status_code == 403
        assert local("DELETE", f"/{other}").status_code == 403
        assert local("POST", f"/{other}/secret", {}).status_code == 403
        assert local("PUT", f"/{other}", WANTED | {"branch": LIBRARY}).status_code == 403


def test_a_change_keeps_the_secret_and_a_removal_nothing(web_app: WebApp, office: Office) -> None:
    made = add(office)
    changed = office("PUT", f"/{made['id']}", WANTED | {"active": False, "name": "Other"})
    assert changed.json == {k: v for k, v in made.items() if k != "secret"} | {
        "active": False,
        "name": "Other",
    }
    (kept,) = web_app.app.extensions["queue"].get(WebhookStore).endpoints()
    assert kept.secret == made["secret"]
    assert office("DELETE", f"/{made['id']}").status_code == 204
    assert office("GET", f"/{made['id']}").status_code == 404
    assert office("POST", f"/{made['id']}/test", {}).status_code == 404


def test_tests_wait_for_a_worker_and_only_so_many(web_app: WebApp, office: Office) -> None:
    made = add(office)
    assert [office("POST", f"/{made['id']}/test", {}, "k").status_code for _ in "ab"] == [202, 202]
    store = web_app.app.extensions["queue"].get(WebhookStore)
    assert len(store.requests(made["id"])) == 1
    for _ in range(MOST_REQUESTS - 1):
        office("POST", f"/{made['id']}/test", {})
    assert office("POST", f"/{made['id']}/test", {}).status_code == 429
    assert office("GET", f"/{made['id']}/deliveries").json == {"deliveries": []}
    again = f"/{made['id']}/deliveries/msg_x/send-again"
    assert office("POST", again, {}).status_code == 404


def test_no_secret_is_in_a_branchs_file(admin_client: FlaskClient, office: Office) -> None:
    made = add(office, branch=LIBRARY)
    file = admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json")
    assert file.status_code == 200
    assert made["secret"] not in file.text
