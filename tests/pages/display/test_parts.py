"""The display's scripts by themselves: what is said, when it is quiet, and which calls are news."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

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
    source = f"a => import('/static/pages/display/{module}.js').then(async (m) => ({expression}))"
    return page.evaluate(source, argument)


@pytest.mark.parametrize(
    ("number", "counter", "lang", "said"),
    [
        ("A012", "Skranke 1", "da", ["da: Nummer A nul et to, skranke et."]),
        ("A012", "Skranke 1", "en", ["en: Number A, zero one two, counter one."]),
        ("AB1000", "Skranke 12", "en", ["en: Number A B, one zero zero zero, counter 12."]),
        ("C007", "Lokale 2", "en", ["en: Number C, zero zero seven, room two."]),
        ("C007", "Window 3", "da", ["da: Nummer C nul nul syv, luge tre."]),
        # What has no name in the ticket's language is read in its own.
        ("T999", "Borgerservice", "da", ["da: Nummer T ni ni ni, Borgerservice."]),
        ("T999", "Borgerservice", "en", ["en: Number T, nine nine nine,", "da: Borgerservice."]),
        # Ordinals and the names of rooms are left to the voice, which knows how to read them.
        (
            "A001",
            "Vielseskontoret på 1. sal",
            "da",
            ["da: Nummer A nul nul et, Vielseskontoret på 1. sal."],
        ),
        (
            "A001",
            "Vielseskontoret på 1. sal",
            "en",
            ["en: Number A, zero zero one,", "da: Vielseskontoret på 1. sal."],
        ),
        ("A001", "Rådgivning 2.14 B", "da", ["da: Nummer A nul nul et, Rådgivning 2.14 B."]),
        ("A001", "Lokale B2", "da", ["da: Nummer A nul nul et, lokale B2."]),
        (
            "A001",
            {"da": "Vielser, 1. sal", "en": "Weddings, 1st floor"},
            "en",
            ["en: Number A, zero zero one, Weddings, 1st floor."],
        ),
        (
            "A001",
            {"da": "Vielser, 1. sal"},
            "en",
            ["en: Number A, zero zero one,", "da: Vielser, 1. sal."],
        ),
    ],
)
def test_a_call_is_read_digit_by_digit(
    page: Page, number: str, counter: Any, lang: str, said: list[str]
) -> None:
    names = isinstance(counter, dict)
    setup = {"counters": {"1": counter}, "counter_names": {"1": counter} if names else {}}
    call = {"number": number, "counter": "1", "again": False}
    expression = """Promise.all([m, import('/static/pages/display/words.js')]).then(([m, words]) =>
      words.spoken(a[0], m.counterName(...a), a[2]).map((p) => `${p.lang}: ${p.text}`))"""
    assert ask(page, "stage", expression, [call, setup, lang]) == said


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


def call(number: str, second: int, recalls: int = 0, **more: Any) -> dict[str, Any]:
    """A call as a state tells of it."""
    at = f"2026-11-25T10:00:{second:02}Z"
    return {"number": number, "counter": "1", "called_at": at, "recalls": recalls, **more}


def stand(number: str | None, second: int, recalls: int = 0) -> dict[str, Any]:
    """A counter where a number is called."""
    at = f"2026-11-25T10:00:{second:02}Z"
    return {"id": "1", "state": "called", "number": number, "since": at, "recalls": recalls}


def test_a_state_tells_only_what_was_not_known(page: Page) -> None:
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


def test_whoever_is_called_is_open_though_ten_others_were_called_since(page: Page) -> None:
    later = [call(f"B{n:03}", 30 + n) for n in range(10)]
    state = {"at": "2026-11-25T10:01:00Z", "calls": later, "counters": [stand("A001", 5, 1)]}
    expression = """(() => {
      const calls = new m.Calls();
      for (const call of calls.news(a)) calls.put(call);
      return [calls.open.map((c) => [c.number, c.again]), calls.met.length];
    })()"""
    assert ask(page, "calls", expression, state) == [[["A001", True]], 10]


@pytest.mark.parametrize(
    ("met_at", "state_at", "open_"),
    [(20, 19, False), (20, 20, True), (20, 21, True)],
    ids=["the state is older", "of the same moment", "called again since"],
)
def test_a_state_older_than_what_the_stream_says_opens_nothing(
    page: Page, met_at: int, state_at: int, open_: bool
) -> None:
    state = {
        "at": f"2026-11-25T10:00:{state_at:02}Z",
        "calls": [],
        "counters": [stand("A001", 5)],
    }
    expression = """(() => {
      const calls = new m.Calls();
      const called = { number: "A001", counter: "1", at: "2026-11-25T10:00:05Z" };
      calls.put(m.Calls.of("visit.called", called));
      calls.leave("A001", "serving", Date.parse(a[0]));
      for (const call of calls.news(a[1])) calls.put(call);
      return calls.isOpen("A001");
    })()"""
    at = f"2026-11-25T10:00:{met_at:02}Z"
    assert ask(page, "calls", expression, [at, state]) is open_


def test_a_call_later_than_the_state_stays(page: Page) -> None:
    expression = """(() => {
      const calls = new m.Calls();
      const data = { number: "A001", counter: "1", at: "2026-11-25T10:00:05Z" };
      calls.put(m.Calls.of("visit.called", data));
      calls.news({ at: "2026-11-25T10:00:04Z", calls: [] });
      const kept = calls.open.length;
      calls.news({ at: "2026-11-25T10:00:06Z", calls: [] });
      return [kept, calls.open.length];
    })()"""
    assert ask(page, "calls", expression) == [1, 0]


@pytest.mark.parametrize(
    ("spans", "title"),
    [([], "Vi har lukket i dag We are closed today"), ([[0, 1]], "Vi har lukket We are closed")],
    ids=["all day", "at this hour"],
)
def test_a_closed_branch_says_whether_it_is_for_all_day(
    page: Page, spans: list[Any], title: str
) -> None:
    setup = {
        "timezone": "UTC",
        "next_opening": None,
        "days": [{"date": "2026-11-25", "spans": spans, "note": None}],
    }
    ask(page, "hours", "m.drawClosed(a, 0)", setup)
    said = page.locator("#closed-title").text_content()
    assert said is not None
    assert said.strip() == title
    assert page.evaluate("document.getElementById('closed-table').hidden") is (not spans)


@pytest.mark.parametrize(
    ("count", "shape", "grid"),
    [
        (1, 2.25, [1, 1]),
        (2, 2.25, [2, 1]),
        (4, 2.25, [2, 2]),
        (10, 2.25, [4, 3]),
        (2, 0.68, [1, 2]),
        (10, 0.68, [2, 5]),
    ],
)
def test_tiles_are_laid_out_by_the_shape_of_the_wall(
    page: Page, count: int, shape: float, grid: list[int]
) -> None:
    expression = "(({ columns, rows }) => [columns, rows])(m.gridFor(...a))"
    assert ask(page, "sizes", expression, [count, shape]) == grid


@pytest.mark.parametrize("hook", ["ring", "read", "show"])
def test_an_announcement_that_fails_ends_and_the_next_one_is_made(page: Page, hook: str) -> None:
    expression = """(async () => {
      const shown = [];
      let failed = 0;
      const fails = (name) => {
        if (name === a && failed++ === 0) throw new Error("on purpose");
      };
      const announcer = new m.Announcer({
        ring: async () => { fails("ring"); return true; },
        read: async () => { fails("read"); return true; },
        show: ({ number }) => { shown.push(number); fails("show"); },
        changed() {},
        isOpen: () => true,
      });
      announcer.add({ number: "A001" });
      await new Promise((done, late) => {
        addEventListener("error", done, { once: true });
        setTimeout(late, 10_000, new Error("no failure was reported"));
      });
      const left = [announcer.round.length, announcer.current];
      announcer.add({ number: "A002" });
      await new Promise((done) => setTimeout(done, 0));
      return [left, shown.at(-1), announcer.round.map(({ number }) => number)];
    })()"""
    assert ask(page, "announcer", expression, hook) == [[0, None], "A002", ["A002"]]
