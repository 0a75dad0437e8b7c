"""Causes of alerts, found from the state of a branch. All instants are in ms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from queue_service.alerts.rules.kiosks import KioskHour, far_over
from queue_service.alerts.rules.subscriptions import AlertKind
from queue_service.board.rules.attention import AWAY, Situation, attention
from queue_service.goals.rules.verdicts import Share
from queue_service.visits.rules.judging import in_force

RAMP_MS: Final = 30 * 60_000
"""How long after the day's first opening no goal is at risk yet."""
_NOBODY: Final = ("no_counter", "unstaffed")


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of an alert; ``goal`` is a goal's id if the cause is a goal, and ``kiosk`` the id of
    a kiosk's token if it is one."""

    kind: AlertKind
    goal: str | None = None
    kiosk: str | None = None

    @property
    def key(self) -> str:
        """One text for one cause."""
        return f"{self.kind}:{self.goal or self.kiosk or ''}"


@dataclass(frozen=True, slots=True)
class AlertCause:
    """A cause that may hold now, and what there is to know about it.

    ``since``, ``service`` and ``waiting``: the longest wait, its service, and the number of waiting
    visits. ``judged``, ``within`` and ``target``: the goal's state today. ``hour``: the kiosk's.
    """

    cause: Cause
    since: int | None = None
    service: str | None = None
    waiting: int | None = None
    judged: int | None = None
    within: int | None = None
    target: float | None = None
    hour: KioskHour | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A branch as it is looked at: ``began`` is the day's first opening, ``shares`` by goal, and
    ``kiosks`` by token those that have issued more than :data:`kiosks.LEAST` this hour."""

    situation: Situation
    began: int | None
    shares: Mapping[str, Share]
    kiosks: Mapping[str, KioskHour] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Present:
    """How a branch is now: its open counters out of all, and the waiting visits and since when they
    wait (ms)."""

    open_counters: int
    counters: int
    waiting: int
    since: int | None


def present(now: Situation) -> Present:
    """The state of a branch that goes with every alert, whatever its cause."""
    return Present(
        open_counters=sum(stand.state not in AWAY for stand in now.stands),
        counters=len(now.stands),
        waiting=sum(queue.waiting for queue in now.queues),
        since=min((q.since for q in now.queues if q.waiting and q.since is not None), default=None),
    )


def findings(watch: Watch) -> tuple[AlertCause, ...]:
    """The causes that may hold now.

    A goal is at risk when the board says that it is missed so far today, from half an hour after
    opening and in its own hours. Out of hours there is no alert, since no staff is present to act
    on a ticket left behind.
    """
    now = watch.situation
    return (*_goals(watch), *_waits(now), *_unattended(now), *_kiosks(watch.kiosks))


def _kiosks(kiosks: Mapping[str, KioskHour]) -> Iterator[AlertCause]:
    for kiosk, hour in kiosks.items():
        if far_over(hour.issued, hour.usual):
            yield AlertCause(Cause("kiosk", kiosk=kiosk), hour=hour)


def _goals(watch: Watch) -> Iterator[AlertCause]:
    now = watch.situation
    if not now.open or watch.began is None or now.now - watch.began < RAMP_MS:
        return
    for goal in now.branch.goals:
        share = watch.shares[goal.id]
        if in_force(now.branch, goal, now.now) and share.verdict == "missed":
            yield AlertCause(
                Cause("goal", goal.id),
                judged=share.judged,
                within=share.within,
                target=goal.target_ratio,
            )


def _waits(now: Situation) -> Iterator[AlertCause]:
    queues = [(q.since, q.service) for q in now.queues if q.waiting and q.since is not None]
    staffed = any(stand.state not in AWAY for stand in now.stands)
    if queues and (now.open or staffed):
        since, service = min(queues)
        waiting = sum(q.waiting for q in now.queues)
        yield AlertCause(Cause("wait"), since=since, service=service, waiting=waiting)


def _unattended(now: Situation) -> Iterator[AlertCause]:
    for notice in attention(now):
        if notice.kind in _NOBODY:
            yield AlertCause(Cause("unattended"), since=notice.since, waiting=notice.count or 0)
