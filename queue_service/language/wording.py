"""Numbers, shares, lengths, times of day and dates as each language writes them.

    say = Wording("da")
    say.percent(0.725), say.time_of_day(instant, "Europe/Copenhagen")     # "72,5 %", "9.05"

Every page, letter, file and command that people read takes them from here, so that one thing is
written in one way. Times that change with the clock are written by ``web/static/js/times.js``
likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent, get_decimal_symbol, get_group_symbol

from queue_service.language.catalogues import N_, words
from queue_service.language.languages import language, name_in

NOTHING: Final = "–"
"""The sign for a missing figure."""

_WALL: Final = re.compile(r"0?([0-9]{1,2}):([0-9]{2})")
_MINUTE: Final = 60
_HOUR: Final = 3600
_MINUS: Final = "\N{MINUS SIGN}"
_KILOBYTE: Final = 1_000
_MEGABYTE: Final = 1_000_000
_CATEGORIES_WITHIN: Final = 200
"""Each category of CLDR that has whole numbers has one below this, but for round millions."""
_WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in a language; ``say("Handled in under {limit}", limit="6 min")``."""

    language: str

    def __call__(self, msgid: str, **values: object) -> str:
        text = words(self.language).gettext(msgid) if msgid else ""
        return text.format(**values) if values else text

    @property
    def locale(self) -> Locale:
        """The locale in which dates and numbers are written."""
        return _locale(self.language)

    def name(self, names: Mapping[str, str]) -> str:
        """A name in this language, or in the first that it has; empty without any."""
        return name_in(names, self.language)

    # Numbers

    def count(self, number: float) -> str:
        """A whole number."""
        return str(format_decimal(round(number), locale=self.locale))

    def decimal(self, number: float, digits: int = 1) -> str:
        """A number with so many decimals."""
        pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
        return str(format_decimal(number, pattern, locale=self.locale))

    def short_number(self, number: float) -> str:
        """A number with no more decimals than it has."""
        return str(format_decimal(number, locale=self.locale))

    def signed(self, number: float, written: str) -> str:
        """How a difference is ``written``, with the sign of the number; nothing before 0."""
        return f"{'+' if number > 0 else _MINUS if number < 0 else ''}{written}"

    def counted(self, texts: tuple[str, str], number: float, **values: object) -> str:
        """A whole number with its noun: ``1 visit``, ``2 visits``; it is ``{n}`` in the texts."""
        n = round(number)
        return words(self.language).ngettext(*texts, n).format(**{"n": self.count(n), **values})

    def part_of(self, part: float, whole: float) -> str:
        """``48 of 60``."""
        return self(N_("{part} of {whole}"), part=self.count(part), whole=self.count(whole))

    def size(self, size: int) -> str:
        """How large a file is: ``12 kB``, ``1.4 MB``."""
        if size >= _MEGABYTE:
            return f"{self.decimal(size / _MEGABYTE)} MB"
        return f"{max(1, round(size / _KILOBYTE))} kB"

    def language_name(self, code: str) -> str:
        """The name of another language in this one; the code itself for an unknown one."""
        try:
            name = Locale.parse(code, sep="-").get_display_name(self.locale)
        except (UnknownLocaleError, ValueError):
            name = None
        return name or code

    @property
    def decimal_mark(self) -> str:
        """The mark before a number's decimals."""
        return str(get_decimal_symbol(self.locale))

    @property
    def thousands_mark(self) -> str:
        """The mark between a number's thousands."""
        return str(get_group_symbol(self.locale))

    # Shares

    def percent(self, ratio: float | None) -> str:
        """A share as it was measured, with one decimal: ``72.5%``."""
        if ratio is None:
            return NOTHING
        pattern = self.locale.percent_formats[None].pattern.replace("##0", "##0.0")
        return str(format_percent(ratio, pattern, self.locale))

    def rounded_percent(self, ratio: float | None) -> str:
        """A share without decimals, for text that is read at a glance: ``73%``."""
        return NOTHING if ratio is None else str(format_percent(ratio, locale=self.locale))

    def whole_percent(self, ratio: float) -> str:
        """A target, with no more decimals than it has: ``70%``, ``72.5%``."""
        return str(format_percent(ratio, locale=self.locale, decimal_quantization=False))

    @property
    def percent_sign(self) -> str:
        """The sign after the number of a share, with the space before it."""
        return str(self.locale.percent_formats[None].suffix[0])

    # Lengths

    def length(self, seconds: float) -> str:
        """A length that was set, exactly: ``6 min``, ``90 s``."""
        if seconds >= _MINUTE and seconds % _MINUTE == 0:
            return self(N_("{n} min"), n=round(seconds / _MINUTE))
        return self(N_("{n} s"), n=self.short_number(seconds))

    def roughly(self, seconds: float) -> str:
        """A length that something took: ``40 s``, ``17 min``, ``1 h 5 min``."""
        if seconds < _MINUTE:
            return self.length(max(0, int(seconds)))
        hours, minutes = divmod(int(seconds // _MINUTE), 60)
        texts = [self(N_("{n} h"), n=hours)] if hours else []
        texts += [self(N_("{n} min"), n=minutes)] if minutes or not hours else []
        return " ".join(texts)

    def minute_range(self, low: int, high: int) -> str:
        """A wait in whole minutes, from its low to its high end: ``35–50 min``, ``up to 4 min``."""
        if low == 0:
            return self(N_("up to {n} min"), n=self.count(high))
        if low == high:
            return self(N_("about {n} min"), n=self.count(high))
        return self(N_("{low}–{high} min"), low=self.count(low), high=self.count(high))

    # Times of day

    def time_of_day(self, instant: int, zone: str) -> str:
        """The time on the clock of a zone: ``9.05`` in Danish, ``9:05`` in English."""
        pattern = f"H'{language(self.language).clock}'mm"
        return str(format_time(_local(instant, zone), pattern, locale=self.locale))

    def closing_time(self, instant: int, zone: str) -> str:
        """The time at which an opening ends: midnight is ``24.00``, the end of its day."""
        time = self.time_of_day(instant, zone)
        return time.replace("0", "24", 1) if time == self.wall("00:00") else time

    def wall(self, time: str) -> str:
        """A time as it is configured, ``09:05``, written likewise; other text stays."""
        found = _WALL.fullmatch(time)
        return f"{found[1]}{language(self.language).clock}{found[2]}" if found else time

    def spans(self, hours: Iterable[tuple[str, str]]) -> str:
        """A day's hours: ``10.00–12.00, 13.00–16.00``; empty when closed."""
        return ", ".join(f"{self.wall(start)}–{self.wall(end)}" for start, end in hours)

    def hour(self, hour: str) -> str:
        """An hour as a span: ``09–10``."""
        return f"{hour}–{int(hour) + 1:02}"

    def half_hour(self, half: str) -> str:
        """A half hour (``"09:30"``) as a span: ``09:30–10:00``."""
        hour, minute = half.split(":")
        ends = f"{int(hour) + 1:02}:00" if minute == "30" else f"{hour}:30"
        return f"{self.wall(half)}–{self.wall(ends)}"

    # Dates

    def day(self, day: str) -> str:
        """``25 Nov 2026``."""
        return str(format_date(_date(day), "medium", locale=self.locale))

    def short_day(self, day: str) -> str:
        """``25 Nov``."""
        return self._skeleton("MMMd", day)

    def short_day_at(self, instant: int, zone: str) -> str:
        """``25 Nov``, of an instant (ms) in a zone."""
        return self.short_day(_local(instant, zone).date().isoformat())

    def long_day_at(self, instant: int, zone: str) -> str:
        """``25 November 2026``, of an instant (ms) in a zone."""
        return str(format_date(_local(instant, zone), "long", locale=self.locale))

    def full_day(self, day: str) -> str:
        """``Wednesday, 25 November 2026``."""
        return self._capital(str(format_date(_date(day), "full", locale=self.locale)))

    def weekday_and_day(self, day: str) -> str:
        """``Wed 25 Nov 2026``."""
        return f"{format_date(_date(day), 'EEE', locale=self.locale)} {self.day(day)}"

    def weekday(self, weekday: int) -> str:
        """0 for Monday."""
        return self(_WEEKDAYS[weekday])

    def short_weekday(self, weekday: int) -> str:
        """0 for Monday, for a narrow column: ``Mo``."""
        names = self.locale.days["stand-alone"]
        short = str(names.get("short", names["abbreviated"])[weekday])
        # A short name may count the days of the week, in digits that are not Latin.
        return str(names["narrow"][weekday]) if short[0].isdigit() else short.rstrip(".")

    def weekday_of(self, day: str) -> str:
        """``Wednesday``; as a sentence begins."""
        return self._capital(self._skeleton("EEEE", day))

    def month(self, day: str, *, with_year: bool = False) -> str:
        """``Nov``, or ``Nov 2026``, of the month that a date lies in."""
        return self._skeleton("yMMM" if with_year else "MMM", day)

    def full_month(self, day: str) -> str:
        """``November 2026``."""
        return self._capital(self._skeleton("yMMMM", day))

    def span(self, first: str, last: str) -> str:
        """``2–13 Nov 2026``: the common part of both ends is written once."""
        ends = _date(first), _date(last)
        # CLDR sets the dash between thin spaces in some languages; elsewhere here it has none.
        text = format_interval(*ends, skeleton="yMMMd", locale=self.locale)
        return str(text).replace("\N{THIN SPACE}", "")

    def within_sentence(self, name: str) -> str:
        """A name of days or months inside a sentence, where some languages begin it small."""
        return name[:1].lower() + name[1:] if language(self.language).lower_within else name

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _skeleton(self, skeleton: str, day: str) -> str:
        return str(format_skeleton(skeleton, _date(day), locale=self.locale))


@cache
def plural_samples(code: str) -> Mapping[str, int]:
    """A number for each plural category of a language (CLDR) that whole numbers have.

    English has ``one`` and ``other``, Polish ``one``, ``few`` and ``many``.
    """
    category = _locale(code).plural_form
    found: dict[str, int] = {}
    for n in range(_CATEGORIES_WITHIN):
        found.setdefault(category(n), n)
    return found


@cache
def date_names(code: str) -> Mapping[str, list[str]]:
    """The ``weekdays`` of a language from Monday on, and its ``months``, as within a date."""
    locale = _locale(code)
    names = {"weekdays": locale.days, "months": locale.months}
    return {
        kind: [forms["format"]["wide"][key] for key in sorted(forms["format"]["wide"])]
        for kind, forms in names.items()
    }


def stopwatch(seconds: float) -> str:
    """A length of time as ``m:ss``, from an hour on ``h:mm:ss``; the same in every language.

    Half a second is rounded up, as pages do.
    """
    hours, rest = divmod(floor(seconds + 0.5), _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def date_and_time(instant: int, zone: str) -> str:
    """An instant for operators, whose commands are in English: ``2026-11-25 09:05``, in a zone."""
    return _local(instant, zone).strftime("%Y-%m-%d %H:%M")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(language(code).locale, sep="-")


def _local(instant: int, zone: str) -> datetime:
    return datetime.fromtimestamp(instant / 1000, ZoneInfo(zone))


def _date(day: str) -> date:
    return date.fromisoformat(day)
