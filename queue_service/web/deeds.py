"""From a request to a deed: who asks, and how a repetition is recognised."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import Any, Final

from flask import Response, g, request
from pydantic import BaseModel

from queue_service.contract.reading import invalid
from queue_service.domain.caller import Memo
from queue_service.operations.queue import Deed

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_KEY: Final = re.compile(r"[!-~]{1,200}\Z")


def deed(branch: str, body: BaseModel | None = None) -> Deed:
    """What the caller does in a branch. Raises Invalid for an unfit Idempotency-Key."""
    return Deed(branch, g.caller, _memo(body))


def answer(
    document: Any,
    status: int = 200,
    *,
    replayed: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """A JSON response; a repeated answer says so in its header."""
    response = Response(
        _encode(document),
        status,
        headers,
        mimetype="application/json",
    )
    return mark_replayed(response, replayed)


def mark_replayed(response: Response, replayed: bool) -> Response:
    """The response, saying whether it is the first answer told again."""
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    response.headers["Cache-Control"] = "no-store"
    return response


def _memo(body: BaseModel | None) -> Memo | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.match(key):
        reason = "It must be 1 to 200 visible ASCII characters."
        raise invalid([{"field": "Idempotency-Key", "reason": reason}])
    said = body.model_dump_json() if body is not None else ""
    request_text = f"{request.method} {request.path} {said}"
    fingerprint = blake2b(request_text.encode(), digest_size=16).hexdigest()
    return Memo(g.caller.id, key, fingerprint)
