"""The way in and out for staff, and the start page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.operations.attempts import DEVICE_MS, NAMES_LIMIT, PAIR_LIMIT
from queue_service.access.rules.caller import Role
from queue_service.access.rules.lifetimes import CONFIRMED_MS
from queue_service.runtime.settings import Settings
from queue_service.web.request_limit import counted_address
from tests.web.web_app import LIBRARY, PASSWORD, TOWN_HALL, WebApp, csrf, log_in, send, text_of


def test_a_visitor_is_led_to_the_login_and_back(web_app: WebApp, visitor: FlaskClient) -> None:
    web_app.account("chef", "admin")
    answer = visitor.get("/admin/people?x=1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=%2Fadmin%2Fpeople%3Fx%3D1"
    assert 'value="/admin/people?x=1"' in visitor.get(answer.headers["Location"]).text
    answer = log_in(visitor, "chef", next="/admin/people?x=1")
    assert answer.headers["Location"] == "/admin/people?x=1"
    assert visitor.get("/admin/people").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "counter",
        "",
    ],
)
def test_after_the_login_one_stays_here(
    web_app: WebApp, visitor: FlaskClient, elsewhere: str
) -> None:
    web_app.account("chef", "admin")
    assert log_in(visitor, "chef", next=elsewhere).headers["Location"] == "/"


def test_the_cookie_of_a_login_is_closed_to_scripts_and_other_sites(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    web_app.account("chef", "admin")
    plain = log_in(visitor, "chef").headers["Set-Cookie"]
    assert plain.startswith("queue_session=qss_")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    form = {"name": "chef", "password": PASSWORD}
    over_https = visitor.post("/login", data=form, base_url="https://queue.example")
    found = over_https.headers.get("Set-Cookie", "")
    assert found.startswith("__Host-queue_session=qss_")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*found.split("; ")}
    assert "Domain" not in found
    assert visitor.get("/", base_url="https://queue.example").status_code == 200
    # One without the prefix, which another host of the domain may have set, opens nothing there.
    secret = found.split("=", 1)[1].split(";")[0]
    tossed = web_app.app.test_client()
    tossed.set_cookie("queue_session", secret, domain="queue.example")
    assert tossed.get("/", base_url="https://queue.example").status_code == 303


@pytest.mark.parametrize("name", ["chef", "nobody"])
def test_a_failed_login_says_so_and_keeps_the_name(
    web_app: WebApp, visitor: FlaskClient, name: str
) -> None:
    web_app.account("chef", "admin")
    answer = log_in(visitor, name, "wrong password")
    assert answer.status_code == 401
    assert "Navnet eller adgangskoden er forkert" in text_of(answer)
    assert f'value="{name}"' in answer.text
    assert "wrong password" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_after_too_many_failures_the_wait_is_shown(web_app: WebApp, visitor: FlaskClient) -> None:
    web_app.account("chef", "admin")
    for _ in range(PAIR_LIMIT):
        assert log_in(visitor, "chef", "wrong password").status_code == 401
    answer = log_in(visitor, "chef")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Vent et minut" in text_of(answer)


def test_an_ipv6_user_is_counted_by_network(web_app: WebApp, visitor: FlaskClient) -> None:
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": "wrong password"}
    for host in range(PAIR_LIMIT):
        visitor.post("/login", data=form, environ_base={"REMOTE_ADDR": f"2001:db8::{host}"})
    for address, status in (("2001:db8::ffff", 429), ("2001:db8:0:1::1", 401)):
        answer = visitor.post("/login", data=form, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status


def test_ipv4_users_on_a_socket_for_both_kinds_are_not_one(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": "wrong password"}
    for _ in range(PAIR_LIMIT):
        visitor.post("/login", data=form, environ_base={"REMOTE_ADDR": "::ffff:192.0.2.1"})
    for address, status in (
        ("::ffff:192.0.2.1", 429),
        ("192.0.2.1", 429),
        ("::ffff:192.0.2.2", 401),
    ):
        answer = visitor.post("/login", data=form, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_the_subjects_of_failed_logins(given: str, counted: str) -> None:
    assert counted_address(given) == counted


def test_strangers_lock_no_browser_out_that_was_here_before(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    web_app.account("chef", "admin")
    assert log_in(visitor, "chef").status_code == 303
    stranger = web_app.app.test_client()
    for _ in range(PAIR_LIMIT):
        log_in(stranger, "chef", "wrong password")
    assert log_in(stranger, "chef").status_code == 429
    assert visitor.post("/logout", data=csrf(visitor)).status_code == 303
    assert log_in(visitor, "chef").status_code == 303


def test_the_cookie_of_a_browser_reveals_nothing_and_opens_nothing(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    account = web_app.account("chef", "admin")
    cookies = log_in(visitor, "chef").headers.getlist("Set-Cookie")
    (reported,) = [cookie for cookie in cookies if cookie.startswith("queue_device=")]
    value = reported.partition(";")[0].partition("=")[2]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/login", f"Max-Age={DEVICE_MS // 1000}"):
        assert part in reported
    assert "Secure" not in reported
    assert "chef" not in reported
    assert account.id not in reported
    stranger = web_app.app.test_client()
    stranger.set_cookie("queue_session", value)
    assert stranger.get("/").status_code == 303
    form = {"name": "chef", "password": PASSWORD}
    secure = visitor.post("/login", data=form, base_url="https://queue.example").headers
    assert all("Secure" in cookie for cookie in secure.getlist("Set-Cookie"))
    names = {cookie.partition("=")[0] for cookie in secure.getlist("Set-Cookie")}
    assert names == {"__Host-queue_session", "__Host-queue_device"}
    assert all("Path=/;" in f"{cookie};" for cookie in secure.getlist("Set-Cookie"))


def test_another_site_cannot_log_anyone_in(web_app: WebApp, visitor: FlaskClient) -> None:
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": PASSWORD}
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        answer = visitor.post("/login", data=form, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://10.0.0.5:8000", "10.0.0.5:8000", 303),
        ("http://queue.example", "queue.example", 303),
        ("http://queue.example", "queue.example:80", 303),
        ("https://queue.example", "queue.example", 303),  # a proxy took the encryption away
        ("http://evil.example", "10.0.0.5:8000", 403),
        ("http://10.0.0.5:9000", "10.0.0.5:8000", 403),
        ("http://10.0.0.5", "10.0.0.5:8000", 403),
        ("http://queue.example.evil", "queue.example", 403),
        ("http://queue.example:x", "queue.example", 403),
        ("null", "10.0.0.5:8000", 403),
        ("", "10.0.0.5:8000", 403),
    ],
)
def test_without_sec_fetch_site_the_origin_counts(
    web_app: WebApp, visitor: FlaskClient, origin: str, host: str, status: int
) -> None:
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": PASSWORD}
    headers = {"Origin": origin, "Host": host}
    assert visitor.post("/login", data=form, headers=headers).status_code == status
    enrol = visitor.post(f"/enrol/{web_app.code('kiosk')}", headers=headers)
    assert enrol.status_code == status


def test_the_public_address_is_an_origin_of_ours(settings: Settings, redis_client: Redis) -> None:
    """An untrusted proxy puts another name in the place of Host."""
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_url="https://queue.example.dk"))
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": PASSWORD}
    for origin, status in (("https://queue.example.dk", 303), ("https://example.dk", 403)):
        headers = {"Origin": origin, "Host": "web:8000"}
        answer = web_app.app.test_client().post("/login", data=form, headers=headers)
        assert answer.status_code == status


def test_a_refused_host_of_a_proxy_gets_instructions(
    settings: Settings, redis_client: Redis
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(settings)
    web_app.account("chef", "admin")
    form = {"name": "chef", "password": PASSWORD}
    headers = {"Origin": "http://queue.kommune.dk", "Host": "127.0.0.1:8000"}
    refused = web_app.app.test_client().post("/login", data=form, headers=headers)
    assert refused.status_code == 403
    assert "QUEUE_PUBLIC_URL" in text_of(refused)
    # A proxy that says who was asked, and one that says so unasked.
    headers["X-Forwarded-Host"] = "queue.kommune.dk"
    assert web_app.app.test_client().post("/login", data=form, headers=headers).status_code == 403
    trusting = WebApp.open(replace(settings, trusted_proxies=1))
    assert trusting.app.test_client().post("/login", data=form, headers=headers).status_code == 303


def test_logging_in_ends_the_login_before_it_on_this_screen(web_app: WebApp) -> None:
    browser = web_app.staff("skranke", "clerk")
    before = browser.get_cookie("queue_session")
    web_app.account("chef", "admin")
    log_in(browser, "chef")
    assert before is not None
    other = web_app.app.test_client()
    other.set_cookie("queue_session", before.value)
    assert other.get("/").status_code == 303


def test_a_page_of_an_earlier_login_is_refused_with_the_current_name(web_app: WebApp) -> None:
    browser = web_app.staff("skranke", "clerk")
    word = {"X-CSRF-Token": csrf(browser)["csrf_token"]}
    others: dict[str, Role] = {"overblik": "supervisor", "chef": "admin"}
    for name, role in others.items():
        web_app.account(name, role)
        log_in(browser, name)
        call = f"/api/v1/branches/{LIBRARY}/counters/1/call-next?as=staff"
        refused = browser.post(call, json={}, headers=word)
        assert (refused.status_code, refused.get_json().get("login")) == (403, name)


def test_the_login_says_who_is_logged_in_already(web_app: WebApp, visitor: FlaskClient) -> None:
    assert "logget ind her som" not in text_of(visitor.get("/login"))
    page = web_app.staff("skranke", "clerk").get("/login?next=%2Fcounter%2Fx")
    assert "Du er logget ind her som skranke." in text_of(page)
    assert '<a class="button" href="/counter/x">Fortsæt som skranke</a>' in page.text


def test_logging_out_needs_the_pages_word(web_app: WebApp) -> None:
    browser = web_app.staff("skranke", "clerk")
    word = csrf(browser)
    assert browser.post("/logout").status_code == 403
    assert browser.get("/").status_code == 200
    answer = browser.post("/logout", data=word)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert browser.get_cookie("queue_session") is None


def test_a_page_keeps_the_screens_cookie_alive(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")
    renewed = kiosk.get(f"/kiosk/{LIBRARY}").headers["Set-Cookie"]
    assert renewed.startswith("queue_kiosk=qst_")
    assert "SameSite=Strict" in renewed
    assert "Max-Age=315360000" in renewed
    assert "Set-Cookie" not in kiosk.get(f"/api/v1/branches/{LIBRARY}/state").headers


@pytest.mark.parametrize(
    ("role", "branch", "seen"),
    [
        ("clerk", LIBRARY, {f"/counter/{LIBRARY}", f"/display/{LIBRARY}"}),
        ("supervisor", TOWN_HALL, {f"/dashboards/{TOWN_HALL}", f"/display/{TOWN_HALL}"}),
        (
            "admin",
            None,
            {
                f"/{page}/{branch}"
                for page in ("counter", "display", "dashboards", "kiosk")
                for branch in (LIBRARY, TOWN_HALL)
            },
        ),
    ],
)
def test_the_start_page_shows_what_may_be_opened_and_nothing_else(
    web_app: WebApp, role: Role, branch: str | None, seen: set[str]
) -> None:
    page = web_app.staff("nogen", role, branch).get("/").text
    pages = ("counter", "display", "dashboards", "kiosk")
    every = {f"/{page}/{b}" for page in pages for b in (LIBRARY, TOWN_HALL)}
    assert {address for address in every if f'href="{address}"' in page} == seen
    assert ('href="/admin"' in page) == (role == "admin")


def test_another_language_keeps_where_one_was_going(visitor: FlaskClient) -> None:
    address = "/login?next=%2Fadmin%2Fpeople&lang=da"
    refused = visitor.post(address, data={"name": "nobody", "password": "wrong"})
    for page in (visitor.get(address), refused):
        assert 'href="?next=%2Fadmin%2Fpeople&amp;lang=en"' in page.text
        assert '<form class="stack" method="post">' in page.text


def test_a_refused_page_links_to_a_permitted_one(web_app: WebApp) -> None:
    clerk, kiosk = web_app.staff("skranke", "clerk"), web_app.screen("kiosk")
    for browser, way_on in ((clerk, 'href="/"'), (kiosk, 'href="/login?next=%2Fadmin"')):
        page = browser.get("/admin")
        assert page.status_code == 403
        assert way_on in page.text


def test_a_refused_page_names_the_current_login(web_app: WebApp) -> None:
    page = web_app.staff("skranke", "clerk").get("/admin")
    assert "Du er logget ind som skranke." in text_of(page)
    assert 'href="/login?next=%2Fadmin"' in page.text


def test_a_branch_that_is_not_there_is_not_merely_a_screen_to_set_up(visitor: FlaskClient) -> None:
    for page in ("kiosk", "display"):
        answer = visitor.get(f"/{page}/nowhere")
        assert answer.status_code == 404
        assert "Den afdeling findes ikke" in text_of(answer)


@pytest.mark.parametrize("address", [f"/kiosk/{LIBRARY}", "/kiosk/nowhere", "/nothing", "/enrol/x"])
def test_a_page_with_one_thing_to_say_says_it_in_either_language(
    visitor: FlaskClient, address: str
) -> None:
    assert 'href="?lang=en"' in visitor.get(address).text
    assert 'href="?lang=da"' in visitor.get(f"{address}?lang=en").text


def test_a_screen_that_is_not_set_up_says_what_to_do(visitor: FlaskClient) -> None:
    page = visitor.get(f"/kiosk/{LIBRARY}?lang=en")
    assert page.status_code == 401
    assert "This screen is not set up yet" in text_of(page)


def unlock(screen: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    """Ask for a display's settings as its page does."""
    word = {"X-CSRF-Token": csrf(screen, "queue_display")["csrf_token"]}
    path = f"/display/{LIBRARY}/unlock"
    return screen.post(path, json={"name": name, "password": password}, headers=word)


def test_names_tried_at_a_display_lock_out_only_the_display(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    screen, other = web_app.screen("display"), web_app.screen("display")
    for number in range(NAMES_LIMIT):
        assert unlock(screen, f"nobody{number}").status_code == 403
    refused = unlock(screen, "skranke")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert unlock(other, "skranke").status_code == 200
    assert log_in(visitor, "skranke").status_code == 303


def test_a_display_is_no_browser_that_is_known_to_an_account(
    web_app: WebApp, redis_client: Redis
) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    screen = web_app.screen("display")
    for _ in range(PAIR_LIMIT - 1):
        assert unlock(screen, "skranke", "wrong").status_code == 403
    assert unlock(screen, "skranke").json == {"staff": True}
    assert not list(redis_client.scan_iter("queue:{access}:device:*"))
    assert not list(redis_client.scan_iter("queue:{access}:failed:from:*"))
    unread = unlock(screen, "x" * 201)
    assert (unread.status_code, unread.mimetype) == (422, "application/problem+json")


def change_password(browser: FlaskClient, present: str, new: str) -> TestResponse:
    word = csrf(browser)["csrf_token"]
    form = {"csrf_token": word, "present": present, "password": new}
    return browser.post("/login/password", data=form)


def test_staff_change_their_own_password(web_app: WebApp) -> None:
    browser, other = web_app.staff("leder", "supervisor"), web_app.app.test_client()
    log_in(other, "leder")
    assert 'name="present"' in browser.get("/login/password").text
    done = change_password(browser, PASSWORD, "tre ord i rad")
    assert done.status_code == 200
    assert "Alle andre browsere er logget ud" in text_of(done)
    assert browser.get("/").status_code == 200, "this browser stays logged in"
    assert other.get("/").status_code == 303
    assert log_in(other, "leder").status_code == 401
    assert log_in(other, "leder", "tre ord i rad").status_code == 303


@pytest.mark.parametrize(
    ("present", "new", "says"),
    [
        ("wrong password", "tre ord i rad", "Det er ikke den nuværende adgangskode."),
        (PASSWORD, "kort", "Brug mindst 10 tegn."),
        (PASSWORD, "Velkommen-2026", "Den er en af de første"),
        (PASSWORD, "Biblioteket 2026", "ikke meget andet end navnet på et sted"),
        (PASSWORD, PASSWORD, "Det er den nuværende adgangskode"),
        (PASSWORD, "leder9 leder9", "Brug ikke kontoens navn"),
    ],
)
def test_a_password_that_is_wrong_or_weak_changes_nothing(
    web_app: WebApp, present: str, new: str, says: str
) -> None:
    browser = web_app.staff("leder9", "supervisor")
    refused = change_password(browser, present, new)
    assert refused.status_code == 422
    assert says in text_of(refused)
    assert present not in refused.text
    assert browser.get("/").status_code == 200
    assert log_in(web_app.app.test_client(), "leder9").status_code == 303


def test_a_first_password_is_changed_before_anything_else(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    account = {"name": "ny", "role": "clerk", "branch": LIBRARY, "password": "tre andre ord"}
    assert "vælger personen selv" in text_of(send(admin_client, "/admin/people", **account))
    browser = web_app.app.test_client()
    assert log_in(browser, "ny", "tre andre ord").status_code == 303
    refused = browser.get(f"/counter/{LIBRARY}?x=1")
    assert refused.status_code == 303
    assert refused.headers["Location"] == "/login/password?next=%2Fcounter%2Fbiblioteket%3Fx%3D1"
    call = browser.get(f"/api/v1/branches/{LIBRARY}/state?as=staff")
    assert (call.status_code, call.get_json()["code"]) == (403, "forbidden")
    page = browser.get(refused.headers["Location"])
    assert "En anden har lavet denne adgangskode" in text_of(page)
    assert f'name="next" value="/counter/{LIBRARY}?x=1"' in page.text
    assert change_password(browser, "tre andre ord", "tre andre ord").status_code == 422
    assert browser.get("/").status_code == 303
    done = change_password(browser, "tre andre ord", "syv grønne stole")
    assert done.status_code == 200
    assert browser.get("/").status_code == 200
    assert log_in(web_app.app.test_client(), "ny", "syv grønne stole").status_code == 303


@pytest.mark.parametrize("shared", ["", "1"])
def test_a_login_of_several_people_keeps_the_password_it_is_given(
    web_app: WebApp, admin_client: FlaskClient, shared: str
) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    form = {"password": "tre andre ord", "shared": shared}
    assert send(admin_client, "/admin/people/skranke/password", **form).status_code == 200
    browser = web_app.app.test_client()
    log_in(browser, "skranke", "tre andre ord")
    assert browser.get("/").status_code == (200 if shared else 303)
    assert browser.post("/logout", data=csrf(browser)).headers["Location"] == "/login"


def test_the_present_password_cannot_be_guessed_there(web_app: WebApp) -> None:
    browser = web_app.staff("leder", "supervisor")
    tried = [change_password(browser, "wrong", "tre ord i rad") for _ in range(7)]
    refused = 7 - PAIR_LIMIT
    assert [answer.status_code for answer in tried] == [422] * PAIR_LIMIT + [429] * refused
    waits = ["Retry-After" in answer.headers for answer in tried]
    assert waits == [False] * PAIR_LIMIT + [True] * refused


def test_a_token_has_no_password(web_app: WebApp) -> None:
    answer = web_app.app.test_client().get(
        "/login/password", headers=web_app.bearer("supervisor", None)
    )
    assert answer.status_code == 404


def test_logins_are_listed_and_ended_on_their_page(web_app: WebApp) -> None:
    ours, theirs = web_app.staff("skranke", "clerk", LIBRARY), web_app.app.test_client()
    form = {"name": "skranke", "password": PASSWORD}
    theirs.post("/login", data=form, headers={"User-Agent": "X (Windows) Firefox/1 <b>"})
    page = ours.get("/logins")
    assert "Firefox, Windows" in text_of(page)
    assert "Denne browser" in text_of(page)
    (login,) = re.findall(r'name="login" value="(\w+)"', page.text)
    assert ours.post("/logins/end", data={"login": login}).status_code == 403
    assert theirs.get("/").status_code == 200
    assert send(ours, "/logins/end", login=login).headers["Location"] == "/logins"
    web_app.gate.forget(login)
    assert [browser.get("/").status_code for browser in (ours, theirs)] == [200, 303]
    again = web_app.app.test_client()
    log_in(again, "skranke")
    (account,) = web_app.store.accounts()
    for of_account in web_app.store.sessions_of(account.id):
        session = web_app.store.session_by_id(of_account)
        assert session is not None
        web_app.store.prove_session(session, web_app.store.now() - CONFIRMED_MS)
    asked = send(ours, "/logins/end")
    assert (asked.status_code, 'name="confirmation"' in asked.text) == (403, True)
    assert again.get("/").status_code == 200
    assert send(ours, "/logins/end", confirmation=PASSWORD).status_code == 303
    web_app.gate.forget(account.id)
    assert [browser.get("/").status_code for browser in (ours, again)] == [200, 303]
    token = web_app.bearer("clerk", None)
    assert web_app.app.test_client().get("/logins", headers=token).status_code == 404
