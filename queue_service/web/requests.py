"""Reading a request: its size, its kind, its JSON and its fields, each refused in its own way."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, TypeVar

from flask import Request
from gunicorn.http.errors import ParseException
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge

from queue_service.contract.decoding import decode
from queue_service.contract.reading import parse
from queue_service.errors import Invalid, QueueError
from queue_service.web.context import current_request

MAX_BODY_BYTES: Final = 64 * 1024
FORM_MAX_BYTES: Final = 96 * 1024
"""The largest body outside the administration."""
ADMIN_FORM_MAX_BYTES: Final = 256 * 1024
"""The largest body at all, for forms under ``/admin``. A form takes more than twice as many bytes
as its document: of 80 counters with 40 services each, 113 kB for 52 kB."""
_PAGE_PARAMETERS: Final = frozenset({"as"})
"""Query parameters that choose a cookie and are read in ``web/security/permissions.py``."""

M = TypeVar("M", bound=BaseModel)


class Malformed(QueueError):
    """The request is no readable HTTP, or its body no readable JSON."""

    code = "malformed"


class TooLarge(QueueError):
    """The body, the address or the headers are over the limit."""

    code = "too_large"


class BodyTooSlow(QueueError):
    """The body did not come within the time that one may take."""

    code = "body_too_slow"


class UnsupportedMediaType(QueueError):
    """The body is something other than JSON."""

    code = "unsupported_media_type"


class MethodNotAllowed(QueueError):
    """The address exists and does not take this method."""

    code = "method_not_allowed"


def refuse_large(request: Request) -> None:
    """Refuse a body that is larger than any may be. Raises TooLarge and Malformed.

    A body with a declared length is not read for this. One in pieces is read as far as is allowed.
    """
    environ = request.environ
    limit = request.max_content_length = _limit(request)
    length = environ.get("CONTENT_LENGTH")
    if length:
        if not (length.isascii() and length.isdigit() and int(length) <= limit):
            raise too_large(request)
    elif "HTTP_TRANSFER_ENCODING" in environ:
        try:
            data = environ["wsgi.input"].read(limit + 1)
        except (OSError, ParseException):  # the errors of the server for malformed chunks
            raise Malformed("Send the body whole, or in pieces as HTTP has them.") from None
        if len(data) > limit:
            raise too_large(request)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(data), str(len(data))


def refuse_files(request: Request) -> None:
    """Refuse a form with files, unread. Raises UnsupportedMediaType."""
    kind = request.environ.get("CONTENT_TYPE")
    if kind and kind.lstrip().lower().startswith("multipart/"):
        raise UnsupportedMediaType("Nothing at this address takes files: send it without one.")


def too_large(request: Request) -> TooLarge:
    """The refusal of a body that is larger than any may be."""
    if request.path.startswith("/api/"):
        return TooLarge("Send a body of at most 64 KiB.")
    if _limit(request) == ADMIN_FORM_MAX_BYTES:
        return TooLarge("That is too much at once: send at most 256 KiB.")
    return TooLarge("That is too much at once: send at most 96 KiB.")


def _limit(request: Request) -> int:
    return ADMIN_FORM_MAX_BYTES if request.path.startswith("/admin/") else FORM_MAX_BYTES


def body(model: type[M]) -> M:
    """The request's body, validated; no body at all counts as ``{}``.

    Raises TooLarge, UnsupportedMediaType or Malformed when the body cannot be read.
    Raises Invalid when a field is missing, unknown or out of range.
    """
    return parse(model, json_body())


def query(model: type[M]) -> M:
    """The request's query string, validated; an empty value counts as left out.

    Raises Invalid when a parameter is unknown, out of range or given twice.
    """
    parameters: dict[str, str] = {}
    for name, values in current_request().args.lists():
        if name in _PAGE_PARAMETERS:
            continue
        if len(values) > 1:
            raise Invalid.at(name, "It is given more than once.")
        if values[0]:
            parameters[name] = values[0]
    return parse(model, parameters)


def json_body() -> Any:
    """The decoded body, not yet validated.

    Raises TooLarge, UnsupportedMediaType or Malformed when it cannot be read.
    """
    request = current_request()
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
        # The code after this does the same for every request, and takes five times as long.
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
