"""Files for download over HTTP: ordered, listed, taken out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from queue_service.command import Command, answered_once, kept_under
from queue_service.exports.api.service import chosen_branches, download, export_service, remember
from queue_service.exports.contract import ExportAnswer, ExportBody, ExportsAnswer
from queue_service.exports.order import Order, new_order, order_from_text
from queue_service.exports.store import KEPT_MS, Record
from queue_service.language.instants import rfc3339
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("files", __name__, url_prefix="/api/v1/branches/<branch>/exports")
blueprint.record(remember)

_ACCEPTED = 202


@blueprint.get("")
@describe("The files that were asked for", answers={200: ExportsAnswer})
def listed(branch: str) -> Response:
    """Of the last day, by anybody who sees the same branches."""
    found = export_service().listed(branch, g.caller)
    return answer({"exports": [export_json(entry) for entry in found]})


@blueprint.post("")
@describe("Have a file made", body=ExportBody, answers={_ACCEPTED: ExportAnswer})
def order(branch: str) -> Response:
    """A worker makes it: ask for it again until its state is ``ready``.

    The same order gives the same file, and a new one a minute after it was ready.
    """
    wanted = body(ExportBody)
    values = {
        "content": wanted.content,
        "from": wanted.from_,
        "to": wanted.to,
        "format": wanted.format,
        "language": wanted.language,
    }
    return ordered(
        command(branch, wanted), new_order(branch, chosen_branches(wanted.branches), values)
    )


@blueprint.get("/<export>")
@describe("A file's progress", answers={200: ExportAnswer}, refusals=("not_found",))
def one(branch: str, export: str) -> Response:
    """A file is kept for a day."""
    return answer(export_json(export_service().one(branch, export, g.caller)))


@blueprint.get("/<export>/file")
@describe("A file", answers={200: "application/octet-stream"}, refusals=("not_found",))
def file(branch: str, export: str) -> Response:
    """That is ready, with its type and its name."""
    return download(export_service().pick_up(branch, export, g.caller))


def ordered(asked: Command, wanted: Order) -> Response:
    """The response to a request for a file."""
    document, replayed = answered_once(
        queue(),
        kept_under(asked),
        asked.idempotency,
        lambda: export_json(export_service().order(wanted, g.caller)),
    )
    return answer(document, _ACCEPTED, replayed=replayed)


def export_json(entry: Record) -> dict[str, Any]:
    """A file as it is answered."""
    wanted, ready = order_from_text(entry.order), entry.state == "ready"
    return {
        "id": entry.id,
        "state": entry.state,
        "content": wanted.content,
        "from": wanted.first,
        "to": wanted.last,
        "format": wanted.format,
        "language": wanted.language,
        "branches": list(wanted.branches),
        "name": wanted.name,
        "requested_at": rfc3339(entry.asked_at),
        "done": entry.done,
        "of": entry.of,
        "size": entry.size if ready else None,
        "problem": entry.problem or None,
        "kept_until": rfc3339(entry.touched_at + KEPT_MS) if ready else None,
    }
