"""A kiosk for tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.pages.kiosk.screen import UPRIGHT, Kiosk
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service


@pytest.fixture
def kiosk(service: Service, new_context: BrowserMaker) -> Kiosk:
    """Opens the enrolled kiosk of a branch: ``kiosk(branch, width=…, height=…)``.

    With ``own_clock`` the test controls its time; a ``fresh`` one has loaded nothing before.
    """

    def open_kiosk(
        branch: str, query: str = "", *, own_clock: bool = False, fresh: bool = False, **size: int
    ) -> Page:
        options = {"own_clock": True} if own_clock else {}
        context = new_context(**(size or UPRIGHT), fresh=fresh, **options)
        service.enrol(context, "kiosk", branch)
        page = first_page(context)
        page.goto(f"/kiosk/{branch}{query}")
        return page

    return open_kiosk
