"""The id by which a request is found again: in its response, in a problem document, in the logs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER: Final = "X-Request-Id"
_ALLOWED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*")
"""W3C Trace Context: version, trace, parent, flags."""


def make() -> str:
    """A new id."""
    return os.urandom(8).hex()


def of(environ: WSGIEnvironment, *, trusted: bool) -> str:
    """The id of a request: the one that a trusted proxy gave it, else a new one.

    ``X-Request-Id`` comes first, then the trace of ``traceparent``. An id from any other sender is
    not taken: it could make two requests look like one.
    """
    if not trusted:
        return make()
    header = str(environ.get("HTTP_X_REQUEST_ID", ""))
    if header and _ALLOWED.fullmatch(header):
        return header
    trace = _TRACEPARENT.fullmatch(str(environ.get("HTTP_TRACEPARENT", "")))
    return str(trace[1]) if trace else make()
