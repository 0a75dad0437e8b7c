"""Switching staff at a counter's browser: who is offered, who comes in, and what is recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.keys import people_of_browser
from queue_service.access.operations import access, accounts, logins
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import digest
from queue_service.access.rules.lifetimes import LONGEST_SESSION_MS, SESSION_MS
from queue_service.access.store import AccessStore
from queue_service.audit.store import AuditReader, Search
from queue_service.clerk_pins import operations as clerk_pins
from queue_service.clerk_pins.rules import KNOWN_MS, MOST_WRONG, PinRefused
from queue_service.clerk_pins.store import PeopleStore
from queue_service.command import Queue
from queue_service.errors import Invalid, PreconditionFailed
from queue_service.store.audit_log import AuditEntry
from queue_service.store.redis_store import RedisStore
from tests.web.web_app import LIBRARY, PASSWORD, TOWN_HALL, WebApp, csrf, log_in, send, text_of

PIN: Final = "7294"
SWITCH: Final = f"/login/switch/{LIBRARY}"
ALL: Final = Search(0, 9_999_999_999_999)


def counter(web_app: WebApp, *people: str, role: Role = "clerk") -> FlaskClient:
    """A browser at which each of these has logged in, the last of them now; all have the PIN."""
    browser = web_app.app.test_client()
    for name in people:
        web_app.account(name, role, LIBRARY)
        assert log_in(browser, name).status_code == 303
        assert send(browser, "/login/pin", pin=PIN).status_code == 303
    return browser


def offered(browser: FlaskClient) -> dict[str, bool]:
    """Each person who is offered, and whether the PIN is enough."""
    answer = browser.get(f"{SWITCH}?as=staff")
    assert answer.status_code == 200, answer.text
    return {person["name"]: person["by_pin"] for person in answer.get_json()["people"]}


def switch(browser: FlaskClient, name: str, pin: str = PIN, path: str = SWITCH) -> TestResponse:
    """Send what the page's script sends."""
    word = {"X-CSRF-Token": csrf(browser)["csrf_token"]}
    return browser.post(f"{path}?as=staff", json={"name": name, "pin": pin}, headers=word)


def name_of(web_app: WebApp, browser: FlaskClient) -> str | None:
    """The login that the browser has now."""
    cookie = browser.get_cookie("queue_session")
    caller = access.identify(web_app.store, cookie.value) if cookie else None
    return logins.login_name(web_app.store, caller) if caller else None


def entries(web_app: WebApp) -> list[AuditEntry]:
    queue: Queue = web_app.app.extensions["queue"]
    return [found.entry for found in queue.get(AuditReader).latest(ALL, None)][::-1]


def test_a_colleague_comes_in_by_the_pin_and_the_login_before_ends(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    before = browser.get_cookie("queue_session")
    assert before is not None
    assert offered(browser) == {"anna": True}
    answer = switch(browser, "anna")
    assert answer.status_code == 204
    assert name_of(web_app, browser) == "anna"
    assert access.identify(web_app.store, before.value) is None
    assert offered(browser) == {"bo": True}
    assert browser.get(f"/counter/{LIBRARY}").status_code == 200
    assert "Skift medarbejder (anna)" in browser.get(f"/counter/{LIBRARY}").text
    last = [(e.action, e.name, e.target, dict(e.details)) for e in entries(web_app)][-2:]
    assert last == [
        ("sign_in.accepted", "anna", "anna", {"way": "pin"}),
        ("sign_in.ended", "bo", "bo", {}),
    ]


def test_a_pin_works_on_no_other_browser(web_app: WebApp) -> None:
    counter(web_app, "anna")
    other = counter(web_app, "bo")
    assert offered(other) == {}
    answer = switch(other, "anna")
    assert (answer.status_code, answer.get_json()["left"]) == (403, 0)
    assert name_of(web_app, other) == "bo"
    # Neither does the cookie of the counter's browser without anybody logged in.
    assert web_app.app.test_client().get(SWITCH).status_code in (401, 303)


def test_the_people_of_a_browser_stay_when_somebody_logs_in_again(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    log_in(browser, "bo")  # the browser has another secret now
    assert offered(browser) == {"anna": True}
    web_app.account("ny", "clerk", LIBRARY)
    log_in(browser, "ny")
    assert offered(browser) == {"anna": True, "bo": True}
    log_in(browser, "anna")
    assert offered(browser) == {"bo": True, "ny": False}


def test_five_wrong_pins_need_the_password(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    for left in range(MOST_WRONG - 1, -1, -1):
        answer = switch(browser, "anna", "1357")
        assert (answer.status_code, answer.get_json()["left"]) == (403, left)
        assert answer.get_json()["code"] == "forbidden"
    assert switch(browser, "anna").status_code == 403
    assert name_of(web_app, browser) == "bo"
    assert offered(browser) == {"anna": False}
    refused = [(e.action, e.target) for e in entries(web_app) if e.result == "refused"]
    assert refused == [("sign_in.refused", "anna")] * 4 + [("sign_in.pin_locked", "anna")]
    # The password opens it again, with the same PIN.
    log_in(browser, "anna")
    log_in(browser, "bo")
    assert switch(browser, "anna").status_code == 204


def test_a_right_pin_forgets_the_wrong_ones(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    for _ in range(2):
        for _ in range(MOST_WRONG - 1):
            assert switch(browser, "anna", "1357").status_code == 403
        assert switch(browser, "anna").status_code == 204
        assert switch(browser, "bo").status_code == 204


@pytest.mark.parametrize("role", ["admin", "supervisor"])
def test_only_clerks_come_in_by_a_pin(web_app: WebApp, role: Role) -> None:
    browser = web_app.app.test_client()
    web_app.account("leder", role, LIBRARY)
    log_in(browser, "leder")
    page = send(browser, "/login/pin", pin=PIN)
    assert page.status_code == (422 if role == "admin" else 303)
    if role == "admin":
        assert "ingen pinkode" in text_of(browser.get("/login/pin"))
    offers = 'href="/login/pin"' in browser.get("/logins").text
    assert offers == (role != "admin")
    web_app.account("bo", "clerk", LIBRARY)
    log_in(browser, "bo")
    assert offered(browser) == {}
    assert switch(browser, "leder").status_code == 403


def test_somebody_of_another_branch_is_not_offered(web_app: WebApp) -> None:
    browser = counter(web_app, "anna")
    web_app.account("bo", "clerk", TOWN_HALL)
    log_in(browser, "bo")
    assert browser.get(SWITCH).status_code == 403
    assert switch(browser, "anna").status_code == 403
    assert switch(browser, "anna", path=f"/login/switch/{TOWN_HALL}").status_code == 403
    accounts.add_grant(web_app.store, "bo", "clerk", LIBRARY)
    log_in(browser, "bo")
    assert offered(browser) == {"anna": True}


def test_a_changed_password_ends_the_pin(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    accounts.set_password(web_app.store, "anna", "another horse")
    assert offered(browser) == {}
    assert switch(browser, "anna").status_code == 403
    log_in(browser, "anna", "another horse")
    log_in(browser, "bo")
    assert offered(browser) == {"anna": False}


@pytest.mark.parametrize("site", ["http://localhost", "https://queue.example"])
def test_an_own_new_password_keeps_the_browser_known(web_app: WebApp, site: str) -> None:
    browser = web_app.app.test_client()
    for name in ("bo", "anna"):
        web_app.account(name, "clerk", LIBRARY)
        form = {"name": name, "password": PASSWORD}
        assert browser.post("/login", data=form, base_url=site).status_code == 303
    new = "tre stille køer"
    page = browser.get("/login/password", base_url=site).text
    word = page.split('name="csrf_token" value="')[1].split('"')[0]
    changed = {"csrf_token": word, "present": PASSWORD, "password": new}
    assert browser.post("/login/password", data=changed, base_url=site).status_code == 200
    assert "Gem pinkoden" in text_of(browser.get("/login/pin", base_url=site))
    people = browser.get(f"{SWITCH}?as=staff", base_url=site).get_json()["people"]
    assert [person["name"] for person in people] == ["bo"], "colleagues stay known"


def test_a_saved_pin_leads_back_to_the_counter(web_app: WebApp) -> None:
    browser = counter(web_app)
    web_app.account("anna", "clerk", LIBRARY)
    back = f"/counter/{LIBRARY}?counter=2"
    way_back = "next=%2Fcounter%2Fbiblioteket%3Fcounter%3D2"
    log_in(browser, "anna")
    done = send(browser, "/login/pin", pin=PIN, next=back)
    assert (done.status_code, done.headers["Location"]) == (303, f"/login/pin?saved=1&{way_back}")
    page = browser.get(done.headers["Location"]).text
    assert f'button--primary button--large button--wide" href="{back}"' in page
    assert 'name="pin"' not in page
    assert 'name="pin"' in browser.get(f"/login/pin?{way_back}").text
    gone = send(browser, "/login/pin", remove="1", next=back)
    assert gone.headers["Location"] == f"/login/pin?{way_back}"
    assert 'name="pin"' in browser.get(f"/login/pin?saved=1&{way_back}").text, "there is none"


def test_a_person_whom_the_browser_forgot_logs_in_and_comes_back(web_app: WebApp) -> None:
    browser = counter(web_app, "anna")
    browser.delete_cookie("queue_device", path="/login")
    answer = browser.get(f"/login/pin?next=/counter/{LIBRARY}")
    assert "seneste 30 dage" in text_of(answer)
    assert "/login?next=%2Flogin%2Fpin%3Fnext%3D%252Fcounter%252Fbiblioteket" in answer.text


def test_a_pin_confirms_nothing_and_lasts_one_working_day(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    assert switch(browser, "anna").status_code == 204
    asked = send(browser, "/login/pin", pin="8305")
    assert (asked.status_code, "Er det dig?" in text_of(asked)) == (403, True)
    cookie = browser.get_cookie("queue_session")
    assert cookie is not None
    session = web_app.store.session(digest(cookie.value))
    assert session is not None
    assert session.ends_at - session.begun_at == SESSION_MS < LONGEST_SESSION_MS
    caller = access.identify(web_app.store, cookie.value)
    assert caller is not None
    assert logins.login_ends_at(web_app.store, caller) is None
    # With the password it is one's own PIN again.
    done = send(browser, "/login/pin", pin="8305", confirmation=PASSWORD)
    assert done.status_code == 303


def test_a_pin_is_set_with_a_reason_for_each_refusal_and_removed(web_app: WebApp) -> None:
    browser = counter(web_app, "anna", "bo")
    weak = send(browser, "/login/pin", pin="1234")
    assert (weak.status_code, "en af de første" in text_of(weak)) == (422, True)
    assert "1234" not in weak.text.replace("som 1234", "")
    assert "Du har en pinkode her" in text_of(browser.get("/login/pin"))
    assert send(browser, "/login/pin", remove="1").status_code == 303
    assert "Du har en pinkode her" not in text_of(browser.get("/login/pin"))
    assert send(browser, "/login/pin", remove="1").status_code == 303
    log_in(browser, "anna")
    assert offered(browser) == {"bo": False}
    found = [(e.action, e.name) for e in entries(web_app) if e.action.startswith("account.pin")]
    assert found == [
        ("account.pin_set", "anna"), ("account.pin_set", "bo"), ("account.pin_removed", "bo"),
    ]  # fmt: skip
    token = web_app.bearer("clerk", LIBRARY)
    assert web_app.app.test_client().get("/login/pin", headers=token).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"name": "anna"}, 422), ({"name": "anna", "pin": "123456789"}, 422),
     ({"name": "anna", "pin": 7294}, 422), ([], 422), ({"name": "", "pin": ""}, 403)],
)  # fmt: skip
def test_a_malformed_switch_is_refused(web_app: WebApp, body: Any, status: int) -> None:
    browser = counter(web_app, "bo")
    word = {"X-CSRF-Token": csrf(browser)["csrf_token"]}
    answer = browser.post(f"{SWITCH}?as=staff", json=body, headers=word)
    assert answer.status_code == status
    assert browser.post(SWITCH, json={"name": "bo", "pin": PIN}).status_code == 403


# Below the pages, where the time is given.


@pytest.fixture
def known(redis_client: Redis) -> tuple[PeopleStore, AccessStore]:
    store = RedisStore(redis_client)
    return PeopleStore(store), AccessStore(store)


def test_a_person_is_forgotten_after_thirty_days(
    known: tuple[PeopleStore, AccessStore], redis_client: Redis
) -> None:
    people, store = known
    account = accounts.add_account(store, "anna", PASSWORD, "clerk", "a", now=1)
    begun = store.now()
    caller = access.identify(store, logins.begin_session(store, account))
    assert caller is not None
    clerk_pins.remember(people, account, "device", begun)
    clerk_pins.set_pin(people, store, caller, "device", PIN, now=begun)
    last = begun + KNOWN_MS - 1
    for now, count in ((last, 1), (last + 1, 0)):
        assert len(clerk_pins.offered(people, store, "device", "a", now=now)) == count
    assert _come_back(known, last)
    with pytest.raises(PinRefused):
        _come_back(known, last + 1)
    with pytest.raises(Invalid, match="password first"):
        clerk_pins.set_pin(people, store, caller, "device", PIN, now=last + 1)
    assert redis_client.pttl(people_of_browser("device")) > KNOWN_MS
    raw = str(redis_client.hgetall(people_of_browser("device")))
    assert "$argon2id$" in raw
    assert PIN not in raw


def test_guesses_of_the_same_moment_are_counted_one_by_one(
    known: tuple[PeopleStore, AccessStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    people, store = known
    account = accounts.add_account(store, "anna", PASSWORD, "clerk", "a", now=1)
    caller = access.identify(store, logins.begin_session(store, account))
    assert caller is not None
    clerk_pins.remember(people, account, "device", store.now())
    clerk_pins.set_pin(people, store, caller, "device", PIN)
    checked: list[str] = []

    def never_right(pin: str, _hash: str) -> bool:
        checked.append(pin)
        return False

    monkeypatch.setattr(clerk_pins, "is_password", never_right)

    def guess(number: int) -> None:
        with pytest.raises((PinRefused, PreconditionFailed)):
            _come_back(known, store.now(), pin=str(number))

    with ThreadPoolExecutor(16) as guessers:
        for _ in range(4):
            list(guessers.map(guess, range(1000, 1016)))
    assert len(checked) == MOST_WRONG


def _come_back(
    known: tuple[PeopleStore, AccessStore], now: int, *, pin: str = PIN
) -> Caller | None:
    people, store = known
    at = Visitor("192.0.2.1", sender="192.0.2.1")
    secret = clerk_pins.log_in_by_pin(people, store, "device", "anna", pin, "a", at, now=now)
    return access.identify(store, secret)
