"""The page that explains a bad hour, compared with the operations' results."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboards.hour.view import HourSide, HourView
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import days_after
from queue_service.history.operations.history import Past
from queue_service.history.rules.goal_history import GoalHistory
from queue_service.insight.operations.hours import hour_story
from queue_service.insight.rules.explain import Explanation, Factor
from queue_service.notes.operations import add_note
from queue_service.store.keys import BranchKeys
from queue_service.tables.writing import Writing
from tests.dashboards.pages import Pages, cells
from tests.desks import Desk, document
from tests.insight.wednesdays import WEDNESDAY, WEEK, six_wednesdays, wednesday
from tests.tables.weeks import one_visit


@pytest.fixture
def busy(pages: Pages) -> Desk:
    """Five ordinary Wednesdays, and a sixth with three times the people."""
    return six_wednesdays(pages.desk("hour"))


def hour(pages: Pages, desk: Desk, date: str = WEDNESDAY, at: str = "09:30", **more: str) -> Page:
    return pages.open(f"{desk.branch}/hour?date={date}&hour={at}", **more)


def test_the_reason_is_reported_in_words_with_its_numbers(pages: Pages, busy: Desk) -> None:
    config, week_before = BranchKeys(busy.branch).config, days_after(WEDNESDAY, -7)
    busy.queue.store.client.hset(config, "sample_until", week_before)
    page = hour(pages, busy)
    # It is compared with days that are.
    expect(page.get_by_text("are made up: they belong to the sample")).to_be_visible()
    answer = page.get_by_role("region", name="The answer")
    expect(answer).to_contain_text("One thing was unlike the usual")
    explained = hour_story(busy.queue, busy.branch, WEDNESDAY, "09").explanation
    (reason,) = explained.reasons
    assert (reason.actual, round(reason.contribution)) == (24, 64)
    expect(answer).to_contain_text("More people came: 24, usually 2 to 14.")
    expect(answer).to_contain_text("It added 64 minutes of work at a counter.")


def test_a_clerk_who_was_away_is_shown_next_to_the_open_counters(pages: Pages) -> None:
    desk = pages.desk("hour")
    for weeks_ago in range(5, -1, -1):
        wednesday(desk, weeks_ago, 8, minutes=8, away=weeks_ago == 0)
    page = hour(pages, desk)
    answer = page.get_by_role("region", name="The answer")
    expect(answer).to_contain_text("Open counters were free while people waited: 0.5")
    expect(answer).to_contain_text("It added 32 minutes of work at a counter.")
    came = page.get_by_role("region", name="What came of it").get_by_role("table")
    assert cells(came, "Counters at work on average") == ["0.5 of 1.1 open", "1.1 of 1.1 open"]


def test_an_hour_that_missed_a_goal_slipped(pages: Pages) -> None:
    desk = pages.desk("hour")
    for weeks_ago in range(5, -1, -1):
        wednesday(desk, weeks_ago, 8, minutes=4 if weeks_ago else 8)
    page = hour(pages, desk)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Why did it slip between 09 and 10?")
    answer = page.get_by_role("region", name="The answer")
    expect(answer).to_contain_text("The same services took longer: that alone makes a mean of 8:00")
    expect(answer).to_contain_text("Handled in under 6 min: 0.0%, usually 100.0%.")
    fell = "reached it less often, most of all Pas: \N{MINUS SIGN}100.0 points."
    expect(answer).to_contain_text(fell)
    expect(answer).to_contain_text("Most of all Pas.")
    came = page.get_by_role("region", name="What came of it").get_by_role("table")
    assert cells(came, "Handled in under 6 min")[0] == "0.0% 0 of 8 Below the 70%"


def test_every_side_says_what_the_explanation_says(pages: Pages, busy: Desk) -> None:
    page = hour(pages, busy)
    sides = page.get_by_role("region", name="Each side of it").get_by_role("table")
    explained = hour_story(busy.queue, busy.branch, WEDNESDAY, "09").explanation
    assert cells(sides, "Visits")[0] == "24 Unusual"
    assert cells(sides, "Visits")[-1] == "+64"
    assert cells(sides, "Counters open on average")[0] == "0.5"
    expect(sides.get_by_role("row")).to_have_count(1 + len(explained.factors) + 1)
    expect(sides.get_by_role("row").last).to_contain_text(f"+{round(explained.added)}")


def test_effects_are_shown_next_to_the_usual_values(pages: Pages, busy: Desk) -> None:
    page = hour(pages, busy)
    halves = page.get_by_role("region", name="Half hours").get_by_role("table")
    assert cells(halves, "9:00–9:30") == ["24", "8.0", "1.1", "1.1"]
    assert cells(halves, "9:30–10:00") == ["0", "0.0", "0.0", "0.0"]
    came = page.get_by_role("region", name="What came of it").get_by_role("table")
    assert cells(came, "Handled in under 6 min") == [
        "100.0% 8 of 8 Reached the 70%",
        "100.0% 40 of 40",
    ]
    assert cells(came, "Handling time, mean") == ["4:00 8 inquiries", "4:00 40 inquiries"]
    assert cells(came, "Visits") == ["24", "8.0"]


def test_an_ordinary_hour_and_one_with_nothing_to_compare_say_so(pages: Pages) -> None:
    desk = six_wednesdays(pages.desk("hour"), people=8)
    answer = hour(pages, desk).get_by_role("region", name="The answer")
    expect(answer).to_contain_text("The hour was as in other weeks")
    expect(answer).not_to_contain_text("Most of it")
    expect(answer.locator("use[href='#i-check']")).to_have_count(0)
    early = hour(pages, desk, "2026-11-11").get_by_role("region", name="The answer")
    expect(early).to_contain_text("Only 3 earlier weeks have anything in this hour")
    first = hour(pages, desk, "2026-10-21").get_by_role("region", name="The answer")
    expect(first).to_contain_text("No earlier week has anything in this hour")
    night = hour(pages, desk, at="03:00").get_by_role("region", name="The answer")
    expect(night).to_contain_text("Nobody came, and nobody was served")


def test_an_hour_with_more_people_than_usual_says_that_it_has_been_seen(busy: Desk) -> None:
    story = hour_story(busy.queue, busy.branch, WEDNESDAY, "09")
    factors = Factor("arrivals", 31, 10, 21, 32, 10.0), Factor("counters", 3, 2, 3, 4, 0)

    def reasons_of(*known: Factor, target: float = 0.76) -> str:
        past = _with_targets(story.past, {"called-10-min": target, "handling-6-min": 1.01})
        seen = replace(story, past=past, explanation=Explanation("nothing_unusual", 12, known))
        assert HourView(seen, Writing("en")).slipped()
        return HourView(seen, Writing("en")).seen_before()

    counters = " Open counters: 3, which was not enough for it."
    assert reasons_of(*factors) == f"31 came, usually 21. That has been seen before.{counters}"
    assert reasons_of(factors[0]) == "31 came, usually 21. That has been seen before."
    assert reasons_of(factors[1]) == ""
    # Six of eight were called in time: with this target the goal of handling alone was missed.
    assert reasons_of(*factors, target=0.75) == ""


def test_only_a_missed_goal_is_explained_and_a_miss_by_chance_is_named(busy: Desk) -> None:
    story = hour_story(busy.queue, busy.branch, WEDNESDAY, "09")

    def seen(waits: float, handling: float) -> HourView:
        targets = {"called-10-min": waits, "handling-6-min": handling}
        return HourView(replace(story, past=_with_targets(story.past, targets)), Writing("en"))

    missed = seen(0.76, 0.7)  # six of eight
    assert list(missed.missed_goals()) == [
        "Called in under 10 min: 75.0% (6 of 8). 1 more was needed for the goal of 76%. So small a "
        "difference can be chance. Usually it is 75.0%, so the hour was no worse than others."
    ]
    assert (missed.by_chance(), missed.made_wait()) == (True, True)
    assert missed.goal_sentences() == []
    reached = seen(0.75, 0.7)
    assert list(reached.missed_goals()) == []
    assert (reached.by_chance(), reached.made_wait()) == (False, True)
    high = next(goal.share.high for goal in story.goals() if goal.goal.judges_waits)
    assert high is not None
    assert seen(high, 0.7).by_chance()
    above = seen(high + 0.001, 0.7)
    assert not above.by_chance()
    assert "That is more than chance." in next(iter(above.missed_goals()))
    assert not seen(0.75, 1.01).made_wait(), "more people and fewer counters miss no such goal"


def test_a_value_inside_the_usual_range_is_compared_with_the_middle(busy: Desk) -> None:
    story = hour_story(busy.queue, busy.branch, WEDNESDAY, "09")

    def most(factor: Factor) -> HourSide:
        seen = replace(story, explanation=Explanation("nothing_unusual", 12, (factor,)))
        side = HourView(seen, Writing("en")).most()
        assert side
        return side

    came = most(Factor("arrivals", 25, 13, 22, 32, 10))
    assert came.mild_numbers == "25, where 22 is the middle and 13 to 32 is usual"
    took = most(Factor("handling", 360, 300, 310, 360, 10))
    middle = "where 5:10 is the middle and 5:00 to 6:00 is usual"
    assert took.mild_numbers == f"that alone makes a mean of 6:00, {middle}"


@pytest.mark.parametrize(
    ("relief", "sentence"),
    [
        (2, "All in all the hour had 1 minute more work at a counter than usual."),
        (2.6, "All in all the hour had as much work at a counter as usual."),
        (3.4, "All in all the hour had as much work at a counter as usual."),
        (
            4,
            "Other things took away more: all in all the hour had 1 minute less work at a counter "
            "than usual.",
        ),
    ],
)
def test_work_that_was_added_and_taken_away_is_added_up(
    busy: Desk, relief: float, sentence: str
) -> None:
    story = hour_story(busy.queue, busy.branch, WEDNESDAY, "09")
    factors = Factor("arrivals", 33, 13, 22, 32, 3), Factor("idle", 0, 0, 1, 2, -relief)
    seen = replace(story, explanation=Explanation("explained", 12, factors))
    assert HourView(seen, Writing("en")).all_in_all() == sentence


def _with_targets(past: Past, targets: dict[str, float]) -> Past:
    branch = past.goal_history.branch
    goals = tuple(replace(g, target_ratio=targets.get(g.id, g.target_ratio)) for g in branch.goals)
    return replace(past, goal_history=GoalHistory(replace(branch, goals=goals), (), ()))


def test_an_hour_that_lies_ahead_is_not_explained(pages: Pages) -> None:
    branch = put_branch(pages.queue, "hour-live", document()).branch
    page = pages.open(f"{branch.id}/hour?date=2199-01-01&hour=10")
    expect(page.get_by_role("region", name="The answer")).to_contain_text("still to come")
    for closed in ("?date=2026-11-22", "?date=2199-01-01", ""):
        page.goto(f"/dashboards/{branch.id}/hour{closed}")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no hour to explain")
        expect(page.get_by_role("region", name="The answer")).to_have_count(0)


def test_how_long_a_few_took_is_not_shown(pages: Pages) -> None:
    desk = pages.desk("hour")
    wednesday(desk, 0, 8)
    desk.seconds = 3600
    desk.open("1", "citizen")
    desk.issue("pas")
    came = hour(pages, desk, at="10:00").get_by_role("region", name="What came of it")
    assert cells(came.get_by_role("table"), "Handling time, mean")[0] == "–"


def test_whether_a_few_reached_a_goal_is_not_shown(pages: Pages) -> None:
    desk = pages.desk("hour")
    for weeks_ago, minutes in ((1, 4), (0, 8)):
        desk.seconds = -weeks_ago * WEEK
        one_visit(desk, minutes * 60)
    page = hour(pages, desk)
    came = page.get_by_role("region", name="What came of it").get_by_role("table")
    assert cells(came, "Handled in under 6 min") == [".. fewer than 5", ".. fewer than 5"]
    assert cells(came, "Handling time, mean") == [".. fewer than 5", ".. fewer than 5"]
    legend = page.get_by_text(".. Left out: the figure is about too few people")
    expect(legend).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("slip")


def test_other_hours_are_a_key_away(pages: Pages, busy: Desk) -> None:
    busy.seconds = 3600
    busy.issue("pas")
    page = hour(pages, busy)
    page.get_by_role("link", name="Hour after").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("hour=10"))
    page.get_by_role("link", name="Hour before").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("between 09 and 10")
    page.get_by_role("link", name="A week earlier").click()
    expect(page).to_have_url(re.compile("date=2026-11-18&hour=09"))
    page.get_by_label("Time of day").fill("10:45")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("between 10 and 11")


def test_it_is_found_from_the_heat_map_of_a_week(pages: Pages, busy: Desk) -> None:
    page = pages.open(f"{busy.branch}/history?period=week&date={WEDNESDAY}&heat=arrivals")
    page.get_by_role("group", name="Weekday and hour").get_by_role("link", name="24").click()
    expect(page.get_by_role("region", name="The answer")).to_contain_text("More people came")


def test_from_a_month_it_opens_at_the_hour_that_fell_furthest_short(pages: Pages) -> None:
    desk = pages.desk("hour")
    wednesday(desk, 2, 8)
    wednesday(desk, 1, 8, minutes=8)
    wednesday(desk, 0, 8)
    page = pages.open(f"{desk.branch}/history?period=month&date={WEDNESDAY}")
    page.get_by_role("link", name="Why did it slip?", exact=True).click()
    expect(page.get_by_role("link", name="18 Nov 2026")).to_be_visible()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Worst hour of the day: 09–10")
    expect(page.get_by_role("main")).to_contain_text("Chosen because it fell furthest short of")
    expect(page.get_by_role("main")).to_contain_text(
        "Handled in under 6 min: 0.0% (0 of 8). 6 more were needed for the goal of 70%. That is "
        "more than chance."
    )


def test_a_replayed_branch_opens_at_its_last_day(pages: Pages, busy: Desk) -> None:
    page = pages.open(f"{busy.branch}/hour")
    expect(page.get_by_role("link", name="25 Nov 2026")).to_be_visible()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Worst hour of the last open day: 09–10")


def test_notes_are_shown_on_the_day_and_on_the_days_compared(pages: Pages, busy: Desk) -> None:
    add_note(busy.queue, busy.branch, WEDNESDAY, "event", "Valg i hallen")
    add_note(busy.queue, busy.branch, "2026-11-18", "weather", "Snestorm")
    page = hour(pages, busy)
    expect(page.get_by_role("region", name="Notes on the day")).to_contain_text("Valg i hallen")
    compared = page.get_by_role("listitem").filter(has_text="18 Nov 2026")
    expect(compared).to_contain_text("Weather Snestorm")
    page.get_by_role("link", name="Write a note on this day").click()
    expect(page.get_by_label("Day", exact=True)).to_have_value(WEDNESDAY)


def test_an_invalid_choice_is_reported_at_its_field(pages: Pages, busy: Desk) -> None:
    page = hour(pages, busy, "2026-02-30", "25:00")
    date, time = page.get_by_label("Date"), page.get_by_label("Time of day")
    expect(date).to_have_attribute("aria-invalid", "true")
    expect(date).to_have_accessible_description("Choose a date.")
    expect(time).to_have_accessible_description("Choose a time such as 14:30.")
