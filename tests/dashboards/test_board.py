"""The live board in a real browser: what it shows, that it is live, and who may see it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations import subscriptions
from queue_service.alerts.operations.alerts import check_branch
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.branches.rules.interventions import InterventionKind
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.counters.operations import counters
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from tests.dashboards.conftest import GOALS, DayMaker, Look
from tests.dashboards.day import Day
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.staffing.stored_days import keep_pace
from tests.web.browsers import Check, fits
from tests.web.service import ALWAYS, Api, Service

SIZES = {"desk": (1440, 900), "wall": (1920, 1080), "phone": (390, 844)}


LINE = 24  # px
HEADLINE_OF_TWO_LINES = """() => {
  const head = document.querySelector('.board-notice__head');
  head.lastElementChild.textContent += ' – and some more words, as of a long name of a counter';
  return head.offsetHeight;
}"""
CUT = """() => [...document.querySelectorAll('.board-notice')].filter((notice) => {
  const [outer, ...inner] = [notice, ...notice.querySelectorAll('p')]
    .map((one) => one.getBoundingClientRect());
  return inner.some(({ top, bottom }) => top < outer.top || bottom > outer.bottom);
}).map((notice) => notice.textContent)"""
"""In the page: the notices whose text runs over their edge."""


def row(page: Page, panel: str, name: str) -> list[str]:
    """The cells of a table's row, as they are read."""
    found = page.locator(f"{panel} tr", has=page.get_by_role("rowheader", name=name, exact=True))
    return [" ".join(text.split()) for text in found.locator("td").all_inner_texts()]


def now(service: Service, day: Day) -> dict[str, Any]:
    """The document behind the page."""
    return _get(service.api("supervisor"), f"/dashboards/{day.branch}/now")


def _get(api: Api, path: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {api.token}"}
    request = urllib.request.Request(api.url + path, headers=headers)  # noqa: S310 - our own service
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own service
        document: dict[str, Any] = json.loads(response.read())
        return document


def test_an_empty_morning_has_no_figures(look: Look, new_day: DayMaker) -> None:
    page = look(new_day())
    expect(page.locator("#sum")).to_contain_text("Nobody is waiting")
    goals = page.locator("#goals")
    expect(goals.locator(".board-goal__verdict", has_text="No data")).to_have_count(2)
    expect(goals.locator(".board-goal__share")).to_have_text(["–", "–"])
    expect(goals.get_by_text("last hour: no data")).to_have_count(2)
    assert row(page, "#hour", "Median wait") == ["no data", "no data"]
    expect(page.locator(".board-notice")).to_have_text(re.compile("open, and no counter is"))
    expect(page.locator(".board-counter--closed")).to_have_count(3)


def test_the_longest_wait_and_each_service_are_seen_and_run_on(look: Look, busy: Day) -> None:
    page = look(busy)
    longest = page.locator(".board-figure--longest")
    expect(longest).to_contain_text("Passport")
    expect(longest).to_have_class(re.compile("is-late"))
    time = longest.locator(".number")
    assert time.inner_text().startswith("25:")
    before = time.inner_text()
    expect(time).not_to_have_text(before)
    waiting = page.locator("#waiting tr", has_text="Passport").locator("td")
    expect(waiting.first).to_have_text("2")
    expect(waiting.last).to_have_text(re.compile(r"25:\d\d"))
    expect(page.locator("#waiting tr", has_text="Health card").locator("td").first).to_have_text(
        "0"
    )


def test_counters_show_their_number_service_team_and_time_and_nothing_of_the_past(
    look: Look, service: Service, busy: Day
) -> None:
    page = look(busy)
    called = page.locator(".board-counter--called")
    for part in ("Counter 2", "T002", "Called", "Tourist information", "Library"):
        expect(called).to_contain_text(part)
    expect(called.locator(".board-counter__time")).to_have_text(re.compile(r"7:\d\d"))
    expect(page.locator(".board-counter--free")).to_contain_text("Counter 1")
    reported = {
        "id",
        "name",
        "state",
        "number",
        "service",
        "team",
        "since",
        "recalls",
        "language",
        "names",
        "silent",
        "pause",
    }
    assert all(set(counter) == reported for counter in now(service, busy)["counters"])


def test_the_last_hour_is_shown_next_to_the_day(look: Look, busy: Day) -> None:
    page = look(busy)
    issued = row(page, "#hour", "Visits begun")
    assert (issued[0], issued[1].split()[0]) == ("8", "19")
    assert re.search(r"\d\.\d an hour", issued[1])
    goal = page.locator(".board-goal").first
    expect(goal).to_contain_text("29%4 of 14 inquiriesGoal 70% · last hour: 1 of 4")
    assert "last hour: 1 of 4".replace(" of ", "\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}") in str(
        goal.text_content()
    )
    without_ticket = page.locator(".board-figure", has_text="Today without a ticket")
    expect(without_ticket.locator("dd")).to_have_text(["3", "In person 2 · Telephone 1"])
    half = row(page, "#hour", "Median wait")
    assert half == ["2:00 5 calls", "2:00 16 calls"]


def test_a_branch_open_around_the_clock_has_no_rate_per_open_hour(
    look: Look, new_day: DayMaker
) -> None:
    day = new_day(hours=("00:00", "24:00"))
    day.open("1", "citizen-service")
    day.completed("pas", "1", 5, took=4)
    counters.pause_counter(day.queue, day.command(3), "1", "lunch")
    page = look(day)
    assert row(page, "#hour", "Visits begun") == ["1", "1"]
    # How long a pause has lasted is no time of day.
    paused = page.locator(".board-counter--paused .board-counter__time")
    expect(paused).to_have_text(re.compile(r"^[34]\smin$"))


def test_how_the_figures_are_counted_is_a_press_away(look: Look, busy: Day) -> None:
    page = look(busy)
    page.get_by_role("link", name="Today's goals").click()
    expect(page).to_have_url(re.compile("/definitions#goal$"))
    expect(page.locator("#goal")).to_contain_text("What a share has to reach.")


def test_a_wait_is_not_estimated_from_too_few(look: Look, new_day: DayMaker) -> None:
    day = new_day()
    day.open("1", "citizen-service")
    day.completed("pas", "1", 5, took=4)
    assert row(look(day), "#hour", "9 in 10 wait at most") == ["too few 1 call"] * 2


def test_the_most_urgent_notice_comes_first_and_the_rest_is_one_press_away(
    look: Look, busy: Day
) -> None:
    page = look(busy)
    notices = page.locator(".board-notice")
    expect(notices).to_have_count(3)
    expect(notices.first).to_contain_text("Counter 1 has been free for 40 min, while 3 are waiting")
    expect(notices.first).to_contain_text("Passport has waited longest. Call the next one")
    expect(notices.nth(1)).to_contain_text("Passport: the longest wait is 25 min")
    expect(notices.nth(1)).to_contain_text("The limit is 10 min. 2 are waiting. A new ticket waits")
    expect(notices.nth(1)).to_contain_text("Counter 1 is free: call the next.")
    expect(notices.nth(1).get_by_role("link")).to_have_count(0)
    new = page.locator(".board-figure--new")
    expect(new).to_contain_text(re.compile(r"A citizen who takes a number now waits about \d+ min"))
    expect(notices.nth(2)).to_contain_text("Handled in under 6 min: missed so far today")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate(HEADLINE_OF_TWO_LINES) > LINE * 1.5, "the sentence has become longer"
    assert page.evaluate(CUT) == []
    more = page.get_by_role("button", name="2 more")
    more.focus()
    page.keyboard.press("Enter")
    expect(notices).to_have_count(5)
    expect(notices.nth(3)).to_contain_text("Counter 2: nobody has come for T002")
    expect(notices.last).to_contain_text("A015 has been laid aside for 40 min")
    expect(page.get_by_role("button", name="Show fewer")).to_be_focused()


def test_the_counter_that_could_take_those_who_wait_is_named(look: Look, new_day: DayMaker) -> None:
    day = new_day()
    day.open("1", "library")
    day.waits("pas", 8)
    notice = look(day).locator(".board-notice")
    expect(notice).to_contain_text("Passport: 1 is waiting, and no open counter takes it")
    expect(notice).to_contain_text(
        "Switch Counter 1 to Citizen service. The first has waited 8 min."
    )
    shut = new_day()
    shut.open("3", "library")
    shut.waits("pas", 8)
    expect(look(shut).locator(".board-notice")).to_contain_text(
        "Open Counter 1 as Citizen service."
    )


def test_a_free_counter_that_another_team_would_take_them_at_is_to_change_hands(
    look: Look, new_day: DayMaker
) -> None:
    day = new_day()
    day.open("1", "library", minutes_ago=20)
    day.open("2", "citizen-service")
    day.served("pas", "2", 3)
    day.waits("pas", 8)
    page = look(day)
    notice = page.locator(".board-notice")
    expect(notice).to_contain_text("Counter 1 has been free for 20 min, while 1 is waiting")
    expect(notice).to_contain_text(
        "Switch Counter 1 to Citizen service, then it takes Passport, which has waited longest."
    )
    expect(page.locator(".board-counter", has_text="Counter 1")).to_have_class(
        re.compile("is-late")
    )


def test_all_is_well_is_calm_and_never_while_an_alert_is_open(
    look: Look, new_day: DayMaker
) -> None:
    day = new_day()
    day.open("1", "citizen-service")
    day.served("pas", "1", 2)
    page = look(day)
    attention = page.locator(".board-attention")
    expect(attention).to_contain_text("All is well")
    expect(attention).to_have_class(re.compile("is-well"))
    expect(page.locator(".board-notice")).to_have_count(0)
    # On a phone the way to act has a row of its own.
    page.set_viewport_size({"width": 390, "height": 844})
    words = page.locator(".board-well").bounding_box()
    act = page.locator("#act").bounding_box()
    assert words is not None
    assert act is not None
    assert act["y"] >= words["y"] + words["height"]
    wish = SubscriptionRequest(("wait",), "mail", "1", "leder@example.dk")
    leader = Caller("acc_leader", "supervisor")
    subscriptions.subscribe(day.queue, day.branch, leader, wish)
    day.waits("turist", 6)
    check_branch(day.queue, day.command(0))
    page.reload()
    expect(attention).to_contain_text("1 alert is open")
    expect(attention).not_to_have_class(re.compile("is-well"))
    expect(attention).not_to_contain_text("All is well")


def test_active_interventions_are_in_their_row_and_undone_there(
    look: Look, new_day: DayMaker, assert_accessible: Check
) -> None:
    day = new_day()
    day.open("1", "library")
    command = Command(day.branch, Caller("s", "supervisor"))

    def begin(kind: InterventionKind, until: str | None = None, **more: Any) -> None:
        interventions.begin(day.queue, command, Wanted(kind, until, **more))

    begin(
        "lend_counter",
        counter="1",
        services=("turist", "pas", "korekort", "sundhedskort", "pension"),
    )
    begin("pause_service", "19:45", services=("korekort",))
    begin("cap_service", services=("andet",), limit=0)
    text = {"da": "Der er ventetid.", "en": "There is a wait."}
    begin("announcement", "19:30", texts=text, screens=("kiosk",))
    page = look(day)
    lent = page.locator(".board-counter", has_text="Counter 1").locator(".board-force")
    expect(lent).to_contain_text("Lent today, also takes Passport, Driving licence and 1 more")
    expect(lent).not_to_contain_text("Tourist")
    paused = page.locator(".board-waiting__force", has_text="Driving licence")
    expect(paused).to_contain_text("Paused until 19:45")
    expect(page.locator("#waiting")).to_contain_text("0 is reached (0 given)")
    announced = page.locator("#force")
    expect(announced).to_contain_text("There is a wait. Announced until 19:30")
    assert_accessible(page)
    paused.get_by_role("button", name="Driving licence is paused").click()
    expect(page.locator("#waiting")).not_to_contain_text("Paused")
    expect(page.locator("#act")).to_be_focused()
    expect(page.locator("#acts")).to_have_text("3")
    announced.get_by_role("button").click()
    expect(announced).to_be_hidden()
    left = interventions.listed(day.queue, command)
    assert {one.kind for one in left.interventions if one.in_force(left.now)} == {
        "lend_counter", "cap_service",
    }  # fmt: skip


BROKEN = """() => [...document.querySelectorAll('.board-page :is(th, td, dd, span, p, h3)')]
  .filter((one) => !one.children.length && one.textContent.trim())
  .filter((one) => !one.closest('.visually-hidden'))
  .filter((one) => {
    const words = document.createRange();
    const node = one.firstChild;
    return [...node.textContent.matchAll(/\\S+/g)].some(({ index, 0: word }) => {
      words.setStart(node, index);
      words.setEnd(node, index + word.length);
      return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    });
  }).map((one) => one.textContent)"""
"""In the page: the texts with a word that goes over two lines, apart from hyphens."""

WITHIN = "card => card.scrollWidth <= card.clientWidth"


def test_fourteen_counters_and_fifteen_queues_are_on_one_wall(
    look: Look, new_day: DayMaker
) -> None:
    names = (
        "Pas", "Pas og kørekort mv.", "Pension", "Folkeregister", "Sundhedskort", "MitID",
        "Opholdstilladelse",
        "Boligstøtte", "Dagtilbud", "Skolestart", "Turistinformation", "Parkeringslicens",
        "Begravelseshjælp", "Vielse", "Andet",
    )  # fmt: skip
    more = {"first-contact": "first_contact", "satisfied": "very_satisfied_with_task"}
    day = new_day(
        services=[
            {"id": f"s{n}", "name": {"da": name}, "prefix": chr(65 + n)}
            for n, name in enumerate(names)
        ],
        counters=[{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 15)],
        teams=[],
        goals=[*GOALS, *({"id": i, "indicator": k, "target_ratio": 0.8} for i, k in more.items())],
        bookings={"offers": [{"service": "s0", "week": ALWAYS, "days_ahead": 0}]},
    )
    for n in range(1, 13):
        day.open(str(n))
    for n in range(9):
        day.completed(f"s{n}", str(n + 1), 20 + n, took=4)
        day.served(f"s{n}", str(n + 1), 2 + n)
    for n in range(15):
        day.waits(f"s{n}", 2 + n / 2)
    branch = day.queue.get(BranchStore).current(day.branch)
    for free in free_slots(day.queue, branch, "s0", day.now)[:9]:
        bookings.book(day.queue, day.command(0), "s0", free.starts_at)
    page = look(day, *SIZES["wall"], lang="da")
    expect(page.locator(".board-figure--line")).to_contain_text("Næste kl.")
    fits_a_wall(page)
    fits_a_desk(page)
    shows_an_announcement_in_one_line(page, day)


def fits_a_wall(page: Page) -> None:
    expect(page.locator(".board-counter")).to_have_count(14)
    expect(page.locator("#waiting tr")).to_have_count(15)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(BROKEN) == []
    named = page.locator(".board-counter__about").nth(1)
    expect(named).to_have_text("Pas og kørekort mv.")
    assert named.evaluate("line => line.scrollWidth <= line.clientWidth")
    expect(page.locator(".board-counter").nth(11)).to_contain_text("Skranke 12")
    # From three metres: names of goals at least 26 px, and of services 20.
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert page.locator(".board-goal h3").first.evaluate(size) >= 26
    assert page.locator(".board-waiting__name").first.evaluate(size) >= 20


def fits_a_desk(page: Page) -> None:
    """The queues keep to their card, also if there are few of them and so larger ones."""
    page.locator("#waiting").evaluate("tbody => tbody.classList.remove('is-many')")
    for width in (1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".board-waiting").evaluate(WITHIN), width
        assert page.evaluate(BROKEN) == []


def shows_an_announcement_in_one_line(page: Page, day: Day) -> None:
    """Also the longest one, with its end and the way back in sight."""
    day.waits("s0", 12)
    day.called("s1", "11", 9)
    leader = Command(day.branch, Caller("s", "supervisor"))
    texts = {"da": "Der er ventetid. " * 9, "en": "There is a wait."}
    wanted = Wanted("announcement", texts=texts, screens=("kiosk",))
    interventions.begin(day.queue, leader, wanted)
    width, height = SIZES["wall"]
    page.set_viewport_size({"width": width, "height": height})
    page.reload()
    expect(page.locator("#force")).to_contain_text("Der er ventetid.")
    expect(page.locator(".board-notice")).to_have_count(2)  # of three and more
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.locator("#force").evaluate(WITHIN)
    line = "list => list.offsetHeight < 1.5 * list.querySelector('button').offsetHeight"
    assert page.locator("#force").evaluate(line)
    back = page.locator("#force").get_by_role("button").bounding_box()
    panel = page.locator(".board-attention").bounding_box()
    assert back is not None
    assert panel is not None
    assert back["x"] + back["width"] < panel["x"] + panel["width"]


def test_a_closed_branch_loses_no_visit(look: Look, new_day: DayMaker) -> None:
    new_day()
    day = new_day(hours=("09:00", "10:00"), name="Biblioteket")
    day.waits("pas", 5)
    page = look(day)
    expect(page.locator("#open")).to_contain_text("Closed – opens")
    expect(page.locator(".board-notice").first).to_contain_text("closed, and 1 is still waiting")
    # The top bar stays in one line on a desk, in Danish, too.
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/dashboards/{day.branch}?lang=da")
    expect(page.locator("#open")).to_contain_text("Lukket – åbner")
    tops = "() => ['brand', 'end'].map(e => document.querySelector(`.topbar__${e}`).offsetTop)"
    brand, end = page.evaluate(tops)
    assert abs(brand - end) < 10


def test_a_closed_branch_shows_a_counter_that_is_still_open(look: Look, new_day: DayMaker) -> None:
    day = new_day(hours=("09:00", "10:00"))
    day.open("1", "citizen-service")
    calm = look(day).locator(".board-attention")
    expect(calm).to_contain_text("nobody is waiting. 1 counter is open.")


@pytest.mark.parametrize("lang", ["en", "da"])
def test_it_is_accessible_and_never_wider_than_the_screen(
    look: Look, busy: Day, assert_accessible: Check, lang: str
) -> None:
    page = look(busy, *SIZES["desk"], lang=lang)
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page, contrast=(name, lang) in (("desk", "en"), ("wall", "da")))
        assert fits(page), name
        if name != "phone":
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), name


KEEP_GOALS = """n => {
  const goals = document.querySelector('#goals');
  while (goals.children.length > n) goals.lastElementChild.remove();
  dispatchEvent(new Event('resize'));
}"""
"""In the page: the first ``n`` goals alone."""

SHARE_IS_LARGEST = """() => [...document.querySelectorAll('.board-goal:not(.board-goal--none)')]
  .every((goal) => {
    const size = (one) => parseFloat(getComputedStyle(one).fontSize);
    const share = size(goal.querySelector('.board-goal__share'));
    return [...goal.querySelectorAll('h3, p')].every((other) => size(other) < share
      || other.matches('.board-goal__share'));
  })"""


def test_up_to_eight_goals_are_on_one_screen_and_the_share_is_the_largest(
    look: Look, new_day: DayMaker
) -> None:
    more = {"first-contact": "first_contact", "satisfied": "very_satisfied_with_task"}
    limits = (
        ("handling_time_within", 900),
        ("waiting_time_within", 900),
        ("booked_time_within", 600),
        ("free_time_within", 432_000),
    )
    goals: list[dict[str, Any]] = [
        *({"id": id_, "indicator": kind, "target_ratio": 0.8} for id_, kind in more.items()),
        *(
            {
                "id": f"of-passports-{n}",
                "indicator": kind,
                "threshold_seconds": seconds,
                "target_ratio": 0.9,
                "services": ["pas"],
            }
            for n, (kind, seconds) in enumerate(limits)
        ),
    ]
    offer = {"service": "pas", "week": ALWAYS, "days_ahead": 0}
    day = new_day(goals=[*GOALS, *goals], bookings={"offers": [offer]})
    day.open("1", "citizen-service")
    estimates: Any = {"pas|0|1": "0|600", "pas|1|1": "0|60"}
    day.queue.store.client.hset(BranchKeys(day.branch).estimates, mapping=estimates)
    ahead = day.waits("pas", 100).id
    for ago in (90, 80, 70, 60, 50):
        day.completed("pas", "1", ago, took=4)
    visits.abandon(day.queue, day.command(45), ahead)
    for ago in (35, 30, 25, 20, 10):
        day.completed("pas", "1", ago, took=4)
    page = look(day, *SIZES["desk"], lang="da")
    expect(page.locator(".board-goal")).to_have_count(8)
    booked = page.locator(".board-figure--line", has_text="Bestilte tider i dag")
    expect(booked).to_contain_text("0 er kommet")
    expect(booked.get_by_role("link")).to_have_attribute("href", f"/bookings/{day.branch}")
    expect(page.locator(".board-well__estimates")).to_have_text(
        re.compile(r"nummeret: 100.% \(11 af 11\) · .*ingen foran: 83.% .* · .*nogen foran: 0.% ")
    )
    for n in range(8, 0, -1):
        for width, height in ((1280, 800), SIZES["desk"], SIZES["wall"]):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(KEEP_GOALS, n)
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (n, width)
            assert page.evaluate(SHARE_IS_LARGEST), (n, width)
            assert page.locator(".board-goals").evaluate(WITHIN), (n, width)


def test_todays_pace_is_one_line_with_the_way_to_one_more_counter(
    look: Look, new_day: DayMaker
) -> None:
    more = ({"id": i, "indicator": "first_contact", "target_ratio": 0.9} for i in ("third", "last"))
    day = new_day(goals=[*GOALS, *more])
    day.open("1", "citizen-service")
    for ago in range(12):
        day.completed("pas", "1", 60 - 4 * ago, took=3)
    for _ in range(12):
        day.waits("pas", 11)
    keep_pace(day.queue, day.branch)
    page = look(day, *SIZES["desk"])
    expect(page.locator(".board-goal__verdict")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for panel in page.locator(".board-panel").all():
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    line = page.locator(".board-notice").filter(has_text="at this pace")
    expect(line).to_contain_text("Called in under 10 min: ends between 66 and 71% at this pace")
    expect(line).to_contain_text("The goal is 80%. One counter more from now until ")
    expect(line).to_contain_text(": between 75 and 80%.")
    line.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/act[?]kind=open_counter&until=time&time="))
    expect(page.locator("input[type=time]")).not_to_have_value("")
    page.get_by_role("button", name="Do it now").click()
    expect(page.locator("#in-force h3")).to_have_count(1)
    page.goto(f"/dashboards/{day.branch}")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    expect(line).to_be_visible()
    expect(line.get_by_role("link")).to_have_count(0)


def test_the_ways_to_other_pages(look: Look, new_day: DayMaker) -> None:
    day, other = new_day(), new_day(name="Rådhuset")
    page = look(day)
    expect(page.locator(".topbar__brand")).to_have_attribute("href", "/")
    expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    page.locator("#others summary").click()
    expect(page.get_by_role("link", name="All branches now")).to_have_attribute("href", "/")
    assert page.locator(f"a[href='/dashboards/{other.branch}']").is_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#others")).not_to_have_attribute("open", "")
    page.get_by_role("link", name="Dansk").click()
    expect(page.get_by_role("heading", name="Dagens mål")).to_be_visible()
    bound = look(day, branch=day.branch)
    expect(bound.locator("#others")).to_have_count(0)


def test_a_branch_of_replayed_days_shows_no_current_state(
    new_day: DayMaker, pages: Pages, assert_accessible: Check
) -> None:
    day = new_day(historic=True)
    day.waits("pas", 25)
    page = pages.open(day.branch)
    main = page.get_by_role("main")
    expect(main.get_by_role("heading")).to_have_text(["These are days of the past"])
    for word in ("Longest", "Act now", "All is well", "Open", "Waiting"):
        expect(page.locator("body")).not_to_contain_text(word)
    assert_accessible(page)
    assert_fits_everywhere(page)
    main.get_by_role("link", name="See their history").click()
    expect(page).to_have_url(re.compile(f"/dashboards/{day.branch}/history$"))


def test_it_is_for_supervisors(service: Service, new_day: DayMaker) -> None:
    day = new_day()
    elsewhere = new_day()
    for role in ("clerk", "display", "kiosk", "metrics"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            _get(service.api(role), f"/dashboards/{day.branch}/now")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _get(service.api("supervisor", elsewhere.branch), f"/dashboards/{day.branch}/now")
    assert _get(service.api("admin"), f"/dashboards/{day.branch}/now")["branch"] == day.branch
