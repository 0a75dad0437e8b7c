"""The staff's pages about appointments in a real browser: their sizes, keys and changes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.command import Command, Queue
from queue_service.store.redis_store import RedisStore
from tests.desks import CLERK
from tests.pages.bookings.offices import BOOKINGS, free_tomorrow, tomorrow
from tests.web.browsers import SIZES, BrowserMaker, Check, each_size, first_page, fits
from tests.web.service import Service


def look(page: Page, assert_accessible: Check) -> None:
    for size in each_size(page):
        assert fits(page), size
    assert_accessible(page)


def test_a_clerk_books_by_keyboard_and_sees_what_others_book(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch, queue = service.branch(bookings=BOOKINGS), Queue(RedisStore(service.client))
    context = new_context(*SIZES["desk"], lang="da")
    service.log_in(context, "clerk", branch)
    page = first_page(context)
    day = tomorrow(queue, branch)
    page.goto(f"/bookings/{branch}")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"date={day}"))
    first = free_tomorrow(queue, branch)[0].starts_at
    row = page.locator(f"#slot-pas-{first}")
    page.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    booking = book(queue, branch, first)
    expect(row.locator(".booked")).to_have_id(f"booking-{booking.code}")
    expect(row).to_be_focused()
    for number in (0, 1, 2):
        book(queue, branch, free_tomorrow(queue, branch)[number].starts_at)
    look(page, assert_accessible)

    page.keyboard.press("+")
    expect(page.get_by_role("heading", name="Bestil tid")).to_be_visible()
    look(page, assert_accessible)
    page.locator(".free-time").last.press("Enter")
    expect(page.locator("#h-confirm")).to_be_visible()
    look(page, assert_accessible)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Bestil denne tid").press("Enter")
    expect(page.locator("#code")).to_be_visible()
    look(page, assert_accessible)

    page.goto(f"/bookings/{branch}")
    page.keyboard.press("/")
    page.keyboard.type(booking.code.lower())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{booking.code}$"))
    page.get_by_role("link", name="Flyt").press("Enter")
    expect(page.get_by_role("heading", name="Flyt tiden")).to_be_visible()
    look(page, assert_accessible)

    contact = BookingContact("mail", "borger@example.dk")
    book(queue, branch, free_tomorrow(queue, branch)[0].starts_at, contact)
    page.goto(f"/bookings/{branch}?date={day}")
    page.get_by_role("link", name="Spær tider").press("Enter")
    page.get_by_label("Pladser, der spærres").fill("9")
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_contain_text("frigiver dem: Det må højst være 2.")
    look(page, assert_accessible)
    page.get_by_label("Pladser, der spærres").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("blockquote.letter")).to_be_visible()
    look(page, assert_accessible)
    page.get_by_role("button", name="Spær disse tider").press("Enter")
    expect(page.locator(".banner--good")).to_have_text("Tiderne er spærret. 1 brev bliver sendt.")


def book(
    queue: Queue, branch: str, starts_at: int, contact: BookingContact | None = None
) -> Booking:
    """A booking that somebody else makes."""
    command = Command(branch, CLERK)
    return bookings.book(queue, command, "pas", starts_at, contact=contact).booking
