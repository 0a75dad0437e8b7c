"""Responses that are the same for everybody, so that browsers and proxies may keep and share them.

They hold nothing of a request but its language, and set no cookie.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import blake2b

from flask import Response, request

_LEAST_BYTES = 400
"""A shorter body gains less than the header costs."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A body in both forms in which it is sent, each with its own strong ETag."""

    mimetype: str
    body: bytes
    tag: str
    packed: bytes | None

    @classmethod
    def of(cls, body: bytes, mimetype: str) -> Representation:
        """The representation of a body."""
        packed = gzip.compress(body, mtime=0) if len(body) >= _LEAST_BYTES else None
        return cls(mimetype, body, blake2b(body, digest_size=12).hexdigest(), packed)


def shared(found: Representation, max_age_seconds: int, *vary: str) -> Response:
    """The response to a request that may be answered with 304, kept by anyone for so long.

    ``vary`` names the request headers that it depends on.
    """
    packed = found.packed if request.accept_encodings["gzip"] else None
    response = Response(found.body if packed is None else packed, mimetype=found.mimetype)
    response.set_etag(found.tag if packed is None else f"{found.tag}-gzip")
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = f"public, max-age={max(0, max_age_seconds)}"
    response.headers["Vary"] = ", ".join(("Accept-Encoding", *vary))
    response.make_conditional(request)
    return response
