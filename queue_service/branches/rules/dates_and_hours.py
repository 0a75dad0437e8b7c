"""Dates, opening hours and clock changes of a branch, as instants.

A branch is open from the first moment its wall clock shows the beginning of a span until the
last moment before it shows the end. So a clock change inside a span makes it an hour longer or
shorter, never closes it in between, and a time the clock jumps over is the instant of the jump.
A date begins when the clock first shows it and ends when the next begins: dates never go back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.goals.rules.goal import WeekHours

Span = tuple[int, int]
"""From this instant until just before that one, in ms since the epoch."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS: Final = 400
"""How far ahead the next opening is looked for."""
_DAYS_KEPT: Final = 2 * HORIZON_DAYS
DAYS_SHOWN: Final = 7
"""How many days of opening hours a screen shows."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_HOUR: Final = timedelta(hours=1)
_MINUTES: Final = 60
_HALF_HOUR: Final = 30
"""In minutes."""
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in the branch's calendar.

    The date and whether the branch is open are the same all through ``since <= t < until``, which
    lies within the date's own ``day_begins <= t < day_ends``. All are ms since the epoch.
    """

    date: str
    open: bool
    since: int
    until: int
    day_begins: int
    day_ends: int


def moment(branch: Branch, now: int) -> Moment:
    """The business date at ``now`` and whether the branch is open."""
    return _calendar(branch).moment(now)


def next_opening(branch: Branch, now: int) -> int | None:
    """The first instant after ``now`` at which the branch opens, having been closed before it.

    None if that does not happen in the next 400 days: closed for good, or always open.
    """
    return _calendar(branch).next_opening(now)


def next_closing(branch: Branch, now: int) -> int | None:
    """The instant at which a branch that is open at ``now`` (ms) closes.

    None while it is closed, and where it stays open for the next seven days.
    """
    today = date.fromisoformat(moment(branch, now).date)
    days = [_calendar(branch).day(today + ahead * _DAY) for ahead in range(DAYS_SHOWN + 1)]
    spans = _joined(span for each in days for span in each.spans)
    ends = next((end for begin, end in spans if begin <= now < end), None)
    return None if ends is None or ends >= days[-1].begins else ends


def clock_on(branch: Branch, day: str, clock: str) -> int:
    """The first instant at which the wall clock of a date reaches a time such as ``15:00``."""
    return _calendar(branch).reached(date.fromisoformat(day), clock)[0]


def hours_on(branch: Branch, day: str) -> tuple[Span, ...]:
    """When the branch is open on a date (``2026-11-25``), in order, touching spans joined."""
    return _calendar(branch).day(date.fromisoformat(day)).spans


def day_bounds(branch: Branch, day: str) -> Span:
    """When a date begins and ends: 23, 24 or 25 hours, seldom another length."""
    found = _calendar(branch).day(date.fromisoformat(day))
    return found.begins, found.ends


def local_hour(timezone: str, instant: int) -> int:
    """The hour, from 0 to 23, of the clock in a zone."""
    return _local(ZoneInfo(timezone), instant).hour


def next_hour(timezone: str, instant: int) -> int:
    """The first instant after this one at which the clock in a zone shows a full hour."""
    local = _local(ZoneInfo(timezone), instant)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return instant + (_HOUR - past) // _MILLISECOND


def half_hour(timezone: str, instant: int) -> str:
    """In which half hour (``"09:30"``) the clock in a zone is."""
    local = _local(ZoneInfo(timezone), instant)
    return f"{local.hour:02}:{local.minute // _HALF_HOUR * _HALF_HOUR:02}"


def next_half_hour(timezone: str, instant: int) -> int:
    """The first instant after this one at which the clock in a zone shows a full or half hour."""
    local = _local(ZoneInfo(timezone), instant)
    minutes = _HALF_HOUR - local.minute % _HALF_HOUR
    past = timedelta(seconds=local.second, microseconds=local.microsecond)
    return instant + (timedelta(minutes=minutes) - past) // _MILLISECOND


def weekday_of(day: str) -> int:
    """A date's weekday: 0 for Monday."""
    return date.fromisoformat(day).weekday()


def weekly(hours: Mapping[str, Sequence[tuple[str, str]]], timezone: str, instant: int) -> bool:
    """Whether the clock in a zone shows a time that lies in a week's hours."""
    local = _local(ZoneInfo(timezone), instant)
    clock = local.time().isoformat("minutes")
    return any(a <= clock < b for a, b in hours.get(WEEKDAYS[local.weekday()], ()))


def open_minutes(week: WeekHours, weekday: int, hour: str) -> int:
    """How many minutes of an hour (``"09"``) or a half hour (``"09:30"``) the weekly hours are open
    on a weekday."""
    begins, length = _span_of(hour)
    spans = [(minute_of_day(a), minute_of_day(b)) for a, b in week.get(WEEKDAYS[weekday], ())]
    return sum(max(0, min(end, begins + length) - max(begin, begins)) for begin, end in spans)


def open_part(week: WeekHours, weekday: int, hour: str) -> float:
    """The same as a part of it; 1 where it is not open at all, so that work outside the hours
    counts as in a whole one."""
    _, length = _span_of(hour)
    return (open_minutes(week, weekday, hour) or length) / length


def _span_of(hour: str) -> tuple[int, int]:
    """When an hour or a half hour begins, and how long it is, in minutes."""
    if ":" in hour:
        return minute_of_day(hour), _HALF_HOUR
    return int(hour) * _MINUTES, _MINUTES


def minute_of_day(clock: str) -> int:
    """Minutes since midnight of a time such as ``"09:30"``."""
    hours, minutes = clock.split(":")
    return int(hours) * _MINUTES + int(minutes)


@dataclass(frozen=True, slots=True)
class _Day:
    date: str
    begins: int
    ends: int
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Calendar:
    """One configuration's calendar; remembers the latest answers, which seldom change."""

    branch: Branch
    zone: ZoneInfo = field(init=False)
    exceptions: dict[str, tuple[tuple[str, str], ...]] = field(init=False)
    latest: Moment = field(init=False, default=Moment("", False, 0, 0, 0, 0))
    days: dict[date, _Day] = field(init=False, default_factory=dict)
    opening: tuple[Moment, int | None] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.branch.timezone)
        self.exceptions = {e.date: e.hours for e in self.branch.hours_exceptions}

    def moment(self, now: int) -> Moment:
        if not self.latest.since <= now < self.latest.until:
            self.latest = _within(self._day_of(now), now)
        return self.latest

    def next_opening(self, now: int) -> int | None:
        current = self.moment(now)
        if self.opening is None or self.opening[0] is not current:
            begins = (begin for begin, _ in self._spans_from(date.fromisoformat(current.date)))
            self.opening = current, next((begin for begin in begins if begin > now), None)
        return self.opening[1]

    def day(self, day: date) -> _Day:
        """A date. It is remembered: a booking asks for today and its own date again and again."""
        found = self.days.get(day)
        if found is None:
            if len(self.days) >= _DAYS_KEPT:
                self.days.clear()
            found = self.days[day] = self._day(day)
        return found

    def _day(self, day: date) -> _Day:
        begins, ends = self.reached(day, "00:00")[0], self.reached(day, "24:00")[0]
        hours = self.exceptions.get(
            day.isoformat(), self.branch.opening_hours.get(WEEKDAYS[day.weekday()], ())
        )
        spans = ((self.reached(day, a)[0], self.reached(day, b)) for a, b in hours)
        # Set back just after midnight, the clock shows an end again when the date is over.
        inside = (
            (max(begin, begins), last if last <= ends else min(first, ends))
            for begin, (first, last) in spans
        )
        opened = _without(_joined(inside), self.branch.closures)
        return _Day(day.isoformat(), begins, ends, tuple(opened))

    def _day_of(self, now: int) -> _Day:
        today = _local(self.zone, now).date()
        tomorrow = self.day(today + _DAY)
        return tomorrow if tomorrow.begins <= now else self.day(today)

    def _spans_from(self, today: date) -> Iterator[Span]:
        days = (self.day(today + i * _DAY) for i in range(-1, HORIZON_DAYS + 1))
        return _joined(span for each in days for span in each.spans)

    def reached(self, day: date, clock: str) -> Span:
        """The first and the last instant at which the wall clock reaches a time of a date."""
        wall = _wall(day, clock)
        first, last = (_instant(wall.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        if first > last:
            first = last = self._jump(last, first)
        if _local(self.zone, last - 1).replace(tzinfo=None) >= wall:
            last = first  # set back to this very time: it is shown again, not come to again
        return first, last

    def _jump(self, before: int, after: int) -> int:
        """The instant between two at which the zone's offset changes."""
        offset = _local(self.zone, before).utcoffset()
        while after - before > 1:
            middle = (before + after) // 2
            if _local(self.zone, middle).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after


_latest: Final[dict[str, _Calendar]] = {}
"""By branch id: the calendar of the configuration asked about last."""


def _calendar(branch: Branch) -> _Calendar:
    known = _latest.get(branch.id)
    if known is None or not _alike(known.branch, branch):
        known = _latest[branch.id] = _Calendar(branch)
    return known


def _alike(one: Branch, other: Branch) -> bool:
    """Whether they are the same, except for the services that their counters take at present."""
    return one is other or (
        one.document is other.document
        and one.opening_hours is other.opening_hours
        and one.hours_exceptions is other.hours_exceptions
        and one.closures is other.closures
        and one.timezone == other.timezone
    )


def _without(spans: Iterable[Span], closures: Iterable[Span]) -> Iterable[Span]:
    """The spans without the closures."""
    for begins, ends in closures:
        spans = [
            part
            for span in spans
            for part in ((span[0], min(span[1], begins)), (max(span[0], ends), span[1]))
            if part[0] < part[1]
        ]
    return spans


def shared_spans(some: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """The parts that lie in both."""
    theirs = list(others)
    for begin, end in some:
        for other_begin, other_end in theirs:
            since, until = max(begin, other_begin), min(end, other_end)
            if since < until:
                yield since, until


def _within(day: _Day, now: int) -> Moment:
    since, until, is_open = day.begins, day.ends, False
    for begin, end in day.spans:
        if now < begin:
            until = begin
            break
        if now < end:
            since, until, is_open = begin, end, True
            break
        since = end
    return Moment(day.date, is_open, since, until, day.begins, day.ends)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order of their beginning, with those that touch made one and empty ones left out."""
    current: Span | None = None
    for begin, end in spans:
        if begin >= end:
            continue
        if current and begin <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = begin, end
    if current:
        yield current


def _wall(day: date, clock: str) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + _DAY, time())
    return datetime.combine(day, time.fromisoformat(clock))


def _instant(local: datetime) -> int:
    return (local - _EPOCH) // _MILLISECOND


def _local(zone: ZoneInfo, instant: int) -> datetime:
    return (_EPOCH + instant * _MILLISECOND).astimezone(zone)


def has_own_hours(branch: Branch, day: str) -> bool:
    """Whether a date has hours of its own in place of its weekday's, such as Christmas Eve."""
    return any(exception.date == day for exception in branch.hours_exceptions)


def closing_note(branch: Branch, instant: int) -> Mapping[str, str]:
    """The note of other hours that an instant (ms) is outside of, by language; empty for none.

    It says to citizens why the branch is not open then, such as Christmas Eve.
    """
    found = _Calendar(replace(branch, closures=())).moment(instant)
    if found.open:
        return {}
    return next((dict(e.note) for e in branch.hours_exceptions if e.date == found.date), {})


def coming_days(branch: Branch, now: int, days: int = DAYS_SHOWN) -> list[dict[str, Any]]:
    """The days from today on with their hours as instants (ms) and the note of an exception.

    A closure that is over is in none of them: it concerns no coming visitor. Hours that a closure
    has ended for today have no note any more, for the note was about them.
    """
    today = date.fromisoformat(moment(branch, now).date)
    ahead_only = tuple(closure for closure in branch.closures if closure.ends > now)
    calendar = _Calendar(replace(branch, closures=ahead_only))
    notes = {exception.date: dict(exception.note) for exception in branch.hours_exceptions}
    if _ended_by_closure(branch, today, now):
        notes.pop(today.isoformat(), None)
    dates = [today + timedelta(days=ahead) for ahead in range(days)]
    return [
        {
            "date": day.isoformat(),
            "spans": calendar.day(day).spans,
            "note": notes.get(day.isoformat()) or None,
        }
        for day in dates
    ]


def _ended_by_closure(branch: Branch, today: date, now: int) -> bool:
    """Whether today's hours are over by a closure alone."""
    if not branch.closures:
        return False
    lasts = [
        any(end > now for _, end in _Calendar(each).day(today).spans)
        for each in (branch, replace(branch, closures=()))
    ]
    return lasts == [False, True]
