"""The feedback terminal in nine languages."""

from __future__ import annotations

from playwright.sync_api import expect

from queue_service.language.languages import LANGUAGES
from tests.pages.feedback.test_terminal import SIZES
from tests.web.browsers import BrowserMaker, Check, first_page, fits
from tests.web.service import Service


def test_each_language_fits_and_is_written_in_its_direction(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(languages=list(LANGUAGES))
    context = new_context(**SIZES[0])
    service.enrol(context, "kiosk", branch)
    page = first_page(context)
    page.goto(f"/feedback/{branch}")
    for code in ("ar", "de", "so"):
        page.locator(f"button[lang={code}]").click()
        expect(page.locator("html")).to_have_attribute("dir", LANGUAGES[code].direction)
        for size in SIZES:
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            assert fits(page), (code, size)
    page.locator("button[lang=ar]").click()
    assert_accessible(page)
