"""The opening hours of an ordinary week."""

from __future__ import annotations

from typing import Any, Final

from queue_service.pages.admin.parts.part import ConfigDocument, Part
from queue_service.pages.admin.parts.reader import TICKED, Fields, FormReader
from queue_service.pages.admin.parts.week import WEEKDAYS, read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "hours"


def show(document: ConfigDocument) -> dict[str, str]:
    """The week as fields."""
    return shown_week(GROUP, document["opening_hours"])


def take(_: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The week as the form wants it."""
    form.field_of_path["opening_hours"] = GROUP
    return {"opening_hours": read_week(form, GROUP, "opening_hours")}


def copied(fields: Fields) -> dict[str, str]:
    """The fields with one day's hours written into the days that are ticked for it."""
    source = fields.get("copy-from", "")
    target_days = [
        day for day in WEEKDAYS if fields.get(f"copy-to-{day}") == TICKED and day != source
    ]
    gone = tuple(f"{GROUP}-{day}-" for day in target_days)
    copied_fields = {
        name: text for name, text in fields.items() if not name.startswith((*gone, "copy-"))
    }
    begin = f"{GROUP}-{source}-"
    for name, text in fields.items():
        if name.startswith(begin):
            rest = name.removeprefix(begin)
            copied_fields |= {f"{GROUP}-{day}-{rest}": text for day in target_days}
    return copied_fields


PART: Final = Part(
    "hours",
    N_("Opening hours"),
    "clock",
    N_(
        "When kiosks give numbers in an ordinary week. Citizens with a number are served "
        "after that."
    ),
    ("opening_hours",),
    show,
    take,
)
