"""When counters were open or paused: kept as changes, read as counter time by hour.

A counter that is paused is not open: its pause is in no figure of open counters.
"""

from __future__ import annotations

from collections import Counter as Sum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from queue_service.branches.rules.dates_and_hours import (
    half_hour,
    local_hour,
    next_half_hour,
    next_hour,
)

_HOUR_MS: Final = 3_600_000


class Shift(NamedTuple):
    """A counter opened, handed to another team, paused or closed at ``at`` (ms).

    ``team`` is empty for a counter that is open without one, and None for one that is not open.
    ``reason`` is the reason of a pause, else empty.
    """

    at: int
    counter: str
    team: str | None
    reason: str = ""


def to_text(shift: Shift) -> str:
    """The stored form, as the scripts write it: ``at|counter|open|team``, or its pause's reason."""
    state = "paused" if shift.reason else "closed" if shift.team is None else "open"
    return f"{shift.at}|{shift.counter}|{state}|{shift.reason or shift.team or ''}"


def from_text(text: str) -> Shift:
    """Read a stored change."""
    at, counter, state, more = text.split("|")
    if state == "paused":
        return Shift(int(at), counter, None, more)
    return Shift(int(at), counter, more if state == "open" else None)


def staffed(shifts: Iterable[Shift], timezone: str, begins: int, ends: int) -> dict[str, int]:
    """How long counters were open between two instants, in ms, by the local hour (``"09"``).

    Two counters open for an hour are two hours. ``shifts`` are in order and reach back to the
    last change of each counter before ``begins``.
    """
    return _open_time(shifts, begins, ends, partial(_by_hour, timezone))


def staffed_by_half_hour(
    shifts: Iterable[Shift], timezone: str, begins: int, ends: int
) -> dict[str, int]:
    """The same by the local half hour (``"09:30"``)."""
    return _open_time(shifts, begins, ends, partial(_by_half_hour, timezone))


Split = Callable[[int, int], Iterator[tuple[str, int]]]
"""The share of a stretch of time in each part of the day, in ms."""


def _open_time(shifts: Iterable[Shift], begins: int, ends: int, split: Split) -> dict[str, int]:
    times: Sum[str] = Sum()
    for _, _, since, until in open_stretches(shifts, begins, ends):
        for part, milliseconds in split(since, until):
            times[part] += milliseconds
    return dict(sorted(times.items()))


@dataclass(slots=True)
class Pauses:
    """How many pauses began, and how long (ms) they lasted, of one kind or several."""

    n: int = 0
    ms: int = 0

    def absorb(self, n: int, ms: int) -> None:
        """More of the same kind."""
        self.n += n
        self.ms += ms

    @property
    def hours(self) -> float:
        """How long they lasted, in hours."""
        return self.ms / _HOUR_MS


def paused(
    shifts: Iterable[Shift], timezone: str, begins: int, ends: int
) -> dict[tuple[str, str, str], Pauses]:
    """The pauses between two instants by local hour, counter and reason.

    A pause counts in the hour in which it began, and its time in each hour that it lasted. A pause
    that began earlier counts with its time alone.
    """
    found: dict[tuple[str, str, str], Pauses] = {}
    for began, counter, reason, since, until in _pause_stretches(shifts, begins, ends):
        for hour, milliseconds in _by_hour(timezone, since, until):
            found.setdefault((hour, counter, reason), Pauses()).absorb(0, milliseconds)
        if began >= begins:
            key = f"{local_hour(timezone, began):02}", counter, reason
            found.setdefault(key, Pauses()).absorb(1, 0)
    return dict(sorted(found.items()))


def _pause_stretches(
    shifts: Iterable[Shift], begins: int, ends: int
) -> Iterator[tuple[int, str, str, int, int]]:
    """When it began, counter, reason, since and until of every pause that touches the stretch."""
    begun: dict[str, Shift] = {}
    for shift in shifts:
        if shift.at >= ends:
            break
        before = begun.pop(shift.counter, None)
        if before is not None and shift.at >= begins:
            yield before.at, shift.counter, before.reason, max(before.at, begins), shift.at
        if shift.reason:
            begun[shift.counter] = shift
    for counter, shift in begun.items():
        yield shift.at, counter, shift.reason, max(shift.at, begins), ends


def carried(shifts: Iterable[Shift], before: int) -> list[Shift]:
    """The changes before an instant that have to be kept: each counter's last, unless it closed."""
    last = {shift.counter: shift for shift in shifts if shift.at < before}
    return [shift for shift in last.values() if shift.team is not None or shift.reason]


def open_stretches(
    shifts: Iterable[Shift], begins: int, ends: int
) -> Iterator[tuple[str, str, int, int]]:
    """Counter, team, since and until of every stretch between two instants, a team at a time."""
    opened: dict[str, tuple[str, int]] = {}
    for shift in shifts:
        at = min(max(shift.at, begins), ends)
        if shift.counter in opened:
            team, since = opened.pop(shift.counter)
            yield shift.counter, team, since, at
        if shift.team is not None:
            opened[shift.counter] = shift.team, at
    for counter, (team, since) in opened.items():
        yield counter, team, since, ends


def _by_hour(timezone: str, since: int, until: int) -> Iterator[tuple[str, int]]:
    while since < until:
        end = min(until, next_hour(timezone, since))
        yield f"{local_hour(timezone, since):02}", end - since
        since = end


def _by_half_hour(timezone: str, since: int, until: int) -> Iterator[tuple[str, int]]:
    while since < until:
        end = min(until, next_half_hour(timezone, since))
        yield half_hour(timezone, since), end - since
        since = end
