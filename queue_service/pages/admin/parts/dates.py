"""Dates of a form whose hours are others than those of the week: opening hours, quiet hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from queue_service.pages.admin.parts.reader import FormReader
from queue_service.pages.admin.parts.week import read_spans, shown_spans
from queue_service.web.i18n import N_

DatedRow = Mapping[str, Any]


def shown_dates(
    group: str,
    dates: Sequence[DatedRow],
    today: str,
    show: Callable[[str, DatedRow], dict[str, str]] = lambda _row, _each: {},
) -> dict[str, str]:
    """The dates from today on as fields; those that have been are kept and not shown."""
    fields: dict[str, str] = {}
    coming = [each for each in dates if each["date"] >= today]
    for number, each in enumerate(sorted(coming, key=lambda each: str(each["date"]))):
        row = f"{group}-{number}"
        fields |= {f"{row}-was": each["date"], f"{row}-date": each["date"]} | show(row, each)
        fields |= shown_spans(f"{row}-hours", each["hours"])
    return fields


def read_dates(
    form: FormReader,
    group: str,
    path: str,
    dates: Sequence[DatedRow],
    today: str,
    more: Callable[[str], dict[str, Any]] = lambda _row: {},
) -> list[dict[str, Any]]:
    """The dates as the form wants them, in their order, after those that have been.

    ``path`` is their path in the document, ``more`` the other members of a row.
    """
    rows = form.rows(group)
    was = {form.text(f"{row}-was") for row in rows}
    found = [dict(each) for each in dates if each["date"] < today or each["date"] not in was]
    wanted = [row for row in rows if not form.ticked(f"{row}-remove")]
    wanted.sort(key=lambda row: form.text(f"{row}-date"))
    known = {str(each["date"]) for each in found}
    for row in wanted:
        at = f"{path}[{len(found)}]"
        form.field_of_path[at] = row
        date = _date(form, row, known, today)
        hours = read_spans(form, f"{row}-hours", f"{at}.hours")
        found.append({"date": date, "hours": hours, **more(row)})
    return found


def _date(form: FormReader, row: str, known: set[str], today: str) -> str:
    date = form.text(f"{row}-date")
    if not date:
        form.fault(f"{row}-date", N_("Choose the date."))
    elif date in known:
        form.fault(f"{row}-date", N_("This date is there already."))
    elif date < today:
        form.fault(f"{row}-date", N_("This date is over. Choose today or a later date."))
    known.add(date)
    return date
