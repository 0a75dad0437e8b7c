"""An intervention as a note on its day, in every language."""

from __future__ import annotations

from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import Intervention
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import SOURCE, name_in, staff_languages
from queue_service.language.wording import Wording
from queue_service.notes.rules import LONGEST_NOTE, Note

_CARRIED: Final = NN_(
    "Closed at {since}; {n} who waited was carried over to {day} at {time}",
    "Closed at {since}; {n} who waited were carried over to {day} at {time}",
)


def note_of(branch: Branch, one: Intervention, carried: int = 0) -> Note:
    """The note; ``carried`` is how many were carried over."""
    texts = {code: _cut(_text(Wording(code), branch, one, carried)) for code in staff_languages()}
    return Note(one.id, one.date, "intervention", texts[SOURCE], one.begins, texts)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1]}…"


def _text(say: Wording, branch: Branch, one: Intervention, carried: int) -> str:
    since = say.time_of_day(one.begins, branch.timezone)
    until = say.time_of_day(one.over_at, branch.timezone)
    if one.kind == "carry_over":
        return _closed(say, branch, one, carried)
    if one.kind == "lend_counter":
        return say(
            N_("{counter} also took {what}, {since}–{until}"),
            counter=branch.counter_name(one.counter, say.language),
            what=_team(say, branch, one) or _services(say, branch, one),
            since=since,
            until=until,
        )
    if one.kind == "open_counter":
        counter = branch.counter_name(one.counter, say.language)
        told = N_("{counter} was asked to open, {since}–{until}")
        return say(told, counter=counter, since=since, until=until)
    if one.kind == "pause_service":
        service = _services(say, branch, one)
        told = N_("No numbers from the kiosk for {service}, {since}–{until}")
        return say(told, service=service, since=since, until=until)
    if one.kind == "cap_service":
        return say(
            N_("At most {limit} numbers from the kiosk for {service} on the day, {since}–{until}"),
            limit=say.count(one.limit or 0),
            service=_services(say, branch, one),
            since=since,
            until=until,
        )
    if one.kind == "not_today":
        told = N_("Said not to be reached {since}–{until}: numbers from {numbers} on")
        listed = ", ".join(one.numbers.values())
        return say(told, since=since, until=until, numbers=listed)
    text = name_in(one.texts, say.language, *branch.languages)
    return say(N_("Announced {since}–{until}: {text}"), since=since, until=until, text=text)


def _closed(say: Wording, branch: Branch, one: Intervention, carried: int) -> str:
    since = say.time_of_day(one.begins, branch.timezone)
    if one.ended_at is not None:
        until = say.time_of_day(one.over_at, branch.timezone)
        return say(N_("Closed at {since}, taken back at {until}"), since=since, until=until)
    day = say.day(moment(branch, one.ends).date)
    time = say.time_of_day(one.ends, branch.timezone)
    return say.counted(_CARRIED, carried, since=since, day=day, time=time)


def _team(say: Wording, branch: Branch, one: Intervention) -> str:
    team = branch.teams.get(one.team or "")
    if team is None:
        return one.team or ""
    name = name_in(team.name, say.language, *branch.languages)
    return say(N_("what {team} takes"), team=name)


def _services(say: Wording, branch: Branch, one: Intervention) -> str:
    known = [branch.services[service] for service in one.services if service in branch.services]
    return ", ".join(name_in(s.name, say.language, *branch.languages) for s in known)
