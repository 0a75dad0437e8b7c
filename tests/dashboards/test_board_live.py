"""The live board as things happen: events, lost connections, and announcements."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from queue_service.counters.operations import counters
from tests.dashboards.conftest import DayMaker, Look
from tests.dashboards.day import Day
from tests.web.service import Service


def test_it_follows_what_happens_and_says_it_aloud_once(
    look: Look, service: Service, new_day: DayMaker
) -> None:
    day = new_day()
    day.open("1", "citizen-service")
    page = look(day)
    expect(page.locator(".board-attention")).to_contain_text("All is well")
    clerk = service.api("clerk", day.branch)
    clerk.post(f"/branches/{day.branch}/visits", service="pas")
    expect(page.locator(".board-figure--waiting")).to_contain_text("1")
    counters.close_counter(day.queue, day.command(0), "1")
    expect(page.locator(".board-notice").first).to_contain_text(
        "1 is waiting, and no counter is open"
    )
    expect(page.locator("#announce")).to_have_text(
        "Needs attention: 1 is waiting, and no counter is open"
    )
    clerk.post(f"/branches/{day.branch}/counters/1/open")
    clerk.post(f"/branches/{day.branch}/counters/1/call-next")
    expect(page.locator(".board-counter--called")).to_contain_text("A001")
    expect(page.locator(".board-attention")).to_contain_text("All is well")
    expect(page.locator("#announce")).to_have_text(re.compile("Needs attention"))


def test_many_events_share_a_fetch(look: Look, service: Service, new_day: DayMaker) -> None:
    day = new_day()
    page = look(day)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    clerk = service.api("clerk", day.branch)
    for _ in range(15):
        clerk.post(f"/branches/{day.branch}/visits", service="pas")
    expect(page.locator(".board-figure--waiting")).to_contain_text("15")
    assert 1 <= sum(url.endswith("/now") for url in fetched) <= 4


def test_without_the_store_it_shows_the_last_time_and_stops(
    look: Look, service: Service, busy: Day
) -> None:
    page = look(busy)
    with service.store_away():
        expect(page.locator("#connection")).to_be_visible(timeout=30_000)
        expect(page.locator("#clock")).to_contain_text("As of")
        expect(page.locator("#h-attention")).to_have_text(
            re.compile(r"^Not known now – last seen \d+:\d\d$")
        )
        frozen = page.locator(".board-figure--longest .number").inner_text()
        # Longer than a tick: that a time does not move can only be seen over time.
        page.wait_for_timeout(1500)
        expect(page.locator(".board-figure--longest .number")).to_have_text(frozen)
    expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
    expect(page.locator("#clock")).not_to_contain_text("As of")


def test_without_the_store_it_does_not_say_that_all_is_well(
    look: Look, service: Service, new_day: DayMaker
) -> None:
    day = new_day()
    day.open("1", "citizen-service")
    for nth in range(16):
        day.completed("pas", "1", 175 - nth * 10, took=4, waited=2)
    page = look(day)
    attention, goal = page.locator(".board-attention"), page.locator(".board-goal").first
    expect(attention).to_contain_text("All is well")
    expect(goal.locator(".board-goal__verdict")).to_have_text("Met")
    with service.store_away():
        expect(attention).to_contain_text("Not known now", timeout=30_000)
        expect(attention).to_contain_text(re.compile(r"Last seen \d+:\d\d\."))
        expect(page.get_by_text("All is well")).to_have_count(0)
        expect(goal.locator(".board-goal__verdict")).to_have_text(
            re.compile(r"^Last seen \d+:\d\d: Met$")
        )
        expect(page.locator("#open")).to_have_text("")
    expect(attention).to_contain_text("All is well", timeout=30_000)
    expect(goal.locator(".board-goal__verdict")).to_have_text("Met")
