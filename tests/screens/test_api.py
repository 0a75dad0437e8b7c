"""Screens over the API: how they do, a link for a new one, and the end of access."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from queue_service.access.operations import access
from queue_service.command import Queue
from queue_service.devices.store import DeviceStore
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

SCREENS = f"/api/v1/branches/{LIBRARY}/screens"


@pytest.fixture
def admin(web_app: WebApp) -> dict[str, str]:
    return web_app.bearer("admin", LIBRARY)


def test_a_screen_is_set_up_seen_and_revoked(
    web_app: WebApp, visitor: FlaskClient, admin: dict[str, str]
) -> None:
    wanted = {"role": "display", "label": "Venterum"}
    headers = {**admin, "Idempotency-Key": "one"}
    made = visitor.post(f"{SCREENS}/links", json=wanted, headers=headers)
    link = made.get_json()
    assert (made.status_code, link["role"], link["label"]) == (201, "display", "Venterum")
    again = visitor.post(f"{SCREENS}/links", json=wanted, headers=headers)
    assert again.get_json() == {**link, "address": None, "code": None}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert link["address"].startswith("http://localhost/enrol/")
    screen = web_app.app.test_client()
    assert screen.post(link["address"]).status_code == 303
    (token,) = (each for each in web_app.store.tokens() if each.device)
    queue: Queue = web_app.app.extensions["queue"]
    devices = queue.get(DeviceStore)
    devices.note(LIBRARY, token.id, "display")
    devices.note_sound(LIBRARY, token.id, "ok", {"da": True, "en": False}, None)
    (listed,) = visitor.get(SCREENS, headers=admin).get_json()["screens"]
    assert (listed["id"], listed["label"], listed["counter"]) == (token.id, "Venterum", None)
    assert listed["last_seen_at"] >= listed["created_at"]
    assert (listed["sound"]["state"], listed["sound"]["missing"]) == ("ok", ["en"])
    assert (listed["slip_at"], listed["printed_at"]) == (None, None)
    assert visitor.delete(f"{SCREENS}/{token.id}", headers=admin).status_code == 204
    assert visitor.get(SCREENS, headers=admin).get_json() == {"screens": []}
    assert visitor.delete(f"{SCREENS}/{token.id}", headers=admin).status_code == 404


def test_a_kiosk_has_when_it_printed(
    web_app: WebApp, visitor: FlaskClient, admin: dict[str, str]
) -> None:
    web_app.screen("kiosk")
    (token,) = (each for each in web_app.store.tokens() if each.device)
    queue: Queue = web_app.app.extensions["queue"]
    queue.get(DeviceStore).note(LIBRARY, token.id, "slip")
    (listed,) = visitor.get(SCREENS, headers=admin).get_json()["screens"]
    assert (listed["role"], listed["sound"], listed["printed_at"]) == ("kiosk", None, None)
    assert listed["slip_at"] >= listed["created_at"]


def test_programs_and_other_branches_are_no_screens_of_it(
    web_app: WebApp, visitor: FlaskClient, admin: dict[str, str]
) -> None:
    web_app.screen("kiosk", TOWN_HALL)
    program, _ = access.create_token(
        web_app.store, "display", LIBRARY, now=web_app.store.now(), label="BI"
    )
    elsewhere = next(each for each in web_app.store.tokens() if each.device)
    assert visitor.get(SCREENS, headers=admin).get_json() == {"screens": []}
    for other in (program.id, elsewhere.id):
        assert visitor.delete(f"{SCREENS}/{other}", headers=admin).status_code == 404
    everywhere = web_app.bearer("admin")
    assert visitor.get(SCREENS, headers=everywhere).get_json() == {"screens": []}
    assert visitor.delete(f"{SCREENS}/{elsewhere.id}", headers=everywhere).status_code == 404
    hall = SCREENS.replace(LIBRARY, TOWN_HALL)
    assert visitor.get(hall, headers=admin).status_code == 403
    wrong = visitor.post(f"{SCREENS}/links", json={"role": "clerk"}, headers=admin)
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "role")
