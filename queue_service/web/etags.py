"""Answers that say which version they are, and requests that ask for another."""

from __future__ import annotations

from flask import Response


def tagged(response: Response, tag: str) -> Response:
    """The response with its ETag."""
    response.set_etag(tag)
    # Kept only to be compared: a page that asks again always gets the present state.
    response.headers["Cache-Control"] = "no-cache"
    return response


def matches(header: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` names this version."""
    return header is not None and any(
        part.strip().removeprefix("W/").strip('"') in (tag, "*") for part in header.split(",")
    )
