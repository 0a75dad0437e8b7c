"""An administrator's browser at the list of a branch's settings, and the value in force after
it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service


@pytest.fixture
def office(service: Service, new_context: BrowserMaker) -> Callable[..., Page]:
    """A new administrator's browser at a branch's configuration: ``office(branch, part)``."""

    def open_page(branch: str, part: str = "", lang: str = "en", **more: Any) -> Page:
        context = new_context(lang=lang, **more)
        service.log_in(context, "admin")
        page = first_page(context)
        page.goto(f"/admin/branches/{branch}/{part}".rstrip("/"))
        return page

    return open_page


def save(page: Page) -> None:
    """Press the button at the foot of the form."""
    page.locator(".config__save").get_by_role("button", name="Save").click()


def stored(service: Service, branch: str) -> Any:
    """The configuration in force, from the store itself: a web process may lag a few seconds."""
    return Queue(RedisStore(service.client)).get(BranchStore).get(branch).document
