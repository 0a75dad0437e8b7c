"""The branches that offer times: for an address without a branch, and in place of a wrong one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.errors import NotFound
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.pages.booking.opened import secret
from queue_service.public.api import count_request
from queue_service.web.context import queue
from queue_service.web.i18n import current_language, ignore_cookie, offer_languages

blueprint = Blueprint("book_where", __name__)

_BOOK: Final = "book.services"
_FIND: Final = "booking.find"
_HEADINGS: Final = {_BOOK: N_("Book an appointment"), _FIND: N_("I have an appointment")}
_QUESTIONS: Final = {_BOOK: N_("Where do you want to come?"), _FIND: N_("Where is it?")}
_NOTHING: Final = N_("Nothing can be booked here")
_NOWHERE: Final = N_("Come without an appointment, or call the municipality.")
_WRONG: Final = N_("The address is wrong or old. You can book here:")


@blueprint.get("/book")
def book() -> ResponseReturnValue:
    """The branches where a time can be booked; a single one is opened at once."""
    return _branches(_BOOK)


@blueprint.get("/booking")
def find() -> ResponseReturnValue:
    """The branches where an appointment may be; a single one is opened at once."""
    return _branches(_FIND)


def nothing_here(_error: NotFound) -> Response:
    """The page in place of a wrong address of appointments: it leads to those that are right."""
    asked = queue().get(BranchStore).find((request.view_args or {}).get("branch", ""))
    offering = [asked] if asked is not None and asked.is_bookable else _offering()
    heading, lead = (_HEADINGS[_BOOK], _WRONG) if offering else (_NOTHING, _NOWHERE)
    walk_in = asked if asked is not None and asked.is_public else None
    return _page(HTTPStatus.NOT_FOUND, _BOOK, offering, heading, lead, walk_in)


def _branches(endpoint: str) -> ResponseReturnValue:
    ignore_cookie()
    offer_languages()
    count_request()
    offering = _offering()
    if len(offering) == 1:
        lang = request.args.get("lang")
        return redirect(url_for(endpoint, branch=offering[0].id, lang=lang), HTTPStatus.SEE_OTHER)
    if not offering:
        return _page(HTTPStatus.OK, endpoint, offering, _NOTHING, _NOWHERE)
    return _page(HTTPStatus.OK, endpoint, offering, _HEADINGS[endpoint], _QUESTIONS[endpoint])


def _offering() -> list[Branch]:
    """The branches where something can be booked, by name."""
    offering = (each for each in queue().get(BranchStore).all() if each.is_bookable)
    return sorted(offering, key=lambda branch: (branch.name, branch.id))


def _page(
    status: HTTPStatus,
    endpoint: str,
    offering: list[Branch],
    heading: str,
    lead: str,
    walk_in: Branch | None = None,
) -> Response:
    language = current_language()
    say = Wording(language)
    page = render_template(
        "book-where.html",
        heading=say(heading),
        lead=say(lead),
        offering=offering,
        address=lambda branch: url_for(endpoint, branch=branch, lang=language),
        walk_in=walk_in,
        page_class="phone-page",
        page_icons=("arrow-right", "chevron-down", "globe"),
        page_is_small=True,
    )
    response = secret(make_response(page, status))
    response.vary.add("Accept-Language")
    return response
