"""Staff's notes with a ticket and later: needs, a counter, a reason for priority."""

from __future__ import annotations

import pytest

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.command import Command, Queue
from queue_service.counters.operations import counters
from queue_service.errors import CounterClosed, CounterNotFound, Forbidden, WrongState
from queue_service.reception.rules import ReceptionTotals, figures
from queue_service.reception.store import ReceptionStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, listing, visits
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.needs import Noted
from queue_service.visits.rules.visit import visit_from_json
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import KIOSK, Desk

DATE = "2026-11-25"


def noted(desk: Desk) -> ReceptionTotals:
    return figures(desk.queue.get(ReceptionStore).days(desk.branch, [DATE]))


def totals(queue: Queue, branch: str) -> dict[str, str]:
    found: dict[str, str] = dict(queue.store.client.hgetall(BranchKeys(branch).totals))  # type: ignore[arg-type]  # texts, as it decodes them
    return {name: n for name, n in found.items() if name.startswith("reception|")}


def issue(
    desk: Desk, *, key: str = "", counter: str | None = None, **note: object
) -> CommandResult:
    return issuing.issue(
        desk.queue, desk.command(key or None), "pas", channel="desk",
        noted=Noted(**note), counter=counter,  # type: ignore[arg-type]  # given by name, with their types
    )  # fmt: skip


def test_needs_noted_with_a_ticket_are_kept_and_counted_once(desk: Desk) -> None:
    first = issue(desk, key="k", needs=("seat", "interpreter"), reason="cannot_wait")
    again = issue(desk, key="k", needs=("seat", "interpreter"), reason="cannot_wait")
    assert (again.visit.id, again.replayed) == (first.visit.id, True)
    assert (first.visit.needs, first.visit.priority_reason) == (
        ("seat", "interpreter"), "cannot_wait",
    )  # fmt: skip
    assert (first.visit.priority, first.visit.head_start_ms) == ("high", 600_000)
    counted = noted(desk)
    assert counted.needs == {
        "seat": 1, "accessible_counter": 0, "interpreter": 1, "hearing_loop": 0,
    }  # fmt: skip
    assert {reason for reason, n in counted.first.items() if n} == {"cannot_wait"}
    assert totals(desk.queue, desk.branch) == {
        "reception|need|seat": "1",
        "reception|need|interpreter": "1",
        "reception|first|cannot_wait": "1",
    }


def test_a_ticket_without_notes_leaves_no_trace_of_them(desk: Desk) -> None:
    visit = desk.issue().visit
    raw = desk.queue.get(VisitStore).load(desk.branch, visit.id, None)
    assert raw is not None
    assert "needs" not in raw.raw
    assert "priority_reason" not in raw.raw
    assert not desk.queue.store.client.exists(BranchKeys(desk.branch).reception(DATE))
    assert visit_from_json(raw.raw).needs == ()


def test_needs_are_changed_until_the_end_and_the_day_is_corrected(desk: Desk) -> None:
    desk.open("1")
    visit = issue(desk, needs=("seat",)).visit
    desk.issue()
    before = listing.one_visit(desk.queue, desk.branch, visit.id).position
    changed = visits.set_needs(desk.queue, desk.command(), visit.id, ["hearing_loop"])
    assert (changed.visit.needs, changed.position) == (("hearing_loop",), before)
    assert (noted(desk).needs["seat"], noted(desk).needs["hearing_loop"]) == (0, 1)
    assert totals(desk.queue, desk.branch)["reception|need|seat"] == "1"
    assert desk.called().visit.id == visit.id
    called = visits.set_needs(desk.queue, desk.command(), visit.id, ["seat", "hearing_loop"])
    assert (called.visit.state, called.visit.counter) == ("called", "1")
    visits.complete(desk.queue, desk.command(), visit.id, "resolved")
    with pytest.raises(WrongState):
        visits.set_needs(desk.queue, desk.command(), visit.id, [])
    assert (noted(desk).needs["seat"], noted(desk).needs["hearing_loop"]) == (1, 1)


def test_a_visit_moved_ahead_comes_first_and_returns_to_the_same_place(desk: Desk) -> None:
    desk.open("1")
    first, last = desk.issue().visit, desk.later(60).issue().visit
    moved = visits.prioritise(desk.queue, desk.command(), last.id, "agreed_time")
    assert (moved.position, moved.visit.priority) == (0, "high")
    again = visits.prioritise(desk.queue, desk.command(), last.id, "our_mistake")
    assert again.visit.place == moved.visit.place
    assert [reason for reason, n in noted(desk).first.items() if n] == ["our_mistake"]
    back = visits.take_priority_back(desk.queue, desk.command(), last.id)
    assert (back.position, back.visit.place, back.visit.priority) == (1, last.place, "normal")
    assert not any(noted(desk).first.values())
    assert desk.called().visit.id == first.id
    with pytest.raises(WrongState):
        visits.prioritise(desk.queue, desk.command(), first.id, "agreed_time")


def test_a_chosen_counter_alone_calls_it_and_its_place_says_so(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    for _ in range(3):
        desk.issue()
    bound = issue(desk, counter="2")
    # Counter 2 takes one in two of those who wait; no other counter calls this one.
    assert (bound.visit.bound, bound.position) == ("2", 3)
    assert bound.position == listing.one_visit(desk.queue, desk.branch, bound.visit.id).position
    (listed,) = [
        one
        for one in listing.visits_of_today(desk.queue, desk.branch, at=desk.command().at)
        if one.visit.id == bound.visit.id
    ]
    assert listed.position == bound.position
    desk.later(1)
    for counter in ("1", "2"):
        visits.complete(desk.queue, desk.command(), desk.called(counter).visit.id, "resolved")
    visits.complete(desk.queue, desk.command(), desk.called("1").visit.id, "resolved")
    assert desk.next("1") is None
    assert desk.called("2").visit.id == bound.visit.id


def test_a_counter_that_is_closed_or_none_is_refused_and_nothing_is_issued(desk: Desk) -> None:
    with pytest.raises(CounterClosed):
        issue(desk, counter="2", needs=("seat",))
    with pytest.raises(CounterNotFound):
        issue(desk, counter="9")
    assert desk.state().today["issued"] == 0
    assert not any(noted(desk).needs.values())


def test_a_visit_that_waits_for_a_closing_counter_is_free_for_all(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    bound = issue(desk, counter="2", needs=("accessible_counter",)).visit
    counters.close_counter(desk.queue, desk.command(), "2")
    called = desk.called("1").visit
    assert (called.id, called.needs) == (bound.id, ("accessible_counter",))


@pytest.mark.parametrize(
    "wanted", [{"counter": "1"}, {"noted": Noted(("seat",))}, {"noted": Noted((), "returning")}]
)
def test_a_kiosk_notes_nothing(desk: Desk, wanted: dict[str, object]) -> None:
    desk.open("1")
    command = Command(desk.branch, KIOSK, IdempotencyKey("k", "k", "k"), desk.command().at)
    with pytest.raises(Forbidden):
        issuing.issue(desk.queue, command, "pas", **wanted)  # type: ignore[arg-type]  # given by name, with their types
    assert desk.state().today["issued"] == 0
