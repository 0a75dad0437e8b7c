"""How dates, periods and figures are written for people: on pages, in reports and in letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent

from queue_service.history.rules.period import Period
from queue_service.insight.rules.compare import Verdict
from queue_service.language.catalogues import N_
from queue_service.notes.rules import NoteKind
from queue_service.tables.model import HIDDEN, Kind, Value
from queue_service.tables.words import NOTES, VERDICTS, Words

NOTHING: Final = "–"
"""Where there is no figure."""

LEFT_OUT: Final = N_(
    "Left out: the figure is about too few people, or would tell of a figure that is."
)
"""What the mark :data:`HIDDEN` means."""

COMPARED: Final[Mapping[Verdict, str]] = {
    "better": N_("better"),
    "worse": N_("worse"),
    "higher": N_("higher"),
    "lower": N_("lower"),
    "no_difference": N_("no clear difference"),
    "too_little_data": N_("too little data"),
}
"""A comparison in words; which way is better is known for some figures only."""

_HOUR: Final = 3600
_LOCALES: Final = {"da": "da_DK", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes in one language; ``say`` has the words."""

    say: Words
    hidden: ClassVar[str] = HIDDEN

    @property
    def locale(self) -> Locale:
        """Where dates and numbers are written in the language's way."""
        return _locale(self.say.language)

    def value(self, value: Value, kind: Kind) -> str:
        """A table's value as it is read; nothing is a dash, what is left out two dots."""
        if value is None:
            return NOTHING
        if value == HIDDEN:
            return HIDDEN
        if isinstance(value, str):
            return self._text(value, kind)
        if kind == "ratio":
            return self.percent(value)
        if kind == "seconds":
            return clock(value)
        digits = "#,##0" if kind == "count" else "#,##0.0"
        return str(format_decimal(value, digits, locale=self.locale))

    def _text(self, value: str, kind: Kind) -> str:
        if kind == "verdict":
            return self.say(VERDICTS[value])
        # The last row of a table has a word where the others have a date.
        return self.day(value) if kind == "date" and value[:1].isdigit() else value

    @property
    def legend(self) -> str:
        """What the mark of a figure that is left out means, beneath a table that has one."""
        return f"{HIDDEN} {self.say(LEFT_OUT)}"

    def verdict(self, verdict: Verdict) -> str:
        """How two sides compare."""
        return self.say(COMPARED[verdict])

    def note(self, kind: NoteKind) -> str:
        """What a kind of note is called."""
        return self.say(NOTES[kind])

    def percent(self, ratio: float | None) -> str:
        """A share in percent with one decimal."""
        if ratio is None:
            return NOTHING
        pattern = self.locale.percent_formats[None].pattern.replace("##0", "##0.0")
        return str(format_percent(ratio, pattern, self.locale))

    def whole_percent(self, ratio: float) -> str:
        """A target in percent, with no more decimals than it has."""
        return str(format_percent(ratio, locale=self.locale, decimal_quantization=False))

    def count(self, number: float) -> str:
        """A whole number."""
        return str(format_decimal(round(number), locale=self.locale))

    def counted(self, texts: tuple[str, str], number: float) -> str:
        """A whole number with its noun: ``1 visit``, ``2 visits``."""
        return self.say.counted(texts, round(number), self.count(number))

    def part_of(self, part: float, whole: float) -> str:
        """``48 of 60``."""
        return self.say(N_("{part} of {whole}"), part=self.count(part), whole=self.count(whole))

    def short_number(self, number: float) -> str:
        """A number with no more decimals than it has."""
        return str(format_decimal(number, locale=self.locale))

    def time_of_day(self, instant: int, zone: str) -> str:
        """What the clock in a zone shows: ``14.05`` in Danish, ``14:05`` in English."""
        local = datetime.fromtimestamp(instant / 1000, ZoneInfo(zone))
        return str(format_time(local, "short", locale=self.locale))

    def day(self, day: str) -> str:
        """``25 Nov 2026``."""
        return str(format_date(_date(day), "medium", locale=self.locale))

    def short_day(self, day: str) -> str:
        """``25 Nov``."""
        return self._skeleton("MMMd", day)

    def weekday_of(self, day: str) -> str:
        """``Wednesday``; as a sentence begins."""
        return self._capital(self._skeleton("EEEE", day))

    def month(self, day: str, *, with_year: bool = False) -> str:
        """``Nov``, or ``Nov 2026``, of the month that a date lies in."""
        return self._skeleton("yMMM" if with_year else "MMM", day)

    def period(self, period: Period) -> str:
        """What a period is called."""
        if period.kind == "day":
            return self._capital(str(format_date(_date(period.first), "full", locale=self.locale)))
        if period.kind == "month":
            return self._capital(self._skeleton("yMMMM", period.first))
        if period.kind == "year":
            return period.first[:4]
        span = self._span(period)
        if period.kind == "week":
            week = _date(period.first).isocalendar().week
            return self.say(N_("Week {n}, {span}"), n=week, span=span)
        return span

    def period_within(self, period: Period) -> str:
        """The same inside a sentence, where Danish begins months and weekdays small."""
        name = self.period(period)
        return name[:1].lower() + name[1:] if self.say.language == "da" else name

    def _span(self, period: Period) -> str:
        """``2–13 Nov 2026``: what both ends share is written once."""
        ends = _date(period.first), _date(period.last)
        return str(format_interval(*ends, skeleton="yMMMd", locale=self.locale))

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _skeleton(self, skeleton: str, day: str) -> str:
        return str(format_skeleton(skeleton, _date(day), locale=self.locale))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "en_GB"))


def _date(day: str) -> date:
    return date.fromisoformat(day)


def clock(seconds: float) -> str:
    """A length of time as ``m:ss``, from an hour on ``h:mm:ss``."""
    whole = round(seconds)
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
