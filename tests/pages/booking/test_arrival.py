"""A citizen who comes for an appointment, and says so on a phone."""

from __future__ import annotations

import pytest

from queue_service.bookings.operations.arriving import CITIZEN
from queue_service.bookings.operations.booking import cancel
from queue_service.bookings.rules.booking import Booking
from queue_service.command import Command
from queue_service.following.operations import FoundVisit, find_visit
from queue_service.visits.operations.listing import one_visit
from queue_service.visits.operations.visits import take_back
from queue_service.visits.rules.visit import Visit
from tests.dashboards.day import noon_zone
from tests.pages.booking.visitors import Visitor, form, offer_times, queue_of
from tests.web.web_app import LIBRARY, WebApp, text_of


@pytest.fixture
def visitor(web_app: WebApp) -> Visitor:
    """A visitor of a library where it is noon: half an hour before the time one may arrive."""
    offer_times(web_app, timezone=noon_zone())
    return Visitor.of(web_app)


def visit_of(visitor: Visitor, booking: Booking) -> Visit:
    """The visit of a booking that has arrived."""
    found = visitor.booking(f"/booking/{LIBRARY}/{booking.code}")
    assert found.state == "arrived"
    return one_visit(queue_of(visitor.web_app), LIBRARY, found.visit or "").visit


def test_a_citizen_who_is_here_follows_the_number(visitor: Visitor) -> None:
    booking = visitor.book(nth=0)
    page = visitor.page(booking)
    answers = [visitor.send(page, form(page, "arrive")) for _ in range(2)]
    assert answers[0].location == answers[1].location
    code = answers[0].location.removeprefix("/t/").partition("?")[0]
    visit = visit_of(visitor, booking)
    # Its page is drawn from open streams: tests/pages/ticket has it.
    assert find_visit(queue_of(visitor.web_app), code, "") == FoundVisit(LIBRARY, visit.id)
    assert (visit.booked_for, visit.channel, visit.language) == (booking.starts_at, "kiosk", "en")
    shown = text_of(visitor.page(booking))
    assert "You have checked in" in shown
    assert "You have said that you are here. This is your number." in shown
    assert visit.number in shown
    assert "Cancel my appointment" not in shown
    arrived = visitor.page(booking)
    assert visitor.send(arrived, form(arrived, "arrive")).location == answers[0].location
    take_back(queue_of(visitor.web_app), Command(LIBRARY, CITIZEN), visit.id)
    over = visitor.page(booking)
    assert 'arrive"' not in over.text
    assert "Your visit is over" in text_of(over)
    assert "You have checked in" not in text_of(over)


def test_a_citizen_who_is_early_comes_back_or_waits_with_the_others(visitor: Visitor) -> None:
    booking = visitor.book(nth=3)
    page = visitor.page(booking)
    assert "I am here" not in page.text
    assert "You can check in here from" in text_of(page)
    token = page.text.split('name="token" value="')[1].split('"')[0]
    path = f"/booking/{LIBRARY}/{booking.code}/arrive?lang=en"
    answer = visitor.client.post(path, data={"token": token})
    early = visitor.get(answer.location)
    assert "It is too early to wait for it." in text_of(early)
    assert visitor.booking(answer.location).state == "booked"
    visitor.send(early, form(early, "arrive"))
    assert visit_of(visitor, booking).booked_for is None


def test_an_appointment_of_another_day_gives_no_number(visitor: Visitor) -> None:
    booking = visitor.book(nth=-1)
    page = visitor.page(booking)
    assert "On the day you can check in here." in text_of(page)
    token = page.text.split('name="token" value="')[1].split('"')[0]
    path = f"/booking/{LIBRARY}/{booking.code}/arrive?lang=en"
    answer = visitor.client.post(path, data={"token": token})
    assert "Your appointment is on another day." in text_of(visitor.get(answer.location))
    assert visitor.booking(answer.location) == booking


def test_a_cancelled_appointment_gives_no_number(visitor: Visitor) -> None:
    booking = visitor.book(nth=0)
    page = visitor.page(booking)
    cancel(queue_of(visitor.web_app), Command(LIBRARY, CITIZEN), booking.code)
    answer = visitor.send(page, form(page, "arrive"))
    assert "Your appointment is cancelled" in text_of(visitor.get(answer.location))


def test_a_branch_that_is_closed_gives_no_number(visitor: Visitor) -> None:
    booking = visitor.book(nth=0)
    offer_times(visitor.web_app, timezone=noon_zone(), opening_hours={})
    page = visitor.page(booking)  # which says that the time is not kept
    answer = visitor.send(page, form(page, "arrive"))
    assert "No numbers are given right now." in text_of(visitor.get(answer.location))
    assert visitor.booking(answer.location).state == "booked"
