"""Hints at hours of an offer that give no times: they are saved, but hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.language.wording import Wording
from queue_service.pages.admin.parts.bookings import GROUP, WHOLES
from queue_service.pages.admin.parts.reader import Fields, FormReader
from queue_service.pages.admin.parts.week import WEEKDAYS, read_spans, read_week
from queue_service.pages.admin.words import say
from queue_service.web.i18n import N_

WallSpan = tuple[str, str]
"""A span on the wall clock: ``("09:00", "12:00")``."""

_OUTSIDE: Final = N_("Outside the opening hours, so without times: {spans}.")
_SHORT: Final = N_("Too short for one appointment of {minutes} min, so without times: {spans}.")


class _Written(NamedTuple):
    """A span of the form, with its day in words and the hours that are open then."""

    day: str
    span: WallSpan
    open: tuple[WallSpan, ...]


def offer_hints(branch: Branch, fields: Fields, row: str) -> list[str]:
    """The hints at an offer as the form has it, in words; none while it cannot be read."""
    form, words = FormReader(fields), say()
    length = form.whole(f"{row}-length_minutes", *WHOLES["length_minutes"])
    written = list(_written(branch, form, row))
    if form.faults or form.ticked(f"{row}-remove"):
        return []
    outside = [(w.day, rest) for w in written for rest in without(w.span, w.open)]
    short = [
        (w.day, part)
        for w in written
        for part in (shared(w.span, w.open) or ())
        if _minutes(part) < length
    ]
    found = ((_OUTSIDE, outside), (_SHORT, short))
    return [words(text, minutes=length, spans=_said(some, words)) for text, some in found if some]


def any_hints(branch: Branch, fields: Fields) -> bool:
    """Whether any offer of the form has a hint."""
    return any(offer_hints(branch, fields, row) for row in FormReader(fields).rows(GROUP))


def _written(branch: Branch, form: FormReader, row: str) -> Iterator[_Written]:
    service = branch.services.get(form.text(f"{row}-id") or form.text(f"{row}-service"))
    own = service.hours if service else {}
    words = say()

    def opened(weekday: str, hours: tuple[WallSpan, ...]) -> tuple[WallSpan, ...]:
        if not own:
            return hours
        return tuple(s for span in own.get(weekday, ()) for s in shared(span, hours))

    for weekday, spans in read_week(form, f"{row}-week").items():
        hours = opened(weekday, tuple(branch.opening_hours.get(weekday, ())))
        for begin, end in spans:
            yield _Written(words.within_sentence(words(WEEKDAYS[weekday])), (begin, end), hours)
    others = {one.date: one.hours for one in branch.hours_exceptions}
    for at in form.rows(f"{row}-exceptions"):
        day = _date(form.text(f"{at}-date"))
        if day is None or form.ticked(f"{at}-remove"):
            continue
        weekday = [*WEEKDAYS][day.weekday()]
        usual = tuple(branch.opening_hours.get(weekday, ()))
        hours = opened(weekday, others.get(day.isoformat(), usual))
        for begin, end in read_spans(form, f"{at}-hours", ""):
            yield _Written(words.short_day(day.isoformat()), (begin, end), hours)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def shared(span: WallSpan, others: tuple[WallSpan, ...]) -> list[WallSpan]:
    """The parts of a span that are within others, in their order."""
    found = [(max(span[0], begin), min(span[1], end)) for begin, end in others]
    return [(begin, end) for begin, end in found if begin < end]


def without(span: WallSpan, others: tuple[WallSpan, ...]) -> list[WallSpan]:
    """The parts of a span that are in none of the others, which are in order."""
    left, begin = [], span[0]
    for covered in shared(span, others):
        if begin < covered[0]:
            left.append((begin, covered[0]))
        begin = max(begin, covered[1])
    return [*left, (begin, span[1])] if begin < span[1] else left


def _minutes(span: WallSpan) -> int:
    begin, end = (int(time[:2]) * 60 + int(time[3:]) for time in span)
    return end - begin


def _said(some: list[tuple[str, WallSpan]], words: Wording) -> str:
    by_day: Mapping[str, list[WallSpan]] = {day: [] for day, _ in some}
    for day, span in some:
        by_day[day].append(span)
    return "; ".join(f"{day} {words.spans(spans)}" for day, spans in by_day.items())
