"""Pressing the keys of the staff's pages, one after the other."""

from __future__ import annotations

from playwright.sync_api import Page


def press(page: Page, *keys: str) -> None:
    """Press keys, each once the one before is done: two at once are text, which does nothing."""
    for key in keys:
        idle(page)
        page.keyboard.press(key)


def idle(page: Page) -> None:
    """Wait until the last key is done."""
    page.locator("html:not([data-key-waits]) > body:not([data-busy])").wait_for()
