"""What the kiosk says about its hours, by the moment."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.pages.kiosk.screen import Kiosk
from tests.web.service import Service

OPENS, CLOSES = 1_795_593_600_000, 1_795_615_200_000  # 9 and 15 o'clock in Copenhagen
MINUTE = 60_000
SETUP = {
    "timezone": "Europe/Copenhagen",
    "days": [{"date": "2026-11-25", "spans": [[OPENS, CLOSES]], "note": None}],
    "next_opening": None,
}

SAY = """async ([what, setup, ...given]) => {
    const hours = await import("/static/pages/kiosk/hours.js");
    return hours[what](setup, ...given);
}"""


def say(page: Page, what: str, *given: Any) -> str:
    """A sentence of the page, for this day."""
    said: str = page.evaluate(SAY, [what, SETUP, *given])
    return said


def test_it_says_that_it_closes_soon_a_quarter_before(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    assert say(page, "closingSentence", CLOSES - 15 * MINUTE - 1) == ""
    soon = "Vi lukker kl. 15.00. Alle, der har et nummer, bliver kaldt."
    assert say(page, "closingSentence", CLOSES - 15 * MINUTE) == soon
    assert say(page, "closingSentence", CLOSES - 1) == soon
    assert say(page, "closingSentence", CLOSES) == ""


def test_a_turn_after_closing_time_is_told_when_it_is_likelier_than_not(
    service: Service, kiosk: Kiosk
) -> None:
    page = kiosk(service.branch())
    likely = {"low": 600, "high": 1800}  # twenty minutes in the middle
    assert say(page, "lateSentence", CLOSES - 20 * MINUTE, likely) == ""
    late = "Vi lukker kl. 15.00, men du bliver kaldt."
    assert say(page, "lateSentence", CLOSES - 20 * MINUTE + 1, likely) == late
    assert say(page, "lateSentence", CLOSES - MINUTE, None) == ""
