"""Common properties of the pages with explanations: layout, links and access."""

from __future__ import annotations

from itertools import cycle

import pytest
from flask.testing import FlaskClient

from queue_service.access.rules.caller import Role
from queue_service.notes.operations import add_note
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.desks import Desk
from tests.filling import filled_once
from tests.insight.fortnights import START, fortnights
from tests.insight.wednesdays import WEDNESDAY, six_wednesdays
from tests.tables.weeks import fortnight
from tests.web.browsers import Check, fits
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

PAGES = (
    "comparison", "contacts", "hour", "lifeline", "notes", "quality", "reception", "satisfaction",
    "trial",
)  # fmt: skip


@pytest.fixture
def lived(pages: Pages) -> Desk:
    """A branch with something for each page to show."""
    desk = all_of_it(pages.desk("lived"))
    add_note(desk.queue, desk.branch, WEDNESDAY, "outage", "Passystemet var nede til kl. 11")
    add_note(desk.queue, desk.branch, START, "event", "Valgdag i hallen")
    return desk


@filled_once
def all_of_it(desk: Desk) -> None:
    fortnight(desk)
    fortnights(desk, before=340, after=240)
    six_wednesdays(desk)


def addresses(branch: str) -> list[str]:
    return [
        f"{branch}/hour?date={WEDNESDAY}&hour=9",
        f"{branch}/hour?date=x&hour=x",
        f"{branch}/trial?date={START}&days=7&without_outages=1",
        f"{branch}/trial",
        f"{branch}/notes?month=2026-11",
        f"{branch}/quality?period=week&date=2026-11-30",
        f"{branch}/quality?period=day&date=2026-10-01",
    ]


@pytest.mark.nightly
def test_they_are_accessible_and_no_wider_than_the_screen(
    pages: Pages, lived: Desk, assert_accessible: Check
) -> None:
    browsers = [pages.open(f"{lived.branch}/notes", lang=lang) for lang in ("da", "en")]
    for page, address in zip(cycle(browsers), addresses(lived.branch)):
        page.goto(f"/dashboards/{address}")
        assert_fits_everywhere(page, assert_accessible)


def test_a_difference_to_another_branch_is_accessible(
    pages: Pages, lived: Desk, assert_accessible: Check
) -> None:
    twin = pages.desk("twin")
    fortnights(twin, before=330, after=230)
    page = pages.open(f"{lived.branch}/trial?date={START}&days=7&other={twin.branch}", "phone")
    assert_accessible(page)
    assert fits(page)


def test_every_figure_leads_to_its_definition(pages: Pages, lived: Desk) -> None:
    page = pages.open(f"{lived.branch}/definitions")
    known = page.evaluate("[...document.querySelectorAll('dl [id]')].map(each => each.id)")
    for address in addresses(lived.branch):
        page.goto(f"/dashboards/{address}")
        for link in page.locator("a[href*='/definitions#']").all():
            assert str(link.get_attribute("href")).partition("#")[2] in known, address
    page.goto(f"/dashboards/{addresses(lived.branch)[0]}")
    page.get_by_role("link", name="Work added").click()
    assert page.locator(":target").inner_text().startswith("Work added")


def test_on_paper_there_is_nothing_to_press(pages: Pages, lived: Desk) -> None:
    page = pages.open(addresses(lived.branch)[0])
    for address in addresses(lived.branch):
        page.goto(f"/dashboards/{address}")
        page.emulate_media(media="print")
        assert page.locator("button:visible, .button:visible, input:visible").count() == 0, address


def test_they_are_for_supervisors_of_the_branch(web_app: WebApp) -> None:
    people: list[tuple[Role, str | None, int]] = [
        ("supervisor", None, 200),
        ("supervisor", LIBRARY, 200),
        ("admin", LIBRARY, 200),
        ("supervisor", TOWN_HALL, 403),
        ("clerk", LIBRARY, 403),
    ]
    for nth, (role, branch, status) in enumerate(people):
        browser: FlaskClient = web_app.staff(f"{role}-{nth}", role, branch)
        for page in PAGES:
            found = browser.get(f"/dashboards/{LIBRARY}/{page}").status_code
            assert found == status, f"{page} {role}"
    visitor = web_app.app.test_client()
    assert {visitor.get(f"/dashboards/{LIBRARY}/{page}").status_code for page in PAGES} == {303}


def test_a_trial_is_compared_only_with_branches_that_the_login_may_see(web_app: WebApp) -> None:
    bound = web_app.staff("leder", "supervisor", LIBRARY)
    address = f"/dashboards/{LIBRARY}/trial?date=2026-01-05&days=7&other={TOWN_HALL}"
    assert bound.get(address).status_code == 422
    assert web_app.staff("chef", "supervisor").get(address).status_code == 200


def test_an_incomplete_month_is_not_reported_as_empty(web_app: WebApp) -> None:
    browser = web_app.staff("leder", "supervisor")
    address = f"/dashboards/{LIBRARY}/reception?lang=en&date=2020-01-06&period="
    nothing, none_is_whole = "Nothing was noted in this period.", "no whole month"
    for period, expected in (("month", (True, False)), ("week", (False, True))):
        shown = browser.get(address + period).text
        assert (nothing in shown, none_is_whole in shown) == expected, period
