"""Free times as a calendar: the weeks of a page, the times of a date, and the nearest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from queue_service.bookings.operations.slots import FreeSlot
from queue_service.bookings.rules.slot_file import time_text
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording

WEEKS_SHOWN: Final = 5
"""A month's dates and a little more, whichever weekday it begins on."""
_WEEK: Final = timedelta(days=7)
_FREE: Final = NN_("{day}: {n} free time", "{day}: {n} free times")


@dataclass(frozen=True, slots=True)
class TimeShown:
    """A free time: its value in a form, on the clock, and the day in words."""

    value: str
    clock: str
    day: str


@dataclass(frozen=True, slots=True)
class DayShown:
    """A date of the calendar. ``label`` has its full name and how many times are free."""

    date: str
    number: str
    label: str
    free: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks of the calendar, each of seven dates; ``earlier`` and ``later`` are dates of the
    weeks before and after them, empty if no time is free there."""

    months: str
    weekdays: tuple[tuple[str, str], ...]
    rows: tuple[tuple[DayShown, ...], ...]
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of a branch, the language of the page, and the local date of now."""

    zone: str
    say: Wording
    today: str

    def date_of(self, instant: int) -> str:
        """The local date of an instant (ms)."""
        return datetime.fromtimestamp(instant / 1000, ZoneInfo(self.zone)).date().isoformat()

    def day(self, day: str) -> str:
        """``Today``, ``Tomorrow``, ``Tuesday, 1 December 2026``."""
        ahead = (date.fromisoformat(day) - date.fromisoformat(self.today)).days
        if ahead == 0:
            return self.say(N_("Today"))
        return self.say(N_("Tomorrow")) if ahead == 1 else self.say.full_day(day)

    def time(self, instant: int) -> TimeShown:
        """A time (ms) as it is shown."""
        clock = self.say.time_of_day(instant, self.zone)
        return TimeShown(time_text(instant), clock, self.day(self.date_of(instant)))

    def soon(self, instant: int) -> str:
        """``today at 9:15``, ``tomorrow at 9:15``, ``Tuesday, 1 December 2026 at 9:15``; within a
        sentence."""
        day = self.date_of(instant)
        time = self.say.time_of_day(instant, self.zone)
        ahead = (date.fromisoformat(day) - date.fromisoformat(self.today)).days
        if ahead == 0:
            return self.say(N_("today at {time}"), time=time)
        if ahead == 1:
            return self.say(N_("tomorrow at {time}"), time=time)
        named = self.say.within_sentence(self.say.full_day(day))
        return self.say(N_("{day} at {time}"), day=named, time=time)

    def appointed(self, instant: int) -> TimeShown:
        """A time (ms) with its full date, also of today: it is read on other days as well."""
        clock = self.say.time_of_day(instant, self.zone)
        return TimeShown(time_text(instant), clock, self.say.full_day(self.date_of(instant)))

    def when(self, instant: int) -> str:
        """The same in one line: ``Tuesday, 1 December 2026 at 9:15``."""
        shown = self.appointed(instant)
        return self.say(N_("{day} at {time}"), day=shown.day, time=shown.clock)


def nearest(free: Sequence[FreeSlot], wanted: int | None) -> FreeSlot | None:
    """The first free time, or the one nearest to a wanted time (ms); the earlier of two."""
    if not free or wanted is None:
        return free[0] if free else None
    return min(free, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))


def times_on(free: Sequence[FreeSlot], day: str, clock: Clock) -> list[TimeShown]:
    """The free times of a date."""
    return [clock.time(one.starts_at) for one in free if clock.date_of(one.starts_at) == day]


def chosen_day(free: Sequence[FreeSlot], wanted: str, near: FreeSlot | None, clock: Clock) -> str:
    """The date whose times are shown: the wanted one, else that of the time ``near``."""
    days = {clock.date_of(one.starts_at) for one in free}
    if wanted in days or near is None:
        return wanted
    return clock.date_of(near.starts_at)


def weeks(free: Sequence[FreeSlot], chosen: str, clock: Clock) -> Weeks:
    """The weeks in which a date lies, counted from the week of today.

    Raises ValueError without a free time.
    """
    by_day = Counter(clock.date_of(one.starts_at) for one in free)
    first, wanted = _monday(clock.today), _monday(chosen)
    part = max(0, (wanted - first) // _WEEK) // WEEKS_SHOWN
    begins = first + part * WEEKS_SHOWN * _WEEK
    ends = begins + WEEKS_SHOWN * _WEEK
    last = date.fromisoformat(max(by_day))
    # A last week without a free time is only in the way.
    shown = min(WEEKS_SHOWN, (_monday(last.isoformat()) - begins) // _WEEK + 1)
    rows = tuple(
        tuple(_day(begins + timedelta(7 * week + n), by_day, chosen, clock) for n in range(7))
        for week in range(shown)
    )
    before = [day for day in by_day if day < begins.isoformat()]
    after = [day for day in by_day if day >= ends.isoformat()]
    shown_last = begins + timedelta(7 * shown - 1)
    return Weeks(
        _months(max(begins, date.fromisoformat(clock.today)), min(shown_last, last), clock),
        tuple(_weekday(n, clock) for n in range(7)),
        rows,
        max(before, default=""),
        min(after, default=""),
    )


def _day(day: date, by_day: Mapping[str, int], chosen: str, clock: Clock) -> DayShown:
    text, n = day.isoformat(), by_day.get(day.isoformat(), 0)
    label = clock.say.counted(_FREE, n, day=clock.say.full_day(text)) if n else ""
    return DayShown(text, str(day.day), label, free=n > 0, chosen=text == chosen)


def _months(begins: date, ends: date, clock: Clock) -> str:
    """``November 2026``, ``November 2026 – December 2026``."""
    months = [clock.say.full_month(each.isoformat()) for each in (begins, ends)]
    return " – ".join(dict.fromkeys(months))


def _weekday(n: int, clock: Clock) -> tuple[str, str]:
    """The name of a weekday (0: Monday), and as short as a narrow column takes it."""
    return clock.say.weekday(n), clock.say.short_weekday(n)


def _monday(day: str) -> date:
    found = date.fromisoformat(day)
    return found - timedelta(found.weekday())
