"""A screen shows a code, and an administrator confirms it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape, unescape

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.rules.credentials import digest
from queue_service.access.rules.lifetimes import CONFIRMED_MS
from queue_service.configuration.archiving import archive
from queue_service.pages.pair.page import CODES_PER_MINUTE
from queue_service.runtime.settings import Settings
from queue_service.web.qr import qr_code
from tests.web.web_app import LIBRARY, PASSWORD, TOWN_HALL, WebApp, log_in, send, text_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


def code_on(page: TestResponse) -> str:
    """The letters on a screen that waits."""
    assert page.status_code == 200
    found = re.search(r'id="code".*?</p>', page.text, re.DOTALL)
    assert found, "the page shows no code"
    return "".join(re.findall(r"<span>([A-Z])</span>", found[0]))


def secret_of(browser: FlaskClient) -> str:
    """The secret that the browser of a screen keeps while it waits."""
    cookie = browser.get_cookie("queue_pairing")
    assert cookie is not None
    return cookie.value.partition(".")[2]


def state_of(browser: FlaskClient) -> str:
    answer = browser.get("/pair/state")
    assert answer.headers["Cache-Control"] == "no-store"
    assert isinstance(answer.json, dict)
    return str(answer.json["state"])


@pytest.mark.parametrize(
    ("role", "page"), [("kiosk", "kiosk"), ("display", "display"), ("feedback", "feedback")]
)
def test_a_screen_shows_a_code_until_it_is_confirmed(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient, role: str, page: str
) -> None:
    first = visitor.get("/pair", headers={"User-Agent": CHROME})
    code = code_on(first)
    assert len(code) == 6
    assert first.headers["Cache-Control"] == "no-store"
    assert {"HttpOnly", "SameSite=Strict"} <= {*first.headers["Set-Cookie"].split("; ")}
    assert code_on(visitor.get("/pair")) == code, "a screen that is loaded again keeps its code"
    assert state_of(visitor) == "waiting"
    question = admin_client.get(f"/admin/screens/pair?code={code.lower()}")
    for fact in ("Chrome, Linux", "127.0.0.1", "den samme som din"):
        assert fact in text_of(question), fact
    fields = {"code": code, "role": role, "branch": LIBRARY, "label": "Indgang"}
    for _ in range(2):
        confirmed = send(admin_client, "/admin/screens/pair", **fields)
        assert confirmed.status_code == 303
        assert "Indgang" in text_of(admin_client.get(confirmed.headers["Location"]))
    assert state_of(visitor) == "confirmed"
    secret = secret_of(visitor)
    for _ in range(2):  # the first answer may be lost
        visitor.set_cookie("queue_pairing", f"{code}.{secret}")
        taken = visitor.get("/pair")
        assert (taken.status_code, taken.headers["Location"]) == (303, f"/{page}/{LIBRARY}")
    assert visitor.get_cookie("queue_pairing") is None
    assert visitor.get(f"/{page}/{LIBRARY}").status_code == 200
    assert [token.digest for token in web_app.store.tokens()] == [digest(secret)]
    # The address stays the screen's own: it leads to its page, and shows a code if that is wanted.
    assert visitor.get("/pair").headers["Location"] == f"/{page}/{LIBRARY}"
    assert code_on(visitor.get("/pair?new=1")) != code


def test_a_booth_is_confirmed_with_its_counter(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    confirmed = send(
        admin_client, "/admin/screens/pair", code=code, role=f"{LIBRARY}/screen-1", branch=TOWN_HALL
    )
    assert confirmed.status_code == 303
    assert visitor.get("/pair").headers["Location"] == f"/screen/{LIBRARY}/screen-1"
    (token,) = web_app.store.tokens()
    assert (token.role, token.branch, token.counter) == ("kiosk", LIBRARY, "screen-1")


def test_a_screen_whose_access_ends_shows_a_new_code(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    send(admin_client, "/admin/screens/pair", code=code, role="kiosk", branch=LIBRARY)
    visitor.get("/pair")
    (token,) = web_app.store.tokens()
    assert send(admin_client, f"/admin/screens/{token.id}/revoke").status_code == 303
    web_app.gate.forget(token.id)
    lost = visitor.get(f"/kiosk/{LIBRARY}")
    assert lost.status_code == 401
    proposed = f"role=kiosk&branch={LIBRARY}"
    assert f'href="/pair?{escape(proposed)}"' in lost.text
    assert lost.headers["Refresh"].endswith("url=/pair"), "nobody may be there to press it"
    again = visitor.get(f"/pair?{proposed}")
    assert code_on(again) != code
    scanned = f"http://localhost/admin/screens/pair?code={code_on(again)}"
    assert qr_code(f"{scanned}&{proposed}")["path"] in again.text
    for wrong in ("role=clerk&branch=" + LIBRARY, "role=kiosk&branch=" + "x" * 4000):
        assert qr_code(scanned)["path"] in visitor.get(f"/pair?{wrong}").text


@pytest.mark.parametrize("role", ["kiosk", "display", "feedback"])
def test_a_screen_of_an_archived_branch_goes_to_its_code(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient, role: str
) -> None:
    code = code_on(visitor.get("/pair"))
    send(admin_client, "/admin/screens/pair", code=code, role=role, branch=LIBRARY)
    page = visitor.get("/pair").headers["Location"]
    (token,) = web_app.store.tokens()
    assert visitor.get(page).status_code == 200
    archive(web_app.app.extensions["queue"], LIBRARY)
    shown = visitor.get(page)  # while this process still accepts the access
    assert shown.status_code == 409
    assert "er ikke sat op" in text_of(shown)
    assert "arkiveret" not in text_of(shown)
    assert shown.headers["Refresh"].endswith("url=/pair")
    web_app.gate.forget(token.id)
    ended = visitor.get(page)
    assert (ended.status_code, ended.headers["Refresh"]) == (401, shown.headers["Refresh"])
    assert code_on(visitor.get("/pair")) != code


def test_somebody_elses_code_opens_nothing(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    other = web_app.app.test_client()
    other.set_cookie("queue_pairing", f"{code}.qst_{'x' * 43}")
    assert state_of(other) == "over"
    assert code_on(other.get("/pair")) != code
    send(admin_client, "/admin/screens/pair", code=code, role="kiosk", branch=LIBRARY)
    assert state_of(other) == "waiting"
    assert other.get(f"/kiosk/{LIBRARY}").status_code == 401
    assert visitor.get("/pair").status_code == 303
    other.set_cookie("queue_pairing", f"{code}.{web_app.token('admin')}")
    assert state_of(other) == "over", "a program is no screen"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"role": "clerk", "branch": LIBRARY}, 422),
        ({"role": "kiosk", "branch": "x y"}, 422),
        ({"role": "kiosk", "branch": "ukendt"}, 404),
        ({"role": f"{LIBRARY}/1", "branch": LIBRARY}, 422),
        ({"role": "kiosk", "branch": LIBRARY, "code": "BBBBBB"}, 404),
        ({"role": "kiosk", "branch": LIBRARY, "label": "x" * 61}, 422),
    ],
)
def test_a_wrong_confirmation_says_so_and_changes_nothing(
    web_app: WebApp,
    admin_client: FlaskClient,
    visitor: FlaskClient,
    fields: dict[str, str],
    status: int,
) -> None:
    code = code_on(visitor.get("/pair"))
    answer = send(admin_client, "/admin/screens/pair", **{"code": code, **fields})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert web_app.store.tokens() == []
    assert state_of(visitor) == "waiting"


def test_no_screen_is_set_up_for_an_archived_branch(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    archive(web_app.app.extensions["queue"], LIBRARY)
    before = web_app.store.tokens()
    for path, form in (("/admin/screens/pair", {"code": code}), ("/admin/screens/link", {})):
        refused = send(admin_client, path, role="kiosk", branch=LIBRARY, **form)
        assert refused.status_code == 422
        assert "Afdelingen er arkiveret" in text_of(refused)
    assert web_app.store.tokens() == before


def test_an_administrator_of_one_branch_confirms_nothing_elsewhere(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    local = web_app.staff("lokal", "admin", LIBRARY)
    code = code_on(visitor.get("/pair"))
    for role in ("kiosk", f"{TOWN_HALL}/1"):
        answer = send(local, "/admin/screens/pair", code=code, role=role, branch=TOWN_HALL)
        assert answer.status_code == 403
    assert web_app.store.tokens() == []


def test_a_short_code_is_typed_on_the_screen(
    admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    made = send(admin_client, "/admin/screens/link", role="display", branch=LIBRARY)
    found = re.search(r'id="short-code"[^>]*>([A-Z ]+)<', made.text)
    assert found is not None
    visitor.get("/pair")
    wrong = visitor.post("/pair", data={"code": "BBBBBB"})
    assert wrong.status_code == 404
    assert "Koden er forkert" in text_of(wrong)
    right = visitor.post("/pair", data={"code": found[1]})
    assert (right.status_code, right.headers["Location"]) == (303, f"/display/{LIBRARY}")
    assert visitor.get(f"/display/{LIBRARY}").status_code == 200
    assert visitor.post("/pair", data={"code": found[1]}).status_code == 404
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/pair", data={"code": found[1]}, headers=cross_site).status_code == 403


def test_over_https_the_cookie_of_a_waiting_screen_is_this_hosts_alone(
    visitor: FlaskClient,
) -> None:
    cookie = visitor.get("/pair", base_url="https://queue.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-queue_pairing=")
    assert {"Secure", "Path=/"} <= {*cookie.split("; ")}


def test_a_page_at_an_unknown_host_has_no_address_to_scan(visitor: FlaskClient) -> None:
    strange = visitor.get("/pair", headers={"Host": "evil.example"})
    assert "evil.example" not in strange.text
    assert len(code_on(strange)) == 6
    assert '<svg class="pair__qr"' not in strange.text


def test_the_public_address_is_that_of_the_confirmation(
    settings: Settings, redis_client: Redis
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_url="https://queue.example.dk"))
    page = web_app.app.test_client().get("/pair")
    assert "queue.example.dk/admin/screens" in text_of(page)
    assert '<svg class="pair__qr"' in page.text


def test_new_codes_of_an_address_are_limited(web_app: WebApp) -> None:
    """A new browser each time; the minute may change meanwhile."""
    statuses = [
        web_app.app.test_client().get("/pair").status_code for _ in range(2 * CODES_PER_MINUTE + 1)
    ]
    assert statuses[:CODES_PER_MINUTE] == [200] * CODES_PER_MINUTE
    assert 429 in statuses


def test_a_phone_that_is_not_logged_in_comes_back_to_the_code(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    web_app.account("chef", "admin")
    phone = web_app.app.test_client()
    asked = phone.get(f"/admin/screens/pair?code={code}")
    assert asked.status_code == 303
    login = phone.get(asked.headers["Location"])
    found = re.search(r'name="next" value="([^"]*)"', login.text)
    assert found is not None
    done = log_in(phone, "chef", next=unescape(found[1]))
    assert done.headers["Location"] == f"/admin/screens/pair?code={code}"
    assert f"{code[:3]} {code[3:]}" in text_of(phone.get(done.headers["Location"]))


def test_a_confirmation_asks_for_a_password_that_was_given_long_ago(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    code = code_on(visitor.get("/pair"))
    (account,) = web_app.store.accounts()
    (session,) = web_app.store.logins(web_app.store.sessions_of(account.id))
    long_ago = web_app.store.now() - CONFIRMED_MS
    web_app.store.prove_session(session, long_ago)
    fields = {"code": code, "role": "kiosk", "branch": LIBRARY}
    refused = send(admin_client, "/admin/screens/pair", **fields)
    assert refused.status_code == 403
    assert f'name="code" value="{code}"' in refused.text
    assert web_app.store.tokens() == []
    confirmed = send(admin_client, "/admin/screens/pair", **fields, confirmation=PASSWORD)
    assert confirmed.status_code == 303
    assert visitor.get("/pair").headers["Location"] == f"/kiosk/{LIBRARY}"
