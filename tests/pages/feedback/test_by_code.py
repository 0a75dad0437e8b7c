"""The code on a slip, and the page that it opens on the citizen's phone."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from queue_service.store.keys import BranchKeys
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service

PHONE: Final = {"width": 390, "height": 844}


def code(service: Service, branch: str) -> str:
    """The address of a new code."""
    kiosk = service.api("kiosk", branch)
    made = kiosk.post(f"/branches/{branch}/feedback/codes", service="pas")
    return str(made["address"])


def counts(service: Service, branch: str) -> dict[str, str]:
    """The sums of the branch's answers."""
    found: dict[str, str] = {}
    client: Any = service.client
    for key in client.scan_iter(BranchKeys(branch).feedback("2*")):
        found |= client.hgetall(key)
    return found


def phone(new_context: BrowserMaker, address: str, lang: str = "da", **more: Any) -> Page:
    """A citizen's phone that opens an address."""
    page = first_page(new_context(**PHONE, lang=lang, **more))
    page.goto(address)
    return page


def test_the_code_opens_the_questions_which_are_answered_once(
    service: Service,
    new_context: BrowserMaker,
    assert_accessible: Check,
) -> None:
    branch = service.branch(feedback_on_slip=True)
    address = code(service, branch)
    page = phone(new_context, address)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Send mit svar").click()
    expect(page.get_by_role("alert")).to_contain_text("Vælg et svar")
    assert_accessible(page)
    helped = page.get_by_role("group", name=re.compile("hjælp og vejledning"))
    helped.get_by_role("radio", name="Meget tilfreds").check()
    page.keyboard.press("ArrowLeft")
    expect(helped.get_by_role("radio", name="Tilfreds", exact=True)).to_be_checked()
    page.get_by_role("button", name="Send mit svar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit svar")
    assert counts(service, branch) == {"|pas|||0": "1", "|pas||help|4": "1"}
    page.goto(address[:-11] + address[-11:].lower())
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit svar")
    assert_accessible(page)


def test_it_works_in_english_and_without_a_script(
    service: Service, new_context: BrowserMaker
) -> None:
    branch = service.branch(feedback_on_slip=True)
    page = phone(new_context, code(service, branch), "en", java_script_enabled=False)
    task = page.get_by_role("group", name="How satisfied are you with how your task was solved?")
    task.get_by_role("radio", name="Very dissatisfied").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your answer")
    assert counts(service, branch)["|pas||task|1"] == "1"


@pytest.mark.parametrize("place", ["raadhuset-is-not-here", None])
def test_an_unknown_code_gets_a_calm_page(
    service: Service, new_context: BrowserMaker, place: str | None
) -> None:
    branch = place or service.branch(feedback_on_slip=True)
    page = phone(new_context, f"{service.url}/answer/{branch}/00000-00000", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "No answer can be given with this code"
    )
    expect(page.locator("main")).to_contain_text("until the end of the day after it was printed")


def test_a_code_on_no_slip_is_unknown(visitor: FlaskClient) -> None:
    sent = visitor.post("/answer/raadhuset/7K3%0AMQ", data={"help": "5"})
    assert (sent.status_code, sent.location) == (303, "/answer/raadhuset/7K3%0AMQ")
    assert visitor.get(sent.location).status_code == 404
