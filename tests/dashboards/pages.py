"""Fixtures for tests of pages with explanations: branches with a past, and supervisors."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.store.redis_store import RedisStore
from tests.desks import Desk, document
from tests.web.browsers import (
    SIZES,
    BrowserMaker,
    Check,
    drawn_sideways,
    each_size,
    first_page,
    fits,
)
from tests.web.service import Service


@dataclass
class Pages:
    """Makes branches in the running service and opens their pages."""

    service: Service
    new_context: BrowserMaker

    @property
    def queue(self) -> Queue:
        """The operations on the service's store."""
        return Queue(RedisStore(self.service.client))

    def desk(self, called: str, /, **changes: Any) -> Desk:
        """Deeds in a new historic branch whose id begins so."""
        branch = f"{called}-{self.service.client.incr('test:branches')}"
        found = put_branch(self.queue, branch, document(**{"historic": True, **changes})).branch
        return Desk(self.queue, found.id)

    def open(self, path: str, size: str = "desk", lang: str = "en", **more: Any) -> Page:
        """A page under ``/dashboards/`` as a supervisor of all branches sees it."""
        context = self.new_context(*SIZES[size], lang=lang, **more)
        self.service.log_in(context, "supervisor")
        page = first_page(context)
        page.goto(f"/dashboards/{path}")
        return page


def cells(table: Locator, name: str) -> list[str]:
    """The cells of a table's row, as they are read; the row is known by its header."""
    row = table.get_by_role("row").filter(
        has=table.page.get_by_role("rowheader", name=re.compile(f"^{re.escape(name)}"))
    )
    return [" ".join(text.split()) for text in row.get_by_role("cell").all_inner_texts()]


def assert_fits_everywhere(
    page: Page, assert_accessible: Check | None = None, *, contrast: Collection[str] = ("desk",)
) -> None:
    """The page is no wider than the screen, in its language on every screen; its own comes last.

    On a phone nothing in it is drawn sideways. If axe looks as well it does so on every screen,
    and at the contrast on those that are named.
    """
    for size in each_size(page):
        assert fits(page), f"{page.url} {size}"
        assert size != "phone" or not drawn_sideways(page), page.url
        if assert_accessible is not None:
            assert_accessible(page, contrast=size in contrast)
