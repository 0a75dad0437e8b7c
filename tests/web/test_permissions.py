"""Authorization: every role at every route, forged requests, and revoked credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from queue_service.access.operations import access as commands
from queue_service.access.operations import accounts
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import BOUND_ROLES, ROLES
from queue_service.app import create_app
from queue_service.runtime.settings import Settings
from queue_service.web.security.permissions import install
from queue_service.web.security.route_roles import ADMIN, Route, Rule, rules
from tests.web.routes import path_of, routes
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, csrf, log_in, text_of

B: Final = f"/api/v1/branches/{LIBRARY}"

RULES: Final = rules()
ROUTES: Final = {route: rule for route, rule in RULES.items() if not rule.public}

ASKS_FOR_ALL: Final = frozenset({("POST", "/admin/screens/link"), ("POST", "/admin/screens/token")})
"""Doors whose empty form asks for all branches, which an administrator of one may not give."""

OF_ITS_BOOTH: Final = frozenset(
    {
        ("GET", "/api/v1/branches/<branch>/counters/<counter>/video"),
        ("GET", "/api/v1/branches/<branch>/counters/<counter>/video/messages"),
        ("POST", "/api/v1/branches/<branch>/counters/<counter>/video/messages"),
        ("POST", "/api/v1/branches/<branch>/counters/<counter>/video/lines"),
    }
)
"""Doors that a kiosk opens only if it was set up for that counter."""


def test_the_table_has_every_address_and_no_other(web_app: WebApp) -> None:
    assert routes(web_app.app) == RULES.keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_routes_alone(
    web_app: WebApp, visitor: FlaskClient, role: Role
) -> None:
    _opens(web_app, visitor, role, LIBRARY, ROUTES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_no_route_of_another_branch(
    web_app: WebApp, visitor: FlaskClient, role: Role
) -> None:
    of_a_branch = {route: rule for route, rule in ROUTES.items() if "<branch>" in route[1]}
    _opens(web_app, visitor, role, TOWN_HALL, of_a_branch)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in BOUND_ROLES])
def test_a_role_of_all_branches_opens_what_belongs_to_all(
    web_app: WebApp, visitor: FlaskClient, role: Role
) -> None:
    of_all = {r: rule for r, rule in ROUTES.items() if rule.all_branches or r in ASKS_FOR_ALL}
    _opens(web_app, visitor, role, None, of_all)


def _opens(
    web_app: WebApp,
    visitor: FlaskClient,
    role: Role,
    branch: str | None,
    tried: Mapping[Route, Rule],
) -> None:
    """Try every route, and compare with the table."""
    known = web_app.bearer(role, branch)
    opened = {route: _status(visitor, route, known) for route in tried}
    allowed = {route for route, rule in tried.items() if _expects(route, rule, role, branch)}
    assert {route for route, status in opened.items() if status not in (401, 403)} == allowed
    assert {opened[route] for route in tried.keys() - allowed} <= {403}
    assert not any(status >= 500 for status in opened.values())


def _expects(route: Route, rule: Rule, role: Role, branch: str | None) -> bool:
    """Whether a caller may open a route of the library."""
    if role == "kiosk" and route in OF_ITS_BOOTH:
        return False
    if branch is not None and (rule.all_branches or route in ASKS_FOR_ALL):
        return False
    return role in rule.roles and (branch in (LIBRARY, None) or "<branch>" not in route[1])


def _status(browser: FlaskClient, route: tuple[str, str], headers: dict[str, str]) -> int:
    answer = browser.open(path_of(route[1]), method=route[0], headers=headers)
    answer.close()
    return answer.status_code


def test_every_call_of_the_api_needs_a_token(visitor: FlaskClient) -> None:
    for method, address in ROUTES:
        if address.startswith("/api/"):
            answer = visitor.open(path_of(address), method=method)
            assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
            assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer qst_nobody", "Basic cXN0Og==", "qst_nobody", ""]
)
def test_an_unknown_token_is_refused_even_next_to_a_valid_cookie(
    web_app: WebApp, header: str
) -> None:
    browser = web_app.staff("chef", "admin")
    answer = browser.get(f"{B}/state", headers={"Authorization": header})
    assert answer.status_code == 401


def test_another_branch_is_closed(web_app: WebApp, visitor: FlaskClient) -> None:
    bound = web_app.bearer("clerk", TOWN_HALL)
    assert visitor.get(f"{B}/state", headers=bound).status_code == 403
    assert visitor.get("/api/v1/branches/nowhere", headers=bound).status_code == 403
    assert visitor.get(f"{B}/state", headers=web_app.bearer("clerk")).status_code == 200


def test_an_unknown_address_needs_no_login(visitor: FlaskClient) -> None:
    assert visitor.get("/api/v1/nothing").status_code == 404
    assert visitor.delete(f"{B}/state").status_code == 405


@pytest.mark.parametrize(
    ("shown", "wanted", "status"),
    [
        (None, "kiosk", 200),
        ("kiosk", "kiosk", 200),
        ("display", "display", 200),
        ("staff", "supervisor", 200),
        ("", "kiosk", 200),
        ("boss", None, 422),
    ],
)
def test_as_chooses_the_cookie_that_counts(
    web_app: WebApp, shown: str | None, wanted: str | None, status: int
) -> None:
    browser = everything_at_once(web_app)
    with browser:
        answer = browser.get(f"{B}/state", query_string={} if shown is None else {"as": shown})
        assert answer.status_code == status
        assert wanted is None or g.caller.role == wanted


def test_without_as_the_first_cookie_that_the_view_allows_counts(web_app: WebApp) -> None:
    browser = everything_at_once(web_app)
    with browser:
        browser.get("/")
        assert g.caller.role == "supervisor"
        browser.get(f"/kiosk/{LIBRARY}")
        assert g.caller.role == "kiosk"
        assert browser.get(f"/kiosk/{TOWN_HALL}").status_code == 403
        assert browser.get(f"{B}/visits", query_string={"as": "kiosk"}).status_code == 403


def test_a_cookie_changes_nothing_without_the_pages_own_word(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")
    word = csrf(kiosk, "queue_kiosk")["csrf_token"]
    other = csrf(web_app.screen("kiosk"), "queue_kiosk")["csrf_token"]
    ticket = {"service": "pas"}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other}, {"X-CSRF-Token": "é"}):
        answer = kiosk.post(f"{B}/visits?as=kiosk", json=ticket, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    answer = kiosk.post(f"{B}/visits?as=kiosk", json=ticket, headers={"X-CSRF-Token": word})
    assert answer.status_code in (201, 409), "let in, though the library may be closed by now"


def test_a_page_carries_its_word(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")
    page = kiosk.get(f"/kiosk/{LIBRARY}")
    assert f'data-csrf="{csrf(kiosk, "queue_kiosk")["csrf_token"]}"' in page.text


def test_a_bearer_token_needs_no_word(web_app: WebApp, visitor: FlaskClient) -> None:
    answer = visitor.post(f"{B}/counters/1/open", json={}, headers=web_app.bearer("clerk", LIBRARY))
    assert answer.status_code == 200


def test_a_revoked_token_is_refused_as_soon_as_the_word_is_heard(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    known = web_app.bearer("clerk", LIBRARY)
    assert visitor.get(f"{B}/state", headers=known).status_code == 200
    (token,) = web_app.store.tokens()
    commands.revoke_token(web_app.store, token.id)
    web_app.gate.forget(token.id)
    assert visitor.get(f"{B}/state", headers=known).status_code == 401


def test_a_new_password_ends_a_login_as_soon_as_the_word_is_heard(web_app: WebApp) -> None:
    browser = web_app.staff("skranke", "clerk", LIBRARY)
    with browser:
        assert browser.get("/").status_code == 200
        caller: Caller = g.caller
    assert web_app.gate.still_allowed([caller])
    accounts.set_password(web_app.store, "skranke", "another password")
    web_app.gate.forget(caller.id)
    assert not web_app.gate.still_allowed([caller])
    assert browser.get("/").status_code == 303


def test_logging_out_ends_the_streams_of_this_login_alone(web_app: WebApp) -> None:
    ours, theirs = web_app.staff("skranke", "clerk"), web_app.app.test_client()
    log_in(theirs, "skranke")
    callers = []
    for browser in (ours, theirs):
        with browser:
            browser.get("/")
            callers.append(g.caller)
    assert {*web_app.gate.still_allowed(callers)} == {*callers}
    assert ours.post("/logout", data=csrf(ours)).status_code == 303
    web_app.gate.forget(callers[0].session)
    assert {*web_app.gate.still_allowed(callers)} == {callers[1]}
    assert [browser.get("/").status_code for browser in (ours, theirs)] == [303, 200]


def test_a_route_without_a_row_stops_the_start(web_app: WebApp) -> None:
    app = Flask(__name__)
    app.add_url_rule("/silent", view_func=lambda: "silent", endpoint="silent")
    table = dict.fromkeys(routes(app), Rule())
    install(app, web_app.store, table)
    del table["GET", "/silent"]
    with pytest.raises(RuntimeError, match="GET /silent"):
        install(app, web_app.store, table)


def test_a_view_for_two_methods_has_one_rule(web_app: WebApp) -> None:
    app = Flask(__name__)
    app.add_url_rule("/both", view_func=lambda: "", endpoint="both", methods=["GET", "POST"])
    table = dict.fromkeys(routes(app), Rule()) | {("POST", "/both"): Rule(ADMIN)}
    with pytest.raises(RuntimeError, match="/both"):
        install(app, web_app.store, table)


def test_without_the_store_a_page_says_so_and_tries_again(settings: Settings) -> None:
    gone = replace(settings, redis_url=f"unix://{settings.data_dir}/nothing")
    browser = create_app(gone).test_client()
    browser.set_cookie("queue_kiosk", "qst_something")
    page = browser.get(f"/kiosk/{LIBRARY}?lang=en")
    assert page.status_code == 503
    assert "not answering" in text_of(page)
    assert page.headers["Refresh"] == "5"
    assert browser.get(f"{B}/state").get_json()["code"] == "store_unavailable"


def everything_at_once(web_app: WebApp) -> FlaskClient:
    """A browser that is a kiosk, a display and a supervisor's."""
    browser = web_app.screen("kiosk")
    assert browser.post(f"/enrol/{web_app.code('display')}").status_code == 303
    web_app.account("leder", "supervisor")
    assert log_in(browser, "leder").status_code == 303
    return browser
