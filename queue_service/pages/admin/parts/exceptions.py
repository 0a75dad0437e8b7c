"""Dates with other opening hours, such as Christmas Eve."""

from __future__ import annotations

from typing import Any, Final

from queue_service.pages.admin.parts.dates import DatedRow, read_dates, shown_dates
from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import FormReader
from queue_service.web.i18n import N_

GROUP: Final = "exceptions"
_PATH: Final = "hours_exceptions"


def show(document: ConfigDocument) -> dict[str, str]:
    """The dates from today on as fields, each with why."""
    languages = languages_of(document)

    def notes(row: str, each: DatedRow) -> dict[str, str]:
        texts = {**dict.fromkeys(languages, ""), **each["note"]}
        return {f"{row}-note-{language}": text for language, text in texts.items()}

    return shown_dates(GROUP, document[_PATH], document.today, notes)


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The dates as the form wants them."""

    def note(row: str) -> dict[str, Any]:
        begin = f"{row}-note-"
        notes = {n.removeprefix(begin): form.text(n) for n in form.fields if n.startswith(begin)}
        return {"note": {language: text for language, text in notes.items() if text}}

    return {_PATH: read_dates(form, GROUP, _PATH, document[_PATH], document.today, note)}


PART: Final = Part(
    "exceptions",
    N_("Other days"),
    "calendar",
    N_("Dates with other hours than the week has, such as Christmas Eve. Without hours: closed."),
    (_PATH,),
    show,
    take,
)
