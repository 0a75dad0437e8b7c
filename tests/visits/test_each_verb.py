"""The changes of each verb to a visit with every field, and no other change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from queue_service.branches.rules.interventions import Intervention
from queue_service.visits.rules.ahead import people_ahead
from queue_service.visits.rules.carrying import kept_over
from queue_service.visits.rules.command_result import read_answer
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.ticket_template import ID, Blank, Ticket
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    CARRY,
    CLOSE_DAY,
    COMPLETE,
    CONTINUE,
    MARK_NO_SHOW,
    PARK,
    PRIORITISE,
    RECALL,
    RECLASSIFY,
    RELEASE,
    REQUEUE,
    RESUME,
    SET_LANGUAGE,
    SET_NEEDS,
    START,
    TRANSFER,
    UNDO,
    Decision,
    Verb,
    undo,
)
from queue_service.visits.rules.visit import Inquiry, Stay, Visit, visit_from_json
from tests.visits.cases import BRANCH, IN_STATE, NINE, WAITING, become, case

NOW: Final = NINE + 600_000
OPENED: Final = {"1": "library", "2": ""}
DONE: Final = Inquiry("turist", "resolved", NINE, None, 5_000, NINE + 5_000, "3", "citizen", {}, {})
AT_HAND: Final = Inquiry("pas", started_at=NINE + 100, running_since=NINE + 500_000, handled_ms=7)
HELD: Final = Visit(
    "id", "A001", "2026-11-25", "serving", "kiosk", "da", "turist", NINE - 9_000,
    (NINE - 9_000) * 1000 + 42, NINE, (DONE, AT_HAND), priority="high", head_start_ms=3_000,
    ahead=4, counters_open=2, counters_busy=1, estimate=(60, 300), waited_ms=20_000,
    walked_ms=1_000, held_until=NINE + 7, bound="1", first_called_at=NINE + 50,
    called_at=NINE + 480_000, called_to="1", recalled_at=NINE + 490_000, recalls=2,
    started_at=NINE + 500_000, counter="1", team="library", judged={"ten": True},
    stays=(Stay("3", NINE, NINE + 5_000),), issued_by="kiosk-1", silent=True, for_team="citizen",
    needs=("seat",), priority_reason="cannot_wait", closed=((NINE + 1, NINE + 2),),
    carried_to=NINE + 2,
)  # fmt: skip
"""Served, with a value in every field that it can have."""
CALLED: Final = HELD._replace(
    state="called", started_at=None, inquiries=(DONE, AT_HAND._replace(running_since=None))
)
QUEUED: Final = CALLED._replace(state="waiting", counter=None, team=None)
PARKED: Final = HELD._replace(
    state="parked", inquiries=(DONE, AT_HAND._replace(running_since=None, handled_ms=100_007))
)
RAN: Final = AT_HAND._replace(running_since=None, handled_ms=100_007)
"""The inquiry at hand, stopped now."""
STAYED: Final = (*HELD.stays, Stay("1", NINE + 480_000, NOW))
PLACE: Final = (NINE - 9_000 - 3_000) * 1000 + 42
COMPLETED: Final = RAN._replace(outcome="referred", completed_at=NOW, counter="1", team="library")
LEFT: Final[dict[str, Any]] = {
    "state": "waiting", "queued_at": NOW, "counter": None, "team": None, "held_until": None,
    "place": PLACE, "stays": STAYED, "bound": None, "for_team": None,
}  # fmt: skip
"""The fields that a transfer clears and sets."""


def at(visit: Visit) -> Case:
    """The visit now, with a team at counter 1."""
    return case(visit, NOW)._replace(open_counters=OPENED)


@pytest.mark.parametrize(
    ("visit", "act", "changes"),
    [
        (
            QUEUED._replace(closed=(), carried_to=None), lambda c: CALL(c, "1"),
            {
                "state": "called", "waited_ms": 20_000 + 600_000, "called_at": NOW,
                "called_to": "1", "recalled_at": None, "recalls": 0, "silent": False,
                "held_until": None, "counter": "1", "team": "library",
            },
        ),
        (
            QUEUED._replace(first_called_at=None), lambda c: CALL(c, "2", silent=True),
            {
                "state": "called", "waited_ms": 20_000 + 600_000, "called_at": NOW,
                "called_to": "2", "recalled_at": None, "recalls": 0, "silent": True,
                "held_until": None, "counter": "2", "team": None, "first_called_at": NOW,
            },
        ),
        (
            # Called while the branch is closed, it was not closed for this visit.
            QUEUED._replace(closed=((NINE, NOW), (NOW, NOW + 9)), carried_to=NOW + 9, waited_ms=5,
                            queued_at=NOW + 9, held_until=None),
            lambda c: CALL(c, "1"),
            {
                "state": "called", "waited_ms": 5, "called_at": NOW, "called_to": "1",
                "recalled_at": None, "recalls": 0, "silent": False, "held_until": None,
                "counter": "1", "team": "library", "closed": ((NINE, NOW),),
                "carried_to": NOW, "queued_at": NOW,
            },
        ),
        (CALLED, RECALL, {"recalls": 3, "recalled_at": NOW, "silent": False}),
        (CALLED, lambda c: RECALL(c, silent=True), {"recalls": 3, "recalled_at": NOW}),
        (
            CALLED, START,
            {
                "state": "serving", "started_at": NOW, "walked_ms": 1_000 + 120_000,
                "inquiries": (DONE, AT_HAND._replace(running_since=NOW)),
            },
        ),
        (
            CALLED._replace(called_at=NOW + 1), START,
            {
                "state": "serving", "started_at": NOW,
                "inquiries": (DONE, AT_HAND._replace(running_since=NOW)),
            },
        ),
        (
            HELD, lambda c: RECLASSIFY(c, "korekort"),
            {"inquiries": (DONE, AT_HAND._replace(service="korekort"))},
        ),
        (
            HELD, lambda c: COMPLETE(c, "referred"),
            {
                "state": "completed", "ended_at": NOW, "bound": None, "for_team": None,
                "inquiries": (DONE, COMPLETED),
            },
        ),
        (
            CALLED, lambda c: COMPLETE(c, "referred"),
            {
                "state": "completed", "ended_at": NOW, "bound": None, "for_team": None,
                "started_at": NINE + 480_000,
                "inquiries": (DONE, COMPLETED._replace(handled_ms=120_007)),
            },
        ),
        (
            HELD, lambda c: CONTINUE(c, "referred", "korekort"),
            {
                "bound": None, "for_team": None,
                "inquiries": (
                    DONE, COMPLETED, Inquiry("korekort", started_at=NOW, running_since=NOW),
                ),
            },
        ),
        (
            HELD, lambda c: TRANSFER(c, service="korekort"),
            {**LEFT, "inquiries": (DONE, RAN._replace(service="korekort"))},
        ),
        (
            HELD, lambda c: TRANSFER(c, counter="2"),
            {**LEFT, "inquiries": (DONE, RAN), "bound": "2"},
        ),
        (
            HELD, lambda c: TRANSFER(c, team="citizen", outcome="referred"),
            {**LEFT, "inquiries": (DONE, COMPLETED, Inquiry("pas")), "for_team": "citizen"},
        ),
        (
            HELD, lambda c: TRANSFER(c, service="korekort", outcome="referred"),
            {**LEFT, "inquiries": (DONE, COMPLETED, Inquiry("korekort"))},
        ),
        (PARKED, TRANSFER, {**LEFT, "inquiries": (DONE, RAN), "stays": HELD.stays}),
        (
            HELD, PARK,
            {
                "state": "parked", "inquiries": (DONE, RAN), "bound": None, "for_team": None,
                "stays": (*HELD.stays, Stay("1", NINE + 480_000, NOW, parked=True)),
            },
        ),
        (
            HELD, lambda c: PARK(c, "2"),
            {
                "state": "parked", "inquiries": (DONE, RAN), "bound": None, "for_team": None,
                "stays": (*HELD.stays, Stay("1", NINE + 480_000, NOW, parked=True)),
                "counter": "2",
            },
        ),
        (PARKED, lambda c: PARK(c, "2"), {"counter": "2"}),
        (
            PARKED, RESUME,
            {
                "state": "serving", "resumed_at": NOW,
                "inquiries": (DONE, RAN._replace(running_since=NOW)),
            },
        ),
        (
            PARKED, lambda c: RESUME(c, "2"),
            {
                "state": "serving", "resumed_at": NOW, "counter": "2", "team": None,
                "inquiries": (DONE, RAN._replace(running_since=NOW)),
            },
        ),
        (CALLED, MARK_NO_SHOW, {"state": "no_show", "ended_at": NOW}),
        (
            CALLED._replace(bound="2", for_team="library"), REQUEUE,
            {**LEFT, "place": HELD.place, "bound": "2", "for_team": "library"},
        ),
        (
            CALLED._replace(state="no_show", ended_at=NOW - 5), lambda c: REQUEUE(c, 60_000),
            {
                **LEFT, "queued_at": NOW + 60_000, "held_until": NOW + 60_000, "ended_at": None,
                "stays": (*HELD.stays, Stay("1", NINE + 480_000, NOW - 5)), "place": HELD.place,
                "bound": "1", "for_team": "citizen",
            },
        ),
        (
            # It waits again after a call long ago: that one was not missed.
            QUEUED._replace(called_at=NINE - 9_000_000), REQUEUE,
            {"queued_at": NOW, "held_until": None, "waited_ms": 620_000},
        ),
        (
            QUEUED._replace(carried_to=NOW + 9), lambda c: REQUEUE(c, 5),
            {"queued_at": NOW + 9, "held_until": NOW + 5, "waited_ms": 620_000},
        ),
        (
            QUEUED, ABANDON,
            {
                "state": "abandoned", "ended_at": NOW, "held_until": None, "bound": None,
                "for_team": None, "waited_ms": 620_000,
            },
        ),
        (
            PARKED, ABANDON,
            {
                "state": "abandoned", "ended_at": NOW, "held_until": None, "bound": None,
                "for_team": None,
            },
        ),
        (QUEUED, lambda c: SET_LANGUAGE(c, "en"), {"language": "en"}),
        (HELD, lambda c: SET_NEEDS(c, ["interpreter", "seat"]), {"needs": ("seat", "interpreter")}),
        (QUEUED, RELEASE, {"bound": None}),
        (
            QUEUED, lambda c: PRIORITISE(c, "agreed_time"),
            {
                "priority_reason": "agreed_time", "estimate": None,
                "head_start_ms": BRANCH.priority_head_start_seconds * 1000,
                "place": HELD.place - (BRANCH.priority_head_start_seconds - 3) * 1_000_000,
            },
        ),
        (
            HELD, CLOSE_DAY,
            {
                "state": "incomplete", "ended_at": NOW, "inquiries": (DONE, RAN), "bound": None,
                "for_team": None, "held_until": None,
            },
        ),
        (
            HELD._replace(state="completed", ended_at=NOW - 9, inquiries=(DONE, COMPLETED)), UNDO,
            {
                "state": "serving", "ended_at": None,
                "inquiries": (DONE, RAN._replace(running_since=NOW - 9)),
            },
        ),
        (
            HELD._replace(started_at=NOW - 9, inquiries=(DONE, AT_HAND._replace(
                started_at=NOW - 9, running_since=NOW - 9))),
            undo,
            {
                "state": "called", "started_at": None, "walked_ms": 0,
                "inquiries": (DONE, AT_HAND._replace(started_at=None, running_since=None)),
            },
        ),
    ],
)  # fmt: skip
def test_a_verb_changes_these_fields_and_no_other(
    visit: Visit, act: Callable[[Case], Decision], changes: dict[str, Any]
) -> None:
    after = act(at(visit)).after
    fields = after._asdict()
    assert {n: v for n, v in fields.items() if v != getattr(visit, n)} == {
        n: v for n, v in changes.items() if v != getattr(visit, n)
    }


def test_every_field_of_a_visit_is_stored_and_read_back() -> None:
    for visit in (HELD, PARKED, WAITING, IN_STATE["completed"]):
        assert visit_from_json(visit.to_json()) == visit
    assert json.loads(WAITING.to_json()).keys() == {
        "id", "number", "date", "state", "channel", "language", "issued_service", "issued_at",
        "place", "queued_at", "inquiries", "ahead",
    }  # fmt: skip
    assert json.loads(WAITING.to_json())["inquiries"] == [{"service": "pas"}]


@pytest.mark.parametrize(("ends", "carried"), [(1, True), (0, False)])
def test_a_visit_returned_while_the_branch_is_closed_is_carried_over(
    ends: int, carried: bool
) -> None:
    one = Intervention("i", "carry_over", "2026-11-25", NOW - 5, NOW + ends, "opening", "admin")
    closed = at(WAITING)._replace(branch=replace(BRANCH, interventions=(one,)))
    after = kept_over(closed, WAITING)
    expected = WAITING._replace(
        closed=((NOW - 5, NOW + 1),), carried_to=NOW + 1, waited_ms=600_000 - 5, queued_at=NOW + 1
    )
    assert after == (expected if carried else WAITING)
    assert kept_over(closed, HELD) == HELD


def test_a_row_of_the_table_has_an_event_for_each_state_after() -> None:
    row: Verb[[]] = Verb(lambda c: c.visit, {"waiting": "called", "called": "serving"}, "visit.x")
    assert row.event_of == {"called": "visit.x", "serving": "visit.x"}
    after, event, why = row(at(WAITING))
    assert (after, event, why) == (WAITING._replace(state="called"), "visit.x", None)


def test_the_templates_of_a_ticket_have_a_name_at_each_blank() -> None:
    new = Visit(
        ID, "@number", "2026-11-25", "waiting", "kiosk", "da", "pas", Blank.now, Blank.place,
        Blank.now, (Inquiry("pas"),), ahead=Blank.ahead, counters_open=Blank.open,
        counters_busy=Blank.busy, estimate=(Blank.low, Blank.high),
    )  # fmt: skip
    document, event = Ticket(new, "A", "visit.issued", private=True).templates("the-id")
    assert json.loads(document) == {
        "id": "the-id", "number": "@number", "date": "2026-11-25", "state": "waiting",
        "channel": "kiosk", "language": "da", "issued_service": "pas", "issued_at": "@now",
        "place": "@place", "queued_at": "@now", "inquiries": [{"service": "pas"}],
        "ahead": "@ahead", "counters_open": "@open", "counters_busy": "@busy", "estimate": "@range",
    }  # fmt: skip
    assert json.loads(event) == {
        "id": "the-id", "number": "@number", "service": "pas", "state": "waiting", "counter": None,
        "language": "da", "recalls": 0, "at": "@now", "private": True,
    }  # fmt: skip


@pytest.mark.parametrize(("held", "ahead"), [(NOW, 0), (NOW + 1, 1)])
def test_a_delayed_visit_counts_as_present_once_its_delay_is_over(held: int, ahead: int) -> None:
    queue = [
        WAITING._replace(id="a", held_until=held, place=1),
        WAITING._replace(id="b", place=2),
    ]
    assert people_ahead(queue, BRANCH, {"1": ""}, (), NOW)["a"] == ahead


def test_a_visit_called_again_walks_from_the_latest_call() -> None:
    again = become(CALL, become(REQUEUE, IN_STATE["called"], NOW), NOW + 5, "2")
    assert (again.first_called_at, again.called_at) == (NINE + 60_000, NOW + 5)
    assert again.at_counter_since == NOW + 5


@pytest.mark.parametrize(
    ("line", "position", "estimate"),
    [("5|||", None, None), ("5|0|60|300", 0, (60, 300)), ("5|3||", 3, None)],
)
def test_an_answer_is_read(
    line: str, position: int | None, estimate: tuple[int, int] | None
) -> None:
    text = f"{line}\n{WAITING.to_json()}\n"
    found = read_answer(text)
    assert (found.visit, found.now) == (WAITING, 5)
    assert (found.position, found.estimate, found.replayed) == (position, estimate, False)
    assert read_answer(text, replayed=True).replayed


@pytest.mark.parametrize(("now", "shown"), [(NINE + 6, False), (NINE + 7, True)])
def test_a_visit_that_is_held_back_is_promised_no_wait(now: int, shown: bool) -> None:
    answer = read_answer(f"{now}|0|60|300\n{HELD.to_json()}")
    assert (answer.estimate is not None) == shown


def test_visits_issued_while_the_branch_was_closed_are_carried_from_then_on() -> None:
    came = WAITING._replace(issued_at=NINE + 9, queued_at=NINE + 5)
    assert become(CARRY, came, NOW, NINE, NOW + 9).closed == ((NINE + 9, NOW + 9),)
    again = came._replace(first_called_at=NINE + 20, queued_at=NINE + 30)
    assert become(CARRY, again, NOW, NINE, NOW + 9).closed == ((NINE + 30, NOW + 9),)
    late = become(CARRY, came, NOW, NOW + 99, NOW + 9)
    assert late.closed == ((NOW + 9, NOW + 9),)


def test_an_open_visit_ends_when_its_day_is_closed_and_a_wait_when_the_branch_closes() -> None:
    night = NINE + 24 * 3_600_000
    assert become(CLOSE_DAY, IN_STATE["serving"], night).ended_at == night
    assert become(CLOSE_DAY, WAITING, night).ended_at == NINE + 8 * 3_600_000
