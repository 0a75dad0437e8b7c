"""The past of a branch: a day, week, month, year or any range of dates."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, whole_until, writing
from dashboards.frame.nav import explanations, pages
from dashboards.history.branches import rows_of_branches
from dashboards.history.charts import picture
from dashboards.history.query import KINDS, lately, read_or_lately
from dashboards.history.view import HistoryPage
from queue_service.branches.visible import comparable_branches, visible_branches
from queue_service.charts.renderer import NotDrawn
from queue_service.charts.store import KEPT_SECONDS, ChartStore
from queue_service.configuration.operations import get_branch
from queue_service.contacts.week import count_week
from queue_service.errors import StoreUnavailable
from queue_service.history.operations.history import past
from queue_service.tables.comparisons.branches import branches_table
from queue_service.tables.comparisons.comparison_figures import comparison_figures
from queue_service.tables.figures.catalogue import figures
from queue_service.web.context import queue
from queue_service.web.i18n import current_language

blueprint = Blueprint("history", __name__, url_prefix="/dashboards")
blueprint.add_app_template_global(pages, "dashboard_pages")
blueprint.add_app_template_global(explanations)
blueprint.add_app_template_global(lately)
blueprint.add_app_template_global(whole_until)

_HOUR_VIEW: Final = "hour.hour"
"""The address of the explanation of one hour."""

_A_PICTURE: Final = {"Cache-Control": f"private, max-age={KEPT_SECONDS}, immutable"}
"""Its address names what it shows, so it never changes."""


@blueprint.get("/<branch>/history")
def history(branch: str) -> ResponseReturnValue:
    """The page."""
    known = get_branch(queue(), branch)
    query = read_or_lately(request.args, today_of(known))
    comparable = comparable_branches(known)
    page = HistoryPage(queue(), query, known, [known, *comparable], writing()).page()
    return show(
        "history",
        known,
        page_class="history",
        query=query,
        kinds=KINDS,
        today=today_of(known),
        comparable=comparable,
        page=page,
        worst_day=page.worst_day,
        hour_view=_HOUR_VIEW if _HOUR_VIEW in current_app.view_functions else None,
    )


@blueprint.get("/<branch>/history/charts/<digest>.svg")
def chart(branch: str, digest: str) -> Response:
    """A picture of a page that was shown. Raises NotFound when its day has passed."""
    try:
        svg = picture(queue().get(ChartStore), branch, digest)
    except NotDrawn as error:
        raise StoreUnavailable(
            "The chart cannot be drawn just now; its table is below it.", retry_after=5
        ) from error
    return Response(svg, mimetype="image/svg+xml", headers=_A_PICTURE)


@blueprint.get("/<branch>/history/branches")
def branches(branch: str) -> ResponseReturnValue:
    """All branches that the caller may see, side by side over the same period.

    Branches that count in no sum are named, and shown by themselves.
    """
    known = get_branch(queue(), branch)
    query = read_or_lately(request.args, today_of(known))
    visible = visible_branches(past=True)
    found = [past(queue(), one.id, query.period) for one in visible if one.counted]
    week = count_week(queue(), visible, query.period)
    write = writing()
    return show(
        "history_branches",
        known,
        page_class="history",
        query=query,
        kinds=KINDS,
        today=today_of(known),
        title=write.period(query.period),
        shown=rows_of_branches(branches_table(found, week, write.language), write)
        if found
        else None,
        left_out=[one for one in visible if not one.counted],
    )


@blueprint.get("/<branch>/definitions")
def definitions(branch: str) -> ResponseReturnValue:
    """The definition of every figure."""
    return show(
        "history_definitions",
        get_branch(queue(), branch),
        page_class="history",
        figures=[*figures(current_language()), *comparison_figures(current_language())],
    )
