"""From a request to a command: the caller, and the key of a repeated request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from flask import Response, g
from pydantic import BaseModel
from pydantic_core import to_json

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.command import Command
from queue_service.errors import Invalid
from queue_service.web.context import current_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NOT_KEPT: Final = ("Cache-Control", "no-store")
_JSON: Final = (("Content-Type", "application/json"), _NOT_KEPT)
_REPLAYED: Final = ("Idempotent-Replayed", "true")
_KEY: Final = re.compile(r"[!-~]{1,200}\Z")


def command(branch: str, body: BaseModel | None = None) -> Command:
    """The command of a request in a branch. Raises Invalid for an unfit ``Idempotency-Key``."""
    caller = g.caller
    return Command(branch, caller, _idempotency(caller.id, body))


class _Done(Response):
    """The answer to a command: whole as it is, so it leaves without what is looked at in others."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        # The list that answer() made it of.
        whole: list[bytes] = self.response  # type: ignore[assignment]  # as answer() made it
        return whole


def answer(
    document: Any,
    status: int = 200,
    *,
    replayed: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """A JSON response; a repeated answer says so in its header."""
    body = to_json(document)
    known = [*_JSON, ("Content-Length", str(len(body))), *(headers or {}).items()]
    if replayed:
        known.append(_REPLAYED)
    return _Done([body], status, known)


def no_content(*, replayed: bool = False) -> Response:
    """A response without a body."""
    response = Response(status=204, headers=[_NOT_KEPT, _REPLAYED] if replayed else [_NOT_KEPT])
    del response.headers["Content-Type"]  # of nothing
    return response


def _idempotency(scope: str, body: BaseModel | None) -> IdempotencyKey | None:
    request = current_request()
    key = request.environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not _KEY.match(key):
        reason = "It must be 1 to 200 visible ASCII characters."
        raise Invalid.at("Idempotency-Key", reason)
    body_text = body.model_dump_json() if body is not None else ""
    request_text = f"{request.method} {request.path} {body_text}"
    fingerprint = blake2b(request_text.encode(), digest_size=16).hexdigest()
    return IdempotencyKey(scope, key, fingerprint)
