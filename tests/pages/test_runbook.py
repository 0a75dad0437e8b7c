"""The runbook's page: open to anyone with an alert's link, at a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_link_from_an_alert_opens_its_section_without_a_login(
    width: int, height: int, service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    page = first_page(new_context(width, height))
    response = page.goto(f"{service.url}/runbook#queuestoredown")
    assert response is not None
    assert response.status == 200
    section = page.locator("#queuestoredown")
    assert section.inner_text() == "QueueStoreDown"
    assert section.evaluate("e => e.getBoundingClientRect().top") < height
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
