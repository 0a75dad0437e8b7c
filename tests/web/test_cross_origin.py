"""Pages of other origins: those of the list read the API by a token, and none by a cookie."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings
from tests.web.web_app import LIBRARY, WebApp

STATE = f"/api/v1/branches/{LIBRARY}/state"
INTRANET = "https://intranet.example.dk"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def open_app(settings: Settings, redis_client: Redis) -> WebApp:
    """An application with an allow-list."""
    assert redis_client.dbsize() == 0
    return WebApp.open(replace(settings, api_origins=(INTRANET,)))


def test_a_page_of_the_list_calls_the_api_by_a_token(open_app: WebApp) -> None:
    client = open_app.app.test_client()
    asked = client.options(STATE, headers={"Origin": INTRANET, **ASKS})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, INTRANET)
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in asked.headers["Access-Control-Allow-Methods"]
    assert "Origin" in asked.headers["Vary"]
    answer = client.get(STATE, headers={"Origin": INTRANET, **open_app.bearer("clerk")})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, INTRANET)
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Vary"] == "Origin"
    refused = client.get(STATE, headers={"Origin": INTRANET, "Authorization": "Bearer qst_x"})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, INTRANET)
    for response in (asked, answer, refused):
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "origin",
    ["https://example.dk", f"{INTRANET}.evil.dk", f"{INTRANET}:8443", "http://intranet.example.dk",
     "null", f"{INTRANET}/"],
)  # fmt: skip
def test_every_other_origin_is_left_out(open_app: WebApp, origin: str) -> None:
    client = open_app.app.test_client()
    asked = client.options(STATE, headers={"Origin": origin, **ASKS})
    answer = client.get(STATE, headers={"Origin": origin, **open_app.bearer("clerk")})
    assert (asked.status_code, answer.status_code) == (401, 200)
    for response in (asked, answer):
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Vary"] == "Origin"


def test_a_cookie_opens_nothing_to_another_origin(open_app: WebApp) -> None:
    browser = open_app.staff("chef", "admin")
    answer = browser.get(STATE, headers={"Origin": INTRANET})
    assert (answer.status_code, answer.headers["Vary"]) == (200, "Origin")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_are_not_open_and_what_is_open_to_all_stays_so(open_app: WebApp) -> None:
    client = open_app.app.test_client()
    listed = {"Origin": INTRANET, **open_app.bearer("clerk")}
    page = client.get("/login", headers=listed)
    assert "Access-Control-Allow-Origin" not in page.headers
    for headers in ({"Origin": "https://example.dk"}, listed):
        public = client.get("/api/v1/public/branches", headers=headers)
        assert public.headers.getlist("Access-Control-Allow-Origin") == ["*"]


def test_without_the_setting_no_origin_is_answered(web_app: WebApp, visitor: FlaskClient) -> None:
    asked = visitor.options(STATE, headers={"Origin": INTRANET, **ASKS})
    answer = visitor.get(STATE, headers={"Origin": INTRANET, **web_app.bearer("clerk")})
    assert (asked.status_code, answer.status_code) == (401, 200)
    for response in (asked, answer):
        assert not {"Access-Control-Allow-Origin", "Vary"} & {*response.headers.keys()}


def test_the_list_names_exact_origins() -> None:
    listed = f"{INTRANET}, http://localhost:3000,https://a.dk:8443"
    read = Settings.from_env({"QUEUE_API_ORIGINS": listed})
    assert read.api_origins == (INTRANET, "http://localhost:3000", "https://a.dk:8443")
    assert Settings.from_env({}).api_origins == ()
    for wrong in ("*", "http://a.dk", "https://a.dk/", "https://*.a.dk", "a.dk", "https://A.dk",
                  "null", "https://a.dk:0", "https://u@a.dk"):  # fmt: skip
        with pytest.raises(OperatorError, match="QUEUE_API_ORIGINS names"):
            Settings.from_env({"QUEUE_API_ORIGINS": wrong})
