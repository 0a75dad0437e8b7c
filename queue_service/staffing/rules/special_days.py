"""Dates that are unlike their weekday: public holidays of Denmark, and the days around them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

from queue_service.days.rules.period import days_after

SpecialDay = Literal["holiday", "own_hours", "near"]
"""A public holiday; a date with opening hours of its own; the day before or after such a date."""

_FIXED: Final = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))
"""New Year's Day, Constitution Day, Christmas Eve to Boxing Day, New Year's Eve."""
_AFTER_EASTER: Final = (-3, -2, 0, 1, 39, 49, 50)
"""Maundy Thursday, Good Friday, Easter and its Monday, Ascension Day, Pentecost and its Monday."""


def special_day(day: str, own_hours: Collection[str], *, danish: bool) -> SpecialDay | None:
    """The reason why a date may be unlike its weekday; None for an ordinary one.

    ``own_hours`` are the dates with hours of their own. Holidays count where they are ``danish``.
    """

    def special(at: str) -> SpecialDay | None:
        if danish and at in holidays(int(at[:4])):
            return "holiday"
        return "own_hours" if at in own_hours else None

    if special(days_after(day, -1)) or special(days_after(day, 1)):
        return special(day) or "near"
    return special(day)


@cache
def holidays(year: int) -> frozenset[str]:
    """The public holidays of a year in Denmark, and the two eves on which public offices close."""
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset(day.isoformat() for day in {*moving, *(date(year, *at) for at in _FIXED)})


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus, *Astronomical Algorithms*, 1991)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    fourth, days = divmod(rest, 4)
    sunday = (32 + 2 * left + 2 * fourth - moon - days) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
