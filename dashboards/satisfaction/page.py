"""How satisfied citizens are: the answers of a period, as the history shows its figures."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, writing
from dashboards.history.charts import keep
from dashboards.history.query import read
from dashboards.satisfaction.course import courses
from dashboards.satisfaction.view import SatisfactionView
from queue_service.charts.store import ChartStore
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import before
from queue_service.days.rules.ranges import last_whole_month
from queue_service.feedback.rules import LEAST_SHOWN
from queue_service.history.operations.daily import answer_goals
from queue_service.satisfaction.operations import feedback
from queue_service.web.context import queue

blueprint = Blueprint("satisfaction", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/satisfaction")
def satisfaction(branch: str) -> ResponseReturnValue:
    """The page of a period, asked for as the history is."""
    known = get_branch(queue(), branch)
    today = today_of(known)
    query = read(request.args, today)
    found = feedback(queue(), branch, query.period.first, query.period.last)
    goals = answer_goals(queue(), branch, query.period)
    month = last_whole_month(known, query.period, today)
    by_month = found if found.whole else feedback(queue(), branch, month.first, month.last)
    earlier = before(query.period)
    compared = feedback(queue(), branch, earlier.first, earlier.last)
    view = SatisfactionView(found, by_month, writing(), goals, replace(compared, period=earlier))
    course = courses(found, goals, writing())
    pictures = keep(queue().get(ChartStore), branch, {one.question: one.drawing for one in course})
    return show(
        "satisfaction",
        known,
        query=query,
        today=today,
        view=view,
        courses=course,
        pictures=pictures,
        least=LEAST_SHOWN,
    )
