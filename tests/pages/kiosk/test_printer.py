"""Screens report that they are alive and print, and the metrics show it."""

from __future__ import annotations

from playwright.sync_api import Response, expect

from queue_service.devices.store import DeviceStore
from queue_service.store.redis_store import RedisStore
from tests.live.test_streams import Listener
from tests.pages.kiosk.screen import UPRIGHT, Kiosk, choose, number
from tests.running import eventually
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service


def heartbeats(service: Service, branch: str) -> set[str]:
    """The heartbeats of the branch's screens."""
    found = DeviceStore(RedisStore(service.client)).heartbeats([branch])[branch]
    return {heartbeat for _, heartbeat in found}


def test_staff_who_open_a_kiosk_see_a_warning(service: Service, new_context: BrowserMaker) -> None:
    branch = service.branch()
    context = new_context(lang="en", **UPRIGHT)
    service.log_in(context, "admin")
    page = first_page(context)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"/kiosk/{branch}?paper=80")
    expect(page.locator(".screen:not([hidden])")).to_contain_text("its numbers are real")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    taken = number(page)
    expect(page.locator("#print .paper__number")).to_have_text(taken)
    assert [answer.url for answer in answers if not answer.ok] == []


COUNT_LISTENERS = """() => {
  window.print = () => {};
  window.listeners = 0;
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (name, ...more) {
    if (name === "afterprint") window.listeners += 1;
    add.call(this ?? window, name, ...more);
  };
}"""
"""In the page: print nothing, and count the listeners for a finished print."""


def test_a_kiosk_with_paper_reports_sent_and_printed_slips(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch, "?paper=80")
    # This browser has no printer: what it prints, and says it has printed, is the page.pdf() below.
    page.evaluate(COUNT_LISTENERS)
    listeners = []
    for _ in range(2):
        choose(page, "pas")
        taken = number(page)
        expect(page.locator("#print .paper__number")).to_have_text(taken)
        listeners.append(page.evaluate("window.listeners"))
        page.locator("#ticket-done").click()
    assert listeners == [1, 1]  # one for all slips, which comes with the first
    eventually(lambda: heartbeats(service, branch) == {"kiosk", "slip"})
    page.pdf()  # the browser reports both once
    eventually(lambda: heartbeats(service, branch) == {"kiosk", "slip", "printer"})


def test_a_kiosk_without_paper_reports_no_printer(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    choose(page, "pas")
    number(page)
    eventually(lambda: "kiosk" in heartbeats(service, branch))
    assert heartbeats(service, branch) == {"kiosk"}


def test_a_display_that_follows_its_branch_has_been_seen(service: Service) -> None:
    branch = service.branch()
    listener = Listener(service, branch)
    listener.until("snapshot")
    eventually(lambda: heartbeats(service, branch) == {"display"})
    listener.connection.close()


def test_a_clerks_page_is_no_screen(service: Service) -> None:
    branch = service.branch()
    api = service.api("clerk", branch)
    assert api.get(f"/branches/{branch}/state")["open"]
    assert heartbeats(service, branch) == set()
