"""An appointment by its code: links show, forms act, and a calendar follows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.arriving import CITIZEN
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.slot_file import time_text
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.following.rules import MOST_WRONG_CODES
from queue_service.web.qr import qr_code
from tests.dashboards.day import noon_zone
from tests.pages.booking.visitors import SERVICE, Visitor, form, offer_times, queue_of, send_letters
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, text_of

COMMAND = Command(LIBRARY, CITIZEN)
LINK = re.compile(r'href="(/[^"]*)"')


@pytest.fixture
def visitor(web_app: WebApp) -> Visitor:
    """A visitor of the library, where passports can be booked, one at a time."""
    offer_times(web_app, public_page=True)
    return Visitor.of(web_app)


def calendar_of(visitor: Visitor, booking: Booking) -> tuple[Any, Any]:
    """The calendar file of a booking, and its event."""
    answer = visitor.get(f"/booking/{LIBRARY}/{booking.code}/calendar.ics")
    assert answer.content_type.startswith("text/calendar")
    calendar: Any = Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def contents(client: Redis) -> dict[bytes, Any]:
    """The keys of the store with their values and their ends."""
    found: Any = {key: (client.dump(key), client.pexpiretime(key)) for key in client.scan_iter()}
    return dict(found)


def linked(page: TestResponse) -> list[str]:
    """The addresses of this service that a page leads to."""
    found = [address.replace("&amp;", "&") for address in LINK.findall(page.text)]
    return [address for address in found if not address.startswith("/static/")]


def test_a_time_that_is_not_kept_leads_to_another_one_first(visitor: Visitor) -> None:
    booking = visitor.book(len(visitor.free()) - 1)
    assert "code__squares" in visitor.page(booking).text
    date = moment(get_branch(queue_of(visitor.web_app), LIBRARY), booking.starts_at).date
    closed = {"date": date, "hours": [], "note": {"en": "Staff day", "da": "Personaledag"}}
    offer_times(visitor.web_app, public_page=True, hours_exceptions=[closed])
    page = visitor.page(booking)
    assert "We are sorry: we cannot keep your time. The reason: Staff day" in text_of(page)
    primary = re.findall(r'<a class="button button--primary[^"]*" href="([^"?]*)', page.text)
    assert primary == [f"/booking/{LIBRARY}/{booking.code}/move"]
    assert page.text.count("/move?") == 1
    for absent in ("code__squares", "check in here", "calendar.ics", "Give the code"):
        assert absent not in page.text
    assert booking.code[:3] in text_of(page)


def test_no_link_of_a_page_or_a_calendar_changes_anything(
    visitor: Visitor, redis_client: Redis
) -> None:
    booking = visitor.book()
    held = Visitor.of(visitor.web_app).hold().location
    _, event = calendar_of(visitor, booking)
    written = f"{event['DESCRIPTION']} {event.get('URL', '')}"
    begin = [
        f"/book/{LIBRARY}/{SERVICE}",
        held,
        f"/booking/{LIBRARY}/{booking.code}",
        f"/booking/{LIBRARY}/{booking.code}/move",
        f"/booking/{LIBRARY}",
        f"/booking/{LIBRARY}?code={booking.code}",
        f"/b/{LIBRARY}/slots.ndjson",
        *(urlsplit(address).path for address in re.findall(r"https?://\S+", written)),
    ]
    links = {link for path in begin for link in linked(visitor.get(path))} | set(begin)
    assert any("/calendar.ics" in link for link in links)
    assert any("day=" in link for link in links)
    before = contents(redis_client)
    for link in sorted(links):
        for method in ("GET", "HEAD"):
            answer = visitor.client.open(link, method=method)
            assert answer.status_code in (200, 303), (method, link)
    assert contents(redis_client) == before


@pytest.mark.parametrize("token", ["", "0" * 64, "é", None])
def test_without_the_token_of_its_page_a_form_changes_nothing(
    visitor: Visitor, redis_client: Redis, token: str | None
) -> None:
    booking = visitor.book()
    given = {"time": time_text(visitor.free()[5].starts_at), "wanted": "1", "answer": "yes"}
    if token is not None:
        given["token"] = token
    before = contents(redis_client)
    for action in ("cancel", "move", "earlier", "answer", "arrive"):
        path = f"/booking/{LIBRARY}/{booking.code}/{action}?lang=en"
        answer = visitor.client.post(path, data=given)
        assert answer.status_code == 303
        assert "This page was old." in text_of(visitor.get(answer.location))
    assert contents(redis_client) == before


def test_a_form_of_another_site_changes_nothing(visitor: Visitor, redis_client: Redis) -> None:
    page = visitor.page(visitor.book())
    before = contents(redis_client)
    parts = page.text.split("<form")[form(page, "cancel") + 1]
    action = re.search(r'action="([^"]*)"', parts)
    token = re.search(r'name="token" value="(\w+)"', parts)
    assert action
    assert token
    answer = visitor.client.post(
        action[1].replace("&amp;", "&"),
        data={"token": token[1]},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert contents(redis_client) == before


def test_a_citizen_cancels_and_pressing_again_does_nothing(visitor: Visitor) -> None:
    booking = visitor.book(nth=3)
    slot = booking.starts_at
    page = visitor.page(booking)
    answers = [visitor.send(page, form(page, "cancel")) for _ in range(2)]
    assert answers[0].location == answers[1].location
    shown = text_of(visitor.get(answers[1].location))
    assert "Your appointment is cancelled" in shown
    after = visitor.booking(answers[1].location)
    assert (after.state, after.sequence) == ("cancelled", 1)
    assert slot in [free.starts_at for free in visitor.free()]


def test_a_citizen_moves_the_appointment_to_a_free_time(visitor: Visitor) -> None:
    booking = visitor.book(nth=3)
    page = visitor.get(f"/booking/{LIBRARY}/{booking.code}/move")
    wanted = visitor.free()[6].starts_at
    asked = visitor.send(page, time=time_text(wanted))
    assert asked.status_code == 200
    assert asked.headers["Cache-Control"] == "no-store"
    assert visitor.booking(f"/booking/{LIBRARY}/{booking.code}") == booking, "only asked"
    assert "Your time now:" in text_of(asked)
    answers = [visitor.send(asked) for _ in range(2)]
    assert "note=moved" in answers[0].location
    assert "note" not in answers[1].location, "it is there already"
    assert "The code is the same. Save it in your calendar again." in text_of(
        visitor.get(answers[0].location)
    )
    after = visitor.booking(answers[0].location)
    assert (after.code, after.starts_at, after.sequence) == (booking.code, wanted, 1)
    assert booking.starts_at in [free.starts_at for free in visitor.free()]


def test_a_time_that_is_taken_meanwhile_leaves_the_appointment_as_it_was(visitor: Visitor) -> None:
    booking = visitor.book(nth=3)
    page = visitor.get(f"/booking/{LIBRARY}/{booking.code}/move")
    wanted = visitor.free()[6].starts_at
    asked = visitor.send(page, time=time_text(wanted))
    Visitor.of(visitor.web_app).book(nth=6)
    for answer in (visitor.send(asked), visitor.send(page, time=time_text(wanted))):
        assert "That time is no longer free." in text_of(visitor.get(answer.location))
    assert visitor.booking(f"/booking/{LIBRARY}/{booking.code}") == booking


def test_a_page_that_another_tab_has_overtaken_does_nothing(visitor: Visitor) -> None:
    booking = visitor.book(nth=3)
    old = visitor.page(booking)
    moved = bookings.move(
        queue_of(visitor.web_app), COMMAND, booking.code, visitor.free()[6].starts_at
    ).booking
    answer = visitor.send(old, form(old, "cancel"))
    assert "note=outdated" in answer.location
    assert visitor.booking(answer.location) == moved


def test_an_appointment_is_found_by_its_code_as_people_type_it(visitor: Visitor) -> None:
    code = visitor.book().code
    typed = f"{code[:3].lower()} {code[3:].lower()}".replace(" ", "+")
    answer = visitor.get(f"/booking/{LIBRARY}?code={typed}")
    assert answer.location == f"/booking/{LIBRARY}/{code}?lang=en"


def test_a_code_leads_to_its_own_branch(visitor: Visitor) -> None:
    booking = visitor.book()
    for path in (
        f"/booking/{TOWN_HALL}?code={booking.code.lower()}",
        f"/booking/{TOWN_HALL}/{booking.code}",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.location == f"/booking/{LIBRARY}/{booking.code}?lang=en"
    assert visitor.get(f"/booking/{TOWN_HALL}/BCDFGH").status_code == 404


def test_codes_that_are_tried_at_every_branch_are_counted_together(visitor: Visitor) -> None:
    own = f"/booking/{TOWN_HALL}/{visitor.book().code}"
    for branch, wrong in ((LIBRARY, 10), (TOWN_HALL, 9)):
        for _ in range(wrong):
            assert visitor.get(f"/booking/{branch}/BCDFGH").status_code == 404
    assert [visitor.get(own).status_code for _ in range(2)] == [303, 404]


def test_a_held_time_has_no_page(visitor: Visitor) -> None:
    visitor.hold()
    (held,) = queue_of(visitor.web_app).get(BookingStore).between(LIBRARY, 0, 2**53)
    assert held.state == "held"
    assert visitor.get(f"/booking/{LIBRARY}/{held.code}").status_code == 404


def test_unknown_codes_are_slowed_down_and_known_ones_are_not(visitor: Visitor) -> None:
    code = visitor.book().code
    unknown = f"/booking/{LIBRARY}/{'BCDFGH' if code != 'BCDFGH' else 'BCDFGJ'}"
    answers = [visitor.get(unknown) for _ in range(MOST_WRONG_CODES + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert visitor.get(f"/booking/{LIBRARY}?code=BCDFGH").status_code in (429, 303)
    assert visitor.get(f"/booking/{LIBRARY}/{code}").status_code == 200


def test_an_appointment_opens_in_the_language_in_which_it_was_booked(visitor: Visitor) -> None:
    booking = visitor.book()
    page = visitor.client.get(
        f"/booking/{LIBRARY}/{booking.code}", headers={"Accept-Language": "da"}
    )
    assert '<html lang="en"' in page.text
    danish = visitor.client.get(f"/booking/{LIBRARY}/{booking.code}?lang=da")
    assert "Din tid" in text_of(danish)


@pytest.mark.parametrize("path", ["", "/move", "/calendar.ics"])
def test_no_cache_and_no_search_engine_keeps_an_appointment(visitor: Visitor, path: str) -> None:
    answer = visitor.get(f"/booking/{LIBRARY}/{visitor.book().code}{path}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


def test_the_calendar_follows_each_change(visitor: Visitor) -> None:
    offer_times(visitor.web_app, street_address="Torvet 1, 4300 Holbæk")
    booking = visitor.book(nth=3)
    calendar, event = calendar_of(visitor, booking)
    assert (calendar["METHOD"], event["SEQUENCE"], event["STATUS"]) == ("PUBLISH", 0, "CONFIRMED")
    assert event["SUMMARY"] == "Passport, Biblioteket"
    assert event["LOCATION"] == "Biblioteket, Torvet 1, 4300 Holbæk"
    assert "Torvet 1, 4300 Holbæk" in text_of(visitor.page(booking))
    assert f"Your code: {booking.code[:3]} {booking.code[3:]}" in event["DESCRIPTION"]
    assert event.decoded("DTSTART").timestamp() * 1000 == booking.starts_at
    queue = queue_of(visitor.web_app)
    wanted = visitor.free()[6].starts_at
    bookings.move(queue, COMMAND, booking.code, wanted)
    _, moved = calendar_of(visitor, booking)
    assert (moved["UID"], moved["SEQUENCE"]) == (event["UID"], 1)
    assert moved.decoded("DTSTART").timestamp() * 1000 == wanted
    bookings.cancel(queue, COMMAND, booking.code)
    ended, cancelled = calendar_of(visitor, booking)
    assert (ended["METHOD"], cancelled["UID"], cancelled["SEQUENCE"]) == ("CANCEL", event["UID"], 2)


def test_a_calendar_does_not_name_a_private_service(web_app: WebApp) -> None:
    offer_times(web_app, private=(SERVICE,))
    visitor = Visitor.of(web_app)
    _, event = calendar_of(visitor, visitor.book())
    assert event["SUMMARY"] == "Your appointment, Biblioteket"
    assert "assport" not in event.to_ical().decode()


@pytest.fixture
def offered(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Booking:
    """The visitor's booking, to which an earlier time is offered: another one's was cancelled."""
    send_letters(visitor, monkeypatch)
    queue = queue_of(visitor.web_app)
    offer_times(visitor.web_app, timezone=noon_zone())
    first, own = (
        Visitor.of(visitor.web_app).book(nth=6),
        visitor.book(nth=9, mail="a@example.dk", earlier="1"),
    )
    bookings.cancel(queue, COMMAND, first.code)
    earlier.offer_next(queue, LIBRARY)
    found = visitor.booking(f"/booking/{LIBRARY}/{own.code}")
    assert found.offered is not None
    assert found.offered.starts_at == first.starts_at
    return found


def test_an_earlier_time_is_taken_by_its_button_once(visitor: Visitor, offered: Booking) -> None:
    page = visitor.page(offered)
    assert "An earlier time is free for you" in text_of(page)
    answers = [visitor.send(page, form(page, "answer"), answer="yes") for _ in range(2)]
    assert "note=moved" in answers[0].location
    assert "note" not in answers[1].location
    after = visitor.booking(answers[0].location)
    assert offered.offered is not None
    assert (after.starts_at, after.offered) == (offered.offered.starts_at, None)


def test_an_earlier_time_that_is_not_wanted_goes_to_others(
    visitor: Visitor, offered: Booking
) -> None:
    page = visitor.page(offered)
    answer = visitor.send(page, form(page, "answer"), answer="no")
    assert "You keep your time." in text_of(visitor.get(answer.location))
    after = visitor.booking(answer.location)
    assert (after.starts_at, after.offered) == (offered.starts_at, None)
    late = visitor.send(page, form(page, "answer"), answer="yes")
    assert "The earlier time is no longer free." in text_of(visitor.get(late.location))
    assert visitor.booking(late.location).starts_at == offered.starts_at


def test_a_citizen_asks_for_an_earlier_time_and_no_longer(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_letters(visitor, monkeypatch)
    booking = visitor.book(mail="a@example.dk")
    for wanted in (True, False):
        page = visitor.page(booking)
        answer = visitor.send(page, form(page, "earlier"))
        assert visitor.booking(answer.location).earlier is wanted


def test_the_others_who_ask_are_counted(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    send_letters(visitor, monkeypatch)
    mine = visitor.book(nth=3, mail="a@example.dk", earlier="1")
    assert "Would you like an earlier time?" in text_of(visitor.page(mine))
    assert "other person" not in text_of(visitor.page(mine))
    quiet = visitor.book(nth=5, mail="b@example.dk")
    assert "1 other person asks for an earlier time now." in text_of(visitor.page(quiet))
    visitor.book(nth=7, mail="c@example.dk", earlier="1")
    assert "1 other person asks for an earlier time now." in text_of(visitor.page(mine))
    assert "2 other people ask for one now." in text_of(visitor.page(quiet))


def test_without_a_contact_no_earlier_time_can_be_asked_for(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_letters(visitor, monkeypatch)
    assert "Would you like an earlier time?" not in visitor.page(visitor.book()).text


def test_without_letters_no_earlier_time_can_be_asked_for(visitor: Visitor) -> None:
    page = visitor.page(visitor.book())
    assert "Would you like an earlier time?" not in page.text


def test_a_scanner_reads_the_address_that_ends_in_the_code(visitor: Visitor) -> None:
    booking = visitor.book()
    squares = qr_code(f"/booking/{LIBRARY}/{booking.code}")["path"]
    assert squares in visitor.page(booking).text
    bookings.cancel(queue_of(visitor.web_app), COMMAND, booking.code)
    assert squares not in visitor.page(booking).text
