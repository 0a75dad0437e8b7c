"""Outside events that end or change a conversation: connections, screens, branches, clerks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.video.conftest import HEIGHT, Booth, video_branch
from tests.web.browsers import BrowserMaker, Check
from tests.web.keyboard import press


@pytest.mark.nightly
def test_the_connection_is_lost_and_restored(booth: Booth, assert_accessible: Check) -> None:
    screen, clerk = booth.screen, booth.clerk
    clerk.goto("/remote?lang=da")
    expect(clerk.locator("#pick-title")).to_have_text("Hvilke skærme betjener du?")
    booth.serve_the_screen()
    booth.issue()
    expect(clerk.locator("#stage-title")).to_contain_text("1 person venter")
    clerk.locator("#stage-top button").click()
    screen.locator("#begin").click()
    booth.connected()
    clerk.evaluate("() => { window.before = true; }")
    # Either page may be reloaded.
    screen.reload()
    booth.connected()
    expect(clerk.locator("#status")).to_be_hidden()
    clerk.reload()
    booth.connected()
    expect(screen.locator("#status")).to_be_hidden()
    # While the service itself is away the conversation goes on.
    with booth.service.store_away():
        seen = "() => document.getElementById('theirs').getVideoPlaybackQuality().totalVideoFrames"
        before = screen.evaluate(seen)
        screen.wait_for_function(f"(before) => ({seen})() > before + 10", arg=before)
        for page in (screen, clerk):
            expect(page.locator("#connection")).to_contain_text("Jeres samtale går videre")
        button = screen.locator("#end").bounding_box()
        assert button is not None
        assert button["y"] + button["height"] <= HEIGHT
    # The clerk's page is gone: the screen says so, and where to call.
    clerk.goto("about:blank")
    expect(screen.locator("#lost")).to_contain_text("Forbindelsen er væk. Vi prøver igen.")
    expect(screen.locator("#lost")).to_contain_text("Ring på 58 33 99 00")
    assert_accessible(screen)
    clerk.goto("/remote")
    booth.connected()
    expect(screen.locator("#lost")).to_be_hidden()
    press(clerk, "1")
    expect(screen.locator("#over-title")).to_have_text("Samtalen er slut")


@pytest.mark.nightly
def test_one_clerk_serves_the_screens_of_two_branches(booth: Booth) -> None:
    clerk = booth.clerk
    other = video_branch(booth.service)
    clerk.goto("/remote")
    for branch in (booth.branch, other):
        clerk.locator(f"input[value='{branch}/screen-1']").check()
    clerk.locator("#pick-title").focus()
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".screens tbody tr")).to_have_count(2)
    # A pause holds at all of them, and one press ends it.
    clerk.keyboard.press("v")
    expect(clerk.locator("#ask")).to_contain_text("Pause your screens: why?")
    clerk.keyboard.press("1")
    expect(clerk.locator("#stage-title")).to_have_text(" Paused")
    states = [one["state"] for one in booth.api.get("/video/counters")["counters"]]
    assert states.count("paused") == 2
    clerk.keyboard.press("Space")
    expect(clerk.locator("#stage-title")).to_have_text("Nobody is waiting at your screens")
    first = booth.issue(other)["id"]
    second = booth.issue()["id"]
    expect(clerk.locator("#stage-title")).to_contain_text("2 people")
    idle = clerk.locator("body:not([data-busy])")  # what was pressed last is done
    for branch, visit in ((other, first), (booth.branch, second)):
        press(clerk, "Space")
        expect(clerk.locator("#video")).to_be_visible()
        expect(clerk.locator("#address-field")).to_have_value("")  # not the former citizen's
        clerk.locator("#address-field").fill("borger.dk/pas")
        clerk.locator("#stage-title").focus()
        assert booth.api.get(f"/branches/{branch}/visits/{visit}")["state"] == "called"
        clerk.get_by_role("button", name="Serve A").click()
        expect(clerk.locator(".ticket--serving")).to_be_visible()
        idle.wait_for()
        press(clerk, "1")
        expect(clerk.locator(".screens")).to_be_visible()


def another_clerk_takes_over(booth: Booth, new_context: BrowserMaker, taken: str) -> None:
    """Another clerk is asked first, and the citizen sees that somebody has joined."""
    first = booth.clerk.locator("#stage")
    elsewhere = new_context(1280, 800)
    booth.service.log_in(elsewhere, "clerk")
    other = elsewhere.new_page()
    other.goto("/remote")
    other.locator(f"input[value='{booth.branch}/screen-1']").check()
    other.locator("#pick-title").focus()
    other.keyboard.press("Enter")
    other.get_by_role("button", name="Take over").click()
    expect(other.locator("#ask")).to_contain_text("The citizen sees")
    expect(other.locator("#ask").get_by_role("button", name="Cancel")).to_be_focused()
    expect(first).not_to_contain_text(taken)
    other.locator("#ask .ask__choice").click()
    expect(booth.screen.locator("#joined")).to_have_text("En anden medarbejder er kommet til.")
    expect(first).to_contain_text(taken)
    first.get_by_role("button", name="Back to your screens").click()
    expect(booth.clerk.locator(".screens")).to_contain_text("Take over")


@pytest.mark.nightly
def test_a_screen_without_a_camera_sees_the_clerk_and_shows_the_telephone(
    booth: Booth, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    context = new_context(1280, 800)
    booth.service.enrol(context, "kiosk", booth.branch, "screen-1")
    booth.screen.close()
    booth.screen = screen = context.new_page()
    screen.goto(f"/screen/{booth.branch}/screen-1")
    booth.serve_the_screen()
    booth.issue()
    expect(booth.clerk.locator("#stage-title")).to_contain_text("1 person")
    booth.clerk.keyboard.press("Space")
    screen.locator("#begin").click()
    screen.wait_for_function("() => document.getElementById('theirs').videoWidth > 0")
    expect(screen.locator("#own-trouble")).to_contain_text("Kameraet og mikrofonen virker ikke.")
    expect(screen.locator("#own-trouble")).to_contain_text("Ring på 58 33 99 00")
    for name in ("#document", "#own-box", "#mute"):
        expect(screen.locator(name)).to_be_hidden()
    # The clerk sees why there is no picture, and asks for no document.
    expect(booth.clerk.locator("#status")).to_contain_text("camera and microphone do not work")
    expect(booth.clerk.locator("#status")).to_contain_text("asked to call 58 33 99 00")
    expect(booth.clerk.locator("#document")).to_be_disabled()

    # Anyone who opens the conversation elsewhere takes it over, and the first page says so.
    second = booth.desk.new_page()
    second.goto("/remote")
    first = booth.clerk.locator("#stage")
    taken = "The conversation at Screen 1, Biblioteket goes on there"
    expect(first).to_contain_text(taken)
    expect(second.locator("#status")).to_contain_text("camera and microphone do not work")
    # Buttons that would disturb the other are gone, the camera is off, and the keys explain it.
    expect(first.get_by_role("button")).to_have_text(["Back to your screens", "Take it back"])
    expect(booth.clerk.locator("#video")).to_be_hidden()
    assert not booth.clerk.evaluate("() => Boolean(document.getElementById('own').srcObject)")
    press(booth.clerk, "1")
    expect(booth.clerk.locator(".key-note")).to_contain_text("Another employee has")
    assert_accessible(booth.clerk)
    first.get_by_role("button", name="Take it back").click()
    expect(booth.clerk.locator("#ask")).to_contain_text("The citizen sees")
    booth.clerk.locator("#ask .ask__choice").click()
    expect(second.locator("#stage")).to_contain_text(taken)
    expect(first.get_by_role("button", name="Serve A")).to_be_visible()
    second.close()
    expect(screen.locator("#joined")).to_be_hidden()  # the same clerk, in the same browser

    another_clerk_takes_over(booth, new_context, taken)
