"""Access control: the caller of each request, and whether ``route_roles.py`` lets it in.

The caller of a request is known before its view runs: a Bearer token, else the first cookie whose
role and branch the route allows (``?as=kiosk|display|staff`` lets only that one count). The view
finds its :class:`Caller` in ``flask.g.caller``. A refused caller gets Unauthenticated or Forbidden;
a page redirects to the login or explains itself instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, cast

from flask import Flask, Response, after_this_request, current_app, g, request

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import (
    csrf_token,
    digest,
    is_of_provider,
)
from queue_service.access.store import AccessStore
from queue_service.contract.actions import Action
from queue_service.errors import StoreUnavailable, TokenExpired
from queue_service.web.context import current_request, settings
from queue_service.web.problems import refusals
from queue_service.web.requests import ADMIN_FORM_MAX_BYTES, refuse_files, refuse_large
from queue_service.web.security import confirmation, deprecation
from queue_service.web.security.asked_browser import may_confirm, site
from queue_service.web.security.credentials import (
    Credential,
    FirstPassword,
    PasskeyFirst,
    check_csrf,
    check_same_site,
    keep,
    presented,
)
from queue_service.web.security.known_callers import KnownCallers
from queue_service.web.security.route_roles import Route, Rule, rules

_EXTENSION: Final = "queue_access"


class Gate:
    """Access control of one app: finds the caller of each request and asks the view's rule."""

    def __init__(self, app: Flask, store: AccessStore, table: Mapping[Route, Rule]) -> None:
        self.store = store
        self._rules = _by_endpoint(app, table)
        self._known = KnownCallers(store)

    def forget(self, credential: str) -> None:
        """Ask the store again about a token, session or account that was changed, by its id."""
        self._known.forget(credential)

    def still_allowed(self, callers: Collection[Caller]) -> Collection[Caller]:
        """Of those who hold streams open, those whose credentials are still valid.

        While the store does not answer nothing is closed.
        """
        return self._known.still_allowed(callers)

    def check(self) -> None:
        """Before each request: set ``g.caller`` or refuse."""
        request = current_request()
        refuse_large(request)
        if request.endpoint is None:
            return  # Flask answers 404 or 405 itself.
        rule = self.rule_of(request.endpoint)
        if rule.deprecated is not None:
            after_this_request(partial(deprecation.announce, rule.deprecated))
        if not rule.files:
            refuse_files(request)
        g.roles = rule.roles
        if rule.public:
            g.is_public = True
            check_same_site(request)
            return
        credential, caller = self._choose(rule, request.view_args or {}, presented(request))
        g.credential, g.caller = credential, caller.at(request.remote_addr or "")
        if credential.source is not None:
            after_this_request(_renew_cookie)
        if not rule.of_the_login:
            _must_be_ready(caller, rule)
        check_csrf(request, credential)
        if rule.confirmed:
            confirmation.require(self.store, caller)

    def _choose(
        self, rule: Rule, place: Mapping[str, str], credentials: list[Credential]
    ) -> tuple[Credential, Caller]:
        branch, counter = place.get("branch"), place.get("counter")
        known: list[Caller] = []
        for credential in credentials:
            caller = self._recognise(credential)
            if caller is None:
                continue
            acting = _acting(caller, rule, branch)
            if acting is not None and acting.may_open(counter):
                return credential, acting
            known.append(caller)
        g.known = known
        if known:
            self._record(known[0])
        raise refusals.why_not(known, rule, has_credentials=bool(credentials))

    def _recognise(self, credential: Credential) -> Caller | None:
        try:
            return self._known.recognise(credential.secret)
        except TokenExpired:
            token = self.store.token(digest(credential.secret))
            if token is not None:
                self._record(token.caller(), "token.refused")
            raise

    def _record(self, caller: Caller, action: Action = "access.refused") -> None:
        """Record that a known caller was refused."""
        request = current_request()
        by, view = caller.at(request.remote_addr or ""), str(request.url_rule)
        entry = entry_by(by, action, branch=caller.branch, target=view, refused=True)
        with suppress(StoreUnavailable):  # it stays refused
            self.store.audit.refusal(entry, once_for=digest(f"{caller.id} {view}"))

    def rule_of(self, endpoint: str) -> Rule:
        """The callers that a view is open to."""
        return self._rules[endpoint]


def _must_be_ready(caller: Caller, rule: Rule) -> None:
    """Raises FirstPassword until a login has a password of its own, and PasskeyFirst until an
    administrator has the passkey that the settings ask for."""
    if caller.must_change:
        raise FirstPassword("Change the password first: somebody else made it.")
    here = caller.session is not None and not is_of_provider(caller.name)
    administers = caller.role == "admin" and here
    needed = administers and settings().admin_passkeys and not rule.of_the_passkeys
    if needed and not may_confirm(caller.id):
        raise PasskeyFirst("Add a passkey first: administrators need one here.")


def _acting(caller: Caller, rule: Rule, branch: str | None) -> Caller | None:
    if rule.all_branches and not caller.holds(rule.roles, None):
        return None
    return caller.acting(rule.roles, branch)


def _by_endpoint(app: Flask, table: Mapping[Route, Rule]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            row = table.get((method, rule.rule))
            if row is None or found.setdefault(rule.endpoint, row) != row:
                raise RuntimeError(f"{method} {rule.rule} has no row of its own in route_roles.py.")
    return found


def install(app: Flask, store: AccessStore, table: Mapping[Route, Rule] | None = None) -> Gate:
    """Close the app to callers that the table does not allow; the project's own unless it is given.

    Call it after every blueprint is registered. Raises RuntimeError for a route without a row.
    """
    app.config["MAX_CONTENT_LENGTH"] = ADMIN_FORM_MAX_BYTES
    gate = Gate(app, store, rules() if table is None else table)
    app.extensions[_EXTENSION] = gate
    app.before_request(gate.check)
    app.context_processor(_in_templates)
    return gate


def gate() -> Gate:
    """The running app's access control; get it inside the request, to ask it later from a
    stream."""
    return cast(Gate, current_app.extensions[_EXTENSION])


def csrf_of_caller() -> str:
    """The token that this caller's pages must send back; empty without credentials and for Bearer
    tokens."""
    credential: Credential | None = g.get("credential")
    return csrf_token(credential.secret) if credential and credential.source else ""


def _renew_cookie(response: Response) -> Response:
    credential: Credential = g.credential
    if credential.source is None:
        return response
    if response.mimetype == "text/html" and "Set-Cookie" not in response.headers:
        keep(response, request, credential.source, credential.secret)
    return response


def _in_templates() -> dict[str, object]:
    credential: Credential | None = g.get("credential")
    caller: Caller | None = g.get("caller")
    return {
        "by_provider": caller is not None and is_of_provider(caller.name),
        "csrf_token": csrf_of_caller(),
        "page_as": credential.source if credential else None,
        "me": caller,
        "is_public": g.get("is_public", False),
        "passkey_site": site,
    }
