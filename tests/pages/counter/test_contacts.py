"""Contacts without a ticket are counted during the visit: one press each, undone, sent once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.pages.counter.counter_desk import Desk, desk, new_desk
from tests.running import eventually

__all__ = ["desk", "new_desk"]


def counted(desk: Desk, by: str) -> dict[str, int]:
    """The branch's counts of today."""
    rows = desk.api.get(f"{desk.path}/contacts?by={by}")["rows"]
    return {row["key"]: row["contacts"] for row in rows}


def test_one_press_counts_one_while_somebody_is_served(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.serve_first()
    news = desk.page.locator("#contacts-news")
    desk.press("k")
    desk.press("k")
    desk.press("o")
    expect(news).to_contain_text("3 in the last two minutes.")
    first = desk.page.locator(".contacts__name span").first.inner_text()
    expect(news).to_contain_text(f"{first}, ")
    eventually(lambda: counted(desk, "channel") == {"desk": 2, "phone": 1})
    desk.button("5 more services").click()
    desk.button("Note a quick question on the telephone: Driving licence").dblclick()
    expect(news).to_contain_text("Noted: Driving licence, telephone. 5 in the last two minutes.")
    eventually(lambda: counted(desk, "service").get("korekort") == 2)
    desk.press("u")
    expect(news).to_contain_text("4 in the last two minutes.")
    eventually(lambda: counted(desk, "channel") == {"desk": 2, "phone": 2})
    assert desk.visit(visit)["state"] == "serving"
    desk.shows("A001")

    other = desk.context.new_page()
    other.goto(desk.page.url)
    other.locator(".ticket__number").wait_for()
    desk.context.set_offline(True)
    desk.press("k")
    expect(news).to_contain_text("1 contact is not sent yet", timeout=20_000)
    other.keyboard.press("o")
    # Its own, and the other's as well if it has tried the connection since.
    expect(other.locator("#contacts-news")).to_contain_text(
        re.compile("(1 contact is|2 contacts are) not sent yet")
    )
    name = f"queue.counter.{desk.branch}.contacts."
    kept = f"Object.keys(localStorage).filter((one) => one.startsWith('{name}')).length"
    eventually(lambda: other.evaluate(kept) == 2)
    # A window that is closed leaves what it did not send to the others; too old a press goes.
    other.close()
    old = '{"service": "pas", "channel": "desk", "counter": null, "key": "old", "at": 0}'
    desk.page.evaluate("([name, press]) => localStorage.setItem(name, press)", [f"{name}old", old])
    desk.context.set_offline(False)
    # The button is gone at once if the connection is back before it is pressed.
    desk.page.evaluate("() => document.querySelector('[data-key=contact-again]')?.click()")
    eventually(lambda: counted(desk, "channel") == {"desk": 3, "phone": 3})
    expect(news).not_to_contain_text("not sent")
    eventually(lambda: desk.page.evaluate(kept) == 0)
