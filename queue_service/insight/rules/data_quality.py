"""How the figures may be biased: signs to talk about, for a branch or a team, never a person.

Completing at once what was not done, continuing with a new inquiry where one would do, parking
while the clock should run and calling late all make handling times look shorter. Each sign is shown
with its value in the period before, and flagged when it differs from that.

- ``quick``: inquiries handled in under 15 s ÷ inquiries.
- ``continued``: inquiries that were not their visit's first ÷ visits with an inquiry.
- ``stood``: seconds an inquiry was paused, parked or sent on, between start and completion.
- ``walk``: seconds from call to start, per visit that walked.

A share is flagged when it rose by at least :data:`LEAST_RISE` of the inquiries and the 99 %
interval of the rise excludes chance (Newcombe, *Stat. Med.* 17, 1998, method 10); it takes each
inquiry for itself, hence the higher level and the least rise. Of the seconds only the sums are
kept, so no interval can be had: they are flagged from half as much again and :data:`LEAST_SECONDS`
more, over at least :data:`LEAST_N` on both sides. A flag asks a question; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import Share, share
from queue_service.history.rules.confidence_intervals import score_interval, z_quantile

IndicatorName = Literal["quick", "continued", "stood", "walk"]

LEAST_RISE: Final = 0.02
LEAST_SECONDS: Final = 30
LEAST_N: Final = 30
"""Nothing is flagged with fewer inquiries, or walks, on a side."""
_HALF_AS_MUCH_AGAIN: Final = 1.5
_Z99: Final = z_quantile(0.99)


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """One sign now and before: a share, a number per visit or seconds, over ``n`` of its
    denominator.

    A value is None when there is nothing that it would be of.
    """

    name: IndicatorName
    n: int
    value: float | None
    n_before: int
    before: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class WithoutQuick:
    """A goal's attainment, and the same without the inquiries under 15 s.

    ``exact`` is False if the goal judged only some of the inquiries: the quick ones are taken
    for judged then, so that ``without`` is at most too low.
    """

    goal: str
    attained: Share
    without: Share
    exact: bool


def is_paper_share_large(paper: int, issued: int) -> bool:
    """Whether so many of the visits were entered from paper that it has to be mentioned: 5 % or
    more."""
    return issued > 0 and paper * 20 >= issued


def indicators(now: Row, before: Row) -> tuple[QualityFigure, ...]:
    """The four indicators of a branch's or team's row; walks are known of a branch alone.

    ``before`` may as well be the other teams or branches that a row is compared with.
    """
    return (
        _share_indicator("quick", _quick(now), _quick(before)),
        _continued(now, before),
        _seconds_indicator("stood", _stood(now), _stood(before)),
        _seconds_indicator("walk", _walked(now), _walked(before)),
    )


def without_quick(rows: Iterable[Row], goal: str, target: float | None) -> WithoutQuick:
    """A handling goal with and without the quick inquiries.

    ``rows`` together are the branch or the team; by service they show which quick inquiries the
    goal judged. A quick inquiry is taken as within: a goal for handling asks for more than 15 s.
    """
    judged = within = quick = 0
    exact = True
    for row in rows:
        of_row, within_row = row.inquiries.goals.get(goal, (0, 0))
        judged, within = judged + of_row, within + within_row
        quick += min(row.inquiries["quick"], within_row)
        exact = exact and of_row in (0, row.inquiries.durations.n)
    attained, without = ((judged, within), (judged - quick, within - quick))
    return WithoutQuick(goal, share(*attained, target), share(*without, target), exact)


_Counted = tuple[int, int]
"""How many, or how many ms; and of how many."""


def _quick(row: Row) -> _Counted:
    return row.inquiries["quick"], row.inquiries.durations.n


def _stood(row: Row) -> _Counted:
    return row.inquiries["stood_ms"], row.inquiries.durations.n


def _walked(row: Row) -> _Counted:
    return row.visits["walked_ms"], row.visits["walks"]


def _continued(now: Row, before: Row) -> QualityFigure:
    # Tested as a share of the inquiries, which rises and falls with the number per visit.
    inquiries = [(row.inquiries["continued"], row.inquiries.durations.n) for row in (now, before)]
    (n, value), (n_before, earlier) = (
        (of - part, _ratio(part, of - part)) for part, of in inquiries
    )
    return QualityFigure("continued", n, value, n_before, earlier, _rose(*inquiries))


def _share_indicator(name: IndicatorName, now: _Counted, before: _Counted) -> QualityFigure:
    return QualityFigure(name, now[1], _ratio(*now), before[1], _ratio(*before), _rose(now, before))


def _seconds_indicator(name: IndicatorName, now: _Counted, before: _Counted) -> QualityFigure:
    value, earlier = (_ratio(ms / 1000, n) for ms, n in (now, before))
    enough = min(now[1], before[1]) >= LEAST_N
    flagged = enough and _much_longer(value or 0.0, earlier or 0.0)
    return QualityFigure(name, now[1], value, before[1], earlier, flagged)


def _ratio(part: float, of: int) -> float | None:
    return part / of if of else None


def _much_longer(now: float, before: float) -> bool:
    return now >= _HALF_AS_MUCH_AGAIN * before and now - before >= LEAST_SECONDS


def _rose(now: _Counted, before: _Counted) -> bool:
    if min(now[1], before[1]) < LEAST_N:
        return False
    ratio, earlier = now[0] / now[1], before[0] / before[1]
    low, _ = score_interval(ratio, now[1], _Z99)
    _, high_before = score_interval(earlier, before[1], _Z99)
    cautious = ratio - earlier - sqrt((ratio - low) ** 2 + (high_before - earlier) ** 2)
    return cautious > 0 and ratio - earlier >= LEAST_RISE
