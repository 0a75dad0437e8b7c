"""A conversation between two real browsers: called, connected, helped and over."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.video.conftest import HEIGHT, Booth
from tests.web.browsers import Check
from tests.web.keyboard import press

HAS_OWN_PICTURE = "() => Boolean(document.getElementById('own').srcObject)"


def test_a_citizen_is_called_to_the_screen_and_helped(
    booth: Booth, assert_accessible: Check
) -> None:
    screen, clerk = booth.screen, booth.clerk
    expect(screen.locator("#idle-title")).to_have_text("Dette er Skærm 1")
    assert_accessible(screen)
    booth.serve_the_screen()
    assert_accessible(clerk)
    number = booth.issue(language="en")["number"]
    expect(clerk.locator("#stage-title")).to_have_text("1 person is waiting at your screens")
    clerk.keyboard.press("Space")
    expect(clerk.locator("#status")).to_have_text(
        "Waiting until somebody sits down at Screen 1, Biblioteket."
    )
    # Called in the language that the citizen has chosen.
    expect(screen.locator("#called-number")).to_have_text(number)
    expect(screen.locator("#begin")).to_have_text("I am here – start")
    assert_accessible(screen)
    assert not screen.evaluate(HAS_OWN_PICTURE)
    screen.locator("#begin").click()
    booth.connected()
    clerk.keyboard.press("Space")
    expect(clerk.locator(".ticket--serving")).to_be_visible()
    screen.locator("#end").click()
    expect(screen.locator("#over-title")).to_be_visible()
    expect(clerk.locator("#status")).to_have_text("The citizen has ended the conversation.")
    press(clerk, "1")
    expect(clerk.locator(".screens")).to_be_visible()
    expect(clerk.locator("#video")).to_be_hidden()
    expect(screen.locator("#back")).to_be_hidden()
    assert not clerk.evaluate(HAS_OWN_PICTURE)


@pytest.mark.nightly
def test_forms_and_addresses_open_next_to_it(conversation: Booth, assert_accessible: Check) -> None:
    screen, clerk, desk = conversation.screen, conversation.clerk, conversation.desk
    form = clerk.locator("#forms a")
    expect(form).to_have_attribute("href", "https://www.borger.dk/x")
    expect(form).to_have_attribute("rel", "noopener noreferrer")
    # An address opens as it is written on a sign, and no other kind of it.
    desk.route("https://borger.dk/**", lambda route: route.fulfill(body="Pas"))
    clerk.locator("#address-field").fill("http://borger.dk/pas")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#address-trouble")).to_contain_text("Write the whole address")
    clerk.locator("#address-field").fill("borger.dk/pas")
    with desk.expect_page() as opened:
        clerk.keyboard.press("Enter")
    opened.value.wait_for_url("https://borger.dk/pas")
    opened.value.close()
    expect(clerk.locator("#address-trouble")).to_be_empty()
    clerk.locator("#stage-title").focus()
    for page in (screen, clerk):
        assert_accessible(page)


def test_a_document_is_shown_as_it_is_and_pointed_at(
    conversation: Booth, assert_accessible: Check
) -> None:
    screen, clerk = conversation.screen, conversation.clerk
    # One's own face is as in a mirror.
    mirrored = "() => getComputedStyle(document.getElementById('own')).transform"
    assert screen.evaluate(mirrored) == "matrix(-1, 0, 0, 1, 0, 0)"
    clerk.locator("#document").click()
    expect(screen.locator("#hold")).to_contain_text("Hold your document inside the frame.")
    expect(screen.locator("#hold")).to_contain_text("Nothing is recorded")
    expect(screen.locator(".frame")).to_be_visible()
    assert screen.evaluate(mirrored) == "none"
    expect(clerk.locator("#frame")).to_be_visible()
    assert_accessible(screen)
    box = clerk.locator("#theirs").bounding_box()
    assert box is not None
    clerk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(screen.locator("#pointer")).to_be_visible()
    dot, picture = (screen.locator(name).bounding_box() for name in ("#pointer", "#own"))
    assert dot is not None
    assert picture is not None
    for side, length in (("x", "width"), ("y", "height")):
        middle = [one[side] + one[length] / 2 for one in (dot, picture)]  # type: ignore[literal-required]  # the keys of a box
        assert abs(middle[0] - middle[1]) < 3
    screen.locator("#document").click()
    expect(clerk.locator("#frame")).to_be_hidden()
    expect(clerk.locator("#help-words")).to_be_empty()


@pytest.mark.nightly
def test_a_window_is_shown_and_the_citizen_points_at_it(
    conversation: Booth, assert_accessible: Check
) -> None:
    screen, clerk = conversation.screen, conversation.clerk
    press(clerk, "s")
    screen.wait_for_function(
        "() => { const v = document.getElementById('shown');"
        " return !v.hidden && v.videoWidth > 0; }"
    )
    expect(screen.locator("#hold")).to_contain_text("Touch it to point")
    expect(clerk.locator("#own")).to_be_hidden()  # it would lie on the window
    assert_accessible(screen)
    screen.locator("#shown").click()
    expect(clerk.locator("#pointer")).to_be_visible()
    # A document goes before the window, and both pages say so.
    press(clerk, "y")
    expect(clerk.locator("#help-words")).to_contain_text("Your window is hidden from the citizen")
    expect(clerk.locator("#document")).to_have_text("Back to the conversation Y")
    expect(screen.locator("#hold")).to_contain_text("The window comes back afterwards.")
    expect(screen.locator("#shown")).to_be_hidden()
    assert_accessible(clerk)
    press(clerk, "y")
    expect(screen.locator("#shown")).to_be_visible()
    press(clerk, "s")
    expect(screen.locator("#shown")).to_be_hidden()
    expect(clerk.locator("#help-words")).to_be_empty()


def test_a_muted_clerk_is_shown_as_muted(conversation: Booth) -> None:
    screen, clerk = conversation.screen, conversation.clerk
    press(clerk, "n")
    expect(screen.locator("#their-trouble")).to_contain_text("has muted the microphone")
    expect(clerk.locator("#help-words")).to_contain_text("Your microphone is muted")
    press(clerk, "n")
    expect(screen.locator("#their-trouble")).to_be_hidden()
    screen.locator("#mute").click()
    expect(clerk.locator("#help-words")).to_contain_text("The citizen has muted")
    for page in (clerk, screen):
        expect(page.locator("#mute use")).to_have_attribute("href", "#i-microphone")
    screen.locator("#mute").click()
    expect(clerk.locator("#help-words")).to_be_empty()


@pytest.mark.nightly
def test_the_keys_and_the_playbook_are_at_hand(
    conversation: Booth, assert_accessible: Check
) -> None:
    clerk = conversation.clerk
    press(clerk, "?")
    expect(clerk.locator("#ask")).to_contain_text("Mute or unmute my microphone")
    expect(clerk.locator("#ask").get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
    clerk.keyboard.press("Escape")
    press(clerk, "h")
    expect(clerk.locator("#playbook-title")).to_contain_text("Book service")
    expect(clerk.locator("#stage button").last).to_be_in_viewport(ratio=1)
    assert_accessible(clerk)
    clerk.set_viewport_size({"width": 1280, "height": 800})
    expect(clerk.locator("#forms a")).to_be_visible()
    heights = clerk.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("main > :not([hidden])")]
            .map((one) => one.scrollHeight)"""
    )
    # The sentence of a slow picture, which depends on this machine, comes on top.
    slow = clerk.evaluate(
        """() => {
            const words = document.getElementById("rate-words");
            const gap = parseFloat(getComputedStyle(words.parentElement).rowGap);
            return words.offsetHeight && words.offsetHeight + gap;
        }"""
    )
    assert heights[0] <= HEIGHT + slow, heights
    clerk.set_viewport_size({"width": 1440, "height": 900})
    clerk.keyboard.press("Escape")
    expect(clerk.locator("#playbook")).to_be_hidden()


@pytest.mark.nightly
def test_a_screen_that_is_opened_again_starts_by_a_press_alone(conversation: Booth) -> None:
    screen, clerk = conversation.screen, conversation.clerk
    screen.evaluate("() => sessionStorage.clear()")
    screen.reload()
    expect(screen.locator("#called-lead")).to_have_text(
        "Press the button to go on with the conversation."
    )
    expect(clerk.locator("#status")).to_contain_text("may have to press “Go on”", timeout=15_000)
    screen.get_by_role("button", name="Go on").click()
    conversation.connected()
    expect(clerk.locator("#help-words")).to_contain_text("has been opened again")
