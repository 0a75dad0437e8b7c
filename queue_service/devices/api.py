"""Reports of screens about themselves."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.devices.contract import SlipBody, SoundBody
from queue_service.devices.operations import report_slip, report_sound
from queue_service.web.commands import command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("devices", __name__, url_prefix="/api/v1/branches/<branch>")

_NO_CONTENT = 204


@blueprint.post("/slips")
@describe("Tell how a kiosk's printer does", body=SlipBody, answers={_NO_CONTENT: ""})
def slips(branch: str) -> Response:
    """Before a slip is handed to the printer, and when the browser says that it was printed.

    It names no ticket, and comes after it: a ticket never waits for this.
    """
    payload = body(SlipBody)
    replayed = report_slip(queue(), command(branch, payload), printed=payload.printed)
    return no_content(replayed=replayed)


@blueprint.post("/sound")
@describe("Tell how a display's sound does", body=SoundBody, answers={_NO_CONTENT: ""})
def sound(branch: str) -> Response:
    """When it changes, and every few minutes: one that reports no more is switched off."""
    payload = body(SoundBody)
    replayed = report_sound(
        queue(), command(branch, payload), payload.sound, payload.voices, payload.by_server
    )
    return no_content(replayed=replayed)
