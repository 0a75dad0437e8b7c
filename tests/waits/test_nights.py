"""The nightly fit of a branch's waits, and the choice after it."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from queue_service.visits.rules.regression import Inputs, Regression
from queue_service.visits.store.visit_store import VisitStore
from queue_service.waits.operations import learn_until, learn_waits
from queue_service.waits.rules.choice import Score
from queue_service.waits.rules.rows import Waits
from queue_service.waits.store import Fitted, WaitStore
from tests.desks import Desk, document
from tests.waits.days import DAY_MS, NINE, busy_day, date, keep, visit


def night(queue: Queue, branch: Branch, day: int) -> bool:
    """Whether tickets use the regression after the night that follows a day."""
    keep(queue, branch.id, busy_day(day))
    assert learn_until(queue, branch, date(day))
    return bool(queue.store.client.exists(BranchKeys(branch.id).regression))


def fitted(queue: Queue, branch: Branch) -> Fitted:
    """The result of the last night."""
    found = queue.get(WaitStore).fitted(branch.id)
    assert found is not None
    return found


def test_a_branch_uses_its_regression_from_the_sixth_day_on(queue: Queue, branch: Branch) -> None:
    assert not learn_until(queue, branch, date(0))  # no day yet
    used = [night(queue, branch, day) for day in range(2)]
    assert not fitted(queue, branch).services
    used.append(night(queue, branch, 2))
    assert set(fitted(queue, branch).services) == {"pas"}
    assert not fitted(queue, branch).scores
    used += [night(queue, branch, day) for day in range(3, 5)]
    assert used == [False, False, False, False, True]
    found = fitted(queue, branch)
    assert list(found.scores) == [date(3), date(4)]  # each by the night before
    assert all(0 < each.regression < each.table for each in found.scores.values())
    # A counter takes two minutes for each, more or less, and in one case of four below 114 s.
    turn = found.turns["pas"]
    assert turn == pytest.approx(114_000, rel=0.02)
    assert found.services["pas"].turn == turn
    learnt: Any = queue.store.client.hget(BranchKeys(branch.id).estimates, "pas|turn")
    assert learnt == f"{turn}|{turn}"
    # Its tickets use what was fitted.
    desk = Desk(queue, branch.id).later(5 * 86_400)
    desk.open()
    desk.issue()
    ticket = desk.issue()
    assert ticket.estimate is not None
    # The same night again changes nothing.
    stored: Any = queue.store.client.get(BranchKeys(branch.id).fitted)
    assert not learn_until(queue, branch, date(4))
    assert queue.store.client.get(BranchKeys(branch.id).fitted) == stored


FLAT = Inputs(0, 0, 0, 0, 0)
GOOD = Fitted(date(4), {}, {date(4): Score(9, 100.0, 50.0)})


def test_it_is_used_no_longer_where_the_table_does_better(queue: Queue, branch: Branch) -> None:
    store = queue.get(WaitStore)
    bad = {"pas": Regression(8.0, 9.0, FLAT, FLAT, 9000)}
    store.keep(branch, GOOD._replace(services=bad), used=True)
    for day in range(5):
        keep(queue, branch.id, busy_day(day))
    assert queue.store.client.exists(BranchKeys(branch.id).regression)
    assert not night(queue, branch, 5)
    assert list(fitted(queue, branch).scores) == [date(4), date(5)]
    assert set(fitted(queue, branch).services) == {"pas"}  # fitted and scored all the same


@pytest.mark.parametrize(("days", "services"), [(60, {"pas", "turist"}), (61, {"pas"})])
def test_sixty_days_are_fitted(queue: Queue, branch: Branch, days: int, services: set[str]) -> None:
    first = [each._replace(issued_service="turist") for each in busy_day(-days, 30)]
    later = (each for day in range(1 - days, 0) for each in busy_day(day, 6))
    keep(queue, branch.id, [*first, *later])
    assert learn_until(queue, branch, date(-1))
    assert set(fitted(queue, branch).services) == services


def test_a_day_with_an_open_visit_waits(queue: Queue, branch: Branch) -> None:
    waiting = visit("open", 1, state="waiting", ended_at=None)
    keep(queue, branch.id, [visit("a", 0, 60), waiting])
    assert not learn_until(queue, branch, date(0))
    keep(queue, branch.id, [visit("open", 1, 90)])
    assert learn_until(queue, branch, date(0))


def test_the_table_is_worked_out_again_as_the_scripts_learn_it(desk: Desk) -> None:
    desk.open()
    # Up to sixteen wait, then fewer again: each number of people ahead, and over a hundred waits.
    for most in (16, 16, 14, 5):
        for _ in range(34):
            while desk.later(most).state().queues[0].waiting < most:
                desk.issue()
            called = desk.called()
            visits.complete(desk.queue, desk.command(), called.visit.id, "resolved")
    client, k = desk.queue.store.client, BranchKeys(desk.branch)
    learnt: Any = client.hgetall(k.estimates)
    waits = Waits()
    list(waits.day(desk.queue.get(VisitStore).of_day(desk.branch, date(0))))
    assert waits.stored() == (client.hgetall(k.waits), learnt)
    assert any(kind.endswith("wide") for kind in learnt)


def test_nothing_is_kept_for_a_branch_that_was_changed_or_removed(
    queue: Queue, branch: Branch
) -> None:
    put_branch(queue, branch.id, document(historic=True, name="Nyt"))
    queue.get(WaitStore).keep(branch, GOOD, used=True)
    assert queue.get(WaitStore).fitted(branch.id) is None


@pytest.mark.parametrize(("now", "learnt"), [(0, 0), (DAY_MS, 1)])
def test_each_branch_is_learnt_once_after_its_day(live: Desk, now: int, learnt: int) -> None:
    put_branch(live.queue, "replayed", document(historic=True))
    for branch in live.queue.get(BranchStore).all():
        keep(live.queue, branch.id, [visit("a", 0, 60)])
    # Nothing is learnt of the day that is running, nor of replayed ones.
    assert [learn_waits(live.queue, NINE + now) for _ in range(2)] == [learnt, 0]


@pytest.mark.parametrize("damaged", ["config", "fitted"])
def test_a_damaged_branch_keeps_no_other_from_being_learnt(
    live: Desk, caplog: pytest.LogCaptureFixture, damaged: str
) -> None:
    put_branch(live.queue, "a-damaged", document())
    for branch in live.queue.get(BranchStore).ids():
        keep(live.queue, branch, [visit("a", 0, 60)])
    k, client = BranchKeys("a-damaged"), live.queue.store.client
    if damaged == "config":
        client.hset(k.config, "document", "{")
        live.queue.forget("a-damaged")
    else:
        client.set(k.fitted, "{")
    with pytest.raises(ExceptionGroup) as failed:
        learn_waits(live.queue, NINE + DAY_MS)
    assert len(failed.value.exceptions) == 1
    assert "the waits of a-damaged could not be fitted" in caplog.text
    assert live.queue.get(WaitStore).fitted(live.branch) is not None
