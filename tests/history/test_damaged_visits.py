"""One damaged document hides neither its day nor what the others came to."""

from __future__ import annotations

import logging

import pytest

from queue_service.access.keys import ACCOUNTS
from queue_service.access.operations import accounts
from queue_service.access.store import AccessStore
from queue_service.board.operations.state import state
from queue_service.branches.store import BranchStore
from queue_service.closing.operations.automatic_closing import set_aside_damaged
from queue_service.closing.operations.day_end import close_day
from queue_service.command import Command
from queue_service.counters.operations.counters import view
from queue_service.counters.store import CounterStore
from queue_service.days.store import DayStore
from queue_service.history.operations.days import expire, summarise_day
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.operations.listing import visits_of_today
from tests.desks import MORNING, Desk

WEDNESDAY = "2026-11-25"
DAMAGE = [b"\xff\xfe", b'{"id": "cut o', b"[]", b'{"id": "x", "number": 1}']
"""No UTF-8; cut off; another shape; members missing."""


def served(desk: Desk) -> str:
    """The id of somebody who is served for a minute."""
    visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    return visit_id


def damage(desk: Desk, visit_id: str, document: bytes) -> None:
    """Write what no program of ours writes."""
    desk.queue.store.client.set(BranchKeys(desk.branch).visit(visit_id), document)


@pytest.mark.parametrize("document", DAMAGE)
def test_the_others_are_counted_and_shown(
    desk: Desk, document: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk.open()
    first, second = served(desk), served(desk)
    desk.issue()
    called = desk.called()
    damage(desk, first, document)
    counted = statistics(desk.queue, desk.branch, WEDNESDAY, WEDNESDAY).total
    assert (counted.visits or {})["completed"] == 1
    listed = visits_of_today(desk.queue, desk.branch, at=MORNING)
    assert [answer.visit.id for answer in listed] == [second, called.visit.id]
    damage(desk, called.visit.id, document)
    assert state(desk.queue, desk.command()).today["issued"] == 3
    assert view(desk.queue, desk.command(), "1").current is None
    with caplog.at_level(logging.ERROR):
        list(desk.queue.get(DayStore).visits(desk.branch, WEDNESDAY))
    assert f"visit:{first} is damaged" in caplog.text


@pytest.mark.parametrize("document", DAMAGE)
def test_a_damaged_visit_blocks_no_other(live: Desk, document: bytes) -> None:
    for counter in ("1", "2", "3"):
        live.open(counter)
    served = issuing.serve(live.queue, now(live), "1", "pas").visit
    first, second = (issuing.issue(live.queue, now(live), "pas", channel="desk") for _ in range(2))
    parked = issuing.serve(live.queue, now(live), "2", "pas").visit
    visits.park(live.queue, now(live), parked.id)
    for one in (served, first.visit, parked):
        damage(live, one.id, document)
    set_aside_damaged(live.queue)
    answer = calling.call_next(live.queue, now(live), "1").answer
    assert answer is not None
    assert answer.visit.id == second.visit.id
    assert calling.call_next(live.queue, now(live), "2").answer is None
    third = issuing.issue(live.queue, now(live), "pas", channel="desk")
    assert third.position == 0
    assert close_day(live.queue, now(live), force=True).ended == 2
    assert live.queue.get(CounterStore).states(live.branch).open == {}


def now(desk: Desk) -> Command:
    """A command at the store's time."""
    return Command(desk.branch, desk.caller)


def test_its_day_is_summarised_and_ends_with_the_retention(live: Desk) -> None:
    live.open()
    first, _ = served(live), served(live)
    damage(live, first, b"cut")
    branch = live.queue.get(BranchStore).get(live.branch)
    later = MORNING + (branch.retention_days + 2) * 86_400_000
    assert summarise_day(live.queue, branch, WEDNESDAY, later)
    assert live.queue.get(DayStore).unsummarised(live.branch, [WEDNESDAY]) == []
    assert expire(live.queue, later) == 2
    assert live.queue.get(DayStore).with_visits(live.branch, [WEDNESDAY]) == []


def test_the_other_logins_are_listed(desk: Desk) -> None:
    store = desk.queue.get(AccessStore)
    for name in ("eva", "ida"):
        accounts.add_account(store, name, "a long password", "clerk", None, now=MORNING)
    desk.queue.store.client.hset(ACCOUNTS, "eva", b"\xff")
    assert [account.name for account in store.accounts()] == ["ida"]
