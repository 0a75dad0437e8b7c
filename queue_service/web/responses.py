"""Responses with headers that several pages set."""

from __future__ import annotations

from flask import Response, make_response, render_template

from queue_service.web.security.headers import FRAMING_POLICY, PREVIEW_POLICY


def uncached(content: str | bytes | Response, status: int = 200) -> Response:
    """A response that no cache keeps: it is outdated the next moment, or not for every reader."""
    response = make_response(content, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def message_page(status: int, **texts: object) -> Response:
    """A page with one message: its ``heading`` and ``sentence``, and what else the template of
    messages has (``icon_name``, ``steps``, ways on)."""
    return uncached(render_template("message.html", **texts), status)


def framing(response: Response) -> Response:
    """The response as a page that shows previews of this service in frames."""
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


def framed(response: Response) -> Response:
    """The response as a preview, which a frame of this service may show and which can connect to
    nothing."""
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response
