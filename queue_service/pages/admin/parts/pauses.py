"""Pauses of counters, and when displays make no sound."""

from __future__ import annotations

from typing import Any, Final

from queue_service.branches.rules.pauses import PAUSE_LIMIT_SECONDS, usual_reasons
from queue_service.pages.admin.parts.dates import read_dates, shown_dates
from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import FormReader, shown_length
from queue_service.pages.admin.parts.rows import read_named_rows, shown_names, shown_rows
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

REASONS: Final = "pause_reasons"
LIMIT: Final = "pause_limit_seconds"
QUIET: Final = "quiet_hours"
QUIET_DATES: Final = "quiet_exceptions"
_SHORTEST: Final = 60


def _usual() -> list[dict[str, Any]]:
    return [{"id": reason.id, "name": dict(reason.name)} for reason in usual_reasons()]


def show(document: ConfigDocument) -> dict[str, str]:
    """The reasons, the usual ones where none are named; the limit; when it is quiet."""
    languages = languages_of(document)
    reasons = document.get(REASONS) or _usual()
    fields = shown_rows(REASONS, reasons, lambda row, r: shown_names(row, r["name"], languages))
    fields |= shown_length(LIMIT, document.get(LIMIT, PAUSE_LIMIT_SECONDS))
    fields |= shown_week(QUIET, document.get(QUIET) or {})
    return fields | shown_dates(QUIET_DATES, document.get(QUIET_DATES) or [], document.today)


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The same as the form wants it; the usual reasons, left as they are, are not written down."""
    items = document.get(REASONS) or _usual()
    reasons = read_named_rows(form, REASONS, items, lambda *_: {})
    shown = {language for reason in reasons for language in reason["name"]}
    usual = [
        {**reason, "name": {k: v for k, v in reason["name"].items() if k in shown}}
        for reason in _usual()
    ]
    unchanged = not document.get(REASONS) and reasons == usual
    return {
        REASONS: [] if unchanged else reasons,
        LIMIT: form.seconds(LIMIT, _SHORTEST),
        QUIET: read_week(form, QUIET, QUIET),
        QUIET_DATES: read_dates(
            form, QUIET_DATES, QUIET_DATES, document.get(QUIET_DATES) or [], document.today
        ),
    }


PART: Final = Part(
    "pauses",
    N_("Pauses and quiet hours"),
    "pause",
    N_("Why a counter can be paused, and when displays show calls without a sound."),
    (REASONS, LIMIT, QUIET, QUIET_DATES),
    show,
    take,
)
