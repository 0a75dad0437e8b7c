"""Reading a request: its size, its kind, its JSON and its fields, each refused in its own way."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from flask import Request
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge

from queue_service.contract.decoding import decode
from queue_service.contract.reading import invalid, parse
from queue_service.domain.errors import QueueError
from queue_service.web.app_parts import asked

MAX_BODY_BYTES: Final = 64 * 1024
_PAGE_PARAMETERS: Final = frozenset({"as"})
"""Query parameters that choose a cookie and are read in ``web/access.py``."""

M = TypeVar("M", bound=BaseModel)


class Malformed(QueueError):
    """The body is not readable JSON."""

    code = "malformed"


class TooLarge(QueueError):
    """The body is over the limit."""

    code = "too_large"


class UnsupportedMediaType(QueueError):
    """The body is something other than JSON."""

    code = "unsupported_media_type"


class MethodNotAllowed(QueueError):
    """The address exists and does not take this method."""

    code = "method_not_allowed"


def body(model: type[M]) -> M:
    """The request's body, validated; no body at all counts as ``{}``.

    :raises TooLarge, UnsupportedMediaType, Malformed: the body cannot be read.
    :raises Invalid: a field is missing, unknown or out of range.
    """
    return parse(model, json_body())


def query(model: type[M]) -> M:
    """The request's query string, validated; an empty value counts as left out.

    :raises Invalid: a parameter is unknown, out of range or given twice.
    """
    given: dict[str, str] = {}
    for name, values in asked().args.lists():
        if name in _PAGE_PARAMETERS:
            continue
        if len(values) > 1:
            raise invalid([{"field": name, "reason": "It is given more than once."}])
        if values[0]:
            given[name] = values[0]
    return parse(model, given)


def json_body() -> Any:
    """The decoded body, not yet validated.

    :raises TooLarge, UnsupportedMediaType, Malformed: it cannot be read.
    """
    request = asked()
    data = _raw_body(request)
    if not request.is_json and (data or request.mimetype):
        raise UnsupportedMediaType("Send JSON with the header Content-Type: application/json.")
    try:
        return decode(data) if data else {}
    except ValueError:
        raise Malformed("Send one readable JSON document in UTF-8.") from None


def _raw_body(request: Request) -> bytes:
    length = request.environ.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit() and int(length) <= MAX_BODY_BYTES:
        # What follows does the same for every request, and takes five times as long.
        data: bytes = request.environ["wsgi.input"].read(int(length))
        return data
    # One byte more than allowed: a body without a length is cut there, not refused.
    request.max_content_length = MAX_BODY_BYTES + 1
    try:
        data = request.get_data()
    except RequestEntityTooLarge:
        data = bytes(MAX_BODY_BYTES + 1)
    if len(data) > MAX_BODY_BYTES:
        raise TooLarge("Send a body of at most 64 KiB.")
    return data
