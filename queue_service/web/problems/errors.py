"""Every refusal as problem+json (RFC 9457), each code with its status, in one table."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from queue_service.errors import Forbidden, NotFound, QueueError
from queue_service.runtime import logs
from queue_service.web.problems import refusals
from queue_service.web.requests import MethodNotAllowed, too_large

_log = logging.getLogger(__name__)

STATUS_OF: Final[Mapping[str, int]] = {
    "malformed": 400,
    "sign_in_refused": 400,
    "unauthenticated": 401,
    "token_expired": 401,
    "forbidden": 403,
    "branch_not_found": 404,
    "service_not_found": 404,
    "counter_not_found": 404,
    "visit_not_found": 404,
    "unknown_code": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "body_too_slow": 408,
    "wrong_state": 409,
    "counter_busy": 409,
    "counter_closed": 409,
    "counter_paused": 409,
    "no_conversation": 409,
    "conversation_taken": 409,
    "branch_closed": 409,
    "branch_elsewhere": 409,
    "branch_archived": 409,
    "taken_over": 409,
    "configured_at_home": 409,
    "newer_version": 409,
    "not_mobile": 409,
    "other_machine": 409,
    "parts_missing": 409,
    "service_inactive": 409,
    "service_paused": 409,
    "service_closed": 409,
    "service_full": 409,
    "too_early": 409,
    "too_many_errands": 409,
    "intervention_overlaps": 409,
    "appointments_met": 409,
    "not_offered": 409,
    "slot_taken": 409,
    "hold_ended": 409,
    "already_booked": 409,
    "too_late": 409,
    "booking_over": 409,
    "other_day": 409,
    "booked_elsewhere": 409,
    "in_use": 409,
    "day_final": 409,
    "precondition_failed": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "date_out_of_range": 422,
    "other_branch": 422,
    "package_altered": 422,
    "idempotency_key_reused": 422,
    "rate_limited": 429,
    "internal": 500,
    "store_unavailable": 503,
}
"""Code → HTTP status."""


class Internal(QueueError):
    """An unexpected error; the log has it."""

    code = "internal"


_HEADER_FIELDS: Final = frozenset({"retry_after"})


def problem(code: str, detail: str, extra: Mapping[str, Any] | None = None) -> Response:
    """A refusal as a response; ``retry_after`` in ``extra`` becomes the header."""
    status = STATUS_OF[code]
    members = {k: v for k, v in (extra or {}).items() if k not in _HEADER_FIELDS}
    document = {
        "type": f"urn:queue-service:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }
    if request_id := logs.request_id.get():
        document["request_id"] = request_id
    response = Response(json.dumps(document), status, mimetype="application/problem+json")
    if extra and "retry_after" in extra:
        response.headers["Retry-After"] = str(extra["retry_after"])
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def install(app: Flask) -> None:
    """Answer every error of the app in this way; a person's page gets a page that helps."""
    app.register_error_handler(QueueError, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def refused(error: QueueError) -> Response:
    """The response to a refusal, as a page or as a problem document."""
    if refusals.is_page():
        page = refusals.page_of(error, STATUS_OF[error.code])
        if "retry_after" in error.extra:
            page.headers.setdefault("Retry-After", str(error.extra["retry_after"]))
        return page
    return problem(error.code, error.detail, {**error.extra, **_whose_login(error)})


def _whose_login(error: QueueError) -> dict[str, str]:
    """The login that this browser has now: perhaps another than the page was opened with."""
    name = refusals.present_login() if isinstance(error, Forbidden) else None
    return {} if name is None else {"login": name}


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = refused(MethodNotAllowed(f"{request.method} is not possible at this address."))
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
        return response
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return refused(too_large(request))
    if error.code == HTTPStatus.NOT_FOUND:
        return refused(NotFound("There is nothing at this address; check it."))
    return problem("malformed", "The request cannot be read; check it and send it again.")


def _unexpected(error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    unexpected = Internal("Something went wrong here; it has been noted. Try again in a moment.")
    return refused(unexpected)
