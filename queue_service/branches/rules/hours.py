"""The hours of a branch's day, in which anonymous counts are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment

_HOUR_MS: Final = 3_600_000


class Hour(NamedTuple):
    """An hour (``09``) of a business day, and the instants from and until which it lasts, in ms."""

    date: str
    hour: str
    since: int
    until: int


def hour_of(branch: Branch, instant: int) -> Hour:
    """The hour of the branch's day that an instant (ms) lies in."""
    local = datetime.fromtimestamp(instant / 1000, ZoneInfo(branch.timezone))
    since = instant - (local.minute * 60 + local.second) * 1000 - instant % 1000
    return Hour(moment(branch, instant).date, f"{local.hour:02d}", since, since + _HOUR_MS)
