"""The public pages of branches: without a login and without a cookie, the same for everybody."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, url_for
from pydantic_core import to_json

from queue_service.errors import NotFound
from queue_service.language.wording import Wording
from queue_service.pages.public.rss import rss as rss_of
from queue_service.pages.public.structured import dcat, schema_org
from queue_service.pages.public.view import branch_view
from queue_service.public.api import kept_branch, public_branches, shared_branch
from queue_service.public.operations import KEPT_MS, KeptBranch
from queue_service.public.text import is_open, waiting
from queue_service.runtime.phone_address import phone_address
from queue_service.web.context import settings
from queue_service.web.i18n import current_language, ignore_cookie, offer_languages
from queue_service.web.shared_responses import Representation, shared

blueprint = Blueprint("public_page", __name__, url_prefix="/b")

HTML: Final = "text/html"


@blueprint.get("")
def overview() -> Response:
    """The branches that are switched on, with whether they are open and how many wait."""
    ignore_cookie()
    offer_languages()
    say = Wording(current_language())
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
    page = Representation.of(render_template("public-branches.html", lines=lines).encode(), HTML)
    return shared(page, KEPT_MS // 1000, "Accept-Language")


@blueprint.get("/<branch>")
def branch(branch: str) -> Response:
    """A branch, at most 15 seconds old."""
    kept, say = _find(branch)

    def write() -> bytes:
        found = kept.branch
        address = settings().public_url + url_for("public_page.branch", branch=found.id)
        page = render_template(
            "public-branch.html",
            branch=found,
            structured=schema_org(found, address, say),
            **branch_view(found, say),
        )
        return page.encode()

    return shared_branch(kept, "page", HTML, write, say.language)


@blueprint.get("/dcat.jsonld")
def dcat_catalogue() -> Response:
    """The catalogue of the branches that are switched on, by DCAT-AP-DK. Raises NotFound without
    ``QUEUE_PUBLISHER``."""
    ignore_cookie()
    publisher, origin = settings().publisher, settings().public_url
    if not publisher:
        raise NotFound("This installation names no publisher of data; set QUEUE_PUBLISHER.")
    document = dcat([kept.branch for kept in public_branches()], origin, publisher)
    body = Representation.of(to_json(document), "application/ld+json")
    return shared(body, KEPT_MS // 1000)


@blueprint.get("/<branch>/rss")
def rss(branch: str) -> Response:
    """A branch as RSS 2.0, for screens that show such a source."""
    kept, say = _find(branch)

    def write() -> bytes:
        path = url_for("public_page.branch", branch=kept.branch.id, lang=say.language)
        # Readers of feeds take no address without a host.
        origin = phone_address(settings()).url
        return rss_of(kept.branch, kept.since, origin + path, say)

    return shared_branch(kept, "rss", "application/rss+xml", write, say.language)


def _find(branch_id: str) -> tuple[KeptBranch, Wording]:
    """A branch, and the language of the page, one of its own."""
    ignore_cookie()
    offer_languages()
    kept = kept_branch(branch_id)
    offer_languages(kept.branch.languages)
    return kept, Wording(current_language())
