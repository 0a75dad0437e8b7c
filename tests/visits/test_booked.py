"""The place and the wait of a visit that comes for a booking, among those that walked in."""

from __future__ import annotations

from random import Random
from typing import Any, Final, Literal

import pytest

from queue_service.configuration.operations import put_branch
from queue_service.errors import ServiceClosed, ServiceFull, TooEarly
from queue_service.mobile.rules import natural_wait
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.rules.booked import Booked
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.counting import count
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    COME_BACK,
    POSTPONE,
    PRIORITISE,
    REQUEUE,
    START,
    TAKE_PRIORITY_BACK,
    TRANSFER,
    UNDO,
    call,
)
from queue_service.visits.rules.visit import Priority, Visit, visit_from_json
from queue_service.visits.store.changes import change
from queue_service.visits.store.visit_store import VisitStore
from queue_service.waits.rules.rows import Waits
from tests.desks import KIOSK, Desk, document
from tests.interventions.test_interventions import begin
from tests.visits.cases import BRANCH, NINE, WAITING, become, case

MINUTE = 60_000
TEN = NINE + 60 * MINUTE
SERVICES: Final[list[dict[str, Any]]] = document()["services"]
BOOKED = Booked(TEN, 15 * MINUTE, 30 * MINUTE, 20 * MINUTE)

EARLY = WAITING._replace(
    issued_at=TEN - 10 * MINUTE,
    queued_at=TEN,
    place=(TEN - 25 * MINUTE) * 1000,
    booked_for=TEN,
    booked_head_start_ms=15 * MINUTE,
)
"""A visit that came ten minutes before its time."""


def arrive(desk: Desk, minutes: float, booked: Booked = BOOKED) -> CommandResult:
    """The arrival of somebody with a booking, so many minutes after nine."""
    desk.seconds = minutes * 60
    return issuing.issue(desk.queue, desk.command(), "pas", channel="desk", booked=booked)


def since_when(desk: Desk, visit: Visit) -> float | None:
    return desk.queue.store.client.zscore(BranchKeys(desk.branch).since("pas"), visit.id)


@pytest.mark.parametrize(
    ("after_ms", "comes"),
    [
        (-30 * MINUTE - 1, "early"),
        (-30 * MINUTE, "in_time"),
        (0, "in_time"),
        (20 * MINUTE, "in_time"),
        (20 * MINUTE + 1, "late"),
    ],
)
def test_the_time_around_a_booking_has_both_its_ends(
    after_ms: int, comes: Literal["early", "in_time", "late"]
) -> None:
    now = TEN + after_ms
    assert BOOKED.arrival(now) == comes
    since, until = BOOKED.unchanged_within(now, 0, TEN * 2)
    assert since <= now < until
    assert BOOKED.arrival(since) == BOOKED.arrival(until - 1) == comes
    assert comes == "early" or BOOKED.arrival(since - 1) != comes
    assert comes == "late" or BOOKED.arrival(until) != comes


@pytest.mark.parametrize(
    ("minutes", "head_start"),
    [(30, 15), (60, 15), (75, 15), (76, 16), (80, 20)],  # ten is 60 minutes after nine
)
def test_the_place_is_the_earlier_of_head_start_and_booked_time(
    desk: Desk, minutes: int, head_start: int
) -> None:
    visit = arrive(desk, minutes).visit
    assert visit.booked_for == TEN
    assert visit.booked_head_start_ms == BOOKED.head_start(visit.issued_at) == head_start * MINUTE
    assert visit.place // 1000 == min(visit.issued_at - 15 * MINUTE, TEN)
    assert visit_from_json(visit.to_json()) == visit


def test_a_late_arrival_has_the_place_of_the_arrival_alone(desk: Desk) -> None:
    arrived = arrive(desk, 80 + 1 / 60_000)
    visit = arrived.visit
    assert (visit.booked_for, visit.booked_head_start_ms) == (TEN, 0)
    assert visit.place // 1000 == visit.issued_at == visit.queued_at
    assert since_when(desk, visit) == visit.issued_at


def test_too_early_is_refused_until_the_millisecond(desk: Desk) -> None:
    with pytest.raises(TooEarly) as refused:
        arrive(desk, 30 - 1 / 60_000)
    assert refused.value.extra == {
        "starts_at": "2026-11-25T09:00:00.000Z", "come_back_at": "2026-11-25T08:30:00.000Z",
    }  # fmt: skip
    assert "visit.issued" not in desk.events()
    assert arrive(desk, 30).visit.number == "A001"


def test_waiting_anyway_is_walking_in(desk: Desk) -> None:
    anyway = BOOKED._replace(anyway=True)
    visit = arrive(desk, 10, anyway).visit
    assert (visit.booked_for, visit.booked_head_start_ms) == (None, 0)
    assert visit.place // 1000 == visit.issued_at
    assert arrive(desk, 30, anyway).visit.booked_for == TEN


def test_without_a_head_start_who_is_before_the_time_is_queued_by_the_arrival(desk: Desk) -> None:
    visit = arrive(desk, 50, BOOKED._replace(head_start_ms=0)).visit
    assert visit.place // 1000 == visit.issued_at
    later = arrive(desk, 65, BOOKED._replace(head_start_ms=0)).visit
    assert later.place // 1000 == TEN


@pytest.mark.parametrize(
    ("came", "called", "waited"),
    [(50, 55, 0), (50, 60, 0), (50, 70, 10), (65, 70, 5), (90, 95, 5)],
)
def test_the_wait_begins_at_the_booked_time_or_the_later_arrival(
    desk: Desk, came: int, called: int, waited: int
) -> None:
    visit = arrive(desk, came).visit
    assert since_when(desk, visit) == visit.waits_since == max(visit.issued_at, TEN)
    desk.seconds = called * 60
    desk.open()
    after = desk.called().visit
    assert after.first_wait(after.first_called_at) == after.waited_ms == waited * MINUTE


def test_before_the_booked_time_no_range_is_shown(desk: Desk) -> None:
    client, k = desk.queue.store.client, BranchKeys(desk.branch)
    client.hset(k.estimates, "pas|each", "60000|120000")
    desk.open()
    early = arrive(desk, 50)
    assert (early.position, early.estimate, early.visit.estimate) == (0, None, None)
    assert early.visit.counters_open == 1
    in_time = arrive(desk, 60, BOOKED._replace(at=TEN - 1))
    assert in_time.estimate == in_time.visit.estimate == (120, 240)


@pytest.mark.parametrize(("booked_for", "learns"), [(None, True), (NINE, False)])
def test_no_estimate_learns_from_it(booked_for: int | None, learns: bool) -> None:
    before = WAITING._replace(counters_open=1, booked_for=booked_for)
    after = become(CALL, before, NINE + 9 * MINUTE, "1")
    assert ("wait" in change(BRANCH, before, after, count(before, after))) is learns
    waits = Waits()
    assert list(waits.day([after])) == []
    assert bool(waits.stored()[0]) is learns
    assert (natural_wait(after) is not None) is learns


def test_priority_adds_to_the_head_start_and_is_taken_back() -> None:
    first = become(PRIORITISE, EARLY, TEN, "cannot_wait")
    assert first.place == EARLY.place - BRANCH.priority_head_start_seconds * 1_000_000
    assert become(TAKE_PRIORITY_BACK, first, TEN).place == EARLY.place


def test_it_keeps_its_place_when_it_is_sent_on_and_when_it_missed_the_call() -> None:
    called = become(CALL, EARLY, TEN - MINUTE, "1")
    assert become(REQUEUE, called, TEN - MINUTE // 2).place == EARLY.place
    sent = become(TRANSFER, become(START, called, TEN), TEN + MINUTE, service="korekort")
    assert sent.place == EARLY.place


def test_back_in_the_queue_before_its_time_it_waits_from_its_time() -> None:
    for waiting in (
        become(REQUEUE, become(CALL, EARLY, TEN - 5 * MINUTE, "1"), TEN - 4 * MINUTE),
        become(UNDO, become(ABANDON, EARLY, TEN - 5 * MINUTE), TEN - 4 * MINUTE),
    ):
        assert waiting.waited(TEN) == 0
        assert waiting.waited(TEN + MINUTE) == MINUTE


def test_a_later_time_that_is_asked_for_uses_the_head_start_up() -> None:
    later = become(POSTPONE, EARLY, TEN - 9 * MINUTE, "10:30")
    assert (later.place // 1000, later.booked_head_start_ms) == (TEN + 30 * MINUTE, 0)
    assert become(COME_BACK, later, TEN - 8 * MINUTE)._replace(stamp="") == EARLY
    called = become(CALL, later, TEN + 40 * MINUTE, "1")
    # From the booked time on it was away until half past ten.
    assert called.first_wait(called.first_called_at) == 10 * MINUTE


def test_the_reason_of_its_call_names_the_booking() -> None:
    decision = call(case(EARLY, TEN), "1")
    assert decision.why is not None
    assert decision.why["booked_for"] == "2026-11-25T09:00:00.000Z"
    assert decision.why["booked_head_start_seconds"] == 900
    walked_in = call(case(WAITING, TEN), "1").why
    assert walked_in is not None
    assert "booked_for" not in walked_in


def test_limits_and_hours_of_a_service_are_for_who_walks_in(desk: Desk) -> None:
    own = {"wed": [["11:00", "12:00"]]}
    services = [{**one, **({"hours": own} if one["id"] == "pas" else {})} for one in SERVICES]
    put_branch(desk.queue, desk.branch, document(historic=True, services=services))
    desk.caller = KIOSK
    desk.seconds = 45 * 60
    with pytest.raises(ServiceClosed):
        issuing.issue(desk.queue, desk.command(), "pas")
    begin(desk, "pause_service", services=("pas",), until="11:00")
    assert arrive(desk, 45).visit.booked_for == TEN
    with pytest.raises(ServiceClosed):  # it is a ticket like any other
        arrive(desk, 29, BOOKED._replace(anyway=True))


def test_a_booking_takes_none_of_the_numbers_of_a_limit(desk: Desk) -> None:
    desk.caller = KIOSK
    desk.seconds = 45 * 60
    begin(desk, "cap_service", services=("pas",), limit=1)
    assert arrive(desk, 45).visit.number == "A001"
    issuing.issue(desk.queue, desk.command(), "pas")
    with pytest.raises(ServiceFull):
        issuing.issue(desk.queue, desk.command(), "pas")
    assert arrive(desk, 45).visit.number == "A003"


REASONS = ("head_start_seconds", "booked_head_start_seconds")


@pytest.mark.parametrize("seed", range(6))
def test_each_overtaking_has_a_reason_that_is_named(desk: Desk, seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - seeded, no secret
    desk.open()
    places: dict[str, int] = {}
    for _ in range(40):
        desk.later(draw.choice((0, 0.001, 30, 120, 300)))
        waiting = {v.id: v for v in desk.queue.get(VisitStore).open_visits(desk.branch)}
        new = come(desk, draw)
        before, places = places, ahead(desk)
        assert new.place // 1000 <= new.issued_at
        why = call(case(new, new.issued_at), "1").why or {}
        for visit_id in before.keys() & places.keys():
            overtaken = new.place < waiting[visit_id].place
            assert places[visit_id] == before[visit_id] + overtaken
            if overtaken:
                assert any(why.get(reason) for reason in REASONS), (visit_id, new)
        if draw.random() < 0.3 and places:
            calling.call(desk.queue, desk.command(), min(places, key=places.__getitem__), "1")
            visits.complete(desk.queue, desk.command(), at_counter(desk), "resolved")
            places = ahead(desk)


def come(desk: Desk, draw: Random) -> Visit:
    """The arrival of somebody who walked in, has priority or a booking, now."""
    now = desk.command().at or 0
    way = draw.choice(("walks in", "walks in", "priority", "booking", "booking", "booking"))
    booked = None
    if way == "booking":
        at = now + draw.randrange(-40, 60) * MINUTE
        booked = Booked(at, draw.choice((0, 15)) * MINUTE, 30 * MINUTE, 20 * MINUTE, anyway=True)
    priority: Priority = "high" if way == "priority" else "normal"
    return issuing.issue(
        desk.queue, desk.command(), "pas", channel="desk", priority=priority, booked=booked
    ).visit


def ahead(desk: Desk) -> dict[str, int]:
    """How many are ahead of each who waits, by the store's own count."""
    waiting = listing.visits_of_today(
        desk.queue, desk.branch, state="waiting", at=desk.command().at
    )
    return {one.visit.id: one.position or 0 for one in waiting}


def at_counter(desk: Desk) -> str:
    (_, busy) = desk.queue.get(VisitStore).counters(desk.branch)
    return busy["1"]
