"""The security headers of every response."""

from __future__ import annotations

from typing import Final

import pytest
from flask.testing import FlaskClient

from queue_service.access.operations import access
from queue_service.web.security.route_roles import rules as routes
from tests.web.routes import path_of
from tests.web.web_app import LIBRARY, WebApp


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/healthz",
        f"/api/v1/branches/{LIBRARY}/state",
        "/nothing",
        "/static/css/base.css",
        "/static/img/fjord.svg",
    ],
)
def test_every_answer_is_hardened(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers
    document = not path.startswith(("/static/css/", "/api/"))
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
        if document
        else "default-src 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get("Referrer-Policy") == ("same-origin" if document else None)
    assert ("camera=()" in headers.get("Permissions-Policy", "")) == document
    assert "Strict-Transport-Security" not in headers
    secure = visitor.get(path, base_url="https://queue.example").headers
    assert secure["Strict-Transport-Security"] == "max-age=31536000"


def test_only_the_two_pages_of_a_video_call_may_use_a_camera(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    now = web_app.store.now()
    _, code = access.create_enrolment(web_app.store, "kiosk", LIBRARY, now=now, counter="screen-1")
    assert visitor.post(f"/enrol/{code}").status_code == 303
    clerk, policy = web_app.staff("anna", "clerk"), "Permissions-Policy"
    screen = visitor.get(f"/screen/{LIBRARY}/screen-1").headers
    remote, counter = (clerk.get(path).headers for path in ("/remote", f"/counter/{LIBRARY}"))
    assert "camera=(self)" in screen[policy]
    assert "microphone=(self)" in screen[policy]
    assert "display-capture=()" in screen[policy]
    assert "display-capture=(self)" in remote[policy]
    assert "geolocation=()" in remote[policy]
    assert "camera=()" in counter[policy]
    assert remote["Content-Security-Policy"] == counter["Content-Security-Policy"]


def test_every_page_is_as_strict_as_its_policy(web_app: WebApp) -> None:
    browser = web_app.staff("chef", "admin")
    for path in (
        "/",
        "/login",
        "/admin",
        "/admin/screens",
        "/admin/people",
        f"/enrol/{web_app.code('kiosk')}",
    ):
        page = browser.get(path).text
        assert 'style="' not in page
        assert "<style" not in page
        assert " onclick=" not in page


OPEN_TO_CACHES: Final = {
    "/api/v1/branches/<branch>": "no-cache",
    "/api/v1/branches/<branch>/archive": "no-cache",
    "/api/v1/branches/<branch>/state": "no-cache",
    "/api/v1/branches/<branch>/unarchive": "no-cache",
    "/api/v1/playbook": "no-cache",
    "/api/v1/playbook/<service>": "no-cache",
}
"""Addresses whose answers may be kept, as long as one asks each time whether they still hold."""
FILES: Final = {
    "/runbook": "no-cache",
    "/kiosk/worker.js": "no-cache",
    "/t/worker.js": "no-cache",
    "/b": "public, max-age=15",
    "/api/v1/public/branches": "public, max-age=15",
}
"""The same for everybody, like the styles."""


@pytest.mark.parametrize("logged_in", [True, False])
def test_no_answer_is_kept_but_what_says_so(
    web_app: WebApp, visitor: FlaskClient, *, logged_in: bool
) -> None:
    known = web_app.bearer("admin") if logged_in else {}
    kept = {}
    for method, address in routes():
        answer = visitor.open(path_of(address), method=method, headers=known)
        answer.close()
        rules = answer.headers.getlist("Cache-Control")
        assert len(rules) == 1, (method, address)
        if rules != ["no-store"]:
            kept[address] = rules[0]
    assert kept == (FILES | OPEN_TO_CACHES if logged_in else FILES)
    style = visitor.get("/static/css/base.css").headers
    assert (style["Cache-Control"], "ETag" in style) == ("no-cache", True)


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_no_page_of_a_screen_is_kept(web_app: WebApp, role: str) -> None:
    page = web_app.screen(role).get(f"/{role}/{LIBRARY}")
    assert page.status_code == 200
    assert page.headers.getlist("Cache-Control") == ["no-store"]
