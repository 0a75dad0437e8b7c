"""The display's screen of a closed branch, drawn by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker, with_its_modules
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
    page.evaluate(with_its_modules(draw), setup)
    said = page.locator("#closed-title").text_content()
    assert said is not None
    assert said.strip() == title
    assert page.evaluate("document.getElementById('closed-table').hidden") is (not spans)


STRIP = with_its_modules("""async ([state, setup]) => {
  const { drawStrip } = await import("/static/pages/display/strip.js");
  document.querySelector("#strip").hidden = false;
  drawStrip(state, setup, { few: true, now: 0 });
  const names = [...document.querySelectorAll(".strip__service > span")];
  return {
    names: names.map((name) => name.textContent),
    cut: names.filter((name) => name.scrollWidth > name.clientWidth).length,
    total: document.querySelector("#waiting-total").checkVisibility(),
  };
}""")
"""In the page: the strip next to calls, and which names of services it cuts."""


@pytest.mark.parametrize("carried", [True, False], ids=["carried over", "still called"])
def test_the_text_about_remaining_numbers_keeps_service_names_whole(
    service: Service, new_context: BrowserMaker, carried: bool
) -> None:
    names = {"pension": {"da": "Pension og boligstøtte", "en": "Pension and housing benefit"}}
    names |= {"turist": {"da": "Turistinformation", "en": "Tourist information"}}
    over = {"kind": "carry_over", "ends_at": "1970-01-02T00:00:00.000Z"}
    state = {
        "open": False,
        "private_waiting": 0,
        "queues": [{"service": one, "waiting": 5} for one in names],
        "counters": [{"state": "called"}],
        "interventions": [over] if carried else [],
    }
    page = Room.open(service, new_context).display()
    strip = page.evaluate(STRIP, [state, {"timezone": "Europe/Copenhagen", "services": names}])
    # No carried-over visit is called today; the others' services take turns.
    assert strip["names"] == ([] if carried else list(names["pension"].values()))
    assert strip["cut"] == 0
    assert strip["total"]
