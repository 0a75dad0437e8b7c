"""A booth and a clerk, each with a browser process and a made-up camera of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.playbook.shelf import own_service
from tests.web.browsers import CHROMIUM_ARGUMENTS
from tests.web.service import ALWAYS, Api, Service

CAMERA = [
    *CHROMIUM_ARGUMENTS,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
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
        """A ticket for what the branch has."""
        branch = branch or self.branch
        more = {"service": self.topic(branch)} | more
        return self.api.post(f"/branches/{branch}/visits", **more)

    def topic(self, branch: str = "") -> str:
        """The one service of a branch."""
        found: str = self.api.get(f"/branches/{branch or self.branch}")["services"][0]["id"]
        return found

    def serve_the_screen(self) -> None:
        """The clerk chooses the screen, and so opens it."""
        self.clerk.goto("/remote")
        self.clerk.locator(f"input[value='{self.branch}/screen-1']").check()
        self.clerk.locator("#pick button").click()
        expect(self.clerk.locator(".screens")).to_be_visible()

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


@pytest.fixture
def booth(service: Service, with_camera: list[Browser]) -> Iterator[Booth]:
    """A screen that waits, and a clerk who has logged in."""
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
