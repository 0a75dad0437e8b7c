"""Between two conversations: what a screen forgets, and what the clerk's page shows meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.pages.video.conftest import Booth, video_branch
from tests.web.keyboard import press
from tests.web.service import ALWAYS

# The camera is refused until the page says otherwise.
NO_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.refused = true;
navigator.mediaDevices.getUserMedia = (wanted) =>
  window.refused && wanted.video
    ? Promise.reject(new DOMException("no", "NotAllowedError"))
    : open(wanted);
"""
UNPLUG = """() => {
  window.refused = true;
  const [track] = document.getElementById("own").srcObject.getVideoTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
PLUG_IN = """() => {
  window.refused = false;
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}"""
MUTED = """() => document.getElementById("own").srcObject
  .getAudioTracks().every((track) => !track.enabled)"""
SEES_ITSELF = """() => {
  const stream = document.getElementById("own").srcObject;
  return Boolean(stream && stream.getVideoTracks().length);
}"""


def test_a_screen_is_ready_for_the_next_visit_and_does_not_start_by_itself(booth: Booth) -> None:
    api, screen = booth.api, booth.screen
    counter = f"/branches/{booth.branch}/counters/screen-1"
    api.post(f"{counter}/open")
    screen.clock.install()
    screen.reload()
    booth.issue()
    visit = api.post(f"{counter}/call-next")
    screen.locator("#begin").click()
    screen.locator("#end").click()
    # The number is still here, and so is the way back; once it is gone the screen waits again.
    screen.clock.fast_forward(10_000)
    expect(screen.locator("#back")).to_be_visible()
    api.post(f"/branches/{booth.branch}/visits/{visit['id']}/complete", outcome="resolved")
    expect(screen.locator("#back")).to_be_hidden()
    screen.clock.fast_forward(10_000)
    expect(screen.locator("#idle-title")).to_be_visible()

    # A late citizen sees what to do, and then the screen waits for the next.
    missed = booth.issue(language="en")["number"]
    visit = api.post(f"{counter}/call-next")
    expect(screen.locator("#called-number")).to_have_text(missed)
    api.post(f"/branches/{booth.branch}/visits/{visit['id']}/no-show")
    expect(screen.locator("#over-title")).to_have_text(f"Nobody answered when {missed} was called")
    expect(screen.locator("#over-lead")).to_contain_text("Ask the staff to call you again")
    # Put back in the queue it is called again, and needs no other number.
    api.post(f"/branches/{booth.branch}/visits/{visit['id']}/requeue")
    expect(screen.locator("#over-title")).to_have_text(f"{missed} is called again")
    expect(screen.locator("#over-lead")).to_contain_text("Keep your number")
    api.post(f"{counter}/call-next")
    expect(screen.locator("#called-number")).to_have_text(missed)
    api.post(f"/branches/{booth.branch}/visits/{visit['id']}/no-show")
    expect(screen.locator("#over-title")).to_have_text(f"Nobody answered when {missed} was called")
    screen.clock.fast_forward(20_000)
    expect(screen.locator("#idle-title")).to_have_text("Dette er Skærm 1")
    expect(screen.get_by_text("Tag et ved kiosken")).to_be_visible()
    other = screen.locator("#idle-others [lang=en]")
    expect(other).to_contain_text("This is Screen 1. You are called here by your number.")
    # A closed branch refers no citizen to a kiosk that issues no number.
    document = api.get(f"/branches/{booth.branch}")
    never: dict[str, list[list[str]]] = {day: [] for day in ALWAYS}
    api.call("PUT", f"/branches/{booth.branch}", document | {"opening_hours": never})
    expect(screen.locator("#idle-lead")).to_have_text("Vi har lukket lige nu.")
    expect(screen.get_by_text("Tag et ved kiosken")).to_be_hidden()
    expect(other).to_have_text("This is Screen 1. We are closed right now.")
    api.call("PUT", f"/branches/{booth.branch}", document)
    expect(screen.locator("#idle-number")).to_be_visible()

    # A conversation that ended while the page was away is not continued by the next visit.
    after = booth.issue()["number"]
    screen.evaluate("(number) => sessionStorage.setItem('video.begun', number)", after)
    screen.reload()
    expect(screen.locator("#idle-title")).to_have_text("Dette er Skærm 1")
    screen.wait_for_function("() => sessionStorage.getItem('video.begun') === null")
    api.post(f"{counter}/call-next")
    expect(screen.locator("#called-number")).to_have_text(after)
    assert screen.evaluate("() => document.getElementById('own').srcObject") is None


@pytest.mark.nightly
def test_an_unplugged_device_is_shown_on_both_pages_and_recovers(booth: Booth) -> None:
    screen, clerk = booth.screen, booth.clerk
    screen.add_init_script(NO_CAMERA.replace("true", "false", 1))
    screen.reload()
    booth.serve_the_screen()
    booth.issue(language="en")
    expect(clerk.locator("#stage-title")).to_contain_text("1 person")
    clerk.keyboard.press("Space")
    screen.locator("#begin").click()
    booth.connected()
    screen.evaluate(UNPLUG)
    expect(screen.locator("#own-trouble")).to_have_text(
        "The camera does not work. You are heard, but not seen."
    )
    expect(clerk.locator("#status")).to_have_text(
        "The citizen’s camera does not work. You hear each other."
    )
    expect(clerk.locator("#document")).to_be_disabled()
    screen.evaluate(PLUG_IN)
    expect(screen.locator("#own-trouble")).to_be_hidden()
    expect(clerk.locator("#status")).to_be_hidden()
    expect(clerk.locator("#document")).to_be_enabled()


def letters_are_switched_off_and_on(clerk: Page) -> None:
    """Keys of one letter can be switched off here, too."""
    clerk.locator("#help").click()
    clerk.get_by_label("Use shortcuts").uncheck()
    clerk.keyboard.press("Escape")
    expect(clerk.locator("#stage .key").first).to_be_hidden()
    press(clerk, "x")  # would be that the citizen did not come
    press(clerk, "?")
    clerk.get_by_label("Use shortcuts").check()
    clerk.keyboard.press("Escape")
    clerk.locator("#stage-title").focus()


@pytest.mark.nightly
def test_the_clerks_page_says_what_is_old_and_stays_muted(booth: Booth) -> None:
    clerk, service = booth.clerk, booth.service
    line = {"id": "alt", "name": {"en": "Everything"}, "telephone": "44"}
    lines = [{**line, "services": [booth.topic()]}]
    hall = video_branch(service, lifelines=lines)
    clerk.add_init_script(NO_CAMERA)
    clerk.route("**/video/counters*", lambda route: route.abort())
    clerk.goto("/remote")
    expect(clerk.locator("#connection")).to_have_text("No connection yet. Trying again.")
    expect(clerk.get_by_text("No branch has a screen")).to_have_count(0)
    clerk.unroute("**/video/counters*")
    clerk.locator(f"input[value='{booth.branch}/screen-1']").check()
    expect(clerk.locator("#connection")).to_be_hidden()
    clerk.locator("#pick button").click()
    booth.issue()
    expect(clerk.locator("#stage-title")).to_contain_text("1 person")
    clerk.route("**/video/counters*", lambda route: route.abort())
    expect(clerk.locator("#connection")).to_contain_text("What you see is from")
    clerk.unroute("**/video/counters*")
    # A visit was called, and the connection was lost before it was seen: the way there stays.
    counter = f"**/api/v1/branches/{booth.branch}/counters/screen-1?*"
    clerk.route(counter, lambda route: route.abort())
    clerk.keyboard.press("Space")
    expect(clerk.locator("#stage-trouble")).to_contain_text("No connection. Try again in a moment.")
    clerk.unroute(counter)
    clerk.get_by_role("button", name="Go on with").click()

    idle = clerk.locator("body:not([data-busy])")  # what was pressed last is done
    # Anyone who is muted stays so when the camera is there after all.
    expect(clerk.locator("#status")).to_contain_text("Your camera does not work.")
    expect(clerk.locator("#status")).to_contain_text("Allow it in the browser")
    clerk.locator("#mute").click()
    assert clerk.evaluate(MUTED)
    clerk.evaluate("() => { window.refused = false; }")
    clerk.locator("#status").get_by_role("button", name="Try again").click()
    clerk.wait_for_function(SEES_ITSELF)
    expect(clerk.locator("#mute-words")).to_have_text("Unmute my microphone")
    assert clerk.evaluate(MUTED)

    expect(clerk.locator("#connection")).to_be_hidden()
    letters_are_switched_off_and_on(clerk)
    # A call to a specialist goes with the visit, and is not seen in the lobby.
    clerk.get_by_role("button", name="Serve A").click()
    expect(clerk.locator(".ticket--serving")).to_be_visible()
    idle.wait_for()
    press(clerk, "a")
    clerk.locator(".ask__choice", has_text="Everything").first.click()
    expect(clerk.locator("#specialist")).to_contain_text("Ringing Everything")
    idle.wait_for()
    press(clerk, "1")
    expect(clerk.locator(".screens")).to_be_visible()
    expect(clerk.locator("#specialist")).to_be_empty()
    assert booth.api.get(f"/branches/{hall}/lifeline-calls")["calls"] == []
