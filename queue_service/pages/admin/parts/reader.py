"""Reading a form for a part of a branch's configuration, field by field.

A form is flat: names such as ``services-0-prefix`` and the texts in them. An unreadable value is
noted under the field's name with a sentence in English, which the page translates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from queue_service.web.i18n import N_

Fields = Mapping[str, str]
"""The values of a form, by field; a box that is not ticked is missing."""

TICKED: Final = "1"
LONGEST_SECONDS: Final = 86_400

_TIME: Final = re.compile(r"([0-9]{1,2})(?:[.:, ]?([0-9]{2}))?")


class FormReader:
    """A form being read. ``faults``: field → sentence; ``places``: path in the document → field."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.faults: dict[str, str] = {}
        self.field_of_path: dict[str, str] = {}

    def text(self, name: str) -> str:
        """The value of a field, without space around it."""
        return self.fields.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.fields.get(name) == TICKED

    def fault(self, name: str, reason: str) -> None:
        """Note the error of a field; the first one stays."""
        self.faults.setdefault(name, reason)

    def rows(self, group: str) -> list[str]:
        """The rows of a group that repeats, as the beginnings of their names, in order."""
        pattern = re.compile(rf"{re.escape(group)}-([0-9]{{1,4}})-")
        found = {int(m[1]) for m in map(pattern.match, self.fields) if m}
        return [f"{group}-{number}" for number in sorted(found)]

    def required(self, name: str) -> str:
        """A text that has to be there."""
        text = self.text(name)
        if not text:
            self.fault(name, N_("Write a name."))
        return text

    def names(self, row: str) -> dict[str, str]:
        """A name in each language that it was written in, at least one."""
        begin = f"{row}-name-"
        name_fields = [field for field in self.fields if field.startswith(begin)]
        texts = {field.removeprefix(begin): self.text(field) for field in name_fields}
        found = {language: name for language, name in texts.items() if name}
        if not found and name_fields:
            self.fault(name_fields[0], N_("Write a name."))
        return found

    def whole(self, name: str, low: int, high: int, reason: str) -> int:
        """A whole number in a range, both ends included; ``reason`` is shown for all others."""
        text = self.text(name)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if not low <= number <= high:
            self.fault(name, reason)
        return number

    def seconds(self, name: str, low: int = 0) -> int:
        """A length written as minutes and seconds, in seconds."""
        parts = [self.text(f"{name}-min"), self.text(f"{name}-sec")]
        readable = any(parts) and all(p.isascii() and (p.isdigit() or not p) for p in parts)
        length = 60 * int(parts[0][:9] or 0) + int(parts[1][:9] or 0) if readable else -1
        if not readable:
            self.fault(f"{name}-min", N_("Write the minutes and seconds in figures."))
        elif not low <= length <= LONGEST_SECONDS:
            self.fault(f"{name}-min", N_("Write a length from 1 second to 24 hours."))
        return length

    def ratio(self, name: str) -> float:
        """A share written in percent, as a ratio over 0 and up to 1."""
        text = self.text(name).removesuffix("%").strip().replace(",", ".")
        try:
            percent = Decimal(text)
        except InvalidOperation:
            percent = Decimal(0)
        if not (percent.is_finite() and 0 < percent <= 100):
            self.fault(name, N_("Write a number of percent, over 0 and up to 100."))
            return 0.0
        return float(percent / 100)


def time_of_day(text: str) -> str | None:
    """A time as people write it ("9.30", "9:30", "930", "9") as "09:30"; None when it is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    valid = minutes < 60 and (hours < 24 or (hours == 24 and minutes == 0))
    return f"{hours:02}:{minutes:02}" if valid else None


def same(one: str, other: str) -> bool:
    """Whether two texts of a field mean the same, such as "9.30" and "09:30"."""
    time = time_of_day(one)
    return one.replace(",", ".") == other or (time is not None and time == time_of_day(other))


def shown_length(name: str, seconds: int) -> dict[str, str]:
    """A length as the fields that :meth:`Reader.seconds` reads."""
    return {f"{name}-min": str(seconds // 60), f"{name}-sec": str(seconds % 60)}


def shown_percent(ratio: float) -> str:
    """A ratio as percent, without needless zeros."""
    return f"{(Decimal(str(ratio)) * 100).normalize():f}"
