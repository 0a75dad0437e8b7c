"""The visit that a call under way has picked is the next of no other counter meanwhile."""

from __future__ import annotations

import pytest

from queue_service.branches.store import BranchStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, visits
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.visit import visit_from_json
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk


def picked(desk: Desk, counter: str, ms: int = 0, *, offer: bool = True) -> str:
    """The number of a counter's next visit, so many milliseconds later; empty for none."""
    branch = desk.queue.get(BranchStore).get(desk.branch)
    at = (desk.command().at or 0) + ms
    reply = desk.queue.get(VisitStore).offer_next(branch, counter, None, at, offer=offer)
    return visit_from_json(reply[3]).number if reply[0] == "picked" else ""


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two counters are open, and two wait."""
    desk.open("1")
    desk.open("2")
    desk.issue()
    desk.issue()
    return desk


@pytest.mark.parametrize(
    ("ms", "number"),
    [(-1, "A001"), (0, "A002"), (499, "A002"), (500, "A001")],
    ids=["the clock was set back", "at once", "still", "over"],
)
def test_a_visit_is_offered_to_one_counter_for_half_a_second(
    two: Desk, ms: int, number: str
) -> None:
    assert picked(two, "1") == "A001"
    assert picked(two, "2", ms) == number


def test_a_counter_that_picks_again_finds_the_same(two: Desk) -> None:
    assert [picked(two, "1"), picked(two, "2"), picked(two, "1")] == ["A001", "A002", "A001"]


def test_looking_alone_offers_nothing(two: Desk) -> None:
    assert [picked(two, counter, offer=False) for counter in ("1", "2")] == ["A001", "A001"]


def test_a_counter_has_no_next_visit_if_all_are_offered_elsewhere(two: Desk) -> None:
    assert [picked(two, counter) for counter in ("1", "2")] == ["A001", "A002"]
    two.open("3")
    assert picked(two, "3") == ""


def test_only_an_empty_queue_is_remembered_under_a_key(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    desk.issue()
    assert picked(desk, "1") == "A001"

    def call(key: str) -> CommandResult | None:
        return calling.call_next(desk.queue, desk.command(key), "2").answer

    assert call("while offered") is None
    # The first call fails; its offer is over.
    desk.later(0.5)
    answer = call("while offered")
    assert answer is not None
    assert answer.visit.number == "A001"
    visits.complete(desk.queue, desk.command(), answer.visit.id, "resolved")
    assert call("nobody waits") is None
    desk.issue()
    assert call("nobody waits") is None


def test_a_visit_bound_to_a_team_is_offered_to_one_of_its_counters(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("2", "citizen")
    first = desk.issue().visit.id
    desk.issue()
    calling.call(desk.queue, desk.command(), first, "1")
    visits.transfer(desk.queue, desk.command(), first, team="citizen")
    assert picked(desk, "1") == "A001"
    assert picked(desk, "2") == "A002"


def test_a_call_ends_its_offer(two: Desk) -> None:
    assert two.called("1").visit.number == "A001"
    assert not two.queue.store.client.exists(BranchKeys(two.branch).offers)
    assert two.called("2").visit.number == "A002"
