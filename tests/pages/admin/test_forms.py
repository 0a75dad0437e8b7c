"""The forms of a branch's configuration in a real browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Dialog, Page, expect

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from queue_service.webhooks.operations.sending import WebhookUndeliverable, send_all
from queue_service.webhooks.store import WebhookStore
from tests.web.browsers import BrowserMaker, Check, each_size, first_page, fits
from tests.web.offices import office, save, stored
from tests.web.service import Service

__all__ = ["office"]

PARTS = (
    *(
        "hours",
        "stops",
        "exceptions",
        "services",
        "counters",
        "teams",
        "goals",
        "lifelines",
        "pauses",
        "general",
    ),
    "file",
)


def change(page: Page, part: str) -> None:
    """Go from the list of the branch's settings to a part's form."""
    page.get_by_role("region", name=part).get_by_role("link", name="Change").click()


def test_an_administrator_sets_a_branch_up_and_the_kiosk_shows_it(
    service: Service, new_context: BrowserMaker, office: Callable[..., Page]
) -> None:
    branch = service.branch()
    screen = new_context()
    service.enrol(screen, "kiosk", branch)
    kiosk = first_page(screen)
    kiosk.goto(f"/kiosk/{branch}?lang=en")

    page = office(branch)
    later = datetime.now(ZoneInfo("Europe/Copenhagen")) + timedelta(days=3)  # today it stays open
    sets_hours(page, f"{later:%A}")
    adds_a_closed_day(page)
    adds_quiet_hours(page, branch)

    change(page, "Goals")
    page.get_by_label("To be reached").first.fill("75")
    save(page)
    expect(page.get_by_text("75% handled in under 6 min")).to_be_visible()

    adds_a_service(page)
    expect(kiosk.get_by_role("button", name="Moving house")).to_be_visible()

    found = stored(service, branch)
    hours = [["08:30", "12:00"], ["13:00", "16:30"]]
    assert found["opening_hours"][WEEKDAYS[later.weekday()]] == hours
    christmas = {"da": "Juleaften", "en": "Christmas Eve"}
    assert {"date": "2030-12-24", "hours": [], "note": christmas} in found["hours_exceptions"]
    assert found["quiet_exceptions"] == [{"date": "2030-06-03", "hours": [["09:00", "12:30"]]}]
    assert found["goals"][0]["target_ratio"] == 0.75
    assert found["services"][-1]["id"] == "flytning"


def sets_hours(page: Page, name: str) -> None:
    change(page, "Opening hours")
    day = page.get_by_role("group", name=name)
    day.get_by_label("opens").fill("8.30")
    day.get_by_label("closes").fill("12")
    day.get_by_role("button", name="More hours").click()
    expect(day.get_by_label(f"{name} 2: opens")).to_be_focused()
    page.keyboard.type("13")
    page.keyboard.press("Tab")
    page.keyboard.type("1630")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Opening hours: Saved.")
    expect(page.get_by_text("8:30–12:00, 13:00–16:30")).to_be_visible()


def adds_a_closed_day(page: Page) -> None:
    change(page, "Other days")
    page.get_by_role("button", name="Add a date").click()
    new = page.locator(".item", has_text="New date")
    expect(new.get_by_label("New date: Date")).to_be_focused()
    new.get_by_label("New date: Date").fill("2030-12-24")
    new.get_by_label("Why (Danish)").fill("Juleaften")
    new.get_by_label("Why (English)").fill("Christmas Eve")
    save(page)
    expect(page.get_by_text("closed Christmas Eve")).to_be_visible()


def adds_quiet_hours(page: Page, branch: str) -> None:
    page.goto(f"/admin/branches/{branch}/pauses")
    page.get_by_role("button", name="Add a date").click()
    quiet = page.get_by_role("group", name="New date").first
    expect(quiet.get_by_label("New date: Date")).to_be_focused()
    quiet.get_by_label("New date: Date").fill("2030-06-03")
    quiet.get_by_label("begins").fill("9")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Write both times, or leave both empty.")
    quiet.get_by_label("ends").fill("12.30")
    save(page)


def adds_a_service(page: Page) -> None:
    change(page, "Services")
    page.get_by_role("button", name="Add a service").click()
    service_row = page.get_by_role("region", name="New service")
    service_row.get_by_label("Letters").fill("q")
    service_row.get_by_label("Name (Danish)").fill("Flytning")
    service_row.get_by_label("Name (English)").fill("Moving house")
    save(page)
    expect(page.get_by_text("Moving house")).to_be_visible()


def test_a_webhook_is_added_shows_its_secret_once_and_its_last_error(
    service: Service, office: Callable[..., Page], assert_accessible: Check
) -> None:
    branch, queue = service.branch(), Queue(RedisStore(service.client))
    page = office(branch)
    page.goto("/admin/webhooks?lang=en")
    add = page.get_by_role("region", name="Add a webhook")
    add.get_by_label("What it is for").fill("Data warehouse")
    add.get_by_label("Address").fill("http://bi.example.dk/")
    add.get_by_label("Branch", exact=True).select_option(branch)
    add.get_by_role("button", name="Add the webhook").click()
    expect(page.get_by_role("alert")).to_contain_text("Use an address that begins with https://.")
    assert_accessible(page)
    add.get_by_label("Address").fill("https://bi.example.dk/hook")
    add.get_by_role("button", name="Add the webhook").click()
    secret = page.get_by_role("textbox", name="Secret")
    expect(secret).to_have_value(re.compile("^whsec_"))
    told_once = secret.input_value()
    page.goto("/admin/webhooks?lang=en")
    assert told_once not in page.content()

    (endpoint,) = (e for e in queue.get(WebhookStore).endpoints() if e.branch == branch)
    service.api().post(f"/branches/{branch}/visits", service="pas")

    def refuse(*_: object) -> None:
        raise WebhookUndeliverable("bi.example.dk answered 503.")

    send_all(queue, endpoint.id, refuse, lambda: False)
    page.reload()
    row = page.get_by_role("listitem").filter(has_text="Data warehouse")
    expect(row.first).to_contain_text("not delivered")
    row.first.locator("summary").first.click()
    expect(row.get_by_text("Next try:")).to_be_visible()
    expect(row.get_by_role("row").nth(1)).to_contain_text("1 event")
    assert_accessible(page)
    row.get_by_role("button", name="Send a test").click()
    row.first.locator("summary").first.click()
    expect(row.get_by_role("status")).to_contain_text("A worker sends it within seconds.")
    row.get_by_text("Remove", exact=True).click()
    row.get_by_role("button", name="Yes, remove it").click()
    expect(row).to_have_count(0)
    assert endpoint not in queue.get(WebhookStore).endpoints()


def test_a_branch_is_set_up_from_nothing_to_its_first_number(
    service: Service,
    new_context: BrowserMaker,
    office: Callable[..., Page],
    assert_accessible: Check,
) -> None:
    page = office(service.branch())
    branch = makes_a_branch(page, assert_accessible)
    kiosk = first_page(new_context(viewport={"width": 1080, "height": 1920}))
    sets_up_the_kiosk(page, kiosk)
    service.enrol(new_context(), "display", branch)
    expect(page.locator("#step-display")).to_have_class(re.compile("--done"))
    kiosk.get_by_role("button", name="Andet").click()
    expect(kiosk.locator("#ticket-number")).to_have_text("E001")
    service.account("clerk", branch)
    expect(page.get_by_role("status").first).to_contain_text("Everything is set up.")
    assert_accessible(page)
    shows_the_form_in_the_preview(page, branch, service)


def makes_a_branch(page: Page, assert_accessible: Check) -> str:
    """Fill in the form for a new branch, open around the clock; gives the branch's id."""
    page.goto("/admin/new?lang=en")
    name = page.get_by_role("textbox", name="Name")
    name.press_sequentially("Ærø Åbent Hus!")
    page.get_by_text("Choose the id in its addresses").click()
    proposed = page.get_by_label("Id", exact=True)
    expect(proposed).to_have_value("aeroe-aabent-hus")
    own = f"ny-{uuid4().hex[:8]}"
    proposed.fill(own)
    name.press_sequentially(" 2")
    expect(proposed).to_have_value(own)
    for day in page.locator(".week__day").all():
        day.get_by_label("opens").fill("0")
        day.get_by_label("closes").fill("24")
    for _size in each_size(page):
        assert fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Add the branch").first.click()
    for step, done in (("counters", True), ("kiosk", False), ("ticket", False)):
        expect(page.locator(f"#step-{step}.steps__one--done")).to_have_count(int(done))
    assert_accessible(page)
    return own


def sets_up_the_kiosk(page: Page, kiosk: Page) -> None:
    """Type the letters of the kiosk on the checklist, confirm, and see the step done."""
    kiosk.goto("/pair")
    letters = kiosk.locator("#code span:not([class])").all_inner_texts()
    page.get_by_label("Code on the screen, Kiosk").fill("".join(letters))
    page.get_by_role("button", name=re.compile("Find the screen.*Kiosk")).click()
    expect(page.get_by_label("What it becomes")).to_have_value("kiosk")
    page.get_by_role("button", name="Confirm this screen").click()
    expect(kiosk).to_have_url(re.compile("/kiosk/"))
    expect(page.locator("#step-kiosk")).to_have_class(re.compile("--done"))


def shows_the_form_in_the_preview(page: Page, branch: str, service: Service) -> None:
    """Show a name that is not saved, which stays while a row is added."""
    page.goto(f"/admin/branches/{branch}/services?lang=en")
    page.locator("#services-0-name-en").fill("Travel papers")
    page.get_by_text("See the kiosk and the display").click()
    frame = page.frame_locator("iframe[name=preview-kiosk]")
    expect(frame.get_by_role("button", name="Pas")).to_be_enabled()
    page.get_by_role("button", name=re.compile("English.*Kiosk")).click()
    shown = frame.get_by_role("button", name="Travel papers")
    expect(shown).to_be_enabled()
    expect(page.frame_locator("iframe[name=preview-display]").locator("#front")).to_contain_text(
        "A012"
    )
    assert stored(service, branch)["services"][0]["name"]["en"] == "Passport"
    page.get_by_role("button", name="Add a service").click()
    expect(page.get_by_label("Letters")).to_have_count(8)
    expect(shown).to_be_visible()


def test_a_wrong_value_is_reported_at_its_field_and_the_summary_leads_there(
    service: Service, office: Callable[..., Page], assert_accessible: Check
) -> None:
    branch = service.branch()
    before = stored(service, branch)
    page = office(branch, "goals")
    page.get_by_label("To be reached").first.fill("175")
    page.get_by_label("Minutes").first.fill("soon")
    save(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("It is not saved yet.")
    assert_accessible(page)
    field = page.get_by_label("To be reached").first
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("175")
    expect(field).to_have_accessible_description("Write a number of percent, over 0 and up to 100.")
    summary.get_by_role("link", name="To be reached").click()
    expect(field).to_be_focused()
    assert stored(service, branch) == before
    field.fill("80")
    page.get_by_label("Minutes").first.fill("5")
    save(page)
    expect(page.get_by_text("80% handled in under 5 min")).to_be_visible()


def test_two_administrators_at_once_lose_nothing(
    service: Service, office: Callable[..., Page], assert_accessible: Check
) -> None:
    branch = service.branch()
    one, two, third = office(branch, "hours"), office(branch, "hours"), office(branch, "general")
    one.get_by_role("group", name="Tuesday").get_by_label("closes").fill("15")
    two.get_by_role("group", name="Tuesday").get_by_label("closes").fill("16")
    two.get_by_role("group", name="Friday").get_by_label("opens").fill("11")
    third.get_by_label("Name").fill("Elsewhere")
    save(one)
    expect(one.get_by_role("status").first).to_contain_text("Saved.")
    save(two)
    expect(two.get_by_role("alert")).to_contain_text("Somebody else has changed this meanwhile.")
    assert_accessible(two)
    closes = two.get_by_role("group", name="Tuesday").get_by_label("closes")
    expect(closes).to_have_value("16")
    expect(closes).to_have_accessible_description("In force now: 15:00")
    assert stored(service, branch)["opening_hours"]["tue"] == [["00:00", "15:00"]]
    save(two)
    expect(two.get_by_role("status").first).to_contain_text("Saved.")
    save(third)
    expect(third.get_by_role("status").first).to_contain_text("Saved.")
    found = stored(service, branch)
    assert found["name"] == "Elsewhere"
    assert found["opening_hours"]["tue"] == [["00:00", "16:00"]]
    assert found["opening_hours"]["fri"] == [["11:00", "24:00"]]


def test_objects_in_use_stay_and_the_page_explains_it(
    service: Service, office: Callable[..., Page]
) -> None:
    branch = service.branch()
    api, path = service.api("admin"), f"/branches/{branch}"
    called = api.post(f"{path}/visits", service="pas")
    number = called["number"]
    page = office(branch, "services")
    page.get_by_label("Remove, Passport").check()
    save(page)
    box = page.get_by_label("Remove, Passport")
    expect(box).to_have_accessible_description(
        f"{number} is open for this service: finish it first."
    )
    expect(box).to_be_checked()
    assert "pas" in {each["id"] for each in stored(service, branch)["services"]}

    # A team that somebody waits for stays as well.
    api.post(f"{path}/counters/1/open")
    api.post(f"{path}/counters/1/call-next")
    api.post(f"{path}/visits/{called['id']}/transfer", team="library")
    page.goto(f"/admin/branches/{branch}/teams")
    page.get_by_label("Remove, Library").check()
    save(page)
    expect(page.get_by_label("Remove, Library")).to_have_accessible_description(
        f"{called['number']} waits for this team or is served by it: finish it first."
    )
    assert "library" in {each["id"] for each in stored(service, branch)["teams"]}


def test_it_works_without_scripts(service: Service, office: Callable[..., Page]) -> None:
    branch = service.branch()
    page = office(branch, "hours", java_script_enabled=False)
    page.get_by_role("group", name="Monday").get_by_label("closes").fill("17")
    page.get_by_text("Copy a day's hours to other days").click()
    page.get_by_role("checkbox", name="Sunday").check()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied. It counts when you save.")).to_be_visible()
    page.get_by_role("group", name="Sunday").get_by_role("button", name="More hours").click()
    expect(page.get_by_label("Sunday 2: opens")).to_be_focused()
    page.get_by_label("Sunday 2: opens").fill("18")
    page.get_by_label("Sunday 2: closes").fill("20")
    save(page)
    hours = stored(service, branch)["opening_hours"]
    assert hours["mon"] == [["00:00", "17:00"]]
    assert hours["sun"] == [["00:00", "17:00"], ["18:00", "20:00"]]


def test_leaving_with_something_unsaved_is_asked_about(
    service: Service, office: Callable[..., Page]
) -> None:
    page = office(service.branch(), "general")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Name").fill("Something else")
    page.get_by_role("link", name="Goals").click()
    expect(page.get_by_role("heading", name="Name and limits")).to_be_visible()
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Biblioteket", level=1)).to_be_visible()
    assert asked == ["beforeunload"]


@pytest.mark.nightly
def test_every_page_of_it_is_accessible_and_fits_its_screen(
    service: Service, office: Callable[..., Page], assert_accessible: Check
) -> None:
    note = {"date": "2030-12-24", "hours": [["10:00", "12:00"]], "note": {"da": "Juleaften"}}
    quiet = {"date": "2030-06-03", "hours": [["09:00", "12:00"]]}
    branch = service.branch(hours_exceptions=[note], quiet_exceptions=[quiet])
    in_danish, in_english = (office(branch, lang=lang) for lang in ("da", "en"))
    for nth, part in enumerate(("", *PARTS)):
        page = in_english if nth % 2 else in_danish
        page.goto(f"/admin/branches/{branch}/{part}".rstrip("/"))
        page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true; })")
        for size in each_size(page):
            assert_accessible(page, contrast=size == "desk")
            assert fits(page), part


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("exceptions", ["date", "hours-0-from", "hours-0-until", "note-da", "note-en", "remove"]),
        ("services", ["prefix", "name-da", "name-en", "kle", "kind", "pictogram", "active"]),
        ("counters", ["name-da", "all"]),
        ("goals", ["indicator", "target_ratio", "all"]),
    ],
)
def test_every_field_of_a_row_is_visible_on_a_phone(
    service: Service, office: Callable[..., Page], part: str, fields: list[str]
) -> None:
    note = {"date": "2030-12-24", "hours": [["09:00", "12:00"]], "note": {"da": "Juleaften"}}
    page = office(service.branch(hours_exceptions=[note]), part, width=390, height=844)
    rows = page.locator(".item")
    known = rows.count()
    page.locator(f'button[name="do"][value="{part}"]').click()
    expect(rows).to_have_count(known + 1)
    page.locator("details.item").evaluate_all("all => all.forEach(d => { d.open = true; })")
    for row in (rows.first, rows.last):
        for field in fields:
            expect(row.locator(f'[name$="-{field}"]').first).to_be_visible()


def test_a_new_stop_has_its_times_at_once_and_overlapping_stops_are_reported(
    service: Service, office: Callable[..., Page]
) -> None:
    branch = service.branch("bogbussen")
    page = office(branch)
    change(page, "Stops")
    page.get_by_role("button", name="Add a stop").click()
    new = page.locator(".item", has_text="New stop")
    new.get_by_label("The place (Danish)").fill("Nørreby")
    tuesday = new.get_by_role("group", name="Tuesday")
    tuesday.get_by_label("opens").fill("0")
    tuesday.get_by_label("closes").fill("24")
    page.get_by_role("button", name="Save").click()
    reported = page.get_by_text("It must not overlap with another stop: a bus is at one place.")
    expect(reported.first).to_be_visible()
