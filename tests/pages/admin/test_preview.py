"""The preview of kiosk and display: by which configuration, and what it may not do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.branches.store import BranchStore
from queue_service.pages.admin.sections import PREVIEWED
from queue_service.web.security.headers import CONTENT_SECURITY_POLICY
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of

PATH = f"/admin/branches/{LIBRARY}/preview"


def block(page: TestResponse, name: str) -> Any:
    """The JSON that the page has for its script."""
    found = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', page.text)
    assert found, f"the page has no {name}"
    return json.loads(found[1])


def policy(page: TestResponse) -> dict[str, str]:
    """The directives of the only content security policy of an answer."""
    (header,) = page.headers.getlist("Content-Security-Policy")
    return dict(directive.split(" ", 1) for directive in header.split("; "))


@pytest.mark.parametrize("screen", ["kiosk", "display"])
def test_a_preview_can_be_framed_here_alone_and_connects_to_nothing(
    admin_client: FlaskClient, screen: str
) -> None:
    page = admin_client.get(f"{PATH}/{screen}")
    assert page.status_code == 200
    directives = policy(page)
    assert directives["frame-ancestors"] == "'self'"
    for closed in ("connect-src", "worker-src", "form-action", "default-src"):
        assert directives[closed] == "'none'"
    # The screens themselves are in no frame, and only pages with a preview have any.
    assert policy(admin_client.get(f"/{screen}/{LIBRARY}"))["frame-ancestors"] == "'none'"
    for framing in (f"/admin/branches/{LIBRARY}", f"/admin/branches/{LIBRARY}/services"):
        assert policy(admin_client.get(framing)) == {
            **dict(each.split(" ", 1) for each in CONTENT_SECURITY_POLICY.split("; ")),
            "frame-src": "'self'",
        }
    assert "frame-src" not in policy(admin_client.get("/admin/people"))


def test_a_display_shows_calls_that_are_too_old_to_sound_and_a_kiosk_is_open(
    admin_client: FlaskClient,
) -> None:
    shown = block(admin_client.get(f"{PATH}/display"), "state")
    assert shown["open"]
    assert len(shown["calls"]) == 2
    assert all(call["silent"] and call["called_at"] < shown["at"] for call in shown["calls"])
    kiosk = block(admin_client.get(f"{PATH}/kiosk"), "state")
    assert kiosk["open"]
    assert {queue["waiting"] for queue in kiosk["queues"]} == {0}
    assert {counter["state"] for counter in kiosk["counters"]} == {"free"}


def test_the_language_is_chosen(admin_client: FlaskClient) -> None:
    kiosk = admin_client.get(f"{PATH}/kiosk?lang=en")
    assert 'data-lang="en"' in kiosk.text
    assert [each["code"] for each in block(kiosk, "data")["languages"]] == ["en", "da"]
    assert block(admin_client.get(f"{PATH}/display?lang=en"), "data")["languages"] == ["en"]
    assert block(admin_client.get(f"{PATH}/display?lang=xx"), "data")["languages"] == ["da", "en"]


def test_a_form_is_shown_as_it_is_filled_in_and_nothing_is_saved(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    store = web_app.app.extensions["queue"].get(BranchStore)
    before = store.get(LIBRARY).revision
    row = {"id": "pas", "prefix": "A", "active": "1", "name-da": "Rejsepas"}
    wanted = {f"services-0-{name}": text for name, text in row.items()}
    shown = send(admin_client, f"{PATH}/kiosk/services", **wanted)
    assert shown.status_code == 200
    assert policy(shown)["frame-ancestors"] == "'self'"
    names = [each["name"]["da"] for each in block(shown, "data")["services"]]
    assert "Rejsepas" in names
    assert "Pas" not in names
    assert store.get(LIBRARY).revision == before


def test_a_form_with_a_wrong_field_says_what_to_correct(admin_client: FlaskClient) -> None:
    wanted = {"hours-mon-0-from": "12", "hours-mon-0-until": "11"}
    refused = send(admin_client, f"{PATH}/kiosk/hours", **wanted)
    assert refused.status_code == 422
    assert "Slut senere, end du begynder." in text_of(refused)
    assert policy(refused)["frame-ancestors"] == "'self'"


@pytest.mark.parametrize("path", [f"{PATH}/counter", "/admin/branches/nowhere/preview/kiosk"])
def test_another_screen_or_branch_is_not_there(admin_client: FlaskClient, path: str) -> None:
    assert admin_client.get(path).status_code == 404
    assert send(admin_client, f"{PATH}/kiosk/nothing").status_code == 404


def test_an_administrator_of_another_branch_sees_none(web_app: WebApp) -> None:
    other = web_app.staff("lokal", "admin", TOWN_HALL)
    assert other.get(f"{PATH}/kiosk").status_code == 403
    assert send(other, f"{PATH}/kiosk/hours").status_code == 403


@pytest.mark.parametrize("part", PREVIEWED)
def test_the_parts_that_change_a_screen_offer_it(admin_client: FlaskClient, part: str) -> None:
    page = admin_client.get(f"/admin/branches/{LIBRARY}/{part}").text
    assert f'formaction="{PATH}/kiosk/{part}"' in page
    assert 'formtarget="preview-display"' in page
