"""Passkeys at the pages, over https at a name, by an authenticator in software."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import csrf_token
from queue_service.access.rules.lifetimes import CONFIRMED_MS
from queue_service.audit.store import AuditReader, Search
from queue_service.command import Queue
from queue_service.errors import OperatorError
from queue_service.pages.passkey_login import QUESTIONS_PER_MINUTE
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import AuditEntry
from tests.passkeys.authenticator import Authenticator
from tests.web.web_app import LIBRARY, PASSWORD, WebApp, csrf, text_of

SITE: Final = "https://queue.example"
ALL: Final = Search(0, 9_999_999_999_999)


@dataclass(frozen=True)
class Person:
    """A browser at the public address, with a device."""

    web_app: WebApp
    browser: FlaskClient
    device: Authenticator

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path, base_url=SITE)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form as the browser's page would."""
        return self.browser.post(path, data={**self._word(), **fields}, base_url=SITE)

    def ask(self, path: str) -> TestResponse:
        """Ask for options as the page's script does."""
        word = self._word().get("csrf_token", "")
        return self.browser.post(path, base_url=SITE, headers={"X-CSRF-Token": word})

    def log_in(self, name: str, **fields: str) -> TestResponse:
        return self.post("/login", name=name, password=PASSWORD, **fields)

    def add(self, **fields: str) -> TestResponse:
        """Add a passkey at the page."""
        made = self.device.make(self.ask("/passkeys/question").text)
        return self.post("/passkeys", answer=made, **fields)

    def log_in_by_passkey(self, **fields: str) -> TestResponse:
        answer = self.device.answer(self.ask("/login/passkey/question").text)
        return self.post("/login/passkey", answer=answer, **fields)

    def _word(self) -> dict[str, str]:
        found = self.browser.get_cookie("__Host-queue_session", domain="queue.example")
        return {} if found is None else {"csrf_token": csrf_token(found.value)}


@pytest.fixture
def secure_app(settings: Settings, redis_client: Redis) -> WebApp:
    assert redis_client.dbsize() == 0
    return WebApp.open(replace(settings, public_url=SITE))


def person(web_app: WebApp, name: str = "", role: Role = "admin") -> Person:
    """A browser; with a name, logged in to a new account by the password."""
    found = Person(web_app, web_app.app.test_client(), Authenticator(SITE))
    if name:
        web_app.account(name, role, LIBRARY if role == "clerk" else None)
        assert found.log_in(name).status_code == 303
    return found


def entries(web_app: WebApp) -> list[AuditEntry]:
    queue: Queue = web_app.app.extensions["queue"]
    return [found.entry for found in queue.get(AuditReader).latest(ALL, None)][::-1]


def test_a_passkey_is_added_used_alone_and_removed(secure_app: WebApp) -> None:
    admin = person(secure_app, "chef")
    assert admin.add(label="nøglering").headers["Location"] == "/passkeys"
    page = admin.get("/passkeys")
    assert "Adgangsnøgle 1: nøglering" in text_of(page)
    assert "ikke endnu" in text_of(page)
    assert admin.post("/logout").status_code == 303
    answer = admin.log_in_by_passkey(next="/admin/people?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people?x=1")
    names = {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert names == {"__Host-queue_session", "__Host-queue_device"}
    page = admin.get("/passkeys")
    assert "ikke endnu" not in text_of(page)
    (kept,) = [part.split('"')[0] for part in page.text.split('name="passkey" value="')[1:]]
    assert admin.post("/passkeys/remove", passkey=kept).status_code == 303
    assert "Adgangsnøgle 1" not in text_of(admin.get("/passkeys"))
    recorded = [
        (e.action, e.target, e.details.get("way"), e.address)
        for e in entries(secure_app)
        if e.name == "chef"
    ]
    assert recorded == [
        ("sign_in.accepted", "chef", None, "127.0.0.1"),
        ("passkey.added", "chef", None, "127.0.0.1"),
        ("sign_in.ended", "chef", None, "127.0.0.1"),
        ("sign_in.accepted", "chef", "passkey", "127.0.0.1"),
        ("passkey.removed", "chef", None, "127.0.0.1"),
    ]


def test_the_password_alone_no_longer_opens_an_administrators_login(secure_app: WebApp) -> None:
    admin, other = person(secure_app, "chef"), person(secure_app)
    admin.add()
    asked = other.log_in("chef", next="/admin/people")
    assert asked.status_code == 200
    assert other.get("/admin/people").status_code == 303
    assert "queue_session" not in str(asked.headers.getlist("Set-Cookie"))
    options = json.loads(asked.text.split('id="data">')[1].split("</script>")[0])["options"]
    form = {"after_password": "1", "next": "/admin/people"}
    stolen = other.post("/login/passkey", answer="{}", **form)
    assert stolen.status_code == 401
    assert "blev ikke godtaget" in text_of(stolen)
    assert '<form class="stack" method="post" action="/login">' in stolen.text
    # The question is used up with that, and a browser that was not asked has no answer to it.
    answer = admin.device.answer(options)
    assert other.post("/login/passkey", answer=answer, **form).status_code == 401
    asked = other.log_in("chef")
    options = json.loads(asked.text.split('id="data">')[1].split("</script>")[0])["options"]
    answer = admin.device.answer(options)
    assert person(secure_app).post("/login/passkey", answer=answer, **form).status_code == 401
    opened = other.post("/login/passkey", answer=answer, **form)
    assert opened.headers["Location"] == "/admin/people"
    assert other.get("/admin/people").status_code == 200
    last = entries(secure_app)[-1]
    assert (last.action, last.details) == ("sign_in.accepted", {"way": "password_and_passkey"})
    refused = [entry for entry in entries(secure_app) if entry.action == "sign_in.refused"]
    assert [(entry.target, entry.details) for entry in refused] == [("", {"way": "passkey"})]


def test_a_clerk_with_a_passkey_still_logs_in_by_the_password(secure_app: WebApp) -> None:
    clerk = person(secure_app, "skranke", "clerk")
    clerk.add()
    assert person(secure_app).log_in("skranke").status_code == 303
    assert clerk.log_in_by_passkey().status_code == 303


def test_changes_of_passkeys_ask_who_it_is(secure_app: WebApp) -> None:
    admin = person(secure_app, "chef")
    admin.add()
    _let_confirmation_end(secure_app)
    asked = admin.add(label="to")
    assert asked.status_code == 403
    assert 'name="label" value="to"' in asked.text
    assert 'action="/passkeys"' in asked.text
    assert "/passkeys/confirmation" in asked.text
    # By the passkey, with the fields of the refused form: the first question is still open.
    made = admin.device.make(admin.ask("/passkeys/question").text)
    options = admin.ask("/passkeys/confirmation").text
    confirmed = {"label": "to", "answer": made}
    wrong = admin.post("/passkeys", **confirmed, confirmation_answer="{}")
    assert (wrong.status_code, "blev ikke godtaget" in text_of(wrong)) == (403, True)
    options = admin.ask("/passkeys/confirmation").text
    by_first = admin.device.answer(options, admin.device.keys[0])
    done = admin.post("/passkeys", **confirmed, confirmation_answer=by_first)
    assert done.headers.get("Location") == "/passkeys", text_of(done)
    assert "Adgangsnøgle 2: to" in text_of(admin.get("/passkeys"))


def test_a_role_is_added_after_a_confirmation_alone(secure_app: WebApp) -> None:
    admin = person(secure_app, "chef")
    secure_app.account("skranke", "clerk", LIBRARY)
    _let_confirmation_end(secure_app)
    for path in ("roles", "roles/remove"):
        asked = admin.post(f"/admin/people/skranke/{path}", role="supervisor", branch="")
        assert (asked.status_code, "Er det dig?" in text_of(asked)) == (403, True)


def test_an_administrator_removes_what_somebody_lost(secure_app: WebApp) -> None:
    admin, other = person(secure_app, "chef"), person(secure_app, "leder")
    other.add()
    other.add()
    assert person(secure_app).log_in("leder").status_code == 200
    assert "Fjern adgangsnøglerne (2)" in text_of(admin.get("/admin/people"))
    assert admin.post("/admin/people/leder/passkeys/remove").status_code == 303
    assert person(secure_app).log_in("leder").status_code == 303
    removed = [e for e in entries(secure_app) if e.action == "passkey.removed"]
    assert [(e.name, e.target) for e in removed] == [("chef", "leder")] * 2
    assert "Fjern adgangsnøglerne" not in text_of(admin.get("/admin/people"))


def test_pages_at_an_address_without_passkeys_say_so(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    assert "QUEUE_PUBLIC_URL" in text_of(admin_client.get("/passkeys"))
    assert "adgangsnøgle" not in text_of(web_app.app.test_client().get("/login"))
    for path in ("/passkeys/question", "/passkeys", "/login/passkey", "/login/passkey/question"):
        answer = admin_client.post(path, data=csrf(admin_client))
        assert answer.status_code == 404
        assert "Traceback" not in answer.text
    token = web_app.bearer("admin")
    assert web_app.app.test_client().get("/passkeys", headers=token).status_code == 404


def test_administrators_without_the_needed_passkey_add_one_first(
    settings: Settings, redis_client: Redis
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_url=SITE, admin_passkeys=True))
    admin, clerk = person(web_app, "chef"), person(web_app, "skranke", "clerk")
    for path in ("/", "/admin/people", f"/counter/{LIBRARY}"):
        sent = admin.get(path)
        assert (sent.status_code, sent.headers.get("Location")) == (303, "/passkeys")
    refused = admin.get(f"/api/v1/branches/{LIBRARY}")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "forbidden")
    assert clerk.get("/").status_code == 200
    page = admin.get("/passkeys")
    assert "Administratorer skal have en adgangsnøgle her" in text_of(page)
    assert admin.add().headers["Location"] == "/passkeys"
    assert admin.get("/admin/people").status_code == 200
    token = web_app.bearer("admin")
    browser = web_app.app.test_client()
    assert browser.get(f"/api/v1/branches/{LIBRARY}", headers=token).status_code == 200


def test_passkeys_are_needed_only_where_browsers_make_them() -> None:
    needed = {"QUEUE_ADMIN_PASSKEYS": "1"}
    assert Settings.from_env({**needed, "QUEUE_PUBLIC_URL": SITE}).admin_passkeys
    assert not Settings.from_env({"QUEUE_PUBLIC_URL": SITE}).admin_passkeys
    for address in ("", "https://10.1.2.3", "http://queue.example"):
        with pytest.raises(OperatorError, match="QUEUE_ADMIN_PASSKEYS needs QUEUE_PUBLIC_URL"):
            Settings.from_env({**needed, "QUEUE_PUBLIC_URL": address})


def test_the_questions_of_an_address_are_limited(secure_app: WebApp) -> None:
    visitor = person(secure_app)
    # The minute of the clock may change in between.
    tries = [visitor.ask("/login/passkey/question") for _ in range(2 * QUESTIONS_PER_MINUTE + 1)]
    assert 429 in {answer.status_code for answer in tries}
    assert [each.status_code for each in tries[:QUESTIONS_PER_MINUTE]] == (
        [200] * QUESTIONS_PER_MINUTE
    )
    assert tries[0].mimetype == "application/json"
    assert "Retry-After" in next(each for each in tries if each.status_code == 429).headers


def _let_confirmation_end(web_app: WebApp) -> None:
    """As if every login had begun some time ago."""
    store = web_app.store
    for account in store.accounts():
        for session in store.logins(store.sessions_of(account.id)):
            store.prove_session(session, store.now() - CONFIRMED_MS)


def test_an_administrator_ends_all_logins_of_somebody(secure_app: WebApp) -> None:
    admin, clerk = person(secure_app, "chef"), person(secure_app, "skranke", "clerk")
    other = person(secure_app)
    other.log_in("skranke")
    assert admin.post("/admin/people/skranke/logins/end").status_code == 303
    assert admin.post("/admin/people/chef/logins/end").status_code == 303
    for account in secure_app.store.accounts():
        secure_app.gate.forget(account.id)
    seen = [each.get("/").status_code for each in (admin, clerk, other)]
    assert seen == [200, 303, 303]
    assert other.log_in("skranke").status_code == 303
    last = [e for e in entries(secure_app) if e.action == "sign_in.ended"][-2:]
    assert [(e.name, e.target) for e in last] == [("chef", "skranke"), ("chef", "chef")]
