"""A part's page as it is filled in: saving it, and what keeps it from being saved.

Saving checks the configuration as a whole. Whoever saves a part that somebody else has changed
since the page was opened is shown what is in force now, beside what was written; another part is
not touched, and a row that the form does not mention stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from queue_service.branches.contract.config import parse_config
from queue_service.branches.operations import put_branch
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment
from queue_service.errors import InUse, Invalid, PreconditionFailed
from queue_service.pages.admin import words
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.parts.part import Part, place
from queue_service.pages.admin.parts.reader import Fields, Reader, same
from queue_service.pages.admin.parts.rows import in_order_of
from queue_service.web.context import queue
from queue_service.web.reasons import reason


@dataclass(slots=True)
class Sheet:
    """A part's page as it is shown.

    ``faults``: field → sentence; ``elsewhere``: what is wrong outside its fields; ``notes``:
    field → what is in force now; ``focus``: the field to write in or the button to press next;
    ``moved``: the row that has got another place.
    """

    branch: Branch
    part: Part
    fields: Fields
    seen: str
    status: int = 200
    told: str = ""
    focus: str = ""
    moved: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def opened(branch: Branch, part: Part) -> Sheet:
    """The page as it is before anything is written."""
    shown = part.show(branch.document, today_at(branch))
    return Sheet(branch, part, shown, part.fingerprint(branch.document))


def today_at(branch: Branch) -> str:
    """The branch's date."""
    return moment(branch, queue().store.time()).date


def saved(sheet: Sheet) -> bool:
    """Save what the form wants; otherwise the sheet says what keeps it from being saved."""
    document, changed = sheet.branch.document, changed_meanwhile(sheet)
    form = Reader(sheet.fields)
    wanted = {**document, **sheet.part.take(document, form, today_at(sheet.branch))}
    sheet.faults = form.faults
    try:
        checked = parse_config(wanted)
    except Invalid as refusal:
        _find_places(sheet, form, refusal)
    if changed:
        return False
    if sheet.faults or sheet.elsewhere:
        sheet.status = 422
        return False
    return put(sheet, checked)


def put(sheet: Sheet, document: Mapping[str, Any]) -> bool:
    """Bring a checked configuration into force; otherwise the sheet says why it is not."""
    branch = sheet.branch
    try:
        sheet.branch = put_branch(queue(), branch.id, document, if_match=branch.revision).branch
    except PreconditionFailed:
        sheet.branch = fresh_branch(branch.id)
        _show_both(sheet)
        return False
    except InUse as refusal:
        _say_in_use(sheet, refusal)
        return False
    return True


def changed_meanwhile(sheet: Sheet) -> bool:
    """Whether somebody else has changed the part since the page was opened; if so it is shown."""
    changed = sheet.seen != sheet.part.fingerprint(sheet.branch.document)
    if changed:
        _show_both(sheet)
    return changed


def _find_places(sheet: Sheet, form: Reader, refusal: Invalid) -> None:
    errors = refusal.extra.get("errors")
    own = list(form.faults)
    for error in errors if isinstance(errors, list) else []:
        row = form.places.get(error["field"])
        if row and any(name.startswith(f"{row}-") for name in own):
            continue  # the row as a whole does not fit because of what is told already
        # What the form told of a box that is not ticked has no field that was sent.
        name = place(error["field"], form.places, [*own, *sheet.fields])
        if name:
            sheet.faults.setdefault(name, error["reason"])
        else:
            sheet.elsewhere.append(f"{error['field']}: {reason(error['reason'])}")


def _show_both(sheet: Sheet) -> None:
    """Show what is in force now beside what was written; saving once more means it."""
    now = take_over(sheet)
    sheet.status, sheet.told = 412, "changed"
    names = dict.fromkeys([*sheet.fields, *now])
    differ = [n for n in names if not same(sheet.fields.get(n, ""), now.get(n, ""))]
    sheet.notes = {name: now.get(name, "") for name in differ}


def take_over(sheet: Sheet) -> Fields:
    """Put the form's rows in the order in force, and give back the fields in force."""
    document = sheet.branch.document
    now = sheet.part.show(document, today_at(sheet.branch))
    sheet.fields = in_order_of(now, sheet.fields, sheet.part.id)
    sheet.seen = sheet.part.fingerprint(document)
    return now


def _say_in_use(sheet: Sheet, refusal: InUse) -> None:
    sheet.status = 409
    name = _user(sheet.fields, refusal)
    sentence = words.in_use(refusal)
    if name:
        sheet.faults[name] = sentence
    else:
        sheet.elsewhere.append(sentence)


def _user(fields: Fields, refusal: InUse) -> str:
    """The field of the row that is in use."""
    used = (refusal.extra.get(kind) for kind in ("service", "counter", "team"))
    ending, wanted = "id", next(filter(None, used), None)
    if "prefix" in refusal.extra:
        ending, wanted = "prefix", refusal.extra["prefix"]
    for name, text in fields.items():
        if (
            re.fullmatch(rf"(services|counters|teams)-[0-9]+-{ending}", name)
            and text.upper() == str(wanted).upper()
        ):
            row = name.removesuffix(f"-{ending}")
            return f"{row}-remove" if ending == "id" else name
    return ""
