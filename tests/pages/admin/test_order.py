"""The order of the services: moved on their page, and the order of the kiosk's buttons at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Dialog, Page, expect

from queue_service.pages.admin.parts.rows import in_order_of
from tests.web.browsers import BrowserMaker, Check, each_size, first_page, fits
from tests.web.offices import office, save, stored
from tests.web.service import Service
from tests.web.web_app import LIBRARY, send

__all__ = ["office"]

FIRST = ["pas", "korekort", "sundhedskort"]


def order(service: Service, branch: str) -> list[str]:
    """The first services in force."""
    return [each["id"] for each in stored(service, branch)["services"]][: len(FIRST)]


def press(page: Page, way: str, service: str) -> None:
    """Press a service's button."""
    page.get_by_role("button", name=f"Move {way}, {service}").click()


def test_a_service_is_moved_and_the_kiosk_follows_at_once(
    service: Service, new_context: BrowserMaker, office: Callable[..., Page]
) -> None:
    branch = service.branch()
    assert order(service, branch) == FIRST
    screen = new_context()
    service.enrol(screen, "kiosk", branch)
    kiosk = first_page(screen)
    kiosk.goto(f"/kiosk/{branch}?lang=en")
    buttons = kiosk.locator("button", has_text="Passport").locator("xpath=ancestor::ul[1]")
    first = buttons.get_by_role("button").first
    expect(first).to_contain_text("Passport")

    page = office(branch, "services")
    passport = page.get_by_role("button", name="Move down, Passport")
    passport.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#announce")).to_contain_text("Passport is now number 2.")
    expect(passport).to_be_focused()
    expect(first).to_contain_text("Driving licence")
    page.keyboard.press("Enter")
    expect(page.locator("#announce")).to_contain_text("Passport is now number 3.")
    expect(page.get_by_role("region", name="Passport")).to_contain_text("Passport is now number 3.")
    assert order(service, branch) == ["korekort", "sundhedskort", "pas"]


def test_the_first_has_no_way_up_and_the_last_none_down(
    service: Service, office: Callable[..., Page]
) -> None:
    branch = service.branch()
    page = office(branch, "services")
    names = [each["name"]["en"] for each in stored(service, branch)["services"]]
    for way, end in (("up", names[0]), ("down", names[-1])):
        buttons = page.get_by_role("button", name=f"Move {way}, ")
        expect(buttons).to_have_count(len(names) - 1)
        expect(page.get_by_role("button", name=f"Move {way}, {end}", exact=True)).to_have_count(0)
    press(page, "up", names[1])
    # The button that was pressed is gone, so the other one of the same service has the focus.
    expect(page.get_by_role("button", name=f"Move down, {names[1]}")).to_be_focused()
    expect(page.locator("#announce")).to_contain_text(f"{names[1]} is now number 1.")
    a_page_with_nothing_unsaved_is_left_without_a_question(page)


def a_page_with_nothing_unsaved_is_left_without_a_question(page: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("link", name="Goals").click()
    expect(page.get_by_role("heading", name="Goals", level=1)).to_be_visible()
    assert asked == []


def test_unrelated_input_stays_and_is_not_saved(
    service: Service, office: Callable[..., Page]
) -> None:
    branch = service.branch()
    page = office(branch, "services")
    page.get_by_label("Passport: Name (English)").fill("Passports")
    page.get_by_role("button", name="Add a service").click()
    page.get_by_label("New service: Name (English)").fill("Moving house")
    press(page, "down", "Passport")
    expect(page.locator("[data-notice]")).to_contain_text("Passport is now number 2.")
    expect(page.get_by_label("Passport: Name (English)")).to_have_value("Passports")
    expect(page.get_by_label("New service: Name (English)")).to_have_value("Moving house")
    found = stored(service, branch)["services"]
    assert found[1]["name"]["en"] == "Passport"
    page.get_by_label("New service: Letters").fill("q")
    save(page)
    expect(page.get_by_role("status").first).to_contain_text("Services: Saved.")
    found = stored(service, branch)["services"]
    assert found[1] | {"name": found[1]["name"]["en"]} == found[1] | {"name": "Passports"}
    assert [found[0]["id"], found[-1]["id"]] == ["korekort", "moving-house"]


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_is_moved_when_somebody_else_has_changed_the_services(
    service: Service, office: Callable[..., Page], assert_accessible: Check, scripts: bool
) -> None:
    branch = service.branch()
    one = office(branch, "services")
    two = office(branch, "services", java_script_enabled=scripts)
    two.get_by_label("Passport: Name (English)").fill("Passports")
    press(one, "down", "Passport")
    expect(one.locator("[data-notice]")).to_contain_text("Passport is now number 2.")
    press(two, "down", "Passport")
    expect(two.get_by_role("alert")).to_contain_text("so nothing has been moved")
    if scripts:
        assert_accessible(two)
    assert order(service, branch) == ["korekort", "pas", "sundhedskort"]
    written = two.get_by_label("Passport: Name (English)")
    expect(written).to_have_value("Passports")
    expect(written).to_have_accessible_description("In force now: Passport")
    press(two, "down", "Passport")
    expect(two.locator("[data-notice]")).to_contain_text("Passport is now number 3.")
    assert order(service, branch) == ["korekort", "sundhedskort", "pas"]


def test_it_works_without_scripts(service: Service, office: Callable[..., Page]) -> None:
    branch = service.branch()
    page = office(branch, "services", lang="da", java_script_enabled=False)
    page.get_by_role("button", name="Flyt ned, Pas", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Pas er nu nummer 2. · Ydelser · Biblioteket")
    expect(page.get_by_role("button", name="Flyt ned, Pas", exact=True)).to_be_focused()
    assert order(service, branch) == ["korekort", "pas", "sundhedskort"]


def test_a_moved_service_is_accessible_and_fits_the_screen(
    service: Service, office: Callable[..., Page], assert_accessible: Check
) -> None:
    page = office(service.branch(), "services", lang="da", width=390, height=844)
    page.locator("#services-1-up").click()
    expect(page.locator("#services-0-down")).to_be_focused()
    expect(page.locator("[data-notice]")).to_be_in_viewport(ratio=1)
    for size in each_size(page):
        assert_accessible(page, contrast=size == "desk")
        assert fits(page)


@pytest.mark.parametrize("command", ["up pas", "down nothing", "away pas", "down "])
def test_an_unknown_move_is_not_found(admin_client: FlaskClient, command: str) -> None:
    path = f"/admin/branches/{LIBRARY}/services"
    seen = admin_client.get(path).text.split('name="seen" value="')[1].split('"')[0]
    assert send(admin_client, path, do=command, seen=seen).status_code == 404


def test_the_rows_of_a_form_take_the_order_in_force() -> None:
    now = {"teams-0-id": "b", "teams-0-all": "1", "teams-1-id": "new", "teams-2-id": "a"}
    form = {"teams-0-id": "a", "teams-0-all": "1", "teams-1-id": "gone", "teams-2-id": "b"}
    form |= {"teams-3-id": "", "teams-3-name-da": "Ny", "else": "x"}
    assert in_order_of(now, form, "teams") == {
        "teams-2-id": "a", "teams-2-all": "1", "teams-3-id": "gone", "teams-0-id": "b",
        "teams-4-id": "", "teams-4-name-da": "Ny", "else": "x", "teams-1-id": "new",
    }  # fmt: skip
