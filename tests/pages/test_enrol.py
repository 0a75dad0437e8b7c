"""Setting up a screen with a link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from queue_service.access.operations import access, pairing
from queue_service.access.rules.lifetimes import ENROLMENT_MS
from queue_service.app import create_app
from queue_service.configuration.archiving import archive
from queue_service.runtime.settings import Settings
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, text_of


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_a_link_makes_the_screen_what_it_says(
    web_app: WebApp, visitor: FlaskClient, role: str
) -> None:
    address = f"/enrol/{web_app.code(role)}"
    for _ in range(2):
        question = visitor.get(address)
        assert question.status_code == 200
        assert "Biblioteket" in text_of(question)
        assert question.headers["Cache-Control"] == "no-store"
    assert web_app.store.tokens() == [], "opening the link changes nothing"
    answer = visitor.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{role}/{LIBRARY}")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"queue_{role}=qst_")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert visitor.get(f"/api/v1/branches/{LIBRARY}/state").status_code == 200
    assert visitor.get(f"/api/v1/branches/{TOWN_HALL}/state").status_code == 403


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_over_https_the_cookie_of_a_screen_is_this_hosts_alone(
    web_app: WebApp, visitor: FlaskClient, role: str
) -> None:
    https = "https://queue.example"
    answer = visitor.post(f"/enrol/{web_app.code(role)}", base_url=https)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == f"__Host-queue_{role}"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= {*rest.split("; ")}
    assert visitor.get(f"/{role}/{LIBRARY}", base_url=https).status_code == 200
    # A screen that was set up before the name had a prefix goes on, and its page renews the name.
    earlier = web_app.app.test_client()
    earlier.set_cookie(f"queue_{role}", rest.partition(";")[0], domain="queue.example")
    assert earlier.get(f"/api/v1/branches/{LIBRARY}/state", base_url=https).status_code == 200
    page = earlier.get(f"/{role}/{LIBRARY}", base_url=https)
    assert page.headers["Set-Cookie"].startswith(f"{name}=qst_")
    # A cookie that another host of the domain may have set counts for less than the own one.
    visitor.set_cookie(f"queue_{role}", "qst_planted", domain="queue.example")
    assert visitor.get(f"/{role}/{LIBRARY}", base_url=https).status_code == 200


def test_a_link_sets_up_no_screen_of_a_branch_that_was_archived_since(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    store = web_app.store
    code = web_app.code("kiosk")
    typed = pairing.short_code(store, code)
    archive(web_app.app.extensions["queue"], LIBRARY)
    visitor.get("/pair")
    assert visitor.get(f"/enrol/{code}").status_code == 404
    assert visitor.post(f"/enrol/{code}").status_code == 404
    assert visitor.post("/pair", data={"code": typed}).status_code == 404
    assert store.tokens() == []


def test_a_link_makes_the_screen_of_a_video_counter(web_app: WebApp, visitor: FlaskClient) -> None:
    now = web_app.store.now()
    _, code = access.create_enrolment(web_app.store, "kiosk", LIBRARY, now=now, counter="screen-1")
    question = text_of(visitor.get(f"/enrol/{code}"))
    assert "Gør denne skærm til Skærm 1 i Biblioteket" in question
    assert "Tillad kameraet" in question
    answer = visitor.post(f"/enrol/{code}")
    assert answer.headers["Location"] == f"/screen/{LIBRARY}/screen-1"
    (token,) = web_app.store.tokens()
    assert (token.role, token.counter) == ("kiosk", "screen-1")
    # It sees into no other booth.
    api = f"/api/v1/branches/{LIBRARY}/counters"
    assert visitor.get(f"/screen/{LIBRARY}/screen-1").status_code == 200
    others = (f"/screen/{LIBRARY}/1", f"{api}/1/video", f"{api}/1/video/messages")
    assert {other: visitor.get(other).status_code for other in others} == dict.fromkeys(others, 403)


SOUND = "--autoplay-policy=no-user-gesture-required"
"""The option by which Chromium plays sound before the first touch."""


def test_a_display_explains_how_it_is_heard_without_a_touch(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    address = f"/enrol/{web_app.code('display')}"
    assert f"start Chromium med: {SOUND}" in text_of(visitor.get(address))
    assert f"start Chromium with: {SOUND}" in text_of(visitor.get(f"{address}?lang=en"))
    assert SOUND not in text_of(visitor.get(f"/enrol/{web_app.code('kiosk')}"))


def test_a_used_link_is_refused(web_app: WebApp, visitor: FlaskClient) -> None:
    address = f"/enrol/{web_app.code('kiosk')}"
    assert visitor.post(address).status_code == 303
    other = web_app.app.test_client()
    for answer in (other.get(address), other.post(address)):
        assert answer.status_code == 404
        assert "Linket virker ikke længere" in text_of(answer)
        assert "Set-Cookie" not in answer.headers
    assert len(web_app.store.tokens()) == 1


def test_a_link_that_is_too_old_is_refused(web_app: WebApp, visitor: FlaskClient) -> None:
    store = web_app.store
    made_at = store.now() - ENROLMENT_MS
    _, code = access.create_enrolment(store, "kiosk", LIBRARY, now=made_at)
    assert visitor.get(f"/enrol/{code}").status_code == 404
    assert visitor.post(f"/enrol/{code}").status_code == 404
    assert store.tokens() == []


def test_of_many_screens_that_use_a_link_at_once_one_is_set_up(
    web_app: WebApp, settings: Settings
) -> None:
    rivals = 4
    address = f"/enrol/{web_app.code('kiosk')}"
    # A web process each: the threads of one process are greenlets, which real ones are not.
    browsers = [create_app(settings).test_client() for _ in range(rivals)]
    barrier = Barrier(rivals)

    def press(browser: FlaskClient) -> int:
        assert browser.get(address).status_code == 200
        barrier.wait()
        return browser.post(address).status_code

    with ThreadPoolExecutor(rivals) as pool:
        presses = sorted(pool.map(press, browsers))
    assert presses == [303] + [404] * (rivals - 1)
    assert len(web_app.store.tokens()) == 1


def test_a_screen_that_is_enrolled_again_returns_its_former_access(web_app: WebApp) -> None:
    browser = web_app.screen("kiosk")
    assert browser.post(f"/enrol/{web_app.code('kiosk', TOWN_HALL)}").status_code == 303
    assert [token.branch for token in web_app.store.tokens()] == [TOWN_HALL]
    assert browser.post(f"/enrol/{web_app.code('display', TOWN_HALL)}").status_code == 303
    assert len(web_app.store.tokens()) == 2, "a kiosk may be a display too"


def test_another_site_sets_no_screen_up(web_app: WebApp, visitor: FlaskClient) -> None:
    address = f"/enrol/{web_app.code('kiosk')}"
    answer = visitor.post(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert visitor.get(address).status_code == 200
