"""The page that evaluates a trial, against what the operations say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dashboards.trial.view import TrialView
from queue_service import sample
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.store import DayStore
from queue_service.insight.operations.trial import trial
from queue_service.notes.operations import add_note
from queue_service.tables.writing import Writing
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages, cells
from tests.desks import Desk
from tests.insight.fortnights import BEGINS_AT, DAY_SECONDS, START, fortnights
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def quicker(pages: Pages) -> Desk:
    """A week of longer handling times, and one of shorter."""
    desk = pages.desk("trial")
    fortnights(desk, before=340, after=240)
    return desk


def shown(pages: Pages, desk: Desk, asked: str = "&days=7") -> Page:
    return pages.open(f"{desk.branch}/trial?date={START}{asked}")


def test_the_verdicts_and_every_number_are_the_comparisons(pages: Pages, quicker: Desk) -> None:
    page = shown(pages, quicker)
    said = page.get_by_role("region", name="What can be said")
    better = said.locator("div", has_text="Better").last
    expect(better).to_contain_text("Handled in under 6 min · Handling time, mean")
    found = trial(quicker.queue, quicker.branch, START, 7).here.comparisons
    handling = next(c for c in found if c.figure == "handling")
    assert handling.difference is not None
    assert (round(handling.difference.value), round(handling.difference.low)) == (-102, -106)
    table = page.get_by_role("region", name="Figure by figure").get_by_role("table")
    assert cells(table, "Handling time, mean") == [
        "6:21 84 inquiries",
        "4:39 84 inquiries",
        f"{MINUS}1:42 {MINUS}1:46 to {MINUS}1:37",
        "",
        "Better",
    ]
    goal = cells(table, "Handled in under 6 min")
    assert goal[:2] == ["20.2% of 84", "100.0% of 84"]
    assert goal[2].startswith("+79.8 points")
    assert cells(table, "Visits per open day")[0] == "12.0 7 days"
    expect(table.get_by_role("row")).to_have_count(1 + len(found))
    expect(said).to_contain_text(
        "Visits per open day: 12.0 on 7 days before, 12.0 on 7 days after."
    )
    weeks = page.get_by_role("region", name="Week by week")
    expect(weeks.locator(".trial-chart")).to_have_count(8)
    weeks.locator("summary").click()
    row = weeks.get_by_role("row").filter(has_text="15 Mar 1999")
    expect(row).to_contain_text("After")
    expect(row).to_contain_text("4:39")
    with page.expect_download() as loaded:
        weeks.get_by_role("link", name="CSV").click()
    assert loaded.value.suggested_filename == f"{quicker.branch}_trial_{START}.csv"
    with page.expect_download() as loaded:
        page.get_by_role("region", name="Figure by figure").get_by_role("link", name="CSV").click()
    assert loaded.value.suggested_filename == f"{quicker.branch}_trial_{START}_figures.csv"


def test_another_branch_takes_out_what_moved_both(pages: Pages, quicker: Desk) -> None:
    twin = pages.desk("twin", name="Tvillingen")
    fortnights(twin, before=330, after=230)
    page = shown(pages, quicker, f"&days=7&other={twin.branch}")
    expect(page.get_by_label("Compared with a branch without it")).to_have_value(twin.branch)
    table = page.get_by_role("region", name="Compared with Tvillingen").get_by_role("table")
    handling = cells(table, "Handling time, mean")
    assert handling[0].startswith(f"{MINUS}1:42")
    assert handling[1].startswith(f"{MINUS}1:42")
    assert handling[2].startswith("0:00")
    assert handling[-1] == "Not clearly unlike there"


def test_with_too_few_days_there_is_no_finding(pages: Pages, quicker: Desk) -> None:
    page = shown(pages, quicker, "&days=4")
    said = page.get_by_role("region", name="What can be said")
    expect(said).to_contain_text("Each side needs at least 5 days with visits")
    expect(page.get_by_label("Days on either side")).to_have_value("4")


def test_days_of_an_outage_are_left_out_when_ticked(pages: Pages, quicker: Desk) -> None:
    add_note(quicker.queue, quicker.branch, "1999-03-10", "outage", "Passystemet var nede")
    page = shown(pages, quicker)
    expect(page.get_by_role("region", name="Notes on these days")).to_contain_text("var nede")
    page.get_by_label("Leave out days with a note of an outage").check()
    page.get_by_role("button", name="Compare").click()
    said = page.get_by_role("region", name="What can be said")
    expect(said).to_contain_text("Left out for an outage: 10 Mar 1999.")
    expect(said).to_contain_text("Wednesday 0 before, 1 after.")
    table = page.get_by_role("region", name="Figure by figure").get_by_role("table")
    assert cells(table, "Handling time, mean")[0].endswith("72 inquiries")
    all_days = page.get_by_role("region", name="With all days").get_by_role("table")
    assert cells(all_days, "Handling time, mean")[0].endswith("84 inquiries")
    page.emulate_media(media="print")
    expect(all_days).to_be_visible()
    expect(said).to_contain_text("10 Mar 1999")
    for part in ("", "&part=figures"):
        address = (
            f"{quicker.branch}/trial/weeks?date={START}&days=7&without_outages=1&format=csv&lang=en"
        )
        file = page.request.get(f"/dashboards/{address}{part}").text()
        assert '"Left out for an outage"' in file
        assert "1999-03-10" in file
        assert "with all days" in file


def test_it_asks_for_a_date_and_says_what_is_wrong_with_one(pages: Pages, quicker: Desk) -> None:
    page = pages.open(f"{quicker.branch}/trial")
    expect(page.get_by_role("region", name="What can be said")).to_have_count(0)
    page.get_by_label("First day of the new").fill(START)
    page.get_by_label("Days on either side").select_option("1 week")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("region", name="What can be said")).to_be_visible()
    wrong = pages.open(f"{quicker.branch}/trial?date=1999-13-01&days=x&other=nowhere")
    for label, text in (
        ("First day of the new", "Choose a date."),
        ("Days on either side", "Choose how many days."),
        ("Compared with a branch without it", "Choose one of the branches."),
    ):
        expect(wrong.get_by_label(label)).to_have_accessible_description(text)
    # A file that cannot be asks for a date as well, and leads to the others' pages.
    twin = pages.desk("other", name="Den anden").branch
    refused = page.request.get(f"/dashboards/{quicker.branch}/trial/weeks")
    assert refused.status == 422
    assert f'href="/dashboards/{twin}/trial"' in refused.text()


def test_all_shares_are_drawn_on_one_scale(quicker: Desk) -> None:
    """A difference of 80 points has a wide bar, and no difference has none."""
    found = trial(quicker.queue, quicker.branch, START, 7)
    rows = TrialView(found, Writing("en")).rows()
    goal, no_show = (
        next(row.bar for row in rows if row.figure == figure)
        for figure in ("share", "no_show_share")
    )
    assert goal is not None
    assert no_show is not None
    assert goal.value - 80 > 20 > no_show.high - no_show.low


def test_a_single_item_has_a_singular_text(pages: Pages) -> None:
    desk = pages.desk("single")
    for day in (-7, 0, 7):
        desk.seconds = BEGINS_AT + day * DAY_SECONDS
        desk.open("1", "citizen")
        visit = issuing.serve(desk.queue, desk.later(10).command(), "1", "pas").visit
        visits.complete(desk.queue, desk.later(60).command(), visit.id, "resolved")
        counters.close_counter(desk.queue, desk.command(), "1")
    found = trial(desk.queue, desk.branch, START, 14)
    english, danish = (TrialView(found, Writing(lang)) for lang in ("en", "da"))
    assert english.amounts() == ("1 visit on 1 day", "2 visits on 2 days")
    assert danish.amounts() == ("1 besøg på 1 dag", "2 besøg på 2 dage")
    reported = {row.figure: (row.first_of, row.second_of) for row in english.rows()}
    assert reported["handling_mean"] == ("1 inquiry", "2 inquiries")
    assert reported["visits_per_day"] == ("1 day", "2 days")
    assert reported["no_show_share"] == ("of 1 visit", "of 2 visits")
    asked = f"{desk.branch}/trial?date={START}&days="
    page = pages.open(f"{asked}1")
    for days, said in (("1", "1 day"), ("2", "2 days")):
        page.goto(f"/dashboards/{asked}{days}")
        chosen = page.get_by_label("Days on either side").locator("option:checked")
        expect(chosen).to_have_text(said)


def test_the_units_are_stated(pages: Pages, quicker: Desk) -> None:
    """A week has no weekday twice, and no eight weeks of waits."""
    rests = shown(pages, quicker).get_by_role("region", name="What this rests on")
    expect(rests).to_contain_text("Except for waits the days are taken as independent")
    expect(rests).not_to_contain_text("Mondays with Mondays")


def test_weekdays_are_chosen_and_visits_totalled(pages: Pages, quicker: Desk) -> None:
    page = shown(pages, quicker)
    table = page.get_by_role("region", name="Figure by figure").get_by_role("table")
    assert cells(table, "Visits per week") == [], "of one week a number per week says nothing"
    said = page.get_by_role("region", name="What can be said")
    expect(said).to_contain_text("84 visits on 7 days.")
    page.get_by_label("Which weekdays").select_option("Monday to Friday")
    page.get_by_role("button", name="Compare").click()
    expect(said).to_contain_text("60 visits on 5 days.")
    expect(page.get_by_label("Which weekdays")).to_have_value("workdays")
    wrong = pages.open(f"{quicker.branch}/trial?date={START}&weekdays=x")
    expect(wrong.get_by_label("Which weekdays")).to_have_accessible_description(
        "Choose one of the choices."
    )


def test_a_larger_change_here_is_better_or_worse_than_there(pages: Pages, quicker: Desk) -> None:
    twin = pages.desk("still", name="Stilheden")
    fortnights(twin, before=330, after=330)
    table = (
        shown(pages, quicker, f"&days=7&other={twin.branch}")
        .get_by_role("region", name="Compared with Stilheden")
        .get_by_role("table")
    )
    assert cells(table, "Handling time, mean")[-1] == "Better than there"


def test_the_basis_of_the_verdict_is_stated(pages: Pages, quicker: Desk) -> None:
    rests = shown(pages, quicker).get_by_role("region", name="What this rests on")
    expect(rests).to_contain_text("It shows that a figure differs, never why.")
    expect(rests).to_contain_text("Of twenty figures that did not change at all, one shows")


def test_before_the_branchs_first_day_there_is_no_data(pages: Pages, quicker: Desk) -> None:
    page = pages.open(f"{quicker.branch}/trial?date={first_day_of(quicker)}&days=7")
    said = page.get_by_role("region", name="What can be said")
    expect(said).to_contain_text("no data, as the branch did not exist yet")
    expect(said).not_to_contain_text(" 0 visits")
    page = pages.open(f"{quicker.branch}/history?period=month&date=1999-01-01&against=none")
    expect(page.get_by_text("The branch did not exist yet")).to_be_visible()


def first_day_of(desk: Desk) -> str:
    return desk.queue.get(DayStore).dates(desk.branch)[0]


def test_practice_and_replayed_branches_are_offered_for_no_comparison(web_app: WebApp) -> None:
    queue: Queue = web_app.app.extensions["queue"]
    library = sample.documents()[LIBRARY]
    for branch, changes in (("oevelse", {"practice": True}), ("fortid", {"historic": True})):
        put_branch(queue, branch, library | changes | {"name": branch})
    browser = web_app.staff("leder", "supervisor")
    for page, before in (("trial", ""), ("history", ":")):
        live = browser.get(f"/dashboards/{LIBRARY}/{page}").text
        replayed = browser.get(f"/dashboards/fortid/{page}").text
        for shown, other, offered in (
            (live, TOWN_HALL, True),
            (live, "fortid", False),
            (live, "oevelse", False),
            (replayed, LIBRARY, True),
            (replayed, "oevelse", False),
        ):
            assert (f'<option value="{before}{other}"' in shown) == offered, (page, other)


def test_a_new_weekday_is_shown_separately_and_visits_per_week_come_first(pages: Pages) -> None:
    desk = pages.desk("saturdays")
    for day in (*range(-14, 14),):
        weekday = day % 7
        if weekday == 6 or (weekday == 5 and day < 0):
            continue
        desk.seconds = BEGINS_AT + day * DAY_SECONDS
        desk.open("1", "citizen")
        for _ in range(3 if weekday == 5 else 7 - day % 2):
            visit = issuing.serve(desk.queue, desk.later(10).command(), "1", "pas").visit
            visits.complete(desk.queue, desk.later(300).command(), visit.id, "resolved")
        counters.close_counter(desk.queue, desk.command(), "1")
    page = shown(pages, desk, "&days=14")
    said = page.get_by_role("region", name="What can be said")
    expect(said.locator("p").first).to_have_text(
        re.compile(r"^Visits per week: 32\.5 before, 35\.5 ")
    )
    expect(said).to_contain_text(
        "On the weekdays of both sides: Visits per open day: 6.5 on 10 days"
    )
    expect(said).to_contain_text("Had visits on one side only: Saturday.")
    expect(said).not_to_contain_text("Closed or without visits")
    saturday = page.get_by_role("region", name="Saturday, new")
    expect(saturday).to_contain_text("6 visits on 2 days")
    expect(saturday).to_contain_text("Handled in under 6 min")
    expect(saturday.locator("div", has_text="Handled in under 6 min").last).to_contain_text(
        "100.0%"
    )
    expect(saturday.locator("div", has_text="Visits per open day").last).to_contain_text("3.0")
    table = page.get_by_role("region", name="Figure by figure").get_by_role("table")
    # A goal that is the share solved at first contact is shown once.
    expect(table.get_by_role("rowheader", name="Solved at first contact")).to_have_count(1)
    assert cells(table, "Visits per open day")[:2] == ["6.5 10 days", "6.5 10 days"]
    assert cells(table, "Handling time, mean")[0] == "5:00 65 inquiries"
    # One week before and three after hold each weekday in the same part; from Tuesday they do not.
    for day, reported in (("1999-03-08", []), ("1999-03-09", ["Tuesday"])):
        view = TrialView(trial(desk.queue, desk.branch, day, 21), Writing("en"))
        assert [name for name, *_ in view.uneven()][:1] == reported
