"""The reception's notes and the answers to calls for help, by periods as in the history."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, writing
from dashboards.history.query import read
from dashboards.reception_figures.view import ReceptionView
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.ranges import last_month
from queue_service.days.rules.suppression import SMALLEST
from queue_service.reception.operations import reception_figures
from queue_service.web.context import queue

blueprint = Blueprint("reception_figures", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/reception")
def reception(branch: str) -> ResponseReturnValue:
    """The page of a period, asked for as the history is; by default the last month that is over."""
    known = get_branch(queue(), branch)
    today = today_of(known)
    query = read(request.args, last_month(today).last)
    found = reception_figures(queue(), branch, query.period.first, query.period.last)
    view = ReceptionView(found.total, writing())
    values = {"months": found.months, "least": SMALLEST}
    return show("reception_figures", known, query=query, today=today, view=view, **values)
