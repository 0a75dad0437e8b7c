"""The data of the editor's form, as the contract has it, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from queue_service.contract.reading import parse
from queue_service.errors import FieldError, Invalid
from queue_service.language.languages import LANGUAGES
from queue_service.playbook.contract import ContentBody
from queue_service.playbook.rules import EntryContent, Texts, content_from
from queue_service.web.i18n import N_

FIELDS: Final = ("summary", "bring", "own_text", "own_address", "steps", "limits", "forms")
"""The fields of each language; a form's field is ``da-summary``."""

UNWRITTEN: Final = N_("Write the entry in one language or more.")

_OF_CONTRACT: Final = {"self_service.text": "own_text", "self_service.address": "own_address"}
_PLACE: Final = re.compile(r"texts\.([a-z-]+)\.([a-z_]+(?:\.[a-z_]+)?)(?:\[(\d+)\])?")


class FieldFault(NamedTuple):
    """An error of a field, and its line in the field; 0 for all of it."""

    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The content of the form: each field's text, and what is wrong with it."""

    values: Mapping[str, str]
    faults: Mapping[str, FieldFault] = field(default_factory=dict)

    def with_fault(self, name: str, reason: str) -> Shown:
        """The same, with a fault more."""
        return Shown(self.values, {**self.faults, name: FieldFault(reason)})


def shown(content: EntryContent | None) -> Shown:
    """The form of an entry, or an empty one."""
    if content is None:
        return Shown({})
    values = {
        "owner": content.owner,
        "review_by": content.review_by,
        "ask_at_kiosk": "1" if content.ask_at_kiosk else "",
    }
    for code, text in content.texts.items():
        values |= {f"{code}-{name}": value for name, value in _values(text).items()}
    return Shown(values)


def _values(text: Texts) -> dict[str, str]:
    own = text.self_service
    return {
        "summary": text.summary,
        "bring": "\n".join(text.bring),
        "own_text": own.text if own else "",
        "own_address": own.address if own else "",
        "steps": text.steps,
        "limits": text.limits,
        "forms": "\n".join(f"{form.title} {form.address}" for form in text.forms),
    }


def sent(form: Mapping[str, str]) -> tuple[Shown, EntryContent | None]:
    """The submitted form, and the content it makes; None if it has errors."""
    # A browser counts a line break once, and sends two characters.
    values = {name: value.replace("\r\n", "\n").strip("\n") for name, value in form.items()}
    try:
        body = parse(ContentBody, _raw(values))
    except Invalid as error:
        return Shown(values, _faults(error, values)), None
    return Shown(values), content_from(body.model_dump())


def _raw(values: Mapping[str, str]) -> dict[str, Any]:
    texts = {code: _text(code, values) for code in LANGUAGES if _is_filled(code, values)}
    return {
        "owner": values.get("owner", "").strip(),
        "review_by": values.get("review_by", "").strip(),
        "ask_at_kiosk": bool(values.get("ask_at_kiosk")),
        "texts": texts,
    }


def _is_filled(code: str, values: Mapping[str, str]) -> bool:
    return any(values.get(f"{code}-{name}", "").strip() for name in FIELDS)


def _text(code: str, values: Mapping[str, str]) -> dict[str, Any]:
    def value(name: str) -> str:
        return values.get(f"{code}-{name}", "").strip()

    own = {"text": value("own_text"), "address": value("own_address")}
    return {
        "summary": value("summary"),
        "bring": _lines(value("bring")),
        "self_service": own if any(own.values()) else None,
        "steps": value("steps"),
        "limits": value("limits"),
        "forms": [_form(line) for line in _lines(value("forms"))],
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _form(line: str) -> dict[str, str]:
    """A line with a title and an address after it."""
    title, _, address = line.rpartition(" ")
    return {"title": title.strip() or address, "address": address if title else ""}


def _faults(error: Invalid, values: Mapping[str, str]) -> dict[str, FieldFault]:
    found: dict[str, FieldFault] = {}
    faults: Any = error.extra["errors"]
    for fault in faults:
        name, what = _fault(fault, values)
        found.setdefault(name, what)
    return found


def _fault(fault: FieldError, values: Mapping[str, str]) -> tuple[str, FieldFault]:
    if fault["field"] == "texts":
        return f"{next(iter(LANGUAGES))}-summary", FieldFault(UNWRITTEN)
    place = _PLACE.match(fault["field"])
    if place is None:
        return fault["field"], FieldFault(fault["reason"])
    code, part, nth = place.groups()
    name = f"{code}-{_OF_CONTRACT.get(part, part)}"
    line = _line_in_form(values.get(name, ""), int(nth)) if nth else 0
    return name, FieldFault(fault["reason"], line)


def _line_in_form(text: str, nth: int) -> int:
    """The line of the field, from 1, where empty ones are counted, too."""
    filled = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return filled[nth]
