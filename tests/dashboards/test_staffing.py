"""The page about tomorrow and the next two weeks, compared with the advice."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from dashboards.staffing.view import StaffingView
from queue_service.days.rules.period import days_after
from queue_service.staffing.operations.advice import staffing_advice
from queue_service.staffing.rules.advised import PoolHour, WaitingGoal
from queue_service.staffing.rules.pools import Pool
from queue_service.staffing.rules.what_if import PlanName, WhatIf, plans_around
from queue_service.tables.writing import Writing
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.desks import Desk
from tests.staffing.stored_days import keep, keep_pace, past_day, same_days
from tests.web.browsers import Check

OPEN = {d: [["09:00", "12:00"]] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
HOURS = {"09": 20, "10": 10, "11": 6}
FEWER = "With one counter fewer all day"
ABOVE = "With the counters above"
MORE = "With one counter more all day"
ONE_POOL = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 4)]


@pytest.fixture
def desk(pages: Pages) -> Desk:
    """A branch that is open three hours a day, with four weeks alike up to the store's today."""
    return with_past(pages)


def with_past(pages: Pages, **changes: Any) -> Desk:
    config = {"opening_hours": OPEN, "counters": ONE_POOL, "teams": [], "historic": False}
    desk = pages.desk("staffing", **config | changes)
    today = staffing_advice(desk.queue, desk.branch).today
    keep(desk.queue, desk.branch, same_days(past_day(HOURS, left=1), until=today))
    return desk


def test_the_page_says_what_to_expect_and_what_is_needed(
    pages: Pages, desk: Desk, assert_accessible: Check
) -> None:
    found = staffing_advice(desk.queue, desk.branch)
    day = found.chosen
    assert day is not None
    page = pages.open(f"{desk.branch}/staffing")
    shown = page.get_by_role("main")
    expect(shown).to_contain_text("This weekday brought 37 people in the last 4 weeks")
    expect(shown).not_to_contain_text("Counted as one pool")
    expect(shown).to_contain_text("Planned for the goal of 80% called in under 10 min.")
    expect(shown).to_contain_text(
        "within the range of the evening before on 14 of the last 14 days, and in 42 of their 42 "
        "hours."
    )
    needed = [hour.counters for hour in day.hours]
    first = page.locator(".staffing-stretches").first
    expect(first).to_contain_text(f"{needed[0]} counters. 21 people expected")
    advised = found.what_ifs[1]
    plans = page.locator(".staffing-plans > div")
    expect(plans).to_have_count(3)
    expect(plans.nth(1)).to_contain_text(f"reached on {40 - advised.days_below} of 40 days;")
    picture = page.locator(".chart img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.chart img').naturalWidth > 0")
    expect(picture).to_have_attribute("alt", re.compile("most people are expected at 9:00"))
    rows = page.locator("section[aria-labelledby=h-days] tbody tr")
    expect(rows).to_have_count(14)
    page.locator(".chart summary").click()
    assert_fits_everywhere(page, assert_accessible)
    second = found.days[1]
    rows.nth(1).get_by_role("link").click()
    assert page.url.endswith(f"date={second.date}")
    expect(page.locator("#h-day")).to_have_text(Writing("en").full_day(second.date))
    keep_pace(desk.queue, desk.branch)
    page.reload()
    pace = "Called in under 10 min: ends between 66 and 71% at this pace. The goal is 80%. "
    expect(page.locator("section[aria-labelledby=h-today]")).to_contain_text(pace)
    with page.expect_download() as file:
        page.get_by_role("link", name="Every hour as CSV").click()
    lines = file.value.path().read_text("utf-8-sig").splitlines()
    assert sum(line.startswith(f'"Today","{pace}One counter more from now') for line in lines) == 1
    with page.expect_download() as file:
        page.get_by_role("link", name="Every hour for Excel").click()
    book = load_workbook(io.BytesIO(file.value.path().read_bytes()))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["Date", "Hour"]
    assert lines[0].startswith('"Date","Hour"')
    assert len([line for line in lines if line.startswith('"20')]) == 14 * 3
    assert f'"{found.days[0].date}"' in lines[1]


def test_too_few_weeks_a_change_and_one_pool_are_stated(pages: Pages) -> None:
    some = [*ONE_POOL, {"id": "9", "name": "Skranke 9", "services": ["pas"]}]
    desk = with_past(pages, counters=some, goals=[])
    page = pages.open(f"{desk.branch}/staffing")
    assumed = page.get_by_text(
        "Counted as one pool. These do not take every service, so more counters may be needed: "
        "Counter 9."
    )
    counters = page.locator(".staffing-stretches").first.bounding_box()
    below = assumed.bounding_box()
    assert counters
    assert below
    assert counters["y"] < below["y"], "the answer comes first"
    expect(page.get_by_role("main")).to_contain_text("Without a waiting goal, planned for 80%")
    today = staffing_advice(desk.queue, desk.branch).today
    keep(desk.queue, desk.branch, same_days(past_day({"09": 9}), weeks=2, until=today))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("The last two weeks were quieter")
    expect(page.locator(".staffing-plans")).to_have_count(0)
    keep(desk.queue, desk.branch, {days_after(today, -n): past_day({}) for n in range(8, 40)})
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Too few weeks: a weekday needs two")
    expect(page.locator("#h-days")).to_have_count(0)


def test_a_stretch_ends_where_the_branch_closes_for_lunch(pages: Pages) -> None:
    spans = [["09:00", "10:00"], ["11:00", "12:00"]]
    desk = with_past(pages, opening_hours=dict.fromkeys(OPEN, spans))
    today = staffing_advice(desk.queue, desk.branch).today
    alike = past_day({"09": 9, "11": 9})
    keep(desk.queue, desk.branch, same_days(alike, until=today))
    found = staffing_advice(desk.queue, desk.branch)
    assert found.chosen is not None
    view = StaffingView(found, Writing("en"))
    times = [times for times, *_ in view.stretches(found.chosen)]
    assert times == ["9:00–10:00", "11:00–12:00"]


def test_services_with_counters_of_their_own_are_shown_separately(pages: Pages) -> None:
    split = [
        {"id": "1", "name": "Skranke 1", "services": ["pas"]},
        {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
    ]
    teams = [{"id": "a", "name": {"da": "Bibliotek"}, "services": ["turist", "pas"]}]
    for kept, warnings in (([], 0), (teams, 1)):
        desk = with_past(pages, counters=split, teams=kept)
        found = staffing_advice(desk.queue, desk.branch)
        assert found.chosen is not None
        view = StaffingView(found, Writing("en"))
        counts = [hour.pools for hour in found.chosen.hours]
        sentences = [sentence for _, _, sentence in view.stretches(found.chosen)]
        first = f"{counts[0][0].counters} for Pas; 1 for Kørekort, Turist. 21 people expected"
        assert sentences[0].startswith(first)
        assert [name for name, _ in view.what_ifs()] == ["Pas"]
        warned = list(view.assumed())
        assert len(warned) == warnings
        pool = "Counted as one pool: Kørekort, Turist. These do not take all of them"
        assert all(warning.startswith(pool) for warning in warned)
        assert all(warning.endswith(": the team Bibliotek.") for warning in warned)


def test_pools_with_goals_of_their_own_have_one_sentence_each(desk: Desk) -> None:
    found = staffing_advice(desk.queue, desk.branch)
    one = Pool(("pas",)), Pool(("korekort", "turist"))
    goals = found.goal, WaitingGoal(0.9, 300, found.goal.goal)
    view = StaffingView(replace(found, pools=one, goals=goals), Writing("en"))
    assert view.goal() == (
        "Pas: Planned for the goal of 80% called in under 10 min. "
        "Kørekort, Turist: Planned for the goal of 90% called in under 5 min."
    )
    alike = StaffingView(replace(found, pools=one, goals=goals[:1] * 2), Writing("en"))
    assert alike.goal() == "Planned for the goal of 80% called in under 10 min."


@pytest.mark.parametrize("more", [0, 1])
def test_a_need_for_more_counters_than_the_branch_has_is_shown(pages: Pages, more: int) -> None:
    desk = with_past(pages)
    found = staffing_advice(desk.queue, desk.branch)
    assert found.chosen is not None
    most = max(hour.counters or 0 for hour in found.chosen.hours)
    one = next(iter(found.branch.counters.values()))
    there = {str(n): one for n in range(most - more)}
    limited = WhatIf("there", (most - more,), 0.9, 0.8, 1, 40, 2, 0)
    chosen = replace(found.chosen, what_ifs=((limited,),))
    few = replace(found, branch=replace(found.branch, counters=there), chosen=chosen)
    assert [*StaffingView(few, Writing("en")).warnings()] == [
        f"Planned for a busy day, {most} counters are needed at the busiest hour, and this branch "
        f"has {most - more}. With {most - more} the goal is reached on 38 of 40 days."
    ] * more


@pytest.mark.parametrize(
    ("advised", "there", "names"),
    [
        ((3, 2), 4, [FEWER, ABOVE, MORE]),
        ((3, 2), 3, [FEWER, ABOVE, f"{MORE} (4 at the busiest hour, there are 3)"]),
        (
            (4, 2, 2, 1),
            3,
            [
                "With the counters that there are: 3",
                f"{FEWER}, but at least one",
                "With one counter fewer before noon",
                "With one counter fewer after noon, but at least one",
                ABOVE,
                MORE,
            ],
        ),
        ((1, 1), 2, [ABOVE, MORE]),
    ],
)
def test_a_plan_says_where_it_has_more_counters_than_there_are(
    desk: Desk, advised: tuple[int, ...], there: int, names: list[str]
) -> None:
    found = staffing_advice(desk.queue, desk.branch)
    assert found.chosen is not None
    some = found.chosen.hours[0]
    hours = tuple(
        replace(some, hour=str(hour), pools=(PoolHour(9, n),)) for hour, n in enumerate(advised, 10)
    )
    plans_of = plans_around(advised, [hour.before_noon for hour in hours], there)
    drawn = tuple(WhatIf(n, plan, 0.72, 0.42, 0.94, 40, 22, 0) for n, plan in plans_of.items())
    one = next(iter(found.branch.counters.values()))
    branch = replace(found.branch, counters={str(n): one for n in range(there)})
    chosen = replace(found.chosen, hours=hours, what_ifs=(drawn,))
    ((_, plans),) = StaffingView(
        replace(found, branch=branch, chosen=chosen), Writing("en")
    ).what_ifs()
    assert [name for name, _ in plans] == names
    assert {said for _, said in plans} == {
        "The goal is reached on 18 of 40 days; 72% called in time on average, 42%–94% in 8 of 10 "
        "days."
    }


def test_a_share_that_all_days_have_is_given_once(desk: Desk) -> None:
    found = staffing_advice(desk.queue, desk.branch)
    assert found.chosen is not None
    shares = (1, 1, 1), (1, 0.99, 1), (0.99, 1, 1)
    drawn = tuple(
        WhatIf(*plan, *of_days, 40, 0, 0)
        for plan, of_days in zip(plans_around([2], [True], 2).items(), shares, strict=True)
    )
    chosen = replace(found.chosen, what_ifs=(drawn,))
    ((_, plans),) = StaffingView(replace(found, chosen=chosen), Writing("en")).what_ifs()
    reached = "The goal is reached on 40 of 40 days; "
    assert [said for _, said in plans] == [
        f"{reached}100% called in time on average.",
        f"{reached}100% called in time on average, 99%–100% in 8 of 10 days.",
        f"{reached}99% called in time on average, 100% in 8 of 10 days.",
    ]


@pytest.mark.parametrize(
    ("advised", "counters", "fewer"),
    [
        (
            {"09": 4, "10": 3, "12": 2},
            "3–4 counters before noon and 2 after noon",
            ["With one fewer before noon", "With one fewer after noon"],
        ),
        ({"09": 2}, "2 counters", ["With one fewer"]),
        (
            {"11": 2, "12": 1},
            "2 counters before noon and 1 after noon",
            ["With one fewer before noon"],
        ),
        ({"13": 1}, "1 counter", []),
    ],
)
def test_the_answer_is_how_many_how_sure_and_one_fewer(
    desk: Desk, advised: dict[str, int], counters: str, fewer: list[str]
) -> None:
    found = staffing_advice(desk.queue, desk.branch)
    assert found.chosen is not None
    some = found.chosen.hours[0]
    hours = tuple(replace(some, hour=h, pools=(PoolHour(9, n),)) for h, n in advised.items())
    plans_of = plans_around([*advised.values()], [hour.before_noon for hour in hours], 4)

    def drawn(plan: PlanName, counters: tuple[int, ...]) -> WhatIf:
        share, below = (0.98, 1) if plan == "advised" else (0.9, 5)
        return WhatIf(plan, counters, share, 0.8, 1, 40, below, 0)

    what_ifs = tuple(drawn(plan, counters) for plan, counters in plans_of.items())
    day = replace(found.chosen, hours=hours, what_ifs=(what_ifs,))
    sure = "The goal is reached on 39 of 40 simulated days; 98% called in time on average."
    assert list(StaffingView(found, Writing("en")).answers(day)) == [
        (counters, [sure, *(f"{plan}: 35 of 40 days; 90%." for plan in fewer)])
    ]


def test_replayed_days_have_no_tomorrow(pages: Pages) -> None:
    page = pages.open(f"{pages.desk('replayed').branch}/staffing", lang="da")
    expect(page.get_by_role("main")).to_contain_text("så der er ingen kommende dage")
