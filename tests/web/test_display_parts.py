"""The display's scripts by themselves: what is said, when it is quiet, and which calls are news."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browsers import BrowserMaker
from tests.web.service import Service
from tests.web.waiting_room import Room

NOON = "2026-11-25T11:00:00Z"  # in Copenhagen
ONE_AM = "2026-11-25T00:00:00Z"


@pytest.fixture(scope="module")
def page(service: Service, browser: Browser) -> Iterator[Page]:
    """A display whose modules can be asked."""
    contexts = []

    def make(width: int, height: int, **more: Any) -> Any:
        context = browser.new_context(
            base_url=service.url, viewport={"width": width, "height": height}, **more
        )
        contexts.append(context)
        return context

    maker: BrowserMaker = make
    yield Room.open(service, maker).display()
    for context in contexts:
        context.close()


def ask(page: Page, module: str, expression: str, argument: Any = None) -> Any:
    """The value of an expression of ``m``, the module, and ``a``, the argument."""
    source = f"a => import('/static/js/display/{module}.js').then(async (m) => ({expression}))"
    return page.evaluate(source, argument)


@pytest.mark.parametrize(
    ("number", "counter", "lang", "said"),
    [
        ("A012", "Skranke 1", "da", "Nummer A nul et to, skranke et."),
        ("A012", "Skranke 1", "en", "Number A, zero one two, counter one."),
        ("AB1000", "Skranke 12", "en", "Number A B, one zero zero zero, counter 12."),
        ("C007", "Lokale 2", "en", "Number C, zero zero seven, room two."),
        ("C007", "Window 3", "da", "Nummer C nul nul syv, luge tre."),
        ("T999", "Borgerservice", "en", "Number T, nine nine nine, borgerservice."),
    ],
)
def test_a_call_is_read_digit_by_digit(
    page: Page, number: str, counter: str, lang: str, said: str
) -> None:
    argument = [{"number": number, "again": False}, counter, lang]
    assert ask(page, "words", "m.sentence(...a)", argument) == said


@pytest.mark.parametrize(
    ("settings", "instant", "silent"),
    [
        ({"quiet": [["12:00", "13:30"]]}, NOON, True),
        ({"quiet": [["11:00", "12:00"]]}, NOON, False),
        ({"quiet": [["22:00", "07:00"]]}, ONE_AM, True),
        ({"quiet": [["22:00", "07:00"]]}, NOON, False),
        ({"quiet": [["08:00", "09:00"], ["11:59", "12:01"]]}, NOON, True),
        ({"silent": True}, NOON, True),
        ({"volume": 0}, NOON, True),
        ({}, NOON, False),
    ],
)
def test_quiet_hours_are_those_of_the_branch(
    page: Page, settings: dict[str, Any], instant: str, silent: bool
) -> None:
    whole = {"volume": 70, "silent": False, "quiet": [], **settings}
    expression = "m.isSilent(a[0], Date.parse(a[1]), 'Europe/Copenhagen')"
    assert ask(page, "settings", expression, [whole, instant]) is silent


def test_a_state_tells_only_what_was_not_known(page: Page) -> None:
    def call(number: str, second: int, recalls: int = 0) -> dict[str, Any]:
        at = f"2026-11-25T10:00:{second:02}Z"
        return {"number": number, "counter": "1", "called_at": at, "recalls": recalls}

    states = [
        {"at": "2026-11-25T10:00:10Z", "calls": [call("A002", 9), call("A001", 8)]},
        {
            "at": "2026-11-25T10:00:20Z",
            "calls": [call("A003", 15), call("A002", 9), call("A001", 8)],
        },
        {"at": "2026-11-25T10:00:30Z", "calls": [call("A003", 15), call("A002", 9, 1)]},
        {"at": "2026-11-25T10:00:40Z", "calls": [call("A003", 35), call("A002", 9, 1)]},
    ]
    expression = """(() => {
      const calls = new m.Calls();
      return a.map((state) => calls.news(state).map((call) => {
        calls.put(call);
        return [call.number, call.again];
      }));
    })()"""
    assert ask(page, "calls", expression, states) == [
        [["A001", False], ["A002", False]],
        [["A003", False]],
        [["A002", True]],
        [["A003", False]],
    ]


def test_a_call_later_than_the_state_stays(page: Page) -> None:
    expression = """(() => {
      const calls = new m.Calls();
      const data = { number: "A001", counter: "1", at: "2026-11-25T10:00:05Z" };
      calls.put(m.Calls.of("visit.called", data));
      calls.news({ at: "2026-11-25T10:00:04Z", calls: [] });
      const kept = calls.all.length;
      calls.news({ at: "2026-11-25T10:00:06Z", calls: [] });
      return [kept, calls.all.length];
    })()"""
    assert ask(page, "calls", expression) == [1, 0]


@pytest.mark.parametrize(
    ("hours", "asked"), [(0, 0), (1, 1), (-1, 1)], ids=["right", "set forward", "set back"]
)
def test_a_machine_whose_clock_jumps_asks_the_server(page: Page, hours: int, asked: int) -> None:
    expression = """(async () => {
      let asked = 0;
      const real = Date.now;
      const clock = new m.ServerClock(() => { asked += 1; return 5000; }, 1000);
      Date.now = () => real() + a * 3600_000;
      const now = await clock.sure();
      Date.now = real;
      return [asked, Math.floor(now / 1000)];
    })()"""
    assert ask(page, "now", expression, hours) == [asked, 5 if asked else 1]
