"""A goal's verdict: the share that was within, its interval, and the misses it tolerates.

A figure over nothing is None, never 0 % or 100 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, sqrt
from typing import Final, Literal

Verdict = Literal["met", "missed", "open"]

Interval = Literal["wilson", "days"]
"""How an interval was worked out: from single inquiries, or over days, as the inquiries of a day go
together.
"""

Undecided = Literal["too_few", "too_few_days", "too_close"]
"""The reason for a missing verdict: too few were judged, too few days are known to show how they
differ, or the interval holds the target."""

LEAST_JUDGED: Final = 10
"""With fewer judged there is no verdict: one or two slow inquiries at opening time say nothing."""
RUNNING_Z: Final = 2.58
"""The confidence at which the running day is judged: two-sided 99 %.

A day is looked at again and again, so chance has many tries. On 1,000 simulated days each of 60,
150 and 400 inquiries, of which truly 72 % were within against a goal of 70 %, "missed" was said at
some inquiry on 1.7, 1.4 and 2.4 % of the days; at 95 % and from the first inquiry on it is said on
17, 18 and 20 %. Of days exactly at a goal of 70 % it is said on 3.3, 3.8 and 6.0 %, and of 95 % on
2.3, 3.1 and 5.2 % (:func:`running_z`). Few inquiries find little: of days that are truly at 50 %
against 70 %, 34 % are found of 20 inquiries and 84 % of 60.
"""
Z95: Final = 1.959963984540054
"""The normal distribution's 97.5 % point: two-sided 95 %."""
_EVEN: Final = 0.5
_LARGEST_DENOMINATOR: Final = 50_000_000
"""No two fractions up to this one have the same binary number."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those judged were within, with the 95 % interval of that ratio.

    ``ratio``, ``low`` and ``high`` are None when nothing was judged. ``days`` is on how many days
    any were.
    """

    judged: int
    within: int
    ratio: float | None
    low: float | None
    high: float | None
    interval: Interval
    verdict: Verdict
    days: int = 1

    @property
    def undecided(self) -> Undecided | None:
        """The reason for a missing verdict; None if there is one."""
        return None if self.verdict != "open" else undecided(self.judged, self.interval, self.days)


def share(judged: int, within: int, target: float | None, *, running: bool = False) -> Share:
    """The share of single inquiries and its verdict; without a target that is left open.

    ``running``: it is today's, and looked at all day long. A share over days is
    :func:`queue_service.history.rules.confidence_intervals.share_of`.
    """
    low, high = wilson(judged, within)
    ends = _running_ends(judged, within, target) if running and target is not None else (low, high)
    ratio = within / judged if judged else None
    return Share(judged, within, ratio, low, high, "wilson", verdict(judged, ends, target))


Ends = tuple[float | None, float | None]
"""The low and the high end of an interval; None of nothing."""


def wilson(judged: float, within: float, z: float = Z95) -> Ends:
    """The Wilson score interval, by default at 95 %; exact at its ends: 0 for none within, 1 for
    all."""
    if not judged:
        return None, None
    ratio = within / judged
    scale = 1 + z**2 / judged
    centre = (ratio + z**2 / (2 * judged)) / scale
    reach = z * sqrt(ratio * (1 - ratio) / judged + z**2 / (4 * judged**2)) / scale
    low = centre - reach if within else 0.0
    high = centre + reach if within < judged else 1.0
    return low, high


def _running_ends(judged: int, within: int, target: float) -> Ends:
    """The ends that the running day is judged by, each with its own z."""
    low, _ = wilson(judged, within, running_z(judged, 1 - target))
    _, high = wilson(judged, within, running_z(judged, target))
    return low, high


def running_z(judged: int, target: float) -> float:
    """The z of the end that has to be below a target for so many judged to have missed it.

    Counts of a target above one half have their longer tail below, so chance goes further there
    than :data:`RUNNING_Z` says: by ``s(z²-1)/6``, where ``s = (2t-1)/√(n·t(1-t))`` is their
    skewness (Cornish and Fisher, *Revue de l'Institut International de Statistique* 5, 1938).
    """
    spread = sqrt(judged * target * (1 - target))
    if not spread or target <= _EVEN:
        return RUNNING_Z
    return RUNNING_Z + (2 * target - 1) / spread * (RUNNING_Z**2 - 1) / 6


def verdict(judged: int, ends: Ends, target: float | None) -> Verdict:
    """``met`` when all of the interval reaches the target, ``missed`` when none of it does."""
    low, high = ends
    if low is None or high is None or target is None or judged < LEAST_JUDGED:
        return "open"
    if low >= target:
        return "met"
    return "missed" if high < target else "open"


def undecided(judged: int, interval: Interval, days: int) -> Undecided:
    """The reason why a share of so many judged on so many days has no verdict."""
    if judged < LEAST_JUDGED:
        return "too_few"
    return "too_few_days" if interval == "wilson" and days > 1 else "too_close"


def beyond(judged: int, within: int, target: float) -> int:
    """Misses beyond what the goal tolerates, of a period that is over.

    ``misses - floor((1 - target) * judged)``, which is how many more had to be within. Negative
    when there were so many fewer than it tolerates.
    """
    return judged - within - floor((1 - _meant(target)) * judged)


def budget(judged: int, within: int, target: float) -> int:
    """How many more misses the running day can take: ``floor(within / target) - judged``.

    Each of them is judged as well, so this is not :func:`beyond` with its sign turned.

    The target is taken as its decimal value, so 0.7 is seven tenths and not the binary number next
    to it. Negative when the goal is missed already.
    """
    return floor(within / _meant(target)) - judged


def needed(judged: int, within: int, target: float) -> int | None:
    """How many hits in a row reach the goal: 0 when it is reached, None when no number does."""
    exact = _meant(target)
    missing = exact * judged - within
    if missing <= 0:
        return 0
    return None if exact >= 1 else ceil(missing / (1 - exact))


@lru_cache(maxsize=1024)
def _meant(target: float) -> Fraction:
    """The decimal that a target is written as; of the joint target of several days, the
    fraction, which is given by its binary number as long as its denominator is not too large."""
    written = Fraction(repr(target))
    simple = written.limit_denominator(_LARGEST_DENOMINATOR)
    return simple if float(simple) == target else written
