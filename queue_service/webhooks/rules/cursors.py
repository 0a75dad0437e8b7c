"""How far an endpoint has come in a branch's log, and the order of the log's entries."""

from __future__ import annotations

from typing import Final, NamedTuple

BEFORE_ALL: Final = "0-0"


class Cursor(NamedTuple):
    """How far an endpoint has come in a branch's log, by the ids of its entries.

    ``position``: everything up to it is done, ``passed`` entries in all since the log began.
    ``until``: the last entry of the message that is on its way. ``gap``: the first entry still
    kept where some before it were lost untold; ``passed`` then counts these as well.
    """

    position: str
    passed: int
    until: str = ""
    gap: str = ""

    @classmethod
    def read(cls, text: str) -> Cursor:
        """From how it is kept."""
        position, passed, until, gap = text.split("|")
        return cls(position, int(passed), until, gap)

    def text(self) -> str:
        """As it is kept."""
        return "|".join(map(str, self))


FROM_THE_BEGINNING: Final = Cursor(BEFORE_ALL, 0)
"""Of a branch that came later than the endpoint."""


def newer(entry_id: str, other: str) -> bool:
    """Whether an entry comes after another."""
    return order_of(entry_id) > order_of(other)


def order_of(entry_id: str) -> tuple[int, int]:
    """The sort key of an entry."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)


def before(entry_id: str) -> str:
    """The id that comes just before another."""
    milliseconds, sequence = order_of(entry_id)
    if sequence:
        return f"{milliseconds}-{sequence - 1}"
    return f"{milliseconds - 1}-{2**64 - 1}"


def instant_of(entry_id: str) -> int:
    """When an entry was written, in ms."""
    return order_of(entry_id)[0]
