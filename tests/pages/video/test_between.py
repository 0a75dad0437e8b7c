"""Between two conversations: what a screen forgets, and what the clerk's page tells meanwhile."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.video.conftest import Booth, video_branch

# The camera is refused until the page says otherwise.
NO_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.refused = true;
navigator.mediaDevices.getUserMedia = (wanted) =>
  window.refused && wanted.video
    ? Promise.reject(new DOMException("no", "NotAllowedError"))
    : open(wanted);
"""
MUTED = """() => document.getElementById("own").srcObject
  .getAudioTracks().every((track) => !track.enabled)"""
SEES_ITSELF = """() => {
  const stream = document.getElementById("own").srcObject;
  return Boolean(stream && stream.getVideoTracks().length);
}"""


def test_a_screen_is_ready_for_the_next_and_starts_for_nobody_by_itself(booth: Booth) -> None:
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

    # A conversation that ended while the page was away is not gone on with by whoever comes next.
    after = booth.issue()["number"]
    screen.evaluate("(number) => sessionStorage.setItem('video.begun', number)", after)
    screen.reload()
    expect(screen.locator("#idle-title")).to_have_text("Dette er Skærm 1")
    screen.wait_for_function("() => sessionStorage.getItem('video.begun') === null")
    api.post(f"{counter}/call-next")
    expect(screen.locator("#called-number")).to_have_text(after)
    assert screen.evaluate("() => document.getElementById('own').srcObject") is None


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
    # Somebody was called, and the line went before it was seen: the way there stays.
    counter = f"**/api/v1/branches/{booth.branch}/counters/screen-1?*"
    clerk.route(counter, lambda route: route.abort())
    clerk.keyboard.press("Space")
    expect(clerk.locator("#stage-trouble")).to_contain_text("No connection. Try again in a moment.")
    clerk.unroute(counter)
    clerk.get_by_role("button", name="Take over").click()

    idle = clerk.locator("body:not([data-busy])")  # what was pressed last is done
    # Whoever is muted stays so when the camera is there after all.
    expect(clerk.locator("#status")).to_contain_text("There is no camera")
    clerk.locator("#mute").click()
    assert clerk.evaluate(MUTED)
    clerk.evaluate("() => { window.refused = false; }")
    clerk.locator("#status").get_by_role("button", name="Try again").click()
    clerk.wait_for_function(SEES_ITSELF)
    expect(clerk.locator("#mute")).to_have_attribute("aria-pressed", "true")
    assert clerk.evaluate(MUTED)

    expect(clerk.locator("#connection")).to_be_hidden()
    # Keys of one letter can be switched off here, too.
    clerk.get_by_label("Use shortcuts").uncheck()
    expect(clerk.locator("#stage .key").first).to_be_hidden()
    clerk.keyboard.press("x")  # would be that the citizen did not come
    clerk.get_by_label("Use shortcuts").check()
    clerk.locator("#stage-title").focus()
    # A call to a specialist goes with the visit, and is not seen in the lobby.
    idle.wait_for()
    clerk.keyboard.press("Space")
    expect(clerk.locator(".ticket--serving")).to_be_visible()
    idle.wait_for()
    clerk.keyboard.press("a")
    clerk.locator(".ask__choice", has_text="Everything").first.click()
    expect(clerk.locator("#specialist")).to_contain_text("Ringing Everything")
    idle.wait_for()
    clerk.keyboard.press("1")
    expect(clerk.locator(".screens")).to_be_visible()
    expect(clerk.locator("#specialist")).to_be_empty()
    assert booth.api.get(f"/branches/{hall}/lifeline-calls")["calls"] == []
