"""A branch whose times can be booked, as each page of appointments opens it, and how they look."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request, url_for

from queue_service.bookings.operations.arriving import CITIZEN
from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.errors import BranchNotFound, NotFound
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.pages.booking.days import Clock
from queue_service.playbook.operations import in_force
from queue_service.playbook.rules import Texts
from queue_service.public.api import count_request
from queue_service.web.compression import compressed_page
from queue_service.web.context import queue
from queue_service.web.i18n import (
    current_language,
    ignore_cookie,
    language_facts,
    offer_languages,
)

_ICONS: Final = (
    "arrow-left", "arrow-right", "calendar", "check", "chevron-down", "clock", "door", "globe",
    "info", "warning",
)  # fmt: skip

BOOKED: Final = "booked"
"""The note on the page of an appointment that was booked a moment ago."""


class OpenBranch(NamedTuple):
    """A branch where something can be booked, at ``now`` (ms), and the words of the page."""

    branch: Branch
    now: int
    say: Wording

    @property
    def clock(self) -> Clock:
        """Its dates and times in the page's language."""
        today = moment(self.branch, self.now).date
        return Clock(self.branch.timezone, self.say, today)

    @property
    def command(self) -> Command:
        """A change that a citizen makes."""
        return Command(self.branch.id, CITIZEN)

    def url(self, endpoint: str, **values: str) -> str:
        """The address of a page of this branch, in the language of this page."""
        return url_for(endpoint, branch=self.branch.id, lang=self.say.language, **values)  # type: ignore[arg-type]  # values of the address alone

    def back_to(self, endpoint: str, **values: str) -> Response:
        """The response to a form: the page that shows what has become of it."""
        return make_response(redirect(self.url(endpoint, **values), HTTPStatus.SEE_OTHER))

    def require_offers(self) -> None:
        """Raises NotFound if nothing can be booked any more."""
        if not self.branch.is_bookable:
            raise nothing()

    def service(self, service_id: str) -> Service:
        """A service that can be booked. Raises NotFound."""
        found = self.branch.services.get(service_id)
        if found is None or not found.active or service_id not in self.branch.bookings.offers:
            raise nothing()
        return found

    def name(self, service_id: str) -> str:
        """The name of a service; its id if it is gone."""
        found = self.branch.services.get(service_id)
        names = found.name if found else {}
        return name_in(names, self.say.language, *self.branch.languages, default=service_id)

    def texts(self, service_id: str) -> Texts | None:
        """The text of the playbook about a service in the page's language, or in another."""
        entry = in_force(queue(), self.branch).get(service_id)
        return entry.content.text(self.say.language) if entry else None


def open_branch(branch_id: str, *, offers: bool = True) -> OpenBranch:
    """The branch of an address, in a language of its own. The request is counted.

    Without ``offers`` it need not offer times any more: what was booked is seen and cancelled.

    Raises RateLimited, and NotFound if nothing can be booked there.
    """
    ignore_cookie()
    offer_languages()
    count_request()
    branch = branch_to_book(branch_id, offers=offers)
    offer_languages(branch.languages)
    return OpenBranch(branch, queue().store.time(), Wording(current_language()))


def branch_to_book(branch_id: str, *, offers: bool = True) -> Branch:
    """A branch where something can be booked, or without ``offers`` could be.

    Raises NotFound, also if there is no such branch.
    """
    with suppress(BranchNotFound):
        branch = get_branch(queue(), branch_id)
        if branch.is_bookable or not offers:
            return branch
    raise nothing()


def nothing() -> NotFound:
    """The refusal of an address where nothing can be booked."""
    return NotFound("Nothing can be booked here; check the address.")


def draw(template: str, opened: OpenBranch, status: int = 200, **values: Any) -> Response:
    """A page. It is one visitor's own: its key or code is a secret, and no cache shares it.

    A browser may show it again by its *back*, with the key that it had.
    """
    page = render_template(
        template,
        branch=opened.branch,
        offers=opened.branch.is_bookable,
        page_class="phone-page",
        page_icons=_ICONS,
        page_is_small=True,
        language_facts=language_facts([opened.say.language]),
        in_language=partial(_in_language, request.path),
        url=opened.url,
        **values,
    )
    response = make_response(page, status)
    if status == HTTPStatus.OK:  # another one shows what was typed, next to the secret
        response = compressed_page(response)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Language")
    return response


def secret(response: Response) -> Response:
    """A page whose address is a secret: no search engine lists it, and nothing keeps it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def message(opened: OpenBranch, status: int, **texts: Any) -> Response:
    """A page that has one thing to say; ``texts`` are those of the template of messages."""
    return secret(draw("book-message.html", opened, status, **texts))


def _in_language(path: str, language: str) -> str:
    """The address of the page in another language, with the date or the time that it shows."""
    kept = [(name, value) for name, value in request.args.items() if name in ("day", "time")]
    return f"{path}?" + urlencode([*kept, ("lang", language)])
