"""From which number a day goes on if it is unknown which are on paper.

The numbers on paper are unknown after a restore, and if the central server takes over from a bus
that it may not reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

MARGIN: Final = 100
"""At least so far above the last number that is known the day goes on."""


def floors(today: Mapping[str, str], days: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """The last number of each prefix that is taken for given.

    ``today`` and ``days`` are the kept values of the numbers of the running day and of days before
    (prefix → the last number). As much as a whole day may be unknown, so the margin is at
    least as large as the busiest of those days.
    """
    highest: dict[str, int] = {}
    for numbers in (today, *days):
        for prefix, last in counted(numbers).items():
            highest[prefix] = max(highest.get(prefix, 0), last)
    known = counted(today)
    return {prefix: known.get(prefix, 0) + max(MARGIN, most) for prefix, most in highest.items()}


def counted(numbers: Mapping[str, str]) -> dict[str, int]:
    """The prefixes of a stored day of numbers, without the fields that name their services."""
    return {prefix: int(last) for prefix, last in numbers.items() if "|" not in prefix}
