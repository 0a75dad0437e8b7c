"""A clerk at a counter's page, for tests of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.running import eventually
from tests.web.browsers import BrowserMaker, first_page, with_its_modules
from tests.web.keyboard import idle, press
from tests.web.service import Api, Service

TEAM = "citizen-service"

KEYS = """() => Object.fromEntries([...document.querySelectorAll('#ask .ask__choice')].map(
    (choice) => [choice.querySelector('.ask__words').firstChild.textContent,
                 choice.getAttribute('aria-keyshortcuts')]))"""
"""In the page: the key of each choice of the question that is open."""


KNOWS_THE_STATE = with_its_modules("""async () =>
    (await import('/static/pages/counter/model.js')).model.state !== null""")
"""In the page: whether the branch's state has come, which nothing shows."""


@dataclass
class Desk:
    """One branch, one page of a counter in it, and the API to see what became of things."""

    service: Service
    branch: str
    context: BrowserContext
    page: Page
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        self.api = self.service.api("admin")

    @property
    def path(self) -> str:
        """The branch in the API."""
        return f"/branches/{self.branch}"

    @property
    def title(self) -> Locator:
        """The heading of the stage: a number, or how many wait."""
        return self.page.locator("#stage-title")

    def issue(self, *services: str, **more: str) -> list[dict[str, Any]]:
        """Tickets for these services."""
        return [self.api.post(f"{self.path}/visits", service=s, **more) for s in services]

    def visit(self, visit: dict[str, Any]) -> dict[str, Any]:
        """A visit as it is now."""
        found: dict[str, Any] = self.api.get(f"{self.path}/visits/{visit['id']}")
        return found

    def counter(self, counter: str = "1") -> dict[str, Any]:
        """A counter as it is now."""
        found: dict[str, Any] = self.api.get(f"{self.path}/counters/{counter}")
        return found

    def open(self, counter: str = "1", team: str = TEAM) -> None:
        """Open the counter behind the page's back, and show its page."""
        self.api.post(f"{self.path}/counters/{counter}/open", team=team)
        self.show(counter)

    def show(self, counter: str = "1") -> None:
        """Show the page of an open counter, and wait until it knows the branch's state."""
        self.page.goto(f"/counter/{self.branch}?counter={counter}")
        self.title.wait_for()
        eventually(lambda: bool(self.page.evaluate(KNOWS_THE_STATE)))

    def button(self, name: str, exact: bool = False) -> Locator:
        """A button of the page by its words."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def press(self, key: str) -> None:
        """A shortcut, once the press before it is done."""
        press(self.page, key)

    def idle(self) -> None:
        """Wait until the last press is done: until then the page takes no other."""
        idle(self.page)

    def shows(self, heading: str) -> None:
        """Wait until the stage is about this."""
        expect(self.title).to_have_text(heading)

    def call_first(self) -> None:
        """Call the next."""
        self.press("Space")
        self.page.locator(".ticket--called").wait_for()

    def start(self) -> None:
        """Start by the button, which a key does only some time after the call."""
        self.page.locator(".ticket--called").wait_for()
        self.page.locator("#stage-top .stage__go").click()
        self.page.locator(".ticket--serving").wait_for()

    def serve_first(self) -> None:
        """Call the next and start."""
        self.call_first()
        self.start()

    def dialog(self) -> Locator:
        """The question that is open."""
        return self.page.get_by_role("dialog")


DeskMaker = Callable[..., Desk]


@pytest.fixture
def new_desk(service: Service, new_context: BrowserMaker) -> DeskMaker:
    """Makes desks: ``new_desk(branch=None, **changes of the branch)``."""

    def make(branch: str | None = None, context: Any = None, **changes: Any) -> Desk:
        branch = branch or service.branch(**changes)
        context = context or new_context()
        service.log_in(context, "clerk", branch)
        return Desk(service, branch, context, first_page(context))

    return make


@pytest.fixture
def desk(new_desk: DeskMaker) -> Desk:
    """A desk whose counter 1 is open with all services."""
    made = new_desk()
    made.open()
    return made
