"""A screen is set up from the browser alone: its code, the administrator's phone, its page."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from queue_service.access.operations import access
from tests.web.browsers import BrowserMaker, Check, first_page, fits
from tests.web.service import Service

SPARE: Final = """() => {
  const letters = [...document.querySelectorAll("#code > span:not(.visually-hidden, .pair__gap)")];
  const before = letters.map((letter) => letter.textContent);
  letters.forEach((letter) => { letter.textContent = "W"; });
  const box = document.querySelector(".pair__box").getBoundingClientRect();
  const edges = letters.map((letter) => letter.getBoundingClientRect());
  letters.forEach((letter, nth) => { letter.textContent = before[nth]; });
  return Math.min(box.right - edges.at(-1).right, edges[0].left - box.left);
}"""
"""The room next to the widest code there is, in pixels."""
SCREENS: Final = ((1080, 1920), (1920, 1080), (1280, 800), (390, 844))


def test_a_screen_goes_on_as_soon_as_it_is_confirmed_on_a_phone(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch()
    screen = first_page(new_context(*SCREENS[0], lang="da"))
    screen.clock.install()
    screen.goto("/pair")
    letters = screen.locator("#code")
    for width, height in SCREENS:
        screen.set_viewport_size({"width": width, "height": height})
        assert_accessible(screen, contrast=(width, height) == SCREENS[0])
        the_code_is_read_from_afar(screen, width, height)
    code = letters.inner_text().removeprefix("Kode:")

    admin = new_context(390, 844, lang="da")
    service.log_in(admin, "admin")
    phone = first_page(admin)
    phone.goto("/admin/screens")
    phone.get_by_label("Koden på skærmen").fill(code)
    phone.get_by_role("button", name="Find skærmen").click()
    expect(phone.get_by_text("Kan du se denne kode på skærmen?")).to_be_visible()
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_label("Hvad den skal være").select_option("display")
    phone.get_by_label("Afdeling").select_option(branch)
    phone.get_by_label("Hvor den står").fill("Ventesal")
    phone.get_by_role("button", name="Bekræft skærmen").click()
    expect(phone.get_by_text("Skærmen er sat op")).to_contain_text("Ventesal")
    expect(screen).to_have_url(f"{service.url}/display/{branch}")
    expect(screen.locator("#clock")).to_be_visible()

    store = service.access_store
    (token,) = [one for one in store.tokens() if one.label == "Ventesal"]
    access.revoke_token(store, token.id)
    expect(screen.locator("#connection")).to_contain_text("har ikke adgang")
    screen.clock.fast_forward(31_000)
    expect(screen).to_have_url(f"{service.url}/pair")
    expect(letters).not_to_contain_text(code)


def the_code_is_read_from_afar(screen: Page, width: int, height: int) -> None:
    """Nothing scrolls, but on a phone, and the widest letters are large and have room."""
    assert fits(screen)
    if width > 390:
        assert screen.evaluate("document.documentElement.scrollHeight") <= height
    spare = screen.evaluate(SPARE)
    assert spare >= 0, f"{-spare} px of the code are outside at {width} × {height}"
    box = screen.locator("#code").bounding_box()
    assert box is not None
    assert box["height"] >= min(width, height) / 20
