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

PROBED_MS = 7000
SILENT_MS = 21_000


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


def test_an_answer_says_nothing_of_a_connection_that_is_lost_meanwhile(
    service: Service, new_context: BrowserMaker
) -> None:
    page = Room.open(service, new_context).display()
    line = page.locator("#connection")
    # The last answer before a loss may come after the browser has said that the network is gone.
    with page.expect_response("**/state*"):
        page.evaluate(FETCH_ANEW)
    page.route("**/state*", lose)
    page.clock.run_for(PROBED_MS)
    expect(line).to_be_visible(timeout=5000)  # before the display asks by itself
    page.unroute("**/state*")
    page.clock.run_for(PROBED_MS)
    expect(line).to_be_hidden()

    # Of two requests the first has its answer after the second has failed.
    late: list[Route] = []
    page.route("**/state*", lambda route: route.abort() if late else late.append(route))
    page.evaluate(FETCH_ANEW)
    page.evaluate(FETCH_ANEW)
    expect(line).to_be_visible()
    with page.expect_response("**/state*"):
        late[0].continue_()
    page.evaluate("fetch('/healthz').then((answer) => answer.text())")  # longer than reading that
    assert line.is_visible()


def test_after_a_silence_the_state_is_fetched_at_once(
    service: Service, new_context: BrowserMaker
) -> None:
    page = Room.open(service, new_context).display()
    page.clock.pause_at(page.evaluate("Date.now() + 1000") / 1000)
    page.route("**/events*", lambda _: None)  # a lost packet has no answer
    page.route("**/state*", lose)
    page.clock.fast_forward(SILENT_MS)
    expect(page.locator("#connection")).to_be_visible()
