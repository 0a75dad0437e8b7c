"""The two pages of a video counter: the screen in the booth, and the clerk elsewhere.

They alone may use the camera and the microphone. Their media go from browser to browser; neither
page records anything.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, g, make_response, render_template, request

from queue_service.branches.visible import visible_branches
from queue_service.configuration.operations import get_branch
from queue_service.language.languages import known_languages
from queue_service.pages.counter.page import pause_reasons
from queue_service.pages.video.screen_texts import SCREEN_TEXTS
from queue_service.pages.video.texts import REMOTE_TEXTS
from queue_service.video.operations import video_counter
from queue_service.visits.rules.transitions import UNDO_START_WITHIN_MS, UNDO_WITHIN_MS
from queue_service.visits.rules.visit import OUTCOMES
from queue_service.web.context import queue
from queue_service.web.security.headers import permissions_policy
from queue_service.web.texts import page_texts

blueprint = Blueprint("video_pages", __name__)

_SCREEN_MAY: Final = ("camera", "microphone")
_CLERK_MAY: Final = (*_SCREEN_MAY, "display-capture")


@blueprint.get("/screen/<branch>/<counter>")
def screen(branch: str, counter: str) -> Response:
    """The page in the booth, in the branch's first language until somebody is called there."""
    found = get_branch(queue(), branch)
    shown = video_counter(queue(), branch, counter)
    languages = known_languages(found.languages)
    wanted = request.args.get("lang", "")
    page = render_template(
        "screen.html",
        branch=found,
        page_branch=found.id,
        page_as="kiosk" if g.caller.role == "kiosk" else "staff",
        page_lang=wanted if wanted in languages else languages[0],
        page_texts=page_texts(SCREEN_TEXTS, languages),
        page_data={
            "counter": shown.id,
            "bound": g.caller.counter == shown.id,
            "languages": languages,
            "name": dict(shown.names) or shown.name,
            "telephone": shown.video.telephone if shown.video else None,
        },
    )
    return _with(page, _SCREEN_MAY)


@blueprint.get("/remote")
def remote() -> Response:
    """The clerk's page, over the video counters of all branches that the account may see."""
    branches = [branch for branch in visible_branches() if branch.has_video]
    page = render_template(
        "remote.html",
        branches=branches,
        page_branch=branches[0].id if branches else "",
        page_as="staff",
        page_texts=page_texts(REMOTE_TEXTS),
        page_data={
            "branch": branches[0].document if branches else None,
            "branches": {branch.id: branch.document for branch in branches},
            "pauses": {branch.id: pause_reasons(branch) for branch in branches},
            "next_opening": None,
            "outcomes": OUTCOMES,
            "undo_within_ms": UNDO_WITHIN_MS,
            "undo_start_within_ms": UNDO_START_WITHIN_MS,
        },
    )
    return _with(page, _CLERK_MAY)


def _with(page: str, features: tuple[str, ...]) -> Response:
    response = make_response(page)
    response.headers["Permissions-Policy"] = permissions_policy(features)
    return response
