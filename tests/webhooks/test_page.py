"""The page of webhooks under the administration, without a browser."""

from __future__ import annotations

from flask.testing import FlaskClient

from queue_service.command import Queue
from queue_service.webhooks.rules.retries import EndpointHealth
from queue_service.webhooks.store import WebhookStore
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of

FORM = {"name": "BI", "url": "https://bi.example.dk/", "events": ["visit.*"], "active": "1"}


def store_of(web_app: WebApp) -> Queue:
    queue: Queue = web_app.app.extensions["queue"]
    return queue


def test_a_typing_error_is_kept_in_the_form(admin_client: FlaskClient) -> None:
    page = send(admin_client, "/admin/webhooks", **FORM | {"url": "ftp://x", "events": []})
    assert page.status_code == 422
    assert 'value="BI"' in page.text


def test_an_administrator_of_one_branch_sees_and_changes_its_own_alone(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    assert send(admin_client, "/admin/webhooks", **FORM, branch=TOWN_HALL).status_code == 200
    (endpoint,) = store_of(web_app).get(WebhookStore).endpoints()
    local = web_app.staff("lokal", "admin", LIBRARY)
    assert "bi.example.dk" not in text_of(local.get("/admin/webhooks"))
    for deed in ("", "/secret", "/test", "/remove", "/again/msg_x"):
        path = f"/admin/webhooks/{endpoint.id}{deed}"
        assert send(local, path, **FORM, branch=LIBRARY).status_code == 403
    assert send(local, "/admin/webhooks", **FORM, branch="").status_code == 403
    assert store_of(web_app).get(WebhookStore).endpoints() == [endpoint]


def test_a_form_of_the_page_changes_replaces_and_removes(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    send(admin_client, "/admin/webhooks", **FORM, branch="")
    (endpoint,) = store_of(web_app).get(WebhookStore).endpoints()
    path = f"/admin/webhooks/{endpoint.id}"
    assert send(admin_client, path, **FORM | {"name": "Other", "active": ""}).status_code == 303
    assert "Other" in admin_client.get("/admin/webhooks").text
    replaced = send(admin_client, f"{path}/secret")
    (changed,) = store_of(web_app).get(WebhookStore).endpoints()
    assert changed.secret != endpoint.secret
    assert changed.secret in replaced.text
    assert not changed.active
    assert send(admin_client, f"{path}/remove").status_code == 303
    assert send(admin_client, f"{path}/test").status_code == 404


def test_the_start_page_shows_a_stopped_endpoint(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    send(admin_client, "/admin/webhooks", **FORM, branch=LIBRARY)
    store = store_of(web_app).get(WebhookStore)
    (endpoint,) = store.endpoints()
    sentence = "1 webhook har længe ikke leveret."
    assert sentence not in text_of(admin_client.get("/admin"))
    stopped = EndpointHealth(
        tries=1, failing_since=1, error="bi.example.dk wants no more.", stopped=True
    )
    assert store.note(endpoint.id, health=stopped)
    assert sentence in text_of(admin_client.get("/admin"))
    assert sentence not in text_of(web_app.staff("lokal", "admin", TOWN_HALL).get("/admin"))
    assert "bi.example.dk wants no more." in text_of(admin_client.get("/admin/webhooks"))
