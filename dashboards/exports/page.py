"""The page of files: tables of the past as CSV and XLSX, small ones at once, others by a worker."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.exports.view import export_row, open_data_dates
from dashboards.frame.context import show, today_of, writing
from queue_service.branches.rules.branch import Branch
from queue_service.branches.visible import other_branches
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import period_of
from queue_service.exports.api.service import chosen_branches, download, export_service, remember
from queue_service.exports.order import CONTENTS, DAYS_AT_ONCE, OF_BRANCHES, OPEN_DATA, new_order
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt
from queue_service.web.i18n import N_, current_language
from queue_service.web.responses import uncached

blueprint = Blueprint("exports", __name__, url_prefix="/dashboards/<branch>/exports")
blueprint.record(remember)


@blueprint.get("")
def exports(branch: str) -> ResponseReturnValue:
    """The page, filled in by its address where that says something."""
    return _page(branch, request.args)


@blueprint.post("")
def order(branch: str) -> ResponseReturnValue:
    """Give a small file at once, or have a large one made."""
    return _order(branch, request.form)


@blueprint.get("/file")
def file(branch: str) -> ResponseReturnValue:
    """A small file at once, by its address alone; for a large one the page, filled in."""
    wanted, refused = attempt(
        "order", lambda: new_order(branch, _branches(request.args), _order_fields(request.args))
    )
    if refused or not wanted.small:
        return _page(branch, request.args, refused)
    return download(export_service().at_once(wanted, g.caller))


@blueprint.get("/list")
def listed(branch: str) -> ResponseReturnValue:
    """The list alone, which the page refreshes while files are being made."""
    known = get_branch(queue(), branch)
    return uncached(render_template("exports-list.html", branch=known, **_files(known)))


@blueprint.get("/<export>")
def pick_up(branch: str, export: str) -> ResponseReturnValue:
    """A file that is ready."""
    return download(export_service().pick_up(branch, export, g.caller))


def _order(branch: str, form: Mapping[str, str]) -> ResponseReturnValue:
    wanted, refused = attempt(
        "order", lambda: new_order(branch, _branches(form), _order_fields(form))
    )
    if not refused and wanted.small:
        return download(export_service().at_once(wanted, g.caller))
    if not refused:
        _, refused = attempt("order", lambda: export_service().order(wanted, g.caller))
    if refused:
        return _page(branch, form, refused)
    return redirect(url_for("exports.exports", branch=branch, _anchor="files"), 303)


def _order_fields(values: Mapping[str, str]) -> dict[str, str]:
    return {"language": current_language(), **{k: v.strip() for k, v in values.items() if v}}


def _page(
    branch_id: str, values: Mapping[str, str], refused: FormRefused | None = None
) -> Response:
    branch = get_branch(queue(), branch_id)
    say, several = writing(), bool(other_branches(branch.id, past=True))
    month = period_of("month", today_of(branch))
    page = show(
        "exports",
        branch,
        page_class="",
        contents={k: v for k, v in CONTENTS.items() if several or k not in OF_BRANCHES},
        open_data=OPEN_DATA,
        open_dates=open_data_dates(branch, queue().store.time(), say),
        days_at_once=DAYS_AT_ONCE,
        filled={"from": month.first, "to": month.last, **_order_fields(values)},
        refused=refused,
        labels={"order-from": say(N_("First date")), "order-to": say(N_("Last date"))},
        **_files(branch),
    )
    return uncached(page, refused.status if refused else 200)


def _files(branch: Branch) -> dict[str, object]:
    """The entries of the list, and whether any is unfinished."""
    entries = export_service().listed(branch.id, g.caller)
    files = [export_row(entry, branch, current_language()) for entry in entries]
    return {"files": files, "moving": any(one.state in ("asked", "working") for one in files)}


def _branches(values: Mapping[str, str]) -> tuple[str, ...]:
    return chosen_branches({name for name in values.get("branches", "").split(",") if name})
