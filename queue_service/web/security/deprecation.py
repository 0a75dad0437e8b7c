"""Headers of a route that will end: since when that is known, the end, and its successor (RFC 9745
and RFC 8594)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from flask import Response
from werkzeug.http import http_date

from queue_service.web.security.route_roles import Deprecation

DESCRIPTION: Final = "/api/v1/openapi.json"
"""The address with more for programs: each such call is ``deprecated`` there."""


def announce(deprecated: Deprecation, response: Response) -> Response:
    """The response with the headers of a route that will end."""
    response.headers["Deprecation"] = f"@{int(_midnight(deprecated.since).timestamp())}"
    response.headers["Sunset"] = http_date(_midnight(deprecated.ends))
    response.headers.add("Link", f'<{DESCRIPTION}>; rel="deprecation"')
    if deprecated.instead:
        response.headers.add("Link", f'<{deprecated.instead}>; rel="successor-version"')
    return response


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
