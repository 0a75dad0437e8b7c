"""Requests and responses about paper tickets.

New members may come; those here stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Instant
from queue_service.contract.words import DateText, Id, Published, Strict, example
from queue_service.paper.rules import (
    CLOCK_PATTERN,
    CLOCK_REASON,
    MOST_ROWS,
    NUMBER_PATTERN,
    NUMBER_REASON,
    Ended,
)
from queue_service.visits.contract import VisitAnswer
from queue_service.visits.rules.visit import Outcome


def _fit(pattern: str, reason: str) -> Callable[[str], str]:
    """A validator whose message says what a text has to look like."""
    known = re.compile(pattern)

    def check(value: str) -> str:
        if not known.fullmatch(value):
            raise PydanticCustomError("pattern", "{reason}", {"reason": reason})
        return value.lower()

    return check


SheetNumber = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": NUMBER_PATTERN}),
    AfterValidator(_fit(NUMBER_PATTERN, NUMBER_REASON)),
]
SheetClock = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN}),
    AfterValidator(_fit(CLOCK_PATTERN, CLOCK_REASON)),
]


class PaperRow(Strict):
    """A paper ticket. Times are of the branch's clock; a time that was not written is left out.

    In the hour that the end of summer time doubles, ``a`` after a time says the first, ``b`` the
    second. ``done`` of a visit that left before a call is when it left, if that was noticed.
    Without ``service`` it is the one that the branch's “in doubt?” issues.
    """

    number: SheetNumber
    service: Id | None = None
    taken: SheetClock | None = None
    called: SheetClock | None = None
    started: SheetClock | None = None
    done: SheetClock | None = None
    ended: Ended = "completed"
    outcome: Outcome | None = None
    counter: Id | None = None
    team: Id | None = None


class PaperBody(Strict):
    """Paper tickets of one business day: all are entered, or none."""

    model_config = example(
        date="2026-11-25",
        rows=[
            {"number": "14-3", "service": "pas", "taken": "9:30", "called": "9:41", "done": "9:52"}
        ],
    )

    date: DateText
    rows: Annotated[list[PaperRow], Field(min_length=1, max_length=MOST_ROWS)]


class PaperDate(Strict):
    """A business day, by default today."""

    date: DateText | None = Field(default=None, description="The business day; by default today.")


class RemoveBody(Strict):
    """The ticket that was entered wrongly."""

    model_config = example(date="2026-11-25", number="14-3")

    date: DateText
    number: SheetNumber


class PaperTimes(Published):
    """The times on the ticket, null if they are not known."""

    taken: str
    called: str | None
    started: str | None
    done: str | None


class EnteredRow(Published):
    """The result for a row.

    ``already``: the number was entered before and stays as it was; ``differs``: with something
    else than this row says. ``visit`` and ``times`` are the kept values.
    """

    number: str
    status: Literal["entered", "already"]
    differs: bool
    visit: VisitAnswer
    times: PaperTimes


class EnteredAnswer(Published):
    """The results for the rows, in their order."""

    date: DateText
    rows: list[EnteredRow]


class PaperVisit(Published):
    """A paper ticket as it is kept. It can be removed until ``removable_until``."""

    visit: VisitAnswer
    times: PaperTimes
    entered_at: Instant
    removable_until: Instant


class PaperVisits(Published):
    """The paper tickets of a business day, by number."""

    date: DateText
    visits: list[PaperVisit]


class Removed(Published):
    """A ticket that was removed, and how many of the day are left."""

    number: str
    left: Count
