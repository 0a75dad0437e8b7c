"""Repeating a request does nothing twice and gives the first answer again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.closing.operations import day_end
from queue_service.command import Queue
from queue_service.counters.operations import counters
from queue_service.errors import CounterBusy, IdempotencyKeyReused, RateLimited, WrongState
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.command_result import CommandResult
from tests.desks import KIOSK, Desk


def same(first: CommandResult, again: CommandResult) -> bool:
    """Whether it is the first response again."""
    return again.replayed and again._replace(replayed=False) == first


def test_a_repeated_issue_gives_the_same_ticket(desk: Desk) -> None:
    first = issuing.issue(desk.queue, desk.command("k1"), "pas")
    desk.later(60).issue()
    again = issuing.issue(desk.queue, desk.later(60).command("k1"), "pas")
    assert same(first, again)
    assert desk.state().today["issued"] == 2


def test_a_key_of_another_request_is_refused(desk: Desk) -> None:
    issuing.issue(desk.queue, desk.command("k1"), "pas")
    with pytest.raises(IdempotencyKeyReused):
        issuing.issue(desk.queue, desk.command("k1", request="other"), "turist")
    assert desk.state().today["issued"] == 1


def test_keys_belong_to_their_caller(desk: Desk) -> None:
    first = issuing.issue(desk.queue, desk.command("k1"), "pas")
    desk.caller = KIOSK
    second = issuing.issue(desk.queue, desk.command("k1"), "pas")
    assert first.visit.number != second.visit.number


def test_a_repeated_call_next_calls_no_other_visit(desk: Desk) -> None:
    desk.open()
    desk.issue()
    desk.issue()
    first = calling.call_next(desk.queue, desk.command("k1"), "1").answer
    again = calling.call_next(desk.queue, desk.command("k1"), "1").answer
    assert first is not None
    assert again is not None
    assert same(first, again)
    visits.complete(desk.queue, desk.command(), first.visit.id, "resolved")
    later = calling.call_next(desk.queue, desk.command("k1"), "1").answer
    assert later is not None
    assert same(first, later)


def test_an_empty_queue_is_remembered_too(desk: Desk) -> None:
    desk.open()
    assert calling.call_next(desk.queue, desk.command("k1"), "1").answer is None
    desk.issue()
    repeated = calling.call_next(desk.queue, desk.command("k1"), "1")
    assert (repeated.answer, repeated.replayed) == (None, True)
    assert desk.next() is not None


def test_a_repeated_completion_returns_the_first_one(desk: Desk) -> None:
    desk.open()
    visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    first = visits.complete(desk.queue, desk.later(5).command("k1"), visit_id, "resolved")
    again = visits.complete(desk.queue, desk.later(5).command("k1"), visit_id, "resolved")
    assert same(first, again)


def test_a_repeated_recall_counts_once(desk: Desk) -> None:
    desk.open()
    desk.issue()
    answer = desk.called()
    for _ in range(3):
        visits.recall(desk.queue, desk.command("k1"), answer.visit.id)
    assert desk.state().calls[0].recalls == 1


def test_a_refusal_is_not_remembered(desk: Desk) -> None:
    desk.open()
    visit_id = desk.issue().visit.id
    with pytest.raises(WrongState):
        visits.complete(desk.queue, desk.command("k1"), visit_id, "resolved")
    desk.next()
    done = visits.complete(desk.queue, desk.command("k1"), visit_id, "resolved")
    assert (done.visit.state, done.replayed) == ("completed", False)


def test_a_repeated_opening_shows_the_counter_as_it_was(desk: Desk) -> None:
    first = counters.open_counter(desk.queue, desk.command("k1"), "1", "library")
    issuing.serve(desk.queue, desk.command(), "1", "turist")
    again = counters.open_counter(desk.queue, desk.later(9).command("k1"), "1", "library")
    assert replace(again, replayed=False) == first
    assert counters.view(desk.queue, desk.command(), "1").current is not None


def test_a_repeated_closing_leaves_a_counter_open_that_was_opened_since(desk: Desk) -> None:
    desk.open()
    counters.close_counter(desk.queue, desk.command("k1"), "1")
    desk.open()
    issuing.serve(desk.queue, desk.command(), "1", "pas")
    counters.close_counter(desk.queue, desk.command("k1"), "1")
    with pytest.raises(CounterBusy):
        counters.close_counter(desk.queue, desk.command("k2"), "1")


def test_a_repeated_close_day_does_not_close_the_next_visits(desk: Desk) -> None:
    desk.issue()
    day_end.close_day(desk.queue, desk.later(8 * 3600).command("k1"))
    desk.later(5).issue()
    day_end.close_day(desk.queue, desk.later(5).command("k1"))
    assert desk.state().queues[0].waiting == 1


def test_a_kiosk_over_its_limit_is_refused_and_may_repeat_what_it_has_done(desk: Desk) -> None:
    queue = Queue(desk.queue.store, kiosk_tickets_per_minute=2)
    desk.caller = KIOSK
    first = issuing.issue(queue, desk.command("k1"), "pas")
    issuing.issue(queue, desk.command(), "pas")
    with pytest.raises(RateLimited) as refused:
        issuing.issue(queue, desk.command("k3"), "pas")
    assert 1 <= int(str(refused.value.extra["retry_after"])) <= 60
    assert same(first, issuing.issue(queue, desk.command("k1"), "pas"))
    assert desk.state().today["issued"] == 2
    # In its last half second the store gives the minute no second more.
    desk.queue.store.client.persist(BranchKeys(desk.branch).rate(KIOSK.id))
    with pytest.raises(RateLimited) as refused:
        issuing.issue(queue, desk.command("k3"), "pas")
    assert refused.value.extra["retry_after"] == 1
