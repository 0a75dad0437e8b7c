"""Accounts: adding and closing them, their roles and their passwords."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.operations import accounts, logins
from queue_service.access.operations.passwords import make_password
from queue_service.access.operations.strength import checked_password
from queue_service.access.rules.credentials import ACCOUNT_ROLES, Account, checked_account_name
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.pages.admin.forms import access_store, blueprint, selected_branch, show
from queue_service.passkeys.operations import passkeys
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, checked, form_value
from queue_service.web.security.asked_browser import passkey_store
from queue_service.web.security.credentials import keep
from queue_service.web.security.visitors import browser


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Every account that the administrator manages."""
    return _page()


@blueprint.post("/people")
def add_account() -> ResponseReturnValue:
    """Add an account, and show its password this once when it was made up here."""
    store, typed = access_store(), request.form.get("password", "")
    password = typed or make_password()
    account, refused = attempt("add", lambda: _added(store, password))
    return _page(refused) if refused else _page_with_password(account, "" if typed else password)


def _added(store: AccessStore, password: str) -> Account:
    name = form_value("name")
    around = queue().get(BranchStore).names()
    checked(
        lambda: checked_account_name(name),
        lambda: checked_password(password, name.strip().lower(), around),
    )
    return accounts.add_account(
        store,
        name,
        password,
        form_value("role"),
        selected_branch(),
        now=store.now(),
        by=g.caller,
        around=around,
        must_change=not _is_shared(),
    )


def _is_shared() -> bool:
    """Whether several people use the login, so that none of them alone may replace its password."""
    return bool(form_value("shared"))


@blueprint.post("/people/<name>/password")
def set_password(name: str) -> ResponseReturnValue:
    """Give an account a new password; its other logins end."""
    typed = request.form.get("password", "")
    password = typed or make_password()
    account, refused = attempt(
        f"password-{name}",
        lambda: accounts.set_password(
            access_store(),
            name,
            password,
            by=g.caller,
            around=queue().get(BranchStore).names(),
            must_change=not _is_shared(),
        ),
    )
    if refused:
        return _page(refused)
    return _still_in(_page_with_password(account, "" if typed else password), account)


@blueprint.post("/people/<name>")
def change_account(name: str) -> ResponseReturnValue:
    """Give an account another first role or branch; its other logins end."""
    return _changed(name, accounts.change_account)


@blueprint.post("/people/<name>/roles")
def add_role(name: str) -> ResponseReturnValue:
    """Give an account a further role; its other logins end."""
    return _changed(name, accounts.add_grant)


@blueprint.post("/people/<name>/roles/remove")
def remove_role(name: str) -> ResponseReturnValue:
    """Take a further role from an account; its other logins end."""
    return _changed(name, accounts.remove_grant)


def _changed(name: str, change: Callable[..., Account]) -> ResponseReturnValue:
    account, refused = attempt(
        f"change-{name}",
        lambda: change(access_store(), name, form_value("role"), selected_branch(), by=g.caller),
    )
    if refused:
        return _page(refused)
    response = Response(status=303, headers={"Location": url_for("admin.people")})
    return _still_in(response, account)


@blueprint.post("/people/<name>/remove")
def remove_account(name: str) -> ResponseReturnValue:
    """Close an account; its logins end."""
    _, refused = attempt(
        f"remove-{name}", lambda: accounts.remove_account(access_store(), name, by=g.caller)
    )
    return _page(refused) if refused else redirect(url_for("admin.people"), 303)


@blueprint.post("/people/<name>/logins/end")
def end_logins(name: str) -> ResponseReturnValue:
    """End every login of an account, but the one that asks."""
    account, refused = attempt(
        f"end-{name}", lambda: accounts.end_logins(access_store(), name, by=g.caller)
    )
    if refused:
        return _page(refused)
    return _still_in(Response(status=303, headers={"Location": url_for("admin.people")}), account)


@blueprint.post("/people/<name>/passkeys/remove")
def remove_passkeys(name: str) -> ResponseReturnValue:
    """Remove all passkeys of an account, whose user has lost them."""
    _, refused = attempt(
        f"passkeys-{name}",
        lambda: passkeys.remove_all(passkey_store(), access_store(), name, by=g.caller),
    )
    return _page(refused) if refused else redirect(url_for("admin.people"), 303)


def _page_with_password(account: Account, password: str) -> Response:
    return _page(account=account, password=password)


def _still_in(response: Response, account: Account) -> Response:
    """A user who changes the own account stays logged in, here alone."""
    if account.id == g.caller.id:
        keep(response, request, "staff", logins.begin_session(access_store(), account, browser()))
    return response


def _page(refused: FormRefused | None = None, **done: object) -> Response:
    found = accounts.list_accounts(access_store(), by=g.caller)
    return show(
        "people",
        refused,
        accounts=found,
        passkeys=passkey_store().counts([account.id for account in found]),
        roles=ACCOUNT_ROLES,
        **done,
    )
