"""The state of a mobile branch: its side and its last contact with the central server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.stops import StopTime, next_stops, stop_now
from queue_service.command import Queue
from queue_service.mobile.rules import is_late, is_silent
from queue_service.mobile.store import MobileStore


@dataclass(frozen=True, slots=True)
class MobileState:
    """A mobile branch at an instant; its times are in ms.

    ``heard_at`` is its last contact with the central server; on the bus itself ``reached_at`` is
    when the central server was last reached. ``complete_until``: up to then the central server has
    everything. ``silent``: it is at a stop, and there was no contact for an hour. ``late``: it is
    disconnected, and the central server shows an earlier state. ``refused``, on the bus: the
    central server answers and does not take all that is sent. ``run_by`` is ``bus``, ``home``, or
    '' before any bus. ``ahead_ms``: how far the clock of the bus is ahead of the central server's,
    None if they were not compared. ``twice``: the numbers of the day that the central server and
    the bus both changed.
    """

    stop: StopTime | None
    next: tuple[StopTime, ...]
    run_by: str
    heard_at: int | None
    reached_at: int | None
    complete_until: int | None
    silent: bool
    late: bool
    refused: bool
    unsent: int
    problem: str
    ahead_ms: int | None
    twice: tuple[str, ...]


def mobile_state(queue: Queue, branch: Branch, now: int) -> MobileState | None:
    """Its state at ``now`` (ms); None for a branch that is not mobile."""
    known = queue.get(MobileStore).known(branch.id)
    if not branch.stops and not known:
        return None
    stop = stop_now(branch, now)
    heard, since = _time(known, "heard_at"), stop.since if stop else None
    run_by = queue.get(MobileStore).run_by(branch.id)
    twice = queue.get(MobileStore).changed_twice(branch.id).get(moment(branch, now).date, {})
    return MobileState(
        stop=stop,
        next=tuple(next_stops(branch, now)),
        run_by=run_by,
        heard_at=heard,
        reached_at=_time(known, "reached_at"),
        complete_until=_time(known, "complete_until"),
        silent=run_by == "bus" and is_silent(heard, since, now),
        late=run_by == "bus" and is_late(heard, now),
        refused=int(known.get("failures", 0)) > 0,
        unsent=int(known.get("unsent", 0)),
        problem=known.get("problem", ""),
        ahead_ms=_time(known, "ahead_ms"),
        twice=tuple(sorted(str(one["number"]) for one in twice.values())),
    )


def coming_stops(branch: Branch, now: int) -> list[dict[str, Any]]:
    """The stop of the moment and the next ones, as screens draw them; instants in ms."""
    present = stop_now(branch, now)
    listed = [*([present] if present else []), *next_stops(branch, now, 5)]
    return [
        {"name": dict(time.stop.name), "since": time.since, "until": time.until} for time in listed
    ]


def _time(known: Mapping[str, str], name: str) -> int | None:
    return int(known[name]) if known.get(name) else None
