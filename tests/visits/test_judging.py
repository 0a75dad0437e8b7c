"""The judgements of goals, at their limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.visits.rules.judging import judge
from queue_service.visits.rules.visit import Inquiry, Visit
from tests.desks import document

NOON = 1_795_608_000_000
BRANCH = Branch.from_document("b", "r", document())
WITHIN_MS = 600_000
"""The document's goal "called within 10 minutes"."""
WAITING = Visit(
    "v", "A001", "2026-11-25", "waiting", "kiosk", "da", "pas", NOON, NOON * 1000, NOON,
    (Inquiry("pas"),), ahead=0,
)  # fmt: skip


@pytest.mark.parametrize(("waited", "within"), [(WITHIN_MS - 1, True), (WITHIN_MS, False)])
def test_a_call_at_the_limit_is_not_within_it(waited: int, within: bool) -> None:
    called = WAITING._replace(state="called", first_called_at=NOON + waited)
    assert judge(BRANCH, WAITING, called).judged == {"called-10-min": within}


@pytest.mark.parametrize(
    ("waited", "judged"), [(WITHIN_MS, None), (WITHIN_MS + 1, {"called-10-min": False})]
)
def test_a_departure_is_judged_after_the_limit_alone(
    waited: int, judged: dict[str, bool] | None
) -> None:
    left = WAITING._replace(state="abandoned", ended_at=NOON + waited)
    assert judge(BRANCH, WAITING, left).judged == judged


COLLECTING = Branch.from_document(
    "b",
    "r",
    document(
        services=[
            {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
            {"id": "afhent", "name": {"da": "Hent pas"}, "prefix": "E", "collects": True},
        ],
        counters=[],
        teams=[],
        goals=[
            *document()["goals"],
            {
                "id": "collected",
                "indicator": "waiting_time_within",
                "threshold_seconds": 300,
                "target_ratio": 0.9,
                "services": ["afhent"],
            },
        ],
    ),
)


@pytest.mark.parametrize(
    ("service", "waited", "judged"),
    [
        ("pas", 299_999, {"called-10-min": True}),
        ("afhent", 299_999, {"collected": True}),
        ("afhent", 300_000, {"collected": False}),
    ],
)
def test_goals_for_all_services_leave_out_those_that_are_collected(
    service: str, waited: int, judged: dict[str, bool]
) -> None:
    waits = WAITING._replace(issued_service=service, inquiries=(Inquiry(service),))
    called = waits._replace(state="called", first_called_at=NOON + waited)
    assert judge(COLLECTING, waits, called).judged == judged
    done = Inquiry(service, "resolved", NOON, handled_ms=1000, completed_at=NOON + 1000)
    (inquiry,) = judge(COLLECTING, called, called._replace(inquiries=(done,))).inquiries
    expected = {"handling-6-min": True, "first-contact": True} if service == "pas" else {}
    assert inquiry.judged == expected


def test_a_goal_on_answers_judges_no_visit() -> None:
    goal = {"id": "happy", "indicator": "very_satisfied_with_help", "target_ratio": 0.8}
    branch = Branch.from_document("b", "r", document(goals=[goal]))
    called = WAITING._replace(state="called", first_called_at=NOON + 1)
    assert judge(branch, WAITING, called).judged is None
    before = WAITING._replace(state="serving", first_called_at=NOON)
    (inquiry,) = judge(branch, before, completed(1000, 0)).inquiries
    assert (inquiry.judged, inquiry.judged_parked) == ({}, None)


def completed(handled: int, stood: int) -> Visit:
    inquiry = Inquiry(
        "pas", "resolved", started_at=NOON, handled_ms=handled, completed_at=NOON + handled + stood
    )
    return WAITING._replace(state="completed", first_called_at=NOON, inquiries=(inquiry,))


@pytest.mark.parametrize(
    ("handled", "stood", "within", "with_parked"),
    [
        (359_999, 0, True, True),
        (360_000, 0, False, False),
        (300_000, 59_999, True, True),
        (300_000, 60_000, True, False),
    ],
)
def test_a_handling_goal_is_judged_again_with_the_parked_time_counted(
    handled: int, stood: int, within: bool, with_parked: bool
) -> None:
    before = WAITING._replace(state="serving", first_called_at=NOON)
    (inquiry,) = judge(BRANCH, before, completed(handled, stood)).inquiries
    assert inquiry.judged == {"handling-6-min": within, "first-contact": True}
    assert inquiry.judged_parked == {"handling-6-min": with_parked}


HOUR = 3_600_000
NOON_TO_TWO = {"wed": [["12:00", "14:00"]]}


def goals(**changes: Any) -> Branch:
    """A branch whose goals hold an hour before and after :data:`NOON`, one by its own clock."""
    named = [{**goal, "hours": NOON_TO_TWO} for goal in document()["goals"]]
    return Branch.from_document("b", "r", document(goals=named, **changes))


@pytest.mark.parametrize(
    ("at", "judges"), [(NOON - HOUR, True), (NOON - HOUR - 1, False), (NOON + HOUR, False)]
)
def test_a_goal_with_hours_judges_what_happens_within_them(at: int, judges: bool) -> None:
    came = WAITING._replace(issued_at=at - WITHIN_MS - 1, queued_at=at - WITHIN_MS - 1)
    called = came._replace(state="called", first_called_at=at)
    left = came._replace(state="abandoned", ended_at=at)
    for after in (called, left):
        judged = judge(goals(), came, after).judged
        assert judged == ({"called-10-min": False} if judges else None)
    inquiry = Inquiry("pas", "unresolved", started_at=at, handled_ms=9, completed_at=at)
    done = came._replace(state="completed", first_called_at=NOON, inquiries=(inquiry,))
    (found,) = judge(goals(), called, done).inquiries
    assert found.judged == ({"handling-6-min": True, "first-contact": False} if judges else {})
    assert found.judged_parked == ({"handling-6-min": True} if judges else None)


def test_a_goal_judges_its_services_by_the_service_of_issue_and_of_the_inquiry() -> None:
    named = [{**goal, "services": ["pas"]} for goal in document()["goals"]]
    branch = Branch.from_document("b", "r", document(goals=named))
    other = WAITING._replace(issued_service="turist")
    called = other._replace(state="called", first_called_at=NOON + 1)
    assert judge(branch, other, called).judged is None
    as_issued = WAITING._replace(inquiries=(Inquiry("turist"),))
    called = as_issued._replace(state="called", first_called_at=NOON + 1)
    assert judge(branch, as_issued, called).judged == {"called-10-min": True}
    other_now = completed(300_000, 0)
    other_now = other_now.with_inquiry(other_now.inquiry._replace(service="turist"))
    for done, judged in ((completed(300_000, 0), 2), (other_now, 0)):
        assert len(judge(branch, called, done).inquiry.judged or {}) == judged


@pytest.mark.parametrize("unknown", ["outcome", "outcomes"])
def test_unknown_keys_are_judged_by_their_time_alone(unknown: str) -> None:
    branch = BRANCH if unknown == "outcome" else replace(BRANCH, outcomes_known=False)
    outcome: Any = "unknown" if unknown == "outcome" else "resolved"
    done = completed(300_000, 0)
    done = done.with_inquiry(done.inquiry._replace(outcome=outcome))
    before = WAITING._replace(state="serving", first_called_at=NOON)
    assert judge(branch, before, done).inquiry.judged == {"handling-6-min": True}


def test_a_goal_judges_once() -> None:
    before = WAITING._replace(state="called", first_called_at=NOON)
    again = before._replace(judged={"old": True})
    assert judge(BRANCH, before, again).judged == {"old": True}
    done = completed(300_000, 0)
    judged = done.with_inquiry(done.inquiry._replace(judged={}))
    assert judge(BRANCH, before, judged) == judged
    assert judge(BRANCH, before, done.with_inquiry(Inquiry("pas"))).inquiry.judged is None
    served = WAITING._replace(ahead=None, state="abandoned", ended_at=NOON + 2 * WITHIN_MS)
    assert judge(BRANCH, WAITING, served).judged is None


BOOKED_GOAL = {
    "id": "booked",
    "indicator": "booked_time_within",
    "threshold_seconds": 300,
    "target_ratio": 0.9,
    "services": ["*"],
}
BOOKING = Branch.from_document("b", "r", document(goals=[BOOKED_GOAL]))
BOOKED_WITHIN_MS = 300_000


def booked(minutes: int, head_start_ms: int = 0) -> Visit:
    """A visit for a booking so many minutes after its arrival."""
    booked_for = NOON + minutes * 60_000
    return WAITING._replace(booked_for=booked_for, booked_head_start_ms=head_start_ms)


@pytest.mark.parametrize(
    ("visit", "begins"),
    [(booked(20), 1_200_000), (booked(0), 0), (booked(-5, 900_000), 0)],
    ids=["early", "on_time", "in_time"],
)
@pytest.mark.parametrize(("ms", "within"), [(-1, True), (0, False)])
def test_an_appointment_is_judged_from_the_booked_time_or_the_arrival(
    visit: Visit, begins: int, ms: int, within: bool
) -> None:
    called = NOON + begins + BOOKED_WITHIN_MS + ms
    after = visit._replace(state="called", first_called_at=called)
    assert judge(BOOKING, visit, after).judged == {"booked": within}


@pytest.mark.parametrize("visit", [WAITING, booked(-16)], ids=["walk_in", "late"])
def test_walk_ins_and_late_arrivals_are_not_judged_as_appointments(visit: Visit) -> None:
    called = visit._replace(state="called", first_called_at=NOON + 60_000)
    assert judge(BOOKING, visit, called).judged is None
    assert judge(BRANCH, visit, called).judged == {"called-10-min": True}


@pytest.mark.parametrize(("ms", "judged"), [(0, None), (1, {"booked": False})])
def test_an_appointment_that_leaves_after_the_limit_is_missed(
    ms: int, judged: dict[str, bool] | None
) -> None:
    visit = booked(10)
    ended = NOON + 600_000 + BOOKED_WITHIN_MS + ms
    left = visit._replace(state="abandoned", ended_at=ended)
    assert judge(BOOKING, visit, left).judged == judged
