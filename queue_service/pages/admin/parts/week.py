"""Spans of time in a form: of a day, of a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from queue_service.pages.admin.parts.reader import FormReader, time_of_day
from queue_service.web.i18n import N_

WEEKDAYS: Final[Mapping[str, str]] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
"""The days with their names, in order."""

Spans = Sequence[Sequence[str]]


def shown_spans(group: str, spans: Spans) -> dict[str, str]:
    """A day's spans as fields; a day without any has an empty pair to write in."""
    fields: dict[str, str] = {}
    for number, (start, end) in enumerate(spans or [("", "")]):
        fields[f"{group}-{number}-from"] = start
        fields[f"{group}-{number}-until"] = end
    return fields


def shown_week(group: str, hours: Mapping[str, Spans]) -> dict[str, str]:
    """A week's spans as fields."""
    fields: dict[str, str] = {}
    for day in WEEKDAYS:
        fields |= shown_spans(f"{group}-{day}", hours.get(day, ()))
    return fields


def read_week(form: FormReader, group: str, path: str = "") -> dict[str, list[list[str]]]:
    """The days that have spans. ``path`` is their future path in the document, if known."""
    days = {
        day: read_spans(form, f"{group}-{day}", f"{path}.{day}" if path else "") for day in WEEKDAYS
    }
    return {day: spans for day, spans in days.items() if spans}


def read_spans(form: FormReader, group: str, path: str) -> list[list[str]]:
    """A day's spans in their order; pairs left empty do not count."""
    spans: list[list[str]] = []
    for row in form.rows(group):
        span = _span(form, row)
        if span is None:
            continue
        if spans and span[0] < spans[-1][1]:
            form.fault(f"{row}-from", N_("Begin when the hours before have ended, or later."))
        if path:
            form.field_of_path[f"{path}[{len(spans)}]"] = row
        spans.append(span)
    return spans


def _span(form: FormReader, row: str) -> list[str] | None:
    written = {end: form.text(f"{row}-{end}") for end in ("from", "until")}
    if not any(written.values()):
        return None
    read = {end: time_of_day(text) for end, text in written.items()}
    for end, text in written.items():
        if not text:
            form.fault(f"{row}-{end}", N_("Write both times, or leave both empty."))
        elif read[end] is None:
            form.fault(f"{row}-{end}", N_("Write a time from 0.00 to 24.00, such as 9.30."))
    start, until = read["from"] or "00:00", read["until"] or "24:00"
    if start >= until:
        reason = N_("End later than you begin. For a night: until 24.00, and from 0.00 next day.")
        form.fault(f"{row}-until", reason)
    return [start, until]
