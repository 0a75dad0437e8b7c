"""Logins of staff over the API: made, given roles, ended and audited; few of it by a program."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.command import Queue
from queue_service.store.audit_log import CREDENTIALS, log_key
from tests.web.web_app import LIBRARY, PASSWORD, TOWN_HALL, WebApp, csrf, log_in

PEOPLE = "/api/v1/people"
CLERK = [{"role": "clerk", "branch": LIBRARY}]
ADMIN = [{"role": "admin", "branch": None}]


class Program:
    """A program with the token of an administrator."""

    def __init__(self, web_app: WebApp, branch: str | None = None) -> None:
        self.client = web_app.app.test_client()
        self.token = web_app.bearer("admin", branch)

    def send(self, method: str, path: str = "", body: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"{PEOPLE}{path}", method=method, json=body, headers=self.token | named
        )


@pytest.fixture
def program(web_app: WebApp) -> Program:
    return Program(web_app)


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_a_login_is_made_with_a_password_that_is_shown_once(
    web_app: WebApp, program: Program
) -> None:
    wanted = {"name": "skranke", "roles": CLERK}
    first = program.send("POST", "", wanted, Idempotency_Key="one")
    made = first.get_json()
    assert (first.status_code, made["roles"], made["password_to_be_changed"]) == (201, CLERK, True)
    again = program.send("POST", "", wanted, Idempotency_Key="one")
    assert (again.status_code, again.get_json()) == (201, {**made, "password": None})
    assert again.headers["Idempotent-Replayed"] == "true"
    other = program.send("POST", "", {**wanted, "name": "anden"}, Idempotency_Key="one")
    assert code_of(other) == (422, "idempotency_key_reused")
    assert code_of(program.send("POST", "", wanted)) == (422, "invalid")
    assert log_in(web_app.app.test_client(), "skranke", made["password"]).status_code == 303
    one = program.send("GET", "/skranke")
    assert one.get_json() == {name: made[name] for name in made if name != "password"}
    assert program.send("GET").get_json()["people"] == [one.get_json()]


def test_a_password_that_was_given_is_not_returned(web_app: WebApp, program: Program) -> None:
    wanted = {"name": "faelles", "roles": CLERK, "password": PASSWORD, "shared": True}
    made = program.send("POST", "", wanted).get_json()
    assert (made["password"], made["password_to_be_changed"]) == (None, False)
    assert log_in(web_app.app.test_client(), "faelles").status_code == 303


def test_roles_are_replaced_as_they_were_read(web_app: WebApp, program: Program) -> None:
    web_app.account("leder", "supervisor", LIBRARY)
    tag = program.send("GET", "/leder").headers["ETag"]
    assert program.send("GET", "/leder", If_None_Match=tag).status_code == 304
    roles = [*CLERK, {"role": "supervisor", "branch": None}]
    changed = program.send("PUT", "/leder/roles", {"roles": [*roles, *roles]}, If_Match=tag)
    assert (changed.status_code, changed.get_json()["roles"]) == (200, roles)
    assert changed.headers["ETag"] != tag
    late = program.send("PUT", "/leder/roles", {"roles": CLERK}, If_Match=tag)
    assert code_of(late) == (412, "precondition_failed")
    unknown = {"roles": [{"role": "clerk", "branch": "nowhere"}]}
    assert code_of(program.send("PUT", "/leder/roles", unknown)) == (404, "branch_not_found")
    assert program.send("DELETE", "/leder").status_code == 204
    assert code_of(program.send("DELETE", "/leder")) == (404, "not_found")


def test_a_program_manages_no_administrators(web_app: WebApp, program: Program) -> None:
    web_app.account("chef", "admin")
    web_app.account("leder", "supervisor", LIBRARY)
    refused = [
        program.send("POST", "", {"name": "ny", "roles": [*CLERK, *ADMIN]}),
        program.send("PUT", "/leder/roles", {"roles": ADMIN}),
        program.send("PUT", "/chef/roles", {"roles": CLERK}),
        program.send("DELETE", "/chef"),
        # The pages refuse it in the same way.
        program.client.post("/admin/people/leder", data={"role": "admin"}, headers=program.token),
        program.client.post("/admin/screens/token", data={"role": "admin"}, headers=program.token),
    ]
    assert [answer.status_code for answer in refused] == [403] * 6
    assert [account.name for account in web_app.store.accounts()] == ["chef", "leder"]
    assert {account.role for account in web_app.store.accounts()} == {"admin", "supervisor"}
    assert len(web_app.store.tokens()) == 1


def test_an_administrator_of_a_branch_manages_its_logins_alone(web_app: WebApp) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    web_app.account("raadhus", "clerk", TOWN_HALL)
    program = Program(web_app, LIBRARY)
    assert [one["name"] for one in program.send("GET").get_json()["people"]] == ["skranke"]
    everywhere = {"roles": [*CLERK, {"role": "clerk", "branch": None}]}
    for answer in (
        program.send("GET", "/raadhus"),
        program.send("DELETE", "/raadhus"),
        program.send("PUT", "/skranke/roles", everywhere),
        program.send("POST", "", {"name": "ny", **everywhere}),
    ):
        assert code_of(answer) == (403, "forbidden")


def test_a_login_confirms_a_change_by_its_password(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    word = {"X-CSRF-Token": csrf(admin_client)["csrf_token"]}
    wanted = {"name": "ny", "roles": ADMIN}
    assert admin_client.post(PEOPLE, json=wanted, headers=word).status_code == 201
    (session,) = web_app.store.logins(web_app.store.sessions_of(account_id(web_app, "chef")))
    web_app.store.prove_session(session, 1)
    late = admin_client.post(PEOPLE, json={**wanted, "name": "senere"}, headers=word)
    assert code_of(late) == (403, "forbidden")
    assert "password" in late.get_json()["detail"]


def account_id(web_app: WebApp, name: str) -> str:
    account = web_app.store.account(name)
    assert account is not None
    return account.id


def test_each_change_is_in_the_audit_log(web_app: WebApp, program: Program) -> None:
    program.send("POST", "", {"name": "skranke", "roles": CLERK})
    program.send("PUT", "/skranke/roles", {"roles": [{"role": "supervisor", "branch": None}]})
    program.send("DELETE", "/skranke")
    queue: Queue = web_app.app.extensions["queue"]
    stream: Any = queue.store.client.xrange(log_key(CREDENTIALS))
    texts = " ".join(str(entry) for entry in stream)
    for action in ("account.added", "account.changed", "account.removed"):
        assert action in texts
