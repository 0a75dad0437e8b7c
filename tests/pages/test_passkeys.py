"""Passkeys in a real browser, with Chromium's virtual authenticator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.browsers import BrowserMaker, Check
from tests.web.service import Service, running_service


@pytest.fixture
def local_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service at localhost: at an address of numbers browsers make no passkeys."""
    with running_service(tmp_path_factory.mktemp("local"), host="localhost") as running:
        yield running


def with_authenticator(context: BrowserContext) -> Page:
    """A page of a browser with a device that is unlocked at once."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def test_a_passkey_is_added_opens_the_login_and_is_removed(
    local_service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    name, password = local_service.account("admin")
    page = with_authenticator(new_context(lang="da"))
    elsewhere = local_service.url.replace("localhost", "127.0.0.1")
    page.goto(f"{elsewhere}/login?next=/passkeys")
    link = page.get_by_role("link", name=local_service.url)
    expect(link).to_be_visible()
    expect(page.get_by_role("button", name="Log ind med en adgangsnøgle")).to_be_hidden()
    assert_accessible(page)
    page.get_by_label("Navn").fill(name)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    expect(page.get_by_role("heading", name="Mine adgangsnøgler")).to_be_visible()
    expect(page.get_by_label("Kendetegn")).to_be_hidden()
    assert_accessible(page)
    link.click()
    expect(page.get_by_label("Navn")).to_be_visible()
    assert_accessible(page)
    expect(link).to_be_hidden()
    page.get_by_label("Navn").fill(name)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.get_by_label("Kendetegn").fill("nøglering")
    add = page.get_by_role("button", name="Tilføj en adgangsnøgle")
    add.click()
    expect(page.get_by_text("Adgangsnøgle 1: nøglering")).to_be_visible()
    assert_accessible(page)
    add.click()  # the device has one already
    expect(page.get_by_text("Enheden har allerede en adgangsnøgle")).to_be_visible()

    page.get_by_role("button", name="Log ud").click()
    page.goto(f"{local_service.url}/login?next=/passkeys")
    page.get_by_role("button", name="Log ind med en adgangsnøgle").click()
    expect(page.get_by_text("ikke endnu")).to_have_count(0)
    expect(page.get_by_text("Adgangsnøgle 1: nøglering")).to_be_visible()

    page.get_by_role("button", name="Log ud").click()
    page.get_by_label("Navn").fill(name)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    assert_accessible(page)
    expect(page.get_by_role("button", name="Brug adgangsnøglen")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{local_service.url}/")

    page.goto(f"{local_service.url}/passkeys")
    page.get_by_text("Fjern", exact=True).click()
    page.get_by_role("button", name="Ja, fjern den").click()
    expect(page.get_by_text("Adgangsnøgle 1")).to_have_count(0)
