"""All contacts over a week, or any dates: by channel, task and kind, and each branch's share."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.contacts.view import ContactsView
from dashboards.frame.context import show, today_of, writing
from dashboards.history.query import read
from queue_service.branches.visible import visible_branches
from queue_service.configuration.operations import get_branch
from queue_service.contacts.week import count_week
from queue_service.days.rules.period import days_after
from queue_service.exports.order import COUNT_WEEK, DAYS_AT_ONCE
from queue_service.web.context import queue

blueprint = Blueprint("contacts", __name__, url_prefix="/dashboards")

_DATES = ("period", "date", "from", "to")


@blueprint.get("/<branch>/contacts")
def contacts(branch: str) -> ResponseReturnValue:
    """The page of a period, by default the last whole week. ``?sum=`` names branches to add up."""
    known = get_branch(queue(), branch)
    today = today_of(known)
    asked = request.args.to_dict()
    if not any(map(asked.get, _DATES)):
        asked |= {"period": "week", "date": today if known.historic else days_after(today, -7)}
    query = read(asked, today)
    visible = visible_branches(past=True)
    week = count_week(queue(), visible, query.period)
    view = ContactsView(week, request.args.getlist("sum"), writing())
    return show(
        "contacts",
        known,
        query=query,
        today=today,
        view=view,
        writing=writing(),
        content=COUNT_WEEK,
        at_once=len(query.period) <= DAYS_AT_ONCE,
        left_out=[one for one in visible if not one.counted],
    )
