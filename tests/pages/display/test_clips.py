"""A display that speaks by the server's clips, which a real worker makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from queue_service.store.connection.clients import connect_jobs
from tests.pages.display.test_sound import reports_of
from tests.pages.display.waiting_room import Room, heard, until_state, wait_until_heard
from tests.programs import find_program
from tests.running import eventually
from tests.web.browsers import BrowserMaker
from tests.web.service import Service, running_service
from workers.worker import make_worker

STEP_MS = 200


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: clips and their absence are the same for all branches of one."""
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def work(service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Runs a worker of the service until no urgent job waits."""
    find_program("espeak-ng", package="espeak-ng")
    find_program("opusenc", package="opus-tools")
    monkeypatch.setenv("QUEUE_DATA_DIR", str(service.settings.data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)
    worker = make_worker(connect_jobs(service.settings), "prompt")
    return lambda: worker.work(burst=True, logging_level="CRITICAL")


def until_clips_come(page: Page, work: Callable[[], bool], kept: int) -> None:
    """Let a worker and the page's clock go on until the page has asked for so many clips."""
    got: list[str] = []
    page.on("response", lambda answer: got.append(answer.url) if "/speech/" in answer.url else None)

    def have_come() -> bool:
        work()
        page.clock.run_for(STEP_MS)
        return len(got) >= kept

    eventually(have_come)


def test_a_display_reads_a_number_by_a_clip_that_was_fetched_before_the_call(
    service: Service, new_context: BrowserMaker, work: Callable[[], bool]
) -> None:
    counters = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    room = Room.open(service, new_context, counters=counters)
    page = room.display(voices=())
    until_clips_come(page, work, 2)  # of the counter, in Danish and English
    visit = room.post("/visits", service="pas", language="da")
    until_clips_come(page, work, 1)
    with page.expect_response("**/state*"):
        room.post(f"/visits/{visit['id']}/call", counter="1")
    until_state(page, "now")
    wait_until_heard(page, 2, "clip")
    number, counter = heard(page, "clip")
    assert number > counter > 0.3
    assert heard(page) == [], "no browser's voice"
    # Last: the page's clock is then far ahead of the server's, and a call would be an old one.
    page.clock.run_for(6 * 60_000)
    eventually(lambda: [report.by_server for report in reports_of(room)] == [("da", "en")])
    assert [report.sound for report in reports_of(room)] == ["ok"]
