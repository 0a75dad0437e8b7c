"""The counter's page as axe, a small screen and another language find it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.pages.counter.counter_desk import Desk, DeskMaker, new_desk
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check, each_size, fits

__all__ = ["new_desk"]


def states(desk: Desk) -> Iterator[str]:
    """Take the page from one state to the next; gives the name of each."""
    page, dialog = desk.page, desk.dialog()
    yield "free"
    desk.press("?")
    dialog.wait_for()
    yield "help"
    desk.press("Escape")
    desk.issue("pas", "korekort", "pas")
    expect(page.locator("#waiting .visit-row")).to_have_count(3)
    yield "some wait"
    desk.serve_first()
    yield "serving"
    desk.press("t")
    dialog.wait_for()
    yield "sending on"
    desk.press("Escape")
    desk.press("p")
    page.locator("#parked").wait_for()
    yield "parked"
    desk.call_first()
    yield "called"
    desk.press("x")
    page.locator("#news button").wait_for()
    yield "missed"


OUT_OF_SIGHT = """() => [...document.querySelectorAll("#stage-title, .stage button")]
    .filter((part) => part.checkVisibility())
    .filter((part) => {
        const { left, top, right, bottom } = part.getBoundingClientRect();
        const cut = part.scrollWidth > part.clientWidth + 1;
        return cut || left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
    })
    .map((part) => part.textContent)"""
"""In the page: what of the stage does not show whole without scrolling."""


@pytest.mark.parametrize("lang", ["da", pytest.param("en", marks=pytest.mark.nightly)])
def test_in_every_state_axe_finds_nothing_and_the_stage_is_in_sight(
    new_context: BrowserMaker, new_desk: DeskMaker, assert_accessible: Check, lang: str
) -> None:
    at = new_desk(context=new_context(lang=lang))
    at.page.goto(f"/counter/{at.branch}")
    at.page.locator("#choose h1").wait_for()
    for size in each_size(at.page):
        assert_accessible(at.page, contrast=size == "desk")
    at.open()
    for state in states(at):
        at.idle()
        for size in each_size(at.page):
            # A phone has the same elements: one look at most of them is enough.
            if size == "desk" or state == "parked":
                assert_accessible(at.page, contrast=size == "desk")
            assert at.page.locator(".stage .button--primary:visible").count() == 1, (state, size)
            assert fits(at.page), (state, size)
        at.page.set_viewport_size({"width": 1024, "height": 768})
        eventually(lambda: at.page.evaluate(OUT_OF_SIGHT) == [], what=f"in sight: {state}")
        assert fits(at.page), state
        at.page.set_viewport_size({"width": 1440, "height": 900})


MIDDLE = """part => {
    const { top, bottom } = part.getBoundingClientRect();
    return (top + bottom) / 2;
}"""
"""In the page: how far down the middle of a part is."""


def test_a_long_name_of_a_branch_is_cut_before_the_top_bar_takes_a_second_line(
    new_desk: DeskMaker,
) -> None:
    name = "Borgerservice og Bibliotek i Skanderborg Kulturhus og Fælleden"
    at = new_desk(name=name)
    at.open()
    shown = at.page.locator(".desk-branch")
    expect(shown).to_have_attribute("title", name)
    for width, cut in ((1024, True), (1280, True), (2048, False)):
        at.page.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate("name => name.scrollWidth > name.clientWidth") is cut
        brand, end = (
            at.page.locator(f".topbar__{part}").evaluate(MIDDLE) for part in ("brand", "end")
        )
        assert abs(brand - end) < 2
        assert fits(at.page)


def test_the_other_language_stays_at_the_counter(new_desk: DeskMaker) -> None:
    at = new_desk()
    at.open("2")
    at.api.post(f"{at.path}/counters/1/open")
    other_page = at.context.new_page()
    other_page.goto(f"/counter/{at.branch}?counter=1")
    other_page.locator("#stage-title").wait_for()
    at.page.get_by_role("link", name="Dansk").click()
    at.shows("Ingen venter på dig")
    expect(at.page.locator("#menu")).to_contain_text("Skranke 2 · Borgerservice")


def test_a_citizen_is_announced_called_and_served_in_another_language(new_desk: DeskMaker) -> None:
    """A citizen who asked for a delay is ready when it is over."""
    at = new_desk()
    [later] = at.issue("pas", language="en")
    at.issue("pas", language="da")
    at.api.post(f"{at.path}/visits/{later['id']}/requeue", delay_seconds=3)
    at.open()
    at.shows("1 person is waiting for you")
    expect(at.page.locator("#waiting")).to_contain_text("Later")
    at.shows("2 people are waiting for you")
    a_citizen_with_another_language_is_shown_and_a_call_has_the_focus(at)
    pointing_at_an_answer_does_not_look_like_choosing_it(at)
    a_screen_reader_reads_no_outdated_announcement(at)


def a_citizen_with_another_language_is_shown_and_a_call_has_the_focus(at: Desk) -> None:
    expect(at.page.locator(".visit-row").filter(has_text="A001")).to_contain_text("Speaks English")
    expect(at.page.locator(".visit-row").filter(has_text="A002")).not_to_contain_text("Speaks")
    at.button("Call the next").press("Enter")
    expect(at.title).to_have_text("A001")
    expect(at.title).to_be_focused()
    expect(at.page.locator(".ticket--called")).to_contain_text("Speaks English")


def pointing_at_an_answer_does_not_look_like_choosing_it(at: Desk) -> None:
    at.start()
    at.press("c")
    fill = "it => getComputedStyle(it).backgroundColor"
    chosen = at.dialog().locator(".pill:has(:checked)").evaluate(fill)
    pointed = at.dialog().locator(".ask__choice").last
    pointed.hover()
    assert pointed.evaluate(fill) != chosen
    at.press("Escape")
    at.press("1")
    at.shows("1 person is waiting for you")


def a_screen_reader_reads_no_outdated_announcement(at: Desk) -> None:
    said = at.page.locator("#announce")
    for number in ("A003", "A004"):  # who came before the page is no news
        at.serve_first()
        expect(said).to_be_empty()
        at.press("1")
        at.shows("Nobody is waiting for you")
        at.issue("pas")
        expect(said).to_have_text(f"{number} is waiting for you.")
        at.title.focus()
    at.press("m")
    at.press("3")
    at.page.get_by_role("heading", name="Which counter are you at?").wait_for()
    expect(said).to_be_empty()


ROWS_IN_SIGHT = """() => {
    const side = document.querySelector("#side").getBoundingClientRect();
    return [...document.querySelectorAll("#waiting .visit-row")].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= side.top && bottom <= Math.min(innerHeight, side.bottom);
    }).length;
}"""
"""In the page: how many of those who wait are wholly in sight."""

WIDER_THAN_ITS_PLACE = """() => [...document.querySelectorAll(".walkin")]
    .filter((place) => place.scrollWidth > place.clientWidth)
    .map((place) => place.textContent)"""
"""In the page: the services to serve now that reach into the next one."""


def referral_comes_back(at: Desk) -> None:
    """A case of this counter was referred, and has come back."""
    visit = at.api.post(f"{at.path}/counters/1/serve", service="pas", channel="desk")
    at.api.post(f"{at.path}/visits/{visit['id']}/complete", outcome="referred")
    where = {"to": at.branch, "lifeline": "pas", "category": "technical"}
    case = at.api.post(f"{at.path}/referrals", visit=visit["id"], inquiry=0, **where)
    at.api.post(f"{at.path}/referrals/{case['id']}/accept")
    at.api.post(f"{at.path}/referrals/{case['id']}/return", reason="incomplete")


def test_waiting_visits_are_in_sight_next_to_everything_else(
    new_desk: DeskMaker, new_context: BrowserMaker
) -> None:
    line = {"id": "pas", "name": {"da": "Pas"}, "telephone": "4410", "services": ["pas"]}
    at = new_desk(context=new_context(1440, 900, "da"), lifelines=[line])
    at.issue("pas")
    at.open()
    referral_comes_back(at)
    at.api.post(f"{at.path}/help-calls")
    expect(at.page.locator("#referrals")).to_contain_text("Tilbage fra en specialist")
    expect(at.page.locator(".help-call")).to_be_visible()
    for width in (1280, 1440):
        at.page.set_viewport_size({"width": width, "height": 900})
        assert at.page.evaluate(WIDER_THAN_ITS_PLACE) == [], width
    at.serve_first()
    at.press("p")
    at.page.locator("#parked .visit-row").wait_for()
    at.issue(*["pas", "korekort", "pas", "pas", "korekort", "turist", "pas"])
    chips = at.page.get_by_role("group", name="Vis én ydelse")
    expect(at.page.locator("#waiting .visit-row")).to_have_count(7)
    expect(chips).to_have_count(0)
    at.issue("pas")
    expect(chips).to_be_visible()  # eight, and several for each of two services
    at.call_first()
    at.press("k")
    expect(at.page.locator("#contacts-news")).to_contain_text("Noteret")
    for state in ("called", "free"):
        for width, height in ((1440, 900), (1280, 800), (1024, 768)):
            at.page.set_viewport_size({"width": width, "height": height})
            assert at.page.evaluate(ROWS_IN_SIGHT) >= 5, (state, width, height)
            assert at.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if state == "called":
            at.issue("pas", "turist")  # so many that they can be filtered again
            at.press("x")
            expect(chips).to_be_visible()
            expect(at.button("Kald A004")).to_be_visible()
