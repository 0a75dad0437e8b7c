"""The server's clock and the opening hours, as the scripts of every page have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NINE = 1_795_593_600_000  # Wednesday 25 November 2026, 9 o'clock in Copenhagen
THREE = NINE + 6 * HOUR


@pytest.fixture(scope="module")
def page(service: Service, browser: Browser) -> Iterator[Page]:
    """A page whose modules can be asked; the display's, since it has the texts in each language."""
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
    source = f"a => import('/static/js/{module}.js').then(async (m) => ({expression}))"
    return page.evaluate(source, argument)


def clock(page: Page, steps: str, argument: Any = None) -> Any:
    """What a clock of the server says after some steps, on a machine whose clocks stand still.

    ``pass(ms)`` lets time pass, ``jump(ms)`` sets the machine's clock.
    """
    expression = f"""(async () => {{
      const real = [Date.now, performance.now];
      let wall = 50_000, run = 1000;
      Date.now = () => wall;
      performance.now = () => run;
      const pass = (ms) => {{ wall += ms; run += ms; }};
      const jump = (ms) => {{ wall += ms; }};
      try {{
        const clock = new m.ServerClock();
        {steps}
      }} finally {{
        [Date.now, performance.now] = real;
      }}
    }})()"""
    return ask(page, "server-clock", expression, argument)


def test_before_the_server_has_said_the_time_it_is_the_machines_own(page: Page) -> None:
    assert clock(page, "pass(500); return clock.now();") == 50_500


def test_time_runs_on_from_what_the_server_said(page: Page) -> None:
    assert clock(page, "clock.set(9000); pass(500); jump(7000); return clock.now();") == 9500


def test_an_answer_is_of_the_middle_of_the_time_it_took(page: Page) -> None:
    took = "const asked = performance.now(); pass(a); clock.set(9000, asked); return clock.now();"
    assert clock(page, took, 1998) == 9999
    slow = 2000  # tells the time too roughly
    assert clock(page, took, slow) == 50_000 + slow


def test_a_frozen_clock_stands_until_the_server_says_the_time(page: Page) -> None:
    frozen = "clock.set(9000); pass(50); clock.freeze(); pass(50);"
    assert clock(page, f"{frozen} return clock.now();") == 9000
    assert clock(page, f"{frozen} clock.set(9400); pass(1); return clock.now();") == 9401


def test_seconds_since_an_instant_are_never_negative(page: Page) -> None:
    since = "clock.set(61_500); return clock.secondsSince(a);"
    assert clock(page, since, "1970-01-01T00:01:00Z") == 1.5
    assert clock(page, since, "1970-01-01T00:02:00Z") == 0


@pytest.mark.parametrize(
    ("hours", "asked"), [(0, 0), (1, 1), (-1, 1)], ids=["right", "set forward", "set back"]
)
def test_a_machine_whose_clock_jumps_asks_the_server(page: Page, hours: int, asked: int) -> None:
    steps = """
        let asked = 0;
        clock.set(1000);
        jump(a * 3600_000);
        return [await clock.sure(() => { asked += 1; return 5000; }), asked];"""
    assert clock(page, steps, hours) == [5000 if asked else 1000, asked]


def test_a_clock_in_doubt_that_cannot_ask_tells_no_time(page: Page) -> None:
    steps = "jump(3600_000); return clock.sure(() => { throw new Error('down'); });"
    assert clock(page, steps) is None


def hours(**more: Any) -> dict[str, Any]:
    """A branch that is open from nine to three."""
    days = [{"date": "2026-11-25", "spans": [[NINE, THREE]], "note": None}]
    return {"timezone": "Europe/Copenhagen", "days": days, "next_opening": None, **more}


def days(*spans: list[int]) -> list[dict[str, Any]]:
    """Days with an opening each."""
    return [{"date": "2026-11-25", "spans": [span], "note": None} for span in spans]


AROUND = {"days": days([NINE, NINE + DAY], [NINE + DAY, NINE + 2 * DAY])}
OVER_MIDNIGHT = {"days": days([NINE, THREE], [THREE, THREE + HOUR])}


@pytest.mark.parametrize(
    ("more", "now", "closes"),
    [
        ({}, NINE - 1, None),
        ({}, NINE, THREE),
        ({}, THREE - 1, THREE),
        ({}, THREE, None),
        (OVER_MIDNIGHT, NINE, THREE + HOUR),
        (AROUND, NINE, None),
    ],
)
def test_when_the_present_opening_ends(
    page: Page, more: dict[str, Any], now: int, closes: int | None
) -> None:
    assert ask(page, "opening-hours", "m.closesAt(...a)", [hours(**more), now]) == closes


def test_it_closes_soon_a_quarter_of_an_hour_before(page: Page) -> None:
    soon = [
        ask(page, "opening-hours", "m.closesSoon(...a)", [hours(), THREE - left])
        for left in (15 * MINUTE + 1, 15 * MINUTE, 1, 0)
    ]
    assert soon == [None, THREE, THREE, None]


@pytest.mark.parametrize(
    ("known", "now", "opens"),
    [
        (NINE + DAY, THREE, NINE + DAY),
        (NINE, NINE - 1, NINE),
        (NINE - DAY, NINE - 1, NINE),  # one that is over: the days may know the next
        (NINE, NINE, None),
        (None, NINE - 1, NINE),
    ],
)
def test_when_it_opens_next(page: Page, known: int | None, now: int, opens: int | None) -> None:
    given = [hours(next_opening=known), now]
    assert ask(page, "opening-hours", "m.opensAfter(...a)", given) == opens


@pytest.mark.parametrize(
    ("ahead", "more", "said"),
    [
        (HOUR, {}, "i dag kl. 10.00"),
        (DAY, {}, "i morgen kl. 9.00"),
        (2 * DAY, {}, "fredag kl. 9.00"),
        (6 * DAY - 1, {}, "tirsdag kl. 8.59"),
        (6 * DAY, {}, "tirsdag 1. december kl. 9.00"),
        (2 * DAY, {"dated": True}, "fredag 27. november kl. 9.00"),
        (DAY, {"dated": True}, "i morgen kl. 9.00"),
        (2 * DAY, {"lang": "en"}, "Friday at 9:00"),
    ],
)
def test_an_instant_in_words(page: Page, ahead: int, more: dict[str, Any], said: str) -> None:
    given = {"timezone": "Europe/Copenhagen", "now": NINE, "lang": "da", **more}
    assert ask(page, "opening-hours", "m.when(...a)", [NINE + ahead, given]) == said


def test_a_day_of_the_table(page: Page) -> None:
    [day] = hours()["days"]
    given = [day, "Europe/Copenhagen", "da"]
    assert ask(page, "opening-hours", "m.spans(...a)", given) == ["9.00–15.00"]
    assert ask(page, "opening-hours", "m.weekday(a, 'da')", day) == "Onsdag"
