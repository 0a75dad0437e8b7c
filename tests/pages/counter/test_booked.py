"""A citizen with an appointment, as the counter's page lists them and explains their call."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.dashboards.day import noon_zone
from tests.pages.counter.counter_desk import DeskMaker, new_desk
from tests.web.browsers import Check
from tests.web.service import ALWAYS

__all__ = ["new_desk"]


def test_an_appointment_is_marked_and_explains_its_call(
    new_desk: DeskMaker, assert_accessible: Check
) -> None:
    offer = {"service": "pas", "week": ALWAYS, "length_minutes": 5, "notice_minutes": 0}
    desk = new_desk(timezone=noon_zone(), bookings={"offers": [offer]})
    desk.open()
    path = f"{desk.path}/bookings"
    free = desk.api.get(f"{path}/slots?service=pas")["slots"]
    body = {"service": "pas", "starts_at": free[1]["starts_at"], "channel": "desk"}
    today = desk.page.locator("#today-line")
    expect(today).to_contain_text("Appointments today 0")
    code = desk.api.call("POST", path, body)["code"]
    expect(today).to_contain_text(re.compile(r"Appointments today 1\s+0 arrived\s+Next \d\d:\d\d"))
    expect(today).to_have_attribute("href", f"/bookings/{desk.branch}")
    (walked_in,) = desk.issue("pas")
    arrived = desk.api.call("POST", f"{path}/{code}/arrive", {})
    assert arrived["number"] > walked_in["number"]
    expect(today).to_contain_text("1 arrived")
    row = desk.page.locator(".visit-row").filter(has_text=arrived["number"])
    expect(row).to_contain_text(re.compile(r"Appointment \d\d:\d\d"))
    said = re.compile(r"Queued as if they had come 15 min(utes)? earlier: appointment at \d\d:\d\d")
    opener = row.locator(".visit-row__open")
    opener.press("Enter")
    expect(desk.page.locator("#ask")).to_contain_text(said)
    desk.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    desk.press("Escape")
    expect(desk.title).to_be_focused()
    desk.call_first()  # the space bar does not open the row again
    expect(desk.title).to_contain_text(arrived["number"])
    expect(desk.page.locator("#stage-top")).to_contain_text(said)
    expect(desk.page.locator("#stage-top")).not_to_contain_text("waited longest")
    assert_accessible(desk.page)
    desk.page.reload()
    expect(desk.page.locator("#stage-top")).to_contain_text(said)
