"""The branch itself: its name, zone, languages and limits."""

from __future__ import annotations

from typing import Any, Final

from queue_service.pages.admin.parts.part import ConfigDocument, Part
from queue_service.pages.admin.parts.reader import TICKED, FormReader, shown_length
from queue_service.web.i18n import LANGUAGES, N_

LENGTHS: Final = ("no_show_after_seconds", "return_window_seconds", "priority_head_start_seconds")
BOXES: Final = ("practice", "help_button", "feedback_on_slip", "paper_numbers", "public_page")


def show(document: ConfigDocument) -> dict[str, str]:
    """Its fields."""
    fields = {"name": document["name"], "timezone": document["timezone"]}
    for place, code in enumerate(document["languages"], 1):
        fields |= {f"languages-{code}": TICKED, f"languages-{code}-place": str(place)}
    for key in LENGTHS:
        fields |= shown_length(key, document[key])
    fields |= {key: TICKED for key in BOXES if document.get(key)}
    fields["street_address"] = document.get("street_address") or ""
    return fields | {"retention_days": str(document["retention_days"])}


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """Its members of the document."""
    return {
        "name": form.required("name"),
        "timezone": form.text("timezone"),
        "street_address": form.text("street_address") or None,
        "languages": _languages(document, form),
        **{key: form.ticked(key) for key in BOXES},
        **{key: form.seconds(key, int(key == "no_show_after_seconds")) for key in LENGTHS},
        "retention_days": form.whole(
            "retention_days", 1, 3650, N_("Write a whole number of days from 1 to 3650.")
        ),
    }


def _languages(document: ConfigDocument, form: FormReader) -> list[str]:
    """The ticked languages by their places; one without a place comes last, as it was before."""
    known = dict.fromkeys([*document["languages"], *LANGUAGES])
    found = [code for code in known if form.ticked(f"languages-{code}")]
    if not found:
        form.fault(f"languages-{next(iter(known))}", N_("Choose at least one language."))
    return sorted(found, key=lambda code: _place(form, f"languages-{code}-place"))


def _place(form: FormReader, name: str) -> int:
    if not form.text(name):
        return _LAST
    return form.whole(name, 1, _LAST, N_("Write a place such as 1, or leave it empty."))


_LAST: Final = 99


PART: Final = Part(
    "general",
    N_("Name and limits"),
    "settings",
    N_("What the branch is called, which languages it speaks, and how long things may take."),
    ("name", "timezone", "street_address", "languages", *LENGTHS, "retention_days", *BOXES),
    show,
    take,
)
