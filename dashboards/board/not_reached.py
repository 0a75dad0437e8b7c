"""The numbers that today does not reach, as a line of the board, until the screens say so."""

from __future__ import annotations

from typing import Final

from queue_service.board.operations.state import BranchState
from queue_service.branches.rules.interventions import is_told_not_today
from queue_service.command import Queue
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording
from queue_service.staffing.operations.not_reached import left_today
from queue_service.staffing.rules.not_reached import NotReached

_WAITS: Final = NN_("{n} waits with such a number.", "{n} wait with such numbers.")


def not_reached_json(queue: Queue, found: BranchState, say: Wording) -> list[dict[str, str]]:
    """For each group of services its line: headline and hint. A line is left out once it is said
    on the screens."""
    return [
        {"headline": headline(each, say), "hint": hint(each, say)}
        for each in left_today(queue, found)
        if not _is_said(found, each)
    ]


def headline(found: NotReached, say: Wording) -> str:
    """From which numbers on today is over."""
    numbers = ", ".join(found.numbers.values())
    return say(N_("From {numbers} on: probably not reached today"), numbers=numbers)


def hint(found: NotReached, say: Wording) -> str:
    """The range, and how many wait with such numbers."""
    if found.latest is None:
        text = N_("At the pace of the last hour from {earliest} at the earliest; perhaps all are.")
        wide = say(text, earliest=found.earliest)
    else:
        text = N_("At the pace of the last hour the first is between {earliest} and {latest}.")
        wide = say(text, earliest=found.earliest, latest=found.latest)
    return f"{wide} {say.counted(_WAITS, found.count)}"


def _is_said(found: BranchState, each: NotReached) -> bool:
    return all(
        is_told_not_today(found.interventions, service, number, found.now)
        for service, number in each.numbers.items()
    )
