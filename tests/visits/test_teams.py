"""A visit that is sent on to a team: who calls it, and what keeps it there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.closing.operations.day_end import close_day
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.counters.store import CounterStore
from queue_service.errors import CounterClosed, InUse, Invalid
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.rules.visit import visit_from_json
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk, document
from tests.stepping_in import QueueWith


def sent(desk: Desk, team: str = "library", service: str = "pas", counter: str = "1") -> str:
    """The id of a visit that has been served and sent on to a team."""
    desk.issue(service)
    visit_id = desk.called(counter).visit.id
    visits.start(desk.queue, desk.command(), visit_id)
    answer = visits.transfer(desk.queue, desk.later(60).command(), visit_id, team=team)
    assert (answer.visit.for_team, answer.visit.bound, answer.visit.state) == (
        team, None, "waiting",
    )  # fmt: skip
    return visit_id


def test_only_counters_that_are_open_as_the_team_call_it_next(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("2")
    desk.open("3", "library")
    visit_id = sent(desk)  # for a passport, which the library does not take
    assert desk.next("1") is None
    assert desk.next("2") is None
    called = desk.called("3").visit
    assert (called.id, called.service) == (visit_id, "pas")


def test_a_counter_calls_it_once_it_is_handed_to_the_team(desk: Desk) -> None:
    desk.open("1", "citizen")
    visit_id = sent(desk)
    assert desk.next("1") is None
    desk.open("1", "library")
    assert desk.called("1").visit.id == visit_id


def test_a_counter_and_a_team_of_the_same_id_are_not_mixed_up(desk: Desk) -> None:
    teams = [{"id": "2", "name": {"da": "Hold 2"}, "services": ["*"]}]
    put_branch(desk.queue, desk.branch, document(historic=True, teams=teams))
    for counter in "12":
        desk.open(counter)
    to_team, to_counter = sent(desk, "2"), sent(desk, "2")
    desk.open("3", "2")
    calling.call(desk.queue, desk.command(), to_counter, "1")
    visits.transfer(desk.queue, desk.command(), to_counter, counter="2")
    assert desk.called("2").visit.id == to_counter
    assert desk.called("3").visit.id == to_team


def test_it_keeps_its_place_by_the_time_of_issue(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    desk.issue("turist")
    first = desk.called("1").visit.id
    second = desk.later(60).issue("turist").visit.id
    third = desk.later(60).issue("turist").visit.id
    answer = visits.transfer(desk.queue, desk.command(), first, team="library")
    assert answer.position == 0
    visits.transfer(
        desk.queue, desk.command(), calling_chosen(desk, third), team="library", outcome="resolved"
    )
    listed = listing.visits_of_today(desk.queue, desk.branch, state="waiting", at=desk.command().at)
    assert [a.visit.id for a in listed] == [first, second, third]
    assert [a.position for a in listed] == [0, 0, 2]
    assert [serve_next(desk, "3") for _ in range(3)] == [first, second, third]


def calling_chosen(desk: Desk, visit_id: str) -> str:
    return calling.call(desk.queue, desk.command(), visit_id, "1").visit.id


def serve_next(desk: Desk, counter: str) -> str:
    visit_id = desk.called(counter).visit.id
    visits.complete(desk.queue, desk.command(), visit_id, "resolved")
    return visit_id


def test_a_clerk_elsewhere_may_call_it_by_choice(desk: Desk) -> None:
    desk.open("1", "citizen")
    visit_id = sent(desk)
    answer = calling.call(desk.queue, desk.command(), visit_id, "1")
    assert answer.visit.counter == "1"
    visits.start(desk.queue, desk.command(), visit_id)
    assert visits.park(desk.queue, desk.command(), visit_id).visit.for_team is None


def test_with_an_outcome_the_next_inquiry_has_the_same_service(desk: Desk) -> None:
    desk.open("1")
    desk.issue("korekort")
    visit_id = desk.called("1").visit.id
    moved = visits.transfer(
        desk.queue, desk.command(), visit_id, team="library", outcome="referred"
    ).visit
    assert [(i.service, i.outcome) for i in moved.inquiries] == [
        ("korekort", "referred"),
        ("korekort", None),
    ]


def test_without_an_outcome_the_same_inquiry_goes_on(desk: Desk) -> None:
    desk.open("1")
    desk.open("3", "library")
    visit_id = sent(desk)
    visits.start(desk.queue, desk.command(), desk.called("3").visit.id)
    done = visits.complete(desk.queue, desk.later(40).command(), visit_id, "resolved").visit
    assert [(i.service, i.handled_ms, i.team) for i in done.inquiries] == [
        ("pas", 100_000, "library")
    ]


@pytest.mark.parametrize("delay", [0, 60_000])
def test_putting_it_back_keeps_it_with_the_team(desk: Desk, delay: int) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    visit_id = sent(desk)
    visits.requeue(desk.queue, desk.command(), visit_id, delay)
    if delay:
        assert desk.later(59.999).next("3") is None
        desk.later(0.001)
    assert desk.next("1") is None
    assert desk.called("3").visit.id == visit_id


@pytest.mark.parametrize("missed", [False, True])
def test_a_call_that_is_put_back_leaves_it_with_the_team(desk: Desk, missed: bool) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    visit_id = sent(desk)
    desk.called("3")
    if missed:
        visits.mark_no_show(desk.queue, desk.command(), visit_id)
    visits.requeue(desk.queue, desk.command(), visit_id)
    assert desk.next("1") is None
    assert desk.called("3").visit.id == visit_id


def test_closing_the_teams_last_counter_leaves_it_with_the_team(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    visit_id = sent(desk)
    counters.close_counter(desk.queue, desk.command(), "3")
    assert desk.next("1") is None
    desk.open("2", "library")
    assert desk.called("2").visit.id == visit_id


def test_a_team_that_somebody_waits_for_is_not_removed(desk: Desk) -> None:
    desk.open("1", "citizen")
    visit_id = sent(desk)
    without = document(historic=True, teams=document()["teams"][1:])
    with pytest.raises(InUse) as refused:
        put_branch(desk.queue, desk.branch, without)
    assert refused.value.extra == {"number": "A001", "team": "library"}
    calling.call(desk.queue, desk.command(), visit_id, "1")
    put_branch(desk.queue, desk.branch, without)
    assert list(desk.queue.get(BranchStore).current(desk.branch).teams) == ["citizen"]


def test_removing_a_team_closes_the_counters_without_a_service(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    put_branch(desk.queue, desk.branch, document(historic=True, teams=document()["teams"][1:]))
    assert desk.queue.get(CounterStore).states(desk.branch).open == {"1": "citizen"}
    with pytest.raises(CounterClosed):
        desk.next("3")


def test_a_team_that_serves_somebody_is_not_removed(desk: Desk) -> None:
    desk.open("3", "library")
    desk.issue("turist")
    visit_id = desk.called("3").visit.id
    without = document(historic=True, teams=document()["teams"][1:])
    with pytest.raises(InUse) as refused:
        put_branch(desk.queue, desk.branch, without)
    assert refused.value.extra == {"number": "C001", "team": "library"}
    assert desk.queue.get(CounterStore).states(desk.branch).open == {"3": "library"}
    visits.mark_no_show(desk.queue, desk.command(), visit_id)
    put_branch(desk.queue, desk.branch, without)
    assert desk.queue.get(CounterStore).states(desk.branch).open == {}


@pytest.mark.parametrize("team", ["nowhere", "1"])
def test_an_unknown_team_is_refused_and_leaves_no_trace(desk: Desk, team: str) -> None:
    desk.open("1")
    desk.issue()
    visit_id = desk.called("1").visit.id
    events = desk.events()
    with pytest.raises(Invalid) as refused:
        visits.transfer(desk.queue, desk.command(), visit_id, team=team)
    errors: Any = refused.value.extra["errors"]
    assert [error["field"] for error in errors] == ["team"]
    with pytest.raises(Invalid) as of_counter:
        counters.open_counter(desk.queue, desk.command(), "2", team)
    assert of_counter.value.extra == refused.value.extra
    [visit] = desk.queue.get(VisitStore).many(desk.branch, [visit_id])
    assert (visit.state, desk.events()) == ("called", events)


def test_closing_the_day_ends_it_as_one_who_left(desk: Desk) -> None:
    desk.open("1")
    visit_id = sent(desk)
    close_day(desk.queue, desk.command(), force=True)
    [visit] = desk.queue.get(VisitStore).many(desk.branch, [visit_id])
    assert (visit.state, visit.for_team) == ("abandoned", None)
    assert desk.queue.get(VisitStore).holds(desk.branch) == {}


def test_a_departure_that_is_undone_waits_for_any_counter_again(desk: Desk) -> None:
    desk.open("1", "citizen")
    visit_id = sent(desk)
    visits.abandon(desk.queue, desk.command(), visit_id)
    visits.undo(desk.queue, desk.command(), visit_id)
    assert desk.called("1").visit.id == visit_id


def test_the_call_event_names_the_queue_of_the_visit(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.open("3", "library")
    sent(desk)
    desk.called("3")
    client, key = desk.queue.store.client, BranchKeys(desk.branch).events
    entries: Any = client.xrevrange(key, count=1)
    assert json.loads(entries[0][1]["data"])["why"]["queue"] == "@team:library"


def test_a_visit_of_the_first_version_is_read(desk: Desk) -> None:
    answer = desk.issue().visit
    stored = answer.document()
    assert "for_team" not in stored
    assert visit_from_json(json.dumps(stored)).for_team is None


def test_a_visit_served_during_a_change_of_team_belongs_to_the_new_team(
    desk: Desk,
) -> None:
    desk.open("1", "library")

    class HandedOver(VisitStore):
        """Lets the counter change hands right after it was looked at."""

        looked = 0

        def counters(self, branch_id: str) -> Any:
            found = super().counters(branch_id)
            self.looked += 1
            if self.looked == 1:
                desk.open("1", "citizen")
            return found

    store = HandedOver(desk.queue.store)
    visit = issuing.serve(
        QueueWith(desk.queue, VisitStore, store), desk.command(), "1", "turist"
    ).visit
    assert (visit.team, store.looked) == ("citizen", 2)
