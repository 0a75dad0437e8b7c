"""A kiosk prints its slips on a printer on the network, and a printer without paper loses none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from queue_service.access.store import AccessStore
from queue_service.printers.rules.printer import Printer
from queue_service.printers.store import PrinterStore
from queue_service.store.redis_store import RedisStore
from tests.pages.kiosk.screen import UPRIGHT, choose, number
from tests.pages.kiosk.test_layout import looked_at
from tests.printers.emulator import Slip, SocketEmulator, emulator
from tests.running import eventually
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service

NO_PAPER = "Printeren mangler papir. Husk dit nummer"


@pytest.fixture
def printer() -> Iterator[SocketEmulator]:
    with emulator() as made:
        yield made


@pytest.fixture
def page(service: Service, new_context: BrowserMaker, printer: SocketEmulator) -> Page:
    """A kiosk with the printer, in Danish and Arabic."""
    branch = service.branch(languages=["da", "ar"])
    context = new_context(**UPRIGHT, reduced_motion="reduce")
    service.enrol(context, "kiosk", branch)
    print_on(service, branch, printer.printer)
    made = first_page(context)
    made.goto(f"/kiosk/{branch}")
    return made


def print_on(service: Service, branch: str, printer: Printer) -> None:
    """The branch's only kiosk prints on this printer."""
    store = RedisStore(service.client)
    (kiosk,) = (one for one in AccessStore(store).tokens() if one.device and one.branch == branch)
    PrinterStore(store).set(branch, kiosk.id, printer)


def inked(slip: Slip) -> tuple[int, int]:
    """How many dots are black in the left and the right half of a slip."""
    halves = [0, 0]
    for y in range(slip.height):
        for x in range(slip.row_bytes * 8):
            halves[2 * x // (slip.row_bytes * 8)] += slip.dot(x, y)
    return halves[0], halves[1]


def test_a_slip_is_printed_as_a_picture_again_and_without_paper(
    page: Page, printer: SocketEmulator
) -> None:
    choose(page, "pas")
    number(page)
    eventually(lambda: len(printer.slips) == 1)
    (danish,) = printer.slips
    assert (danish.row_bytes, 300 < danish.height < 1200) == (72, True)
    assert min(inked(danish)) > 2000
    again, paper = page.locator("#ticket-again"), page.locator("#ticket-paper")
    again.click()
    eventually(lambda: len(printer.slips) == 2)
    assert printer.slips[1] == danish
    printer.paper = "out"
    again.click()
    expect(paper).to_contain_text(NO_PAPER)
    expect(again).to_be_hidden()  # after three of one ticket
    page.locator("#ticket-done").click()

    page.locator(".languages [lang=ar]:visible").click()
    choose(page, "pas")
    number(page)
    expect(paper).to_contain_text("لا يوجد ورق في الطابعة")
    assert len(printer.slips) == 2
    page.locator("#timer-more").click()
    looked_at(page, "a ticket without paper")
    printer.paper = "full"
    again.click()
    eventually(lambda: len(printer.slips) == 3)
    expect(paper).not_to_contain_text("لا يوجد ورق في الطابعة")
    assert min(inked(printer.slips[2])) > 2000
