"""The page that the link in a letter leads to: stop getting reports, without a login."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from queue_service import reports
from queue_service.configuration.operations import get_branch
from queue_service.reports import operations as reporting
from queue_service.reports.store import ReportStore
from queue_service.web.context import queue

blueprint = Blueprint(
    "reports_stop",
    __name__,
    url_prefix="/reports",
    static_folder=str(Path(reports.__file__).parent / "static"),
    static_url_path="/-",
)

_NOT_TO_BE_FOUND: Final = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


@blueprint.get("/<branch>/stop/<reader>")
def ask(branch: str, reader: str) -> ResponseReturnValue:
    """Ask once more: programs that look into mail open every link in it."""
    known = get_branch(queue(), branch)
    there = queue().get(ReportStore).reader(branch, reader) is not None
    page = render_template("reports-stop.html", branch=known, reader=reader, there=there)
    return page, 200, _NOT_TO_BE_FOUND


@blueprint.post("/<branch>/stop/<reader>")
def stop(branch: str, reader: str) -> ResponseReturnValue:
    """Forget the address: for the page's button, and for a mailbox's own (RFC 8058).

    The latter comes from a mail provider, with no cookie; the reader's id allows it.
    """
    known = get_branch(queue(), branch)
    reporting.unsubscribe(queue(), branch, reader)
    page = render_template("reports-stop.html", branch=known, reader=reader, there=False)
    return page, 200, _NOT_TO_BE_FOUND
