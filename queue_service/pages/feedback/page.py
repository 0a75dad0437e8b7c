"""The feedback terminal: two questions, one tap each.

It is a screen that was enrolled as a kiosk. The page asks and sends by itself, so that a lost
connection costs no answer.
"""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.configuration.operations import get_branch_here
from queue_service.feedback.rules import QUESTIONS, RATINGS
from queue_service.language.languages import LANGUAGES, known_languages
from queue_service.pages.feedback.texts import TEXTS
from queue_service.web.context import queue
from queue_service.web.texts import page_texts

blueprint = Blueprint("feedback_terminal", __name__, url_prefix="/feedback")


@blueprint.get("/<branch>")
def terminal(branch: str) -> ResponseReturnValue:
    """The page, in the branch's first language until somebody chooses another."""
    found = get_branch_here(queue(), branch)
    languages = _languages(found)
    wanted = request.args.get("lang", "")
    return render_template(
        "feedback.html",
        branch=found,
        page_branch=found.id,
        page_as="kiosk" if g.caller.role == "kiosk" else "staff",
        page_lang=wanted if wanted in languages else next(iter(languages)),
        page_texts=page_texts(TEXTS, languages),
        page_data={"questions": QUESTIONS},
        names=languages,
        ratings=RATINGS,
    )


def _languages(branch: Branch) -> dict[str, str]:
    """The branch's languages that pages speak, each by its own name."""
    return {code: LANGUAGES[code].name for code in known_languages(branch.languages)}
