"""Pages of other origins that may call the API by a token (CORS), from QUEUE_API_ORIGINS.

Only an origin of the list is answered, by its own name, and only for ``/api/`` and for requests
with a Bearer token. Cookies stay out of it: there is no ``Access-Control-Allow-Credentials``, so a
page of another origin can never read what a login may.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

PREFLIGHT_SECONDS: Final = 600
"""For how long a browser may keep the answer to a preflight request."""

_API: Final = "/api/"
_METHODS: Final = "GET, POST, PUT, DELETE"
_SENT: Final = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"
)
_SHOWN: Final = (
    "Content-Disposition, Deprecation, ETag, Idempotent-Replayed, Link, Retry-After, Sunset,"
    " X-Request-Id"
)
_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_VARY: Final = ("Vary", "Origin")


def install(app: Flask, origins: Collection[str]) -> None:
    """Let pages of these origins call the API; without any, nothing changes."""
    if origins:
        app.wsgi_app = _CrossOrigin(app.wsgi_app, origins)  # type: ignore[method-assign]  # as Flask's documentation says


class _CrossOrigin:
    """Outside of Flask, where a preflight request needs no route of its own."""

    def __init__(self, inner: WSGIApplication, origins: Collection[str]) -> None:
        self._inner = inner
        self._origins = frozenset(origins)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(_API):
            return self._inner(environ, start_response)
        origin = environ.get("HTTP_ORIGIN", "")
        allowed = origin in self._origins
        if allowed and _is_preflight(environ):
            start_response("204 No Content", _preflight(origin))
            return []
        more: Headers = [_VARY]
        if allowed and _has_token(environ):
            more += [(_ALLOW_ORIGIN, origin), ("Access-Control-Expose-Headers", _SHOWN)]

        def start(
            status: str, headers: Headers, exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            # A call that is open to all origins says so itself.
            open_to_all = any(name == _ALLOW_ORIGIN for name, _ in headers)
            return start_response(status, headers if open_to_all else headers + more, exc_info)

        return self._inner(environ, start)


def _is_preflight(environ: WSGIEnvironment) -> bool:
    return (
        environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )


def _has_token(environ: WSGIEnvironment) -> bool:
    return str(environ.get("HTTP_AUTHORIZATION", "")).lower().startswith("bearer ")


def _preflight(origin: str) -> Headers:
    return [
        (_ALLOW_ORIGIN, origin),
        ("Access-Control-Allow-Methods", _METHODS),
        ("Access-Control-Allow-Headers", _SENT),
        ("Access-Control-Max-Age", str(PREFLIGHT_SECONDS)),
        ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ("Content-Length", "0"),
    ]
