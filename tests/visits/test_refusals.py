"""Refusals other than by the visit's state, at their limits and without any store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.interventions import Intervention
from queue_service.errors import (
    BranchElsewhere,
    BranchTakenOver,
    CounterClosed,
    CounterNotFound,
    Forbidden,
    Invalid,
    QueueError,
    ServiceInactive,
    ServiceNotFound,
    ServicePaused,
    WrongState,
)
from queue_service.visits.rules import refusals
from queue_service.visits.rules.refusals import TAKE_BACK_WITHIN_MS, Case
from queue_service.visits.rules.transitions import (
    ABANDON,
    PARK,
    REQUEUE,
    RESUME,
    SET_LANGUAGE,
    TAKE_BACK,
    TRANSFER,
    UNDO,
    Decision,
)
from queue_service.visits.rules.visit import State, Visit
from tests.desks import CLERK, KIOSK
from tests.visits.cases import BRANCH, IN_STATE, NINE, SOON, WAITING, case

Press = Callable[[Case], Decision]

OURS: Final = WAITING._replace(issued_by=KIOSK.id)
OTHER_KIOSK: Final = Caller("another-kiosk", "kiosk")


def in_english(case: Case) -> Decision:
    return SET_LANGUAGE(case, "en")


KIOSKS = pytest.mark.parametrize("press", [ABANDON, in_english])
RETURNS = pytest.mark.parametrize(
    ("press", "state"), [(REQUEUE, "no_show"), (UNDO, "completed"), (UNDO, "abandoned")]
)
"""The verbs that reopen an ended visit."""


@KIOSKS
def test_a_kiosk_may_for_ten_minutes(press: Press) -> None:
    assert TAKE_BACK_WITHIN_MS == 600_000
    last = NINE + TAKE_BACK_WITHIN_MS
    press(case(OURS, last, KIOSK))
    with pytest.raises(Forbidden):
        press(case(OURS, last + 1, KIOSK))
    press(case(OURS, last + 1, CLERK))


@KIOSKS
@pytest.mark.parametrize(
    ("visit", "caller"),
    [
        (OURS, OTHER_KIOSK),
        (WAITING, KIOSK),
        (OURS._replace(first_called_at=NINE), KIOSK),
        *((visit._replace(issued_by=KIOSK.id, first_called_at=None), KIOSK)
          for state, visit in IN_STATE.items() if state != "waiting"),
    ],
)  # fmt: skip
def test_nor_what_it_did_not_issue_or_what_was_called(
    press: Press, visit: Visit, caller: Caller
) -> None:
    with pytest.raises(Forbidden):
        press(case(visit, NINE, caller))


@RETURNS
def test_visits_closed_with_their_day_do_not_come_back(press: Press, state: State) -> None:
    visit = IN_STATE[state]
    press(case(visit, SOON, closed_at=visit.issued_at))
    with pytest.raises(WrongState, match="closed with its day") as refused:
        press(case(visit, SOON, closed_at=visit.issued_at + 1))
    assert refused.value.extra == {"state": state}


@pytest.mark.parametrize("state", ["waiting", "called"])
def test_open_visits_are_put_back_after_the_day_was_closed(state: State) -> None:
    """Visits left overnight are ended one by one."""
    REQUEUE(case(IN_STATE[state], SOON, closed_at=SOON))


@RETURNS
@pytest.mark.parametrize("of", ["service", "issued_service"])
def test_a_service_no_longer_offered_does_not_come_back(
    press: Press, state: State, of: str
) -> None:
    visit = IN_STATE[state]
    gone = (
        visit._replace(issued_service="gone")
        if of == "issued_service"
        else visit.with_inquiry(visit.inquiry._replace(service="gone"))
    )
    with pytest.raises(ServiceNotFound):
        press(case(gone, SOON))


def refused(press: Callable[[], object]) -> tuple[type[QueueError], str, dict[str, object]]:
    with pytest.raises(QueueError) as found:
        press()
    return type(found.value), found.value.detail, found.value.extra


def at_field(field: str, reason: str) -> dict[str, object]:
    return {"errors": [{"field": field, "reason": reason}]}


PAPER_ONE: Final = WAITING._replace(source="paper", state="completed")


@pytest.mark.parametrize(
    ("press", "error", "detail", "extra"),
    [
        (
            lambda: refusals.require_here(replace(BRANCH, elsewhere=True)),
            BranchElsewhere,
            "“Rådhuset” is run on its own machine; do this there. Its days are sent"
            " to the central server automatically.",
            {},
        ),
        (
            lambda: refusals.require_issuing(replace(BRANCH, taken_over=True)),
            BranchTakenOver,
            "“Rådhuset” is run on the central server now; new numbers are given there alone.",
            {},
        ),
        (
            lambda: refusals.require_not_paper(PAPER_ONE),
            WrongState,
            "A001 was entered from paper and has ended; if it is wrong, remove it and "
            "enter it again.",
            {"state": "completed"},
        ),
        (
            lambda: refusals.require_service(BRANCH, "bil"),
            ServiceNotFound,
            "The branch has no service “bil”; choose one of its list.",
            {},
        ),
        (
            lambda: refusals.require_service(BRANCH, "gammel"),
            ServiceInactive,
            "The service “gammel” is switched off here; choose another.",
            {},
        ),
        (
            lambda: refusals.require_language(BRANCH, "fr"),
            Invalid,
            "Choose one of the branch's languages.",
            at_field("language", f"It must be one of the branch's: {', '.join(BRANCH.languages)}."),
        ),
        (
            lambda: refusals.require_counter(BRANCH, "9"),
            CounterNotFound,
            "The branch has no counter “9”; choose one of its list.",
            {},
        ),
        (
            lambda: refusals.require_team(BRANCH, "9"),
            Invalid,
            "Choose one of the branch's teams.",
            at_field("team", "The branch has no such team."),
        ),
        (
            lambda: refusals.require_open(case(WAITING, NINE), "3"),
            CounterClosed,
            "Counter 3 is closed; open it first.",
            {"counter": "3"},
        ),
        (
            lambda: REQUEUE(case(WAITING._replace(issued_service="bil"), NINE)),
            ServiceNotFound,
            "The branch has no service “bil” any more; issue a new ticket.",
            {},
        ),
        (
            lambda: REQUEUE(case(IN_STATE["no_show"], SOON, closed_at=SOON)),
            WrongState,
            "A001 was closed with its day; issue a new ticket.",
            {"state": "no_show"},
        ),
        (
            lambda: TAKE_BACK(case(WAITING._replace(first_called_at=NINE), NINE)),
            WrongState,
            "A001 has been called.",
            {"state": "waiting"},
        ),
        (
            lambda: ABANDON(case(WAITING, NINE, KIOSK)),
            Forbidden,
            "A kiosk changes only what it issued itself, within ten minutes and before a call.",
            {},
        ),
        (
            lambda: PARK(case(IN_STATE["parked"], SOON)),
            WrongState,
            "A001 is parked; resume it first.",
            {"state": "parked"},
        ),
        (
            lambda: PARK(case(IN_STATE["parked"], SOON), "9"),
            CounterNotFound,
            "The branch has no counter “9”; choose one of its list.",
            {},
        ),
        (
            lambda: TRANSFER(case(IN_STATE["parked"], SOON), outcome="resolved"),
            WrongState,
            "A001 is parked; resume it first.",
            {"state": "parked"},
        ),
        (
            lambda: TRANSFER(case(IN_STATE["serving"], SOON), team="9"),
            Invalid,
            "Choose one of the branch's teams.",
            at_field("team", "The branch has no such team."),
        ),
        (
            lambda: RESUME(case(IN_STATE["parked"]._replace(counter=None), SOON)),
            CounterNotFound,
            "The branch has no counter “”; choose one of its list.",
            {},
        ),
    ],
)
def test_each_refusal_says_what_to_do(
    press: Callable[[], object], error: type[QueueError], detail: str, extra: dict[str, object]
) -> None:
    assert refused(press) == (error, detail, extra)


def test_a_paused_service_is_refused_while_its_pause_lasts() -> None:
    pause = Intervention(
        "p", "pause_service", "2026-11-25", NINE, NINE + 60_000, "time", "supervisor",
        services=("pas",),
    )  # fmt: skip
    branch = replace(BRANCH, interventions=(replace(pause, kind="cap_service"), pause))
    assert refused(lambda: refusals.require_not_paused(branch, "pas", NINE)) == (
        ServicePaused,
        "No numbers are given for this service right now; see the screen for when again.",
        {"until": "2026-11-25T08:01:00.000Z"},
    )
    capped = replace(BRANCH, interventions=(replace(pause, kind="cap_service"),))
    refusals.require_not_paused(capped, "pas", NINE)
    refusals.require_not_paused(branch, "korekort", NINE)
    for outside in (NINE - 1, NINE + 60_000):
        refusals.require_not_paused(branch, "pas", outside)


def test_valid_values_are_returned() -> None:
    assert refusals.require_service(BRANCH, "pas").id == "pas"
    assert refusals.known_service(BRANCH, "gammel").id == "gammel"
    assert refusals.require_language(BRANCH, None) == BRANCH.languages[0]
    assert refusals.require_language(BRANCH, BRANCH.languages[-1]) == BRANCH.languages[-1]
    opened = case(WAITING, NINE)._replace(open_counters={"1": "", "2": "library"})
    assert [refusals.require_open(opened, counter) for counter in "12"] == [None, "library"]
    refusals.require_issuing(BRANCH)
    refusals.require_not_paper(WAITING)
    # A carried-over visit belongs to the day to which it was carried.
    ended = IN_STATE["no_show"]
    refusals.require_day_open(case(ended, SOON, closed_at=ended.issued_at))
    refusals.require_day_open(case(ended._replace(carried_to=SOON), SOON, closed_at=SOON))
