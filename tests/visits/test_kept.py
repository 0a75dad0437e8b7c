"""A visit that a process has kept since it brought it to a counter, and changes since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.counters.operations import counters
from queue_service.errors import WrongState
from queue_service.visits.operations import visits
from queue_service.visits.operations.deciding import decision_on
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.transitions import START
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store import visit_store
from queue_service.visits.store.visit_store import Snapshot, VisitStore, snapshot_in
from tests.desks import Desk


@pytest.fixture
def other(desk: Desk) -> Queue:
    """Another process with the same store."""
    return Queue(desk.queue.store)


@pytest.fixture
def called(desk: Desk) -> Visit:
    """A visit that this process has called to counter 1."""
    desk.open()
    desk.open("2")
    desk.issue()
    desk.issue()
    return desk.called().visit


def completed(desk: Desk, visit: Visit, key: str | None = None) -> CommandResult:
    return visits.complete(desk.queue, desk.command(key), visit.id, "resolved")


def kept(desk: Desk, visit: Visit) -> Snapshot:
    found = desk.queue.get(VisitStore).kept(desk.branch, visit.id, desk.command().at)
    assert found is not None
    return found


def test_a_change_by_another_process_counts(desk: Desk, called: Visit, other: Queue) -> None:
    desk.later(20)
    visits.start(other, desk.command(), called.id)
    visits.reclassify(other, desk.command(), called.id, "turist")
    desk.later(60)
    (inquiry,) = completed(desk, called).visit.inquiries
    assert (inquiry.service, inquiry.handled_ms) == ("turist", 60_000)
    assert desk.state().today["completed"] == 1


def test_a_change_by_another_process_that_refuses_it(
    desk: Desk, called: Visit, other: Queue
) -> None:
    visits.complete(other, desk.command(), called.id, "resolved")
    with pytest.raises(WrongState):
        completed(desk, called)
    assert desk.events().count("visit.completed") == 1


def test_a_change_by_another_process_that_allows_it(
    desk: Desk, called: Visit, other: Queue
) -> None:
    visits.start(other, desk.command(), called.id)
    assert visits.park(desk.queue, desk.command(), called.id).visit.state == "parked"


def test_a_counter_handed_to_another_team_meanwhile_counts_for_it(
    desk: Desk, called: Visit, other: Queue
) -> None:
    counters.open_counter(other, desk.command(), "1", "citizen")
    assert completed(desk, called).visit.inquiry.team == "citizen"


def test_a_counter_that_this_process_knows_nothing_of_is_read(desk: Desk, called: Visit) -> None:
    visits.start(desk.queue, desk.command(), called.id)
    parked = visits.park(desk.queue, desk.command(), called.id, "2").visit
    assert (parked.state, parked.counter) == ("parked", "2")


def test_a_repeat_in_another_process_is_recognised(desk: Desk, called: Visit, other: Queue) -> None:
    first = visits.complete(other, desk.command("k1"), called.id, "resolved")
    again = completed(desk.later(5), called, "k1")
    assert again == first._replace(replayed=True)


def test_a_visit_that_has_left_its_counter_is_kept_no_more(desk: Desk, called: Visit) -> None:
    completed(desk, called)
    assert desk.queue.get(VisitStore).kept(desk.branch, called.id, None) is None


@pytest.mark.parametrize(("late_ms", "reply"), [(500, "done"), (501, "changed")])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_time_of_a_kept_visit_is_the_stores_to_half_a_second(
    desk: Desk, called: Visit, late_ms: int, reply: str, sign: int
) -> None:
    present = kept(desk, called)
    snapshot = replace(present, now=present.now - sign * late_ms)
    branch = desk.queue.get(BranchStore).get(desk.branch)
    decided = decision_on(branch, desk.command(), snapshot, START)
    told = desk.queue.get(VisitStore).commit(branch, decided, None)
    assert told[0] == reply
    if reply == "changed":
        found = snapshot_in(told)
        assert found is not None
        assert (found.now, found.visit, found.open_counters) == (
            present.now, called, {"1": "", "2": ""},
        )  # fmt: skip


def test_the_time_since_is_that_of_the_process(desk: Desk, called: Visit) -> None:
    store = desk.queue.get(VisitStore)
    found = kept(desk, called)
    store._kept[desk.branch, called.id] = replace(found, read_at=found.read_at - 60, kept="")
    later = store.kept(desk.branch, called.id, None)
    assert later is not None
    assert 60_000 <= later.now - found.now < 90_000


def test_only_the_last_ones_are_kept(
    desk: Desk, called: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_store, "_MOST_KEPT", 1)
    newer = desk.called("2").visit
    assert kept(desk, newer).visit == newer
    assert desk.queue.get(VisitStore).kept(desk.branch, called.id, None) is None
