"""Credentials of a request: a Bearer token or cookies, and the proof that a page really sent it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from flask import Request, Response

from queue_service.access.operations.attempts import DEVICE_MS
from queue_service.access.rules.credentials import csrf_token
from queue_service.errors import Forbidden, Invalid, Unauthenticated
from queue_service.web.security.origin import from_own_page

As = Literal["kiosk", "display", "staff"]
"""The browser's cookie that a page relies on."""

COOKIES: Final[Mapping[As, str]] = {
    "kiosk": "queue_kiosk",
    "display": "queue_display",
    "staff": "queue_session",
}
"""The screen's own come first: a screen stays one although somebody logged in on it."""

_OF_THIS_HOST: Final = "__Host-"
"""Begins the name of a cookie that a browser takes over https from this host alone, for all of it:
no other host of the domain can set it."""

DEVICE_COOKIE: Final = "queue_device"
"""By which a browser that has logged in before is known again; it opens nothing by itself."""

PAIRING_COOKIE: Final = "queue_pairing"
"""The code that a screen shows, a dot, and the secret that becomes its access."""

CSRF_HEADER: Final = "X-CSRF-Token"
CSRF_FIELD: Final = "csrf_token"

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LASTING_SECONDS: Final = 10 * 365 * 24 * 3600
_STAFF_SECONDS: Final = 30 * 24 * 3600
"""Longer than a login lasts without use: the store ends it, not the browser's clock."""
_PAIRING_SECONDS: Final = 24 * 3600
"""Longer than a code works: a screen that is switched off meanwhile has its access the next day."""


class NotFromOurPage(Forbidden):
    """A cookie vouches for the request, but no proof shows that one of our pages sent it."""


class OtherOrigin(NotFromOurPage):
    """The browser names another address for the page than the one that the request came in at."""


class FirstPassword(Forbidden):
    """The login's password was made by somebody else and has to be changed before anything else."""


class PasskeyFirst(Forbidden):
    """An administrator has to register a passkey before anything else."""


class ConfirmFirst(Forbidden):
    """The change needs the password of the login, which was given too long ago."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret as it came in; ``source`` is None for a Bearer token."""

    secret: str = field(repr=False)
    source: As | None


def presented(request: Request) -> list[Credential]:
    """The secrets that may count, strongest first: a Bearer token alone, else the cookies.

    Raises Unauthenticated for a header of another scheme.
    """
    header = request.environ.get("HTTP_AUTHORIZATION")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the header Authorization: Bearer TOKEN.")
        return [Credential(secret.strip(), None)]
    return [
        Credential(secret, source)
        for source in _counting(request.args.get("as"))
        if (secret := secret_in_cookie(request, source))
    ]


def secret_in_cookie(request: Request, source: As) -> str:
    """The secret that the browser keeps; empty for none.

    A screen that was set up before its cookie had a prefix goes on under the former name, until its
    next page gives it the new one.
    """
    secret = request.cookies.get(cookie_name(request, COOKIES[source]), "")
    if not secret and source != "staff":
        return request.cookies.get(COOKIES[source], "")
    return secret


def device_secret(request: Request) -> str:
    """The secret by which the browser is known to accounts; empty for none."""
    return request.cookies.get(cookie_name(request, DEVICE_COOKIE), "")


def cookie_name(request: Request, name: str) -> str:
    """The name of a cookie as this request's browser keeps it."""
    return _OF_THIS_HOST + name if request.is_secure else name


def _counting(expected: str | None) -> Iterable[As]:
    if not expected:
        return COOKIES
    for source in get_args(As):
        if source == expected:
            return (source,)
    raise Invalid.at("as", "Use kiosk, display or staff.")


def check_csrf(request: Request, credential: Credential) -> None:
    """Refuse a changing request that a cookie vouches for unless our own page made it.

    A program's Bearer token is never sent by a browser on its own, so it needs no such proof.
    Raises NotFromOurPage.
    """
    if credential.source is None or request.method in _SAFE:
        return
    token = request.headers.get(CSRF_HEADER)
    if token is None:
        token = request.form.get(CSRF_FIELD, "")
    expected = csrf_token(credential.secret)
    if not hmac.compare_digest(token.encode(), expected.encode()):
        raise NotFromOurPage("Load the page again: it was opened before you logged in.")


def check_same_site(request: Request) -> None:
    """Refuse a form that another site's page sent to an open view, where the browser says so.

    Raises OtherOrigin.
    """
    if request.method in _SAFE:
        return
    if not from_own_page(request):
        raise OtherOrigin(
            "Open this page by its own address and try again. Behind a proxy set QUEUE_PUBLIC_URL "
            "to that address, or let the proxy pass Host on."
        )


def keep(response: Response, request: Request, source: As, secret: str) -> None:
    """Have the browser show this secret from now on.

    Browsers cut a cookie's life to 400 days, so a screen's is set again with every page it opens.
    """
    response.set_cookie(
        cookie_name(request, COOKIES[source]),
        secret,
        max_age=_STAFF_SECONDS if source == "staff" else _LASTING_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax" if source == "staff" else "Strict",
    )


def keep_device(response: Response, request: Request, secret: str) -> None:
    """Have the browser be known again at its next login."""
    response.set_cookie(
        cookie_name(request, DEVICE_COOKIE),
        secret,
        max_age=DEVICE_MS // 1000,
        path="/" if request.is_secure else "/login",  # the prefix takes no other
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def pairing_secret(request: Request) -> tuple[str, str]:
    """The code that the browser shows, and its own secret; both empty for none."""
    code, _, secret = request.cookies.get(cookie_name(request, PAIRING_COOKIE), "").partition(".")
    return code, secret


def keep_pairing(response: Response, request: Request, code: str, secret: str) -> None:
    """Have the browser keep the secret that becomes its access, while its code works."""
    response.set_cookie(
        cookie_name(request, PAIRING_COOKIE),
        f"{code}.{secret}",
        max_age=_PAIRING_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def drop_pairing(response: Response, request: Request) -> None:
    """Have the browser forget it, once it is its access."""
    response.delete_cookie(
        cookie_name(request, PAIRING_COOKIE),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def drop(response: Response, request: Request, source: As) -> None:
    """Have the browser forget its secret."""
    response.delete_cookie(
        cookie_name(request, COOKIES[source]),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax" if source == "staff" else "Strict",
    )
