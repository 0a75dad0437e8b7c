"""The stops of a mobile branch: where it is now, and where it stops next.

The branch's opening hours are the hours of its stops together. On a date with hours of its own a
stop counts as far as the branch is open: if it is closed there is no stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch, Stop
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, hours_on, moment, shared_spans

STOP_DAYS: Final = 14
"""How many days ahead the next stops are looked for."""

ClockSpans = Sequence[Sequence[str]]


class StopTime(NamedTuple):
    """A stop from one instant until just before another, in ms since the epoch."""

    stop: Stop
    since: int
    until: int


def hours_together(weeks: Iterable[Mapping[str, ClockSpans]]) -> dict[str, list[list[str]]]:
    """The hours of several weeks as one: by weekday, in order, touching spans joined."""
    found: dict[str, list[list[str]]] = {}
    listed = list(weeks)
    for day in WEEKDAYS:
        joined: list[list[str]] = []
        for begin, end in sorted(tuple(span) for week in listed for span in week.get(day, ())):
            if joined and begin <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([begin, end])
        if joined:
            found[day] = joined
    return found


def stop_now(branch: Branch, now: int) -> StopTime | None:
    """The stop at ``now`` (ms); None on the road, or while it is closed."""
    today = moment(branch, now).date
    return next((s for s in stops_on(branch, today) if s.since <= now < s.until), None)


def next_stops(branch: Branch, now: int, most: int = 3) -> list[StopTime]:
    """The stops that begin after ``now`` (ms), the first ones, within two weeks."""
    found: list[StopTime] = []
    today = date.fromisoformat(moment(branch, now).date)
    for ahead in range(STOP_DAYS + 1):
        day = (today + timedelta(ahead)).isoformat()
        found += [stop for stop in stops_on(branch, day) if stop.since > now]
        if len(found) >= most:
            break
    return found[:most]


def stops_on(branch: Branch, day: str) -> list[StopTime]:
    """The stops of a date in the order of their beginning."""
    if not branch.stops:
        return []
    open_spans = hours_on(branch, day)
    found = [
        StopTime(stop, *span)
        for stop in branch.stops
        for span in shared_spans(hours_on(_alone(branch, stop), day), open_spans)
    ]
    return sorted(found, key=lambda stop: stop.since)


def _alone(branch: Branch, stop: Stop) -> Branch:
    """The branch as if it had this stop alone, without dates of other hours."""
    # Its own id: a calendar remembers the latest configuration of each.
    alone = f"{branch.id}/{stop.id}"
    return replace(branch, id=alone, opening_hours=stop.hours, hours_exceptions=(), stops=())
