"""Headers that every answer carries, so that a browser trusts nothing but this service."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'"
)
"""Scripts, styles, fonts and connections from this service alone; nothing inline."""

_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

_YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Add the headers to every answer of the app."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    response.headers.extend(_ALWAYS)
    if request.is_secure:
        response.headers.add("Strict-Transport-Security", f"max-age={_YEAR_SECONDS}")
    return response
