"""A booth and a clerk, each with a browser process and a made-up camera of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.playbook.entries import own_service, put_in_force
from tests.web.browsers import CHROMIUM_ARGUMENTS
from tests.web.service import ALWAYS, Api, Service

CAMERA = [
    *CHROMIUM_ARGUMENTS,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
HEIGHT = 800
"""Of the booth's screen and of a clerk's small one, in pixels."""
SCREEN = {
    "id": "screen-1",
    "name": {"da": "Skærm 1", "en": "Screen 1"},
    "video": {"telephone": "58 33 99 00"},
}


@dataclass
class Booth:
    """A branch with a video counter, the page in its booth, and a clerk elsewhere."""

    service: Service
    branch: str
    booth: BrowserContext
    desk: BrowserContext
    screen: Page
    clerk: Page

    @property
    def api(self) -> Api:
        """The API as an administrator calls it."""
        return self.service.api()

    def issue(self, branch: str = "", **more: Any) -> Any:
        """A ticket for a service of the branch."""
        branch = branch or self.branch
        more = {"service": self.topic(branch)} | more
        return self.api.post(f"/branches/{branch}/visits", **more)

    def topic(self, branch: str = "") -> str:
        """The only service of a branch."""
        found: str = self.api.get(f"/branches/{branch or self.branch}")["services"][0]["id"]
        return found

    def serve_the_screen(self) -> None:
        """The clerk chooses the screen, and so opens it."""
        self.clerk.goto("/remote")
        self.clerk.locator(f"input[value='{self.branch}/screen-1']").check()
        self.clerk.locator("#pick button").click()
        expect(self.clerk.locator(".screens")).to_be_visible()

    def begin(self) -> None:
        """A citizen who has chosen English is called, sits down and is served."""
        self.serve_the_screen()
        put_in_force(self.service, self.topic())
        self.issue(language="en")
        expect(self.clerk.locator("#stage-title")).to_have_text(
            "1 person is waiting at your screens"
        )
        self.clerk.keyboard.press("Space")
        self.screen.locator("#begin").click()
        self.connected()
        # By the button: a key that is pressed right after the call starts nothing.
        self.clerk.get_by_role("button", name=re.compile(r"^Serve \w\d+")).click()
        expect(self.clerk.locator(".ticket--serving")).to_be_visible()

    def is_at_its_beginning(self) -> bool:
        """Whether the citizen is served, and nothing is shown, muted or open."""
        closed = ("#frame", "#own[hidden]", "#ask", "#playbook", "#status")
        return (
            self.clerk.locator(".ticket--serving").is_visible()
            and not any(self.clerk.locator(part).is_visible() for part in closed)
            and not self.clerk.locator("#help-words").inner_text()
        )

    def connected(self) -> None:
        """Wait until both see each other: pictures with a size, that go on."""
        for page in (self.screen, self.clerk):
            page.wait_for_function(
                """() => {
                    const video = document.getElementById("theirs");
                    return video.videoWidth > 0
                        && video.getVideoPlaybackQuality().totalVideoFrames > 5;
                }"""
            )


def video_branch(service: Service, **changes: Any) -> str:
    """A branch with a video counter, and a service that no other test writes a playbook for."""
    counters = [{"id": "1", "name": "Skranke 1"}, SCREEN]
    return service.branch(
        counters=counters, services=[own_service("T")], teams=[], goals=[], **changes
    )


@pytest.fixture(scope="session")
def with_camera(browser: Browser, chromium: str) -> Iterator[list[Browser]]:
    """Two browsers with a camera."""
    kind = browser.browser_type
    found = [kind.launch(executable_path=chromium, args=CAMERA) for _ in range(2)]
    yield found
    for one in found:
        one.close()


@contextmanager
def open_booth(service: Service, with_camera: list[Browser]) -> Iterator[Booth]:
    """A screen that waits, and a clerk who has logged in; no script of theirs may fail."""
    errors: list[str] = []
    contexts = []
    for one, width, height in zip(with_camera, (1280, 1440), (800, 900), strict=True):
        context = one.new_context(
            base_url=service.url,
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="Europe/Copenhagen",
        )
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
    branch = video_branch(service, opening_hours=ALWAYS)
    service.enrol(contexts[0], "kiosk", branch, "screen-1")
    service.log_in(contexts[1], "clerk")
    screen, clerk = (context.new_page() for context in contexts)
    screen.goto(f"/screen/{branch}/screen-1")
    yield Booth(service, branch, contexts[0], contexts[1], screen, clerk)
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def booth(service: Service, with_camera: list[Browser]) -> Iterator[Booth]:
    """A booth that no other test has used."""
    with open_booth(service, with_camera) as opened:
        yield opened


@pytest.fixture
def lobby(service: Service, browser: Browser) -> Iterator[Booth]:
    """The same before any conversation: neither page has a camera."""
    with open_booth(service, [browser, browser]) as opened:
        yield opened


@pytest.fixture(scope="module")
def conversations(service: Service, with_camera: list[Browser]) -> Iterator[Callable[[], Booth]]:
    """Gives the conversation that goes on, and a new one where a test has left it otherwise."""
    with ExitStack() as stack:
        going_on: list[Booth] = []

        def get() -> Booth:
            if not going_on or not going_on[-1].is_at_its_beginning():
                stack.close()
                going_on.append(stack.enter_context(open_booth(service, with_camera)))
                going_on[-1].begin()
            return going_on[-1]

        yield get


@pytest.fixture
def conversation(conversations: Callable[[], Booth]) -> Booth:
    """A booth in which a citizen is served, who has chosen English."""
    return conversations()
