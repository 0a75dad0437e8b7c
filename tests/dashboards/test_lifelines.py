"""The page of lifelines and referrals, against what was rung and referred."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.days.rules.ranges import last_month
from queue_service.lifeline.operations import answering, ringing
from queue_service.referrals.keys import ReferralKeys
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages, assert_fits_everywhere, cells
from tests.desks import MORNING, Desk
from tests.web.browsers import Check
from tests.web.service import ALWAYS

PASSPORTS = {"id": "pas", "name": {"da": "Pas", "en": "Passports"}, "telephone": "4410"}
PASSPORT = "pas-lifelines"
"""A service that no other branch has: other tests' branches could ring it as well."""
LINES = [{**PASSPORTS, "services": [PASSPORT]}]
BRANCH = {
    "services": [{"id": PASSPORT, "name": {"da": "Pas"}, "prefix": "A"}],
    "counters": [{"id": "1", "name": "Skranke 1", "services": ["*"]}],
    "teams": [{"id": "citizen", "name": {"da": "Borgerservice"}, "services": ["*"]}],
}


@pytest.fixture
def desk(pages: Pages) -> Desk:
    """A branch with a lifeline of its own, as of now: nine of ten calls in time."""
    changes: dict[str, Any] = {"historic": False, "opening_hours": ALWAYS, "lifelines": LINES}
    desk = pages.desk("lifeline", **BRANCH, **changes)
    desk.seconds = (desk.queue.store.time() - MORNING) / 1000
    desk.open("1", "citizen")
    for number in range(10):
        visit = issuing.serve(desk.queue, desk.command(), "1", PASSPORT).visit.id
        rung = ringing.ring(desk.queue, desk.command(), "1", visit, desk.branch, "pas")
        at = desk.seconds
        desk.later(60 if number == 0 else 59)
        answering.take(desk.queue, desk.command(), rung.call.id, 1)
        desk.seconds = at
        visits.complete(desk.queue, desk.command(), visit, "referred")
    return desk


def today(desk: Desk) -> str:
    now = MORNING + round(desk.seconds * 1000)
    return moment(desk.queue.get(BranchStore).get(desk.branch), now).date


def referred(desk: Desk, n: int) -> None:
    """So many cases were referred in the last month; two could have been solved."""
    counts = {"sent": n, "accepted": n, "h0": n, "solvable": 2}
    fields = {f"{desk.branch}|{PASSPORT}|decision|{fact}": of for fact, of in counts.items()}
    day = ReferralKeys(desk.branch).day(last_month(today(desk)).first)
    desk.queue.store.client.hset(day, mapping=fields)  # type: ignore[arg-type]  # redis wants the wider type


def address(desk: Desk, period: str = "day") -> str:
    """The page of the day on which it happened, or of the month before."""
    date = today(desk) if period == "day" else last_month(today(desk)).first
    return f"{desk.branch}/lifeline?period={period}&date={date}"


def test_calls_in_time_and_referrals_from_five_on(pages: Pages, desk: Desk) -> None:
    referred(desk, 4)
    page = pages.open(address(desk))
    card = page.get_by_role("region", name="Passports")
    for text in ("90.0%", "of 10 judged", "80% in under 1 min", "Too close to tell", "59 s"):
        expect(card).to_contain_text(text)
    hour = page.get_by_role("region", name="How fast lifelines are answered, by hour")
    assert cells(hour.get_by_role("table"), "") == ["10", "90.0%", "0:59", "0"]
    # A day holds no whole month: referrals are of the last complete one.
    sent = page.get_by_role("region", name="What becomes of referrals", exact=True)
    assert cells(sent.get_by_role("table"), "Sent from here") == ["Pas", *[".."] * 6]
    expect(page.locator("main")).to_contain_text("Whole months that are over: ")
    page = pages.open(address(desk, "month"))
    sent = page.get_by_role("region", name="What becomes of referrals", exact=True)
    month = page.get_by_role("region", name="What becomes of referrals from here, by month")
    assert cells(sent.get_by_role("table"), "Sent from here") == ["Pas", *[".."] * 6]
    assert cells(month.get_by_role("table"), "") == [".."] * 6
    referred(desk, 5)
    page.reload()
    reported = ["5", "5", "0", "2", "40.0%", "1.0"]
    assert cells(sent.get_by_role("table"), "Sent from here") == ["Pas", *reported]
    assert cells(month.get_by_role("table"), "") == reported


def test_it_is_accessible_and_fits(pages: Pages, desk: Desk, assert_accessible: Check) -> None:
    referred(desk, 5)
    page = pages.open(address(desk, "month"), lang="da")
    assert_fits_everywhere(page, assert_accessible)


def test_a_branch_without_any_says_so(pages: Pages) -> None:
    page = pages.open(f"{pages.desk('lifeline').branch}/lifeline?period=month&date=2026-11-01")
    expect(page.locator("main")).to_contain_text("No lifeline is answered at this branch.")
    expect(page.locator("main")).to_contain_text("Nothing was referred from here in this period.")
