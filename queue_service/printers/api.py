"""A kiosk prints on its printer."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.printers.contract import CheckBody, PrintBody, PrinterAnswer
from queue_service.printers.operations import Printed, check_printer, print_slip
from queue_service.printers.rules.raster import read_raster
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("printers", __name__, url_prefix="/api/v1/branches/<branch>/printer")


@blueprint.post("/slips")
@describe("Print a slip on a kiosk's printer", body=PrintBody, answers={200: PrinterAnswer})
def print_(branch: str) -> Response:
    """On the printer that an administrator has chosen for this kiosk, and on no other.

    It comes after the ticket, which never waits for it. A repeated request prints nothing, and
    answers as the first.
    """
    payload = body(PrintBody)
    given = command(branch, payload)
    return _answer(print_slip(queue(), given, read_raster(payload.width, payload.picture)))


@blueprint.post("/check")
@describe("Ask a kiosk's printer for its state", body=CheckBody, answers={200: PrinterAnswer})
def check(branch: str) -> Response:
    """Every minute, and so before somebody needs it."""
    return _answer(check_printer(queue(), command(branch, body(CheckBody))))


def _answer(done: Printed) -> Response:
    document = PrinterAnswer(printed=done.printed, state=done.state)
    return answer(document, replayed=done.replayed)
