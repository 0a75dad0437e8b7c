"""A branch where passports and licences can be booked, and what a visitor does on its pages."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service import sample
from queue_service.bookings.operations.slots import FreeSlot, free_slots
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.slot_file import time_text
from queue_service.bookings.store import BookingStore
from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from tests.desks import in_two_languages
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

SERVICE: Final = "pas"
OTHER: Final = "korekort"
OFFER: Final = {"week": ALWAYS, "length_minutes": 30, "notice_minutes": 0, "days_ahead": 2}
"""Times around the clock, so that a test runs at any time of day."""
_FORM: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_ACTION: Final = re.compile(r'<form[^>]* action="([^"]*)"')


def bookings(*offers: dict[str, Any], **rules: Any) -> dict[str, Any]:
    """The part of a configuration; by default passports, one at a time."""
    return {"offers": [OFFER | {"service": SERVICE} | offer for offer in offers or ({},)], **rules}


def offer_times(
    web_app: WebApp, *offers: dict[str, Any], private: Collection[str] = (), **changes: Any
) -> None:
    """Have the library offer times to be booked; some services are ``private``."""
    document = in_two_languages(sample.documents()[LIBRARY])
    for service in document["services"]:
        service["private"] = service["id"] in private
    document |= {"opening_hours": ALWAYS, "hours_exceptions": [], "bookings": bookings(*offers)}
    put_branch(queue_of(web_app), LIBRARY, parse_config(document | changes))


def offer_nothing(web_app: WebApp) -> None:
    """Have the town hall offer no times."""
    document = in_two_languages(sample.documents()[TOWN_HALL])
    put_branch(queue_of(web_app), TOWN_HALL, parse_config(document | {"bookings": None}))


def queue_of(web_app: WebApp) -> Queue:
    """The operations of an application."""
    queue: Queue = web_app.app.extensions["queue"]
    return queue


def send_letters(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """Let the installation send mail and text messages; ``changes`` are of its settings."""
    extensions = visitor.web_app.app.extensions
    ways = {"smtp_url": "smtp://127.0.0.1:9", "sms_url": "https://sms.example.dk"}
    sending = replace(extensions["queue_settings"], **(ways | changes))
    monkeypatch.setitem(extensions, "queue_settings", sending)


def form(page: TestResponse, action: str) -> int:
    """The place of the form that does something among those of a page."""
    forms = page.text.split("<form")[1:]
    return next(n for n, each in enumerate(forms) if f"/{action}?" in each.split(">")[0])


@dataclass(frozen=True)
class Visitor:
    """A browser without scripts, which looks at the library's pages in English."""

    web_app: WebApp
    client: FlaskClient

    @classmethod
    def of(cls, web_app: WebApp) -> Visitor:
        """Another one."""
        return cls(web_app, web_app.app.test_client())

    def get(self, path: str) -> TestResponse:
        """A page, or another address, in English."""
        parts = urlsplit(path)
        query = parts.query if "lang=" in parts.query else f"{parts.query}&lang=en".strip("&")
        return self.client.get(f"{parts.path}?{query}")

    def times(self, service: str = SERVICE, **query: str) -> TestResponse:
        """The page of free times."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self.get(f"/book/{LIBRARY}/{service}?{asked}")

    def send(self, page: TestResponse, nth: int = 0, **fields: str) -> TestResponse:
        """Send the nth form of a page with its hidden fields and some others."""
        form = page.text.split("<form")[nth + 1].split("</form>")[0]
        address = re.search(r'action="([^"]*)"', form)
        hidden = dict(_FORM.findall(form))
        assert address, form
        return self.client.post(address[1].replace("&amp;", "&"), data={**hidden, **fields})

    def free(self, service: str = SERVICE) -> list[FreeSlot]:
        """The free times now."""
        queue = queue_of(self.web_app)
        return free_slots(queue, get_branch(queue, LIBRARY), service, queue.store.time())

    def hold(self, page: TestResponse | None = None, nth: int = 3) -> TestResponse:
        """Hold the nth of the free times; the response is a redirection."""
        page = page or self.times()
        return self.send(page, time=time_text(self.free()[nth].starts_at))

    def book(self, nth: int = 3, **fields: str) -> Booking:
        """Book the nth of the free times."""
        confirmed = self.send(self.get(self.hold(nth=nth).location), 0, **fields)
        assert confirmed.status_code == 303, confirmed.text
        return self.booking(confirmed.location)

    def booking(self, address: str) -> Booking:
        """The booking as it is stored, by the address of its page."""
        code = urlsplit(address).path.split("/")[3]
        found = queue_of(self.web_app).get(BookingStore).load(LIBRARY, None, code=code).booking
        assert found is not None
        return found

    def page(self, booking: Booking) -> TestResponse:
        """The page of a booking."""
        return self.get(f"/booking/{LIBRARY}/{booking.code}")
