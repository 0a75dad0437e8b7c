"""A verb decided on a visit without any store."""

from __future__ import annotations

from typing import Any, ParamSpec

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch
from queue_service.visits.rules import transitions
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.transitions import Verb
from queue_service.visits.rules.visit import Visit
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
    """What a clerk's press at ``now`` makes of a visit."""
    return verb(case(visit, now), *args, **asked).after
