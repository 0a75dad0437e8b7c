"""The page behind the code on a slip: the two questions, on the citizen's own phone.

The code itself lets in, once. Opening the page changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.configuration.operations import get_branch
from queue_service.errors import BranchNotFound, RateLimited
from queue_service.feedback.codes import answer_by_code, find_code
from queue_service.feedback.rules import QUESTIONS, RATINGS, Question, Rating
from queue_service.pages.feedback.texts import TEXTS
from queue_service.pages.typed_codes import too_many_codes
from queue_service.web.context import queue
from queue_service.web.i18n import gettext as _
from queue_service.web.i18n import offer_languages
from queue_service.web.responses import message_page, uncached
from queue_service.web.security.visitors import visitor

blueprint = Blueprint("answer", __name__, url_prefix="/answer")

blueprint.before_request(offer_languages)

_BY_TEXT: Final[Mapping[str, Rating]] = {str(rating): rating for rating in RATINGS}


@blueprint.get("/<branch>/<code>")
def ask(branch: str, code: str) -> ResponseReturnValue:
    """The two questions, or the state of the code."""
    try:
        standing = find_code(queue(), branch, code, visitor().address).standing
    except BranchNotFound:
        standing = "unknown"
    except RateLimited as error:
        return too_many_codes(error)
    if standing == "used":
        return _thanks()
    return _questions(branch, code, 200) if standing == "open" else _too_late()


@blueprint.post("/<branch>/<code>")
def give(branch: str, code: str) -> ResponseReturnValue:
    """Count the answers, once; pressing again thanks again."""
    ratings = _ratings()
    try:
        if not ratings:
            found = find_code(queue(), branch, code, visitor().address)
            return (
                _questions(branch, code, 400) if found.standing == "open" else _again(branch, code)
            )
        answer_by_code(queue(), branch, code, visitor().address, ratings)
    except BranchNotFound:
        return _too_late()
    except RateLimited as error:
        return too_many_codes(error)
    return _again(branch, code)


def _again(branch: str, code: str) -> ResponseReturnValue:
    """To the page, which shows the state of the code."""
    return redirect(url_for("answer.ask", branch=branch, code=code), 303)


def _ratings() -> dict[Question, Rating]:
    given = {question: _BY_TEXT.get(request.form.get(question, "")) for question in QUESTIONS}
    return {question: rating for question, rating in given.items() if rating is not None}


def _questions(branch: str, code: str, status: int) -> Response:
    found = get_branch(queue(), branch)
    offer_languages(found.languages)
    page = render(
        "answer.html",
        branch=found,
        code=code,
        questions={question: _(TEXTS[question]) for question in QUESTIONS},
        ratings={rating: _(TEXTS[f"rating.{rating}"]) for rating in RATINGS},
        chosen=_ratings(),
        problem=status != 200,
    )
    return uncached(page, status)


def _thanks() -> Response:
    return message_page(
        200,
        icon_name="check",
        heading=_("Thank you for your answer"),
        sentence=_("It helps us to do better."),
    )


def _too_late() -> Response:
    return message_page(
        404,
        icon_name="clock",
        heading=_("No answer can be given with this code"),
        sentence=_("A code works until the end of the day after it was printed."),
        steps=[
            _("If you typed the code, see whether it is the one on your slip."),
            _("You can also tell the staff how it went."),
        ],
    )
