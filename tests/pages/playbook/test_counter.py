"""The playbook beside the visit at a counter: one key, also without a line."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.pages.counter.counter_desk import DeskMaker, new_desk
from tests.pages.playbook.shelf import own_service, put_in_force
from tests.playbook.entries import text

Check = Callable[[Page], None]
__all__ = ["new_desk"]


def test_a_clerk_reads_it_by_one_key(new_desk: DeskMaker, assert_accessible: Check) -> None:
    own, other, unwritten = own_service("A"), own_service("B"), own_service("C")
    counters = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    team = {"id": "citizen-service", "name": {"da": "Borgerservice"}, "services": ["*"]}
    at = new_desk(services=[own, other, unwritten], counters=counters, teams=[team], goals=[])
    put_in_force(at.service, own["id"], texts={"da": text(steps="1. Sig **hej** <b>du</b>")})
    put_in_force(at.service, other["id"], texts={"da": text(limits="Kun politiet")})
    at.issue(own["id"], unwritten["id"])
    at.open()
    at.serve_first()
    panel, title = at.page.locator("#playbook"), at.page.locator("#playbook-title")
    at.press("h")
    expect(title).to_have_text(own["name"]["en"])
    expect(title).to_be_focused()
    expect(panel.locator(".sheet__bring li")).to_have_text("Gammelt pas")
    expect(panel.locator(".prose--steps li")).to_have_text("Sig hej <b>du</b>")
    expect(at.page.locator("#playbook-kept")).to_be_hidden()
    assert_accessible(at.page)
    # What is looked for is found in every text; letters typed there are no shortcuts.
    at.page.get_by_role("textbox", name="Look for a word").fill("kun politiet")
    result = panel.locator(".playbook__result", has_text=other["name"]["en"])
    result.click()
    expect(title).to_have_text(other["name"]["en"])
    at.press("Escape")
    expect(panel).to_be_hidden()
    expect(at.page.locator("#stage-title")).to_be_focused()
    at.press("/")
    expect(at.page.locator("#find-number")).to_be_focused()
    at.page.locator("#stage-title").focus()

    # Without a line, and after the page was loaded anew with one that only lets the page through.
    at.page.route("**/counter/*/playbook*", lambda route: route.abort())
    at.page.reload()
    at.title.wait_for()
    at.press("h")
    expect(at.page.locator("#playbook-kept")).to_contain_text("This is the copy of")
    expect(title).to_have_text(own["name"]["en"])
    assert_accessible(at.page)
    at.page.unroute("**/counter/*/playbook*")
    at.press("1")  # keys go on working beside it
    at.shows("1 person is waiting for you")
    expect(title).to_have_text("Playbook")
    at.serve_first()
    expect(panel).to_contain_text("Nothing has been written about this service yet")
    at.press("h")
    expect(panel).to_be_hidden()
    at.page.set_viewport_size({"width": 390, "height": 844})
    at.button("Playbook").click()
    expect(at.page.locator("#playbook-kept")).to_be_hidden()
    assert at.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(at.page)
    at.button("Close", exact=True).click()
    expect(panel).to_be_hidden()
