"""The page of webhooks under the administration, without a browser."""

from __future__ import annotations

from flask.testing import FlaskClient

from queue_service.command import Queue
from queue_service.webhooks.rules import EndpointHealth
from queue_service.webhooks.store import WebhookStore
from tests.web.houses import LIBRARY, TOWN_HALL, House, send, text_of

FORM = {"name": "BI", "url": "https://bi.example.dk/", "events": ["visit.*"], "active": "1"}


def store_of(house: House) -> Queue:
    queue: Queue = house.app.extensions["queue"]
    return queue


def test_what_was_typed_wrong_is_kept_in_the_form(chief: FlaskClient) -> None:
    page = send(chief, "/admin/webhooks", **FORM | {"url": "ftp://x", "events": []})
    assert page.status_code == 422
    assert 'value="BI"' in page.text


def test_an_administrator_of_one_branch_sees_and_changes_its_own_alone(
    house: House, chief: FlaskClient
) -> None:
    assert send(chief, "/admin/webhooks", **FORM, branch=TOWN_HALL).status_code == 200
    (endpoint,) = store_of(house).get(WebhookStore).endpoints()
    local = house.staff("lokal", "admin", LIBRARY)
    assert "bi.example.dk" not in text_of(local.get("/admin/webhooks"))
    for deed in ("", "/secret", "/test", "/remove", "/again/msg_x"):
        path = f"/admin/webhooks/{endpoint.id}{deed}"
        assert send(local, path, **FORM, branch=LIBRARY).status_code == 403
    assert send(local, "/admin/webhooks", **FORM, branch="").status_code == 403
    assert store_of(house).get(WebhookStore).endpoints() == [endpoint]


def test_a_form_of_the_page_changes_replaces_and_removes(house: House, chief: FlaskClient) -> None:
    send(chief, "/admin/webhooks", **FORM, branch="")
    (endpoint,) = store_of(house).get(WebhookStore).endpoints()
    path = f"/admin/webhooks/{endpoint.id}"
    assert send(chief, path, **FORM | {"name": "Other", "active": ""}).status_code == 303
    assert "Other" in chief.get("/admin/webhooks").text
    replaced = send(chief, f"{path}/secret")
    (changed,) = store_of(house).get(WebhookStore).endpoints()
    assert changed.secret != endpoint.secret
    assert changed.secret in replaced.text
    assert not changed.active
    assert send(chief, f"{path}/remove").status_code == 303
    assert send(chief, f"{path}/test").status_code == 404


def test_the_start_page_tells_of_one_that_is_stopped(house: House, chief: FlaskClient) -> None:
    send(chief, "/admin/webhooks", **FORM, branch=LIBRARY)
    store = store_of(house).get(WebhookStore)
    (endpoint,) = store.endpoints()
    sentence = "1 webhook har længe ikke leveret."
    assert sentence not in text_of(chief.get("/admin"))
    stopped = EndpointHealth(
        tries=1, failing_since=1, error="bi.example.dk wants no more.", stopped=True
    )
    assert store.note(endpoint.id, health=stopped)
    assert sentence in text_of(chief.get("/admin"))
    assert sentence not in text_of(house.staff("lokal", "admin", TOWN_HALL).get("/admin"))
    assert "bi.example.dk wants no more." in text_of(chief.get("/admin/webhooks"))
