"""Temporary changes of a branch, and their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, hours_on, moment, next_opening
from queue_service.branches.rules.interventions import (
    SCREENS,
    Asker,
    Closure,
    Intervention,
    InterventionKind,
    Screen,
    Until,
    in_force,
)
from queue_service.errors import Invalid, Overlapping
from queue_service.visits.rules.refusals import known_service, require_counter, require_team

LONGEST_TEXT: Final = 160
"""Characters of an announcement in one language."""
MOST_TICKETS: Final = 999
"""The largest cap."""
MOST_ANNOUNCEMENTS: Final = 3
"""In force at once, as a screen has no room for more."""
KEPT_MS: Final = 36 * 3_600_000
"""How long one is kept after it is over."""
CLOSING: Final = "closing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intervention as it is asked for.

    ``until`` is a time of today such as ``15:00``, ``closing``, or None: until somebody ends it, at
    the latest when the day ends.
    """

    kind: InterventionKind
    until: str | None = None
    counter: str | None = None
    team: str | None = None
    services: tuple[str, ...] = ()
    limit: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    screens: tuple[Screen, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InterventionPlan:
    """The plan from now on: interventions, and closures in addition."""

    interventions: tuple[Intervention, ...]
    closures: tuple[Closure, ...]
    one: Intervention


def begin(
    branch: Branch,
    wanted: Wanted,
    new_id: str,
    asked_by: Asker,
    now: int,
    texts: Mapping[str, str] | None = None,
) -> InterventionPlan:
    """Begin one at ``now`` (ms); ``texts`` by language if they follow from its other fields.

    Raises CounterNotFound, ServiceNotFound, Overlapping, and Invalid for any other impossible
    intervention.
    """
    _check_fields(wanted)
    _CHECKS[wanted.kind](branch, wanted)
    if wanted.kind == "cap_service" and len(wanted.services) > 1:
        raise Invalid.at("service", "It must be one service.", "Set a cap for each service.")
    _require_alone(branch, wanted, now)
    kept = [one for one in branch.interventions if one.over_at > now - KEPT_MS]
    closures = branch.closures
    if wanted.kind == "carry_over":
        closures = (*closures, Closure(now, moment(branch, now).day_ends))
        until: Until = "opening"
        ends = _opening_after(replace(branch, closures=closures), now)
        _require_later(branch, ends, now)
        # Closed for one more day: the former carrying ends in this one.
        kept = [replace(o, ended_at=now) if _carries(o, now) else o for o in kept]
    elif wanted.kind == "not_today":
        until, ends = _end(branch, CLOSING, now)
        # Said once more, with the numbers of now.
        kept = [replace(o, ended_at=now) if _says_so(o, wanted, now) else o for o in kept]
    else:
        until, ends = _end(branch, wanted.until, now)
    one = Intervention(
        id=new_id,
        kind=wanted.kind,
        date=moment(branch, now).date,
        begins=now,
        ends=ends,
        until=until,
        asked_by=asked_by,
        counter=wanted.counter,
        team=wanted.team,
        services=wanted.services or tuple(wanted.numbers),
        limit=wanted.limit,
        texts={code: " ".join(text.split()) for code, text in (texts or wanted.texts).items()},
        screens=(wanted.screens or SCREENS) if wanted.kind in _ON_SCREENS else (),
        numbers=dict(wanted.numbers),
    )
    return InterventionPlan((*kept, one), closures, one)


def with_said_before(branch: Branch, wanted: Wanted, now: int) -> Wanted:
    """A ``not_today`` together with the numbers of other services from those in force at ``now``
    (ms) that it replaces; any other kind as it is."""
    if wanted.kind != "not_today":
        return wanted
    numbers: dict[str, str] = {}
    for one in branch.interventions:
        if _says_so(one, wanted, now):
            numbers |= {s: number for s, number in one.numbers.items() if s in branch.services}
    return replace(wanted, numbers=numbers | dict(wanted.numbers))


def end(branch: Branch, one: Intervention, now: int) -> InterventionPlan | None:
    """End one at ``now`` (ms); None if it is over already."""
    if not one.in_force(now):
        return None
    ended = replace(one, ended_at=now)
    closures = tuple(
        Closure(closure.begins, now)
        if one.kind == "carry_over" and closure.begins == one.begins and now < closure.ends
        else closure
        for closure in branch.closures
    )
    kept = tuple(ended if other.id == one.id else other for other in branch.interventions)
    return InterventionPlan(kept, closures, ended)


def _require_later(branch: Branch, ends: int, now: int) -> None:
    """Raises Overlapping on a day without hours, to whose end waiting visits are carried
    already."""
    for one in in_force(branch.interventions, now, "carry_over"):
        if one.ends >= ends:
            raise Overlapping(_OVERLAPS["carry_over"], intervention=one.id)


def _carries(one: Intervention, now: int) -> bool:
    return one.kind == "carry_over" and one.in_force(now)


_ON_SCREENS: Final = ("announcement", "not_today")


def _says_so(one: Intervention, wanted: Wanted, now: int) -> bool:
    return (
        one.kind == "not_today" and one.in_force(now) and bool({*one.numbers} & {*wanted.numbers})
    )


def _opening_after(branch: Branch, now: int) -> int:
    opening = next_opening(branch, now)
    if opening is None:
        reason = "The branch has no opening hours to carry anybody over to."
        raise Invalid.at("kind", reason, "Give the branch opening hours first.")
    return opening


def _end(branch: Branch, until: str | None, now: int) -> tuple[Until, int]:
    day = moment(branch, now)
    if until is None:
        return "day", day.day_ends
    if until == CLOSING:
        spans = hours_on(branch, day.date)
        if not spans or spans[-1][1] <= now:
            reason = "The branch does not close any more today."
            raise Invalid.at("until", reason, "Give a time of day, or leave the end open.")
        return "closing", spans[-1][1]
    ends = clock_on(branch, day.date, until)
    if ends <= now:
        raise Invalid.at("until", "It must be later than now.", "Give a time later today.")
    return "time", min(ends, day.day_ends)


_FIELDS: Final[Mapping[InterventionKind, frozenset[str]]] = {
    "lend_counter": frozenset({"counter", "team", "services", "until"}),
    "open_counter": frozenset({"counter", "team", "until"}),
    "pause_service": frozenset({"services", "until"}),
    "cap_service": frozenset({"services", "limit", "until"}),
    "carry_over": frozenset(),
    "announcement": frozenset({"texts", "screens", "until"}),
    "not_today": frozenset({"numbers"}),
}
"""The fields of each kind."""


def _check_fields(wanted: Wanted) -> None:
    for name in ("until", "counter", "team", "services", "limit", "texts", "screens", "numbers"):
        given = getattr(wanted, name) not in (None, (), {})
        if given and name not in _FIELDS[wanted.kind]:
            field_name = "service" if name == "services" else name
            raise Invalid.at(field_name, "This kind of intervention has none.", "Leave it out.")


def _check_counter(branch: Branch, wanted: Wanted) -> None:
    if wanted.counter is None:
        raise Invalid.at("counter", "It is missing.", "Choose a counter.")
    require_counter(branch, wanted.counter)
    if wanted.team is not None:
        require_team(branch, wanted.team)


def _check_lending(branch: Branch, wanted: Wanted) -> None:
    _check_counter(branch, wanted)
    _check_services(branch, wanted)
    if (wanted.team is None) == (not wanted.services):
        reason = "Give either a team or services."
        raise Invalid.at("team", reason, "Choose a team, or additional services.")
    counter = wanted.counter or ""
    if wanted.team is not None and not branch.at(0).takes(counter, wanted.team):
        reason = "The counter's own list has nothing of what this team takes."
        raise Invalid.at("team", reason, "Lend the counter for services in place of a team.")


def _check_services(branch: Branch, wanted: Wanted) -> None:
    for service in wanted.services:
        known_service(branch, service)


def _check_pause(branch: Branch, wanted: Wanted) -> None:
    if not wanted.services:
        raise Invalid.at("service", "It is missing.", "Choose a service.")
    _check_services(branch, wanted)


def _check_cap(branch: Branch, wanted: Wanted) -> None:
    _check_pause(branch, wanted)
    if wanted.limit is None or not 0 <= wanted.limit <= MOST_TICKETS:
        reason = "It must be a whole number from 0 to 999."
        raise Invalid.at("limit", reason, "Say how many tickets there are on this day.")


def _check_announcement(branch: Branch, wanted: Wanted) -> None:
    first = branch.languages[0]
    if first not in wanted.texts:
        raise Invalid.at(f"texts.{first}", "It is missing.", "Write what to show.")
    for code, text in wanted.texts.items():
        if code not in branch.languages:
            reason = f"It must be one of the branch's languages: {', '.join(branch.languages)}."
            raise Invalid.at(f"texts.{code}", reason)
        if not 1 <= len(" ".join(text.split())) <= LONGEST_TEXT:
            reason = "It must be 1 to 160 characters."
            raise Invalid.at(f"texts.{code}", reason, "Shorten the announcement.")


def _check_numbers(branch: Branch, wanted: Wanted) -> None:
    if not wanted.numbers:
        raise Invalid.at("numbers", "It is missing.", "Give the first number of a service.")
    for service, number in wanted.numbers.items():
        known = known_service(branch, service)
        if number.rstrip("0123456789") != known.prefix or number == known.prefix:
            reason = f"It must be a number of the service, such as {known.prefix}012."
            raise Invalid.at(f"numbers.{service}", reason)


def _check_nothing(_branch: Branch, _wanted: Wanted) -> None:
    """Closing for the day asks for nothing."""


_CHECKS: Final[Mapping[InterventionKind, Callable[[Branch, Wanted], None]]] = {
    "lend_counter": _check_lending,
    "open_counter": _check_counter,
    "pause_service": _check_pause,
    "cap_service": _check_cap,
    "carry_over": _check_nothing,
    "announcement": _check_announcement,
    "not_today": _check_numbers,
}


def _require_alone(branch: Branch, wanted: Wanted, now: int) -> None:
    """Raises Overlapping if one of the kind has the same counter, service or day."""
    others = in_force(branch.interventions, now, wanted.kind)
    today = moment(branch, now).date
    for one in others:
        overlaps = {
            "lend_counter": one.counter == wanted.counter,
            "open_counter": one.counter == wanted.counter,
            "pause_service": bool(set(one.services) & set(wanted.services)),
            "cap_service": bool(set(one.services) & set(wanted.services)),
            "carry_over": one.date == today,
            "announcement": len(others) >= MOST_ANNOUNCEMENTS,
            "not_today": False,
        }
        if overlaps[wanted.kind]:
            raise Overlapping(_OVERLAPS[wanted.kind], intervention=one.id)


_OVERLAPS: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": "This counter is lent already; end that first.",
    "open_counter": "This counter has been asked to open already; end that first.",
    "pause_service": "This service is paused already; end that first.",
    "cap_service": "This service has a cap already; end that first.",
    "carry_over": "The branch is closed for today already, and waiting visits are carried over.",
    "announcement": "Three announcements are shown already; end one first.",
    "not_today": "",
}
