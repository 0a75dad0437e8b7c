"""Notes of staff on a visit: the citizen's needs, and the reason for a priority.

Both are chosen from closed lists, so that nothing is ever written about a person. They are for the
staff who help: no screen shows them, and no event carries them.

A note is counted on the visit's date, without an hour, a service or a number. The *day* is
corrected when a note is taken back; the *totals*, for Prometheus, never fall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple, get_args

Need = Literal["seat", "accessible_counter", "interpreter", "hearing_loop"]
NEEDS: Final[tuple[Need, ...]] = get_args(Need)

PriorityReason = Literal[
    "cannot_wait", "small_children", "interpreter_here", "agreed_time", "returning", "our_mistake"
]
PRIORITY_REASONS: Final[tuple[PriorityReason, ...]] = get_args(PriorityReason)
"""The reasons for a priority: the citizen cannot stand or wait for long, has small children along,
the interpreter is here and waits, a time was agreed, they come back to go on with an unfinished
matter, or something went wrong on our side."""

NotedKind = Literal["need", "first"]
_TOTAL: Final = "reception"


class Noted(NamedTuple):
    """The notes on a visit: its needs in the order of the list, and the reason for its priority."""

    needs: tuple[Need, ...] = ()
    reason: PriorityReason | None = None


def in_order(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Each need once, in the order of the list."""
    wanted = set(needs)
    return tuple(need for need in NEEDS if need in wanted)


def noted_field(kind: NotedKind, of: str) -> str:
    """The name under which a day counts a need or a reason."""
    return f"{kind}|{of}"


def total_of(field: str) -> str:
    """The name of the total that belongs to a day's count."""
    return f"{_TOTAL}|{field}"


class NotedCounts(NamedTuple):
    """Increments by field: of the visit's day, and of the totals."""

    day: Mapping[str, int]
    totals: Mapping[str, int]


def count_noted(before: Noted, after: Noted) -> NotedCounts | None:
    """The counts of a change of the notes; None for no change."""
    if before == after:
        return None
    day: Counter[str] = Counter()
    day.update(_fields(after))
    day.subtract(_fields(before))
    changed = {field: n for field, n in day.items() if n}
    return NotedCounts(changed, {total_of(field): n for field, n in changed.items() if n > 0})


def _fields(noted: Noted) -> list[str]:
    fields = [noted_field("need", need) for need in noted.needs]
    return [*fields, noted_field("first", noted.reason)] if noted.reason else fields
