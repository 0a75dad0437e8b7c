"""Booking on the public page: without scripts, cookies or a login, and without losing a time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from queue_service import sample
from queue_service.app import create_app
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.arriving import CITIZEN
from queue_service.bookings.operations.slots import FreeSlot
from queue_service.bookings.rules.booking import BookingContact
from queue_service.bookings.rules.slot_file import time_text
from queue_service.bookings.store import BookingStore
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Command, Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.runtime.settings import Settings
from tests.pages.booking.visitors import (
    OTHER,
    SERVICE,
    Visitor,
    form,
    offer_nothing,
    offer_times,
    queue_of,
    send_letters,
)
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, text_of

COMMAND = Command(LIBRARY, CITIZEN)


@pytest.fixture
def visitor(web_app: WebApp) -> Visitor:
    """A visitor of the library, where passports and licences can be booked, one at a time."""
    offer_times(web_app, {}, {"service": OTHER})
    return Visitor.of(web_app)


@pytest.fixture
def another(visitor: Visitor) -> Visitor:
    """Another visitor."""
    return Visitor.of(visitor.web_app)


def stored(queue: Queue) -> list[Any]:
    """All bookings of the library, held ones too."""
    return queue.get(BookingStore).between(LIBRARY, 0, 2**53)


def test_a_citizen_books_with_five_pages(visitor: Visitor) -> None:
    services = visitor.get(f"/book/{LIBRARY}")
    assert "Passport" in text_of(services)
    assert f"/book/{LIBRARY}/{SERVICE}?lang=en" in services.text
    chosen = visitor.free()[2]
    held = visitor.send(visitor.times(), time=time_text(chosen.starts_at))
    assert held.status_code == 303
    page = visitor.get(held.location)
    assert "We hold this time for you until" in text_of(page)
    confirmed = visitor.send(page)
    assert confirmed.status_code == 303
    booking = visitor.booking(confirmed.location)
    assert (booking.state, booking.starts_at) == ("booked", chosen.starts_at)
    assert (booking.language, booking.channel, booking.contact) == ("en", "web", None)
    shown = text_of(visitor.get(confirmed.location))
    assert f"{booking.code[:3]} {booking.code[3:]}" in shown
    for answer in (services, held, page, confirmed):
        assert "Set-Cookie" not in answer.headers


def test_an_only_service_is_not_asked_for(web_app: WebApp) -> None:
    offer_times(web_app)
    answer = Visitor.of(web_app).get(f"/book/{LIBRARY}")
    assert answer.location == f"/book/{LIBRARY}/{SERVICE}?lang=en"


def test_back_from_the_times_leads_to_a_page_before_them(visitor: Visitor) -> None:
    times = f"/book/{LIBRARY}/{SERVICE}?lang=en"
    assert f'href="/book/{LIBRARY}?lang=en">Back' in visitor.get(times).text
    offer_times(visitor.web_app, public_page=True)  # of a single service
    assert f'href="/b/{LIBRARY}?lang=en">Back' in visitor.get(times).text
    offer_times(visitor.web_app, public_page=False)
    assert ">Back<" not in visitor.get(times).text


def test_the_next_free_time_is_offered_first(visitor: Visitor) -> None:
    first = visitor.free()[0]
    visitor.send(visitor.times(), time=time_text(first.starts_at))
    following = visitor.free()[0]
    assert following.starts_at > first.starts_at
    assert f'name="time" value="{time_text(following.starts_at)}">Take' in visitor.times().text


def test_a_link_opens_the_page_at_its_time_and_takes_nothing(visitor: Visitor) -> None:
    wanted = visitor.free()[5]
    page = visitor.times(time=time_text(wanted.starts_at))
    assert f'name="time" value="{time_text(wanted.starts_at)}">Take' in page.text
    assert "The time you chose" in text_of(page)
    assert stored(queue_of(visitor.web_app)) == []


@pytest.mark.parametrize("typed", ["2026-11-25T08:00:00Z", "now", "1", "<script>", ""])
def test_a_link_to_another_time_opens_the_page_at_the_nearest_free_one(
    visitor: Visitor, typed: str
) -> None:
    page = visitor.times(time=typed, day=typed)
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "Take this time" in page.text


def test_a_form_that_is_sent_twice_holds_and_books_once(visitor: Visitor) -> None:
    page = visitor.times()
    chosen = time_text(visitor.free()[3].starts_at)
    held = [visitor.send(page, time=chosen) for _ in range(2)]
    assert held[0].location == held[1].location
    page = visitor.get(held[0].location)
    confirmed = [visitor.send(page) for _ in range(2)]
    assert confirmed[0].location == confirmed[1].location
    assert len(stored(queue_of(visitor.web_app))) == 1


def test_back_and_another_time_moves_the_hold(visitor: Visitor) -> None:
    page = visitor.times()
    first, second = (time_text(slot.starts_at) for slot in visitor.free()[3:5])
    one = visitor.send(page, time=first)
    other = visitor.send(page, time=second)
    assert one.location == other.location
    (booking,) = stored(queue_of(visitor.web_app))
    assert time_text(booking.starts_at) == second
    assert first in visitor.times().text


def test_back_after_the_booking_leads_to_it(visitor: Visitor) -> None:
    page = visitor.times()
    held = visitor.hold(page)
    confirmed = visitor.send(visitor.get(held.location))
    for answer in (visitor.get(held.location), visitor.hold(page, nth=7)):
        assert (answer.status_code, answer.location) == (303, confirmed.location)
    assert len(stored(queue_of(visitor.web_app))) == 1


def test_a_time_that_was_chosen_in_another_tab_is_not_confirmed_unseen(visitor: Visitor) -> None:
    page = visitor.times()
    first = visitor.get(visitor.hold(page, nth=3).location)
    visitor.hold(page, nth=7)  # the same page once more
    refused = visitor.send(first)
    assert refused.status_code == 409
    assert "In another window you have chosen this time" in text_of(refused)
    (booking,) = stored(queue_of(visitor.web_app))
    assert booking.state == "held"
    assert visitor.send(refused).status_code == 303


def test_two_visitors_never_have_one_time(visitor: Visitor, another: Visitor) -> None:
    page, other_page = visitor.times(), another.times()
    wanted = visitor.free()[3]
    visitor.send(page, time=time_text(wanted.starts_at))
    answer = another.send(other_page, time=time_text(wanted.starts_at))
    assert answer.status_code == 303
    again = another.get(answer.location)
    assert "That time is no longer free. This is the nearest one." in text_of(again)
    near = min(another.free(), key=lambda slot: abs(slot.starts_at - wanted.starts_at))
    assert f'value="{time_text(near.starts_at)}">Take' in again.text


def held_long_ago(visitor: Visitor, slot: FreeSlot) -> TestResponse:
    """The page of a time whose ten minutes are over since a second."""
    queue, key = queue_of(visitor.web_app), "k" * 22
    begun = COMMAND._replace(at=queue.store.time() - 601_000)
    bookings.hold(queue, begun, SERVICE, slot.starts_at, key)
    return visitor.get(f"/book/{LIBRARY}/{SERVICE}/{key}")


def test_a_time_whose_hold_has_ended_is_booked_while_it_is_free(visitor: Visitor) -> None:
    wanted = visitor.free()[3]
    page = held_long_ago(visitor, wanted)
    assert "If it is still free, you can book it now." in text_of(page)
    booking = visitor.booking(visitor.send(page).location)
    assert (booking.state, booking.starts_at) == ("booked", wanted.starts_at)


def test_a_time_whose_hold_has_ended_and_that_is_taken_leads_to_the_nearest(
    visitor: Visitor, another: Visitor
) -> None:
    wanted = visitor.free()[3]
    page = held_long_ago(visitor, wanted)
    taken = another.book(nth=3)
    assert taken.starts_at == wanted.starts_at
    answer = visitor.send(page)
    assert answer.status_code == 303
    assert "That time is no longer free" in text_of(visitor.get(answer.location))
    states = [booking.state for booking in stored(queue_of(visitor.web_app))]
    assert states.count("booked") == 1


@pytest.mark.parametrize(("minutes", "is_held"), [(19, True), (21, False)])
def test_a_page_that_has_held_for_long_is_opened_again_at_the_same_time(
    visitor: Visitor, minutes: int, is_held: bool
) -> None:
    queue, page = queue_of(visitor.web_app), visitor.times()
    first, wanted = (slot.starts_at for slot in visitor.free()[3:5])
    key = page.text.partition('name="key" value="')[2].partition('"')[0]
    begun = COMMAND._replace(at=queue.store.time() - minutes * 60_000)
    bookings.hold(queue, begun, SERVICE, first, key)
    answer = visitor.send(page, time=time_text(wanted))
    assert answer.status_code == 303
    opened = visitor.get(answer.location)
    assert ("We hold this time for you until" in text_of(opened)) is is_held
    assert "no longer free" not in text_of(opened)
    if not is_held:
        assert time_text(wanted) in opened.text
        again = visitor.send(opened, time=time_text(wanted))
        assert "We hold this time for you until" in text_of(visitor.get(again.location))


def test_a_hold_can_be_given_back(visitor: Visitor) -> None:
    wanted = visitor.free()[3]
    page = visitor.get(visitor.hold(nth=3).location)
    assert wanted not in visitor.free()
    given_back = visitor.send(page, nth=1)
    assert given_back.location == f"/book/{LIBRARY}/{SERVICE}?lang=en"
    assert wanted in visitor.free()
    assert visitor.send(page, nth=1).status_code == 303
    gone = visitor.send(page)  # confirmed after all: the time is offered again
    assert time_text(wanted.starts_at) in unquote(gone.location)


def test_nothing_is_offered_where_nothing_can_be_booked(visitor: Visitor) -> None:
    offer_nothing(visitor.web_app)
    wrong = [f"/book/{TOWN_HALL}", "/book/nowhere", f"/book/{LIBRARY}/pension"]
    wrong += [f"/book/{LIBRARY}/{SERVICE}/{key}" for key in ("short", "x" * 21 + "!", "x" * 23)]
    for path in (*wrong, f"/booking/{TOWN_HALL}", f"/booking/{TOWN_HALL}/BCDFGH"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert f'href="/book/{LIBRARY}?lang=en"' in answer.text, "it leads to what can be booked"
        assert 'href="/"' not in answer.text, "it does not lead to the page of the staff"
    ended = visitor.get(f"/book/{LIBRARY}/{SERVICE}/{'x' * 22}")
    assert ended.status_code == 404
    assert "Nothing is booked. Choose a time again." in text_of(ended)


def test_an_address_without_a_branch_leads_to_those_that_offer_times(web_app: WebApp) -> None:
    visitor, queue = Visitor.of(web_app), queue_of(web_app)
    for branch in (LIBRARY, TOWN_HALL):
        put_branch(queue, branch, parse_config(sample.documents()[branch] | {"bookings": None}))
    for path in ("/book", "/booking", f"/book/{LIBRARY}"):
        assert "Come without an appointment, or call the municipality." in text_of(
            visitor.get(path)
        )
    offer_times(web_app)
    for path in ("/book", "/booking"):
        assert visitor.get(path).location == f"{path}/{LIBRARY}?lang=en"
    document = sample.documents()[TOWN_HALL] | {"street_address": "Torvet 1, 4300 Holbæk"}
    put_branch(queue, TOWN_HALL, parse_config(document))
    for path in ("/book", "/booking"):
        page = visitor.get(path)
        assert page.status_code == 200
        for branch in (LIBRARY, TOWN_HALL):
            assert f'href="{path}/{branch}?lang=en"' in page.text
        assert "Torvet 1, 4300 Holbæk" in text_of(page)


def test_an_appointment_is_seen_and_cancelled_once_nothing_is_offered(web_app: WebApp) -> None:
    offer_times(web_app)
    visitor = Visitor.of(web_app)
    booking = visitor.book()
    offer_times(web_app, bookings=None)
    page = visitor.page(booking)
    assert page.status_code == 200
    assert f"/book/{LIBRARY}" not in page.text
    assert visitor.get(f"/booking/{LIBRARY}?code={booking.code}").status_code == 303
    visitor.send(page, form(page, "cancel"))
    assert visitor.booking(f"/booking/{LIBRARY}/{booking.code}").state == "cancelled"


def test_without_a_free_time_the_page_says_what_to_do(web_app: WebApp) -> None:
    offer_times(web_app, {"week": {}, "same_day_percent": 20}, public_page=True)
    said = text_of(Visitor.of(web_app).times())
    assert "There is no free time in the next 2 days." in said
    assert "Look in the morning" in said
    assert "come without an appointment" in said


@pytest.mark.parametrize(
    ("fields", "problem", "wrong"),
    [
        ({"text": "1234"}, "Write a mobile number of eight digits", "text"),
        ({"text": "+46701234567"}, "Write a mobile number of eight digits", "text"),
        ({"mail": "me@"}, "Write a whole e-mail address", "mail"),
        ({"mail": "a@example.dk", "text": "20304050"}, "not both", "mail"),
        ({"earlier": "1"}, "so that we can write to you", "text"),
    ],
)
def test_a_wrong_address_is_said_and_the_time_stays_held(
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, str],
    problem: str,
    wrong: str,
) -> None:
    send_letters(visitor, monkeypatch)
    page = visitor.get(visitor.hold().location)
    refused = visitor.send(page, 0, **fields)
    assert refused.status_code == 422
    assert problem in text_of(refused)
    assert "Correct" not in text_of(refused)
    marked = re.findall(r'<input [^>]*id="(\w+)"[^>]* aria-invalid="true" autofocus>', refused.text)
    assert marked == [wrong]
    for typed in fields.values():
        assert typed in refused.text
    (booking,) = stored(queue_of(visitor.web_app))
    assert (booking.state, booking.contact) == ("held", None)


@pytest.mark.parametrize(
    ("language", "unset", "problem"),
    [
        ("da", "", "Skriv dit nummer eller din e-mail, så vi kan skrive til dig."),
        ("da", "sms_url", "Skriv din e-mail, så vi kan skrive til dig."),
        ("da", "smtp_url", "Skriv dit mobilnummer, så vi kan skrive til dig."),
        ("en", "sms_url", "Write your e-mail, so that we can write to you."),
    ],
)
def test_a_missing_address_is_said_in_the_language_by_what_can_be_used(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, language: str, unset: str, problem: str
) -> None:
    send_letters(visitor, monkeypatch, **({unset: ""} if unset else {}))
    path = visitor.hold().location.split("?")[0]
    refused = visitor.send(visitor.get(f"{path}?lang={language}"), 0, earlier="1")
    assert refused.status_code == 422
    assert problem in text_of(refused)


def test_a_reminder_is_offered_from_the_day_after_tomorrow_on(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_letters(visitor, monkeypatch)
    queue, times = queue_of(visitor.web_app), visitor.free()
    branch = get_branch(queue, LIBRARY)
    dates = [moment(branch, slot.starts_at).date for slot in times]
    first = dates.index(max(dates))  # the day after tomorrow
    for nth, reminds in ((first, True), (first - 1, False), (0, False)):
        page = text_of(visitor.get(visitor.hold(nth=nth).location))
        assert ("You get it the day before." in page) is reminds
        assert ("Do you want a confirmation? We send it at once." in page) is not reminds


def test_a_citizen_may_leave_an_address_for_a_reminder(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_letters(visitor, monkeypatch)
    booking = visitor.book(text="20 30 40 50", earlier="1")
    assert (booking.contact, booking.earlier) == (BookingContact("text", "+4520304050"), True)
    page = visitor.page(booking)
    assert "20304050" not in page.text


def test_without_letters_no_address_is_asked_for_or_kept(visitor: Visitor) -> None:
    page = visitor.get(visitor.hold().location)
    assert 'name="mail"' not in page.text
    assert 'name="text"' not in page.text
    booking = visitor.booking(visitor.send(page, mail="a@example.dk").location)
    assert booking.contact is None


def test_the_page_of_the_branch_leads_to_the_booking(visitor: Visitor) -> None:
    offer_times(visitor.web_app, public_page=True)
    page = visitor.get(f"/b/{LIBRARY}")
    assert f'href="/book/{LIBRARY}?lang=en"' in page.text
    assert f'href="/book/{LIBRARY}/{SERVICE}?lang=en"' in page.text
    assert f'href="/book/{LIBRARY}/{OTHER}?lang=en"' not in page.text
    found = visitor.client.get(f"/api/v1/public/branches/{LIBRARY}").json
    assert found
    pages = {one["id"]: one["booking_page"] for one in found["services"]}
    assert (pages[SERVICE], pages[OTHER]) == (f"/book/{LIBRARY}/{SERVICE}", None)


def test_a_branch_without_times_to_book_leads_nowhere(web_app: WebApp) -> None:
    offer_times(web_app, public_page=True, bookings=None)
    page = Visitor.of(web_app).get(f"/b/{LIBRARY}")
    assert page.status_code == 200
    assert "/book/" not in page.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"/book/{LIBRARY}?lang=pl", "Spróbuj ponownie za 1 minutę."),
        (f"/b/{LIBRARY}/slots.ndjson", ""),
    ],
)
def test_one_address_may_ask_so_often_in_a_minute(
    settings: Settings, redis_client: Redis, path: str, said: str
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_requests_per_minute=3))
    offer_times(web_app)
    client = web_app.app.test_client()
    answers = [client.get(path) for _ in range(7)]  # of two minutes at most
    assert answers[0].status_code < 400
    assert answers[-1].status_code == 429
    assert said in text_of(answers[-1])
    assert int(answers[-1].headers["Retry-After"]) > 0
    other = client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code < 400


def test_a_page_without_its_store_says_so_in_the_citizens_language(settings: Settings) -> None:
    client = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0")).test_client()
    page = client.get(f"/book/{LIBRARY}?lang=pl")
    assert (page.status_code, page.headers["Refresh"]) == (503, "5")
    assert "Strona teraz nie działa" in text_of(page)
    sent = client.post(f"/book/{LIBRARY}/{SERVICE}?lang=pl", data={"key": "x" * 22})
    assert sent.status_code == 503
    assert "Refresh" not in sent.headers
    assert "naciśnij jeszcze raz" in text_of(sent)
