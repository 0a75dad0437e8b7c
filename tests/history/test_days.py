"""Past days, whose figures are never behind their visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.store import DayStore
from queue_service.history.operations.days import expire, summarise_day, summarise_days
from queue_service.history.operations.statistics import Statistics, statistics
from queue_service.store.keys import BranchKeys
from queue_service.store.server.erasure import erase
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, MORNING, Desk, document
from tests.running import eventually
from tests.store.test_erasure import is_done, on_disk

WEDNESDAY = "2026-11-25"
DAY_MS = 86_400_000
EMPTY = "1 x\n[[[1,1,0,0,0,0,0],[],[]],[[0,0,0,0,0,0,0,0],[],[]]]\n[[],[]]\n[]\n[]"
"""A summary of one visit that never got to an inquiry."""


def served(desk: Desk, handled: float) -> str:
    """A visit is served so long."""
    visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.complete(desk.queue, desk.later(handled).command(), visit_id, "resolved")
    return visit_id


def issued(desk: Desk) -> int:
    """How many visits the statistics count on Wednesday."""
    counts = statistics(desk.queue, desk.branch, WEDNESDAY, WEDNESDAY).total.visits or {}
    return counts["issued"]


def _undo(desk: Desk, visit_id: str) -> None:
    visits.undo(desk.queue, desk.command(), visit_id)


def _issue(desk: Desk, _: str) -> None:
    desk.issue()


Change = Callable[[Desk, str], None]


def hidden(desk: Desk, day: str) -> None:
    """Make a day's visits unreadable, so that only its summary has it."""
    k = BranchKeys(desk.branch)
    for visit in desk.queue.get(VisitStore).of_day(desk.branch, day):
        desk.queue.store.client.set(k.visit(visit.id), "gone")


@pytest.mark.parametrize("by", ["day", "hour", "service", "counter", "team"])
def test_a_summary_has_the_same_figures_as_the_visits(desk: Desk, branch: Branch, by: Any) -> None:
    desk.open("1", "citizen")
    for handled in (100, 400, 3000):
        served(desk, handled)
    visits.abandon(desk.queue, desk.command(), desk.issue("turist").visit.id)

    def reported() -> Statistics:
        return statistics(desk.queue, desk.branch, "2026-11-23", "2026-11-29", by)

    before = reported()
    assert summarise_day(desk.queue, branch, WEDNESDAY, MORNING)
    hidden(desk, WEDNESDAY)
    assert reported() == before


@pytest.mark.parametrize(("change", "expected"), [(_undo, (1, 0)), (_issue, (2, 1))])
def test_a_summary_is_never_behind_its_visits(
    desk: Desk, branch: Branch, change: Change, expected: tuple[int, int]
) -> None:
    desk.open()
    visit_id = served(desk, 100)
    summarise_day(desk.queue, branch, WEDNESDAY, MORNING)
    change(desk, visit_id)
    total = statistics(desk.queue, desk.branch, WEDNESDAY, WEDNESDAY).total
    assert ((total.visits or {})["issued"], total.inquiries) == expected


@pytest.mark.parametrize("write", [DayStore.write_summary, DayStore.write_final])
@pytest.mark.parametrize("change", [_undo, _issue])
def test_a_change_while_a_summary_is_made_is_not_hidden(
    desk: Desk, branch: Branch, change: Change, write: Callable[..., bool]
) -> None:
    desk.open()
    visit_id = served(desk, 100)
    days = desk.queue.get(DayStore)

    def make() -> str:
        change(desk, visit_id)
        return EMPTY

    assert not write(days, branch, WEDNESDAY, make)
    assert days.unsummarised(desk.branch, [WEDNESDAY]) == [WEDNESDAY]
    assert issued(desk) == len(desk.queue.get(VisitStore).of_day(desk.branch, WEDNESDAY))


def test_the_later_of_two_makers_writes(desk: Desk, branch: Branch) -> None:
    desk.open()
    served(desk, 100)

    def make() -> str:
        assert summarise_day(desk.queue, branch, WEDNESDAY, MORNING)
        return EMPTY

    assert not desk.queue.get(DayStore).write_summary(branch, WEDNESDAY, make)
    assert statistics(desk.queue, desk.branch, WEDNESDAY, WEDNESDAY).total.inquiries == 1


def test_a_job_with_an_old_time_zone_writes_nothing(desk: Desk, branch: Branch) -> None:
    desk.open()
    served(desk, 100)
    put_branch(desk.queue, branch.id, document(historic=True, timezone="Atlantic/Reykjavik"))
    assert not summarise_day(desk.queue, branch, WEDNESDAY, MORNING)
    assert desk.queue.get(DayStore).unsummarised(branch.id, [WEDNESDAY]) == [WEDNESDAY]
    assert summarise_day(desk.queue, desk.queue.get(BranchStore).get(branch.id), WEDNESDAY, MORNING)


def test_a_day_with_an_open_visit_is_not_summarised(desk: Desk, branch: Branch) -> None:
    desk.issue()
    assert not summarise_day(desk.queue, branch, WEDNESDAY, MORNING)


@pytest.fixture
def aged(queue: Queue) -> Desk:
    """A branch that is no historic one, with one visit today; retention ten days."""
    put_branch(queue, "aaben", document(retention_days=10))
    opened = Desk(queue, "aaben", caller=CLERK)
    opened.open()
    visit_id = issuing.serve(queue, Command("aaben", CLERK), "1", "pas").visit.id
    visits.complete(queue, Command("aaben", CLERK), visit_id, "resolved")
    return opened


def the_day(desk: Desk) -> str:
    return desk.queue.get(DayStore).dates(desk.branch)[0]


def noon(desk: Desk, days_later: int = 0) -> int:
    """Noon of the visit's day, or of one after it, whatever time the test is run at."""
    branch = desk.queue.get(BranchStore).get(desk.branch)
    day = date.fromisoformat(the_day(desk)) + timedelta(days=days_later)
    return day_bounds(branch, str(day))[0] + DAY_MS // 2


def keys_left(desk: Desk) -> set[str]:
    k, day = BranchKeys(desk.branch), the_day(desk)
    (visit_id,) = desk.queue.store.read(lambda p: p.lindex(k.index(day), 0))
    names = {
        "visit": k.visit(visit_id or ""), "index": k.index(day), "numbers": k.numbers(day),
        "day": k.day(day), "summary": k.summary(day), "final": k.final(day), "events": k.events,
    }  # fmt: skip
    return {name for name, key in names.items() if desk.queue.store.client.exists(key)}


KEPT = {"visit", "index", "numbers", "day", "events"}


def test_past_days_are_summarised_and_today_is_not(aged: Desk) -> None:
    assert summarise_days(aged.queue, noon(aged)) == 0
    assert keys_left(aged) == KEPT
    assert summarise_days(aged.queue, noon(aged, 1)) == 1
    assert keys_left(aged) == KEPT | {"summary"}
    assert summarise_days(aged.queue, noon(aged, 1)) == 0


def test_visits_go_after_the_retention_and_figures_stay(aged: Desk) -> None:
    queue, day = aged.queue, the_day(aged)
    before = statistics(queue, aged.branch, day, day)
    k, client = BranchKeys(aged.branch), queue.store.client
    for of_a_bus in (k.mobile_sent, k.mobile_twice):
        client.hset(of_a_bus, mapping={day: "{}", "2099-01-01": "{}"})
    assert expire(queue, noon(aged, 10)) == 0
    assert client.hexists(k.mobile_twice, day)
    assert expire(queue, noon(aged, 11)) == 1
    for of_a_bus in (k.mobile_sent, k.mobile_twice):
        assert client.hkeys(of_a_bus) == ["2099-01-01"]
        client.delete(of_a_bus)
    assert keys_left(aged) == {"final", "events"}
    after = statistics(queue, aged.branch, day, day)
    assert before.total.handling.exact
    assert not after.total.handling.exact
    assert after.total.handling.mean == before.total.handling.mean
    assert (after.total.visits, after.total.goals) == (before.total.visits, before.total.goals)
    assert expire(queue, noon(aged, 30)) == 0
    assert summarise_days(queue, noon(aged, 30)) == 0
    assert statistics(queue, aged.branch, day, day) == after


def test_a_removal_that_broke_off_is_finished(aged: Desk) -> None:
    queue, day = aged.queue, the_day(aged)
    days = queue.get(DayStore)
    assert days.write_final(queue.get(BranchStore).get(aged.branch), day, lambda: EMPTY)
    assert statistics(queue, aged.branch, day, day).total.inquiries == 0  # final, whatever is left
    assert expire(queue, noon(aged, 11)) == 1
    assert statistics(queue, aged.branch, day, day).total.inquiries == 0


def test_figures_asked_for_while_the_visits_go_are_not_missing(
    aged: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, read = the_day(aged), DayStore.visits

    def removed_meanwhile(days: DayStore, branch_id: str, date: str) -> Iterator[Visit | None]:
        monkeypatch.undo()
        assert expire(aged.queue, noon(aged, 11)) == 1
        return read(days, branch_id, date)

    monkeypatch.setattr(DayStore, "visits", removed_meanwhile)
    assert issued_on(aged, day) == 1


def test_an_open_visit_is_never_removed(aged: Desk) -> None:
    queue, day = aged.queue, the_day(aged)
    issuing.issue(queue, Command(aged.branch, CLERK), "pas")
    assert expire(queue, noon(aged, 40)) == 0
    assert issued_on(aged, day) == 2
    branch = queue.get(BranchStore).get(aged.branch)
    queue.get(DayStore).write_final(branch, day, lambda: EMPTY.replace("1", "2", 1))
    assert expire(queue, noon(aged, 40)) == 1
    assert [v.state for v in queue.get(VisitStore).of_day(aged.branch, day)] == ["waiting"]


def issued_on(desk: Desk, day: str) -> int:
    return (statistics(desk.queue, desk.branch, day, day).total.visits or {})["issued"]


def test_a_historic_branch_keeps_everything(desk: Desk) -> None:
    desk.open()
    served(desk, 100)
    later = MORNING + 5000 * DAY_MS
    assert (summarise_days(desk.queue, later), expire(desk.queue, later)) == (0, 0)
    assert keys_left(desk) == KEPT


def test_events_go_with_the_days_they_are_of(aged: Desk) -> None:
    reported = aged.events()
    expire(aged.queue, noon(aged, 10))
    assert aged.events() == reported != []
    expire(aged.queue, noon(aged, 11))
    assert aged.events() == []


def test_a_visit_that_was_removed_leaves_the_disk(aged: Desk) -> None:
    client, k, day = aged.queue.store.client, BranchKeys(aged.branch), the_day(aged)
    (visit_id,) = aged.queue.store.read(lambda p: p.lindex(k.index(day), 0))
    assert expire(aged.queue, noon(aged, 11)) == 1
    assert on_disk(client, visit_id)
    eventually(lambda: is_done(client))
    assert erase(aged.queue.store)
    eventually(lambda: is_done(client) and not on_disk(client, k.visit(visit_id)))
    assert not on_disk(client, visit_id)
