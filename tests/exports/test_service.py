"""Files are asked for once, made by a real worker, and picked up from any web process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid, NotFound
from queue_service.exports import operations as desk_module
from queue_service.exports.make import make
from queue_service.exports.operations import ExportService
from queue_service.exports.order import new_order
from queue_service.exports.store import KEPT_MS, ExportStore, Record
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.jobs.job_queue import JobQueue
from tests.desks import Desk, document
from tests.exports.conftest import order
from workers.worker import make_worker

ANYWHERE = Caller("chef", "supervisor")
AT_THE_TOWN_HALL = Caller("leder", "supervisor", "raadhuset")


@pytest.fixture
def connection(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Redis:
    """The jobs' store, which the worker finds as well."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    return connect_jobs(settings)


@pytest.fixture
def exports(weeks: Desk, connection: Redis) -> ExportService:
    """Files of the fortnight."""
    return ExportService(weeks.queue, ExportStore(connection), JobQueue(connection).ask)


def work(connection: Redis) -> None:
    make_worker(connection).work(burst=True, logging_level="CRITICAL")


def bytes_without_their_time(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if b"Europe/Copenhagen" not in line]


def test_a_worker_makes_what_was_asked_for(exports: ExportService, connection: Redis) -> None:
    wanted = order(content="services", first="2025-01-01")
    asked = exports.order(wanted)
    assert asked.state == "asked"
    with pytest.raises(NotFound):
        exports.pick_up("raadhuset", asked.id, ANYWHERE)
    work(connection)
    (listed,) = exports.listed("raadhuset", ANYWHERE)
    assert (listed.state, listed.done, listed.of) == ("ready", 3, 3)
    found = exports.pick_up("raadhuset", asked.id, ANYWHERE)
    at_once = make(exports.queue, wanted)
    assert (found.name, found.media_type) == (at_once.name, at_once.media_type)
    assert bytes_without_their_time(found.content) == bytes_without_their_time(at_once.content)


def test_asking_twice_makes_one_file(exports: ExportService, connection: Redis) -> None:
    first, second = exports.order(order()), exports.order(order())
    assert first == second
    assert connection.llen("rq:queue:queue-service-files") == 1
    work(connection)
    assert exports.order(order()).state == "ready"
    assert len(exports.listed("raadhuset", ANYWHERE)) == 1


def test_another_branch_cannot_pick_it_up(exports: ExportService, connection: Redis) -> None:
    asked = exports.order(order())
    work(connection)
    with pytest.raises(NotFound):
        exports.pick_up("biblioteket", asked.id, ANYWHERE)


def test_a_login_of_one_branch_gets_no_file_with_others(
    exports: ExportService, connection: Redis
) -> None:
    put_branch(exports.queue, "biblioteket", document(historic=True))
    given = {"content": "branches", "from": "2026-11-23", "to": "2026-12-06"}
    asked = exports.order(new_order("raadhuset", ("raadhuset", "biblioteket"), given))
    own = exports.order(new_order("raadhuset", ("raadhuset",), given))
    work(connection)
    assert len(exports.listed("raadhuset", ANYWHERE)) == 2
    assert exports.pick_up("raadhuset", asked.id, ANYWHERE).content
    assert [entry.id for entry in exports.listed("raadhuset", AT_THE_TOWN_HALL)] == [own.id]
    with pytest.raises(NotFound):
        exports.pick_up("raadhuset", asked.id, AT_THE_TOWN_HALL)


def test_everything_expires(exports: ExportService, connection: Redis) -> None:
    exports.order(order())
    work(connection)
    kept = [key for key in connection.keys("queue:export*") if key != b"queue:exports:held"]
    assert kept
    assert all(0 < connection.pttl(key) <= KEPT_MS for key in kept)


def test_the_oldest_makes_room_for_the_newest(weeks: Desk, connection: Redis) -> None:
    size = len(make(weeks.queue, order(content="services")).content)
    store = ExportStore(connection, room=round(1.5 * size))
    exports = ExportService(weeks.queue, store, lambda *_ids: None)
    first, second = order(content="services"), order(content="services", first="2026-11-22")
    for wanted in (first, second):
        exports.run(exports.order(wanted).id)
    assert {e.id: e.state for e in exports.listed("raadhuset", ANYWHERE)} == {
        first.id: "dropped",
        second.id: "ready",
    }
    with pytest.raises(NotFound):
        exports.pick_up("raadhuset", first.id, ANYWHERE)
    assert exports.order(first).state == "asked"


def test_a_file_that_is_too_large_is_reported(desk: Desk, connection: Redis) -> None:
    exports = ExportService(desk.queue, ExportStore(connection, room=100), lambda *_ids: None)
    exports.run(exports.order(order()).id)
    (failed,) = exports.listed("raadhuset", ANYWHERE)
    assert (failed.state, failed.problem) == ("failed", "The file is too large.")


def test_an_interrupted_worker_is_asked_again_and_then_given_up(
    desk: Desk, connection: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(desk_module, "SILENT_MS", -1)
    note: Callable[[str, str, str], None] = lambda _job, job_id, _file: asked.append(job_id)  # noqa: E731 - a double in one line
    exports = ExportService(desk.queue, ExportStore(connection), note)
    exports.order(order())
    for _ in range(3):
        exports.requeue_stalled()
    assert len(set(asked)) == 3
    (given_up,) = exports.listed("raadhuset", ANYWHERE)
    assert (given_up.state, given_up.problem) == ("failed", "The worker was interrupted.")


def test_open_data_of_half_a_month_is_refused_before_a_worker_sees_it(
    desk: Desk, connection: Redis
) -> None:
    exports = ExportService(desk.queue, ExportStore(connection), lambda *_ids: None)
    with pytest.raises(Invalid):
        exports.order(order(content="open-data", first="2026-12-01", last="2026-12-15"))
    assert exports.listed("raadhuset", ANYWHERE) == []


def test_one_branch_cannot_fill_the_queue(desk: Desk, connection: Redis) -> None:
    exports = ExportService(desk.queue, ExportStore(connection), lambda *_ids: None)
    for day in range(10, 20):
        exports.order(order(desk.branch, last=f"2026-12-{day}"))
    with pytest.raises(Invalid, match="wait until some are ready"):
        exports.order(order(desk.branch, last="2026-12-30"))


def test_a_file_is_made_once_and_given_again_while_it_is_fresh(
    desk: Desk, connection: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    note: Callable[[str, str, str], None] = lambda _job, _id, file: asked.append(file)  # noqa: E731 - a double in one line
    exports = ExportService(desk.queue, ExportStore(connection), note)
    first = exports.order(order())
    with pytest.raises(NotFound):
        exports.pick_up("raadhuset", first.id, ANYWHERE)
    for _ in range(2):
        exports.run(first.id)
    assert exports.pick_up("raadhuset", first.id, ANYWHERE).name == exports.at_once(order()).name
    assert exports.order(order()).state == "ready"
    monkeypatch.setattr(desk_module, "FRESH_MS", -1)
    assert exports.order(order()).state == "asked"
    assert asked == [first.id, first.id]


def test_a_file_of_a_branch_that_is_gone_says_so(desk: Desk, connection: Redis) -> None:
    store, wanted = ExportStore(connection), order("nowhere")
    store.put("nowhere", Record(wanted.id, wanted.to_text(), "asked", 0, 0))
    ExportService(desk.queue, store, lambda *_ids: None).run(wanted.id)
    failed = store.get(wanted.id)
    assert failed is not None
    assert failed.state == "failed"
    assert failed.problem == "There is no branch “nowhere”; check the address."
