"""Interventions in words, as the page shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dashboards.frame.context import writing
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import hours_on, moment
from queue_service.branches.rules.interventions import KINDS, Intervention, InterventionKind
from queue_service.interventions.operations import Listed
from queue_service.language.catalogues import NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.web.i18n import N_

_HOUR_MS: Final = 3_600_000
_FIVE_MINUTES_MS: Final = 300_000

ICONS: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": "swap",
    "open_counter": "door",
    "pause_service": "pause",
    "cap_service": "ticket",
    "announcement": "sound",
    "carry_over": "moon",
}

NAMES: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("Lend a counter"),
    "open_counter": N_("Ask for a counter to be opened"),
    "pause_service": N_("Pause a service"),
    "cap_service": N_("Cap a service for today"),
    "announcement": N_("Announce something"),
    "carry_over": N_("Close for today, keep the queue"),
}
"""What each is called."""

_WHAT: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("It takes more for a while, and goes back by itself."),
    "open_counter": N_("The staff see that it is wanted. It opens when somebody sits down."),
    "pause_service": N_("The kiosk gives no numbers for it until a time. The staff still can."),
    "cap_service": N_("The kiosk gives so many numbers today and no more."),
    "announcement": N_("A sentence on the kiosk and the display."),
    "carry_over": N_(
        "Storm or evacuation: those who wait keep number and place until you open again."
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done."""

    kind: InterventionKind
    name: str
    what: str
    icon: str


@dataclass(frozen=True, slots=True)
class Card:
    """An intervention in words."""

    id: str
    in_force: bool
    kind: InterventionKind
    icon: str
    title: str
    lines: tuple[str, ...]
    undo: str


def choices(branch: Branch) -> list[Choice]:
    """What can be done in a branch, the usual first."""
    order = [*ICONS]
    possible = [kind for kind in KINDS if branch.counters or "counter" not in kind]
    kinds = sorted(possible, key=order.index)
    return [Choice(kind, NAMES[kind], _WHAT[kind], ICONS[kind]) for kind in kinds]


def cards(found: Listed, say: Wording) -> list[Card]:
    """What is or was in force, in words."""
    return [_card(found, one, say) for one in found.interventions]


def offered(
    branch: Branch,
    kind: InterventionKind | None,
    opened: Collection[str],
    issued: Mapping[str, int],
) -> dict[str, list[tuple[str, str]]]:
    """What a form lets choose, by id and name; only a closed counter is asked for to be opened.

    For a cap, a service's name tells how many numbers kiosks have ``issued`` of it today.
    """
    say = writing()

    def name(names: Mapping[str, str]) -> str:
        return name_in(names, say.language, *branch.languages)

    return {
        "counters": [
            (c.id, branch.counter_name(c.id, say.language))
            for c in branch.counters.values()
            if kind != "open_counter" or c.id not in opened
        ],
        "teams": [(team.id, name(team.name)) for team in branch.teams.values()],
        "services": [
            (
                s.id,
                _given(name(s.name), issued.get(s.id, 0), say)
                if kind == "cap_service"
                else name(s.name),
            )
            for s in branch.services.values()
            if s.active
        ],
    }


_GIVEN: Final = NN_("{service} ({n} given today)", "{service} ({n} given today)")


def _given(service: str, issued: int, say: Wording) -> str:
    return say.counted(_GIVEN, issued, service=service)


def usual_end(branch: Branch, now: int) -> str:
    """An hour from now, or the last minute of the day, as a time field wants it."""
    ends = min(now + _HOUR_MS, moment(branch, now).day_ends - 60_000)
    rounded = ends - ends % _FIVE_MINUTES_MS
    instant = rounded if rounded > now else ends
    local = datetime.fromtimestamp(instant / 1000, ZoneInfo(branch.timezone))
    return local.time().isoformat("minutes")


def _card(found: Listed, one: Intervention, say: Wording) -> Card:
    return Card(
        id=one.id,
        in_force=one.in_force(found.now),
        kind=one.kind,
        icon=ICONS[one.kind],
        title=_title(found.branch, one, say),
        lines=(*_facts(found, one, say), _when(found, one, say)),
        undo=say(_UNDO[one.kind]),
    )


_UNDO: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("Give it back"),
    "open_counter": N_("Not needed any more"),
    "pause_service": N_("Give numbers again"),
    "cap_service": N_("Lift the cap"),
    "announcement": N_("Take it down"),
    "carry_over": N_("Open again"),
}


def _title(branch: Branch, one: Intervention, say: Wording) -> str:
    if one.kind in ("lend_counter", "open_counter"):
        told = {
            "lend_counter": N_("{counter} is lent"),
            "open_counter": N_("{counter} is wanted open"),
        }[one.kind]
        return say(told, counter=branch.counter_name(one.counter, say.language))
    if one.kind == "pause_service":
        return say(N_("{service} is paused"), service=_services(branch, one, say))
    if one.kind == "cap_service":
        service = _services(branch, one, say)
        return say(N_("{service}: {limit} today"), service=service, limit=say.count(one.limit or 0))
    if one.kind == "announcement":
        return name_in(one.texts, say.language, *branch.languages)
    return say(N_("Closed for today"))


WAITING: Final = NN_("{n} person is waiting.", "{n} people are waiting.")
"""Whose places are kept when a branch is closed for the day."""

_CARRIED: Final = NN_(
    "{n} who waits keeps number and place until {day} at {time}.",
    "{n} who wait keep number and place until {day} at {time}.",
)


def _facts(found: Listed, one: Intervention, say: Wording) -> list[str]:
    branch = found.branch
    if one.kind == "lend_counter":
        services = [*branch.lent_services(one)] if one.counter in branch.counters else []
        return [say(N_("Takes also: {services}"), services=_names(branch, services, say))]
    if one.kind == "open_counter" and one.team in branch.teams:
        team = name_in(branch.teams[one.team or ""].name, say.language, *branch.languages)
        return [say(N_("For the team {team}"), team=team)]
    if one.kind == "cap_service" and one.in_force(found.now):
        issued = sum(found.issued.get(service, 0) for service in one.services)
        full = (
            N_("{issued} of {limit} are given: the kiosk says when it gives more.")
            if _before_closing(branch, one, found.now)
            else N_("{issued} of {limit} are given: the kiosk says “no more today”.")
        )
        some = N_("{issued} of {limit} are given at the kiosks.")
        limit = one.limit or 0
        told = full if issued >= limit else some
        return [say(told, issued=say.count(issued), limit=say.count(limit))]
    if one.kind == "carry_over" and one.in_force(found.now):
        day = say.day(moment(branch, one.ends).date)
        time = say.time_of_day(one.ends, branch.timezone)
        return [say.counted(_CARRIED, found.carried.get(one.id, 0), day=day, time=time)]
    return []


def _before_closing(branch: Branch, one: Intervention, now: int) -> bool:
    """Whether it ends before the day's last closing, so that the kiosk tells when."""
    spans = hours_on(branch, moment(branch, now).date)
    return one.until == "time" and (not spans or one.ends < spans[-1][1])


def _when(found: Listed, one: Intervention, say: Wording) -> str:
    zone = found.branch.timezone
    since = say.time_of_day(one.begins, zone)
    until = say.time_of_day(one.over_at, zone)
    by = say(_ASKED_BY[one.asked_by])
    if not one.in_force(found.now):
        return say(N_("{day} {since}–{until}, {by}"), day=say.day(one.date), since=since,
                   until=until, by=by)  # fmt: skip
    if one.kind == "carry_over":
        return say(N_("Since {since}, {by}"), since=since, by=by)
    told = {
        "time": N_("Until {until}, since {since}, {by}"),
        "closing": N_("Until you close at {until}, since {since}, {by}"),
        "day": N_("Until you end it, today at the latest; since {since}, {by}"),
    }[one.until]
    return say(told, since=since, until=until, by=by)


_ASKED_BY: Final = {
    "supervisor": N_("by a supervisor"),
    "admin": N_("by an administrator"),
}


def _services(branch: Branch, one: Intervention, say: Wording) -> str:
    return _names(branch, list(one.services), say)


def _names(branch: Branch, services: list[str], say: Wording) -> str:
    known = [branch.services[service] for service in services if service in branch.services]
    return ", ".join(name_in(s.name, say.language, *branch.languages) for s in known)
