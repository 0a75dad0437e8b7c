"""How the figures may be biased: signs to talk about, of a branch and its teams."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of, writing
from dashboards.history.query import read
from dashboards.quality.view import QualityView
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import before
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.operations.history import past
from queue_service.insight.operations.worst_periods import worst_day
from queue_service.insight.rules.data_quality import LEAST_N
from queue_service.web.context import queue

blueprint = Blueprint("quality", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/quality")
def quality(branch: str) -> ResponseReturnValue:
    """The page of a period, with the same parameters as the history, next to the period before
    it."""
    known = get_branch(queue(), branch)
    now = queue().store.time()
    today = today_of(known)
    query = read(request.args, today)
    earlier = before(query.period)
    here = past(queue(), branch, query.period, now=now)
    view = QualityView(
        here,
        past(queue(), branch, earlier, now=now),
        writing(),
    )
    return show(
        "quality",
        known,
        query=query,
        today=today,
        view=view,
        worst_day=worst_day(here),
        earlier=earlier,
        smallest=SMALLEST,
        least=LEAST_N,
    )
