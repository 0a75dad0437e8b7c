"""The query of a page of the history, and the addresses of its neighbours.

?period=month&date=2026-11-01        a day, week, month or year
without any of these                 the last four weeks, in the history
?from=2026-11-02&to=2026-11-13       any range of dates
?branches=biblioteket,raadhuset      for the comparison of branches
&against=before|week|usual|year|all|none|<branch id after a colon>
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.period import (
    Period,
    PeriodKind,
    after,
    before,
    between,
    days_after,
    in_reach,
    period_of,
)
from queue_service.days.rules.ranges import MOST_DAYS
from queue_service.errors import Invalid

CHOICES: Final = ("against", "trend", "heat", "services", "hall", "branches")
"""The choices in addition to the dates."""
KINDS: Final[tuple[PeriodKind, ...]] = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Query:
    """A page's choices. ``against`` is ``before``, ``year``, ``all``, ``none`` or ``:branch``, of a
    day also ``usual`` (the same weekday of twelve weeks) or ``week`` (that weekday a week before).

    ``trend`` and ``heat`` name the figure that a chart shows, ``services`` the goal by whose misses
    the services are sorted, ``hall`` another branch whose hours are compared with this one's work,
    ``branches`` the ids of those side by side with commas between; empty if nothing was chosen.
    """

    period: Period
    against: str = "before"
    trend: str = ""
    heat: str = ""
    services: str = ""
    hall: str = ""
    branches: str = ""

    def address(self, period: Period | None = None, **changes: str) -> dict[str, str]:
        """The query of a page with the same choices but for these."""
        choices = {name: getattr(self, name) for name in CHOICES}
        choices |= changes
        target = period or self.period
        given_up = {_against(self.period), _against(target)}
        if len(target) > 1:
            given_up |= _OF_A_DAY
        if (period and choices["against"] in given_up) or choices["against"] == _against(target):
            del choices["against"]
        dates = _address_of(target)
        return dates | {name: value for name, value in choices.items() if value}

    def of_kind(self, kind: PeriodKind, today: str) -> dict[str, str]:
        """The day, week, month or year around what is shown: today where that lies in it."""
        day = today if self.period.holds(today) else self.period.first
        return self.address(period_of(kind, day))

    def to_day(self, today: str) -> dict[str, str]:
        """The period of the same kind that holds today; of a range, the last four weeks."""
        kind = self.period.kind
        return self.address(lately(today) if kind == "range" else period_of(kind, today))

    def is_lately(self, today: str) -> bool:
        """Whether it is the last four weeks."""
        return self.period == lately(today)

    def earlier(self) -> dict[str, str]:
        """The period before."""
        return self.address(before(self.period))

    def later(self) -> dict[str, str]:
        """The period after."""
        return self.address(after(self.period))


USUAL: Final = "usual"
_OF_A_DAY: Final = {USUAL, "week"}
LATELY_DAYS: Final = 28
"""Whole weeks, so that as many days before have the same weekdays."""
_DATED: Final = ("period", "date", "from", "to")


def lately(today: str) -> Period:
    """The last four weeks up to ``today``, which hold something on the first of a month, too."""
    return between(days_after(today, 1 - LATELY_DAYS), today)


def read_or_lately(arguments: Mapping[str, str], today: str) -> Query:
    """The query of a request's arguments; by default the last four weeks. Raises Invalid."""
    if any(arguments.get(name) for name in _DATED):
        return read(arguments, today)
    recent = lately(today)
    return read({**arguments, "from": recent.first, "to": recent.last}, today)


def read(arguments: Mapping[str, str], today: str) -> Query:
    """The query of a request's arguments; by default the month of ``today``. Raises Invalid."""
    period = _period(arguments, today)
    return Query(
        period,
        arguments.get("against") or _against(period),
        arguments.get("trend", ""),
        arguments.get("heat", ""),
        arguments.get("services", ""),
        arguments.get("hall", ""),
        arguments.get("branches", ""),
    )


def _against(period: Period) -> str:
    """The default comparison of a period."""
    return USUAL if len(period) == 1 else "before"


def _period(arguments: Mapping[str, str], today: str) -> Period:
    if arguments.get("from") or arguments.get("to"):
        return _range(arguments, today)
    kind = arguments.get("period") or "month"
    for known in KINDS:
        if known == kind:
            return period_of(known, _date(arguments, "date", today))
    raise Invalid.at("period", "It is day, week, month or year.", "Choose one of them.")


def _range(arguments: Mapping[str, str], today: str) -> Period:
    last = _date(arguments, "to", today)
    first = _date(arguments, "from", last)
    if first > last:
        first, last = last, first
    found = between(first, last)
    if len(found) > MOST_DAYS:
        raise Invalid.at("from", f"At most {MOST_DAYS} days at once.", "Choose a shorter range.")
    return found


def _date(arguments: Mapping[str, str], name: str, otherwise: str) -> str:
    text = arguments.get(name) or otherwise
    if in_reach(text):
        return text
    raise Invalid.at(name, "It is a date such as 2026-11-25.", "Choose a date.")


def _address_of(period: Period) -> dict[str, str]:
    if period.kind == "range":
        return {"from": period.first, "to": period.last}
    return {"period": period.kind, "date": period.first}
