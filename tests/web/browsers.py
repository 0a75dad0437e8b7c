"""Fixtures for tests of pages: a running service, and real browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from queue_service.app import PACKAGES
from queue_service.web import static_addresses
from tests.running import eventually
from tests.web.service import Service, running_service

BrowserMaker = Callable[..., BrowserContext]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


class Check(Protocol):
    """Fails for problems that axe finds on a page in its current state.

    Contrast takes most of the time. If a size changes no colour it is not looked at again.
    """

    def __call__(self, page: Page, *, contrast: bool = True) -> None: ...


# How long something takes to show says how busy the machine is; what has to be quick says so.
expect.set_options(timeout=15_000)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, with an empty store; each test makes branches of its own."""
    with running_service(tmp_path_factory.mktemp("service"), processes=2) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


LASTING: Final = {
    Page: ("expose_binding", "once"),
    BrowserContext: (
        "add_init_script", "expose_binding", "grant_permissions", "new_cdp_session", "on", "once",
        "set_extra_http_headers",
    ),
}  # fmt: skip
"""Changes that stay with a page or a context, so that no other test may have it."""

OWN_CLOCK: Final = "own_clock"
"""The option for a context whose clock the test controls, from before its first page."""

BLANK: Final = "/healthz"
_MOST_FREE: Final = 6
_MOST_STEPS: Final = 150
_on = BrowserContext.on
_clock_of: Any = BrowserContext.clock
_emulate_media = Page.emulate_media
_set_offline = BrowserContext.set_offline


@dataclass(eq=False)
class Kept:
    """A context whose page can be another test's next: it has loaded the scripts already."""

    context: BrowserContext
    like: dict[str, Any]
    """Its options, without the size, which each test gives it."""
    size: ViewportSize
    errors: list[str] = field(default_factory=list)
    undo: list[Callable[[], object]] = field(default_factory=list)
    spoilt: bool = False
    steps: int = 0
    """How often its clock was changed: each page that it loads goes through all of them again."""

    def __post_init__(self) -> None:
        self.context.set_default_timeout(10_000)
        _on(self.context, "weberror", lambda error: self.errors.append(str(error.error)))
        _on(self.context, "console", self._note_refused)

    @classmethod
    def new(cls, browser: Browser, like: dict[str, Any]) -> Kept:
        """One with these options, which no test has had."""
        options = {name: value for name, value in like.items() if name != OWN_CLOCK}
        return cls(browser.new_context(**options), without_size(like), like["viewport"])

    def _note_refused(self, message: ConsoleMessage) -> None:
        """Take what the page's policy refuses for an error of the page."""
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def begin(self, size: ViewportSize) -> None:
        """Let a clock of its own go with the time of day; no error is known yet."""
        self.errors.clear()
        self.size = size
        for page in self.context.pages:
            page.set_viewport_size(size)
        if self.like.get(OWN_CLOCK):
            clock = _clock_of.fget(self.context)
            clock.install()
            clock.resume()

    def use_clock(self) -> None:
        """Note a change of its clock, which stays, unless the clock is its own."""
        self.steps += 1
        self.spoilt |= not self.like.get(OWN_CLOCK) or self.steps > _MOST_STEPS

    def clear(self, blank: str) -> bool:
        """Leave nothing of the last test; False if that cannot be."""
        try:
            for other in self.context.pages[1:]:
                other.close()
            (page,) = self.context.pages
            while self.undo:
                self.undo.pop()()
            page.unroute_all(behavior="ignoreErrors")
            self.context.unroute_all(behavior="ignoreErrors")
            page.mouse.move(0, 0)
            page.goto(blank)
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            self.context.clear_cookies()
        except (PlaywrightError, ValueError):
            return False
        return True

    def show_as_made(self, page: Page) -> None:
        """Undo ``emulate_media``."""
        motion = self.like.get("reduced_motion", "null")
        _emulate_media(
            page,
            media="null",
            color_scheme="null",
            contrast="null",
            forced_colors="null",
            reduced_motion=motion,
        )


@dataclass
class Keeper:
    """Contexts that are free for another test, and those in use."""

    free: list[Kept] = field(default_factory=list)
    used: list[Kept] = field(default_factory=list)

    def take(self, browser: Browser, like: dict[str, Any], *, fresh: bool = False) -> Kept:
        """One with these options, a new one if none is free; ``fresh``: for this test alone."""
        free = [] if fresh else [one for one in self.free if one.like == without_size(like)]
        found = free[0] if free else None
        if found is None:
            found = Kept.new(browser, like)
            found.spoilt = fresh
        else:
            self.free.remove(found)
        found.begin(like["viewport"])
        self.used.append(found)
        return found

    def give_back(self, one: Kept, blank: str) -> None:
        """Keep it for another test if it can be cleared, else close it."""
        self.used.remove(one)
        if one.spoilt or not one.clear(blank):
            one.context.close()
            return
        self.free.append(one)
        if len(self.free) > _MOST_FREE:
            self.free.pop(0).context.close()

    def give_back_all(self, used: list[Kept], blank: str) -> list[str]:
        """Give back the contexts of a test; returns the errors of their pages.

        An error may still be on its way at the end of a test, and has come when the page is left.
        """
        for one in used:
            self.give_back(one, blank)
        return [error for one in used for error in one.errors]

    def watch(self, owner: type, name: str, note: Note, patch: pytest.MonkeyPatch) -> None:
        """Note each use of this on a context that is kept."""
        given = getattr(owner, name)
        known: Any = given.fget if isinstance(given, property) else given

        def noted(one: Any, *args: Any, **kwargs: Any) -> Any:
            context = one.context if isinstance(one, Page) else one
            result = known(one, *args, **kwargs)
            for kept in self.used:
                if kept.context is context:
                    note(kept, one, args, result)
            return result

        patch.setattr(owner, name, property(noted) if isinstance(given, property) else noted)


def without_size(like: dict[str, Any]) -> dict[str, Any]:
    """The options but for the size: a page is resized in a moment."""
    return {name: value for name, value in like.items() if name != "viewport"}


Note = Callable[[Kept, Any, tuple[Any, ...], Any], object]
"""The effect of a call on a context or its page, by the arguments and the result of the call."""


def _spoil(kept: Kept, _one: Any, _args: tuple[Any, ...], _result: Any) -> None:
    kept.spoilt = True


UNDONE: Final[dict[tuple[type, str], Note]] = {
    (Page, "add_init_script"): lambda kept, *call: kept.undo.append(call[-1].close),
    (Page, "clock"): lambda kept, *_: kept.use_clock(),
    (Page, "emulate_media"): lambda kept, page, *_: kept.undo.append(
        lambda: kept.show_as_made(page)
    ),
    (Page, "on"): lambda kept, page, args, _: kept.undo.append(lambda: page.remove_listener(*args)),
    (BrowserContext, "clock"): lambda kept, *_: kept.use_clock(),
    (BrowserContext, "new_page"): lambda kept, *call: call[-1].set_viewport_size(kept.size),
    (BrowserContext, "set_offline"): lambda kept, context, *_: kept.undo.append(
        lambda: _set_offline(context, offline=False)
    ),
}
"""Changes that are undone before another test has the page; a new page has the test's size."""


@pytest.fixture(scope="session")
def keeper() -> Iterator[Keeper]:
    """Keeps contexts from one test to the next: a page that is loaded again costs a third."""
    keeper = Keeper()
    notes = {(owner, name): _spoil for owner, names in LASTING.items() for name in names}
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), note in (notes | UNDONE).items():
            keeper.watch(owner, name, note, patch)
        yield keeper


@pytest.fixture
def new_context(browser: Browser, service: Service, keeper: Keeper) -> Iterator[BrowserMaker]:
    """Makes browsers of different people: ``new_context(width, height, lang)``.

    Nothing is in them but the service's scripts and styles, which may have been loaded before, and
    with ``fresh`` not even these. With ``own_clock`` the test controls the time of all pages.
    Nothing moves in them, since each frame is work; ``reduced_motion="no-preference"`` lets it.
    An error that a script of the page does not catch fails the test.
    """
    used: list[Kept] = []

    def make(
        width: int = 1440,
        height: int = 900,
        lang: str = "en",
        *,
        fresh: bool = False,
        **more: Any,
    ) -> BrowserContext:
        like = {
            "base_url": service.url,
            "viewport": {"width": width, "height": height},
            "locale": "da-DK" if lang == "da" else "en-GB",
            "timezone_id": "Europe/Copenhagen",
            # A worker would go on serving the pages of other tests.
            "service_workers": "block",
            "reduced_motion": "reduce",
        }
        used.append(keeper.take(browser, like | more, fresh=fresh))
        return used[-1].context

    yield make
    errors = keeper.give_back_all(used, f"{service.url}{BLANK}")
    assert not errors, "\n".join(errors)


def first_page(context: BrowserContext) -> Page:
    """The page that a kept context came with, else a new one."""
    free = [page for page in context.pages if page.url.endswith(BLANK)]
    return free[0] if free else context.new_page()


@pytest.fixture(scope="session")
def assert_accessible() -> Check:
    """Fails for problems that axe finds on a page in its current state."""

    def check(page: Page, *, contrast: bool = True) -> None:
        page.evaluate("document.fonts.ready")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options = {
            "resultTypes": ["violations"],
            "rules": {"color-contrast": {"enabled": contrast}},
            # Else it fetches every style sheet and film again, for the one rule about their sound.
            "preload": False,
        }
        found = page.evaluate("o => axe.run(o).then(results => results.violations)", options)
        reported = [
            f"{rule['id']}: {rule['help']}\n  " + "\n  ".join(n["html"] for n in rule["nodes"])
            for rule in found
        ]
        assert not reported, "\n".join(reported)

    return check


def with_its_modules(script: str) -> str:
    """A script for a page, in which ``import("/static/…")`` gives the module that the page runs."""
    return static_addresses.links_with_digest(
        script, static_addresses.static_files(PACKAGES).digest
    )


def loaded_bytes(page: Page) -> dict[str, int]:
    """How much each file takes that the page loads from now on, with all headers, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    loaded: dict[str, int] = {}

    def request(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        loaded[asked[event["requestId"]]] = event["encodedDataLength"]

    session.on("Network.requestWillBeSent", request)
    session.on("Network.loadingFinished", finished)
    return loaded


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen, or becomes so as soon as it is laid out."""
    try:
        eventually(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"), 3)
    except AssertionError:
        return False
    return True


def each_size(page: Page) -> Iterator[str]:
    """Give the page each screen, by name; its own comes last."""
    own = page.viewport_size
    assert own is not None
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        yield name
    page.set_viewport_size(own)


def drawn_sideways(page: Page) -> list[str]:
    """The elements that scroll sideways."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.checkVisibility())
            .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return found
