"""A clerk books, finds, moves and cancels appointments for citizens; the day shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queue_service.access.rules.codes import grouped
from queue_service.app import create_app
from queue_service.bookings.earlier_store import EarlierStore
from queue_service.bookings.letter_store import LetterStore
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.arriving import arrive
from queue_service.bookings.operations.letters import displace
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules import booking as rules
from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingContact
from queue_service.bookings.store import BookingStore
from queue_service.bookings.text.letters import HEADLINES
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import BookingOver
from queue_service.language.catalogues import words
from queue_service.language.wording import Wording
from queue_service.pages.bookings.refusals import OVER, SENTENCES
from queue_service.runtime.settings import Settings
from queue_service.visits.operations.visits import take_back
from queue_service.web.description.openapi import operation_of
from tests.dashboards.day import noon_zone
from tests.desks import CLERK
from tests.pages.bookings.offices import (
    OFFER,
    free_tomorrow,
    offer_bookings,
    offer_nothing,
    tomorrow,
)
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, csrf, send, text_of

PAGE = f"/bookings/{LIBRARY}"
COMMAND = Command(LIBRARY, CLERK)


@pytest.fixture
def queue(web_app: WebApp) -> Queue:
    """The context of the application, whose library offers appointments."""
    return offer_bookings(web_app)


@pytest.fixture
def clerk(web_app: WebApp, queue: Queue) -> FlaskClient:  # noqa: ARG001 - its library has offers
    """A clerk's browser, in English."""
    return english(web_app.staff("kim", "clerk", LIBRARY))


def english(browser: FlaskClient) -> FlaskClient:
    browser.get("/?lang=en")
    return browser


def key_of(page: TestResponse) -> str:
    found = re.search(r'name="key" value="([A-Za-z0-9_-]{22})"', page.text)
    assert found
    return found[1]


def hold(clerk: FlaskClient, starts_at: int, key: str, **more: str) -> TestResponse:
    fields = {"service": "pas", "channel": "phone", "language": "en", "key": key}
    return send(clerk, f"{PAGE}/new", **{**fields, "starts_at": str(starts_at), **more})


def stored(queue: Queue) -> list[Booking]:
    return queue.get(BookingStore).between(LIBRARY, 0, 2**52)


def test_a_clerk_books_for_a_citizen_on_the_telephone(clerk: FlaskClient, queue: Queue) -> None:
    first = free_tomorrow(queue)[0]
    page = clerk.get(f"{PAGE}/new")
    assert f'value="{first.starts_at}"' in page.text
    held = hold(clerk, first.starts_at, key_of(page))
    assert held.status_code == 303
    confirmation = clerk.get(held.location)
    assert "Read it aloud, then book it" in confirmation.text
    assert "The time is kept for this citizen until" in confirmation.text
    (booking,) = stored(queue)
    assert (booking.state, booking.channel, booking.language) == ("held", "phone", "en")
    address, key = f"{PAGE}/{booking.code}", key_of(confirmation)
    for _ in range(2):  # pressed twice
        done = send(clerk, f"{address}/confirm", key=key)
        assert (done.status_code, done.location) == (303, f"{address}?done=booked")
    booked = clerk.get(done.location)
    assert "Booked. Read the code aloud, letter by letter." in booked.text
    assert grouped(booking.code) in booked.text
    words = re.findall(r"<li><strong translate=\"no\">(\w)</strong> as in (\w)", booked.text)
    assert "".join(letter for letter, _ in words) == booking.code
    assert all(letter == word for letter, word in words)
    assert [one.state for one in stored(queue)] == ["booked"]


def test_a_chosen_time_is_exchanged_for_another_by_going_back(
    clerk: FlaskClient, queue: Queue
) -> None:
    first, second = free_tomorrow(queue)[:2]
    key = key_of(clerk.get(f"{PAGE}/new"))
    for slot in (first, first, second):
        hold(clerk, slot.starts_at, key)
    (booking,) = stored(queue)
    assert booking.starts_at == second.starts_at
    released = send(clerk, f"{PAGE}/{booking.code}/release", key=key)
    assert released.location == f"{PAGE}/new?service=pas"
    assert stored(queue) == []


def test_a_time_that_is_taken_meanwhile_is_said_next_to_the_others(
    clerk: FlaskClient, queue: Queue
) -> None:
    first, second = free_tomorrow(queue)[:2]
    key = key_of(clerk.get(f"{PAGE}/new"))
    for _ in range(first.places):
        bookings.book(queue, COMMAND, "pas", first.starts_at)
    refused = hold(clerk, first.starts_at, key)
    assert refused.status_code == 409
    assert "This time has just been taken; choose another one." in refused.text
    assert f'value="{first.starts_at}"' not in refused.text
    assert f'value="{second.starts_at}"' in refused.text
    assert key_of(refused) == key


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"starts_at": "soon"}, 409), ({"starts_at": "9" * 30}, 409),
        ({"starts_at": "9" * 14}, 409), ({"starts_at": ""}, 409), ({"service": "x"}, 404),
        ({"language": "xx"}, 422), ({"key": "short"}, 422),
    ],
)  # fmt: skip
def test_a_wrong_form_books_nothing(
    clerk: FlaskClient, queue: Queue, fields: dict[str, str], status: int
) -> None:
    key = key_of(clerk.get(f"{PAGE}/new"))
    right = {"service": "pas", "key": key, "starts_at": str(free_tomorrow(queue)[0].starts_at)}
    assert send(clerk, f"{PAGE}/new", **{**right, **fields}).status_code == status
    assert stored(queue) == []


def test_the_day_shows_what_is_booked_and_free(clerk: FlaskClient, queue: Queue) -> None:
    first = free_tomorrow(queue)[0]
    one, gone = (bookings.book(queue, COMMAND, "pas", first.starts_at).booking for _ in range(2))
    bookings.cancel(queue, COMMAND, gone.code)
    page = clerk.get(f"{PAGE}?date={tomorrow(queue)}")
    text = text_of(page)
    assert f"{grouped(one.code)} Booked" in text
    assert f"{grouped(gone.code)} Cancelled" in text
    assert "1 booked 0 checked in 5 free places 2 kept for walk-ins" in text
    assert "Served at: " in text
    branch, now = queue.get(BranchStore).current(LIBRARY), queue.store.time()
    near = free_slots(queue, branch, "pas", now)[0].starts_at
    clock = Wording("en").time_of_day(near, branch.timezone)
    assert re.search(rf"Next free time: \w+, [\w ]+ at {clock}", text)
    for wrong in (
        "",
        "?date=",
        "?date=2026-13-01",
        "?date=x",
        "?date=9999-12-31",
        "?date=0001-01-01",
    ):
        today = clerk.get(f"{PAGE}{wrong}")
        assert today.status_code == 200
        assert 'id="today"' not in today.text
    past = date.fromisoformat(tomorrow(queue)) - timedelta(2)
    over = clerk.get(f"{PAGE}?date={past}").text
    assert "Bookings are deleted" in over
    assert "The times of this date are over." in over


def test_a_booking_is_found_by_its_code_however_it_is_typed(
    clerk: FlaskClient, queue: Queue
) -> None:
    code = bookings.book(queue, COMMAND, "pas", free_tomorrow(queue)[0].starts_at).booking.code
    for typed in (code, code.lower(), f" {grouped(code)} ", f"{code[:3]}-{code[3:]}"):
        found = clerk.get(f"{PAGE}/find", query_string={"code": typed})
        assert (found.status_code, found.location) == (302, f"{PAGE}/{code}")
    for wrong in ("BCDFGA", "", "BBBBBB" if code != "BBBBBB" else "CCCCCC"):
        refused = clerk.get(f"{PAGE}/find", query_string={"code": wrong})
        assert refused.status_code == 404
        assert "There is no booking with this code; check the six letters." in refused.text
    assert clerk.get(f"{PAGE}/BBBBBC").status_code == 404


def test_a_booking_is_moved_and_cancelled(clerk: FlaskClient, queue: Queue) -> None:
    first, second = free_tomorrow(queue)[:2]
    booking = bookings.book(queue, COMMAND, "pas", first.starts_at).booking
    address = f"{PAGE}/{booking.code}"
    page = clerk.get(f"{address}/move")
    assert f'value="{second.starts_at}"' in page.text
    moved = send(clerk, f"{address}/move", starts_at=str(second.starts_at))
    assert moved.location == f"{address}?done=moved"
    assert "Moved. The code is the same." in clerk.get(moved.location).text
    for _ in range(second.places - 1):
        bookings.book(queue, COMMAND, "pas", second.starts_at)
    for _ in range(first.places):
        bookings.book(queue, COMMAND, "pas", first.starts_at)
    refused = send(clerk, f"{address}/move", starts_at=str(first.starts_at))
    assert refused.status_code == 409
    assert "This time has just been taken; choose another one." in refused.text
    for _ in range(2):
        assert send(clerk, f"{address}/cancel").location == f"{address}?done=cancelled"
    over = send(clerk, f"{address}/move", starts_at=str(second.starts_at))
    assert over.status_code == 409
    assert "The appointment is cancelled." in over.text
    assert 'name="starts_at"' not in over.text
    assert clerk.get(f"{address}/move").location == address
    assert send(clerk, f"{address}/other").status_code == 404


def test_an_opened_address_changes_nothing(clerk: FlaskClient, queue: Queue) -> None:
    slot = free_tomorrow(queue)[0]
    booking = bookings.book(queue, COMMAND, "pas", slot.starts_at).booking
    key = "k" * 22
    held = bookings.hold(queue, COMMAND, "pas", slot.starts_at, key).booking
    before = sorted(stored(queue))
    for path in (
        "",
        "/new",
        f"/{booking.code}",
        f"/{booking.code}/move",
        f"/{held.code}?key={key}",
    ):
        for method in ("GET", "HEAD"):
            assert clerk.open(f"{PAGE}{path}", method=method).status_code == 200
    assert sorted(stored(queue)) == before


def test_a_supervisor_sees_and_does_not_act(web_app: WebApp, queue: Queue) -> None:
    booking = bookings.book(queue, COMMAND, "pas", free_tomorrow(queue)[0].starts_at).booking
    leader = english(web_app.staff("lea", "supervisor", LIBRARY))
    assert leader.get(PAGE).status_code == 200
    page = leader.get(f"{PAGE}/{booking.code}")
    assert grouped(booking.code) in page.text
    assert "<form" not in page.text.split("<main")[1]
    assert leader.get(f"{PAGE}/new").status_code == 403
    assert send(leader, f"{PAGE}/{booking.code}/cancel").status_code == 403
    assert stored(queue) == [booking]


def test_the_start_page_leads_to_appointments_only_where_there_are_some(
    web_app: WebApp,
    queue: Queue,  # noqa: ARG001 - its library has offers
) -> None:
    offer_nothing(web_app)
    start = web_app.staff("anna", "clerk").get("/").text
    assert f"/bookings/{LIBRARY}" in start
    assert f"/bookings/{TOWN_HALL}" not in start


def test_the_menu_of_a_branch_leads_to_its_appointments_if_it_offers_some(web_app: WebApp) -> None:
    offer_bookings(web_app, {"offers": [{**OFFER, "walk_in_percent": 100}]})
    offer_nothing(web_app)
    leader = english(web_app.staff("lea", "supervisor"))
    for branch, shown in ((LIBRARY, True), (TOWN_HALL, False)):
        notes = leader.get(f"/dashboards/{branch}/notes")
        assert (f'href="/bookings/{branch}"' in notes.text) is shown
    assert "No time is free now" in leader.get(PAGE).text


def test_a_branch_without_offers_says_so(web_app: WebApp) -> None:
    offer_nothing(web_app)
    page = english(web_app.staff("anna", "admin")).get(f"/bookings/{TOWN_HALL}")
    assert "No service here has appointments." in page.text
    assert f"/admin/branches/{TOWN_HALL}/bookings" in page.text


def test_a_contact_is_kept_only_if_the_citizen_wants_letters(
    settings: Settings, web_app: WebApp
) -> None:
    offer_bookings(web_app)
    sending = WebApp(create_app(replace(settings, smtp_url="smtp://mail.example")))
    queue: Queue = sending.app.extensions["queue"]
    clerk = english(sending.staff("kim", "clerk", LIBRARY))
    slot = free_tomorrow(queue)[0]
    confirmation = clerk.get(hold(clerk, slot.starts_at, key_of(clerk.get(f"{PAGE}/new"))).location)
    assert 'name="mail"' in confirmation.text
    assert 'name="text"' not in confirmation.text
    (booking,) = stored(queue)
    address, key = f"{PAGE}/{booking.code}/confirm", key_of(confirmation)
    refused = send(clerk, address, key=key, mail="nobody", earlier="1")
    assert refused.status_code == 422
    assert re.search(r'name="mail"[^>]*value="nobody"[^>]*aria-invalid="true"', refused.text)
    assert stored(queue) == [booking]
    form = {**csrf(clerk), "key": key, "mail": "nobody"}
    in_danish = clerk.post(f"{address}?lang=da", data=form)
    assert text_of(in_danish).count("Skriv én e-mailadresse") == 1
    assert '<a href="#contact.mail">' in in_danish.text
    form = {**csrf(clerk), "key": key, "earlier": "1"}
    without = clerk.post(f"{address}?lang=da", data=form)
    assert without.status_code == 422
    assert text_of(without).count("Skriv en e-mailadresse eller et telefonnummer") == 1
    assert re.search(r'name="earlier"[^>]* checked aria-invalid="true"', without.text)
    assert stored(queue) == [booking]
    send(clerk, address, key=key, mail="borger@example.dk", earlier="1")
    (booked,) = stored(queue)
    assert booked.contact == BookingContact("mail", "borger@example.dk")
    assert booked.earlier
    page = clerk.get(f"{PAGE}/{booking.code}").text
    assert "borger@example.dk" not in page
    assert "Add an address" not in page


def test_a_citizen_gives_an_address_afterwards_and_gets_the_letter(
    settings: Settings, web_app: WebApp
) -> None:
    offer_bookings(web_app)
    sending = WebApp(create_app(replace(settings, smtp_url="smtp://mail.example")))
    queue: Queue = sending.app.extensions["queue"]
    clerk = english(sending.staff("kim", "clerk", LIBRARY))
    booking = bookings.book(queue, COMMAND, "pas", free_tomorrow(queue)[0].starts_at).booking
    address = f"{PAGE}/{booking.code}"
    assert "Add an address for letters" in clerk.get(address).text
    for wrong, said in (
        ({"mail": "nobody"}, "It must be one e-mail address"),
        ({}, "It needs a mail address or a telephone number"),
    ):
        refused = send(clerk, f"{address}/contact", **wrong)
        assert refused.status_code == 422
        assert '<details class="confirmed" open>' in refused.text
        assert said in text_of(refused)
    assert stored(queue) == [booking]
    for _ in range(2):
        done = send(clerk, f"{address}/contact", mail="borger@example.dk", earlier="1")
        assert done.location == f"{address}?done=contact"
    assert "The letter is on its way" in text_of(clerk.get(done.location))
    mail = BookingContact("mail", "borger@example.dk")
    assert stored(queue) == [booking._replace(contact=mail, earlier=True)]
    (waiting,) = queue.get(LetterStore).all(LIBRARY)
    assert waiting.letter is not None
    assert (waiting.letter.reason, waiting.letter.contact) == ("booked", mail)
    assert "Correct the address for letters" in clerk.get(address).text
    send(clerk, f"{address}/contact", mail="another@example.dk")
    assert stored(queue)[0].contact == mail._replace(to="another@example.dk")
    assert "with a reminder" in text_of(clerk.get(address))
    gone = send(clerk, f"{address}/forget")
    assert "The address is removed" in clerk.get(gone.location).text
    assert stored(queue) == [booking]
    assert 'id="forget"' not in clerk.get(address).text
    without = web_app.staff("siri", "supervisor", LIBRARY)
    assert "Add an address" not in english(without).get(address).text


WHOLE_DAY = {day: [["00:00", "24:00"]] for day in OFFER["week"]}


@pytest.fixture
def midday(web_app: WebApp) -> Queue:
    """The library after noon: passports can be booked every five minutes."""
    offer = {**OFFER, "week": WHOLE_DAY, "length_minutes": 5, "walk_in_percent": 0}
    return offer_bookings(web_app, {"offers": [offer]}, timezone=noon_zone())


def booked_today(queue: Queue, minutes: int) -> Booking:
    """The booking of a time that begins so many minutes from now, or up to five later."""
    branch, now = queue.get(BranchStore).current(LIBRARY), queue.store.time()
    free = free_slots(queue, branch, "pas", now, staff=True)
    starts_at = next(s.starts_at for s in free if s.starts_at >= now + minutes * 60_000)
    return bookings.book(queue, COMMAND, "pas", starts_at).booking


def test_an_arrival_gives_the_number_and_the_same_again(web_app: WebApp, midday: Queue) -> None:
    clerk = english(web_app.staff("kim", "clerk", LIBRARY))
    booking = booked_today(midday, 1)
    address = f"{PAGE}/{booking.code}"
    assert "The citizen is here" in clerk.get(address).text
    for _ in range(2):
        done = send(clerk, f"{address}/arrive")
        assert done.location == f"{address}?done=in_time"
    page = text_of(clerk.get(done.location))
    assert "Arrived. The number is A001" in page
    assert "by the booked time" in page
    assert "The citizen is here" not in page
    (arrived,) = stored(midday)
    assert arrived.state == "arrived"
    assert "1 checked in" in text_of(clerk.get(PAGE))
    line = clerk.get(f"{PAGE}/today").json
    assert line == {"booked": "1", "so_far": "1 arrived", "next": ""}
    supervisor = english(web_app.staff("siri", "supervisor", LIBRARY))
    board = supervisor.get(f"/dashboards/{LIBRARY}/now").json
    assert board is not None
    assert board["booked"] == line


def test_the_day_says_who_has_not_come_in_time(web_app: WebApp, midday: Queue) -> None:
    branch, now = midday.get(BranchStore).current(LIBRARY), midday.store.time()
    past = now - 3_600_000
    free = free_slots(midday, branch, "pas", past, staff=True)
    in_past = COMMAND._replace(at=past)
    for starts_at in (free[0].starts_at, booked_today(midday, 30).starts_at):
        bookings.book(midday, in_past, "pas", starts_at)
    clerk = english(web_app.staff("kim", "clerk", LIBRARY))
    page = text_of(clerk.get(PAGE))
    assert "2 booked" in page
    assert "1 did not come" in page
    assert page.count("Not come") == 1
    line = clerk.get(f"{PAGE}/today").json
    assert line is not None
    assert line["so_far"] == "0 arrived, 1 not come"
    # Asked for another time, the citizen is neither expected nor missing.
    (late,) = midday.get(BookingStore).between(LIBRARY, 0, now)
    displace(midday, COMMAND, late.code)
    page = text_of(clerk.get(PAGE))
    assert "2 booked" in page
    assert "did not come" not in page
    assert "Not come" not in page
    assert clerk.get(f"{PAGE}/today").json == line | {"booked": "2", "so_far": "0 arrived"}


def test_a_citizen_who_is_early_comes_back_or_waits_as_a_walk_in(
    web_app: WebApp, midday: Queue
) -> None:
    clerk = english(web_app.staff("kim", "clerk", LIBRARY))
    address = f"{PAGE}/{booked_today(midday, 45).code}"
    assert 'name="anyway"' not in clerk.get(address).text
    early = send(clerk, f"{address}/arrive")
    assert early.status_code == 409
    assert re.search(r"The citizen is early and can report from 1[34]:[0-5]\d on\.", early.text)
    assert 'name="anyway"' in early.text
    assert [one.state for one in stored(midday)] == ["booked"]
    done = send(clerk, f"{address}/arrive", anyway="1")
    assert "waits from now on as those without an appointment" in clerk.get(done.location).text


@pytest.mark.parametrize(
    ("late", "queued"),
    [(0, "is called by this number, by the booked time"), (1, "came late: queued by the arrival")],
)
def test_an_arrival_says_how_it_is_queued_while_it_waits(
    web_app: WebApp, midday: Queue, late: int, queued: str
) -> None:
    clerk = english(web_app.staff("kim", "clerk", LIBRARY))
    booking = booked_today(midday, 1)
    last = booking.starts_at + midday.get(BranchStore).get(LIBRARY).bookings.late_ms
    visit = arrive(midday, COMMAND._replace(at=last + late), booking.code).result.visit
    address = f"{PAGE}/{booking.code}"
    assert f"The citizen {queued}." in clerk.get(address).text
    take_back(midday, COMMAND._replace(at=last + late + 1), visit.id)
    over = clerk.get(address).text
    assert visit.number in over
    assert queued not in over


def test_an_arrival_on_another_day_is_refused(clerk: FlaskClient, queue: Queue) -> None:
    booking = bookings.book(queue, COMMAND, "pas", free_tomorrow(queue)[0].starts_at).booking
    address = f"{PAGE}/{booking.code}"
    assert "The citizen is here" not in clerk.get(address).text
    assert send(clerk, f"{address}/arrive").status_code == 409


def test_every_refusal_is_in_the_language_of_the_page(clerk: FlaskClient, queue: Queue) -> None:
    declared = {
        code
        for name, view in clerk.application.view_functions.items()
        if name.startswith("bookings.") and (described := operation_of(view))
        for code in described.refusals
    } - {"branch_not_found"}  # such an address has no page
    assert declared
    assert declared - {BookingOver.code} - SENTENCES.keys() == set()
    assert OVER.keys() == rules.OVER
    danish = words("da")
    for sentence in (*SENTENCES.values(), *OVER.values()):
        assert danish.gettext(sentence) != sentence
    clerk.get("/?lang=da")
    unknown = clerk.get(f"{PAGE}/find", query_string={"code": "BBBBBC"})
    assert "Der er ingen tid med denne kode." in unknown.text
    gone = hold(clerk, 0, "k" * 22)
    assert "Den tid kan ikke bestilles." in gone.text
    code = bookings.book(queue, COMMAND, "pas", free_tomorrow(queue)[0].starts_at).booking.code
    not_held = send(clerk, f"{PAGE}/{code}/release", key="k" * 22)
    assert "Tiden er ikke reserveret." in not_held.text
    send(clerk, f"{PAGE}/{code}/cancel")
    assert "Tiden er aflyst" in send(clerk, f"{PAGE}/{code}/move", starts_at="1").text


def test_times_are_blocked_after_their_effect_was_seen(clerk: FlaskClient, queue: Queue) -> None:
    slot = free_tomorrow(queue)[0]
    both = [bookings.book(queue, COMMAND, "pas", slot.starts_at).booking for _ in range(2)]
    # Two of one millisecond are in the order of their codes.
    first, last = sorted(both, key=lambda one: (one.booked_at, one.code))
    asked = {"service": "pas", "date": tomorrow(queue), "from": "10:00", "until": "10:30"}
    form = clerk.get(f"{PAGE}/block", query_string={"date": asked["date"]}).text
    assert re.search(r'name="from"[^>]*value="10:00"', form)  # the hours of the offer
    assert re.search(r'name="until"[^>]*value="12:00"', form)
    page = clerk.get(f"{PAGE}/block", query_string={**asked, "places": "1"})
    assert "1 place is blocked at each of these times: 10:00." in page.text
    assert "1 appointment has no room any more:" in page.text
    assert grouped(last.code) in page.text
    assert grouped(first.code) not in page.text
    assert "no: nothing is known about the citizen" in page.text
    assert 'name="letters"' not in page.text
    for _ in range(2):
        done = send(clerk, f"{PAGE}/block", **asked, places="1")
        assert done.status_code == 303
        assert "Done. The times are blocked." in clerk.get(done.location).text
    day = text_of(clerk.get(f"{PAGE}?date={tomorrow(queue)}"))
    assert "1 blocked place" in day
    assert "more than there is room for" in day
    release = clerk.get(f"{PAGE}/block", query_string={**asked, "places": "0"})
    assert "Nothing is blocked any more at these times: 10:00." in release.text
    send(clerk, f"{PAGE}/block", **asked, places="0")
    assert "more than there is room for" not in clerk.get(f"{PAGE}?date={asked['date']}").text
    assert sorted(stored(queue)) == sorted((first, last))


def test_a_letter_is_shown_before_it_is_sent(
    settings: Settings, clerk: FlaskClient, queue: Queue
) -> None:
    slot, mail = free_tomorrow(queue)[0], BookingContact("mail", "borger@example.dk")
    bookings.book(queue, COMMAND, "pas", slot.starts_at, language="da", contact=mail)
    bookings.book(queue, COMMAND, "pas", slot.starts_at)  # without an address
    letters = queue.get(LetterStore)
    for letter in letters.all(LIBRARY):  # that it is booked
        letters.change(LIBRARY, letter, None)
    asked = {"service": "pas", "date": tomorrow(queue), "from": "10:00", "until": "10:30"}
    asked["places"] = "2"
    page = clerk.get(f"{PAGE}/block", query_string=asked)
    assert "This is sent to those who can be reached" in page.text
    shown = page.text.split("<blockquote")[1].split("</blockquote>")[0]
    assert 'lang="da"' in shown
    assert words("da").gettext(HEADLINES["displaced"]) in shown
    assert "borger@example.dk" not in page.text
    assert letters.all(LIBRARY) == []
    done = clerk.get(send(clerk, f"{PAGE}/block", **asked, letters="1").location)
    assert "Done. The times are blocked. 1 letter is sent." in text_of(done)
    assert "Block these times" not in done.text
    (left,) = letters.all(LIBRARY)
    assert left.letter is not None
    assert (left.letter.reason, left.letter.contact) == ("displaced", mail)
    sending = WebApp(create_app(replace(settings, smtp_url="smtp://mail.example")))
    reached, here = english(sending.staff("kai", "clerk", LIBRARY)), f"{PAGE}/{left.letter.code}"
    day = f"{PAGE}?date={asked['date']}"
    text = text_of(reached.get(day))
    assert [text.count(s) for s in ("asked for another time", "no letter was sent")] == [1, 1]
    assert reached.get(here).text.count("was asked to choose another") == 1
    for page in (clerk.get(day), clerk.get(here)):  # without a server of mail
        assert "asked for another" not in page.text
        assert "was asked to choose another" not in page.text
        assert re.search(r"no letter (was|could be) sent", page.text)
    send(clerk, f"{PAGE}/{left.letter.code}/cancel")
    (last,) = (one.letter for one in letters.all(LIBRARY) if one.id != left.id)
    assert last is not None
    assert last.reason == "called_off"


def test_a_release_shows_the_citizens_who_keep_their_time(clerk: FlaskClient, queue: Queue) -> None:
    slot, mail = free_tomorrow(queue)[0], BookingContact("mail", "borger@example.dk")
    bookings.book(queue, COMMAND, "pas", slot.starts_at, language="da", contact=mail)
    asked = {"service": "pas", "date": tomorrow(queue), "from": "10:00", "until": "10:30"}
    send(clerk, f"{PAGE}/block", **asked, places="2", letters="1")
    asked["places"] = "0"
    release = clerk.get(f"{PAGE}/block", query_string=asked)
    assert "1 citizen has room again and keeps the booked time after all:" in release.text
    assert "1 letter is sent as soon as you release the times" in release.text
    assert words("da").gettext(HEADLINES["restored"]) in release.text.split("<blockquote")[1]
    released = clerk.get(send(clerk, f"{PAGE}/block", **asked).location)
    assert "1 letter is sent." in text_of(released)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"places": "3"}, "places", "0 releases them : It must be at most"),
        ({"places": "x"}, "places", "It must be at most 2."),
        ({"from": "soon"}, "from", "From : Write a time"),
        ({"until": "10:00"}, "until", "Until : It must end after it begins."),
        ({"until": ""}, "until", "Until : Write a time"),
    ],
)
def test_a_wrong_block_is_named_at_its_field(
    clerk: FlaskClient, queue: Queue, wrong: dict[str, str], field: str, reason: str
) -> None:
    asked = {"service": "pas", "date": tomorrow(queue), "from": "10:00", "until": "11:00"}
    asked |= {"places": "1"} | wrong
    seen = clerk.get(f"{PAGE}/block", query_string=asked)
    for refused in (seen, send(clerk, f"{PAGE}/block", **asked)):
        assert refused.status_code == 422
        assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', refused.text) == [field]
        said = text_of(refused)
        assert "Correct" not in said
        assert said.count(reason) == 1


def test_a_cancelled_time_that_is_kept_says_for_whom(clerk: FlaskClient, queue: Queue) -> None:
    first, *_, last = free_tomorrow(queue)
    to = BookingContact("mail", "borger@example.dk")
    gone = bookings.book(queue, COMMAND, "pas", first.starts_at).booking
    bookings.book(queue, COMMAND, "pas", last.starts_at, contact=to, earlier=True)
    done = send(clerk, f"{PAGE}/{gone.code}/cancel")
    said = text_of(clerk.get(done.location))
    assert "The time is kept for those who asked for an earlier one" in said
    assert "free again" not in said
    day = text_of(clerk.get(f"{PAGE}?date={tomorrow(queue)}"))
    assert "1 kept for those who asked" in day
    assert "being booked" not in day


def test_the_day_and_the_booking_say_who_asks_for_an_earlier_time(
    clerk: FlaskClient, queue: Queue
) -> None:
    first, *_, last = free_tomorrow(queue)
    gone = bookings.book(queue, COMMAND, "pas", first.starts_at).booking
    to = BookingContact("mail", "borger@example.dk")
    mine = bookings.book(queue, COMMAND, "pas", last.starts_at, contact=to, earlier=True).booking
    page = f"{PAGE}?date={tomorrow(queue)}"
    assert "1 citizen asks for an earlier time." in text_of(clerk.get(page))
    bookings.cancel(queue, COMMAND, gone.code)
    (kept,) = queue.get(EarlierStore).kept(LIBRARY)
    earlier.offer_next(queue, LIBRARY, kept.until - KEPT_MS)
    shown = text_of(clerk.get(page))
    assert "1 citizen asks for an earlier time; 1 is offered one now." in shown
    assert "The one whose own time is farthest away is asked first" in shown
    assert "An earlier time is offered until" in text_of(clerk.get(f"{PAGE}/{mine.code}"))
