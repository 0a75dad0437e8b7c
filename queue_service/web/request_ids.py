"""The id by which a request is found again: in its response, in a problem document, in the logs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER: Final = "X-Request-Id"
_ALLOWED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def make() -> str:
    """A new id."""
    return os.urandom(8).hex()


def of(environ: WSGIEnvironment, *, trusted: bool) -> str:
    """The id of a request: the one that a trusted proxy gave it, else a new one.

    What anybody else sends is not taken: it could make two requests look like one.
    """
    header = environ.get("HTTP_X_REQUEST_ID") if trusted else None
    return header if header and _ALLOWED.fullmatch(header) else make()
