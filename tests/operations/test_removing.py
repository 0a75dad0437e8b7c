"""A branch that is removed leaves nothing behind, however often the removal is broken off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from queue_service.domain.errors import BranchNotFound, InUse, StoreUnavailable
from queue_service.operations import issuing
from queue_service.operations.access import create_enrolment, create_token
from queue_service.operations.branches import put_branch
from queue_service.operations.notes import add_note
from queue_service.operations.queue import Queue, open_queue
from queue_service.operations.removing import Removable, Remover, removable
from queue_service.reports import desk as reports
from queue_service.store.access_store import AccessStore
from queue_service.store.chart_store import ChartStore
from queue_service.store.erasure import erase
from queue_service.store.export_store import ExportStore, Record
from queue_service.store.keys import BRANCHES, LOG
from queue_service.store.redis_store import RedisStore
from tests.conftest import Server
from tests.operations.conftest import MORNING, Desk, document
from tests.operations.looking_back import served
from tests.running import eventually
from tests.store.test_erasure import is_done, on_disk

NOW = MORNING


@pytest.fixture
def remover(queue: Queue, redis_server: Server) -> Remover:
    return Remover(queue, AccessStore(queue.store), ExportStore(Redis.from_url(redis_server.url)))


@pytest.fixture
def forgetful(redis_server: Server, redis_client: Redis) -> Iterator[Queue]:
    """The operations of somebody who may remove no keys: each removal is broken off."""
    redis_client.acl_setuser(
        "keeper", enabled=True, nopass=True, keys=["*"], channels=["*"],
        categories=["+@all"], commands=["-unlink"],
    )  # fmt: skip
    with Redis.from_url(redis_server.url, username="keeper", decode_responses=True) as client:
        yield open_queue(RedisStore(client))
    redis_client.acl_deluser("keeper")


def keys_of(queue: Queue, branch: str) -> list[str]:
    return [str(key) for key in queue.store.client.scan_iter(match=f"*{branch}*", count=1000)]


def filled(desk: Desk, remover: Remover) -> None:
    """A branch with a bit of everything."""
    desk.open("1")
    served(desk, 100)
    desk.queue.visits.forget(desk.branch, [])
    issuing.issue(desk.queue, desk.deed("a key"), "pas", channel="kiosk")
    add_note(desk.queue, desk.branch, "2026-11-25", "weather", "Sne")
    ChartStore(desk.queue.store).keep(desk.branch, [{"mark": "bar"}])
    reports.make(desk.queue, desk.branch, "week", "2026-11-25")
    create_token(remover.access, "kiosk", desk.branch, now=NOW)
    entry = Record("a-file", "{}", "asked", NOW, NOW)
    remover.files.put(desk.branch, entry)
    remover.files.keep(entry.id, b"some,table", "text/csv", NOW)


def test_a_replayed_branch_goes_with_all_its_days(desk: Desk, remover: Remover) -> None:
    queue = desk.queue
    other = put_branch(queue, f"{desk.branch}-2", document(historic=True)).branch.id
    create_token(remover.access, "kiosk", other, now=NOW)
    filled(Desk(queue, other), remover)
    before = {key for key in keys_of(queue, other) if "{raadhuset-2}" in key}
    filled(desk, remover)
    assert removable(queue, queue.branches.get(desk.branch)) == Removable(
        1, "2026-11-25", "2026-11-25"
    )
    assert len(keys_of(queue, "{raadhuset}")) > 15
    remover.remove(desk.branch)
    assert keys_of(queue, "{raadhuset}") == []
    assert queue.store.client.smembers(BRANCHES) == {other}
    assert {token.branch for token in remover.access.tokens()} == {other}
    assert {key for key in keys_of(queue, other) if "{raadhuset-2}" in key} == before
    logged = [fields for _, fields in queue.store.client.xrange(LOG)]  # type: ignore[union-attr]
    assert {"event": "branch.removed", "id": desk.branch} in logged


def test_its_files_go_with_it(desk: Desk, remover: Remover) -> None:
    filled(desk, remover)
    assert [entry.id for entry in remover.files.of_branch(desk.branch)] == ["a-file"]
    remover.remove(desk.branch)
    assert remover.files.of_branch(desk.branch) == []
    assert remover.files.get("a-file") is None
    assert keys_of(desk.queue, "export") == []


def test_a_live_branch_that_issued_a_ticket_stays_as_it_is(queue: Queue, remover: Remover) -> None:
    put_branch(queue, "raadhuset", document())
    live = Desk(queue)
    assert removable(queue, queue.branches.get("raadhuset")) == Removable(0, None, None)
    live.issue()
    assert removable(queue, queue.branches.get("raadhuset")) is None
    before = keys_of(queue, "{raadhuset}")
    with pytest.raises(InUse):
        remover.remove("raadhuset")
    assert sorted(keys_of(queue, "{raadhuset}")) == sorted(before)
    assert live.issue().visit.number == "A002"


def test_one_that_never_issued_a_ticket_goes(queue: Queue, remover: Remover) -> None:
    put_branch(queue, "raadhuset", document())
    Desk(queue).open("1")
    create_enrolment(remover.access, "kiosk", "raadhuset", now=NOW)
    remover.remove("raadhuset")
    assert keys_of(queue, "{raadhuset}") == []
    with pytest.raises(BranchNotFound):
        remover.remove("raadhuset")


def test_a_removal_that_was_broken_off_is_finished_by_the_next(
    desk: Desk, remover: Remover, forgetful: Queue
) -> None:
    filled(desk, remover)
    with pytest.raises(StoreUnavailable):
        Remover(forgetful, remover.access, remover.files).remove(desk.branch)
    assert keys_of(desk.queue, "{raadhuset}")
    desk.queue.branches.forget(desk.branch)
    with pytest.raises(BranchNotFound):
        desk.queue.branches.get(desk.branch)
    with pytest.raises(InUse):
        put_branch(desk.queue, desk.branch, document(historic=True))
    remover.remove(desk.branch)
    assert keys_of(desk.queue, "{raadhuset}") == []


def test_another_process_that_still_knows_the_branch_changes_nothing_in_it(
    desk: Desk, remover: Remover, redis_client: Redis
) -> None:
    elsewhere = Desk(open_queue(RedisStore(redis_client)), desk.branch)
    elsewhere.open("1")
    remover.remove(desk.branch)
    with pytest.raises(BranchNotFound):
        elsewhere.issue()
    assert keys_of(desk.queue, "{raadhuset}") == []


def test_the_same_name_begins_anew(desk: Desk, remover: Remover) -> None:
    filled(desk, remover)
    remover.remove(desk.branch)
    put_branch(desk.queue, desk.branch, document(historic=True))
    assert desk.issue().visit.number == "A001"


def test_nothing_of_it_stays_on_the_disk(desk: Desk, remover: Remover) -> None:
    store, client = desk.queue.store, desk.queue.store.client
    put_branch(desk.queue, desk.branch, document(historic=True, name="Et forbigående hus"))
    filled(desk, remover)
    remover.remove(desk.branch)
    assert on_disk(client, "Et forbigående hus")
    eventually(lambda: is_done(client))
    assert erase(store)
    eventually(lambda: is_done(client) and not on_disk(client, "{raadhuset}"))
    assert not on_disk(client, "Et forbigående hus")
