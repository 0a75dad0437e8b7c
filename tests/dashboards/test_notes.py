"""Notes on days in the browser: written and removed without a script, shown where their day is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from queue_service.days.rules.period import between
from queue_service.notes.operations import add_note, notes_in
from queue_service.notes.rules import LONGEST_NOTE
from tests.dashboards.pages import Pages
from tests.desks import Desk
from tests.web.web_app import LIBRARY, WebApp, csrf

DAY = "1999-01-04"


@pytest.fixture
def desk(pages: Pages) -> Desk:
    """A branch without notes."""
    return pages.desk("notes")


def texts(desk: Desk) -> list[str]:
    return [n.text for n in notes_in(desk.queue, desk.branch, between("1990-01-01", "2026-12-31"))]


def write(page: Page, kind: str, text: str, day: str = DAY) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("What happened").fill(text)
    page.get_by_role("button", name="Write the note").click()


def test_a_note_is_written_and_removed_without_scripts(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/notes", java_script_enabled=False)
    expect(page.get_by_text("No notes on the days of this month.")).to_be_visible()
    write(page, "Weather", "Snestorm, <b>busserne</b> kørte ikke")
    expect(page.get_by_role("heading", name="January 1999")).to_be_visible()
    day = page.get_by_role("article", name="Monday 4 Jan")
    expect(day).to_contain_text("Weather")
    expect(day).to_contain_text("Snestorm, <b>busserne</b> kørte ikke")
    day.get_by_text("Remove", exact=True).click()
    day.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_text("No notes on the days of this month.")).to_be_visible()
    assert texts(desk) == []


def test_it_can_be_done_with_the_keyboard(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/notes?date={DAY}")
    page.get_by_role("radio", name="Outage").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Kursus i pas til kl. 11")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Monday 4 Jan")).to_contain_text("Training or meeting")
    page.wait_for_load_state()
    page.get_by_text("Remove", exact=True).focus()
    page.keyboard.press("Enter")
    sure = page.get_by_role("article").get_by_role("button")
    expect(sure).to_be_visible()
    page.keyboard.press("Tab")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("No notes on the days of this month.")).to_be_visible()


def test_a_wrong_note_is_not_lost(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/notes")
    page.get_by_label("Day", exact=True).evaluate("field => field.removeAttribute('max')")
    write(page, "Event", "Markedsdag", "2198-01-04")
    expect(page.get_by_role("alert")).to_contain_text("not written yet")
    day = page.get_by_label("Day", exact=True)
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(day).to_have_accessible_description(
        "It must be a date such as 2026-11-25, today or earlier."
    )
    expect(page.get_by_label("What happened")).to_have_value("Markedsdag")
    expect(page.get_by_role("radio", name="Event")).to_be_checked()
    assert texts(desk) == []


def test_the_form_says_that_a_note_is_about_the_day(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/notes")
    text = page.get_by_label("What happened")
    expect(text).to_have_attribute("maxlength", str(LONGEST_NOTE))
    expect(text).to_have_accessible_description(
        f"About the day, never about a person: no names, nothing about a citizen or a colleague. "
        f"At most {LONGEST_NOTE} characters."
    )


def test_months_follow_each_other(pages: Pages, desk: Desk) -> None:
    for date, text in ((DAY, "Første"), ("1999-01-09", "Anden"), ("1998-12-30", "Før nytår")):
        add_note(desk.queue, desk.branch, date, "other", text)
    page = pages.open(f"{desk.branch}/notes?month=1999-01")
    days = page.get_by_role("article")
    expect(days).to_have_count(2)
    expect(days.first).to_contain_text("Anden")
    page.get_by_role("link", name="The month before").click()
    expect(page.get_by_role("article")).to_contain_text("Før nytår")


def test_a_days_own_page_shows_its_note_and_the_way_to_write_one(pages: Pages, desk: Desk) -> None:
    add_note(desk.queue, desk.branch, DAY, "outage", "Passystemet var nede")
    page = pages.open(f"{desk.branch}/history?period=day&date={DAY}")
    expect(page.get_by_role("region", name="Notes")).to_contain_text("Passystemet var nede")
    page.get_by_role("link", name="Write a note on this day").click()
    expect(page.get_by_label("Day", exact=True)).to_have_value(DAY)
    expect(page.get_by_role("article")).to_contain_text("Passystemet var nede")


def test_a_form_from_elsewhere_or_another_branch_changes_nothing(web_app: WebApp) -> None:
    supervisor = web_app.staff("leder", "supervisor", LIBRARY)
    path = f"/dashboards/{LIBRARY}/notes"
    note = {"date": DAY, "kind": "other", "text": "Hej"}
    assert supervisor.post(path, data=note).status_code == 403
    assert supervisor.post(path, data={**csrf(supervisor), **note}).status_code == 303
    elsewhere = "/dashboards/raadhuset/notes"
    assert supervisor.post(elsewhere, data={**csrf(supervisor), **note}).status_code == 403
    queue = web_app.app.extensions["queue"]
    (kept,) = notes_in(queue, LIBRARY, between(DAY, DAY))
    remove = f"{path}/{DAY}/{kept.id}/remove"
    assert supervisor.post(remove).status_code == 403
    clerk = web_app.staff("skranke", "clerk", LIBRARY)
    assert clerk.post(path, data={**csrf(clerk), **note}).status_code == 403
    assert clerk.post(remove, data=csrf(clerk)).status_code == 403
    assert notes_in(queue, LIBRARY, between(DAY, DAY)) == [kept]
    assert supervisor.post(remove, data=csrf(supervisor)).status_code == 303
    assert supervisor.post(remove, data=csrf(supervisor)).status_code == 303
    assert notes_in(queue, LIBRARY, between(DAY, DAY)) == []
