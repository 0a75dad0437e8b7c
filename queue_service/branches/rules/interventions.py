"""Changes that a supervisor makes for some hours: interventions, each with its end.

They are stored separately from the configuration, never in it. Whether one is in force is read off
the clock wherever it matters, so that nothing has to happen when its time is up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, NamedTuple, get_args

InterventionKind = Literal[
    "lend_counter",  # a counter takes more than it does otherwise
    "open_counter",  # the staff are asked to open a counter that is closed
    "pause_service",  # kiosks give no tickets for a service
    "cap_service",  # kiosks give no more than so many tickets for a service on the day
    "carry_over",  # the branch is closed for the day, and waiting visits keep their place
    "announcement",  # a text on kiosks and displays
    "not_today",  # the first numbers that are probably not reached today, on kiosks and displays
]
KINDS: Final[tuple[InterventionKind, ...]] = get_args(InterventionKind)

Screen = Literal["kiosk", "display"]
SCREENS: Final[tuple[Screen, ...]] = get_args(Screen)
Asker = Literal["supervisor", "admin"]

Until = Literal["time", "closing", "day", "opening"]
"""The kind of end that was given: a time of day, the closing time, none (the end of the day at the
latest), or the next opening."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """A change for some hours: from ``begins`` until just before ``ends``, in ms.

    ``asked_by`` is a role, never an account. ``date`` is the business day it began on.
    ``counter``, ``team``, ``services``, ``limit`` (tickets), ``texts`` (by language), ``screens``
    and ``numbers`` (the first of each service) are set by the kinds that have them. ``ended_at`` is
    when somebody ended it.
    """

    id: str
    kind: InterventionKind
    date: str
    begins: int
    ends: int
    until: Until
    asked_by: Asker
    counter: str | None = None
    team: str | None = None
    services: tuple[str, ...] = ()
    limit: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    screens: tuple[Screen, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    ended_at: int | None = None

    @property
    def over_at(self) -> int:
        """When it is over, in ms: ended by somebody, or at its end."""
        return self.ends if self.ended_at is None else min(self.ended_at, self.ends)

    def in_force(self, now: int) -> bool:
        """Whether it applies at ``now`` (ms)."""
        return self.begins <= now < self.over_at


def ordinal(number: str) -> int:
    """The place of a ticket's number among those of its prefix: 12 of ``A012``."""
    return int(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)


def is_told_not_today(
    interventions: Iterable[Intervention], service: str, number: str, now: int
) -> bool:
    """Whether a supervisor has said, and says at ``now`` (ms), that a waiting number is not reached
    today."""
    firsts = (one.numbers.get(service) for one in in_force(interventions, now, "not_today"))
    return any(first and ordinal(number) >= ordinal(first) for first in firsts)


class Closure(NamedTuple):
    """The branch is closed from ``begins`` until just before ``ends`` (ms), whatever its hours."""

    begins: int
    ends: int


def capped_field(service: str) -> str:
    """Under which name a day counts, while a service has a cap, what kiosks have issued of it."""
    return f"kiosk|{service}"


def kiosk_cap(interventions: Iterable[Intervention], service: str, now: int) -> int | None:
    """How many tickets kiosks may issue for a service on the day of ``now`` (ms); None for any
    number.

    A ticket counts once, for its own service, and not for its further errands.
    """
    capped = (one for one in in_force(interventions, now, "cap_service") if service in one.services)
    return min((one.limit for one in capped if one.limit is not None), default=None)


def interventions_to_text(interventions: Iterable[Intervention]) -> str:
    """The stored form."""
    return json.dumps([asdict(one) for one in interventions], ensure_ascii=False)


def interventions_from_text(text: str | None) -> tuple[Intervention, ...]:
    """Read what is stored."""
    return tuple(map(_read, json.loads(text or "[]")))


def _read(document: Mapping[str, Any]) -> Intervention:
    lists = {name: tuple(document[name]) for name in ("services", "screens")}
    return Intervention(**{**document, **lists})


def closures_from_text(text: str | None) -> tuple[Closure, ...]:
    """Read what is stored."""
    return tuple(Closure(*pair) for pair in json.loads(text or "[]"))


def in_force(
    interventions: Iterable[Intervention], now: int, kind: InterventionKind | None = None
) -> tuple[Intervention, ...]:
    """The interventions that apply at ``now`` (ms), of one kind or of all."""
    return tuple(one for one in interventions if kind in (None, one.kind) and one.in_force(now))


def unchanged_within(
    interventions: Sequence[Intervention], now: int, since: int, until: int
) -> tuple[int, int]:
    """The part of a stretch around ``now`` in which nothing begins or ends, in ms."""
    for one in interventions:
        for edge in (one.begins, one.over_at):
            if edge <= now:
                since = max(since, edge)
            else:
                until = min(until, edge)
    return since, until
