"""Weekly and monthly reports over HTTP: read, made into files, and sent to readers by mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from queue_service.command import answered_once, kept_under
from queue_service.errors import Invalid, NotFound
from queue_service.exports.api.files import ordered
from queue_service.exports.api.service import remember
from queue_service.exports.contract import (
    ExportAnswer,
    ReaderAnswer,
    ReaderBody,
    ReadersAnswer,
    ReportAnswer,
    ReportFileBody,
    ReportQuery,
    ReportsAnswer,
    ReportsQuery,
)
from queue_service.exports.order import report_order
from queue_service.language.instants import rfc3339
from queue_service.language.languages import staff_languages
from queue_service.reports import operations
from queue_service.reports.operations import StoredReport
from queue_service.reports.render import as_document
from queue_service.reports.store import ReportReader
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query
from queue_service.web.responses import uncached

blueprint = Blueprint("report_files", __name__, url_prefix="/api/v1/branches/<branch>")
blueprint.record(remember)


@blueprint.get("/reports")
@describe("The reports that are kept", query=ReportsQuery, answers={200: ReportsAnswer})
def listed(branch: str) -> Response:
    """Weekly and monthly, each made on the morning after."""
    return answer({"reports": [_report_json(one) for one in _of_kind(branch)]})


@blueprint.get("/reports/latest")
@describe("The latest report", query=ReportsQuery, answers={200: ReportAnswer},
          refusals=("not_found",))  # fmt: skip
def latest(branch: str) -> Response:
    """Of one kind, or of both."""
    found = _of_kind(branch)
    if not found:
        raise NotFound("There is no such report yet: each is made on the morning after.")
    return answer(_report_json(found[0]))


@blueprint.get("/reports/<report>")
@describe("A report", query=ReportQuery, answers={200: "text/html"}, refusals=("not_found",))
def one(branch: str, report: str) -> Response:
    """As a document that needs no other file."""
    language = _of_staff(query(ReportQuery).language)
    return uncached(as_document(operations.read(queue(), branch, report), language))


@blueprint.post("/reports/<report>/pdf")
@describe("Have a report made as PDF", body=ReportFileBody, answers={202: ExportAnswer},
          refusals=("not_found",))  # fmt: skip
def pdf(branch: str, report: str) -> Response:
    """It is one of the branch's exports: ask for it there until its state is ``ready``."""
    wanted = body(ReportFileBody)
    asked, language = command(branch, wanted), _of_staff(wanted.language)
    return ordered(asked, report_order(operations.read(queue(), branch, report), language))


@blueprint.get("/report-readers")
@describe("Who gets reports by mail", answers={200: ReadersAnswer})
def readers(branch: str) -> Response:
    """Without their addresses."""
    found = operations.readers_of(queue(), branch)
    return answer({"readers": [_reader_json(reader) for reader in found]})


@blueprint.post("/report-readers")
@describe("Have reports sent by mail", body=ReaderBody, answers={201: ReaderAnswer})
def subscribe(branch: str) -> Response:
    """From the next report on. It ends with the login or token that asked for it.

    The same address again changes its kinds and language.
    """
    wanted = body(ReaderBody)
    asked, language = command(branch, wanted), _of_staff(wanted.language)
    document, replayed = answered_once(
        queue(),
        kept_under(asked),
        asked.idempotency,
        lambda: _reader_json(
            operations.subscribe(queue(), branch, g.caller, wanted.target, wanted.kinds, language)
        ),
    )
    return answer(document, 201, replayed=replayed)


@blueprint.delete("/report-readers/<reader>")
@describe("Stop sending reports", answers={204: ""}, refusals=("not_found",))
def unsubscribe(branch: str, reader: str) -> Response:
    """The address is forgotten."""
    if not operations.unsubscribe(queue(), branch, reader):
        raise NotFound("There is no such reader: look at the list again.")
    return no_content()


def _of_kind(branch: str) -> list[StoredReport]:
    kind = query(ReportsQuery).kind
    found = operations.stored_reports(queue(), branch)
    return [one for one in found if kind in (None, one.kind)]


def _of_staff(language: str) -> str:
    if language not in staff_languages():
        known = ", ".join(staff_languages())
        raise Invalid.at("language", f"There are texts in these languages only: {known}.")
    return language


def _report_json(report: StoredReport) -> dict[str, Any]:
    period = report.period
    return {"id": report.id, "kind": report.kind, "from": period.first, "to": period.last}


def _reader_json(reader: ReportReader) -> dict[str, Any]:
    return {
        "id": reader.id,
        "hint": reader.hint,
        "kinds": list(reader.kinds),
        "language": reader.language,
        "since": rfc3339(reader.since),
    }
