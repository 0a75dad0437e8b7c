"""A public branch in sentences, for its page and for the town's own screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from queue_service.branches.rules.dates_and_hours import Span
from queue_service.history.rules.ranges_held import RangesHeld
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.public.rules import PublicBranch, PublicService

_PEOPLE: Final = NN_("{n} person is waiting", "{n} people are waiting")


def is_open(branch: PublicBranch, say: Wording) -> str:
    """``Open until 19:00``, ``Closed – opens tomorrow at 9:30``."""
    if branch.open:
        if branch.closes_at is None:
            return say(N_("Open"))
        time = say.closing_time(branch.closes_at, branch.timezone)
        return say(N_("Open until {time}"), time=time)
    if branch.opens_at is None:
        return say(N_("Closed"))
    return say(N_("Closed – opens {when}"), when=when(branch, branch.opens_at, say))


def when(branch: PublicBranch, instant: int, say: Wording) -> str:
    """``today at 9:30``, ``tomorrow at 9:30``, ``Monday, 30 November at 9:30``."""
    time = say.time_of_day(instant, branch.timezone)
    day = datetime.fromtimestamp(instant / 1000, ZoneInfo(branch.timezone)).date()
    ahead = (day - date.fromisoformat(branch.days[0].date)).days
    if ahead == 0:
        return say(N_("today at {time}"), time=time)
    if ahead == 1:
        return say(N_("tomorrow at {time}"), time=time)
    named = say.within_sentence(say.weekday(day.weekday()))
    if ahead >= len(branch.days):
        named = say.within_sentence(say.full_day(day.isoformat()))
    return say(N_("{day} at {time}"), day=named, time=time)


def waiting(n: int, say: Wording) -> str:
    """``12 people are waiting``."""
    return say(N_("Nobody is waiting")) if n == 0 else say.counted(_PEOPLE, n)


def held(found: RangesHeld, say: Wording) -> str:
    """How often such ranges held, with their number."""
    return say(
        N_("{month}: such a wait held for {share} of {n} numbers."),
        month=say.full_month(f"{found.month}-01"),
        share=say.rounded_percent(found.ratio),
        n=say.count(found.judged),
    )


def wait(service: PublicService, say: Wording) -> str:
    """The wait of a service in minutes, empty if it is not known."""
    return say.minute_range(*service.minutes) if service.minutes else ""


def hours(spans: Sequence[Span], timezone: str, say: Wording) -> str:
    """A day's hours as a clock shows them: ``10:00–18:00``; *Closed* without any."""
    if not spans:
        return say(N_("Closed"))
    ends = [(say.time_of_day(a, timezone), say.closing_time(b, timezone)) for a, b in spans]
    if ends == [(say.wall("00:00"), say.wall("24:00"))]:
        return say(N_("All day"))
    return ", ".join(f"{begin}–{end}" for begin, end in ends)


def summary(branch: PublicBranch, say: Wording) -> str:
    """How many wait and how long it takes, in one line for a screen; empty while it is closed."""
    if not branch.open:
        return ""
    parts = [] if branch.waiting is None else [waiting(branch.waiting, say)]
    parts += [
        f"{service_name(branch, service, say)}: {minutes}"
        for service in branch.services
        if (minutes := wait(service, say))
    ]
    return ". ".join([*parts, ""]).strip()


def service_name(branch: PublicBranch, service: PublicService, say: Wording) -> str:
    """The name of a service."""
    return name_in(service.name, say.language, *branch.languages, default=service.id)


def announcements(branch: PublicBranch, say: Wording) -> list[str]:
    """The announcements of supervisors that are in force."""
    return [name_in(texts, say.language, *branch.languages) for texts in branch.announcements]
