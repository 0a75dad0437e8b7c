"""The message of a page that could not fetch the state while its event stream goes on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.pages.display.waiting_room import Room, front
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

FETCH_ANEW = "() => window.dispatchEvent(new Event('offline'))"
"""In the page: what makes it check the connection."""


def refuse(route: Route) -> None:
    """The store is unavailable for every request."""
    document = json.dumps({"code": "store_unavailable", "status": 503})
    route.fulfill(status=503, body=document, content_type="application/problem+json")


def lose(route: Route) -> None:
    """No answer comes."""
    route.abort()


@pytest.mark.parametrize("trouble", [refuse, lose])
def test_a_page_stays_stale_until_it_has_the_state_again(
    service: Service, new_context: BrowserMaker, trouble: Callable[[Route], None]
) -> None:
    room = Room.open(service, new_context)
    page = room.display()
    line = page.locator("#connection")
    page.route("**/state*", trouble)
    page.evaluate(FETCH_ANEW)
    expect(line).to_be_visible()
    room.call("1")
    expect(front(page)).to_have_text("A001")
    assert line.is_visible(), "an event is not the state that could not be fetched"
    page.unroute("**/state*")
    expect(line).to_be_hidden(timeout=15_000)
