"""Permissions: every view declares them with ``allow`` or ``public``, and nothing else opens.

    @blueprint.get("/branches/<branch>/state")
    @allow("kiosk", "clerk", "admin")
    def state(branch: str) -> ResponseReturnValue:
        caller = g.caller

The caller of a request is known before its view runs: a Bearer token, else the first cookie whose
role and branch the view allows (``?as=kiosk|display|staff`` lets only that one count).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Flask, Response, after_this_request, current_app, g, request

from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import BOUND_ROLES, ROLES, csrf_token
from queue_service.access.store import AccessStore
from queue_service.web.context import current_request
from queue_service.web.problems import refusals
from queue_service.web.requests import ADMIN_FORM_MAX_BYTES, refuse_files, refuse_large
from queue_service.web.security.credentials import (
    Credential,
    check_csrf,
    check_same_site,
    keep,
    presented,
)
from queue_service.web.security.known_callers import KnownCallers

View = TypeVar("View", bound=Callable[..., Any])

_MARK: Final = "_queue_access"
_EVERY_ROLE: Final[frozenset[Role]] = frozenset(ROLES) - frozenset(BOUND_ROLES)
_EXTENSION: Final = "queue_access"


@dataclass(frozen=True, slots=True)
class Rule:
    """The roles a view is open to; ``public`` views need no credentials.

    ``files``: its forms may carry a file.
    """

    roles: frozenset[Role] = frozenset()
    public: bool = False
    files: bool = False


def allow(*roles: Role, files: bool = False) -> Callable[[View], View]:
    """Open a view to callers with one of these roles; without any, to every known caller but the
    programs of ``BOUND_ROLES``, which have calls of their own.

    If the route has a ``<branch>``, the caller must also be bound to that branch or to none. The
    view finds its :class:`Caller` in ``flask.g.caller``. Raises Unauthenticated and Forbidden; a
    page redirects to the login or explains itself instead. A form with a file
    (``multipart/form-data``) is taken only with ``files``.
    """
    return _marker(Rule(frozenset(roles or _EVERY_ROLE), files=files))


def public(view: View) -> View:
    """Open a view to all callers: health, login and enrolment."""
    return _marker(Rule(public=True))(view)


def _marker(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, rule)
        return view

    return mark


class Gate:
    """Access control of one app: finds the caller of each request and asks the view's rule."""

    def __init__(self, app: Flask, store: AccessStore) -> None:
        self.store = store
        self._app = app
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
        if not rule.files:
            refuse_files(request)
        g.roles = rule.roles
        if rule.public:
            g.is_public = True
            check_same_site(request)
            return
        credential, caller = self._choose(rule, request.view_args or {}, presented(request))
        g.credential, g.caller = credential, caller
        if credential.source is not None:
            after_this_request(_renew_cookie)
        check_csrf(request, credential)

    def _choose(
        self, rule: Rule, place: Mapping[str, str], credentials: list[Credential]
    ) -> tuple[Credential, Caller]:
        branch, counter = place.get("branch"), place.get("counter")
        known: list[Caller] = []
        for credential in credentials:
            caller = self._known.recognise(credential.secret)
            if caller is None:
                continue
            at_home = branch is None or caller.may_see(branch)
            if caller.role in rule.roles and at_home and caller.may_open(counter):
                return credential, caller
            known.append(caller)
        g.known = known
        raise refusals.why_not(known, bool(credentials))

    def rule_of(self, endpoint: str) -> Rule:
        """The permissions of a view. Raises RuntimeError when it says nothing."""
        if endpoint == "static" or endpoint.endswith(".static"):
            return Rule(public=True)
        rule = getattr(self._app.view_functions[endpoint], _MARK, None)
        if rule is None:
            raise RuntimeError(f"The view {endpoint} is neither @allow(…) nor @public.")
        return cast(Rule, rule)

    def check_every_view(self) -> None:
        """Raise RuntimeError when a view says nothing about who may open it."""
        for endpoint in self._app.view_functions:
            self.rule_of(endpoint)


def install(app: Flask, store: AccessStore) -> Gate:
    """Close the app to callers that its views do not allow.

    Call it after every blueprint is registered: a view with neither mark stops the start.
    """
    app.config["MAX_CONTENT_LENGTH"] = ADMIN_FORM_MAX_BYTES
    gate = Gate(app, store)
    gate.check_every_view()
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
    return {
        "csrf_token": csrf_of_caller(),
        "page_as": credential.source if credential else None,
        "me": g.get("caller"),
        "is_public": g.get("is_public", False),
    }
