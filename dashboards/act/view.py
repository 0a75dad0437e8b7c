"""Interventions in words, as the page shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dashboards.frame.context import writing
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on, moment
from queue_service.branches.rules.interventions import KINDS, Intervention, InterventionKind
from queue_service.interventions.operations import Listed
from queue_service.language.catalogues import NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.web.i18n import N_

_HOUR_MS: Final = 3_600_000
_FIVE_MINUTES_MS: Final = 300_000
_MOST_NAMES: Final = 2
"""How many services the board names in a counter's row."""

ICONS: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": "swap",
    "open_counter": "door",
    "pause_service": "pause",
    "cap_service": "ticket",
    "announcement": "sound",
    "not_today": "clock",
    "carry_over": "moon",
}

NAMES: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("Lend a counter"),
    "open_counter": N_("Ask for a counter to be opened"),
    "pause_service": N_("Pause a service"),
    "cap_service": N_("Cap a service for today"),
    "announcement": N_("Announce something"),
    "not_today": N_("Say who is not reached today"),
    "carry_over": N_("Close for today, keep the queue"),
}
"""The name of each kind."""

_WHAT: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("It takes more for a while, and goes back by itself."),
    "open_counter": N_("The staff see that it is wanted. It opens when somebody sits down."),
    "pause_service": N_("The kiosk gives no numbers for it until a time. The staff still can."),
    "cap_service": N_("The kiosk gives so many numbers today and no more."),
    "announcement": N_("A sentence on the kiosk and the display."),
    "not_today": N_("Kiosk and display say from which number on it is too late today."),
    "carry_over": N_(
        "Storm or evacuation: those who wait keep number and place until you open again."
    ),
}


@dataclass(frozen=True, slots=True)
class ActChoice:
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


def choices(branch: Branch) -> list[ActChoice]:
    """The interventions that are possible in a branch, the usual ones first."""
    order = [*ICONS]
    possible = [kind for kind in KINDS if branch.counters or "counter" not in kind]
    kinds = sorted(possible, key=order.index)
    return [ActChoice(kind, NAMES[kind], _WHAT[kind], ICONS[kind]) for kind in kinds]


def cards(found: Listed, opened: Mapping[str, str], say: Wording) -> list[Card]:
    """Active and ended interventions, in words. ``opened`` has the team at each open counter."""
    return [_card(found, one, opened, say) for one in found.interventions]


def offered(
    branch: Branch,
    kind: InterventionKind | None,
    opened: Collection[str],
    issued: Mapping[str, int],
) -> dict[str, list[tuple[str, str]]]:
    """The choices of a form, by id and name; only a closed counter can be requested to open.

    For a cap, a service's label shows how many numbers kiosks have ``issued`` of it today.
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


def _card(found: Listed, one: Intervention, opened: Mapping[str, str], say: Wording) -> Card:
    return Card(
        id=one.id,
        in_force=one.in_force(found.now),
        kind=one.kind,
        icon=ICONS[one.kind],
        title=_title(found.branch, one, say),
        lines=(*_facts(found, one, opened, say), _when(found, one, say)),
        undo=say(_UNDO[one.kind]),
    )


_UNDO: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("Give it back"),
    "open_counter": N_("Not needed any more"),
    "pause_service": N_("Give numbers again"),
    "cap_service": N_("Lift the cap"),
    "announcement": N_("Take it down"),
    "not_today": N_("Take it back"),
    "carry_over": N_("Open again"),
}


def _title(branch: Branch, one: Intervention, say: Wording) -> str:
    if one.kind in ("lend_counter", "open_counter"):
        text = {
            "lend_counter": N_("{counter} is lent"),
            "open_counter": N_("{counter} is wanted open"),
        }[one.kind]
        return say(text, counter=branch.counter_name(one.counter, say.language))
    if one.kind == "pause_service":
        return say(N_("{service} is paused"), service=_services(branch, one, say))
    if one.kind == "cap_service":
        service = _services(branch, one, say)
        return say(N_("{service}: {limit} today"), service=service, limit=say.count(one.limit or 0))
    if one.kind == "not_today":
        numbers = ", ".join(one.numbers.values())
        return say(N_("Not reached today: from {numbers} on"), numbers=numbers)
    if one.kind == "announcement":
        return name_in(one.texts, say.language, *branch.languages)
    return say(N_("Closed for today"))


WAITING: Final = NN_("{n} person is waiting.", "{n} people are waiting.")
"""The number of visits whose places are kept when a branch is closed for the day."""

_CARRIED: Final = NN_(
    "{n} who waits keeps number and place until {day} at {time}.",
    "{n} who wait keep number and place until {day} at {time}.",
)


def _facts(found: Listed, one: Intervention, opened: Mapping[str, str], say: Wording) -> list[str]:
    branch = found.branch
    if one.kind == "lend_counter" and one.counter in branch.counters:
        new = lent_for(branch, one, opened.get(one.counter or ""))
        facts = [say(N_("New there: {services}"), services=_names(branch, new, say))] if new else []
        left = _never_taken(branch, one)
        if left:
            names = _names(branch, left, say)
            facts.append(
                say(N_("It cannot take {services}: its own list lacks it"), services=names)
            )
        return [". ".join(facts) or say(N_("It takes all of that already."))]
    if one.kind == "open_counter" and one.team in branch.teams:
        team = name_in(branch.teams[one.team or ""].name, say.language, *branch.languages)
        return [say(N_("For the team {team}"), team=team)]
    if one.kind == "cap_service" and one.in_force(found.now):
        issued = sum(found.issued.get(service, 0) for service in one.services)
        given = _given_of_cap(one, issued, say)
        if issued < (one.limit or 0):
            return [f"{given}."]
        full = (
            N_("The kiosk says when it gives more.")
            if _before_closing(branch, one, found.now)
            else N_("The kiosk says “no more today”.")
        )
        return [f"{given}. {say(full)}"]
    if one.kind == "carry_over" and one.in_force(found.now):
        day = say.day(moment(branch, one.ends).date)
        time = say.time_of_day(one.ends, branch.timezone)
        return [say.counted(_CARRIED, found.carried.get(one.id, 0), day=day, time=time)]
    return []


def lent_for(branch: Branch, one: Intervention, team: str | None) -> list[str]:
    """The services that a lent counter adds to the team's (None: closed, or no team)."""
    before = branch.at(one.begins - 1).takes(one.counter or "", team or None)
    return [service for service in branch.lent_services(one) if service not in before]


def _never_taken(branch: Branch, one: Intervention) -> list[str]:
    """The team's services that are not in the own list of the counter lent to it."""
    team = branch.teams.get(one.team or "")
    lent = branch.lent_services(one)
    wanted = [s for s in branch.services if team and s in team.services]
    return [service for service in wanted if service not in lent]


def _given_of_cap(one: Intervention, issued: int, say: Wording) -> str:
    """How far a cap is used; kiosks may have given more before it began."""
    limit = one.limit or 0
    text = (
        N_("{limit} is reached ({issued} given)")
        if issued >= limit
        else N_("{issued} of {limit} given")
    )
    return say(text, issued=say.count(issued), limit=say.count(limit))


def words_on_board(
    branch: Branch, one: Intervention, issued: int | None, team: str | None, say: Wording
) -> dict[str, str]:
    """An intervention as the board shows it: ``short`` if its row names what it is about, and
    its ``title`` if nothing does. ``issued`` is the count of a cap, ``team`` the counter's
    team."""
    time, more = say.time_of_day(one.ends, branch.timezone), _more(branch, one, issued, team, say)
    if one.kind == "carry_over":
        day = say.day(moment(branch, one.ends).date)
        short = say(N_("Opens again {day} at {time}"), day=day, time=time)
    else:
        ended = N_("today") if one.until == "day" else N_("until {time}")
        what = {
            "lend_counter": N_("Lent {until}, also takes {more}") if more else N_("Lent {until}"),
            "open_counter": N_("Wanted open {until}"),
            "pause_service": N_("Paused {until}"),
            "cap_service": N_("{more}, {until}") if one.until == "time" else "{more}",
            "announcement": N_("Announced {until}"),
            "not_today": N_("Announced {until}"),
        }[one.kind]
        short = say(what, until=say(ended, time=time), more=more)
    return {"short": short, "title": _title(branch, one, say), "icon": ICONS[one.kind]}


def _more(
    branch: Branch, one: Intervention, issued: int | None, team: str | None, say: Wording
) -> str:
    if one.kind == "cap_service":
        return _given_of_cap(one, issued or 0, say)
    if one.kind != "lend_counter":
        return ""
    lent = lent_for(branch, one, team)
    shown, more = _names(branch, lent[:_MOST_NAMES], say), len(lent) - _MOST_NAMES
    return (
        say(N_("{services} and {n} more"), services=shown, n=say.count(more)) if more > 0 else shown
    )


def _before_closing(branch: Branch, one: Intervention, now: int) -> bool:
    """Whether it ends before the day's last closing, so that the kiosk can show when."""
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
    text = {
        "time": N_("Until {until}, since {since}, {by}"),
        "closing": N_("Until you close at {until}, since {since}, {by}"),
        "day": N_("Until you end it, today at the latest; since {since}, {by}"),
    }[one.until]
    return say(text, since=since, until=until, by=by)


_ASKED_BY: Final = {
    "supervisor": N_("by a supervisor"),
    "admin": N_("by an administrator"),
}


def _services(branch: Branch, one: Intervention, say: Wording) -> str:
    return _names(branch, list(one.services), say)


def _names(branch: Branch, services: list[str], say: Wording) -> str:
    known = [branch.services[service] for service in services if service in branch.services]
    return ", ".join(name_in(s.name, say.language, *branch.languages) for s in known)
