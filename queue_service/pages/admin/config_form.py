"""A part's page as it is filled in: saving it, and what keeps it from being saved.

Saving checks the configuration as a whole. Anyone who saves a part that somebody else has changed
since the page was opened is shown what is in force now, next to the input; another part is
not touched, and a row that the form does not mention stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import g

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.configuration.operations import put_branch
from queue_service.errors import AppointmentsMet, InUse, Invalid, PreconditionFailed
from queue_service.pages.admin import words
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.met import agreed_number, met_words
from queue_service.pages.admin.parts.part import ConfigDocument, Part, field_for
from queue_service.pages.admin.parts.reader import Fields, FormReader, same
from queue_service.pages.admin.parts.rows import in_order_of
from queue_service.web.context import queue
from queue_service.web.problems.reasons import reason

_OTHER_FIELD: Final = re.compile(r"(?<=, and )\S+(?= has it already\.)")
"""In a reason of the contract: the member that has the same value."""


@dataclass(slots=True)
class ConfigForm:
    """A part's page as it is shown.

    ``faults``: field → sentence; ``elsewhere``: errors outside its fields; ``notes``: field → the
    value in force now; ``focus``: the field to write in or the button to press next; ``moved``: the
    row that has got another place. ``sure`` is how many appointments the administrator was shown to
    be met; ``met`` says in sentences which, as long as that is not the number.
    """

    branch: Branch
    part: Part
    fields: Fields
    fingerprint: str
    status: int = 200
    notice: str = ""
    focus: str = ""
    moved: str = ""
    sure: str = ""
    met: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def opened(branch: Branch, part: Part) -> ConfigForm:
    """The page as it is before anything is written."""
    shown = part.show(document_of(branch))
    return ConfigForm(branch, part, shown, part.fingerprint(branch.document))


def document_of(branch: Branch) -> ConfigDocument:
    """The branch's configuration, on its date."""
    return ConfigDocument(branch.document, moment(branch, queue().store.time()).date)


def saved(config_form: ConfigForm) -> bool:
    """Save what the form wants; otherwise the page says why not."""
    document, changed = document_of(config_form.branch), changed_meanwhile(config_form)
    form = FormReader(config_form.fields)
    wanted = {**document, **config_form.part.take(document, form)}
    config_form.faults = form.faults
    try:
        checked = parse_config(wanted)
    except Invalid as refusal:
        _assign_faults(config_form, form, refusal, wanted)
    if changed:
        return False
    if config_form.faults or config_form.elsewhere:
        config_form.status = 422
        return False
    return put(config_form, checked)


def put(config_form: ConfigForm, document: Mapping[str, Any]) -> bool:
    """Bring a checked configuration into force; otherwise the page says why not."""
    branch = config_form.branch
    try:
        config_form.branch = put_branch(
            queue(),
            branch.id,
            document,
            if_match=branch.edition,
            by=g.caller,
            agreed=agreed_number(config_form.sure),
        ).branch
    except AppointmentsMet:
        config_form.sure, config_form.met = met_words(branch, document)
        config_form.status, config_form.notice = 409, "met"
        return False
    except PreconditionFailed:
        config_form.branch = fresh_branch(branch.id)
        _show_both(config_form)
        return False
    except InUse as refusal:
        _say_in_use(config_form, refusal)
        return False
    return True


def changed_meanwhile(config_form: ConfigForm) -> bool:
    """Whether somebody else has changed the part since the page was opened; if so it is shown."""
    changed = config_form.fingerprint != config_form.part.fingerprint(config_form.branch.document)
    if changed:
        _show_both(config_form)
    return changed


def _assign_faults(
    config_form: ConfigForm, form: FormReader, refusal: Invalid, wanted: Mapping[str, Any]
) -> None:
    errors = refusal.extra.get("errors")
    own = list(form.faults)
    for error in errors if isinstance(errors, list) else []:
        row = form.field_of_path.get(error["field"])
        if row and any(name.startswith(f"{row}-") for name in own):
            continue  # the row as a whole does not fit for a reason that is given already
        # A box that is not ticked has no field in the form that was sent.
        name = field_for(error["field"], form.field_of_path, [*own, *config_form.fields])
        why = _OTHER_FIELD.sub(lambda match: words.place_of(match[0], wanted), error["reason"])
        if name:
            config_form.faults.setdefault(name, why)
        else:
            place = words.place_of(error["field"], wanted)
            config_form.elsewhere.append(f"{place}: {reason(why)}")


def _show_both(config_form: ConfigForm) -> None:
    """Show what is in force now next to the input; saving once more confirms it."""
    now = take_over(config_form)
    config_form.status, config_form.notice = 412, "changed"
    names = dict.fromkeys([*config_form.fields, *now])
    differ = [n for n in names if not same(config_form.fields.get(n, ""), now.get(n, ""))]
    config_form.notes = {name: now.get(name, "") for name in differ}


def take_over(config_form: ConfigForm) -> Fields:
    """Put the form's rows in the order in force, and give back the fields in force."""
    document = config_form.branch.document
    now = config_form.part.show(document_of(config_form.branch))
    config_form.fields = in_order_of(now, config_form.fields, config_form.part.id)
    config_form.fingerprint = config_form.part.fingerprint(document)
    return now


def _say_in_use(config_form: ConfigForm, refusal: InUse) -> None:
    config_form.status = 409
    name = _user(config_form.fields, refusal)
    sentence = words.in_use(refusal)
    if name:
        config_form.faults[name] = sentence
    else:
        config_form.elsewhere.append(sentence)


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
