"""The feedback terminal: two questions, one tap each, by any citizen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from queue_service.store.keys import BranchKeys
from tests.pages.kiosk.screen import LYING, UPRIGHT
from tests.web.browsers import BrowserMaker, Check, first_page, fits
from tests.web.service import Service

PHONE: Final = {"width": 390, "height": 844}
SIZES: Final = (UPRIGHT, LYING, PHONE)
DEAF_MS: Final = 600
THANKS_MS: Final = 4100


class Terminal:
    """A terminal of a branch of its own, with its clock in the test's hands."""

    def __init__(self, service: Service, new_context: BrowserMaker, **size: Any) -> None:
        self.service = service
        self.branch = service.branch()
        context = new_context(**(size or LYING), own_clock=True)
        service.enrol(context, "kiosk", self.branch)
        self.page: Page = first_page(context)
        self.page.goto(f"/feedback/{self.branch}")
        expect(self.page.locator("#title")).to_be_visible()

    def pass_time(self, milliseconds: int) -> None:
        """Let time pass at the terminal."""
        self.page.clock.run_for(milliseconds)

    def tap(self, rating: int) -> None:
        """Answer the question on show, as soon as it takes one."""
        self.pass_time(DEAF_MS)
        self.page.locator(f"[data-rating='{rating}']").click()

    def figures(self) -> dict[str, int]:
        """How many people the service has counted, and the answers to each question."""
        found: dict[str, int] = dict.fromkeys(("people", "help", "task"), 0)
        client: Any = self.service.client
        for key in client.scan_iter(BranchKeys(self.branch).feedback("2*")):
            for name, n in client.hgetall(key).items():
                question = "set_aside" if name == "set_aside" else name.split("|")[3] or "people"
                found[question] = found.get(question, 0) + int(n)
        return found

    def sent(self) -> Any:
        """Waits for an answer that reaches the service."""
        return self.page.expect_response(lambda r: r.request.method == "POST" and r.ok)


@pytest.fixture
def terminal(service: Service, new_context: BrowserMaker) -> Terminal:
    """An idle terminal."""
    return Terminal(service, new_context)


def test_two_taps_are_one_answer(terminal: Terminal) -> None:
    title = terminal.page.locator("#title")
    expect(title).to_contain_text("hjælp og vejledning")
    terminal.tap(5)
    expect(title).to_contain_text("opgave blev løst")
    with terminal.sent():
        terminal.tap(4)
    expect(terminal.page.locator("#thanks-title")).to_be_focused()
    assert terminal.figures() == {"people": 1, "help": 1, "task": 1}
    terminal.pass_time(THANKS_MS)
    expect(title).to_contain_text("hjælp og vejledning")


def test_an_answer_to_the_first_question_counts_after_a_departure(terminal: Terminal) -> None:
    terminal.tap(1)
    with terminal.sent():
        terminal.pass_time(20_100)
    assert terminal.figures() == {"people": 1, "help": 1, "task": 0}
    expect(terminal.page.locator("#thanks")).to_be_visible()


def test_a_question_can_be_skipped(terminal: Terminal) -> None:
    expect(terminal.page.locator("#skip")).to_be_hidden()
    terminal.tap(3)
    terminal.pass_time(DEAF_MS)
    with terminal.sent():
        terminal.page.locator("#skip").click()
    assert terminal.figures() == {"people": 1, "help": 1, "task": 0}


def test_a_double_tap_answers_one_question(terminal: Terminal) -> None:
    terminal.pass_time(DEAF_MS)
    terminal.page.locator("[data-rating='5']").dblclick()
    expect(terminal.page.locator("#step")).to_have_text("Spørgsmål 2 af 2")


def test_by_keyboard_and_in_another_language(terminal: Terminal) -> None:
    terminal.page.locator("[data-language=en]").click()
    expect(terminal.page.locator("#title")).to_contain_text("help and guidance")
    terminal.pass_time(DEAF_MS)
    terminal.page.keyboard.press("2")
    terminal.pass_time(DEAF_MS)
    with terminal.sent():
        terminal.page.keyboard.press("5")
    expect(terminal.page.locator("#thanks-title")).to_have_text("Thank you for your answer")
    terminal.pass_time(THANKS_MS)
    # The next one is asked in the branch's own language, and finds the keys at work.
    expect(terminal.page.locator("#title")).to_contain_text("hjælp")
    terminal.pass_time(DEAF_MS)
    terminal.page.keyboard.press("3")
    expect(terminal.page.locator("#step")).to_have_text("Spørgsmål 2 af 2")


def test_an_answer_lost_by_the_connection_is_sent_when_it_returns(terminal: Terminal) -> None:
    page = terminal.page
    page.context.set_offline(True)
    for _ in range(2):
        terminal.tap(5)
        terminal.tap(5)
        expect(page.locator("#thanks")).to_be_visible()
        terminal.pass_time(THANKS_MS)
    assert terminal.figures()["people"] == 0
    page.context.set_offline(False)
    for _ in range(2):
        with terminal.sent():
            terminal.pass_time(31_000)
    page.wait_for_function("() => localStorage.length === 0")


def test_an_answer_is_not_lost_with_the_page(terminal: Terminal) -> None:
    terminal.tap(4)
    expect(terminal.page.locator("#step")).to_have_text("Spørgsmål 2 af 2")
    with terminal.sent():
        terminal.page.reload()
    assert terminal.figures() == {"people": 1, "help": 1, "task": 0}


def test_a_citizen_who_is_still_there_gets_more_time(terminal: Terminal) -> None:
    terminal.tap(4)
    terminal.pass_time(15_000)
    terminal.page.keyboard.press("Tab")
    terminal.pass_time(15_000)
    expect(terminal.page.locator("#step")).to_have_text("Spørgsmål 2 af 2")


FACES: Final = """() => [...document.querySelectorAll("[data-rating]")].map((face) => {
    const { x, y, width, height } = face.getBoundingClientRect();
    return [x, y, width, height];
})"""
"""In the page: the positions of the answers."""


def faces_by_language(page: Page) -> dict[str, Any]:
    """The positions of the answers in each language; Danish is left on show."""
    found = {}
    for language in ("en", "da"):
        page.locator(f"[data-language={language}]").click()
        found[language] = page.evaluate(FACES)
    return found


def on_each(page: Page, assert_accessible: Check) -> Iterator[int]:
    """Give the page each size of screen, by its place, and look at it as axe does."""
    for nth, size in enumerate(SIZES):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert_accessible(page, contrast=nth == 0)
        yield nth


def test_everything_is_in_sight_and_accessible(
    terminal: Terminal, assert_accessible: Check
) -> None:
    page = terminal.page
    stand = [faces_by_language(page) for _ in on_each(page, assert_accessible)]
    terminal.tap(5)
    for nth in on_each(page, assert_accessible):
        # A second tap in the same place is the same answer.
        assert faces_by_language(page) == stand[nth]
        expect(page.locator("#skip")).to_be_in_viewport(ratio=1)
        for rating in range(1, 6):
            expect(page.locator(f"[data-rating='{rating}']")).to_be_in_viewport(ratio=1)
        assert fits(page)
    terminal.tap(5)
    expect(page.locator("#thanks")).to_be_visible()
    for _ in on_each(page, assert_accessible):
        assert fits(page)
