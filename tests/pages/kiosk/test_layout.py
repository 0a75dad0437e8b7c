"""The kiosk's words have their place: in whole lines, clear of the picture, in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_service.playbook.rules import LONGEST_LINE, LONGEST_SELF_SERVICE, MOST_LINES
from tests.pages.kiosk.screen import (
    LYING,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    change,
    choose,
    in_time,
    number,
    number_then,
    open_counter,
    shown,
)
from tests.pages.playbook.entries import own_service, put_in_force
from tests.playbook.entries import text
from tests.running import eventually
from tests.web.service import Service

PHONE: Final = {"width": 390, "height": 844}
SIZES: Final = (UPRIGHT, LYING, PHONE)

LINES = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
}"""
"""In the page: over how many lines a text runs."""

BELOW = """(text) => {
    const panel = text.closest(".panel");
    const { bottom, width } = panel.getBoundingClientRect();
    const picture = parseFloat(getComputedStyle(panel, "::after").height) || (226 / 1080) * width;
    return bottom - picture - text.getBoundingClientRect().bottom;
}"""
"""In the page: how far a text ends above the picture: that below the words of an upright screen, or
the lower part with the sun, 226 high and 1080 wide, on which the words of a lying one are."""

MAST = """() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("#branch-name"));
    const others = [...document.querySelectorAll("#clock, .mast .languages button")];
    const parts = [range, ...others.filter((part) => part.checkVisibility())];
    return parts.map((part) => part.getBoundingClientRect())
        .map(({ left, top, right, bottom, width }) => [left, top, right, bottom, width]);
}"""
"""In the page: where the name, the clock and the languages are, and how wide."""


GAPS = """(deck) => {
    const shown = [...deck.children].filter((part) => part.checkVisibility());
    const boxes = shown.map((part) => part.getBoundingClientRect());
    const { top, bottom } = deck.getBoundingClientRect();
    return [boxes[0].top - top, bottom - boxes.at(-1).bottom];
}"""
"""In the page: the room above the content of a deck, and below it."""


def in_the_middle(deck: Locator) -> bool:
    """Whether there is about as much room above as below."""
    above, below = deck.evaluate(GAPS)
    return bool(abs(above - below) < 16)


def test_a_closed_lying_screen_has_its_words_in_the_middle(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(opening_hours={}), **LYING)
    expect(shown(page)).to_have_text("Vi har lukket i dag")
    assert in_the_middle(page.locator(".deck:visible"))


def test_waiting_is_offered_in_one_line(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch(
        counters=[{"id": "1", "name": "Skranke 1", "services": ["korekort"]}], teams=[], goals=[]
    )
    open_counter(service, branch)
    page = kiosk(branch, **UPRIGHT)
    choose(page, "pas")
    take = page.locator("#untaken-take")
    expect(take).to_be_enabled()
    for lang, said in (("da", "Tag et nummer"), ("en", "Take a number")):
        page.locator(f".languages [lang={lang}]:visible").click()
        expect(take).to_contain_text(said)
        assert take.evaluate(LINES) == 1, lang


SCREENS: Final = (
    UPRIGHT, LYING, PHONE, {"width": 720, "height": 1280}, {"width": 800, "height": 1280},
    {"width": 768, "height": 1366}, {"width": 1024, "height": 768},
)  # fmt: skip
TWELVE = [
    "Parkeringstilladelser til beboere og erhverv",
    "Pas",
    "Kørekort og id-kort til unge under 18 år",
    "Ansøgning om beboerindskudslån i almen bolig",
    "Tilflyttere fra udlandet og cpr-registrering",
    "Sundhedskort, lægevalg og rejsesygesikring",
    "Folkepension, boligydelse og helbredstillæg",
    "Vielser, navneændringer og fødselsattester",
    "Hittegods",
    "Ejendomsskat, gebyrer og betalingsaftaler",
    "Digital Post, MitID og fuldmagter for andre",
    "Affaldssortering, storskrald, genbrugsplads",
]
"""Twelve services, most of them of some 45 characters."""

WRONG = """() => {
    const found = [];
    const { scrollHeight, scrollWidth } = document.documentElement;
    if (scrollHeight > innerHeight) found.push(`too high: ${scrollHeight}`);
    if (scrollWidth > innerWidth) found.push(`too wide: ${scrollWidth}`);
    const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
    const whole = document.querySelectorAll(
        "button, h1, .panel p, .called p, .called h1 span, .facts li span, .ready__own p, .own p, "
        + ".slip span, .service__text, .mast p, .timer p");
    for (const text of [...whole].filter(seen)) {
        if (text.closest(".visually-hidden")) continue;
        const inline = getComputedStyle(text).display === "inline";
        if (!inline && text.scrollWidth > text.clientWidth + 1) {
            found.push(`a word too wide: ${text.textContent.trim()}`);
        }
        const { left, right, top, bottom } = text.getBoundingClientRect();
        if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) {
            found.push(`off the screen: ${text.textContent.trim()}`);
        }
    }
    const apart = "button, .panel h1, .panel p, .facts li, .mast p, .slip, .timer__text";
    const boxes = [...document.querySelectorAll(apart)].filter(seen)
        .map((part) => [part, part.getBoundingClientRect()]);
    for (const [one, a] of boxes) for (const [other, b] of boxes) {
        if (one === other || one.contains(other) || other.contains(one)) continue;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1) found.push(`${one.textContent} lies over ${other.textContent}`);
    }
    const groups = [...document.querySelectorAll(".languages")];
    if (!groups.some(seen)) found.push("no language is in sight");
    return found;
}"""
"""In the page: what does not fit or lies over something else, and words wider than their place."""


DRAWN = """([width, height]) => innerWidth === width && innerHeight === height
    && new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
})"""
"""In the page: whether it has this size and has been drawn in it."""


def on_each(page: Page, sizes: Iterable[dict[str, int]]) -> Iterator[dict[str, int]]:
    """Give the page each size of screen, and let it be drawn in it."""
    for size in sizes:
        width, height = size["width"], size["height"]
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(DRAWN, arg=[width, height])
        yield size


def looked_at(page: Page, what: str, screens: Iterable[dict[str, int]] = SCREENS) -> None:
    """Every size of screen, one after the other, with the page as it is."""
    for size in on_each(page, screens):
        fits_soon(page, (what, size))


def fits_soon(page: Page, what: object) -> None:
    """If the page's clock is held, its frames are not the browser's: it fits soon after."""
    with suppress(AssertionError):
        eventually(lambda: page.evaluate(WRONG) == [], seconds=5)
    assert page.evaluate(WRONG) == [], what


def parts_are_apart(page: Page, size: dict[str, int]) -> None:
    """The name, the clock and the languages do not overlap."""
    boxes = page.evaluate(MAST)
    assert all(width > 0 for _, _, _, _, width in boxes), boxes
    for left, top, right, bottom, _ in boxes:
        assert left >= 0
        assert right <= size["width"]
        over = [b for b in boxes if b[0] < right and b[2] > left]
        assert [b[1] < bottom and b[3] > top for b in over].count(True) == 1, boxes


def test_words_have_their_place_on_the_start_and_on_a_ticket(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch(name="Borgerservice")
    page = kiosk(branch, **UPRIGHT)
    expect(page.locator(".service").first).to_be_enabled()
    expect(page.locator("#clock")).to_be_visible()
    expect(page.locator("#home-lead")).to_contain_text("Ingen skranke er åben")
    last, parts = page.locator("#home-several"), page.locator("#unsure-name > span")
    expect(last).to_have_text("Flere ærinder? Ét nummer er nok.")
    expect(parts).to_have_text(["Andet – eller i tvivl?", "Tag nummer her"])
    for size in on_each(page, SIZES):
        # The question and its answer have a line each.
        eventually(lambda: [part.evaluate(LINES) for part in parts.all()] == [1, 1])
        if size is not PHONE:
            eventually(lambda: bool(last.evaluate(BELOW) >= 12), what=f"above the sun, {size}")
        fits_soon(page, size)
        parts_are_apart(page, size)

    choose(page, "pas")
    number(page)
    countdown = page.locator("#timer-text")
    for size in on_each(page, SIZES):
        eventually(lambda: bool(countdown.evaluate(LINES) <= 3), what=f"the countdown, {size}")
        if size is LYING:
            assert in_the_middle(page.locator(".deck:visible"))
    assert re.search("om \\d+\N{NO-BREAK SPACE}sekund", countdown.inner_text())

    change(service, branch, name=TWELVE[0])
    expect(page.locator("#branch-name")).to_have_text(TWELVE[0])
    for size in on_each(page, SIZES):
        fits_soon(page, size)
        parts_are_apart(page, size)


ANNOUNCED = (
    "Vi har desværre længere ventetid end normalt i dag på grund af sygdom. Kun pas og kørekort "
    "kan klares i dag, alt andet kan du klare på borger.dk eller i morgen."
)
"""As long as announcements are, but for some characters."""
IDS = "all => all.map((service) => service.dataset.service)"
IS_WHOLE = """(text) => text.scrollWidth <= text.clientWidth
    && text.scrollHeight <= text.clientHeight
    && text.getBoundingClientRect().bottom <= innerHeight"""
"""In the page: whether nothing of a text is cut off."""
ONE_PAGE = """() => {
    const { scrollHeight } = document.documentElement;
    const names = [...document.querySelectorAll(".service__text")];
    return {
        pages: document.querySelector("#pages").checkVisibility(),
        services: names.length,
        over: Math.max(0, scrollHeight - innerHeight),
        sizes: new Set(names.map((name) => getComputedStyle(name).fontSize)).size,
        note: document.querySelector("#home-note").offsetHeight <= 0.15 * innerHeight,
    };
}"""
"""In the page: what the start has to be, however much there is to say."""


def on_one_page(page: Page) -> None:
    """Twelve services are on one page, alike large, and an announcement takes little of it."""
    wanted = {"pages": False, "services": 12, "over": 0, "sizes": 1, "note": True}
    for width, height in ((1080, 1920), (720, 1280), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(DRAWN, arg=[width, height])
        with suppress(AssertionError):
            eventually(lambda: bool(page.evaluate(ONE_PAGE) == wanted), seconds=10)
        assert page.evaluate(ONE_PAGE) == wanted, (width, height)
    page.set_viewport_size({"width": 1080, "height": 1920})


@pytest.mark.parametrize(
    ("languages", "screens"),
    [
        (["da"], (UPRIGHT, LYING, PHONE)),
        pytest.param(["da", "en"], SCREENS, marks=pytest.mark.nightly),
    ],
    ids=["the extremes", "every screen"],
)
def test_twelve_long_services_fit_every_screen(
    service: Service, kiosk: Kiosk, languages: list[str], screens: tuple[dict[str, int], ...]
) -> None:
    services = [
        {
            "id": f"s{i}",
            "name": {"da": name, "en": f"{name[:35]} (English)"},
            "prefix": f"A{letter}",
        }
        for i, (name, letter) in enumerate(zip(TWELVE, "ABCDEFGHJKLM", strict=True))
    ]
    services.append({"id": "andet", "name": {"da": "Andet", "en": "Something else"}, "prefix": "Z"})
    counters = [{"id": "1", "name": "Skranke 1", "services": ["s4", "s6"]}]
    branch = service.branch(services=services, teams=[], counters=counters, goals=[])
    open_counter(service, branch)
    page = kiosk(branch, **UPRIGHT, own_clock=True)
    expect(page.locator(".service").first).to_be_enabled()
    # Available services come first.
    taken = [service["id"] for service in services[4:7:2]]
    assert page.locator(".service").evaluate_all(IDS)[:2] == taken
    on_one_page(page)
    long = {"da": ANNOUNCED, "en": ANNOUNCED}
    acts = f"/branches/{branch}/interventions"
    supervisor = service.api("supervisor", branch)
    supervisor.post(acts, kind="announcement", texts=long, screens=["kiosk"])
    expect(page.locator("#home-note-text")).to_have_text(ANNOUNCED)
    on_one_page(page)
    supervisor.post(acts, kind="announcement", texts=long, screens=["kiosk"])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#home-note-more").click()
    expect(page.locator("#home-note-more")).to_have_text("Luk")
    assert page.locator("#home-note-text").evaluate(IS_WHOLE), "all of it, once it is opened"
    page.locator("#home-note-more").click()
    on_one_page(page)
    for lang in languages:
        page.locator(f".languages [lang={lang}]:visible").click()
        looked_at(page, f"start, {lang}", screens)
        page.set_viewport_size({"width": 1080, "height": 1920})
        page.clock.run_for(RESTED_MS)
        choose(page, "s3")  # which no counter takes
        page.clock.run_for(RESTED_MS)
        expect(page.locator("#untaken-take")).to_be_enabled()
        looked_at(page, f"untaken, {lang}", screens)
        page.locator("#untaken-take").click()
        number_then(page)
        looked_at(page, f"ticket, {lang}", screens)
        page.locator("#ticket-change").click()
        page.clock.run_for(RESTED_MS)
        expect(page.locator("#home-keep")).to_be_enabled()
        looked_at(page, f"instead, {lang}", screens)
        page.locator("#home-keep").click()
        number_then(page)
        page.locator("#ticket-done").click()
        page.clock.run_for(RESTED_MS)
        expect(page.locator(".service").first).to_be_enabled()


def test_error_messages_fit_every_screen(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(help_button=True), **UPRIGHT, own_clock=True)
    expect(page.locator(".call:visible")).to_have_count(1)
    page.route("**/visits*", lambda route: route.abort())
    choose(page, "pas")
    in_time(page, shown(page), "Tryk på det samme igen.")
    page.clock.run_for(RESTED_MS)
    expect(page.locator("#trouble-again")).to_be_enabled()
    looked_at(page, "unknown")
    page.context.set_offline(True)
    page.clock.run_for(26_000)
    expect(page.locator("#trouble-itself")).to_be_visible(timeout=20_000)
    expect(page.locator(".call:visible")).to_have_count(0)  # no page would receive it
    looked_at(page, "offline")
    page.set_viewport_size({"width": 1280, "height": 800})
    panel = page.locator(".panel:visible")
    eventually(lambda: bool(panel.evaluate("(panel) => panel.offsetWidth > innerWidth / 2")))


def test_the_playbooks_texts_fit_every_screen(service: Service, kiosk: Kiosk) -> None:
    own = own_service()
    branch = service.branch(services=[own], counters=[], teams=[], goals=[])
    line = "Den lejekontrakt, som begge parter har underskrevet, og den seneste lønseddel ok"
    full = text(
        bring=[line[:LONGEST_LINE]] * MOST_LINES,
        self_service={
            "text": ("Med MitID kan du selv søge om boligstøtte, også om aftenen. " * 9)[
                : LONGEST_SELF_SERVICE - 1
            ],
            "address": "https://www.borger.dk/pension-og-efterloen/boligstoette-til-pensionister",
        },
    )
    put_in_force(service, own["id"], texts={"da": full})
    page = kiosk(branch, "?paper=80", **UPRIGHT)
    choose(page, own["id"])
    expect(page.locator("#ready-none")).to_be_enabled()
    looked_at(page, "ready")
    page.set_viewport_size({"width": 1080, "height": 1920})
    page.locator("#ready-none").click()
    expect(page.locator("#own-code path")).to_have_count(1)
    looked_at(page, "own")
