"""Login, start page, administration and setting up a screen, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsers import (
    SIZES,
    BrowserMaker,
    Check,
    each_size,
    first_page,
    fits,
    with_its_modules,
)
from tests.web.service import Service, running_service

CLOCKS = with_its_modules("""async zone => {
  const { clock } = await import("/static/js/times.js");
  return [clock(0), clock(0, zone)];
}""")
"""One instant as a page shows it, and in a zone."""
WRITTEN = with_its_modules("""async time => {
  const { clock } = await import("/static/js/times.js");
  return " " + clock(Number(time.dataset.at), time.dataset.zone);
}""")
"""The time of day of an element in its own zone."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of their own: these pages list every branch, account and screen there is."""
    with running_service(tmp_path_factory.mktemp("staff")) as running:
        yield running


def test_no_page_is_wider_than_its_screen_or_hard_to_use(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    service.branch()
    in_danish, in_english = (new_context(lang=lang) for lang in ("da", "en"))
    look(first_page(in_danish), "/login", assert_accessible)
    service.token("metrics")
    for context in (in_danish, in_english):
        service.log_in(context, "admin")
    look(first_page(in_danish), "/", assert_accessible)
    # Their tables change colours by size.
    look(first_page(in_english), "/admin/screens", assert_accessible, contrast=SIZES)
    look(first_page(in_danish), "/admin/people", assert_accessible)


@pytest.mark.nightly
def test_neither_is_a_simple_page(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch()
    in_danish, in_english = (new_context(lang=lang) for lang in ("da", "en"))
    look(first_page(in_english), "/nothing", assert_accessible)
    look(first_page(in_danish), f"/kiosk/{branch}", assert_accessible)
    look(first_page(in_english), "/enrol/nothing", assert_accessible)
    for context in (in_danish, in_english):
        service.log_in(context, "admin")
    look(first_page(in_english), "/admin", assert_accessible)
    look(first_page(in_danish), "/admin/new", assert_accessible)
    look(first_page(in_danish), "/admin/holidays", assert_accessible)
    look(first_page(in_danish), "/logins", assert_accessible)
    look(first_page(in_english), "/login/password", assert_accessible)


def test_a_supervisor_sees_each_branch_as_it_is_now(
    service: Service, new_context: BrowserMaker
) -> None:
    branch = service.branch(name="Rådhuset")
    api = service.api("clerk", branch)
    context = new_context(*SIZES["desk"])
    service.log_in(context, "supervisor")
    page = first_page(context)
    page.goto("/")
    row = page.locator("#now tr", has_text="Rådhuset").last
    expect(row.get_by_role("cell").nth(0)).to_have_text("0")
    expect(row.get_by_role("cell").nth(1)).to_have_text("–")
    for _ in range(2):
        api.post(f"/branches/{branch}/visits", service="pas")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row.get_by_role("cell").nth(0)).to_have_text("2")
    expect(row.get_by_role("cell").nth(1)).to_have_text(re.compile(r"^\d+ s$"))
    expect(row).to_contain_text("Nobody serves those who wait")
    with service.store_away():
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#now-stale")).to_be_visible(timeout=30_000)
    api.post(f"/branches/{branch}/counters/1/open")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#now-stale")).to_be_hidden()
    expect(row.get_by_role("cell").nth(2)).to_have_text(re.compile(r"^1 of \d"))
    row.get_by_role("link", name="Rådhuset").click()
    expect(page).to_have_url(re.compile(f"/dashboards/{branch}$"))
    clerk = new_context(*SIZES["desk"])
    service.log_in(clerk, "clerk")
    other = first_page(clerk)
    other.goto("/")
    expect(other.locator("#now")).to_have_count(0)


PAGES = (
    *("/", "/admin", "/admin/branches/{}", "/admin/screens", "/admin/people", "/counter/{}"),
    *("/dashboards/{}", "/dashboards/{}/history"),
)
FIGURES = (
    *("/dashboards/{}/history/branches", "/dashboards/{}/hour", "/dashboards/{}/trial"),
    *("/dashboards/{}/quality", "/dashboards/{}/alerts", "/dashboards/{}/notes"),
    *("/dashboards/{}/reports", "/dashboards/{}/exports"),
)


@pytest.mark.parametrize(
    "addresses",
    [
        PAGES,
        pytest.param(FIGURES, marks=pytest.mark.nightly),
    ],
    ids=["pages", "pages of figures"],
)
def test_a_long_name_without_a_blank_widens_no_page(
    service: Service, new_context: BrowserMaker, addresses: tuple[str, ...]
) -> None:
    branch = service.branch(name="Borgerservicecenterafdelingsbygningen" * 2)
    context = new_context(390, 844)
    service.log_in(context, "admin")
    page = first_page(context)
    for address in addresses:
        page.goto(address.format(branch))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize(
    "zone", ["America/New_York", pytest.param("Europe/Copenhagen", marks=pytest.mark.nightly)]
)
def test_times_are_in_the_branchs_zone_and_never_the_browsers(
    service: Service, new_context: BrowserMaker, zone: str
) -> None:
    branch = service.branch(timezone=zone)
    context = new_context(timezone_id="Pacific/Auckland")
    service.log_in(context, "admin")
    page = first_page(context)
    at = "dashboards/" + branch
    for address in (
        f"counter/{branch}",
        f"kiosk/{branch}",
        f"display/{branch}",
        at,
        f"{at}/alerts",
    ):
        page.goto(f"/{address}")
        reported = page.evaluate(CLOCKS, zone)
        assert reported[0] == reported[1], address
    page.goto("/logins")
    times = page.locator("time[data-zone]").all()
    assert len(times) == 2, "the beginning of the login and its last use"
    for time in times:
        written = page.evaluate(WRITTEN, time.element_handle())
        assert time.inner_text().endswith(written)


def look(page: Page, address: str, check: Check, contrast: Collection[str] = ("desk",)) -> None:
    """Open a page and judge it on each screen, its contrast on those that are named."""
    page.goto(address)
    for size in each_size(page):
        check(page, contrast=size in contrast)
        assert fits(page), address


def test_by_keyboard_from_the_login_to_the_counter(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(name="Library")
    name, password = service.account("clerk", branch)
    page = first_page(new_context())
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    assert_accessible(page)
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    door = page.get_by_role("link", name="Counter, Library")
    expect(door).to_have_attribute("href", f"/counter/{branch}")
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page).to_have_url(f"{service.url}/login")


def test_a_browser_without_a_clipboard_reports_no_copy(
    service: Service, new_context: BrowserMaker
) -> None:
    office = new_context()
    service.log_in(office, "admin")
    desk = first_page(office)
    desk.add_init_script(
        "if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject();"
        "document.execCommand = () => false"
    )
    desk.goto("/admin/screens")
    form = desk.locator("form", has=desk.get_by_role("button", name="Make a link"))
    form.get_by_label("Location").fill("Entrance")
    form.get_by_role("button").click()
    desk.wait_for_load_state()  # its script has run
    desk.get_by_role("button", name="Copy").click()
    expect(desk.get_by_role("button", name="Selected: press Ctrl+C")).to_be_visible()
    link = desk.get_by_label("Link", exact=True)
    assert link.evaluate("field => field.selectionEnd - field.selectionStart") > 10


def test_a_link_from_the_administration_sets_a_kiosk_up(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(name="Library by the square")
    office = new_context()
    service.log_in(office, "admin")
    desk = first_page(office)
    desk.goto("/admin/screens")
    form = desk.locator("form", has=desk.get_by_role("button", name="Make a link"))
    form.get_by_label("Branch").select_option(branch)
    form.get_by_label("Location").fill("Entrance")
    form.get_by_role("button").click()
    link = desk.get_by_label("Link", exact=True)
    desk.wait_for_load_state()  # its script has run
    desk.get_by_role("button", name="Copy").click()
    expect(desk.get_by_role("button", name="Copied")).to_be_visible()
    assert_accessible(desk)

    screen = first_page(new_context(1080, 1920))
    screen.goto(link.input_value())
    assert_accessible(screen)
    screen.get_by_role("button", name="Make this screen the kiosk of Library by the square").click()
    expect(screen).to_have_url(f"{service.url}/kiosk/{branch}")

    desk.goto("/admin/screens")
    row = desk.get_by_role("row", name="Library by the square")
    expect(row).to_contain_text("Entrance")
    row.get_by_text("Remove access").click()
    assert_accessible(desk)
    row.get_by_role("button", name="Yes, remove it").click()
    expect(row).to_have_count(0)
    refused = screen.get_by_role("heading", name="This screen is not set up yet")
    began = monotonic()
    while not refused.is_visible():
        assert monotonic() - began < 5
        screen.reload()
