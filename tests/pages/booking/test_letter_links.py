"""A virus scanner or a mail program that follows each link of each letter changes nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from redis import Redis

from queue_service.bookings.earlier_store import EarlierStore
from queue_service.bookings.letter_store import StoredLetter
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.arriving import CITIZEN
from queue_service.bookings.operations.letters import BegunLetter
from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingContact
from queue_service.bookings.rules.letters import LETTER_REASONS, letter_of
from queue_service.bookings.text.letters import mail, message
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from tests.pages.booking.test_own import contents, linked
from tests.pages.booking.visitors import SERVICE, Visitor, offer_times, queue_of, send_letters
from tests.web.web_app import LIBRARY, WebApp

COMMAND = Command(LIBRARY, CITIZEN)
ORIGIN = "https://queue.example.dk"
ADDRESS = re.compile(rf"{ORIGIN}(/[^\s\"<>\\]+)")
MAIL = BookingContact("mail", "somebody@example.dk")


@pytest.fixture
def visitor(web_app: WebApp, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A visitor of the library, where passports can be booked and letters are sent."""
    offer_times(web_app, public_page=True)
    found = Visitor.of(web_app)
    send_letters(found, monkeypatch)
    return found


def booked(visitor: Visitor, nth: int, *, wants_earlier: bool = False) -> Booking:
    return bookings.book(
        queue_of(visitor.web_app), COMMAND, SERVICE, visitor.free()[nth].starts_at,
        contact=MAIL, earlier=wants_earlier,
    ).booking  # fmt: skip


def offered(visitor: Visitor) -> Booking:
    """A booking to which an earlier time is offered."""
    queue = queue_of(visitor.web_app)
    first, mine = booked(visitor, 20), booked(visitor, 60, wants_earlier=True)
    bookings.cancel(queue, COMMAND, first.code)
    (kept,) = queue.get(EarlierStore).kept(LIBRARY)
    earlier.offer_next(queue, LIBRARY, kept.until - KEPT_MS)
    return bookings.find(queue, LIBRARY, mine.code)


def addresses(visitor: Visitor, booking: Booking) -> set[str]:
    """The addresses in every letter that a booking can have: as text, HTML, message and file."""
    branch = get_branch(queue_of(visitor.web_app), LIBRARY)
    found = set[str]()
    for reason in LETTER_REASONS:
        letter = letter_of(reason, booking, booking.created_at)
        assert letter is not None
        begun = BegunLetter(branch, StoredLetter(letter.id, "", letter), letter, None)
        made = mail(begun, ORIGIN, "noreply@example.dk")
        files = [file.content.decode().replace("\r\n ", "") for file in made.attachments]
        for text in (made.text, made.html, message(begun, ORIGIN), *files):
            links = {link.removesuffix("\\n") for link in ADDRESS.findall(text)}
            assert links or text in files
            found |= links
    return found


def test_following_each_link_of_each_letter_changes_nothing(
    visitor: Visitor, redis_client: Redis
) -> None:
    mine = offered(visitor)
    assert mine.offered is not None
    found = addresses(visitor, mine)
    assert found == {f"/booking/{LIBRARY}/{mine.code}", f"/book/{LIBRARY}"}
    before = contents(redis_client)
    # Its pages, and the pages that those lead to.
    seen = set[str]()
    for _ in range(2):
        for path in sorted(found - seen):
            seen.add(path)
            page = visitor.client.get(path)
            assert page.status_code in (200, 302, 303), path
            assert visitor.client.head(path).status_code == page.status_code
            found |= {link for link in linked(page) if urlsplit(link).path.startswith("/book")}
    assert len(seen) > 5
    assert contents(redis_client) == before
    assert bookings.find(queue_of(visitor.web_app), LIBRARY, mine.code) == mine
