"""How fast specialists answer, and what was referred, over a period as in the history."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, writing
from dashboards.history.query import read
from dashboards.lifelines.view import LifelineView
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.ranges import last_whole_month
from queue_service.days.rules.suppression import SMALLEST
from queue_service.lifeline.operations.figures import lifeline_figures
from queue_service.referrals.operations.figures import referral_figures
from queue_service.web.context import queue

blueprint = Blueprint("lifelines", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/lifeline")
def lifelines(branch: str) -> ResponseReturnValue:
    """The page of a period, asked for as the history is."""
    known = get_branch(queue(), branch)
    today = today_of(known)
    query = read(request.args, today)
    first, last = query.period.first, query.period.last
    referred = referral_figures(queue(), branch, first, last)
    if referred.months is None:
        month = last_whole_month(known, query.period, today)
        referred = referral_figures(queue(), branch, month.first, month.last)
    view = LifelineView(lifeline_figures(queue(), branch, first, last), referred, writing())
    return show("lifelines", known, query=query, today=today, view=view, least=SMALLEST)
