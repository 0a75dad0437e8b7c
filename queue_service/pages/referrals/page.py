"""Referrals of a branch: returned, received, and sent from its counters.

The forms work without scripts; a specialist answers by a button, a clerk closes what came back and
finds the branch's own by the ticket's number and date. The script sends the same forms, and draws
the lists again whenever a referral changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeVar

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.contract.reading import parse
from queue_service.errors import Invalid, NotFound, QueueError
from queue_service.language.wording import Wording
from queue_service.lifeline.operations.reachable import ReachableLifeline, lifelines_for
from queue_service.pages.referrals.texts import (
    CATEGORIES,
    OUTCOMES,
    REASONS,
    SETTLED,
    STATES,
    TEXTS,
)
from queue_service.pages.staff_page import staff_page
from queue_service.referrals.contract import SentQuery
from queue_service.referrals.operations import (
    current_referral,
    deciding,
    listing,
    returned_referral,
)
from queue_service.referrals.operations.current_referral import ReceivedReferral
from queue_service.referrals.rules import LISTED_DAYS, Onward, Referral
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language
from queue_service.web.responses import uncached

Choice = TypeVar("Choice", bound=str)

blueprint = Blueprint("referrals_page", __name__, url_prefix="/referrals")


@blueprint.get("/<branch>")
def referrals(branch: str) -> ResponseReturnValue:
    """Both lists; ``?number=`` and ``?date=`` find what was sent."""
    return _page(branch)


@blueprint.post("/<branch>/<referral>/<verb>")
def answer(branch: str, referral: str, verb: str) -> ResponseReturnValue:
    """Take a referral up, close it or return it, or close one that came back; then the lists."""
    command = Command(branch, g.caller)
    acts: dict[str, Callable[[], ReceivedReferral]] = {
        "accept": lambda: deciding.accept(queue(), command, referral, solvable=_solvable()),
        "close": lambda: deciding.close(queue(), command, referral, solvable=_solvable()),
        "give_back": lambda: deciding.give_back(
            queue(), command, referral, _chosen("reason", REASONS), solvable=_solvable()
        ),
        "settle": lambda: returned_referral.settle_returned(
            queue(), command, referral, _chosen("outcome", OUTCOMES)
        ),
        "send_on": lambda: returned_referral.send_on(queue(), command, referral, _onward()),
    }
    if verb not in acts:
        raise NotFound("There is nothing at this address; check it.")
    _, refused = attempt("answer", acts[verb])
    if refused:
        return _page(branch, refused)
    return redirect(url_for("referrals_page.referrals", branch=branch), 303)


def _solvable() -> bool:
    return form_value("solvable") == "1"


def _chosen(name: str, known: Mapping[Choice, str]) -> Choice:
    for value in known:
        if value == form_value(name):
            return value
    raise Invalid.at(name, "Choose one of them.")


def _onward() -> Onward:
    branch, _, lifeline = form_value("to").partition("|")
    return Onward(branch, lifeline, _chosen("category", CATEGORIES))


def _destinations(branch: str) -> Callable[[Referral], list[ReachableLifeline]]:
    """The destinations of a branch's referrals, for each service looked up once."""

    @cache
    def of(service: str) -> list[ReachableLifeline]:
        return [one for one in lifelines_for(queue(), branch, service) if one.rings]

    return lambda referral: of(referral.service)


def _page(branch: str, refused: FormRefused | None = None) -> Response:
    found, command = get_branch(queue(), branch), Command(branch, g.caller)
    asked = {name: request.args.get(name, "").strip() for name in ("number", "date")}
    wrong = ""
    try:
        wanted = parse(SentQuery, {name: text for name, text in asked.items() if text})
        sent = listing.sent(queue(), command, wanted.number or "", wanted.date or "")
    except QueueError as error:
        sent, wrong = [], error.detail
    received = listing.received(queue(), command)
    page = staff_page(
        "referrals.html",
        found,
        TEXTS,
        back=[placed for placed in sent if placed.referral.is_back],
        sent=[placed for placed in sent if not placed.referral.is_back],
        destinations=_destinations(found.id),
        counter=bool(found.counters),
        received=[placed for placed in received if placed.referral.is_open],
        done=[placed for placed in received if not placed.referral.is_open],
        answers=bool(lifelines_of(found) or received),
        names=lambda placed: current_referral.names_of(queue(), placed),
        asked=asked,
        searched=any(asked.values()),
        wrong=wrong,
        refused=refused,
        say=Wording(current_language()),
        days=LISTED_DAYS,
        states=STATES,
        categories=CATEGORIES,
        reasons=REASONS,
        outcomes=OUTCOMES,
        settled=SETTLED,
        texts=TEXTS,
    )
    return uncached(page, refused.status if refused else 200)
