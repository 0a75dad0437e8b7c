"""Closing a counter with parked visits: they are listed, and stay available."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.counter.counter_desk import TEAM, Desk, desk, new_desk

__all__ = ["desk", "new_desk"]


def park(desk: Desk) -> None:
    """Serve the next, and lay the visit aside."""
    desk.serve_first()
    desk.press("p")
    expect(desk.page.locator(".ticket--serving")).to_have_count(0)


def close(desk: Desk, counter: str, way: str) -> None:
    """Close the counter, with the choice for those who are parked there."""
    desk.press("m")
    desk.dialog().get_by_role("button", name=f"Close {counter}").click()
    expect(desk.dialog()).to_contain_text(f"Close {counter}: what becomes of the")
    expect(desk.dialog().get_by_role("button", name="Cancel")).to_be_focused()
    desk.dialog().get_by_role("button", name=way).click()
    expect(desk.page.locator("#choose")).to_be_visible()


def test_a_visit_parked_at_a_counter_that_closes_is_not_lost(desk: Desk) -> None:
    first, second = desk.issue("pas", "korekort")
    park(desk)
    park(desk)
    for counter in ("2", "3"):
        desk.api.post(f"{desk.path}/counters/{counter}/open", team=TEAM)
    desk.press("m")
    desk.dialog().get_by_role("button", name="Close Counter 1").click()
    expect(desk.dialog()).to_contain_text(f"{first['number']} (Passport")
    desk.press("Escape")
    assert desk.counter("1")["open"] is True
    close(desk, "Counter 1", "Leave them parked")
    assert desk.counter("1")["open"] is False

    desk.show("2")
    left = desk.page.locator("#left-parked")
    expect(left).to_contain_text("Parked at a counter that is closed")
    expect(left).to_contain_text("Counter 1")
    expect(left.locator("li")).to_have_count(2)
    desk.press("g")  # no visit is parked here: focus moves to the ones that can be resumed
    expect(left.locator("button").first).to_be_focused()
    left.locator(f"[data-key='resume-{first['id']}']").click()
    desk.shows(first["number"])
    expect(left.locator("li")).to_have_count(1)
    desk.press("p")
    expect(desk.page.locator("#parked li")).to_have_count(1)

    close(desk, "Counter 2", "Hand over to Counter 3")
    assert [visit["id"] for visit in desk.counter("3")["parked"]] == [first["id"]]
    desk.show("3")
    expect(desk.page.locator("#parked")).to_contain_text(first["number"])
    expect(left).to_contain_text(second["number"])
    close(desk, "Counter 3", "Back in the queue")
    assert (desk.visit(first)["state"], desk.visit(second)["state"]) == ("waiting", "parked")
