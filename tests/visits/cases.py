"""Visits in each state, and a verb decided on one without any store."""

from __future__ import annotations

from typing import Any, Final, ParamSpec

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch
from queue_service.visits.rules import transitions
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    CLOSE_DAY,
    COMPLETE,
    MARK_NO_SHOW,
    PARK,
    START,
    Verb,
)
from queue_service.visits.rules.visit import Inquiry, State, Visit
from tests.desks import CLERK, document

BRANCH = Branch.from_document("raadhuset", "r", document())
OPEN = {"1": "", "2": ""}
VERBS: dict[str, Verb[Any]] = {
    name.lower(): row for name, row in vars(transitions).items() if isinstance(row, Verb)
}
"""Every row of the table by its name."""

Asked = ParamSpec("Asked")


def case(visit: Visit, now: int, caller: Caller = CLERK, closed_at: int = 0) -> Case:
    """A visit at ``now``, with the counters 1 and 2 open; ``closed_at`` (ms) as in Case."""
    return Case(BRANCH, caller, visit, now, OPEN, closed_at)


def become(
    verb: Verb[Asked], visit: Visit, now: int, *args: Asked.args, **asked: Asked.kwargs
) -> Visit:
    """A visit after a clerk's press at ``now``."""
    return verb(case(visit, now), *args, **asked).after


NINE = 1_795_593_600_000
SECOND = 1000
WINDOW = 900 * SECOND

WAITING = Visit(
    "id", "A001", "2026-11-25", "waiting", "kiosk", "da", "pas", NINE, NINE * 1000, NINE,
    (Inquiry("pas"),), ahead=0,
)  # fmt: skip
CALLED = become(CALL, WAITING, NINE + 60 * SECOND, "1")
SERVING = become(START, CALLED, NINE + 90 * SECOND)
COMPLETED = become(COMPLETE, SERVING, NINE + 390 * SECOND, "resolved")
IN_STATE: Final[dict[State, Visit]] = {
    "waiting": WAITING,
    "called": CALLED,
    "serving": SERVING,
    "parked": become(PARK, SERVING, NINE + 120 * SECOND),
    "completed": COMPLETED,
    "no_show": become(MARK_NO_SHOW, CALLED, NINE + 360 * SECOND),
    "abandoned": become(ABANDON, WAITING, NINE + 300 * SECOND),
    "incomplete": become(CLOSE_DAY, SERVING, NINE + 300 * SECOND),
}
"""A visit in each state."""
SOON = NINE + 400 * SECOND
