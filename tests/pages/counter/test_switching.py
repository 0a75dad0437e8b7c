"""Switching staff at the counter's page: two keys and the PIN, and the visit goes on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.pages.counter.counter_desk import Desk, desk, new_desk
from tests.web.browsers import Check

__all__ = ["desk", "new_desk"]

PIN = "7294"


def log_in_with_pin(page: Page, name: str, password: str) -> None:
    """Log in fully on this browser, and set the PIN."""
    page.goto("/login?next=/login/pin")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Save the PIN").click()
    expect(page.get_by_text("You have a PIN here.")).to_be_visible()


def test_a_colleague_takes_over_by_two_keys_and_the_pin(
    desk: Desk, assert_accessible: Check
) -> None:
    page = desk.page
    first, second = (desk.service.account("clerk", desk.branch) for _ in range(2))
    for person in (first, second):
        log_in_with_pin(page, *person)
    (visit,) = desk.issue("pas")
    desk.open()
    desk.serve_first()
    at_the_counter = page.locator("#switch")
    expect(at_the_counter).to_contain_text(second[0])

    desk.press("0")
    expect(desk.dialog()).to_contain_text(first[0])
    expect(desk.dialog()).not_to_contain_text(second[0])
    assert_accessible(page)
    desk.press("1")
    field = page.get_by_label("PIN", exact=True)
    expect(field).to_be_focused()
    page.keyboard.type("1357")
    page.keyboard.press("Enter")
    expect(desk.dialog()).to_contain_text("Tries left before the password is needed: 4.")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    assert_accessible(page)
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")

    expect(at_the_counter).to_contain_text(first[0])
    page.locator(".ticket--serving").wait_for()
    desk.shows(visit["number"])
    assert desk.visit(visit)["state"] == "serving"
    # It is this person's page now, with all it may do.
    page.locator("#stage").get_by_role("button", name="Resolved").first.click()
    expect(page.locator(".ticket--serving")).to_have_count(0)
    assert desk.visit(visit)["state"] == "completed"
