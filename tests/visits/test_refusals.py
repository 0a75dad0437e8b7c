"""What refuses a press besides the visit's state, at its limits and without any store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.errors import Forbidden, ServiceNotFound, WrongState
from queue_service.visits.rules.refusals import TAKE_BACK_WITHIN_MS, Case
from queue_service.visits.rules.transitions import ABANDON, REQUEUE, SET_LANGUAGE, UNDO, Decision
from queue_service.visits.rules.visit import State, Visit
from tests.desks import CLERK, KIOSK
from tests.visits.cases import case
from tests.visits.test_transitions import IN_STATE, NINE, SOON, WAITING

Press = Callable[[Case], Decision]

OURS: Final = WAITING._replace(issued_by=KIOSK.id)
OTHER_KIOSK: Final = Caller("another-kiosk", "kiosk")


def in_english(case: Case) -> Decision:
    return SET_LANGUAGE(case, "en")


KIOSKS = pytest.mark.parametrize("press", [ABANDON, in_english])
RETURNS = pytest.mark.parametrize(
    ("press", "state"), [(REQUEUE, "no_show"), (UNDO, "completed"), (UNDO, "abandoned")]
)
"""What brings back what has ended."""


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
def test_what_was_closed_with_its_day_does_not_come_back(press: Press, state: State) -> None:
    visit = IN_STATE[state]
    press(case(visit, SOON, closed_at=visit.issued_at))
    with pytest.raises(WrongState, match="closed with its day") as refused:
        press(case(visit, SOON, closed_at=visit.issued_at + 1))
    assert refused.value.extra == {"state": state}


@pytest.mark.parametrize("state", ["waiting", "called"])
def test_what_is_open_still_is_put_back_after_the_day_was_closed(state: State) -> None:
    """Those who are left over night are ended one by one."""
    REQUEUE(case(IN_STATE[state], SOON, closed_at=SOON))


@RETURNS
@pytest.mark.parametrize("of", ["service", "issued_service"])
def test_what_is_offered_no_more_does_not_come_back(press: Press, state: State, of: str) -> None:
    visit = IN_STATE[state]
    gone = (
        visit._replace(issued_service="gone")
        if of == "issued_service"
        else visit.with_inquiry(visit.inquiry._replace(service="gone"))
    )
    with pytest.raises(ServiceNotFound):
        press(case(gone, SOON))
