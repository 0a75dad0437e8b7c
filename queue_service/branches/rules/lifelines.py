"""A lifeline: the specialists of a function, whom a clerk can ring while the citizen sits there.

It belongs to the branch where the specialists sit. Its services are ids, which mean the same
service at every branch of the municipality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import (
    WEEKDAYS,
    has_own_hours,
    hours_on,
    moment,
    next_opening,
    weekly,
)
from queue_service.goals.rules.goal import EVERYTHING, WeekHours

RINGS_SECONDS: Final = 180
"""How long a call rings. After that it is missed, and the clerk is given the telephone number."""
_LOOKED_AHEAD_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Lifeline:
    """A function that answers clerks' calls.

    ``telephone`` is as it is shown, and bypasses the public lines. Without ``hours`` it answers in
    the branch's. An answer is in time in less than ``answer_within_seconds``; ``target_ratio`` of
    the calls should be.
    """

    id: str
    name: Translations
    telephone: str
    services: tuple[str, ...]
    answer_within_seconds: int
    target_ratio: float
    hours: WeekHours = field(default_factory=dict)

    @property
    def dialled(self) -> str:
        """The telephone without what is there to be read."""
        return "".join(sign for sign in self.telephone if sign in "+0123456789")

    def covers(self, service: str) -> bool:
        """Whether its specialists know of a service."""
        return EVERYTHING in self.services or service in self.services


def lifelines_of(branch: Branch) -> tuple[Lifeline, ...]:
    """The lifelines that are answered at a branch, in the order of its configuration."""
    return tuple(_lifeline(document) for document in branch.document.get("lifelines") or ())


def lifeline_of(branch: Branch, lifeline: str) -> Lifeline | None:
    """The lifeline of a branch that has this id, or None."""
    return next((found for found in lifelines_of(branch) if found.id == lifeline), None)


def answers_at(branch: Branch, lifeline: Lifeline, now: int) -> bool:
    """Whether a lifeline is in its hours at an instant (ms).

    On a date with other hours than the week has, it answers in those alone: while the branch is
    closed for Christmas, its lifelines are closed too.
    """
    standing = moment(branch, now)
    if not lifeline.hours:
        return standing.open
    own = weekly(lifeline.hours, branch.timezone, now)
    return own and (standing.open or not has_own_hours(branch, standing.date))


def answers_next(branch: Branch, lifeline: Lifeline, now: int) -> int | None:
    """The next instant (ms) after ``now`` at which a lifeline begins to answer; None if it does
    not within four weeks, or answers always."""
    if not lifeline.hours:
        return next_opening(branch, now)
    today, zone = date.fromisoformat(moment(branch, now).date), ZoneInfo(branch.timezone)
    for day in (today + timedelta(days=n) for n in range(_LOOKED_AHEAD_DAYS)):
        own = lifeline.hours.get(WEEKDAYS[day.weekday()], ())
        begins = {
            round(datetime.combine(day, time.fromisoformat(begin), zone).timestamp() * 1000)
            for begin, _ in own
        }
        # On a date with hours of its own the branch may open later than its specialists would sit.
        begins |= {begin for begin, _ in hours_on(branch, day.isoformat())}
        for begin in sorted(begin for begin in begins if begin > now):
            if answers_at(branch, lifeline, begin) and not answers_at(branch, lifeline, begin - 1):
                return begin
    return None


def reaches(asking: Branch, answering: Branch) -> bool:
    """Whether clerks at one branch may ring specialists at another.

    Replayed days ring no lifeline. A practice branch rings practice branches alone, and a real
    branch never rings a practice branch.
    """
    if asking.historic or answering.historic:
        return False
    return asking.practice == answering.practice


def covering(
    asking: Branch, branches: Iterable[Branch], service: str
) -> Iterator[tuple[Branch, Lifeline]]:
    """The lifelines that clerks at a branch may ring about a service, each with its own branch."""
    for branch in branches:
        if reaches(asking, branch):
            yield from ((branch, line) for line in lifelines_of(branch) if line.covers(service))


def _lifeline(document: Mapping[str, Any]) -> Lifeline:
    return Lifeline(
        document["id"],
        document["name"],
        document["telephone"],
        tuple(document["services"]),
        document["answer_within_seconds"],
        document["target_ratio"],
        {day: tuple((a, b) for a, b in spans) for day, spans in document.get("hours", {}).items()},
    )
