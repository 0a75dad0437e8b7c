"""The page about what may bias the figures, compared with the rules' results."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_service.days.rules.period import before, period_of
from queue_service.history.operations.history import past
from queue_service.insight.rules.data_quality import indicators, without_quick
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages, cells
from tests.desks import Desk
from tests.tables.weeks import DAY_SECONDS, fortnight, one_visit

MONDAY = "2026-11-30"
WEEK = period_of("week", MONDAY)


@pytest.fixture
def weeks(pages: Pages) -> Desk:
    """A fortnight of everyday business by two teams."""
    return fortnight(pages.desk("quality"), busy=20)


def shown(pages: Pages, desk: Desk, period: str = "week", date: str = MONDAY) -> Page:
    return pages.open(f"{desk.branch}/quality?period={period}&date={date}")


def quick(desk: Desk, team: str, inquiries: int) -> None:
    """So many inquiries of five seconds on the Tuesday of the later week."""
    desk.seconds = 6 * DAY_SECONDS
    desk.open("2", team)
    for _ in range(inquiries):
        visit = issuing.serve(desk.queue, desk.command(), "2", "turist").visit
        visits.complete(desk.queue, desk.later(5).command(), visit.id, "resolved")


def table(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name).get_by_role("table")


def test_each_sign_says_what_the_domain_says(pages: Pages, weeks: Desk) -> None:
    now, earlier = (past(weeks.queue, weeks.branch, p).total for p in (WEEK, before(WEEK)))
    listed = {indicator.name: indicator for indicator in indicators(now, earlier)}
    page = shown(pages, weeks)
    assert listed["quick"].value is not None
    assert listed["continued"].value is not None
    share = f"{listed['quick'].value:.1%}"
    for name, texts in (
        ("Handled in under 15 seconds", (share, f"of {listed['quick'].n} inquiries")),
        ("Split into several", (f"{listed['continued'].value:.2f}", f"of {listed['continued'].n}")),
        ("From the call to the start", ("0:15", f"per visit, of {listed['walk'].n}")),
        ("Parked or sent on", ("0:00", "per inquiry")),
    ):
        indicator = page.get_by_role("listitem").filter(has_text=name).last
        for text in texts:
            expect(indicator).to_contain_text(text)
        for text in ("How it may bias the figures", "Why it may be quite right", "Before:"):
            expect(indicator).to_contain_text(text)


def test_a_goal_is_shown_without_the_quick_ones(pages: Pages, weeks: Desk) -> None:
    rows = past(weeks.queue, weeks.branch, WEEK).history.services.values()
    found = without_quick(rows, "handling-6-min", 0.7).without
    row = cells(
        table(shown(pages, weeks), "The goals without the quick ones"), "Handled in under 6 min"
    )
    assert row[1] == f"{found.ratio:.1%} {found.within} of {found.judged}"
    whole = past(weeks.queue, weeks.branch, WEEK).total
    parked = whole.parked_within("handling-6-min")
    assert parked is not None
    assert row[2] == f"{parked / whole.judged('handling-6-min')[0]:.1%}"


def test_outliers_come_first(pages: Pages, weeks: Desk) -> None:
    answer = shown(pages, weeks).get_by_role("region", name="The answer")
    expect(answer).to_contain_text("Nothing differs from the period before.")
    quick(weeks, "library", 60)
    answer = shown(pages, weeks).get_by_role("region", name="The answer")
    expect(answer).to_contain_text("One thing differs")
    expect(answer).to_contain_text("Handled in under 15 seconds")


def test_a_period_without_an_earlier_one_is_not_called_good(pages: Pages, weeks: Desk) -> None:
    answer = shown(pages, weeks, date="2026-11-23").get_by_role("region", name="The answer")
    expect(answer).to_contain_text("There is nothing to compare with")
    expect(answer).not_to_contain_text("Nothing differs")


def test_teams_are_reported_and_no_person_or_counter_is(pages: Pages, weeks: Desk) -> None:
    page = shown(pages, weeks)
    team = cells(table(page, "Team by team"), "Borgerservice")
    found = past(weeks.queue, weeks.branch, WEEK).history.teams["citizen"].inquiries
    n = found.durations.n
    assert team[0].startswith(f"{found['quick'] / n:.1%} of {n} inquiries Before:")
    expect(page.get_by_role("main")).not_to_contain_text("Skranke")


def test_a_small_team_is_left_out_and_cannot_be_worked_out(pages: Pages, weeks: Desk) -> None:
    weeks.seconds = 6 * DAY_SECONDS
    weeks.open("3")
    for _ in range(3):
        visit = issuing.serve(weeks.queue, weeks.command(), "3", "turist").visit
        visits.complete(weeks.queue, weeks.later(60).command(), visit.id, "resolved")
    teams = table(shown(pages, weeks), "Team by team")
    left_out = ["Left out: too small a group, or one that would give a small one away."]
    assert cells(teams, "Without a team") == left_out
    assert cells(teams, "Bibliotek") == left_out, "the smallest that hides the small one"
    assert len(cells(teams, "Borgerservice")) == 4


def test_earlier_values_are_left_out_if_few_came(pages: Pages) -> None:
    desk = pages.desk("few")
    desk.seconds = -7 * DAY_SECONDS
    one_visit(desk, 60)
    desk.seconds = 0
    for _ in range(20):
        one_visit(desk, 60)
    page = pages.open(f"{desk.branch}/quality?period=week&date=2026-11-25")
    expect(page.locator(".quality-sign").first).to_contain_text("Before: ..")
    expect(page.get_by_text(".. Left out: ")).to_have_count(1)


def test_of_a_team_that_worked_one_day_before_that_is_left_out(pages: Pages) -> None:
    desk = pages.desk("shift")
    for day, times in ((-7, 20), (0, 10), (1, 10), (2, 10)):
        desk.seconds = day * DAY_SECONDS
        for _ in range(times):
            one_visit(desk, 60)
    page = pages.open(f"{desk.branch}/quality?period=week&date=2026-11-25")
    listed = cells(table(page, "Team by team"), "Borgerservice")
    assert listed[0].endswith("Before: .."), listed
    expect(page.locator(".quality-sign").first).not_to_contain_text("Before: ..")


def test_less_than_a_week_has_no_teams(pages: Pages, weeks: Desk) -> None:
    teams = shown(pages, weeks, "day").get_by_role("region", name="Team by team")
    expect(teams).to_contain_text("There is no whole week")


def test_a_time_with_too_few_says_so(pages: Pages, weeks: Desk) -> None:
    page = shown(pages, weeks, "month", "2027-01-01")
    expect(page.get_by_role("main")).to_contain_text("too few inquiries in this period")
    expect(page.get_by_role("region", name="The answer")).to_have_count(0)


def test_another_period_is_a_press_away(pages: Pages, weeks: Desk) -> None:
    page = shown(pages, weeks)
    page.get_by_role("link", name="Month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("December 2026")
