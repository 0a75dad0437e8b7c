"""The pages of a branch's configuration, one for each part, as forms that work without scripts.

Saving checks the configuration as a whole. Whoever saves a part that somebody else has changed
since the page was opened is shown what is in force now, beside what was written; another part is
not touched, and a row that the form does not mention stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import available_timezones

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from queue_service.contract.config import parse_config
from queue_service.domain.branch import Branch
from queue_service.domain.calendar import moment
from queue_service.domain.errors import InUse, Invalid, NotFound, PreconditionFailed
from queue_service.operations.branches import put_branch
from queue_service.web.access import allow
from queue_service.web.admin import words
from queue_service.web.admin.branches import fresh_branch
from queue_service.web.admin.forms import blueprint
from queue_service.web.admin.parts import PARTS, hours
from queue_service.web.admin.parts.goals import INDICATORS
from queue_service.web.admin.parts.part import Part, languages_of, place
from queue_service.web.admin.parts.reader import TICKED, Fields, Reader, same
from queue_service.web.admin.parts.week import WEEKDAYS
from queue_service.web.app_parts import queue
from queue_service.web.credentials import CSRF_FIELD
from queue_service.web.i18n import LANGUAGES

_OWN_FIELDS: Final = frozenset({CSRF_FIELD, "seen", "do"})
_NEW: Final[Mapping[str, Mapping[str, str]]] = {
    "services": {"prefix": "", "active": TICKED},
    "counters": {"name": "", "all": TICKED},
    "teams": {"all": TICKED},
    "goals": {"indicator": "handling_time_within", "target_ratio": "", "all": TICKED},
    "exceptions": {"was": "", "date": "", "hours-0-from": "", "hours-0-until": ""},
}
"""What a new row begins with; one that is not here is a span of time."""
_FIRST: Final[Mapping[str, str]] = {
    "services": "prefix",
    "counters": "name",
    "goals": "indicator",
    "exceptions": "date",
}
_SPAN: Final[Mapping[str, str]] = {"from": "", "until": ""}


@dataclass(slots=True)
class Sheet:
    """A part's page as it is shown.

    ``faults``: field → sentence; ``elsewhere``: what is wrong outside its fields; ``notes``:
    field → what is in force now; ``focus``: the field to write in next.
    """

    branch: Branch
    part: Part
    fields: Fields
    seen: str
    status: int = 200
    told: str = ""
    focus: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


@blueprint.get("/branches/<branch>/<part>")
@allow("admin")
def section(branch: str, part: str) -> ResponseReturnValue:
    """A part's form."""
    found = fresh_branch(branch)
    return _page(_opened(found, _part(part)))


@blueprint.post("/branches/<branch>/<part>")
@allow("admin")
def save_section(branch: str, part: str) -> ResponseReturnValue:
    """Save a part, or change the form: one more row, a day's hours copied to others."""
    found, chosen = fresh_branch(branch), _part(part)
    fields = {k: v.strip() for k, v in request.form.items() if k not in _OWN_FIELDS}
    sheet = Sheet(found, chosen, fields, request.form.get("seen", ""))
    do = request.form.get("do", "")
    if do == "copy":
        sheet.fields, sheet.told = hours.copied(fields), "copied"
    elif do:
        sheet.fields, sheet.focus = _with_row(sheet, do)
    elif _saved(sheet):
        return redirect(url_for("admin.configuration", branch=branch, saved=part), 303)
    return _page(sheet)


def _part(part: str) -> Part:
    if part not in PARTS:
        raise NotFound("There is nothing at this address; check it.")
    return PARTS[part]


def _today(branch: Branch) -> str:
    return moment(branch, queue().store.time()).date


def _opened(branch: Branch, part: Part) -> Sheet:
    shown = part.show(branch.document, _today(branch))
    return Sheet(branch, part, shown, part.fingerprint(branch.document))


def _with_row(sheet: Sheet, group: str) -> tuple[Fields, str]:
    """The fields with one more row in a group, and its first field."""
    rows = Reader(sheet.fields).rows(group)
    row = f"{group}-{int(rows[-1].rpartition('-')[2]) + 1 if rows else 0}"
    added = {f"{row}-{name}": text for name, text in _NEW.get(group, _SPAN).items()}
    if group in _NEW:
        added |= {f"{row}-id": ""} | _empty_texts(sheet, group, row)
    return {**sheet.fields, **added}, f"{row}-{_first(sheet, group)}"


def _first(sheet: Sheet, group: str) -> str:
    """The ending of a new row's first field."""
    if group == "teams":
        return f"name-{languages_of(sheet.branch.document)[0]}"
    return _FIRST.get(group, "from")


def _empty_texts(sheet: Sheet, group: str, row: str) -> dict[str, str]:
    kind = {"services": "name", "teams": "name", "exceptions": "note"}.get(group)
    languages = languages_of(sheet.branch.document) if kind else ()
    return {f"{row}-{kind}-{language}": "" for language in languages}


def _saved(sheet: Sheet) -> bool:
    """Save what the form wants; otherwise the sheet says what keeps it from being saved."""
    document, form = sheet.branch.document, Reader(sheet.fields)
    wanted = {**document, **sheet.part.take(document, form, _today(sheet.branch))}
    sheet.faults = form.faults
    try:
        checked = parse_config(wanted)
    except Invalid as refusal:
        _find_places(sheet, form, refusal)
    if sheet.seen != sheet.part.fingerprint(document):
        return _changed_meanwhile(sheet)
    if sheet.faults or sheet.elsewhere:
        sheet.status = 422
        return False
    try:
        put_branch(queue(), sheet.branch.id, checked, if_match=sheet.branch.revision)
    except PreconditionFailed:
        sheet.branch = fresh_branch(sheet.branch.id)
        return _changed_meanwhile(sheet)
    except InUse as refusal:
        _say_in_use(sheet, refusal)
        return False
    return True


def _find_places(sheet: Sheet, form: Reader, refusal: Invalid) -> None:
    errors = refusal.extra.get("errors")
    own = list(form.faults)
    for error in errors if isinstance(errors, list) else []:
        row = form.places.get(error["field"])
        if row and any(name.startswith(f"{row}-") for name in own):
            continue  # the row as a whole does not fit because of what is told already
        name = place(error["field"], form.places, list(sheet.fields))
        if name:
            sheet.faults.setdefault(name, error["reason"])
        else:
            sheet.elsewhere.append(f"{error['field']}: {_(error['reason'])}")


def _changed_meanwhile(sheet: Sheet) -> bool:
    """Show what is in force now beside what was written; saving once more means it."""
    document = sheet.branch.document
    now = sheet.part.show(document, _today(sheet.branch))
    sheet.seen, sheet.status, sheet.told = sheet.part.fingerprint(document), 412, "changed"
    names = dict.fromkeys([*sheet.fields, *now])
    differ = [n for n in names if not same(sheet.fields.get(n, ""), now.get(n, ""))]
    sheet.notes = {name: now.get(name, "") for name in differ}
    return False


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
    ending, wanted = "id", refusal.extra.get("service") or refusal.extra.get("counter")
    if "prefix" in refusal.extra:
        ending, wanted = "prefix", refusal.extra["prefix"]
    for name, text in fields.items():
        if (
            re.fullmatch(rf"(services|counters)-[0-9]+-{ending}", name)
            and text.upper() == str(wanted).upper()
        ):
            row = name.removesuffix(f"-{ending}")
            return f"{row}-remove" if ending == "id" else name
    return ""


def _page(sheet: Sheet) -> Response:
    page = render_template(
        f"admin/part-{sheet.part.id}.html",
        section="configuration",
        sheet=sheet,
        branch=sheet.branch,
        fields=sheet.fields,
        faults=sheet.faults,
        notes=sheet.notes,
        labels={},
        focus=sheet.focus,
        rows=Reader(sheet.fields).rows,
        name_languages=languages_of(sheet.branch.document),
        weekdays=WEEKDAYS,
        indicators=[(key, _(name)) for key, name in INDICATORS.items()],
        goals_by_id={goal.id: goal for goal in sheet.branch.goals},
        known_languages=dict.fromkeys([*sheet.branch.languages, *LANGUAGES]),
        zones=sorted(available_timezones()) if sheet.part.id == "general" else (),
        known_exceptions={e.date: e for e in sheet.branch.hours_exceptions},
        fields_written=lambda group: any(_under(sheet.fields, group).values()),
        wants_eyes=lambda row: _under(sheet.faults, row) or _under(sheet.notes, row),
    )
    response = make_response(page, sheet.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _under(fields: Fields, group: str) -> Fields:
    return {name: text for name, text in fields.items() if name.startswith(f"{group}-")}
