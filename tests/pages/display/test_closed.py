"""The display's screen of a closed branch, drawn by itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker, with_its_modules
from tests.web.service import Service

CLOSED = with_its_modules(
    "async (setup) => (await import('/static/pages/display/hours.js')).drawClosed(setup, 0)"
)


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


def test_the_screen_of_a_closed_branch(service: Service, new_context: BrowserMaker) -> None:
    page = Room.open(service, new_context).display()
    it_says_whether_it_is_for_all_day(page)
    the_text_about_remaining_numbers_keeps_service_names_whole(page)


def it_says_whether_it_is_for_all_day(page: Page) -> None:
    all_day, at_this_hour = "Vi har lukket i dag We are closed today", "Vi har lukket We are closed"
    said: list[tuple[list[list[int]], str]] = [([], all_day), ([[0, 1]], at_this_hour)]
    for spans, title in said:
        days = [{"date": "2026-11-25", "spans": spans, "note": None}]
        page.evaluate(CLOSED, {"timezone": "UTC", "next_opening": None, "days": days})
        expect(page.locator("#closed-title")).to_have_text(title)
        assert page.evaluate("document.getElementById('closed-table').hidden") is (not spans)


def the_text_about_remaining_numbers_keeps_service_names_whole(page: Page) -> None:
    names = {"pension": {"da": "Pension og boligstøtte", "en": "Pension and housing benefit"}}
    names |= {"turist": {"da": "Turistinformation", "en": "Tourist information"}}
    over = {"kind": "carry_over", "ends_at": "1970-01-02T00:00:00.000Z"}
    for carried in (True, False):
        state = {
            "open": False,
            "private_waiting": 0,
            "queues": [{"service": one, "waiting": 5} for one in names],
            "counters": [{"state": "called"}],
            "interventions": [over] if carried else [],
        }
        setup = {"timezone": "Europe/Copenhagen", "services": names, "pictograms": {}}
        strip = page.evaluate(STRIP, [state, setup])
        # No carried-over visit is called today; the others' services take turns.
        assert strip["names"] == ([] if carried else list(names["pension"].values()))
        assert strip["cut"] == 0
        assert strip["total"]
