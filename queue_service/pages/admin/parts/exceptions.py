"""Dates with other opening hours, such as Christmas Eve."""

from __future__ import annotations

from typing import Any, Final

from queue_service.pages.admin.parts.part import Document, Part, languages_of
from queue_service.pages.admin.parts.reader import Reader
from queue_service.pages.admin.parts.week import read_spans, shown_spans
from queue_service.web.i18n import N_

GROUP: Final = "exceptions"


def show(document: Document, today: str) -> dict[str, str]:
    """The dates from today on as fields; those that have been are kept and not shown."""
    fields: dict[str, str] = {}
    coming = [e for e in document["hours_exceptions"] if e["date"] >= today]
    for number, each in enumerate(sorted(coming, key=lambda e: str(e["date"]))):
        row = f"{GROUP}-{number}"
        notes = {**dict.fromkeys(languages_of(document), ""), **each["note"]}
        fields |= {f"{row}-was": each["date"], f"{row}-date": each["date"]}
        fields |= {f"{row}-note-{language}": text for language, text in notes.items()}
        fields |= shown_spans(f"{row}-hours", each["hours"])
    return fields


def take(document: Document, form: Reader, today: str) -> dict[str, Any]:
    """The dates as the form wants them, in their order, after those that have been."""
    rows = form.rows(GROUP)
    was = {form.text(f"{row}-was") for row in rows}
    others = [e for e in document["hours_exceptions"] if e["date"] < today or e["date"] not in was]
    wanted = [row for row in rows if not form.ticked(f"{row}-remove") and not _empty(form, row)]
    wanted.sort(key=lambda row: form.text(f"{row}-date"))
    dates = {str(e["date"]) for e in others}
    found = list(others)
    for row in wanted:
        form.field_of_path[f"hours_exceptions[{len(found)}]"] = row
        found.append(_exception(form, row, f"hours_exceptions[{len(found)}]", dates))
    return {"hours_exceptions": found}


def _exception(form: Reader, row: str, path: str, dates: set[str]) -> dict[str, Any]:
    date = form.text(f"{row}-date")
    if not date:
        form.fault(f"{row}-date", N_("Choose the date."))
    elif date in dates:
        form.fault(f"{row}-date", N_("This date is there already."))
    dates.add(date)
    begin = f"{row}-note-"
    notes = {n.removeprefix(begin): form.text(n) for n in form.fields if n.startswith(begin)}
    return {
        "date": date,
        "hours": read_spans(form, f"{row}-hours", f"{path}.hours"),
        "note": {language: text for language, text in notes.items() if text},
    }


def _empty(form: Reader, row: str) -> bool:
    if form.text(f"{row}-was"):
        return False
    return not any(form.text(name) for name in form.fields if name.startswith(f"{row}-"))


PART: Final = Part(
    "exceptions",
    N_("Other days"),
    "calendar",
    N_("Dates with other hours than the week has, such as Christmas Eve. Without hours: closed."),
    ("hours_exceptions",),
    show,
    take,
)
