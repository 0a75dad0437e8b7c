"""Pages that close a day say whom that meets before they save it."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.bookings.letter_store import LetterStore
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.bookings.store import LAST_INSTANT, BookingStore
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.holidays import holidays_of
from queue_service.configuration.operations import put_branch
from tests.dashboards.day import noon_zone
from tests.desks import CLERK
from tests.pages.bookings.offices import OFFER, free_tomorrow, offer_bookings, tomorrow
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, WebApp, send, text_of

BRANCH = f"/admin/branches/{LIBRARY}"
MAIL = BookingContact("mail", "borger@example.dk")
ROUND = {**OFFER, "week": ALWAYS, "walk_in_percent": 0, "notice_minutes": 0}
"""Times around the clock."""
COUNTED = "2 citizens with an appointment lose their time."


@pytest.fixture
def queue(web_app: WebApp) -> Queue:
    """The store of the application, whose library has two appointments tomorrow."""
    queue = offer_bookings(web_app)
    command = Command(LIBRARY, CLERK)
    for contact in (MAIL, None):
        starts_at = free_tomorrow(queue)[0].starts_at
        bookings.book(queue, command, "pas", starts_at, contact=contact)
    return queue


@pytest.fixture
def admin(web_app: WebApp) -> FlaskClient:
    return web_app.staff("anna-admin", "admin")


def asked(queue: Queue) -> int:
    """How many citizens are asked for another time."""
    waiting = [one.letter for one in queue.get(LetterStore).all(LIBRARY)]
    assert sum(one is not None and one.reason == "displaced" for one in waiting) <= 1
    return sum(one.displaced_at is not None for one in known(queue))


def known(queue: Queue) -> list[Booking]:
    """The bookings of the library."""
    return queue.get(BookingStore).between(LIBRARY, 0, LAST_INSTANT)


def value_of(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found[1] if found else ""


def test_a_closed_day_is_saved_once_its_appointments_were_seen(
    admin: FlaskClient, queue: Queue
) -> None:
    address = f"{BRANCH}/exceptions?lang=en"
    fields = {"seen": value_of(admin.get(address), "seen"), "exceptions-0-was": ""}
    fields |= {"exceptions-0-date": tomorrow(queue), "exceptions-0-hours-0-from": ""}
    fields |= {"exceptions-0-hours-0-until": "", "sure": "1"}
    shown = send(admin, address, **fields)
    assert shown.status_code == 409
    for sentence in (COUNTED, "1 of them gets a letter at once", "1 gave no address"):
        assert sentence in text_of(shown)
    assert (asked(queue), "Save all the same" in shown.text) == (0, True)
    done = send(admin, address, **{**fields, "sure": value_of(shown, "sure")})
    assert (done.status_code, asked(queue)) == (303, 2)


def test_an_undone_closing_is_confirmed_in_the_history(admin: FlaskClient, queue: Queue) -> None:
    open_document = queue.get(BranchStore).current(LIBRARY).document
    closed = {"date": tomorrow(queue), "hours": [], "note": {}}
    put_branch(queue, LIBRARY, {**open_document, "hours_exceptions": [closed]})
    assert asked(queue) == 2
    page = admin.get(f"{BRANCH}/history?lang=en")
    action = re.search(rf'action="({BRANCH}/history/[^"]*)"', page.text)
    assert action
    fields = {"seen": value_of(page, "seen")}
    refused = send(admin, f"{action[1]}?lang=en", **fields)
    assert (refused.status_code, asked(queue)) == (409, 2)
    assert "2 citizens keep it after all. 1 citizen gets a letter at once." in text_of(refused)
    done = send(admin, action[1], **fields, sure=value_of(refused, "sure"))
    assert (done.status_code, asked(queue)) == (303, 0)


def test_a_file_that_closes_a_day_waits_for_a_confirmation(
    admin: FlaskClient, queue: Queue
) -> None:
    address = f"{BRANCH}/file?lang=en"
    document = dict(queue.get(BranchStore).current(LIBRARY).document)
    document["hours_exceptions"] = [{"date": tomorrow(queue), "hours": [], "note": {}}]
    fields = {"text": json.dumps(document), "revision": value_of(admin.get(address), "revision")}
    refused = send(admin, address, **fields)
    assert (refused.status_code, asked(queue)) == (409, 0)
    assert "1 citizen gets a letter at once." in text_of(refused)
    done = send(admin, address, **fields, sure=value_of(refused, "sure"))
    assert (done.status_code, asked(queue)) == (200, 2)


def test_a_public_holiday_is_entered_once_its_appointments_were_seen(
    admin: FlaskClient, web_app: WebApp
) -> None:
    queue = offer_bookings(web_app, {"offers": [OFFER]})
    next_day = tomorrow(queue)
    years = (int(next_day[:4]), int(next_day[:4]) + 1)
    coming = min(d.date for year in years for d in holidays_of(year) if d.date >= next_day)
    branch = queue.get(BranchStore).current(LIBRARY)
    # Booked the evening before, however far away that is.
    evening = day_bounds(branch, coming)[0] - 1
    slot = free_slots(queue, branch, "pas", evening, coming, 1)[0]
    by = Command(LIBRARY, CLERK, None, evening)
    bookings.book(queue, by, "pas", slot.starts_at, contact=MAIL)
    fields = {"year": coming[:4], "branch": LIBRARY, "day": coming}
    fields[f"seen-{LIBRARY}"] = branch.edition
    refused = send(admin, "/admin/holidays?lang=en", **fields)
    assert "1 citizen loses the booked time. 1 citizen gets a letter at once." in text_of(refused)
    assert asked(queue) == 0
    sure = {f"sure-{LIBRARY}": value_of(refused, f"sure-{LIBRARY}")}
    send(admin, "/admin/holidays?lang=en", **fields, **sure)
    assert asked(queue) == 1


def test_a_branch_is_closed_for_today_with_the_number_that_was_shown(web_app: WebApp) -> None:
    queue = offer_bookings(web_app, {"offers": [ROUND]}, timezone=noon_zone())
    branch, now = queue.get(BranchStore).current(LIBRARY), queue.store.time()
    slots = free_slots(queue, branch, "pas", now, moment(branch, now).date, 1)
    book = partial(bookings.book, queue, Command(LIBRARY, CLERK), "pas", slots[-1].starts_at)
    book(contact=MAIL)
    supervisor = web_app.staff("sune-supervisor", "supervisor")
    address = f"/dashboards/{LIBRARY}/act?lang=en"
    page = supervisor.get(f"{address}&kind=carry_over")
    assert "1 citizen with an appointment loses the time." in text_of(page)
    assert asked(queue) == 0
    book()
    fields = {"kind": "carry_over", "appointments": value_of(page, "appointments")}
    for shown in ("9" * 5000, "", fields["appointments"]):
        refused = send(supervisor, address, **{**fields, "appointments": shown})
        assert (refused.status_code, asked(queue)) == (409, 0)
        assert COUNTED in text_of(refused)
    fields["appointments"] = value_of(refused, "appointments")
    assert send(supervisor, address, **fields).status_code == 303
    assert asked(queue) == 2
