"""The stops of a mobile branch, each with its own times."""

from __future__ import annotations

from typing import Any, Final

from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import FormReader
from queue_service.pages.admin.parts.rows import Item, read_named_rows, shown_names, shown_rows
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "stops"


def show(document: ConfigDocument) -> dict[str, str]:
    """Each stop as fields."""
    languages = languages_of(document)

    def row_of(row: str, item: Item) -> dict[str, str]:
        return {
            **shown_names(row, item["name"], languages),
            **shown_week(f"{row}-hours", item["hours"]),
        }

    return shown_rows(GROUP, document.get(GROUP) or [], row_of)


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The stops as the form wants them; none leaves the member out."""

    def build(form: FormReader, row: str, _item: Item) -> dict[str, Any]:
        return {"hours": read_week(form, f"{row}-hours")}

    return {GROUP: read_named_rows(form, GROUP, document.get(GROUP) or [], build)}


PART: Final = Part(
    "stops",
    N_("Stops of a book bus"),
    "calendar",
    N_("Where a book bus stops, and when. Its opening hours are those of its stops together."),
    (GROUP,),
    show,
    take,
)
