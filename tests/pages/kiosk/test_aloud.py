"""A citizen who does not see the screen: what a kiosk says, and what four keys do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from queue_service.printers.rules.printer import Printer
from tests.dashboards.day import noon_zone
from tests.pages.display.waiting_room import closed_today, ears
from tests.pages.kiosk.screen import LYING, UPRIGHT, change, open_counter, waiting
from tests.pages.kiosk.test_booked import book, offering
from tests.pages.kiosk.test_network_printer import NO_PAPER, print_on
from tests.printers.emulator import emulator
from tests.running import eventually
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service

NEXT, PREVIOUS, CHOOSE, REPEAT = "ArrowDown", "ArrowUp", "Enter", "F1"
SPEECH_MS: Final = 20
TRANSCRIPTS: Final = Path(__file__).with_name("transcripts.json")
"""By language and task, all that is said."""

SCREEN: Final = """
window.said = [];
const { speak } = window.speechSynthesis;
window.speechSynthesis.speak = (utterance) => {
  const { innerText } = document.querySelector("dialog[open]") ?? document.querySelector("#main");
  window.said.push({ text: utterance.text, lang: utterance.lang, screen: innerText });
  speak(utterance);
};
"""
"""Keeps each text that is said, with the screen at that moment."""

VOICE: Final = """(ends) => {
  window.speechSynthesis.speak = (utterance) => {
    window.said.push({ text: utterance.text });
    window.utterance = utterance;
    if (ends) utterance.onend({});
  };
  if (ends) window.utterance?.onend({});
}"""
"""A voice that goes on and on, or one that is quick; this one ends what the other has begun."""


SPEAKING: Final = "document.querySelector('#aloud[data-speaking]') !== null"

PRESSED: Final = "key => !dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))"
"""Presses a key; whether the kiosk heard it. A second one would have the screen read again."""

_TIME: Final = re.compile(r"\d{1,2}[.:]\d\d")
_SECONDS: Final = re.compile(r"\b(?:30|2\d)\b")
"""Of the countdown: a second may pass between a screen and its reading."""
_OF_A_DAY: Final = re.compile("TIME|, ")
_SPELLED: Final = re.compile(r"\b[A-Z], \w+ \w+ \w+")

Listen = Callable[..., Page]


@pytest.fixture
def listen(service: Service, new_context: BrowserMaker) -> Listen:
    """Opens a branch's kiosk whose speech can be read: ``listen(branch, "?lang=en")``."""

    def open_kiosk(branch: str, query: str = "", printer: Printer | None = None) -> Page:
        context = new_context(**UPRIGHT, own_clock=True)
        service.enrol(context, "kiosk", branch)
        if printer is not None:
            print_on(service, branch, printer)
        page = first_page(context)
        voices = ("da-DK", "en-GB", "ar")
        page.add_init_script(ears(VOICES=voices, REFUSED=False, SPEECH_MS=SPEECH_MS) + SCREEN)
        page.goto(f"/kiosk/{branch}{query}")
        expect(page.locator(".service").first).to_be_enabled()
        with page.expect_response("**/headset.js"):
            page.clock.run_for(2500)
        return page

    return open_kiosk


def said(page: Page) -> list[str]:
    """Each text so far, without times of day and the first seconds of a countdown, which differ."""
    found: list[Any] = page.evaluate("window.said")
    return [_SECONDS.sub("30", _TIME.sub("TIME", one["text"])) for one in found]


def listened(page: Page, key: str) -> list[str]:
    """Press a key and listen until the kiosk says no more."""
    before = len(said(page))
    page.keyboard.press(key)
    eventually(lambda: len(said(page)) > before and not page.evaluate(SPEAKING))
    return said(page)[before:]


def begun(page: Page) -> list[str]:
    """Press the marked key, as soon as the kiosk listens to it."""

    eventually(lambda: bool(page.evaluate(PRESSED, REPEAT)))
    eventually(lambda: said(page) != [] and not page.evaluate(SPEAKING))
    return said(page)


def chosen(page: Page, button: str) -> list[str]:
    """Go on to a button, choose it and listen to the screen that comes."""
    for _ in range(40):
        listened(page, NEXT)
        if page.locator(f"{button}[data-aloud]").count():
            return listened(page, CHOOSE)
    raise AssertionError(f"{button} was not reached: {said(page)}")


def unread(page: Page) -> list[str]:
    """The words on the screen that are not said, whatever is pressed."""
    before = len(said(page))
    for _ in range(40):
        listened(page, NEXT)
        if said(page)[before] in said(page)[before + 1 :]:
            break
    heard = {word for text in said(page)[before:] for word in _words(text)}
    screen = _words(_TIME.sub("TIME", page.evaluate("document.querySelector('#main').innerText")))
    return sorted(screen - heard)


def not_on_the_screen(page: Page) -> list[str]:
    """The texts that were said and not on the screen at that moment."""
    heard: list[Any] = page.evaluate("window.said")
    return [one["text"] for one in heard if not _words(one["text"]) <= _words(one["screen"])]


def _words(text: str) -> set[str]:
    # A number is on the screen as A012, and is said digit by digit.
    plain = _SECONDS.sub("", _SPELLED.sub("", text))
    return set(re.findall(r"\w+", plain.casefold()))


@pytest.mark.parametrize(
    "language", ["da", *(pytest.param(one, marks=pytest.mark.nightly) for one in ("en", "ar"))]
)
def test_each_task_is_done_by_four_keys(service: Service, listen: Listen, language: str) -> None:
    branch = service.branch(languages=["da", "en", "ar"], help_button=True, timezone=noon_zone())
    open_counter(service, branch)
    page = listen(branch, f"?lang={language}")
    other = {"da": "en", "en": "ar", "ar": "da"}[language]
    tasks = {
        "begin": begun(page),
        "a number": chosen(page, "[data-service=pas]"),
        "the number again": listened(page, REPEAT),
        "what else": chosen(page, "#ticket-also"),
        "two errands": chosen(page, "[data-service=korekort]"),
        "one errand again": chosen(page, "#ticket-undo"),
        "undo": chosen(page, "#ticket-undo"),
    }
    assert waiting(service, branch) == 0
    tasks |= {
        "help": chosen(page, ".call"),
        "called": chosen(page, "dialog .button--primary"),
        "no more help": chosen(page, "dialog .button:last-child"),
        "another language": chosen(page, f".languages [lang={other}]"),
    }
    for _ in range(8):  # so many ahead that one may come later
        service.api("kiosk", branch).post(f"/branches/{branch}/visits", service="andet")
    tasks |= {
        "in doubt": chosen(page, "#unsure"),
        "later": chosen(page, "#ticket-later"),
        "at a time": chosen(page, "#later-times button"),
    }
    assert waiting(service, branch) == 9
    tasks["the start"] = chosen(page, "#ticket-done")
    assert unread(page) == []
    assert not_on_the_screen(page) == []
    before = len(said(page))
    change(service, branch, opening_hours=closed_today())
    eventually(lambda: len(said(page)) > before and not page.evaluate(SPEAKING))
    # Without the days, which depend on the date.
    tasks["closed"] = [text for text in listened(page, REPEAT) if not _OF_A_DAY.search(text)]
    assert tasks == json.loads(TRANSCRIPTS.read_text(encoding="utf-8"))[language]


def test_a_code_is_typed_by_four_keys_and_each_letter_is_heard(
    service: Service, listen: Listen
) -> None:
    branch = offering(service)
    page = listen(branch)
    begun(page)
    assert "Tast koden til din tid" in chosen(page, "#home-booked")
    assert chosen(page, ".typed__key") == ["B"]
    for n in range(2, 7):
        assert listened(page, CHOOSE) == ["B"] * n
    delete = "Slet det sidste bogstav"
    assert chosen(page, f".typed__key[aria-label='{delete}']") == ["B"] * 5
    # With a letter missing the screen says again what it waits for.
    assert "Tast koden til din tid" in chosen(page, "#booked-here")
    assert [listened(page, key) for key in (NEXT, CHOOSE)] == [["B"], [*"BBBBBB"]]
    before = len(said(page))
    page.keyboard.type(f"https://queue.example.dk/booking/{branch}/{book(service, branch)}")
    page.keyboard.press("Enter")
    heard = re.compile(r"Dit nummer.*Din tid er kl\.", re.DOTALL)
    eventually(lambda: bool(heard.search("\n".join(said(page)[before:]))))
    assert set(not_on_the_screen(page)) == {delete}  # which is a drawing there


def test_nothing_ends_while_it_is_read_and_the_session_ends_after_silence(
    service: Service, listen: Listen
) -> None:
    branch = service.branch(help_button=True)
    open_counter(service, branch)
    page = listen(branch)
    for size in (LYING, UPRIGHT):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        begun(page)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), size
    chosen(page, ".call")
    endless(page)
    page.clock.run_for(50_000)  # five more than without speech
    expect(page.locator("dialog[open]")).to_be_attached()
    ended(page)
    page.clock.run_for(25_000)
    expect(page.locator("dialog[open]")).to_be_attached()
    page.clock.run_for(21_000)
    expect(page.locator("dialog[open]")).to_have_count(0)
    begun(page)
    chosen(page, "[data-service=pas]")
    endless(page)
    page.clock.run_for(40_000)  # ten more than without speech
    ended(page)
    page.clock.run_for(85_000)
    expect(page.locator("#timer")).to_be_hidden()
    page.clock.run_for(10_000)
    expect(page.locator("#timer-text")).to_contain_text("Dit nummer gælder stadig")
    page.clock.run_for(30_000)
    expect(page.locator("#main[data-shown=home]")).to_be_attached()
    expect(page.locator("#aloud")).to_have_count(0)


def endless(page: Page) -> None:
    """The screen is read again, by a voice that goes on and on."""
    page.evaluate(VOICE, False)
    page.keyboard.press(REPEAT)


def ended(page: Page) -> None:
    """The screen is read again, by a voice that is quick."""
    page.evaluate(VOICE, True)
    page.keyboard.press(REPEAT)


def test_a_printer_without_paper_is_said_while_a_ticket_is_read(
    service: Service, listen: Listen
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    with emulator() as printer:
        page = listen(branch, printer=printer.printer)
        begun(page)
        chosen(page, "[data-service=pas]")
        expect(page.locator("#ticket-again")).to_be_visible()  # once the slip is printed
        endless(page)
        printer.paper = "out"
        before = len(said(page))
        page.clock.run_for(60_000)
        expect(page.locator("#ticket-paper")).to_contain_text(NO_PAPER)
        page.evaluate(VOICE, True)
        eventually(lambda: any(NO_PAPER in text for text in said(page)[before:]))


def test_a_headset_begins_and_ends_it_and_keys_can_be_others(
    service: Service, listen: Listen
) -> None:
    branch = service.branch()
    page = listen(branch, "?keys=n,p,c,r")
    # The browser's own event, of a device that a test machine lacks.
    page.evaluate(
        """(kinds) => {
        const { mediaDevices } = navigator;
        mediaDevices.enumerateDevices = async () => kinds.map((kind) => ({ kind }));
        mediaDevices.dispatchEvent(new Event("devicechange"));
    }""",
        ["audiooutput"] * 9,
    )
    expect(page.locator("#aloud")).to_be_visible()
    eventually(lambda: not page.evaluate(SPEAKING))
    assert listened(page, "n")
    page.evaluate("""() => {
        const { mediaDevices } = navigator;
        mediaDevices.enumerateDevices = async () => [];
        mediaDevices.dispatchEvent(new Event("devicechange"));
    }""")
    expect(page.locator("#aloud")).to_have_count(0)


def test_a_language_without_a_voice_is_announced_and_never_mutes_the_kiosk(
    service: Service, listen: Listen
) -> None:
    page = listen(service.branch(languages=["da", "so"]))
    page.locator(".languages [lang=so]:visible").click()  # by somebody who sees
    assert begun(page)[0].startswith("Skærmen læses højt")
    while not page.locator(".languages [lang=so][data-aloud]:visible").count():
        assert len(listened(page, NEXT)) == 1
    sentence = "Soomaali. Det sprog kan ikke læses højt her."
    assert said(page)[-1] == sentence
    expect(page.locator("#aloud")).to_have_text("Det sprog kan ikke læses højt her.")
    assert listened(page, CHOOSE) == [sentence]
    expect(page.locator("html")).to_have_attribute("lang", "da")
    assert listened(page, NEXT) != [sentence]
