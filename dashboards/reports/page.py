"""The pages of reports: those that are kept, one of them, and who gets them by mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, writing
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import before, period_of
from queue_service.errors import NotFound
from queue_service.exports.api.service import export_service, remember
from queue_service.exports.order import report_order
from queue_service.reports import operations as reporting
from queue_service.reports.page import KIND_NAMES
from queue_service.reports.render import as_html
from queue_service.reports.report import KINDS
from queue_service.tables.writing import Writing
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import N_, current_language
from queue_service.web.responses import uncached

blueprint = Blueprint("reports", __name__, url_prefix="/dashboards/<branch>/reports")

_MAKE: Final = "workers.jobs.reports.make"
_REQUEST_WINDOW_MS: Final = 5_000
"""Two presses within so long ask for one report."""
_AWAITED_MS: Final = 900_000
"""After so long the page no longer waits: the report's making has failed."""
_WINDOW_NUMBER: Final = re.compile(r"[0-9]{1,12}")


blueprint.record(remember)


@blueprint.get("")
def reports(branch: str) -> ResponseReturnValue:
    """The reports that are kept."""
    return _list(branch)


@blueprint.post("")
def make(branch: str) -> ResponseReturnValue:
    """Have one made by hand, replacing an earlier one."""
    kind, day = form_value("kind"), form_value("date")
    period, refused = attempt("make", lambda: reporting.require_over(queue(), branch, kind, day))
    if refused:
        return _list(branch, refused)
    wanted = f"{kind}-{period.first}"
    window = queue().store.time() // _REQUEST_WINDOW_MS
    export_service().enqueue(
        _MAKE, f"report-{branch}-{wanted}-{window}", branch, kind, period.first
    )
    return redirect(url_for("reports.report", branch=branch, report=wanted, made=window), 303)


@blueprint.get("/<report>")
def report(branch: str, report: str) -> ResponseReturnValue:
    """One report; while it is being made the page waits for it."""
    known = get_branch(queue(), branch)
    if _is_awaited(branch, report, request.args.get("made", "")):
        return uncached(show("reports-wait", known, page_class=""), 202)
    found = reporting.read(queue(), branch, report)
    stored = reporting.stored_reports(queue(), branch)
    same = [one.id for one in stored if one.kind == found.kind]
    at = same.index(found.id)
    language = current_language()
    page = show(
        "reports-one",
        known,
        page_class="",
        report=found,
        content=as_html(found, language),
        title=_title(found.kind, found.first),
        earlier=same[at + 1] if at + 1 < len(same) else None,
        later=same[at - 1] if at else None,
    )
    return uncached(page)


@blueprint.post("/<report>/pdf")
def pdf(branch: str, report: str) -> ResponseReturnValue:
    """Have it made as PDF; it waits among the files."""
    order = report_order(reporting.read(queue(), branch, report), current_language())
    made = export_service().order(order, g.caller)
    if made.state == "ready":
        return redirect(url_for("exports.pick_up", branch=branch, export=made.id), 303)
    return redirect(url_for("exports.exports", branch=branch, _anchor="files"), 303)


@blueprint.post("/readers")
def subscribe(branch: str) -> ResponseReturnValue:
    """Have reports sent to an address."""
    kinds, language = request.form.getlist("kinds"), current_language()
    return _done(
        branch,
        "readers",
        lambda: reporting.subscribe(
            queue(), branch, g.caller, form_value("target"), kinds, language
        ),
    )


@blueprint.post("/readers/<reader>/remove")
def unsubscribe(branch: str, reader: str) -> ResponseReturnValue:
    """Stop sending them to an address, and forget it."""
    return _done(branch, "readers", lambda: reporting.unsubscribe(queue(), branch, reader))


def _done(branch: str, form: str, action: Callable[[], Any]) -> ResponseReturnValue:
    _, refused = attempt(form, action)
    if refused:
        return _list(branch, refused)
    return redirect(url_for("reports.reports", branch=branch, _anchor=form), 303)


def _list(branch_id: str, refused: FormRefused | None = None) -> Response:
    branch = get_branch(queue(), branch_id)
    stored = reporting.stored_reports(queue(), branch_id)
    this_week = period_of("week", today_of(branch))
    last_week = this_week if branch.historic else before(this_week)
    say = writing()
    page = show(
        "reports",
        branch,
        page_class="",
        stored_reports=[(one.id, one.kind, _title(one.kind, one.first)) for one in stored],
        kinds={kind: KIND_NAMES[kind] for kind in KINDS},
        readers=reporting.readers_of(queue(), branch_id),
        unsent=reporting.unsent(queue(), branch_id),
        mail=settings().smtp_url is not None,
        refused=refused,
        labels={"make-date": say(N_("A date in it"))},
        filled=request.form if refused else {"kind": "week", "date": last_week.first},
        filled_kinds=request.form.getlist("kinds") if refused else KINDS,
    )
    return uncached(page, refused.status if refused else 200)


def _title(kind: str, first: str) -> str:
    period = period_of("week" if kind == "week" else "month", first)
    return Writing(current_language()).period(period)


def _is_awaited(branch: str, wanted: str, made: str) -> bool:
    """Whether a report was asked for lately, at ``made`` of the page's address, and is not there.

    The address is anybody's to write.
    """
    if not _WINDOW_NUMBER.fullmatch(made) or not reporting.may_come(queue(), branch, wanted):
        return False
    since = int(made) * _REQUEST_WINDOW_MS
    lately = since <= queue().store.time() < since + _AWAITED_MS
    return lately and not _is_newer(branch, wanted, since)


def _is_newer(branch: str, wanted: str, since: int) -> bool:
    try:
        return reporting.read(queue(), branch, wanted).made_at >= since
    except NotFound:
        return False
