"""Comparisons of periods whose goals differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboards.history.figures import Against, ShareSides, goal_cards, key_figures, special_days
from dashboards.history.query import read
from dashboards.history.view import HistoryPage
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contacts.week import count_week
from queue_service.days.rules.period import Period, between, days_after
from queue_service.history.operations.history import Past, past
from queue_service.history.rules.history import total
from queue_service.tables.build import table
from queue_service.tables.comparisons.branches import branches_table
from queue_service.tables.writing import Writing
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages
from tests.desks import MORNING, Desk, document, went_live

pytestmark = pytest.mark.slow

GOAL = "handling-6-min"
WRITING = Writing("en")
HALF_A_DAY_MS = 43_200_000


def configure(queue: Queue, branch: str = "raadhuset", **changes: Any) -> None:
    config = document(historic=True)
    config["goals"][0] |= changes
    put_branch(queue, branch, config)


def week_from(queue: Queue, days: int, branch: str = "raadhuset") -> Period:
    """The seven days that begin so many days from today on."""
    today = moment(queue.get(BranchStore).get(branch), queue.store.time()).date
    first = date.fromisoformat(today) + timedelta(days)
    return between(str(first), str(first + timedelta(6)))


def work(queue: Queue, period: Period, branch: str = "raadhuset") -> None:
    """Five inquiries on each day: one of two minutes and four of ten."""
    known = queue.get(BranchStore).get(branch)
    for day in period.dates():
        at = (day_bounds(known, day)[0] + HALF_A_DAY_MS - MORNING) / 1000
        desk = Desk(queue, branch, at)
        desk.open("1")
        for handled in (120, 600, 600, 600, 600):
            desk.issue()
            visit = desk.called().visit.id
            visits.start(desk.queue, desk.command(), visit)
            visits.complete(desk.queue, desk.later(handled).command(), visit, "resolved")


def lived(queue: Queue, branch: str = "raadhuset") -> None:
    """The branch's two goals, as if the second had come into force a week ago."""
    known = queue.get(BranchStore).get(branch)
    first, second = (day_bounds(known, week_from(queue, d, branch).first)[0] for d in (-30, -7))
    went_live(queue, branch, first, second)


def held_against(queue: Queue, period: Period, against: str) -> tuple[Past, Against]:
    asked = {"from": period.first, "to": period.last, "against": against}
    query = read(asked, period.last)
    mine = past(queue, "raadhuset", query.period)
    found = ShareSides(queue, query, mine, queue.get(BranchStore).all(), WRITING).against()
    assert found is not None
    return mine, found


@pytest.mark.parametrize(
    "change",
    [
        {"threshold_seconds": 900},
        {"services": ["pas"]},
        {"hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}},
    ],
    ids=["threshold", "services", "hours"],
)
def test_a_goal_that_measures_something_else_now_is_reported_as_changed(
    queue: Queue, change: dict[str, Any]
) -> None:
    configure(queue)
    work(queue, week_from(queue, -14))
    configure(queue, **change)
    work(queue, week_from(queue, -7))
    lived(queue)
    mine, other = held_against(queue, week_from(queue, -7), "before")
    assert other.verdict("goal", GOAL) is None
    assert other.changed == {GOAL}
    reported = {
        card.id: (card.compared, card.changed) for card in goal_cards(queue, mine, other, WRITING)
    }
    assert reported[GOAL] == (None, True)
    assert reported["first-contact"] == ("no_difference", False)


def test_a_goal_that_only_asks_for_more_is_compared(queue: Queue) -> None:
    configure(queue)
    work(queue, week_from(queue, -14))
    configure(queue, target_ratio=0.9)
    work(queue, week_from(queue, -7))
    lived(queue)
    _, other = held_against(queue, week_from(queue, -7), "before")
    assert other.verdict("goal", GOAL) == "no_difference"
    assert not other.changed


def test_a_goal_that_another_branch_changed_within_the_period_is_not_compared(
    queue: Queue,
) -> None:
    configure(queue)
    configure(queue, "bydel", threshold_seconds=900)
    configure(queue, "bydel")
    around = week_from(queue, -7)
    for branch in ("raadhuset", "bydel"):
        work(queue, around, branch)
        went_live(queue, branch)
    for against in (":bydel", "all"):
        _, other = held_against(queue, around, against)
        assert other.changed == {GOAL}
        assert other.verdict("goal", "first-contact") == "no_difference"


def mornings(queue: Queue, waits: dict[str, int]) -> None:
    """On each of these dates five people wait so many seconds, and are helped within a minute."""
    known = queue.get(BranchStore).get("raadhuset")
    for day, seconds in waits.items():
        at = (day_bounds(known, day)[0] + HALF_A_DAY_MS - MORNING) / 1000
        desk = Desk(queue, "raadhuset", at)
        desk.open("1")
        for _ in range(5):
            desk.issue()
        desk.later(seconds)
        for _ in range(5):
            visit = desk.called().visit.id
            visits.start(queue, desk.command(), visit)
            visits.complete(queue, desk.command(), visit, "resolved")


def against_usual(queue: Queue, day: str) -> dict[str, tuple[str, str, str]]:
    query = read({"period": "day", "date": day}, day)
    mine = past(queue, "raadhuset", query.period)
    found = ShareSides(queue, query, mine, queue.get(BranchStore).all(), WRITING).against()
    assert found is not None
    assert found.usual
    figures = key_figures(mine, found, WRITING)
    return {one.id: (one.value, one.other, one.said) for one in figures}


def test_a_day_is_compared_with_its_weekday_in_the_weeks_before(queue: Queue) -> None:
    configure(queue)
    days = {days_after("2026-11-25", -7 * weeks): 60 for weeks in range(1, 5)}
    days["2026-11-24"] = 3000  # another weekday
    mornings(queue, {**days, "2026-11-25": 700})
    reported = against_usual(queue, "2026-11-25")
    assert reported["waiting_mean"] == ("11:40", "1:00 (0:30–1:30)", "worse than usual")
    assert reported["issued"] == ("5", "5 (0–10)", "as usual")
    holiday = {"date": "2026-11-11", "hours": [["09:00", "12:00"]]}
    put_branch(queue, "raadhuset", document(historic=True, hours_exceptions=[holiday]))
    assert against_usual(queue, "2026-11-25")["issued"] == ("5", "5", "too few weeks")
    configure(queue)
    assert against_usual(queue, "2026-11-18")["issued"] == ("5", "5", "too few weeks")
    assert against_usual(queue, "2026-10-28")["issued"] == ("5", "–", "")


def test_a_sum_over_several_days_says_what_it_is_on_one(queue: Queue) -> None:
    configure(queue)
    week = week_from(queue, -7)
    work(queue, week)
    work(queue, between(*list(week_from(queue, -14).dates())[:2]))
    mine, other = held_against(queue, week, "before")
    issued = next(one for one in key_figures(mine, other, WRITING) if one.id == "issued")
    assert (issued.value, issued.part) == ("35", "5.0 per open day")
    assert issued.other == "10 (5.0 per open day)"


@pytest.mark.parametrize(("today", "part"), [(-1, "5.0"), (0, "5.7")])
def test_a_sum_on_one_day_leaves_out_the_day_that_is_not_over(
    queue: Queue, today: int, part: str
) -> None:
    configure(queue)
    week = week_from(queue, -7)
    work(queue, week)
    mine = past(queue, "raadhuset", week)
    last = mine.history.days[week.last]
    mine.history.days[week.last] = total([last, last])
    live = replace(mine.branch, historic=False)
    mine = replace(mine, branch=live, today=days_after(week.last, today + 1))
    issued = next(one for one in key_figures(mine, None, WRITING) if one.id == "issued")
    assert (issued.value, issued.part) == ("40", f"{part} per open day")


@pytest.mark.parametrize(
    ("against", "today", "days"),
    [
        ("before", 0, (7, 6)),
        ("before", 1, (7, 7)),
        (":bydel", 0, (6, 6)),
        (":bydel", 1, (7, 7)),
    ],
)
def test_a_verdict_leaves_out_the_day_that_is_not_over(
    queue: Queue, against: str, today: int, days: tuple[int, int]
) -> None:
    configure(queue)
    configure(queue, "bydel")
    week = week_from(queue, -7)
    for branch, period in (
        ("raadhuset", week_from(queue, -14)), ("raadhuset", week), ("bydel", week),
    ):  # fmt: skip
        work(queue, period, branch)
    mine = past(queue, "raadhuset", week)
    live = replace(mine.branch, historic=False)
    mine = replace(mine, branch=live, today=days_after(week.last, today))
    query = read({"from": week.first, "to": week.last, "against": against}, week.last)
    found = ShareSides(queue, query, mine, queue.get(BranchStore).all(), WRITING).against()
    assert found is not None
    arrivals = found.comparisons["arrivals", None]
    assert (arrivals.first.days, arrivals.second.days) == days


def test_the_holidays_of_both_sides_are_named(queue: Queue) -> None:
    notes = {"2026-10-31": {}, "2026-11-30": {"da": "Lukket"}, "2026-12-01": {}}
    notes["2026-11-11"] = {"da": "Mortensaften", "en": "St Martin's Eve"}
    closed = [{"date": day, "hours": [], "note": note} for day, note in notes.items()]
    for historic, last in ((True, ", 30 Nov (Lukket)"), (False, "")):
        if historic:
            put_branch(queue, "raadhuset", document(historic=True, hours_exceptions=closed))
        else:
            went_live(queue, "raadhuset")
        query = read({"period": "month", "date": "2026-11-25"}, "2026-11-25")
        mine = replace(past(queue, "raadhuset", query.period), today="2026-11-29")
        for against, before in (
            ("before", ["October 2026: special opening hours on 31 Oct."]),
            ("year", []),
        ):
            asked = replace(query, against=against)
            other = ShareSides(queue, asked, mine, [], WRITING).against()
            assert special_days(mine, other, WRITING) == [
                f"November 2026: special opening hours on 11 Nov (St Martin's Eve){last}.",
                *before,
            ]
        assert special_days(mine, None, WRITING) == []
        everything = replace(query, against="all")
        assert (
            special_days(mine, ShareSides(queue, everything, mine, [], WRITING).against(), WRITING)
            == []
        )


def test_a_comparison_of_days_stays_with_days() -> None:
    day = read({"period": "day", "date": "2026-11-25"}, "2026-11-25")
    assert (day.against, day.address()) == ("usual", {"period": "day", "date": "2026-11-25"})
    before = read({"period": "day", "date": "2026-11-25", "against": "before"}, "2026-11-25")
    assert before.address()["against"] == "before"
    week = read(day.of_kind("week", "2026-11-25"), "2026-11-25")
    assert week.against == "before"
    assert read(week.of_kind("day", "2026-11-25"), "2026-11-25").against == "usual"
    chosen = read({**day.address(), "against": "year"}, "2026-11-25")
    assert read(chosen.of_kind("week", "2026-11-25"), "2026-11-25").against == "year"


def test_the_page_says_that_the_goal_was_changed(pages: Pages) -> None:
    live, branch = pages.queue, "changed-goal"
    configure(live, branch)
    before, period = (week_from(live, days, branch) for days in (-14, -7))
    work(live, before, branch)
    configure(live, branch, threshold_seconds=900)
    work(live, period, branch)
    lived(live, branch)
    address = f"{branch}/history?from={period.first}&to={period.last}&against=before"
    cards = pages.open(address).locator(".goal-card")
    expect(cards.filter(has_text="15 min")).to_contain_text("The goal was changed along the way")
    expect(cards.filter(has_text="first contact")).to_contain_text("no clear difference")


def test_all_branches_together_are_those_that_are_real(queue: Queue) -> None:
    for branch in ("raadhuset", "bydel", "replayed"):
        configure(queue, branch)
    put_branch(queue, "drill", document(historic=True, practice=True))
    period = week_from(queue, -7)
    for branch in ("raadhuset", "bydel", "replayed", "drill"):
        work(queue, period, branch)
        if branch != "replayed":
            went_live(queue, branch)
    mine, together = held_against(queue, period, "all")
    assert together.row.visits["issued"] == 2 * mine.total.visits["issued"] == 70


def test_a_day_is_compared_with_the_same_weekday_of_the_week_before(queue: Queue) -> None:
    configure(queue)
    asked = {"period": "day", "date": "2026-11-25", "against": "week"}
    mine = past(queue, "raadhuset", read(asked, "2026-11-25").period)
    sides = ShareSides(queue, read(asked, "2026-11-25"), mine, [], WRITING)
    found = sides.against()
    assert found
    assert found.label == "Wednesday, 18 November 2026"
    month = read({**asked, "period": "month"}, "2026-11-25")
    assert ShareSides(queue, month, mine, [], WRITING).against() is None


@pytest.mark.parametrize(
    ("first", "last", "reported"),
    [
        ("2026-11-23", "2026-11-28", False),
        ("2026-11-23", "2026-11-29", True),
        ("2026-11-24", "2026-11-30", False),
    ],
)
def test_one_counter_by_itself_is_reported_only_by_whole_weeks(
    queue: Queue, first: str, last: str, reported: bool
) -> None:
    configure(queue)
    period = between(first, last)
    work(queue, period)
    found = past(queue, "raadhuset", period)
    (shown,) = (one for one in key_figures(found, None, WRITING) if one.id == "busy_share")
    assert (shown.value != "\N{EN DASH}") is reported
    made = table(found, "days", "en")
    assert made.total is not None
    total = dict(zip((column.key for column in made.columns), made.total, strict=True))
    assert (total["busy_share"] is not None) is reported, "the file says the same"


def test_services_can_be_sorted_by_their_misses_beyond_a_goal(queue: Queue) -> None:
    configure(queue)
    known = queue.get(BranchStore).get("raadhuset")
    desk = Desk(queue, "raadhuset")
    desk.open("1")
    for service, handled, n in (("pas", 500, 5), ("korekort", 100, 7), ("turist", 500, 9)):
        for _ in range(n):
            visit = issuing.serve(queue, desk.command(), "1", service).visit.id
            visits.complete(queue, desk.later(handled).command(), visit, "resolved")
    for services, order in (
        ("", ["pas", "korekort", "turist"]),
        (f"goal:{GOAL}", ["turist", "pas", "korekort"]),
        ("goal:unknown", ["pas", "korekort", "turist"]),
    ):
        query = read({"period": "week", "date": "2026-11-25", "services": services}, "2026-11-25")
        page = HistoryPage(queue, query, known, [known], WRITING).page()
        assert list(page.by["services"].keys) == order
        over = {record[f"{GOAL}:over"] for record in page.by["services"].records()}
        assert over == {0, 4, 7}
        assert page.most_misses == [
            "Handled in under 6 min: most misses beyond the goal at Turist, 7."
        ]
    assert f"goal:{GOAL}" in page.by_misses


def visits_told(queue: Queue, days: int, against: str) -> tuple[str, str]:
    """The visits of a week, and of the week it is compared with; so many days from today on."""
    period = week_from(queue, days)
    asked = {"from": period.first, "to": period.last, "against": against}
    mine = past(queue, "raadhuset", period)
    sides = ShareSides(queue, read(asked, period.last), mine, queue.get(BranchStore).all(), WRITING)
    issued = key_figures(mine, sides.against(), WRITING)[0]
    return issued.value, issued.other


def test_before_a_branchs_first_day_there_is_no_data_and_not_zero(queue: Queue) -> None:
    configure(queue)
    first = day_bounds(queue.get(BranchStore).get("raadhuset"), week_from(queue, 0).first)[0]
    went_live(queue, "raadhuset", first)
    assert visits_told(queue, -7, "none") == ("\N{EN DASH}", "")
    assert visits_told(queue, -6, "none") == ("0", ""), "its last day is the branch's first"
    assert visits_told(queue, 0, "before") == ("0", "\N{EN DASH}")
    assert visits_told(queue, 1, "before") == ("0", "0")
    assert visits_told(queue, 0, "year") == ("0", "\N{EN DASH}")


def test_another_branch_has_no_data_from_before_its_first_day(queue: Queue) -> None:
    configure(queue)
    configure(queue, "bydel")
    work(queue, week_from(queue, -14))
    work(queue, week_from(queue, -7), "bydel")
    assert visits_told(queue, -14, ":bydel") == ("35", "\N{EN DASH}")
    assert visits_told(queue, -13, ":bydel") == ("30", "5 (5.0 per open day)")
    reported = [past(queue, branch, week_from(queue, -14)) for branch in ("raadhuset", "bydel")]
    nothing = count_week(queue, [], week_from(queue, -14))
    side_by_side = branches_table(reported, nothing, "en")
    issued = [column.key for column in side_by_side.columns].index("issued")
    assert [row[issued] for row in side_by_side.rows] == [35, None]


def test_a_table_from_before_the_first_day_has_no_figures(queue: Queue) -> None:
    configure(queue)
    first = day_bounds(queue.get(BranchStore).get("raadhuset"), week_from(queue, 0).first)[0]
    went_live(queue, "raadhuset", first)
    for days, issued in ((-7, None), (-6, 0)):
        total = table(past(queue, "raadhuset", week_from(queue, days)), "losses", "en").total
        assert total is not None
        assert total[1] == issued
