"""The wall with much on it: twelve services and ten counters of 45 letters, at every size.

One page is taken from state to state; in each it is checked in every size. A fault is reported with
the state, the size and the words that do not fit.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_service.language.catalogues import words
from tests.pages.display.waiting_room import Room, front, until_state
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import ALWAYS, Service

WALL: ViewportSize = {"width": 1920, "height": 1080}
SIZES = ((1920, 1080), (3840, 2160), (1080, 1920), (1280, 720))
LETTERS = 45

SERVICE = {
    "da": "Parkeringstilladelse og beboerindskudslån nr.",
    "en": "Residential parking permits and deposit loans",
}
COUNTER = "Borgerservice og turistinformation, skranke"
MANY: dict[str, Any] = {
    "services": [
        {
            "id": f"s{n}",
            "name": {lang: f"{name[: LETTERS - 3]} {n:02}" for lang, name in SERVICE.items()},
            "prefix": "ABCDEFGHJKLM"[n],
        }
        for n in range(12)
    ],
    "counters": [
        {"id": str(n), "name": f"{COUNTER} {n}", "services": ["*"]}
        | ({"kind": "room", "entrance": "knock"} if n == 6 else {})
        for n in range(1, 11)
    ],
    "teams": [],
    "goals": [],
}

FAULTS = """() => {
  const faults = [];
  const words = (element) => element.textContent.replace(/\\s+/g, " ").slice(0, 60);
  const say = (what, e) => faults.push(`${what}: ${e.className} ${words(e)}`);
  const seen = (e) => e.checkVisibility() && !e.closest(".visually-hidden, svg");
  const box = (e) => e.getBoundingClientRect();
  const main = document.getElementById("main");
  for (const e of [...main.querySelectorAll("*")].filter(seen)) {
    const outer = box(e.closest(".call") ?? document.body);
    const inner = box(e);
    if (e.closest(".strip__service > span, #branch-name")) continue; // cut on purpose, to one line
    const right = Math.min(outer.right, innerWidth);
    const bottom = Math.min(outer.bottom, innerHeight);
    if (e.matches("#strip, .view")) continue; // they reach past the edges, where they are cut
    if (inner.left < outer.left - 3 || inner.right > right + 3) say("too wide", e);
    if (inner.top < outer.top - 3 || inner.bottom > bottom + 3) say("too tall", e);
  }
  const apart = (all) => all.forEach((one, index) => all.slice(index + 1).forEach((other) => {
    const [a, b] = [box(one), box(other)];
    const over = a.left < b.right - 1 && b.left < a.right - 1;
    if (over && a.top < b.bottom - 1 && b.top < a.bottom - 1) say(`over ${words(other)}`, one);
  }));
  const children = (selector) => [...main.querySelectorAll(selector)].filter(seen);
  apart(children("#main > *"));
  apart(children(".call"));
  apart(children(".head > *"));
  apart(children(".strip > *"));
  apart(children(".strip__queue"));
  for (const call of children(".call")) apart([...call.querySelector(".call__in").children]);
  const middle = ({ left, right }) => (left + right) / 2;
  for (const number of children(".call:not([data-row]) .call__number")) {
    const place = number.nextElementSibling;
    if (!place) continue; // a large one that was missed leads nowhere
    const [above, below] = [box(number), box(place)];
    if (below.top - above.bottom > 0.3 * above.height) say("a hole below the number", number);
    for (const e of place.querySelectorAll(".call__where > span")) {
      const words = document.createRange();
      words.selectNodeContents(e);
      if (Math.abs(middle(box(words)) - middle(above)) > 3) say("off the axis", e);
    }
  }
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!seen(node.parentElement)) continue;
    for (const word of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
      if (tops.size > 1) say(`${word[0]} is broken`, node.parentElement);
    }
  }
  const size = (e) => parseFloat(getComputedStyle(e).fontSize);
  for (const call of children(".call[data-row][data-state=open]")) {
    const [number, ...lines] = call.querySelectorAll(".call__number, .call__where > span");
    if (size(lines[0]) < size(number)) say("where to go is smaller than the number", call);
    if (lines.some((e) => size(e) < 0.6 * size(number))) say("what to do is too small", call);
  }
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) faults.push(`scrolls sideways: ${page.scrollWidth}`);
  if (page.scrollHeight > innerHeight) faults.push(`scrolls down: ${page.scrollHeight}`);
  const calls = main.querySelector(".view--calls");
  const { width, height } = box(calls);
  const share = (width * height) / (innerWidth * innerHeight);
  if (seen(calls) && share < 0.6) faults.push(`calls have ${share} of the wall`);
  return faults;
}"""
"""In the page: everything that does not fit, lies over something else, or is broken."""


BORDER = """(element) => {
  const { borderTopStyle, borderTopWidth } = getComputedStyle(element);
  return [borderTopStyle, parseFloat(borderTopWidth)];
}"""
"""In the page: how an element's edge is drawn, and how thick."""


ANNOUNCED_LINES = """() => {
  const words = document.createRange();
  words.selectNodeContents(document.querySelector("#announced > span"));
  return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
}"""
"""In the page: over how many lines an announcement runs."""

MISSED = ".call[data-state=missed]"
FILLED = "e => getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)'"
LETTERS_PX = "e => parseFloat(getComputedStyle(e).fontSize)"
FONT_SIZE = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"


def faults(page: Page, state: str) -> list[str]:
    """The display's layout faults in its current state, in every size."""
    found: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{state}, {width} × {height}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


@pytest.mark.parametrize(
    "languages",
    [
        ["da", "en"],
        pytest.param(["en"], marks=pytest.mark.nightly),
        pytest.param(["ar", "de", "so"], marks=pytest.mark.nightly),
    ],
    ids=["da+en", "en", "right-to-left"],
)
def test_everything_fits_whatever_is_on_the_wall(
    service: Service, new_context: BrowserMaker, languages: list[str]
) -> None:
    room = Room.open(service, new_context, **MANY, languages=languages)
    for n in range(12):
        room.post("/visits", service=f"s{n}", language=languages[0])
    page = room.display()
    found = faults(page, "welcome")

    calls = [room.call("1", "s0", languages[-1])]
    expect(front(page)).to_have_count(1)
    found += faults(page, "one call")

    calls += [room.call(str(n), f"s{n}", languages[-1]) for n in range(2, 11)]
    expect(front(page)).to_have_count(10)
    found += faults(page, "ten calls at once")

    page.reload()
    room.post(f"/visits/{calls[4]['id']}/recall")
    expect(page.locator(".call[data-state=again]")).to_have_count(1)
    expect(page.locator(".call")).to_have_count(10)
    found += faults(page, "one of ten called again")

    found += offline(page)
    found += with_one_missed(room, page, calls, languages[-1])
    found += with_an_announcement(room, page, languages)
    # Without a call, the number that was met last has the large tile, and not the missed one.
    for visit in calls[8:]:
        room.post(f"/visits/{visit['id']}/start")
    expect(page.locator("#front .call[data-state=met]")).to_be_visible(timeout=30_000)
    found += faults(page, "nobody called, one missed")
    page.set_viewport_size(WALL)
    assert page.locator(f"#rest {MISSED} .call__where").evaluate(LETTERS_PX) >= 36
    keeps_a_missed_call(room, page, calls[7]["number"], languages[-1])
    assert not found, "\n".join(found)


def offline(page: Page) -> list[str]:
    """No call looks as if it were made now."""
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible(timeout=30_000)
    found = faults(page, "ten calls, offline")
    assert {call.evaluate(FILLED) for call in page.locator(".call").all()} == {False}
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
    return found


def with_one_missed(
    room: Room, page: Page, calls: list[dict[str, Any]], language: str
) -> list[str]:
    """Of ten calls seven have begun and one was missed, which says so in the ticket's language."""
    for visit in calls[:7]:
        room.post(f"/visits/{visit['id']}/start")
    room.post(f"/visits/{calls[7]['id']}/no-show")
    missed = page.locator(MISSED)
    expect(missed).to_have_attribute("data-number", calls[7]["number"], timeout=30_000)
    expect(missed).to_contain_text(words(language).gettext("Nobody came – talk to the staff"))
    expect(missed).not_to_contain_text(COUNTER[:20])
    expect(page.locator(".call[data-state=met]")).to_have_count(2)
    found = faults(page, "two open, one missed, two met")
    page.set_viewport_size(WALL)
    letters = [
        missed.locator(part).evaluate(LETTERS_PX) for part in (".call__number", ".call__where")
    ]
    assert letters[0] == letters[1] >= 36
    return found


def with_an_announcement(room: Room, page: Page, languages: list[str]) -> list[str]:
    """It has one line, in one language after the other."""
    notice = "Pasfoto kan tages i automaten ved indgangen, som tager kort og MobilePay. " * 2
    texts = {lang: f"{lang}: {notice.strip()}" for lang in languages}
    acts = f"/branches/{room.branch}/interventions"
    room.api.post(acts, kind="announcement", texts=texts, screens=["display"])
    announced = page.locator("#announced")
    expect(announced.locator("span")).to_have_count(1, timeout=30_000)
    found = faults(page, "an announcement next to calls")
    page.set_viewport_size(WALL)
    first = announced.inner_text()
    assert page.evaluate(ANNOUNCED_LINES) == 1
    page.clock.run_for(10_000)
    expect(announced).not_to_have_text(first)
    return found


def keeps_a_missed_call(room: Room, page: Page, number: str, language: str) -> None:
    """Neither ten later calls nor a screen that starts again change it."""
    for _ in range(10):
        visit = room.call("8", "s0", language)
        room.post(f"/visits/{visit['id']}/complete", outcome="resolved")
    page.reload()
    expect(page.locator(MISSED)).to_have_attribute("data-number", number, timeout=30_000)


def test_without_calls_everything_fits_too(service: Service, new_context: BrowserMaker) -> None:
    room = Room.open(service, new_context, **MANY, opening_hours={})
    page = room.display()
    view = page.locator("#main")
    expect(view).to_have_attribute("data-view", "closed")
    found = faults(page, "closed")
    page.set_viewport_size(WALL)
    below_long_announcements_all_of_it_gets_smaller(room, page)

    for n in range(12):
        room.post("/visits", service=f"s{n}")
    expect(view).to_have_attribute("data-view", "welcome")
    last = page.get_by_role("heading", name="Lukket for nye numre")
    expect(last).to_be_visible()
    found += faults(page, "closed with people waiting")

    document = room.api.get(f"/branches/{room.branch}")
    room.api.call("PUT", f"/branches/{room.branch}", document | {"opening_hours": ALWAYS})
    expect(last).to_have_count(0)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible(timeout=30_000)
    expect(page.locator("#welcome-lead")).to_contain_text("Hør efter: personalet")
    found += faults(page, "welcome, offline")
    assert not found, "\n".join(found)
    page.context.set_offline(False)
    enlarged_four_times_nothing_scrolls_sideways(room, page)


def below_long_announcements_all_of_it_gets_smaller(room: Room, page: Page) -> None:
    large = page.evaluate(FONT_SIZE)
    words = (
        "Biblioteket lukker tidligt i dag på grund af storm. Gå forsigtigt hjem ad den store vej."
    )
    acts = f"/branches/{room.branch}/interventions"
    for _ in range(3):
        texts = {"da": words, "en": f"In English: {words}"}
        room.api.post(acts, kind="announcement", texts=texts, screens=["display"])
    expect(page.locator("#announced > span")).to_have_count(2)
    page.wait_for_function(
        f"() => document.documentElement.scrollHeight <= innerHeight && ({FONT_SIZE})() < {large}"
    )
    for one in room.api.get(acts)["interventions"]:
        room.api.post(f"{acts}/{one['id']}/end")
    expect(page.locator("#announced")).to_be_hidden()
    page.wait_for_function(f"() => ({FONT_SIZE})() === {large}")


def enlarged_four_times_nothing_scrolls_sideways(room: Room, page: Page) -> None:
    for state in ("welcome", "one call", "two calls"):
        for width, height in ((320, 256), (480, 270), (320, 640)):
            page.set_viewport_size({"width": width, "height": height})
            sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert sideways <= 0, (state, width, height)
        count = page.locator(".call").count()
        room.call(str(count + 1), "s0")
        expect(page.locator(".call")).to_have_count(count + 1)


def test_without_colours_a_call_and_a_recall_are_marked(
    service: Service, new_context: BrowserMaker
) -> None:
    room = Room.open(service, new_context)
    page = room.display(forced_colors="active")
    first = room.call("1")
    room.call("2")
    expect(page.locator(".call[data-state=now]")).to_have_count(2)
    until_state(page, "rest")
    open_ = page.locator(".call[data-state=open]").first.evaluate(BORDER)
    room.post(f"/visits/{first['id']}/recall")
    again = page.locator(".call[data-state=again]")
    expect(again).to_have_count(1)
    style, width = again.evaluate(BORDER)
    assert style == "dashed"
    assert width >= 2 * open_[1]
    expect(again.locator(".call__label .icon")).to_be_visible()
    assert not faults(page, "called again, forced colours")


def test_a_wall_of_a_branch_without_anything_is_accessible(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    room = Room.open(service, new_context, services=[], counters=[], teams=[], goals=[])
    page = room.display()
    expect(page.locator("#main")).to_have_attribute("data-view", "welcome")
    expect(page.locator("#welcome-lead")).to_have_text("Hold øje med skærmen. Watch this screen.")
    assert_accessible(page)
