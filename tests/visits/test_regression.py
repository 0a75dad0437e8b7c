"""The regression of a service's waits: a ticket shows the range that the rules compute."""

from __future__ import annotations

import json

import pytest

from queue_service.board.operations.board import Boards
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from queue_service.visits.rules.regression import (
    Inputs,
    Regression,
    as_json,
    inputs_of,
    regression_from,
)
from tests.desks import Desk
from tests.visits.test_estimates import NEEDED, waits

KNOWN = Regression(
    2.5, 3.1, Inputs(0.5, -0.2, 0.4, 0.1, 0.01), Inputs(0.6, -0.3, 0.5, 0.2, 0.02), 9000, 1000
)
NO_INPUT = Inputs(0, 0, 0, 0, 0)


def use(desk: Desk, text: str | None = None, service: str = "pas") -> None:
    """Have the service's tickets use a regression, as it is stored."""
    key = BranchKeys(desk.branch).regression
    desk.queue.store.client.hset(key, service, text or as_json(KNOWN))


def test_a_stored_regression_is_read_back() -> None:
    assert regression_from(as_json(KNOWN)) == KNOWN


_STORED = json.loads(as_json(KNOWN))
OTHER = {
    "a number too few": _STORED[:-1],
    "a number too many": [*_STORED, 0.1],
    "nothing": [],
    "of version 0.8.0, without a turn": [_STORED[0], *_STORED[2:]],
    "of version 0.7.0": {
        "low": {"at": KNOWN.low_at, **KNOWN.low._asdict()},
        "high": {"at": KNOWN.high_at, **KNOWN.high._asdict()},
        "longest": KNOWN.longest,
    },
}
"""Not used: another version may have stored them."""


@pytest.mark.parametrize("stored", OTHER.values(), ids=OTHER)
def test_one_with_other_numbers_is_not_read(stored: object) -> None:
    assert regression_from(json.dumps(stored)) is None


def test_a_ticket_shows_what_the_rules_compute(desk: Desk) -> None:
    use(desk)
    desk.open("1")
    desk.open("3")
    first = desk.issue()
    assert first.estimate is None  # nobody is ahead: the regression says nothing of that
    desk.later(47.25).issue("korekort")
    second = desk.later(31.5).issue()
    third = desk.later(100).issue()
    # Ahead are those of every service, in the head of the own queue the first.
    for ticket, inputs in ((second, (2, 2, 1, 78.75)), (third, (3, 2, 2, 178.75))):
        assert ticket.estimate == KNOWN.range(inputs_of(*inputs))
        assert ticket.visit.estimate == ticket.estimate
    # No regression and no table for the other service.
    assert desk.issue("korekort").estimate is None
    # The first of the own queue is called: the second is the head now.
    desk.called("1")
    fourth = desk.later(10).issue()
    assert fourth.estimate == KNOWN.range(inputs_of(4, 2, 2, 110))
    # A visit that is put back waits for the visits with an earlier place.
    asked = visits.requeue(desk.queue, desk.command(), third.visit.id)
    assert asked.position == 2
    assert asked.estimate == KNOWN.range(inputs_of(2, 2, 1, 110))


@pytest.mark.parametrize("later", [0, 1], ids=["all are here", "one comes later"])
def test_the_board_shows_what_a_ticket_does(desk: Desk, later: int) -> None:
    use(desk)
    desk.open("1")
    desk.issue("korekort")
    desk.issue()
    for _ in range(later):
        visits.postpone(desk.queue, desk.command(), desk.issue().visit.id, "09:30")
    desk.later(61)
    board = Boards(desk.queue).board(desk.command())
    shown = {new.service: (new.ahead, new.wait) for new in board.new_tickets}
    assert shown["pas"] == (2, KNOWN.range(inputs_of(2, 1, 1, 61)))
    ticket = desk.issue()
    assert shown["pas"] == (ticket.position, ticket.estimate)


@pytest.mark.parametrize("counter", ["1", None])
def test_without_an_open_counter_nothing_is_shown(desk: Desk, counter: str | None) -> None:
    use(desk)
    if counter:
        desk.open(counter)
    desk.issue()
    assert (desk.issue().estimate is None) is (counter is None)


def test_the_table_is_used_for_other_numbers_and_with_no_one_ahead(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)
    use(desk)
    assert desk.issue().estimate == (150, 150)
    assert desk.issue().estimate == KNOWN.range(inputs_of(1, 1, 1, 0))
    for stored in OTHER.values():
        use(desk, json.dumps(stored))
        ticket = desk.issue()
        turns = (ticket.position or 0) + 1
        assert ticket.estimate == (turns * 150, turns * 150)
        visits.abandon(desk.queue, desk.command(), ticket.visit.id)


@pytest.mark.parametrize(
    "known",
    [
        Regression(6.0, 4.0, NO_INPUT, NO_INPUT, 10_000),
        Regression(-3.0, 0.0, NO_INPUT, NO_INPUT, 10_000),
        Regression(4.0, 6.0, NO_INPUT, NO_INPUT, 402),
        Regression(4.0, 6.0, NO_INPUT, NO_INPUT, 403),
        Regression(4.0, 25.0, NO_INPUT, NO_INPUT, 1_000_000_000),
        Regression(4.0, 6.0, NO_INPUT, NO_INPUT, 402, 402_999),
        Regression(4.0, 6.0, NO_INPUT, NO_INPUT, 402, 403_000),
    ],
)
def test_the_script_keeps_a_range_in_order_within_what_was_seen_and_no_shorter_than_a_turn(
    desk: Desk, known: Regression
) -> None:
    use(desk, as_json(known))
    desk.open()
    desk.issue()
    assert desk.issue().estimate == known.range(inputs_of(1, 1, 1, 0))


def test_a_queue_without_its_times_still_gives_tickets(desk: Desk) -> None:
    use(desk)
    desk.open()
    desk.issue()
    desk.queue.store.client.delete(BranchKeys(desk.branch).since("pas"))
    assert desk.issue().estimate == KNOWN.range(inputs_of(1, 1, 1, 0))
