"""The display's screen of a closed branch, drawn by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker
from tests.web.service import Service


@pytest.mark.parametrize(
    ("spans", "title"),
    [([], "Vi har lukket i dag We are closed today"), ([[0, 1]], "Vi har lukket We are closed")],
    ids=["all day", "at this hour"],
)
def test_a_closed_branch_says_whether_it_is_for_all_day(
    service: Service, new_context: BrowserMaker, spans: list[Any], title: str
) -> None:
    setup = {
        "timezone": "UTC",
        "next_opening": None,
        "days": [{"date": "2026-11-25", "spans": spans, "note": None}],
    }
    page = Room.open(service, new_context).display()
    draw = "async (setup) => (await import('/static/pages/display/hours.js')).drawClosed(setup, 0)"
    page.evaluate(draw, setup)
    said = page.locator("#closed-title").text_content()
    assert said is not None
    assert said.strip() == title
    assert page.evaluate("document.getElementById('closed-table').hidden") is (not spans)
