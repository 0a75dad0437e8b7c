"""A conversation between two real browsers: called, connected, lost and found, and over."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.video.conftest import Booth


def test_a_citizen_is_called_to_the_screen_and_helped(booth: Booth) -> None:
    screen, clerk = booth.screen, booth.clerk
    expect(screen.locator("#idle-title")).to_be_visible()
    booth.serve_the_screen()
    number = booth.issue()["number"]
    clerk.keyboard.press("Space")
    expect(clerk.locator("#stage-title")).to_have_text(number)
    expect(screen.locator("#called-number")).to_have_text(number)
    screen.locator("#begin").click()
    booth.connected()
    clerk.keyboard.press("Space")
    expect(clerk.locator(".ticket--serving")).to_be_visible()
    screen.reload()
    booth.connected()
    clerk.keyboard.press("1")
    expect(screen.locator("#over-title")).to_be_visible()
    expect(clerk.locator(".screens")).to_be_visible()
