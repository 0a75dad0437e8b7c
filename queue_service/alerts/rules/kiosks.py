"""A kiosk that gives far more numbers than usual in an hour: stolen, misused, or a defect.

The running hour of the branch's clock is compared with the same hour on the same weekday. A kiosk
is compared with all numbers of the branch in such an hour, of whatever screen, so that a second
kiosk that is out of order is no alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

WEEKS: Final = 8
"""How many of the same weekday are compared with."""
LEAST_DAYS: Final = 3
"""With fewer of them nothing is usual yet."""
LEAST: Final = 20
"""So many numbers in an hour are never far over."""
TIMES: Final = 4
"""Far over is more than so many times the usual."""


@dataclass(frozen=True, slots=True)
class KioskHour:
    """A kiosk in the running hour: its label, how many numbers it has issued, and the usual."""

    label: str
    issued: int
    usual: int


def usual_hour(past: Sequence[int]) -> int | None:
    """The usual count of an hour, from the same hour on earlier days; None with too few of them.

    The median, so that one day with a rush, or with a misused kiosk, changes nothing.
    """
    return round(median(past)) if len(past) >= LEAST_DAYS else None


def far_over(issued: int, usual: int) -> bool:
    """Whether a kiosk has issued far more than usual."""
    return issued > max(LEAST, TIMES * usual)
