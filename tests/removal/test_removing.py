"""A branch that is removed leaves nothing behind, however often the removal is broken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from queue_service.access.operations.access import create_enrolment, create_token
from queue_service.access.rules.caller import IdempotencyKey
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.alerts.rules.alerts import AlertStep, OpenAlerts
from queue_service.alerts.store import AlertStore
from queue_service.branches.store import BranchStore
from queue_service.charts.store import ChartStore
from queue_service.closing.operations import automatic_closing, automatic_no_show
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.store import CounterStore
from queue_service.devices.operations import report_slip, report_sound
from queue_service.devices.store import DeviceStore
from queue_service.errors import BranchNotFound, InUse, StoreUnavailable
from queue_service.exports.store import ExportStore, Record
from queue_service.notes.operations import add_note
from queue_service.printers.rules.printer import NetworkPrinter
from queue_service.printers.store import Exchange, PrinterStore
from queue_service.removal.operations import Removable, Remover, removable
from queue_service.removal.store import RemovalStore
from queue_service.reports import operations as reports
from queue_service.store.audit_log import log_key, totals_key
from queue_service.store.keys import BRANCHES, LOG, BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.erasure import erase
from queue_service.visits.operations import issuing
from queue_service.visits.store.visit_store import VisitStore
from tests.conftest import Server
from tests.desks import MORNING, Desk, document
from tests.insight.looking_back import served
from tests.running import eventually
from tests.stepping_in import QueueWith
from tests.store.test_erasure import is_done, on_disk

NOW = MORNING


@pytest.fixture
def remover(queue: Queue, redis_server: Server) -> Remover:
    return Remover(queue, ExportStore(Redis.from_url(redis_server.url)))


@pytest.fixture(params=["unlink", "scan"])
def forgetful(
    request: pytest.FixtureRequest, redis_server: Server, redis_client: Redis
) -> Iterator[Queue]:
    """The operations of somebody who may not finish it: each removal is broken off."""
    redis_client.acl_setuser(
        "keeper", enabled=True, nopass=True, keys=["*"], channels=["*"],
        categories=["+@all"], commands=[f"-{request.param}"],
    )  # fmt: skip
    with Redis.from_url(redis_server.url, username="keeper", decode_responses=True) as client:
        yield Queue(RedisStore(client))
    redis_client.acl_deluser("keeper")


def keys_of(queue: Queue, branch: str) -> list[str]:
    found = (str(key) for key in queue.store.client.scan_iter(match=f"*{branch}*", count=1000))
    return [key for key in found if not key.startswith("queue:audit:")]


def filled(desk: Desk, remover: Remover) -> None:
    """A branch with a bit of everything."""
    desk.open("1")
    served(desk, 100)
    desk.queue.get(VisitStore).forget(desk.branch, [])
    issuing.issue(desk.queue, desk.command("a key"), "pas", channel="kiosk")
    add_note(desk.queue, desk.branch, "2026-11-25", "weather", "Sne")
    desk.queue.get(ChartStore).keep(desk.branch, [{"mark": "bar"}])
    reports.make(desk.queue, desk.branch, "week", "2026-11-25")
    create_token(remover.queue.get(AccessStore), "kiosk", desk.branch, now=NOW)
    entry = Record("a-file", "{}", "asked", NOW, NOW)
    remover.files.put(desk.branch, entry)
    remover.files.keep(entry.id, b"some,table", "text/csv", NOW)


def test_a_replayed_branch_goes_with_all_its_days(desk: Desk, remover: Remover) -> None:
    queue = desk.queue
    other = put_branch(queue, f"{desk.branch}-2", document(historic=True)).branch.id
    create_token(remover.queue.get(AccessStore), "kiosk", other, now=NOW)
    filled(Desk(queue, other), remover)
    before = {key for key in keys_of(queue, other) if "{raadhuset-2}" in key}
    filled(desk, remover)
    assert removable(queue, queue.get(BranchStore).get(desk.branch)) == Removable(
        1, "2026-11-25", "2026-11-25"
    )
    assert len(keys_of(queue, "{raadhuset}")) > 15
    remover.remove(desk.branch)
    assert keys_of(queue, "{raadhuset}") == []
    assert queue.store.client.smembers(BRANCHES) == {other}
    assert {token.branch for token in remover.queue.get(AccessStore).tokens()} == {other}
    assert {key for key in keys_of(queue, other) if "{raadhuset-2}" in key} == before
    logged = [fields for _, fields in queue.store.client.xrange(LOG)]  # type: ignore[union-attr]  # no pipeline is open
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
    assert removable(queue, queue.get(BranchStore).get("raadhuset")) == Removable(0, None, None)
    live.issue()
    assert removable(queue, queue.get(BranchStore).get("raadhuset")) is None
    before = keys_of(queue, "{raadhuset}")
    with pytest.raises(InUse):
        remover.remove("raadhuset")
    assert sorted(keys_of(queue, "{raadhuset}")) == sorted(before)
    assert live.issue().visit.number == "A002"


def test_one_that_never_issued_a_ticket_goes(queue: Queue, remover: Remover) -> None:
    put_branch(queue, "raadhuset", document())
    Desk(queue).open("1")
    create_enrolment(remover.queue.get(AccessStore), "kiosk", "raadhuset", now=NOW)
    remover.remove("raadhuset")
    assert keys_of(queue, "{raadhuset}") == []
    with pytest.raises(BranchNotFound):
        remover.remove("raadhuset")


def test_a_removal_that_was_broken_off_is_finished_by_the_next(
    desk: Desk, remover: Remover, forgetful: Queue
) -> None:
    filled(desk, remover)
    with pytest.raises(StoreUnavailable):
        Remover(forgetful, remover.files).remove(desk.branch)
    assert keys_of(desk.queue, "{raadhuset}")
    assert desk.queue.get(BranchStore).unfinished() == [desk.branch]
    desk.queue.get(BranchStore).forget(desk.branch)
    with pytest.raises(BranchNotFound):
        desk.queue.get(BranchStore).get(desk.branch)
    with pytest.raises(InUse):
        put_branch(desk.queue, desk.branch, document(historic=True))
    remover.remove(desk.branch)
    assert keys_of(desk.queue, "{raadhuset}") == []
    assert desk.queue.get(BranchStore).unfinished() == []
    assert desk.queue.get(BranchStore).ids() == []


def test_another_process_that_still_knows_the_branch_changes_nothing_in_it(
    desk: Desk, remover: Remover, redis_client: Redis
) -> None:
    elsewhere = Desk(Queue(RedisStore(redis_client)), desk.branch)
    elsewhere.open("1")
    remover.remove(desk.branch)
    with pytest.raises(BranchNotFound):
        elsewhere.issue()
    assert keys_of(desk.queue, "{raadhuset}") == []


def test_background_work_leaves_nothing_in_a_removed_branch(queue: Queue, remover: Remover) -> None:
    put_branch(queue, "raadhuset", document())
    open_alerts = OpenAlerts(holds={"wait": NOW})
    remover.remove("raadhuset")
    for write in (
        lambda: queue.get(BranchStore).announce(
            "raadhuset", "opening", "open", "branch.opened", {}
        ),
        lambda: queue.get(CounterStore).note_sweep("raadhuset", NOW, 60_000),
    ):
        with pytest.raises(BranchNotFound):
            write()
    queue.get(CounterStore).touch("raadhuset", ["1", "2"], NOW)
    devices = queue.get(DeviceStore)
    assert devices.note("raadhuset", "a", "kiosk", IdempotencyKey("a", "k", "f"))[0] == "gone"
    assert devices.note_sound("raadhuset", "a", "ok", {"da": True}, None)[0] == "gone"
    printer = Exchange("raadhuset", "a", NetworkPrinter("10.0.3.20", 9100, "80"), "m", None)
    assert queue.get(PrinterStore).claim(printer, 1000) == ["gone"]
    queue.get(PrinterStore).release(printer, "ok", printed=True)
    assert queue.get(AlertStore).commit("raadhuset", "", AlertStep(open_alerts), [])
    assert keys_of(queue, "{raadhuset}") == []


@pytest.mark.parametrize(
    "tell",
    [
        lambda desk: report_slip(desk.queue, desk.command("k"), printed=True),
        lambda desk: report_sound(desk.queue, desk.command(), "ok", {}),
    ],
    ids=["slip", "sound"],
)
def test_a_screen_of_a_removed_branch_shows_that_it_is_gone(
    queue: Queue, remover: Remover, redis_client: Redis, tell: Callable[[Desk], bool]
) -> None:
    put_branch(queue, "raadhuset", document())
    elsewhere = Desk(Queue(RedisStore(redis_client)))
    elsewhere.queue.get(BranchStore).get("raadhuset")
    remover.remove("raadhuset")
    with pytest.raises(BranchNotFound):
        tell(elsewhere)
    assert keys_of(queue, "{raadhuset}") == []


@pytest.mark.parametrize(
    "sweep", [automatic_closing.announce_openings, automatic_no_show.mark_unanswered]
)
def test_a_branch_that_is_being_removed_ends_no_sweep(
    queue: Queue,
    remover: Remover,
    forgetful: Queue,
    redis_client: Redis,
    sweep: Callable[[Queue, int], None],
) -> None:
    for branch in ("aaa", "raadhuset"):
        put_branch(queue, branch, document())
        queue.get(BranchStore).get(branch)
    with pytest.raises(StoreUnavailable):
        Remover(forgetful, remover.files).remove("aaa")
    sweep(queue, NOW)
    assert {*redis_client.hkeys(BranchKeys("aaa").config)} <= {"removing"}
    written = {"swept_at", "opening"} & {*redis_client.hkeys(BranchKeys("raadhuset").config)}
    assert len(written) == 1


def test_a_removal_that_was_overtaken_takes_nothing_from_the_new_branch(
    desk: Desk, remover: Remover
) -> None:
    queue, removals = desk.queue, desk.queue.get(RemovalStore)
    branch = queue.get(BranchStore).current(desk.branch)
    _, mark = removals.begin(desk.branch, branch.revision, with_days=True)
    remover.remove(desk.branch)
    put_branch(queue, desk.branch, document(historic=True))
    desk.open("1")
    desk.issue()
    before = sorted(keys_of(queue, "{raadhuset}"))
    assert removals.empty(desk.branch, mark) == 0
    removals.finish(desk.branch, mark)
    assert sorted(keys_of(queue, "{raadhuset}")) == before
    assert queue.get(BranchStore).ids() == [desk.branch]


class Overtaken(AccessStore):
    """A store before whose answer another removal ends and the branch is created again."""

    before: Callable[[], None] | None = None

    def tokens(self) -> list[TokenRecord]:
        """The tokens, once something else has happened."""
        if self.before is not None:
            act, self.before = self.before, None
            act()
        return super().tokens()


def test_nor_does_it_end_the_screens_and_files_of_the_new_one(desk: Desk, remover: Remover) -> None:
    slow = Overtaken(desk.queue.store)

    def others() -> None:
        remover.remove(desk.branch)
        put_branch(desk.queue, desk.branch, document(historic=True))
        filled(desk, remover)

    slow.before = others
    Remover(QueueWith(desk.queue, AccessStore, slow), remover.files).remove(desk.branch)
    assert desk.queue.get(BranchStore).current(desk.branch).id == desk.branch
    assert len(remover.queue.get(AccessStore).tokens()) == 1
    assert len(remover.files.of_branch(desk.branch)) == 1


def test_the_same_name_starts_again(desk: Desk, remover: Remover) -> None:
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
    client.delete(log_key(desk.branch), totals_key(desk.branch))  # which is kept, with the name
    assert erase(store)
    eventually(lambda: is_done(client) and not on_disk(client, "{raadhuset}"))
    assert not on_disk(client, "Et forbigående hus")
