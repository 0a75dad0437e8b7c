"""Act now in the browser: begun, seen and ended, with and without a script."""

from __future__ import annotations

from playwright.sync_api import expect

from queue_service.command import Command
from queue_service.interventions import operations
from queue_service.visits.operations import issuing
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.desks import CLERK, KIOSK, Desk
from tests.web.browsers import Check

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def new_desk(pages: Pages) -> Desk:
    """A live branch that is always open."""
    return pages.desk("act", historic=False, opening_hours=ALWAYS)


def test_a_service_is_paused_and_comes_back_with_one_press(pages: Pages) -> None:
    desk = new_desk(pages)
    page = pages.open(f"{desk.branch}/act", java_script_enabled=False)
    expect(page.get_by_text("Nothing is changed.")).to_be_visible()
    page.get_by_role("link", name="Pause a service").click()
    page.get_by_label("Service", exact=True).select_option("pas")
    page.get_by_label("Until you end it").check()
    page.get_by_role("button", name="Do it now").click()
    expect(page.locator("#in-force h3")).to_have_text(["Pas is paused"])
    page.get_by_role("link", name="Pause a service").click()
    page.get_by_label("Service", exact=True).select_option("pas")
    page.get_by_label("Until you end it").check()
    page.get_by_role("button", name="Do it now").click()
    expect(page.get_by_role("alert")).to_contain_text("This service is paused already")
    page.get_by_role("button", name="Give numbers again").click()
    expect(page.get_by_text("Nothing is changed.")).to_be_visible()
    issuing.issue(desk.queue, Command(desk.branch, KIOSK), "pas")
    page.get_by_role("link", name="Close for today, keep the queue").click()
    expect(page.locator("main")).to_contain_text("1 person is waiting.")
    expect(page.get_by_text("Without this the day ends by itself")).to_have_count(0)  # always open
    page.get_by_role("link", name="Something else").click()
    page.get_by_role("link", name="Cap a service for today").click()
    page.get_by_label("Service", exact=True).select_option("Pas (1 given today)")
    expect(page.get_by_label("Until you close")).to_be_checked()
    daytime = {day: [["09:00", "17:00"]] for day in ALWAYS}
    by_day = pages.desk("act-by-day", historic=False, opening_hours=daytime)
    page.goto(f"/dashboards/{by_day.branch}/act?kind=carry_over")
    expect(page.get_by_text("0 people are waiting.")).to_be_visible()
    expect(page.get_by_text("who waits at midnight counts as having left")).to_be_visible()
    replayed = pages.desk("act")
    page.goto(f"/dashboards/{replayed.branch}/act")
    expect(page.get_by_text("replayed days, in which nothing can be changed")).to_be_visible()
    expect(page.get_by_role("link", name="Pause a service")).to_have_count(0)
    for name in ("Act", "Staffing"):
        expect(page.get_by_role("navigation").get_by_text(name, exact=True)).to_have_count(0)


def test_changes_by_others_are_shown_at_once(pages: Pages, assert_accessible: Check) -> None:
    desk = new_desk(pages)
    page = pages.open(f"{desk.branch}/act?kind=lend_counter&counter=2&service=korekort")
    expect(page.get_by_label("Counter", exact=True)).to_have_value("2")
    expect(page.get_by_label("These services:")).to_be_checked()
    assert_accessible(page)
    assert_fits_everywhere(page)
    page.get_by_label("Until you end it").check()
    page.get_by_role("button", name="Do it now").click()
    expect(page.locator("#in-force")).to_contain_text("New there: Kørekort")
    command = Command(desk.branch, CLERK)
    page.goto(f"/dashboards/{desk.branch}/act?kind=announcement")
    page.wait_for_function("() => document.querySelector('#in-force')")
    (one,) = operations.listed(desk.queue, command).interventions
    operations.end(desk.queue, command, one.id)
    expect(page.locator("#in-force")).to_contain_text("Nothing is changed.")
    assert_accessible(page)
