"""Referrals of a branch: what was sent from its counters, and what it received.

The forms work without scripts; a specialist answers by a button, a counter finds its own by the
ticket's number and date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.operations import get_branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.command import Command
from queue_service.contract.reading import parse
from queue_service.errors import Invalid, NotFound, QueueError
from queue_service.language.wording import Wording
from queue_service.pages.referrals.texts import CATEGORIES, REASONS, STATES
from queue_service.referrals import operations
from queue_service.referrals.contract import SentQuery
from queue_service.referrals.operations import Placed
from queue_service.referrals.rules import LISTED_DAYS, Reason
from queue_service.web.access import allow
from queue_service.web.context import queue
from queue_service.web.forms import Refused, attempt, form_value
from queue_service.web.i18n import current_language

blueprint = Blueprint("referrals_page", __name__, url_prefix="/referrals")


@blueprint.get("/<branch>")
@allow("clerk", "supervisor", "admin")
def referrals(branch: str) -> ResponseReturnValue:
    """Both lists; ``?number=`` and ``?date=`` find what was sent."""
    return _page(branch)


@blueprint.post("/<branch>/<referral>/<verb>")
@allow("clerk", "supervisor", "admin")
def answer(branch: str, referral: str, verb: str) -> ResponseReturnValue:
    """Take a referral up, close it or return it, and show the lists."""
    command = Command(branch, g.caller)
    acts: dict[str, Callable[[], Placed]] = {
        "accept": lambda: operations.accept(queue(), command, referral),
        "close": lambda: operations.close(
            queue(), command, referral, solvable=form_value("solvable") == "1"
        ),
        "give_back": lambda: operations.give_back(queue(), command, referral, _reason()),
    }
    if verb not in acts:
        raise NotFound("There is nothing at this address; check it.")
    _, refused = attempt("answer", acts[verb])
    if refused:
        return _page(branch, refused)
    return redirect(url_for("referrals_page.referrals", branch=branch), 303)


def _reason() -> Reason:
    for reason in get_args(Reason):
        if reason == form_value("reason"):
            found: Reason = reason
            return found
    raise Invalid.at("reason", "Choose why it comes back.")


def _page(branch: str, refused: Refused | None = None) -> Response:
    found, command = get_branch(queue(), branch), Command(branch, g.caller)
    asked = {name: request.args.get(name, "").strip() for name in ("number", "date")}
    wrong, now = "", queue().store.time()
    try:
        wanted = parse(SentQuery, {name: text for name, text in asked.items() if text})
        sent = operations.sent(queue(), command, wanted.number or "", wanted.date or "")
    except QueueError as error:
        sent, wrong = [], error.detail
    received = operations.received(queue(), command)
    page = render_template(
        "referrals.html",
        branch=found,
        page_branch=found.id,
        page_as="staff",
        # By the clock that says when one came back; a search shows but some of them.
        page_data={"seen_at": None if any(asked.values()) else now},
        sent=sent,
        received=[placed for placed in received if placed.referral.is_open],
        done=[placed for placed in received if not placed.referral.is_open],
        answers=bool(lifelines_of(found) or received),
        names=lambda placed: operations.names_of(queue(), placed),
        asked=asked,
        searched=any(asked.values()),
        wrong=wrong,
        refused=refused,
        say=Wording(current_language()),
        days=LISTED_DAYS,
        states=STATES,
        categories=CATEGORIES,
        reasons=REASONS,
    )
    response = make_response(page, refused.status if refused else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
