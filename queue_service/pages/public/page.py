"""The public pages of branches: without a login and without a cookie, the same for everybody."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from queue_service.language.wording import Wording
from queue_service.pages.public.rss import rss as rss_of
from queue_service.pages.public.view import branch_view
from queue_service.public.api import public_branches, shared_branch
from queue_service.public.operations import KEPT_MS, KeptBranch
from queue_service.public.text import is_open, waiting
from queue_service.web.context import settings
from queue_service.web.i18n import language_without_cookie
from queue_service.web.security.access import public
from queue_service.web.shared_responses import Representation, shared

blueprint = Blueprint("public_page", __name__, url_prefix="/b")


@blueprint.get("")
@public
def overview() -> Response:
    """The branches that are switched on, with whether they are open and how many wait."""
    say = Wording(language_without_cookie())
    lines = [
        {
            "id": kept.branch.id,
            "name": kept.branch.name,
            "open": kept.branch.open,
            "open_text": is_open(kept.branch, say),
            "people": waiting(kept.branch.waiting, say)
            if kept.branch.open and kept.branch.waiting is not None
            else "",
        }
        for kept in public_branches()
    ]
    page = render_template("public-branches.html", lines=lines, page_lang=say.language)
    return shared(Representation.of(page.encode(), "text/html"), KEPT_MS // 1000, "Accept-Language")


@blueprint.get("/<branch>")
@public
def branch(branch: str) -> Response:
    """A branch, at most 15 seconds old."""
    say = Wording(language_without_cookie())

    def write(kept: KeptBranch) -> bytes:
        found = kept.branch
        return render_template(
            "public-branch.html",
            branch=found,
            page_lang=say.language,
            **branch_view(found, say),
        ).encode()

    return shared_branch(branch, ("page", say.language, "text/html"), write)


@blueprint.get("/<branch>/rss")
@public
def rss(branch: str) -> Response:
    """A branch as RSS 2.0, for screens that show such a source."""
    say = Wording(language_without_cookie())

    def write(kept: KeptBranch) -> bytes:
        path = url_for("public_page.branch", branch=kept.branch.id)
        return rss_of(kept.branch, kept.since, settings().public_url + path, say)

    return shared_branch(branch, ("rss", say.language, "application/rss+xml"), write)
