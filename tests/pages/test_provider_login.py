"""Logging in with the town's accounts: what the pages, the store and the audit log have of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.operations import provider_accounts
from queue_service.access.operations.provider_tokens import LOGOUT_EVENT
from queue_service.access.rules.credentials import Account
from queue_service.access.rules.lifetimes import (
    CONFIRMED_MS,
    LONGEST_PROVIDER_SESSION_MS,
    LONGEST_SESSION_MS,
)
from queue_service.access.sign_in_store import SIGN_IN_MS
from queue_service.app import create_app
from queue_service.audit.store import AuditReader, Search
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import AuditEntry
from tests.access.issuer import CLIENT, Issuer, issuer
from tests.access.test_privileges import CVR, OTHER, encoded, group, listed
from tests.web.web_app import LIBRARY, WebApp, csrf, log_in, send, text_of

OWN: Final = "http://localhost"
BACK: Final = f"{OWN}/login/provider/return"


@dataclass
class Town:
    """The application with the town's accounts, and their issuer."""

    web: WebApp
    site: Issuer

    def visitor(self) -> FlaskClient:
        """A browser without a login."""
        return self.web.app.test_client()

    def begun(self, browser: FlaskClient, path: str = "/login/provider") -> dict[str, str]:
        """Begin a sign-in; the parameters that the provider gets."""
        answer = browser.get(path)
        assert answer.status_code == 303, text_of(answer)
        url = urlsplit(answer.headers["Location"])
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{self.site.url}/authorize"
        return {name: values[0] for name, values in parse_qs(url.query).items()}

    def returned(
        self, browser: FlaskClient, asked: dict[str, str], issuer_named: str = "", **claims: Any
    ) -> TestResponse:
        """Come back with a code for a token with these claims."""
        now = self.web.store.now()
        token = self.site.signed(self.site.claims(now, nonce=asked["nonce"], **claims))
        self.site.answer_code_with(token)
        query = {"state": asked["state"], "code": "code-1", "iss": issuer_named}
        return browser.get("/login/provider/return", query_string=query)

    def logged_in(self, **claims: Any) -> FlaskClient:
        """A browser in which somebody has logged in with these claims."""
        browser = self.visitor()
        answer = self.returned(browser, self.begun(browser), **claims)
        assert answer.status_code == 303, text_of(answer)
        return browser

    def is_in(self, browser: FlaskClient) -> bool:
        """Whether somebody is logged in there, by the store and not by the process's memory."""
        for account in self.accounts():
            self.web.gate.forget(account.id)
        return browser.get("/").status_code == 200

    def accounts(self) -> list[Account]:
        """The accounts of the town's."""
        return [each for each in self.web.store.accounts() if each.subject]

    def account(self) -> Account:
        """The one account of the town's."""
        (found,) = self.accounts()
        return found

    def entries(self, action: str) -> list[AuditEntry]:
        """The entries of the audit log about an action, the latest first."""
        reader = self.web.app.extensions["queue"].get(AuditReader)
        found = [each.entry for each in reader.latest(Search(0, 9_999_999_999_999), None)]
        return [each for each in found if each.action == action]

    def ended(self, **more: Any) -> TestResponse:
        """Send a logout token, as the provider does."""
        now = self.web.store.now() // 1000
        claims: dict[str, Any] = {
            "iss": self.site.url, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "1",
            "sub": "person-1", "events": {LOGOUT_EVENT: {}},
        }  # fmt: skip
        token = self.site.signed({k: v for k, v in {**claims, **more}.items() if v is not None})
        path = "/login/provider/backchannel-logout"
        return self.visitor().post(path, data={"logout_token": token})


@pytest.fixture
def town(settings: Settings, redis_client: Redis) -> Iterator[Town]:
    """The application with an issuer of its own."""
    assert redis_client.dbsize() == 0
    with issuer() as site:
        known = replace(settings, provider=site.settings, public_url=OWN)
        yield Town(WebApp.open(known), site)


def refused(answer: TestResponse, reason: str) -> None:
    """It is a page with the reason's code, and no login began."""
    assert answer.status_code == (503 if reason == "provider_away" else 400)
    assert f": {reason}" in text_of(answer)
    assert "queue_session" not in "".join(answer.headers.getlist("Set-Cookie"))


def test_a_person_logs_in_and_goes_where_they_were_going(town: Town) -> None:
    browser = town.visitor()
    asked = town.begun(browser, "/login/provider?next=/admin/people")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid profile"
    assert asked["code_challenge_method"] == "S256"
    assert "prompt" not in asked
    answer = town.returned(browser, asked)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people")
    assert browser.get("/admin/people").status_code == 200
    assert (
        create_s256_code_challenge(town.site.forms[0]["code_verifier"]) == asked["code_challenge"]
    )
    account = town.account()
    assert (account.name, account.role, account.branch) == ("annk@sso", "admin", None)
    (entry,) = town.entries("sign_in.accepted")
    assert (entry.name, entry.target, entry.kind) == ("annk@sso", "annk@sso", "account")
    assert entry.details["way"] == "provider"
    assert [each.name for each in town.entries("account.added")] == [""]


def test_nothing_but_a_digest_and_the_handle_is_kept(town: Town, redis_client: Redis) -> None:
    town.logged_in(name="Ann Kristensen", email="annk@example.dk", sid="session-1")
    kept = "".join(map(str, (_value(redis_client, key) for key in redis_client.scan_iter("*"))))
    for text in ("Kristensen", "example.dk", "person-1", "session-1", "opaque"):
        assert text not in kept
    assert town.account().subject == provider_accounts.subject_of(town.site.url, "person-1")


def _value(redis: Redis, key: str) -> object:
    match redis.type(key):
        case "string":
            return redis.get(key)
        case "hash":
            return redis.hgetall(key)
        case "set":
            return redis.smembers(key)
        case "stream":
            return redis.xrange(key)
        case "list":
            return redis.lrange(key, 0, -1)
        case _:
            return redis.zrange(key, 0, -1)


def test_a_state_is_used_once_and_by_its_browser_alone(town: Town) -> None:
    browser = town.visitor()
    asked = town.begun(browser)
    refused(town.returned(town.visitor(), asked), "not_begun")
    # A thief who has the state alone has used it up, and the person begins again.
    refused(town.returned(browser, asked), "not_begun")
    asked = town.begun(browser)
    assert town.returned(browser, asked).status_code == 303
    refused(town.returned(browser, asked), "not_begun")
    refused(browser.get("/login/provider/return"), "not_begun")
    refused(browser.get("/login/provider/return?state=x&code=y"), "not_begun")
    assert {each.details["reason"] for each in town.entries("sign_in.refused")} == {"not_begun"}


def test_two_windows_of_a_browser_may_each_begin(town: Town) -> None:
    browser = town.visitor()
    first, second = town.begun(browser), town.begun(browser, "/login/provider?next=/playbook")
    assert town.returned(browser, first).status_code == 303
    # The login that began stays, whatever becomes of the other window.
    answer = town.returned(browser, {**second, "state": "unknown"})
    refused(answer, "not_begun")
    assert "Du er ikke logget ind" not in answer.text
    assert town.is_in(browser)
    again = town.begun(town.visitor())
    assert again["state"] != second["state"]


def test_a_sign_in_ends_after_ten_minutes(town: Town, redis_client: Redis) -> None:
    browser = town.visitor()
    town.begun(browser)
    (key,) = redis_client.scan_iter("queue:{access}:sign-in:*")
    assert SIGN_IN_MS - 60_000 < redis_client.pttl(key) <= SIGN_IN_MS


def test_the_cookie_comes_back_from_another_site_and_is_closed_to_scripts(town: Town) -> None:
    plain = town.visitor().get("/login/provider").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/login"} <= {*plain.split("; ")}
    secure = town.visitor().get("/login/provider", base_url="https://queue.example")
    found = secure.headers["Set-Cookie"]
    assert found.startswith("__Host-queue_sign_in=qsb_")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*found.split("; ")}


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_after_the_sign_in_one_stays_here(town: Town, next_path: str) -> None:
    browser = town.visitor()
    asked = town.begun(browser, f"/login/provider?next={next_path}")
    assert town.returned(browser, asked).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"roles": None}, "no_roles"),
        ({"roles": ["queue-boss"]}, "unknown_role"),
        ({"roles": ["queue-clerk:nowhere"]}, "unknown_branch"),
        ({"roles": None, "_claim_names": {"roles": "src1"}}, "overage"),
        ({"nonce": "another"}, "other_token"),
        ({"exp": 1}, "clock"),
    ],
)
def test_a_refusal_has_a_reason_and_an_entry(
    town: Town, claims: dict[str, Any], reason: str
) -> None:
    browser = town.visitor()
    asked = town.begun(browser)
    refused(town.returned(browser, {**asked, "nonce": asked["nonce"]} | _nonce(claims), **{
        name: value for name, value in claims.items() if name != "nonce"
    }), reason)  # fmt: skip
    (entry,) = town.entries("sign_in.refused")
    assert entry.details["reason"] == reason
    assert town.accounts() == []
    assert browser.get("/").status_code == 303


def _nonce(claims: dict[str, Any]) -> dict[str, str]:
    return {"nonce": claims["nonce"]} if "nonce" in claims else {}


def test_the_providers_own_refusal(town: Town) -> None:
    browser = town.visitor()
    state = town.begun(browser)["state"]
    answer = browser.get(f"/login/provider/return?state={state}&error=access_denied")
    refused(answer, "provider_refused")
    assert "access_denied" not in answer.text
    town.site.answers["/token"] = (400, b'{"error": "invalid_grant"}')
    state = town.begun(browser)["state"]
    refused(browser.get(f"/login/provider/return?state={state}&code=x"), "code_refused")


def test_an_answer_names_its_issuer_where_it_says_so(town: Town) -> None:
    town.site.document["authorization_response_iss_parameter_supported"] = True
    browser = town.visitor()
    refused(town.returned(browser, town.begun(browser)), "other_token")
    for named, status in (("https://elsewhere.example", 400), (town.site.url, 303)):
        asked = town.begun(browser)
        assert town.returned(browser, asked, named).status_code == status


def test_a_provider_that_is_away_leaves_the_password(town: Town) -> None:
    town.site.answers["/.well-known/openid-configuration"] = (503, b"")
    refused(town.visitor().get("/login/provider"), "provider_away")
    town.web.account("chef", "admin")
    assert log_in(town.visitor(), "chef").status_code == 303


def test_roles_are_those_of_the_latest_login(town: Town) -> None:
    clerk = town.logged_in(roles=[f"queue-clerk:{LIBRARY}"])
    assert clerk.get(f"/counter/{LIBRARY}").status_code == 200
    before = town.account()
    same = town.logged_in(roles=[f"queue-clerk:{LIBRARY}"])
    assert town.account() == before
    both = town.logged_in(roles=["queue-supervisor", f"queue-clerk:{LIBRARY}"], sub="person-1")
    account = town.account()
    assert (account.id, account.version) == (before.id, before.version + 1)
    assert [*account.grants] == [("supervisor", None), ("clerk", LIBRARY)]
    # The logins with the former roles have ended.
    assert not town.is_in(clerk)
    assert not town.is_in(same)
    assert both.get(f"/dashboards/{LIBRARY}").status_code == 200
    (entry,) = town.entries("account.changed")
    assert entry.details["role_before"] == "clerk"
    browser = town.visitor()
    refused(town.returned(browser, town.begun(browser), roles=[]), "no_roles")


def test_two_people_with_one_handle_have_two_accounts(town: Town) -> None:
    town.logged_in(sub="person-1")
    town.logged_in(sub="person-2", preferred_username="ANNK@school.dk")
    town.logged_in(sub="person-3", preferred_username=None)
    names = [each.name for each in town.accounts()]
    digest = {n: provider_accounts.subject_of(town.site.url, f"person-{n}")[:6] for n in (2, 3)}
    assert sorted(names) == sorted(["annk@sso", f"annk-{digest[2]}@sso", f"{digest[3]}@sso"])
    # A new handle keeps the account, and with it its name in the audit log.
    town.logged_in(sub="person-1", preferred_username="anns@example.dk")
    assert sorted(each.name for each in town.accounts()) == sorted(names)


def test_an_account_of_the_towns_has_no_password(town: Town) -> None:
    town.logged_in()
    for password in ("", "annk@sso", "x"):
        assert log_in(town.visitor(), "annk@sso", password).status_code == 401
    chef = town.web.staff("chef", "admin")
    for path in ("/admin/people/annk@sso/password", "/admin/people/annk@sso"):
        answer = send(chef, path, role="clerk", password="correct horse battery")
        assert answer.status_code == 422
    assert town.account().role == "admin"
    assert send(chef, "/admin/people/annk@sso/remove").status_code == 303
    assert town.accounts() == []


def test_the_last_administrator_with_a_password_stays(town: Town) -> None:
    town.logged_in()
    chef = town.web.staff("chef", "admin")
    assert send(chef, "/admin/people/chef/remove").status_code == 409


def test_a_login_page_has_the_towns_button(town: Town, settings: Settings) -> None:
    page = town.visitor().get("/login?next=/admin/people")
    assert 'href="/login/provider?next=/admin/people"' in page.text
    assert "Log ind med kommunens konto" in page.text
    without = create_app(settings).test_client()
    assert "/login/provider" not in without.get("/login").text
    assert without.get("/login/provider").status_code == 404


def test_after_a_log_out_the_next_person_logs_in_themselves(town: Town) -> None:
    browser = town.logged_in()
    answer = send(browser, "/logout")
    assert answer.headers["Location"] == "/login?out=1"
    page = browser.get("/login?out=1")
    assert 'href="/login/provider/end"' in page.text
    leave = browser.get("/login/provider/end")
    url = urlsplit(leave.headers["Location"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{town.site.url}/end"
    assert parse_qs(url.query) == {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": [f"{OWN}/login"],
    }
    asked = town.begun(browser)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    # The provider logged the former person in without a question.
    earlier = town.web.store.now() // 1000 - 3600
    refused(town.returned(browser, asked, auth_time=earlier), "no_proof")
    assert town.returned(browser, town.begun(browser)).status_code == 303
    assert "prompt" not in town.begun(browser)
    # With a password nothing of the provider is left to end.
    town.web.account("chef", "admin")
    chef = town.visitor()
    log_in(chef, "chef")
    assert send(chef, "/logout").headers["Location"] == "/login"


def test_a_provider_without_an_end_of_the_session(town: Town) -> None:
    town.site.document["end_session_endpoint"] = None
    assert town.visitor().get("/login/provider/end").headers["Location"] == "/login"


def test_logging_in_ends_the_login_that_was_there(town: Town) -> None:
    browser = town.web.staff("chef", "admin")
    former = browser.get_cookie("queue_session")
    assert former is not None
    assert town.returned(browser, town.begun(browser)).status_code == 303
    browser.set_cookie("queue_session", former.value)
    assert browser.get("/").status_code == 303


def test_a_sensitive_change_is_confirmed_at_the_provider(town: Town) -> None:
    long_ago = (town.web.store.now() - CONFIRMED_MS) // 1000
    browser = town.logged_in(auth_time=long_ago)
    fields = {"name": "ny", "role": "clerk", "branch": LIBRARY, "password": "correct horse battery"}
    answer = send(browser, "/admin/people", **fields)
    assert answer.status_code == 403
    first = answer.text.index('href="/login/provider/confirm"')
    assert answer.text.rindex("button--primary", 0, first) > 0
    assert "button--primary" not in answer.text[first:], "going on is the second step"
    assert 'type="password"' not in answer.text
    assert "Bekræftelsen mangler" not in text_of(answer)
    early = send(browser, "/admin/people", **fields, confirmation="")
    assert (early.status_code, "Bekræftelsen mangler" in text_of(early)) == (403, True)
    asked = town.begun(browser, "/login/provider/confirm")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    refused(town.returned(browser, asked, auth_time=long_ago), "no_proof")
    asked = town.begun(browser, "/login/provider/confirm")
    refused(town.returned(browser, asked, auth_time=None), "no_proof")
    asked = town.begun(browser, "/login/provider/confirm")
    refused(town.returned(browser, asked, sub="person-2"), "other_person")
    assert send(browser, "/admin/people", **fields).status_code == 403
    asked = town.begun(browser, "/login/provider/confirm")
    answer = town.returned(browser, asked)
    assert answer.headers["Location"] == "/login/provider/confirmed"
    assert browser.get("/login/provider/confirmed").status_code == 200
    assert send(browser, "/admin/people", **fields).status_code == 200
    assert town.web.store.account("ny") is not None


@pytest.mark.parametrize("minutes", [0, 9])
def test_a_login_just_made_at_the_provider_is_confirmed(town: Town, minutes: int) -> None:
    proven = town.web.store.now() // 1000 - 60 * minutes
    browser = town.logged_in(auth_time=proven)
    assert send(browser, "/admin/screens/token", role="metrics").status_code == 200


@pytest.mark.parametrize("auth_time", [None, 0, -1, True])
def test_a_login_whose_instant_is_not_known_is_not(town: Town, auth_time: object) -> None:
    browser = town.logged_in(auth_time=auth_time)
    assert send(browser, "/admin/screens/token", role="metrics").status_code == 403


def test_the_provider_ends_all_logins_of_a_person(town: Town) -> None:
    first, second = town.logged_in(), town.logged_in()
    other = town.logged_in(sub="person-2", preferred_username="bo")
    answer = town.ended(sid="session-of-the-first")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert [town.is_in(each) for each in (first, second, other)] == [False, False, True]
    (entry,) = town.entries("sign_in.ended")
    assert (entry.target, entry.by) == ("annk@sso", "provider")
    # The same token again, late or replayed, ends no login that began after it.
    again = town.logged_in()
    assert town.ended().status_code == 200
    assert town.is_in(again)
    assert town.ended(jti="2").status_code == 200
    assert not town.is_in(again)


def test_a_logout_of_one_session_ends_them_all(town: Town) -> None:
    first, second = town.logged_in(sid="session-1"), town.logged_in(sid="session-2")
    assert town.ended(sub=None, sid="unknown").status_code == 200
    assert town.is_in(first)
    assert town.ended(sub=None, sid="session-1", jti="2").status_code == 200
    assert not town.is_in(first)
    assert not town.is_in(second)


def test_a_logout_token_that_is_refused_ends_nothing(town: Town) -> None:
    browser = town.logged_in()
    cases: list[dict[str, Any]] = [{"aud": "a"}, {"nonce": "n"}, {"iat": 1}, {"events": {}}]
    for wrong in cases:
        answer = town.ended(**wrong)
        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["error"] == "invalid_request"
    path = "/login/provider/backchannel-logout"
    assert town.visitor().post(path).status_code == 400
    assert town.visitor().get(path).status_code == 405
    assert town.is_in(browser)


def other(town: Town, **settings: Any) -> Town:
    """The same town with other settings of its provider."""
    queue_settings: Settings = town.web.app.extensions["queue_settings"]
    provider = replace(town.site.settings, **settings)
    return Town(WebApp(create_app(replace(queue_settings, provider=provider))), town.site)


def test_roles_and_names_of_other_claims(town: Town) -> None:
    changed = other(town, roles="queue_roles", name="initials")
    changed.logged_in(roles=["queue-admin"], queue_roles=["queue-supervisor"], initials="AK")
    assert (changed.account().name, changed.account().role) == ("ak@sso", "supervisor")
    nameless = other(town, name="")
    browser = nameless.visitor()
    asked = nameless.begun(browser)
    assert asked["scope"] == "openid"
    assert nameless.returned(browser, asked, sub="person-2").status_code == 303
    names = {each.name for each in nameless.accounts()}
    digest = provider_accounts.subject_of(town.site.url, "person-2")[:6]
    assert names == {"ak@sso", f"{digest}@sso"}


def test_privileges_of_the_town_count(town: Town) -> None:
    groups = [
        group("urn:dk:queue:queue-clerk", branch=LIBRARY),
        group("urn:dk:queue:queue-admin", scope=OTHER),
    ]
    value = encoded(listed(*groups))
    changed = other(town, roles="privileges_intermediate", cvr=CVR)
    changed.logged_in(privileges_intermediate=value)
    assert [*changed.account().grants] == [("clerk", LIBRARY)]
    elsewhere = other(town, roles="privileges_intermediate", cvr="11111111")
    browser = elsewhere.visitor()
    answer = elsewhere.returned(browser, elsewhere.begun(browser), privileges_intermediate=value)
    refused(answer, "other_authority")


def test_claims_are_asked_for_where_the_provider_takes_such_requests(town: Town) -> None:
    assert "claims" not in town.begun(town.visitor())
    town.site.document["claims_parameter_supported"] = True
    asking = other(town)
    assert json.loads(asking.begun(asking.visitor())["claims"]) == {
        "id_token": {"auth_time": {"essential": True}, "roles": None, "preferred_username": None}
    }


def test_a_login_with_the_towns_account_ends_after_two_days(town: Town) -> None:
    town.logged_in()
    (session_id,) = town.web.store.sessions_of(town.account().id)
    session = town.web.store.session_by_id(session_id)
    assert session is not None
    assert session.ends_at == session.begun_at + LONGEST_PROVIDER_SESSION_MS
    town.web.staff("chef", "admin")
    chef = town.web.store.account("chef")
    assert chef is not None
    (session_id,) = town.web.store.sessions_of(chef.id)
    session = town.web.store.session_by_id(session_id)
    assert session is not None
    assert session.ends_at == session.begun_at + LONGEST_SESSION_MS


def test_colleagues_of_the_town_take_turns_by_a_pin(town: Town) -> None:
    browser, clerk = town.visitor(), [f"queue-clerk:{LIBRARY}"]
    for person in ("anna", "bo"):
        asked = town.begun(browser)
        town.returned(browser, asked, sub=person, preferred_username=person, roles=clerk)
        assert send(browser, "/login/pin", pin="7294").status_code == 303
    switch = f"/login/switch/{LIBRARY}?as=staff"
    assert browser.get(switch).get_json()["people"] == [{"name": "anna@sso", "by_pin": True}]
    word = {"X-CSRF-Token": csrf(browser)["csrf_token"]}
    body = {"name": "anna@sso", "pin": "7294"}
    assert browser.post(switch, json=body, headers=word).status_code == 204
    assert browser.get(switch).get_json()["people"] == [{"name": "bo@sso", "by_pin": True}]
    # The one before stays logged in at the provider, and is asked for the password there.
    assert town.begun(browser)["prompt"] == "login"
    # The provider ends the logins of a person, and with them the PIN.
    town.ended(sub="bo")
    assert browser.get(switch).get_json()["people"] == []


def test_one_of_the_towns_accounts_has_no_passkey_here(town: Town) -> None:
    browser = town.logged_in()
    for path in ("/passkeys", "/passkeys/question"):
        answer = browser.get(path) if path == "/passkeys" else send(browser, path)
        assert answer.status_code == 404
    assert "/passkeys" not in browser.get("/logins").text
