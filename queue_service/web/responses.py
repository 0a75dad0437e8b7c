"""Responses with headers that several pages set."""

from __future__ import annotations

from flask import Response, make_response


def uncached(content: str | bytes | Response, status: int = 200) -> Response:
    """A response that no cache keeps: it is outdated the next moment, or not for every reader."""
    response = make_response(content, status)
    response.headers["Cache-Control"] = "no-store"
    return response
