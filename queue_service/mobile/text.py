"""A mobile branch in words: when it last made contact, and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.stops import StopTime
from queue_service.language.catalogues import N_
from queue_service.language.languages import SOURCE, name_in
from queue_service.language.wording import Wording, date_and_time
from queue_service.mobile.operations.state import MobileState
from queue_service.mobile.rules import clocks_differ


def heard(state: MobileState, branch: Branch, now: int, say: Wording) -> str:
    """The last contact between the central server and the bus, and until when the central server's
    figures are complete."""

    def when(instant: int) -> str:
        return moment_text(instant, branch, now, say)

    if state.run_by == "home":
        return say(N_("This branch is run here until the bus has it back."))
    if state.heard_at is None:
        if state.reached_at is None:
            return say(N_("No bus has been heard of yet."))
        return _on_the_bus(state, branch, when(state.reached_at), say)
    last = say(N_("Last heard {time}."), time=when(state.heard_at))
    if state.complete_until is None:
        return last
    whole = say(
        N_("Figures whole until {time}."),
        time=whole_text(state.complete_until, branch, now, say),
    )
    return f"{last} {whole}"


def warnings(state: MobileState, say: Wording) -> list[str]:
    """The problems between the bus and the central server: clocks that differ, and visits changed
    twice."""
    found = []
    if clocks_differ(state.ahead_ms):
        found.append(_clocks(state.ahead_ms or 0, say))
    if state.twice:
        numbers = ", ".join(state.twice)
        found.append(
            say(N_("Changed both on the central server and on the bus: {numbers}. The "
                   "central server's version counts."),
                numbers=numbers)
        )  # fmt: skip
    return found


def _clocks(ahead_ms: int, say: Wording) -> str:
    apart = say.length(round(abs(ahead_ms) / 1000))
    if ahead_ms > 0:
        return say(
            N_("The clock of the bus is {length} ahead of the central server's. Set it."),
            length=apart,
        )
    return say(
        N_("The clock of the bus is {length} behind the central server's. Set it."), length=apart
    )


def _on_the_bus(state: MobileState, branch: Branch, reached_at: str, say: Wording) -> str:
    told = [say(N_("The central server was last reached {time}."), time=reached_at)]
    if state.refused:
        told.append(say(N_("It does not take all of it: queue-service doctor home says why.")))
    if branch.taken_over:
        told.append(
            say(N_("The central server runs this branch now: new numbers are issued there."))
        )
    return " ".join(told)


def headline(state: MobileState, branch: Branch, now: int, say: Wording) -> tuple[str, str] | None:
    """While the bus is disconnected: until when the figures are complete, and that newer ones are
    on the way; None while the central server shows the present."""
    if not state.late or state.heard_at is None:
        return None
    last = moment_text(state.heard_at, branch, now, say)
    more = say(
        N_("The bus is offline: last contact {time}. Newer figures are on the way."), time=last
    )
    if state.complete_until is None:
        return say(N_("No figures have come yet")), more
    whole = whole_text(state.complete_until, branch, now, say)
    return say(N_("Figures are whole until {time}"), time=whole), more


def place(state: MobileState, branch: Branch, now: int, say: Wording) -> str:
    """The stop of the moment, or the next one."""
    if state.stop is not None:
        until = say.time_of_day(state.stop.until, branch.timezone)
        return say(N_("{stop} until {time}"), stop=_name(state.stop, say), time=until)
    if not state.next:
        return ""
    coming = state.next[0]
    since = moment_text(coming.since, branch, now, say)
    return say(N_("Next stop: {stop}, {time}"), stop=_name(coming, say), time=since)


def moment_text(instant: int, branch: Branch, now: int, say: Wording) -> str:
    """The time of day, with the date where that is another one."""
    time = say.time_of_day(instant, branch.timezone)
    day = say.short_day_at(instant, branch.timezone)
    return time if day == say.short_day_at(now, branch.timezone) else f"{day} {time}"


def whole_text(until: int, branch: Branch, now: int, say: Wording) -> str:
    """Until when figures are whole: at midnight it is the day before that is whole, to its end."""
    if moment(branch, until).day_begins != until:
        return moment_text(until, branch, now, say)
    return say(N_("the end of {day}"), day=say.short_day_at(until - 1, branch.timezone))


def _name(time: StopTime, say: Wording) -> str:
    return name_in(time.stop.name, say.language)


def sent(dates: Sequence[str]) -> str:
    """To an operator: whether the central server has everything, or which parts of which dates it
    lacks."""
    if not dates:
        return "The central server has everything, also of the running day."
    named = " and ".join(filter(None, (", ".join(dates[:-1]), dates[-1])))
    return f"The central server lacks data of {named}; it is sent automatically, once a minute."


def reached(known: Mapping[str, str], branch: Branch) -> str:
    """To an operator: when the central server was last reached, and what came between since."""
    when = _at(known, "reached_at", branch)
    told = (
        f"{branch.id}: the central server was last reached {when}."
        if when
        else f"{branch.id}: never reached."
    )
    if branch.taken_over:
        told += " The central server runs this branch now: new numbers are issued there."
    if not known.get("problem"):
        return told
    tried = _at(known, "tried_at", branch)
    return f"{told} Last tried {tried}: {known['problem']} It is tried again by itself."


def trouble(known: Mapping[str, str], twice: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """To an operator: clocks that differ, and the visits that the central server and the bus both
    changed."""
    ahead_ms = int(known["ahead_ms"]) if known.get("ahead_ms") else None
    found = [_clocks(ahead_ms or 0, Wording(SOURCE))] if clocks_differ(ahead_ms) else []
    for date, visits in twice.items():
        numbers = ", ".join(sorted(str(one["number"]) for one in visits.values()))
        found.append(
            f"Changed both on the central server and on the bus on {date}: {numbers}. The central"
            " server's version counts, and the other one is kept with it."
        )
    return found


def no_branch_yet(problem: str) -> str:
    """To an operator of a bus that has no branch: the problem, and the next step."""
    told = f"The branch of this bus has not come from the central server yet. {problem}".rstrip()
    return f"{told} A service that runs asks once a minute; `queue-service mobile send` asks now."


def _at(known: Mapping[str, str], name: str, branch: Branch) -> str:
    instant = int(known.get(name) or 0)
    return f"{date_and_time(instant, branch.timezone)} ({branch.timezone})" if instant else ""
