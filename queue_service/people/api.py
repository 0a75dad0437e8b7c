"""Logins of staff over HTTP, for administrators.

A program may not give the role ``admin``, nor change or end a login that has it: its token would
else outlive its revocation (``access/operations/accounts.py``).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from flask import Blueprint, Response, g, request

from queue_service.access import keys
from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import Account
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import answered_once
from queue_service.errors import PreconditionFailed
from queue_service.language.instants import rfc3339
from queue_service.people.contract import (
    Grants,
    NewPersonAnswer,
    PeopleAnswer,
    PersonAnswer,
    PersonBody,
    RolesBody,
)
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.etags import matches, tagged
from queue_service.web.requests import body

blueprint = Blueprint("people", __name__, url_prefix="/api/v1/people")


@blueprint.get("")
@describe("The logins of staff", answers={200: PeopleAnswer})
def listed() -> Response:
    """Those whose every role is in a branch that the caller administers."""
    found = accounts.list_accounts(_store(), by=g.caller)
    return answer({"people": [_json(account) for account in found]})


@blueprint.post("")
@describe("Make a login", body=PersonBody, answers={201: NewPersonAnswer},
          refusals=("branch_not_found", "idempotency_key_reused"),
          headers=("Idempotency-Key",))  # fmt: skip
def add() -> Response:
    """With one role or several. A program makes no administrators."""
    wanted = body(PersonBody)
    asked = command("", wanted).idempotency
    document, replayed = answered_once(
        queue(),
        keys.idempotency(asked.scope, asked.key) if asked else "",
        asked,
        lambda: _added(wanted),
        secret=("password",),
    )
    return answer(document, 201, replayed=replayed)


@blueprint.get("/<person>")
@describe("A login", answers={200: PersonAnswer, 304: ""}, refusals=("not_found",),
          headers=("If-None-Match",))  # fmt: skip
def one(person: str) -> Response:
    """With its roles, and an ETag that each change of the login changes."""
    account = accounts.managed_account(_store(), person, by=g.caller)
    if matches(request.headers.get("If-None-Match"), _tag(account)):
        return tagged(Response(status=304), _tag(account))
    return _one(account)


@blueprint.put("/<person>/roles")
@describe("Change the roles of a login", body=RolesBody, answers={200: PersonAnswer},
          refusals=("not_found", "branch_not_found", "in_use", "precondition_failed"),
          headers=("If-Match",))  # fmt: skip
def change_roles(person: str) -> Response:
    """All of them at once; its logins end. The last administrator of all branches stays one
    (``in_use``)."""
    wanted = body(RolesBody)
    grants = _grants(wanted.roles)
    account = accounts.managed_account(_store(), person, by=g.caller)
    expected = request.headers.get("If-Match")
    if expected is not None and not matches(expected, _tag(account)):
        raise PreconditionFailed("Somebody else changed this login: look again and repeat.")
    return _one(accounts.set_grants(_store(), person, grants, by=g.caller))


@blueprint.delete("/<person>")
@describe("End a login", answers={204: ""}, refusals=("not_found", "in_use"))
def end(person: str) -> Response:
    """Everywhere at once, with its subscriptions."""
    accounts.remove_account(_store(), person, by=g.caller)
    return no_content()


def _added(wanted: PersonBody) -> dict[str, Any]:
    grants = _grants(wanted.roles)
    password = wanted.password or make_password()
    account = accounts.add_account(
        _store(),
        wanted.name,
        password,
        grants[0].role,
        grants[0].branch,
        now=_store().now(),
        by=g.caller,
        around=queue().get(BranchStore).names(),
        must_change=not wanted.shared,
        more=grants[1:],
    )
    return {**_json(account), "password": None if wanted.password else password}


def _grants(wanted: Grants) -> tuple[Grant, ...]:
    """The roles, each once. Raises BranchNotFound."""
    for each in wanted:
        if each.branch is not None:
            queue().get(BranchStore).get(each.branch)
    return tuple(dict.fromkeys(Grant(each.role, each.branch) for each in wanted))


def _json(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": [{"role": role, "branch": branch} for role, branch in account.grants],
        "created_at": rfc3339(account.created_at),
        "password_to_be_changed": account.must_change,
    }


def _one(account: Account) -> Response:
    return tagged(answer(_json(account)), _tag(account))


def _tag(account: Account) -> str:
    return blake2b(f"{account.id} {account.version}".encode(), digest_size=8).hexdigest()


def _store() -> AccessStore:
    return queue().get(AccessStore)
