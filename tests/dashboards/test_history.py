"""The pages of the past in a real browser: their figures, their charts, and who may see what."""

from __future__ import annotations

import re
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.language.wording import stopwatch
from queue_service.notes.operations import add_note
from queue_service.store.redis_store import RedisStore
from queue_service.tables.writing import Writing
from queue_service.visits.operations import calling, visits
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.desks import Desk, document
from tests.tables.weeks import FIRST, LAST, fortnight, one_visit
from tests.web.browsers import SIZES, Check
from tests.web.service import Service
from tests.web.test_plain_zero import INK_IN_THE_MIDDLE

RANGE = f"from={FIRST}&to={LAST}"
LOOKS = {
    "day": "period=day&date=2026-11-24&trend=visits&heat=waiting",
    "week": f"period=week&date={FIRST}&trend=waiting",
    "month": "period=month&date=2026-11-01&against=year",
    "year": "period=year&date=2026-01-01&heat=goal:handling-6-min",
    "range": f"{RANGE}&against=none",
    "nothing": "period=day&date=2026-12-06",
}
IN_THE_SUITE = ("day", "month", "nothing")
"""Of these looks; the others are looked at each night."""

NAMES = {"pas": "Pas", "korekort": "Kørekort", "turist": "Turist"}
ENGLISH = Writing("en")


@pytest.fixture(scope="module")
def weeks(service: Service) -> Desk:
    """A replayed branch with a fortnight behind it, and one with an hour's work."""
    queue = Queue(RedisStore(service.client))
    desk = fortnight(Desk(queue, put_branch(queue, "weeks", document(historic=True)).branch.id))
    add_note(queue, desk.branch, "2026-11-24", "outage", "The network was away from 10 to 11")
    return desk


def history(desk: Desk, query: str) -> str:
    return f"{desk.branch}/history?{query}"


def row(page: Page, panel: str, name: str) -> list[str]:
    """The cells of a row, as they are read; the row is known by its whole header."""
    header = page.get_by_role("rowheader", name=name, exact=True)
    found = page.get_by_role("region", name=panel).get_by_role("row").filter(has=header)
    return [" ".join(text.split()) for text in found.locator("td").all_inner_texts()]


def card(page: Page, name: str) -> Locator:
    return page.locator(".goal-card", has_text=name)


def statistics_of(
    service: Service, desk: Desk, query: str = RANGE, by: str = "day"
) -> dict[str, Any]:
    found: dict[str, Any] = service.api().get(f"/branches/{desk.branch}/statistics?{query}&by={by}")
    return found


def test_the_figures_are_those_of_the_statistics_call(
    pages: Pages, service: Service, weeks: Desk
) -> None:
    page = pages.open(history(weeks, RANGE + "&against=none"))
    total = statistics_of(service, weeks)["total"]
    assert_key_figures(page, total)
    goal = next(g for g in total["goals"] if g["id"] == "handling-6-min")
    shown = card(page, "Handled in under 6 min")
    expect(shown.locator(".goal-card__share")).to_have_text(ENGLISH.percent(goal["ratio"]))
    expect(shown).to_contain_text(f"{goal['within']} of {goal['judged']}")
    interval = f"{ENGLISH.percent(goal['low'])} – {ENGLISH.percent(goal['high'])}"
    expect(shown).to_contain_text(interval)
    services = page.get_by_role("region", name="Services")
    for line in statistics_of(service, weeks, by="service")["rows"]:
        name = services.get_by_role("rowheader", name=NAMES[line["key"]], exact=True)
        expect(name.locator("xpath=following-sibling::td[1]")).to_have_text(str(line["inquiries"]))
    page.get_by_text("The figures as a table").first.click()
    days = page.get_by_role("region", name="Day by day").get_by_role("table")
    for line in statistics_of(service, weeks)["rows"]:
        goal = next(g for g in line["goals"] if g["id"] == "handling-6-min")
        found = days.get_by_role("row").filter(has_text=ENGLISH.day(line["key"]))
        expect(found).to_contain_text(ENGLISH.percent(goal["ratio"]))
        expect(found.locator("td").nth(1)).to_have_text(str(goal["judged"]))
    # A date leads to its day, and there an hour to why it was so.
    days.get_by_role("link", name=ENGLISH.day("2026-11-24")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tuesday, 24 November 2026")
    expect(page.get_by_text("Press an hour to see why it was so.")).to_be_visible()
    page.get_by_role("group", name="Half hours").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/hour\?date=2026-11-24&hour=09"))


def assert_key_figures(page: Page, total: dict[str, Any]) -> None:
    for key, name in (("issued", "Visits"), ("inquiries", "Inquiries")):
        a_day = ENGLISH.decimal(total[key] / 13)
        assert row(page, "Key figures", name) == [f"{total[key]} ({a_day} per open day)"]
    for state, name in (("no_show", "No-shows"), ("abandoned", "Gave up")):
        part = ENGLISH.percent(total[state] / total["issued"])
        assert row(page, "Key figures", name) == [f"{total[state]} ({part})"]
    for kind, name in (
        ("waiting", "Waiting time of those called"),
        ("handling", "Handling time"),
    ):
        spread = total[f"{kind}_seconds"]
        for figure, words in (("p50", "half at most"), ("p90", "nine in ten at most")):
            assert row(page, "Key figures", f"{name}, {words}") == [stopwatch(spread[figure])]
        assert row(page, "Key figures", f"{name}, mean") == [stopwatch(spread["mean"])]


@pytest.mark.parametrize(
    ("look", "lang"),
    [
        pytest.param(look, lang, marks=[] if look in IN_THE_SUITE else pytest.mark.nightly)
        for look, lang in zip(LOOKS, cycle(("da", "en")))
    ],
)
def test_it_is_accessible_and_never_wider_than_the_screen(
    pages: Pages, weeks: Desk, assert_accessible: Check, look: str, lang: str
) -> None:
    page = pages.open(history(weeks, LOOKS[look]), lang=lang)
    for summary in page.locator("details.figures > summary").all():
        summary.click()
    assert_fits_everywhere(page, assert_accessible)


def test_every_picture_is_drawn_in_the_pages_own_letters_and_the_tables_open_on_paper(
    pages: Pages, weeks: Desk, assert_accessible: Check
) -> None:
    page = pages.open(history(weeks, RANGE))
    page.emulate_media(media="print")
    expect(page.locator(".choice").first).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator("details.figures table").first).to_be_visible()
    assert_accessible(page)
    page.emulate_media(media="screen")
    pictures = page.locator(".chart img")
    expect(pictures).to_have_count(4)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") == 660
        assert len(picture.get_attribute("alt") or "") > 30
    source = pictures.first.get_attribute("src")
    answer = page.request.get(f"{source}")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["cache-control"]
    assert "@font-face" in answer.text()
    assert "<script" not in answer.text()
    page.goto("about:blank")
    page.set_content(answer.text())
    text = page.locator("text", has_text="0").first
    family = text.evaluate("text => getComputedStyle(text).fontFamily")
    assert page.evaluate(INK_IN_THE_MIDDLE, [family]) == {family: False}, "no zero with a stroke"


@pytest.mark.parametrize(("lang", "said"), [("en", "Left out: "), ("da", "Udeladt: ")])
def test_hidden_figures_have_a_mark_of_their_own(pages: Pages, lang: str, said: str) -> None:
    desk = pages.desk("shift")
    for _ in range(20):
        one_visit(desk, 100)  # all of one shift at one counter
    page = pages.open(history(desk, "period=month&date=2026-11-01"), lang=lang)
    tables = page.locator("section", has=page.locator("#h-teams"))
    for cells in tables.locator("tbody tr").all():
        texts = cells.get_by_role("cell").all_inner_texts()
        assert ".." in texts
        assert "20" not in texts
        assert "–" not in texts
    expect(tables.get_by_text(f".. {said}")).to_have_count(2)
    expect(page.get_by_text(f".. {said}")).to_have_count(2)


def test_a_picture_that_is_not_here_yet_has_its_place(pages: Pages, weeks: Desk) -> None:
    page = pages.open(f"{weeks.branch}/definitions")
    held: list[Route] = []
    arrived = False

    def hold(route: Route) -> None:
        if arrived:
            route.continue_()
        else:
            held.append(route)

    page.route("**/history/charts/*", hold)
    for width, _ in SIZES.values():
        arrived = False
        page.set_viewport_size({"width": width, "height": 6000})
        page.goto(f"/dashboards/{history(weeks, RANGE)}", wait_until="domcontentloaded")
        expect(page.locator(".chart img")).to_have_count(4)
        expect(page.locator(".chart img").last).to_have_css("max-width", "100%")
        # A table takes other widths with each font, and leaves the pictures what remains.
        page.evaluate("Promise.all([...document.fonts].map((f) => f.load())).then(() => null)")
        before = page.evaluate(HEIGHTS)
        arrived = True
        while held:
            held.pop().continue_()
        page.wait_for_function(
            "() => [...document.images].every((image) => image.complete && image.naturalWidth)",
            timeout=40_000,  # a process draws its first charts slowly where others keep it busy
        )
        assert before == page.evaluate(HEIGHTS)
        assert min(before) > 200


HEIGHTS = "() => [...document.querySelectorAll('.chart img')].map((image) => image.offsetHeight)"


def test_it_works_without_a_script(pages: Pages, weeks: Desk) -> None:
    page = pages.open(history(weeks, RANGE), java_script_enabled=False)
    expect(page.get_by_text("needs JavaScript")).to_have_count(0)
    page.get_by_role("navigation", name="What the map shows").get_by_text("Waits").click()
    expect(page.get_by_text("the small number is how many waited")).to_be_visible()
    page.get_by_role("navigation", name="Period", exact=True).get_by_text("Week").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Week 49, 30 Nov–6 Dec")
    page.get_by_role("link", name="The period before").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Week 48, 23–29 Nov 2026")


def test_notes_come_first_and_every_figure_is_one_click_from_what_it_means(
    pages: Pages, weeks: Desk
) -> None:
    page = pages.open(history(weeks, RANGE))
    expect(page.get_by_text("The network was away from 10 to 11")).to_be_visible()
    links = page.locator("a.term")
    anchors = {(link.get_attribute("href") or "").partition("#")[2] for link in links.all()}
    page.get_by_role("region", name="Key figures").get_by_text("First contact").click()
    expect(page).to_have_url(re.compile("/definitions#first_contact$"))
    expect(page.locator("#first_contact")).to_be_in_viewport()
    ids = {found.get_attribute("id") for found in page.locator(".definitions > div").all()}
    assert anchors <= ids


def test_counters_and_teams_are_reported_by_whole_weeks(pages: Pages, weeks: Desk) -> None:
    week = pages.open(history(weeks, LOOKS["week"]))
    expect(week.get_by_role("region", name="Teams and counters")).to_contain_text("Counter 1")
    day = pages.open(history(weeks, LOOKS["day"]))
    expect(day.get_by_role("region", name="Teams and counters")).not_to_contain_text("Counter 1")
    expect(day.get_by_text("There is no whole week").first).to_be_visible()
    expect(week.get_by_text("One shift at one counter is one person").first).to_be_visible()


def test_no_data_is_not_zero_and_the_future_is_marked(pages: Pages, weeks: Desk) -> None:
    nothing = pages.open(history(weeks, LOOKS["nothing"]))
    expect(nothing.get_by_text("there is nothing to count")).to_be_visible()
    expect(nothing.locator(".goal-card")).to_have_count(0)
    live = pages.service.branch()
    ahead = pages.open(f"{live}/history?period=year&date=2150-01-01")
    expect(ahead.get_by_text("This lies ahead")).to_be_visible()


def test_a_single_inquiry_decides_nothing(pages: Pages) -> None:
    desk = pages.desk("single")
    one_visit(desk, 100)
    page = pages.open(history(desk, "period=day&date=2026-11-25"))
    shown = card(page, "Handled in under 6 min")
    expect(shown.locator(".goal-card__share")).to_have_text("1 of 1")
    expect(shown.locator(".goal-card__verdict")).to_have_text("Too few to judge")
    # Next to another day it is said once that there is too little, not of each figure.
    page.goto(f"/dashboards/{desk.branch}/history?period=day&date=2026-11-25&against=before")
    key = page.get_by_role("region", name="Key figures")
    expect(key).to_contain_text("There are too few days on one of the sides")
    expect(key.get_by_text("too little data")).to_have_count(0)
    expect(key.get_by_role("columnheader", name="Compared")).to_have_count(0)


def test_the_share_of_waits_within_the_estimate_is_shown_below_the_waits(pages: Pages) -> None:
    desk = pages.desk("as-told")
    desk.open("1", "citizen")

    def one_wait() -> None:
        visit = desk.issue("pas").visit.id
        calling.call(desk.queue, desk.later(100).command(), visit, "1")
        visits.complete(desk.queue, desk.command(), visit, "resolved")

    def waited() -> Locator:
        page = pages.open(history(desk, "period=day&date=2026-11-25"))
        return page.get_by_role("region", name="How long people waited")

    for _ in range(30):
        one_wait()
    expect(waited()).to_be_visible()
    expect(waited()).not_to_contain_text("Within the estimate")
    one_wait()
    expect(waited()).to_contain_text("Within the estimate, nobody ahead: 100.0% (1 of 1)")


def test_changed_goals_come_before_the_figures(pages: Pages) -> None:
    live = pages.service.branch()
    goals = [{"id": "quick", "indicator": "first_contact", "target_ratio": 0.9}]
    old = pages.service.api().get(f"/branches/{live}")
    pages.service.api().call("PUT", f"/branches/{live}", old | {"goals": goals})
    pages.service.api().post(f"/branches/{live}/visits", service="pas")
    changed = pages.open(f"{live}/history")
    expect(changed.locator("main")).to_contain_text("visit has not ended yet.")
    expect(changed.get_by_text("“Solved at first contact, 90%” was set")).to_be_visible()


def test_two_periods_differ_only_when_chance_would_not_do_it(pages: Pages) -> None:
    slow = fortnight(pages.desk("slow"), busy=15, slow_second_week=4.0)
    page = pages.open(history(slow, "period=week&date=2026-11-30"))
    expect(card(page, "Handled in under 6 min")).to_contain_text("worse")
    assert row(page, "Key figures", "Handling time, mean")[-1] == "worse"
    assert row(page, "Key figures", "First contact")[-1] == "no clear difference"


def test_a_replayed_branch_opens_where_its_days_are(pages: Pages) -> None:
    desk = pages.desk("replayed")
    desk.seconds -= 300 * 86_400
    one_visit(desk, 100)
    page = pages.open(f"{desk.branch}/history")
    expect(page.get_by_role("heading", level=1)).to_have_text("2–29 Jan 2026")
    expect(card(page, "Handled in under 6 min")).to_contain_text("1 of 1")
