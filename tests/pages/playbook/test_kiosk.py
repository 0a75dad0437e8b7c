"""The kiosk says what to bring before somebody waits in vain, and counts who needs no number."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.pages.kiosk.conftest import kiosk
from tests.pages.kiosk.screen import Kiosk, choose, number, shown, waiting
from tests.pages.playbook.entries import own_service, put_in_force
from tests.playbook.entries import text
from tests.running import eventually
from tests.web.browsers import Check, with_its_modules
from tests.web.service import Service

__all__ = ["kiosk"]


KNOWS = with_its_modules("""async (id) => id in
    (await import('/static/pages/kiosk/setup.js')).setup().playbook""")
"""In the page: whether the kiosk knows what the playbook says of a service."""


def saved(service: Service, branch: str) -> int:
    """How many needed no number today."""
    found: dict[str, Any] = service.api().get(f"/branches/{branch}/saved-visits")
    return int(found["total"])


def takes_the_address_along(page: Page, assert_accessible: Check) -> None:
    """Without a number: the address as a code, in each language, and on paper."""
    page.get_by_role("button", name="I do not need a number").click()
    expect(shown(page)).to_have_text("You can do this yourself")
    expect(page.locator("#own-code path")).to_have_attribute("d", re.compile("^M4 4h7v1h-7z"))
    expect(page.locator("#own-address")).to_have_text("borger.dk/pas")
    expect(page.locator("#own-lines")).to_have_text("Your old one")
    assert_accessible(page)
    page.locator(".languages [lang=da]:visible").click()
    expect(page.locator("#own-lines")).to_have_text("Gammelt pas")
    page.locator(".languages [lang=en]:visible").click()
    page.get_by_role("button", name="Print it").dblclick()  # by a hasty finger
    slip = page.locator("#print .paper")
    expect(slip.locator(".paper__code path")).to_have_count(1)
    expect(slip).to_contain_text("borger.dk/pas")
    expect(slip.locator(".paper__bring li")).to_have_text(["Your old one"])
    expect(slip.locator(".paper__number")).to_have_count(0)
    expect(page.locator("#own-print")).to_be_hidden()
    expect(page.locator("#own-lead")).to_contain_text("Take your slip")


def names_the_language_of_its_text(page: Page, service: str) -> None:
    """A text without a translation has its language, and offers nothing that takes reading it."""
    page.reload()
    page.locator(".languages [lang=en]:visible").click()
    choose(page, service)
    expect(page.locator("#ready-language")).to_have_text("Dansk")
    expect(page.locator("#ready-bring")).to_have_attribute("lang", "da")
    expect(page.locator("#ready-none, #ready-own-title").locator("visible=true")).to_have_count(0)
    page.locator(".languages [lang=da]:visible").click()
    expect(page.locator("#ready-none")).to_be_visible()
    expect(page.locator("#ready-language")).to_be_hidden()


def test_a_citizen_reads_takes_a_number_or_needs_none(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    asking, quick, plain, danish = (own_service(name) for name in "ABCD")
    branch = service.branch(
        services=[asking, quick, plain, danish], counters=[], teams=[], goals=[]
    )
    texts = {"da": text(), "en": text(bring=["Your old one"])}
    put_in_force(service, asking["id"], texts=texts)
    put_in_force(service, quick["id"], texts=texts, ask_at_kiosk=False)
    put_in_force(service, danish["id"], texts={"da": text()})
    page = kiosk(branch, "?paper=80")
    page.evaluate("() => { window.print = () => {}; }")

    choose(page, asking["id"])
    expect(shown(page)).to_have_text("Har du det her med?")
    expect(shown(page)).to_be_focused()
    expect(page.locator("#ready-bring")).to_have_text("Gammelt pas")
    expect(page.locator("#ready-own-address")).to_have_text("borger.dk/pas")
    assert waiting(service, branch) == 0
    assert_accessible(page)
    page.locator(".languages [lang=en]:visible").click()
    expect(page.locator("#ready-bring")).to_have_text("Your old one")
    takes_the_address_along(page, assert_accessible)
    eventually(lambda: saved(service, branch) == 1)
    assert waiting(service, branch) == 0
    page.get_by_role("button", name="Close").click()
    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    page.locator(".languages [lang=en]:visible").click()

    choose(page, asking["id"])
    page.get_by_role("button", name="Take a number").click()
    number(page)
    expect(page.locator("#print .paper__bring li")).to_have_text(["Your old one"])
    assert waiting(service, branch) == 1
    # Anyone who holds a number and changes it is not asked whether they need none.
    page.locator("#ticket-change").click()
    choose(page, danish["id"])
    page.locator("#ready-back").click()  # the number is still held
    page.locator("#home-keep").click()
    number(page)
    page.locator("#ticket-change").click()
    choose(page, asking["id"])
    number(page)

    for one, lines in ((quick, ["Gammelt pas"]), (plain, [])):
        page.reload()  # which needs no rest after the ticket
        page.evaluate("() => { window.print = () => {}; }")
        choose(page, one["id"])
        number(page)
        expect(page.locator("#print .paper__bring li")).to_have_text(lines)
    assert (waiting(service, branch), saved(service, branch)) == (3, 1)

    names_the_language_of_its_text(page, danish["id"])


def test_a_saved_visit_is_counted_when_the_connection_returns(
    service: Service, kiosk: Kiosk
) -> None:
    own = own_service()
    branch = service.branch(services=[own], counters=[], teams=[], goals=[])
    page = kiosk(branch)
    expect(page.locator(".service").first).to_be_enabled()
    put_in_force(service, own["id"])  # the kiosk hears of it by itself
    eventually(lambda: bool(page.evaluate(KNOWS, own["id"])))
    page.route("**/saved-visits*", lambda route: route.abort())
    choose(page, own["id"])
    # Offline there is no code, and the address is shown anyway.
    page.route("**/own/*", lambda route: route.abort())
    page.locator("#ready-none").click()
    expect(page.locator("#own-address")).to_have_text("borger.dk/pas")
    expect(page.locator("#own-print")).to_be_hidden()  # this kiosk has no paper
    page.locator("#own-done").click()
    page.wait_for_function("() => localStorage.length > 0")
    choose(page, own["id"])
    page.locator("#ready-none").click()
    page.locator("#own-done").click()
    assert saved(service, branch) == 0
    page.unroute("**/saved-visits*")
    page.reload()
    # One after the other, or the second would be taken for a repeat of the first.
    eventually(lambda: saved(service, branch) == 2)
    page.wait_for_function("() => localStorage.length === 0")
    # If nothing can be stored they are counted all the same.
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    choose(page, own["id"])
    page.locator("#ready-none").click()
    eventually(lambda: saved(service, branch) == 3)
