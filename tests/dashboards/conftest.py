"""The running service and the browsers of the tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from queue_service.command import Queue
from queue_service.contacts.operations import count_contact
from queue_service.contacts.rules import Contact
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.redis_store import RedisStore
from tests.dashboards.day import Day, noon_zone
from tests.dashboards.pages import Pages
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import ALWAYS, Service
from workers.worker import make_worker

DayMaker = Callable[..., Day]
Look = Callable[..., Page]

GOALS: list[dict[str, Any]] = [
    {
        "id": "handling-6-min",
        "indicator": "handling_time_within",
        "threshold_seconds": 360,
        "target_ratio": 0.7,
    },
    {
        "id": "called-10-min",
        "indicator": "waiting_time_within",
        "threshold_seconds": 600,
        "target_ratio": 0.8,
    },
]


@pytest.fixture
def new_day(service: Service) -> DayMaker:
    """Makes branches where it is early in the afternoon, open from nine by default."""
    queue = Queue(RedisStore(service.client))

    def make(hours: tuple[str, str] = ("09:00", "20:00"), **changes: Any) -> Day:
        opening = {day: [hours] for day in ALWAYS}
        given = {"timezone": noon_zone(), "opening_hours": opening, "goals": GOALS} | changes
        return Day(queue, service.branch(**given))

    return make


@pytest.fixture
def look(service: Service, new_context: BrowserMaker) -> Look:
    """Opens a branch's board as a supervisor: ``look(day, width, height, lang=…)``."""

    def open_board(day: Day, *size: int, lang: str = "en", branch: str | None = None) -> Page:
        context: BrowserContext = new_context(*size, lang=lang)
        service.log_in(context, "supervisor", branch)
        page = first_page(context)
        page.goto(f"/dashboards/{day.branch}")
        expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
        return page

    return open_board


@pytest.fixture
def work(service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Lets a real worker do what has been asked for."""
    monkeypatch.setenv("QUEUE_DATA_DIR", str(service.settings.data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)
    connection = connect_jobs(service.settings)
    return lambda: int(make_worker(connection).work(burst=True, logging_level="CRITICAL"))


@pytest.fixture
def pages(service: Service, new_context: BrowserMaker) -> Pages:
    """The pages that explain a branch's past."""
    return Pages(service, new_context)


@pytest.fixture
def busy(new_day: DayMaker) -> Day:
    """A day with something of everything: waits over the limit, a missed goal, an old call."""
    day: Day = new_day()
    day.open("1", "citizen-service")
    day.open("2", "library")
    for nth in range(14):
        day.completed("pas", "1", 175 - nth * 12, took=8 if nth % 4 else 4, waited=2)
    day.parked("pas", "1", 40)
    day.waits("pas", 25)
    day.waits("pas", 4)
    day.waits("turist", 1)
    day.called("turist", "2", 7)
    for contact in (*[Contact("turist")] * 2, Contact("turist", "phone")):
        count_contact(day.queue, day.command(30), contact)
    return day
