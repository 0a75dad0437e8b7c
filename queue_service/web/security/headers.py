"""Headers that every answer carries, so that a browser trusts nothing but this service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOADED = ("script", "style", "img", "font", "connect", "worker")
"""The kinds of things that a page loads; each kind that is missing here is refused."""

_DIRECTIVES = {
    "default-src": "'none'",
    **{f"{kind}-src": "'self'" for kind in _LOADED},
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def _policy(**changed: str) -> str:
    directives = _DIRECTIVES | {name.replace("_", "-"): where for name, where in changed.items()}
    return "; ".join(f"{name} {where}" for name, where in directives.items())


CONTENT_SECURITY_POLICY = _policy()
"""Scripts, styles, fonts and connections from this service alone; nothing inline."""
FRAMING_POLICY = _policy(frame_src="'self'")
"""For a page that shows a preview of another in a frame."""
PREVIEW_POLICY = _policy(
    connect_src="'none'", worker_src="'none'", form_action="'none'", frame_ancestors="'self'"
)
"""For a preview: it is in a frame of this service, and can send nothing, so it issues nothing."""

_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For data, scripts, styles and fonts, which load nothing by themselves."""

_YEAR_SECONDS = 365 * 24 * 3600

_NO_SNIFF = ("X-Content-Type-Options", "nosniff")
_OF_DATA = [("Content-Security-Policy", _DATA_POLICY), _NO_SNIFF]
_DENIED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip
"""The features that a page may not use unless it says so itself. Sound, speech, full screen and a
screen that stays awake are not among it."""


def permissions_policy(allowed: Iterable[str] = ()) -> str:
    """The header that denies what no page needs, save what this one is ``allowed``."""
    own = frozenset(allowed)
    return ", ".join(f"{name}=({'self' if name in own else ''})" for name in _DENIED)


_PERMISSIONS_POLICY = ("Permissions-Policy", permissions_policy())

_OF_PAGES = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    _NO_SNIFF,
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
_KEPT_NOWHERE = [("Cache-Control", "no-store")]
"""For every answer that does not say otherwise: pages are somebody's own, and old the next moment.
Without it a browser shows them with the back button after the login has ended."""
_UNLESS_SAID = [*_KEPT_NOWHERE, _PERMISSIONS_POLICY, ("Referrer-Policy", "same-origin")]
"""For every page that does not say otherwise."""
_WHEN_SECURE = [("Strict-Transport-Security", f"max-age={_YEAR_SECONDS}")]

_API = "/api/"
_FILES = "/static/"
_NO_DOCUMENTS = (".js", ".css", ".woff2")
"""Data, scripts, styles and fonts link to nothing and open no window. A kiosk's page loads some
thirty of them, and what they do not need was a tenth of all that it loads."""


def install(app: Flask) -> None:
    """Add the headers to every answer of the app."""
    app.wsgi_app = _Hardened(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation says


class _Hardened:
    """Outside of Flask, where adding to each answer costs next to nothing."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        file = path.startswith(_FILES) and path.endswith(_NO_DOCUMENTS)
        document = not (file or path.startswith(_API))
        more = _OF_PAGES if document else _OF_DATA
        defaults = _UNLESS_SAID if document else _KEPT_NOWHERE
        if environ["wsgi.url_scheme"] == "https":
            more = more + _WHEN_SECURE

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            said = {name for name, _ in headers}
            unsaid = [one for one in (*more, *defaults) if one[0] not in said]
            return start_response(status, headers + unsaid, exc_info)

        return self._inner(environ, start)
