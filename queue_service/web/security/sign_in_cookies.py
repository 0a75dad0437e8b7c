"""Cookies around a sign-in by the provider: the browser that began it, and one that logged out."""

from __future__ import annotations

from typing import Final

from flask import Request, Response

from queue_service.access.sign_in_store import SIGN_IN_MS
from queue_service.web.security.credentials import cookie_name

_BEGUN: Final = "queue_sign_in"
_LOGGED_OUT: Final = "queue_logged_out"
_DAY_SECONDS: Final = 24 * 3600


def secret(request: Request) -> str:
    """The secret of a browser that has begun a sign-in; empty for none."""
    return request.cookies.get(cookie_name(request, _BEGUN), "")


def keep(response: Response, request: Request, browser: str) -> None:
    """Have the browser show the secret when the provider sends it back: from another site, so that
    a stricter cookie would not arrive."""
    response.set_cookie(
        cookie_name(request, _BEGUN),
        browser,
        max_age=SIGN_IN_MS // 1000,
        path=_path(request),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def note_logged_out(response: Response, request: Request) -> None:
    """Have the next sign-in on this browser ask for a password, so that the next person at a shared
    desk does not become the former one."""
    response.set_cookie(
        cookie_name(request, _LOGGED_OUT),
        "1",
        max_age=_DAY_SECONDS,
        path=_path(request),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def has_logged_out(request: Request) -> bool:
    """Whether the last login on this browser was ended by its user."""
    return cookie_name(request, _LOGGED_OUT) in request.cookies


def drop(response: Response, request: Request) -> None:
    """Forget both, once somebody is logged in."""
    for name in (_BEGUN, _LOGGED_OUT):
        response.delete_cookie(
            cookie_name(request, name),
            path=_path(request),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )


def _path(request: Request) -> str:
    return "/" if request.is_secure else "/login"  # the prefix takes no other
