"""The page that compares branches by the same mix of services."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.comparison.view import ComparisonView
from dashboards.frame.context import show, today_of, writing
from dashboards.history.query import KINDS, read_or_lately
from queue_service.branches.rules.branch import Branch
from queue_service.branches.visible import visible_branches
from queue_service.configuration.operations import get_branch
from queue_service.insight.operations.comparison import comparison as compare
from queue_service.insight.rules.standardise import MIN_COVERED, MIN_SERVICE
from queue_service.web.context import queue

blueprint = Blueprint("comparison", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/comparison")
def comparison(branch: str) -> ResponseReturnValue:
    """The page of a period, by default the last four weeks, with ``branches=a,b`` or several.

    By default the branches that sums count; practice and historic branches have to be chosen. A
    branch that the caller may not see is left out.
    """
    known = get_branch(queue(), branch)
    today = today_of(known)
    arguments = {**request.args.to_dict(), "branches": ",".join(request.args.getlist("branches"))}
    query = read_or_lately(arguments, today)
    visible = visible_branches(past=True)
    chosen = _chosen({name for name in query.branches.split(",") if name}, visible)
    found = compare(queue(), chosen, query.period) if len(chosen) > 1 else None
    return show(
        "comparison",
        known,
        query=query,
        kinds=KINDS,
        today=today,
        writing=writing(),
        visible=sorted(visible, key=lambda one: (not one.counted, one.name)),
        chosen=chosen,
        view=ComparisonView(found, known.id, writing()) if found else None,
        minimums=(MIN_SERVICE, MIN_COVERED),
    )


def _chosen(asked: Collection[str], visible: Collection[Branch]) -> list[str]:
    return [one.id for one in visible if (one.id in asked if asked else one.counted)]
