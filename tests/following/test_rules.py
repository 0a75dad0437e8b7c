"""The state that a phone shows, at each boundary, without a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import Intervention
from queue_service.following.messages import followed_json
from queue_service.following.rules import (
    SHOWN_AFTER_MS,
    BranchNow,
    Followed,
    LastCall,
    Places,
    is_public,
    is_shown,
    last_calls,
)
from queue_service.visits.rules.postponing import postponed
from queue_service.visits.rules.regression import Inputs, Regression, inputs_of
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import Errand, Inquiry, Visit
from tests.visits.cases import BRANCH, CALLED, IN_STATE, NINE, SECOND, WAITING, WINDOW

OPEN = {"1": ""}


def now(*visits: Visit, at: int = NINE, **more: Any) -> BranchNow:
    return BranchNow(BRANCH, at, {v.id: v for v in visits}, **{"opened": OPEN, **more})


def followed(visit: Visit, *others: Visit, **more: Any) -> Followed:
    return Places(now(visit, *others, **more)).followed(visit)


FIRST = WAITING._replace(id="first", place=NINE * 1000 - 1)
HELD = WAITING._replace(held_until=NINE + 1)
LATER = postponed(WAITING, NINE + 1, NINE)
CARRIED = WAITING._replace(closed=((NINE, NINE + 1),), carried_to=NINE + 1)
MISSED = IN_STATE["no_show"]
LEFT = IN_STATE["abandoned"]


@pytest.mark.parametrize(
    ("visit", "more", "state", "ahead"),
    [
        (WAITING, {}, "next", 0),
        (WAITING, {"opened": {}}, "untaken", None),
        (HELD, {}, "held", None),
        (HELD, {"at": NINE + 1}, "next", 0),
        (CARRIED, {}, "carried", None),
        (CARRIED, {"at": NINE + 2}, "next", 0),
        (CALLED, {}, "called", None),
        (IN_STATE["serving"], {}, "serving", None),
        (IN_STATE["parked"], {}, "parked", None),
        (IN_STATE["completed"], {}, "done", None),
        (IN_STATE["incomplete"], {}, "done", None),
        (MISSED, {"at": NINE + 60 * SECOND + WINDOW}, "missed", None),
        (MISSED, {"at": NINE + 60 * SECOND + WINDOW + 1}, "missed_late", None),
        (LEFT, {}, "left", None),
        (LEFT, {"closed_at": NINE}, "left", None),
        (LEFT, {"closed_at": NINE + 1}, "closed", None),
        (MISSED, {"closed_at": NINE + 1}, "closed", None),
        (IN_STATE["incomplete"], {"closed_at": NINE + 1}, "closed", None),
        (IN_STATE["completed"], {"closed_at": NINE + 1}, "done", None),
    ],
)
def test_the_state_of_a_visit(
    visit: Visit, more: dict[str, Any], state: str, ahead: int | None
) -> None:
    found = followed(visit, **more)
    assert (found.state, found.ahead) == (state, ahead)


@pytest.mark.parametrize(
    ("first", "until", "state"),
    [("A001", 1, "not_today"), ("A002", 1, "waiting"), ("A001", 0, "waiting")],
)
def test_a_number_that_is_not_reached_today(first: str, until: int, state: str) -> None:
    said = Intervention(
        "n", "not_today", WAITING.date, NINE - 1, NINE + until, "closing", "supervisor",
        numbers={"pas": first},
    )  # fmt: skip
    branch = replace(BRANCH, interventions=(said,))
    there = replace(now(WAITING, FIRST, estimates={"pas|1|1": (60, 120)}), branch=branch)
    found = Places(there).followed(WAITING)
    assert (found.state, found.wait) == (state, None if state == "not_today" else (60, 120))
    assert Places(there).followed(FIRST).state == "next"


def test_a_number_of_an_earlier_day_is_none_of_those_not_reached_today() -> None:
    said = Intervention(
        "n", "not_today", WAITING.date, NINE + 1, NINE + 9, "closing", "supervisor",
        numbers={"pas": "A001"},
    )  # fmt: skip
    there = replace(now(CARRIED, FIRST, at=NINE + 2), branch=replace(BRANCH, interventions=(said,)))
    assert Places(there).followed(CARRIED).state == "waiting"


@pytest.mark.parametrize(("head_start", "came_late"), [(SECOND, False), (0, True)])
def test_a_citizen_who_came_late_for_an_appointment(head_start: int, came_late: bool) -> None:
    visit = WAITING._replace(booked_for=NINE - 1, booked_head_start_ms=head_start)
    assert followed(visit).came_late is came_late
    shown = followed_json(Places(now(visit)), visit)
    assert shown.get("came_late", False) is came_late


def test_people_ahead_are_shown_also_if_no_counter_is_open() -> None:
    found = followed(WAITING, FIRST)
    assert (found.state, found.ahead) == ("waiting", 1)
    found = followed(WAITING, FIRST, opened={})
    assert (found.state, found.ahead, found.wait) == ("untaken", 1, None)


def test_the_wait_is_that_of_the_regression_where_the_service_has_one() -> None:
    ends = Inputs(0.1, 0.2, 0.3, 0.4, 0.5)
    known = Regression(1.0, 2.0, ends, ends, 100_000)
    before = FIRST._replace(issued_at=NINE - 60 * SECOND)
    more = {
        "at": NINE + 30 * SECOND,
        "regressions": {"pas": known},
        "estimates": {"pas|1|1": (60, 120)},
    }
    found = followed(WAITING, before, **more).wait
    assert found == known.range(inputs_of(ahead=1, counters=1, same=1, head=90)) != (60, 120)
    other = before._replace(inquiries=(Inquiry("korekort"),))
    found = followed(WAITING, other, **more).wait
    assert found == known.range(inputs_of(ahead=1, counters=1, same=0, head=0))
    of_another = {**more, "regressions": {"korekort": known}}
    assert followed(WAITING, before, **of_another).wait == (60, 120)


@pytest.mark.parametrize(
    ("private", "unsure", "public"),
    [(False, None, True), (False, "korekort", True), (True, None, False), (False, "pas", False)],
)
def test_a_phone_may_choose_services_that_are_neither_private_nor_for_the_unsure(
    private: bool, unsure: str | None, public: bool
) -> None:
    branch = replace(BRANCH, unsure_service=unsure)
    assert is_public(branch, replace(BRANCH.services["pas"], private=private)) is public


def test_the_counter_and_the_times() -> None:
    called = followed(CALLED)
    assert (called.counter, called.at, called.until) == ("1", NINE + 60 * SECOND, None)
    missed = followed(MISSED)
    assert (missed.counter, missed.until) == ("1", NINE + 60 * SECOND + WINDOW)
    assert missed.at == NINE + 60 * SECOND
    assert followed(IN_STATE["completed"]).at == NINE + 390 * SECOND
    assert followed(HELD).until == NINE + 1
    assert followed(CARRIED).until == NINE + 1
    assert followed(WAITING).counter is None


@pytest.mark.parametrize(
    ("visit", "at", "may"),
    [
        (WAITING, NINE, ("leave", "errands", "language", "not-before")),
        (HELD, NINE, ("leave", "errands", "language", "not-before")),
        (LATER, NINE, ("leave", "errands", "language", "not-before", "here")),
        (LATER, NINE + 1, ("leave", "errands", "language", "not-before")),
        (CARRIED, NINE, ("leave", "errands", "language")),
        (CALLED, NINE, ("errands",)),
        (IN_STATE["parked"], NINE, ("leave", "errands")),
        (LEFT, (LEFT.ended_at or 0) + UNDO_WITHIN_MS, ("return",)),
        (LEFT, (LEFT.ended_at or 0) + UNDO_WITHIN_MS + 1, ()),
        (IN_STATE["completed"], NINE, ()),
    ],
)
def test_the_possible_actions(visit: Visit, at: int, may: tuple[str, ...]) -> None:
    assert followed(visit, at=at).may == may


def test_citizens_are_asked_how_it_went_where_the_branch_does_so() -> None:
    there = replace(now(), branch=replace(BRANCH, feedback_on_slip=True))
    assert Places(there).followed(IN_STATE["completed"]).may == ("feedback",)
    assert Places(there).followed(IN_STATE["incomplete"]).may == ()


def test_an_ended_visit_is_shown_for_half_an_hour_and_a_missed_one_while_it_keeps_its_place() -> (
    None
):
    done = IN_STATE["completed"]
    over = (done.ended_at or 0) + SHOWN_AFTER_MS
    assert is_shown(done, BRANCH, over - 1)
    assert not is_shown(done, BRANCH, over)
    assert is_shown(CALLED, BRANCH, over)
    long = replace(BRANCH, return_window_seconds=7200)
    kept = (MISSED.called_at or 0) + 7_200_000
    assert is_shown(MISSED, long, kept - 1)
    assert not is_shown(MISSED, long, kept)


def test_the_range_is_shown_in_minutes_and_how_often_it_held() -> None:
    estimates = {"pas|1|1": (61, 299)}
    there = now(WAITING, FIRST, estimates=estimates, held=0.8)
    shown = followed_json(Places(there), WAITING)
    assert (shown["wait"], shown["held"]) == ((1, 5), 0.8)
    assert followed_json(Places(now(WAITING)), WAITING)["held"] is None
    assert followed_json(Places(replace(there, opened={})), WAITING)["wait"] is None


def test_a_phone_loads_its_page_again_on_another_day_and_with_another_configuration() -> None:
    night = moment(BRANCH, NINE).day_ends

    def revision(at: int, **changes: Any) -> str:
        there = replace(now(WAITING, at=at), branch=replace(BRANCH, **changes))
        return str(followed_json(Places(there), WAITING)["revision"])

    assert revision(NINE) == revision(night - 1) != revision(night)
    assert revision(NINE) != revision(NINE, revision="other")


def test_a_private_service_is_not_named() -> None:
    services = {**BRANCH.services, "pas": replace(BRANCH.services["pas"], private=True)}
    there = replace(now(WAITING), branch=replace(BRANCH, services=services))
    assert followed_json(Places(there), WAITING)["service"] is None
    assert followed_json(Places(now(WAITING)), WAITING)["service"] == "pas"
    both = WAITING._replace(errands=(Errand("pas", 2), Errand("korekort")))
    assert followed_json(Places(there), both)["errands"] == [{"service": "korekort", "people": 1}]


def test_the_calls_shown_are_the_last_of_today() -> None:
    calls = [CALLED._replace(number=f"A{n}", called_at=NINE + n) for n in (2, 4, 1, 3)]
    assert last_calls([WAITING, *calls], NINE + 2) == (
        LastCall("A4", "1", NINE + 4), LastCall("A3", "1", NINE + 3), LastCall("A2", "1", NINE + 2),
    )  # fmt: skip


def test_all_places_are_passed_on_one_by_one_so_that_others_may_go_on() -> None:
    """The places of a long queue take milliseconds, in which a ticket would wait."""
    passed: list[tuple[str, int]] = []

    def in_turns(ahead: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        for one in ahead:
            passed.append(one)
            yield one

    places = Places(now(WAITING, FIRST), in_turns)
    assert passed == [("first", 0), (WAITING.id, 1)]
    assert places.ahead == dict(passed)
