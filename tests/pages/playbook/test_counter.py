"""The playbook next to the visit at a counter: one key, also offline."""

from __future__ import annotations

import re
from typing import Any, Final

from playwright.sync_api import expect

from tests.pages.counter.counter_desk import Desk, DeskMaker, new_desk
from tests.pages.playbook.entries import own_service, put_in_force
from tests.playbook.entries import text
from tests.web.browsers import Check

__all__ = ["new_desk"]

Named = dict[str, Any]
PANEL: Final = "#playbook"
TITLE: Final = "#playbook-title"


def test_a_clerk_reads_it_by_one_key(new_desk: DeskMaker, assert_accessible: Check) -> None:
    at, own, other = desk_with_entries(new_desk)
    at.serve_first()
    at.press("h")
    shows_the_entry(at, own)
    expect(at.page.locator("#playbook-kept")).to_be_hidden()
    assert_accessible(at.page)
    finds_a_word(at, own, other)
    closes_by_its_key(at)

    # Offline, and after the page was reloaded with a connection that only lets the page through.
    kept = re.compile(r"/counter/[^/]+/playbook(\?|$)")
    at.page.route(kept, lambda route: route.abort())
    at.page.reload()
    at.title.wait_for()
    at.press("h")
    expect(at.page.locator("#playbook-kept")).to_contain_text("This is the copy of")
    expect(at.page.locator(TITLE)).to_have_text(own["name"]["en"])
    assert_accessible(at.page)
    at.page.unroute(kept)
    keeps_keys_working(at)
    fits_a_phone(at)
    assert_accessible(at.page)
    at.button("Close", exact=True).click()
    expect(at.page.locator(PANEL)).to_be_hidden()


def desk_with_entries(new_desk: DeskMaker) -> tuple[Desk, Named, Named]:
    """An open counter with two visits, and the services of two entries; the second visit is for a
    service without one."""
    other, own, unwritten = own_service("B"), own_service("A"), own_service("C")
    counters = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    team = {"id": "citizen-service", "name": {"da": "Borgerservice"}, "services": ["*"]}
    line = {"id": "bogen", "name": {"da": "Bogen"}, "services": [own["id"]]}
    line["telephone"] = "+45 (44) 17"
    at = new_desk(
        services=[own, other, unwritten],
        counters=counters,
        teams=[team],
        goals=[],
        lifelines=[line],
    )
    steps = "1. Sig **hej** <b>du</b>" + "\n1. Og så det næste skridt, som er langt." * 15
    put_in_force(at.service, own["id"], texts={"da": text(steps=steps)})
    put_in_force(at.service, other["id"], texts={"da": text(limits="Kun politiet")})
    at.issue(own["id"], unwritten["id"])
    at.open()
    return at, own, other


def shows_the_entry(at: Desk, own: Named) -> None:
    panel = at.page.locator(PANEL)
    expect(at.page.locator(TITLE)).to_have_text(own["name"]["en"])
    expect(at.page.locator("#playbook-search")).to_be_focused()
    expect(panel.locator(".sheet__bring li")).to_have_text("Gammelt pas")
    expect(panel.locator(".prose--steps li").first).to_have_text("Sig hej <b>du</b>")
    # The most needed parts are in sight, however many steps there are.
    for part in (".sheet__bring", ".sheet__limits", ".sheet__lifelines"):
        expect(panel.locator(part)).to_be_in_viewport(ratio=1)
    call = panel.locator(".sheet__lifelines").get_by_role("link", name="+45 (44) 17")
    expect(call).to_have_attribute("href", "tel:+454417")


def finds_a_word(at: Desk, own: Named, other: Named) -> None:
    """A searched word is found in every text; letters typed there are no shortcuts."""
    panel = at.page.locator(PANEL)
    search = at.page.get_by_role("textbox", name="Look for a word")
    search.fill("politiet")
    results = panel.locator(".playbook__result strong")
    # The citizen's service is first.
    expect(results).to_have_text([own["name"]["en"], other["name"]["en"]])
    search.fill("kun politiet")
    result = panel.locator(".playbook__result", has_text=other["name"]["en"])
    expect(result.locator("mark")).to_have_text(["Kun", "politiet"])
    search.press("Enter")
    expect(at.page.locator(TITLE)).to_have_text(other["name"]["en"])
    expect(panel.locator(".sheet__limits mark")).to_have_text(["Kun", "politiet"])


def closes_by_its_key(at: Desk) -> None:
    at.press("Escape")
    expect(at.page.locator(PANEL)).to_be_hidden()
    expect(at.page.locator("#stage-title")).to_be_focused()
    at.press("/")
    expect(at.page.locator("#find-number")).to_be_focused()
    at.page.locator("#stage-title").focus()


def keeps_keys_working(at: Desk) -> None:
    """The keys of the counter work next to the open playbook, which follows the visit."""
    at.page.locator("#stage-title").focus()
    at.press("1")
    at.shows("1 person is waiting for you")
    expect(at.page.locator(TITLE)).to_have_text("Playbook")
    at.serve_first()
    unwritten = "Nothing has been written about this service yet"
    expect(at.page.locator(PANEL)).to_contain_text(unwritten)
    at.press("Escape")
    expect(at.page.locator(PANEL)).to_be_hidden()


def fits_a_phone(at: Desk) -> None:
    at.page.set_viewport_size({"width": 390, "height": 844})
    at.button("Playbook").click()
    expect(at.page.locator("#playbook-kept")).to_be_hidden()
    assert at.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
