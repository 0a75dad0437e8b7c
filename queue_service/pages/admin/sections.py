"""The pages of a branch's configuration, one for each part, as forms that work without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from zoneinfo import available_timezones

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.rules.pictograms import PICTOGRAM_NAMES
from queue_service.branches.store import BranchStore
from queue_service.errors import NotFound
from queue_service.goals.rules.indicators import INDICATORS
from queue_service.pages.admin.booking_days import offer_values
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.config_form import ConfigForm, opened, saved
from queue_service.pages.admin.forms import blueprint
from queue_service.pages.admin.offer_hints import any_hints
from queue_service.pages.admin.order import move
from queue_service.pages.admin.parts import PARTS, bookings, hours
from queue_service.pages.admin.parts.lifelines import municipal_services
from queue_service.pages.admin.parts.part import Part, languages_of
from queue_service.pages.admin.parts.reader import TICKED, Fields, FormReader
from queue_service.pages.admin.parts.week import WEEKDAYS, shown_week
from queue_service.pages.admin.words import named
from queue_service.runtime.phone_address import phone_address
from queue_service.web.context import queue, settings
from queue_service.web.i18n import LANGUAGES
from queue_service.web.i18n import gettext as _
from queue_service.web.responses import framing, uncached
from queue_service.web.security.credentials import CSRF_FIELD

_OWN_FIELDS: Final = frozenset({CSRF_FIELD, "seen", "do", "sure", "preview-date"})
_DATE: Final[Mapping[str, str]] = {
    "was": "", "date": "", "hours-0-from": "", "hours-0-until": "",
}  # fmt: skip
_NEW: Final[Mapping[str, Mapping[str, str]]] = {
    "services": {"prefix": "", "active": TICKED},
    "counters": {"all": TICKED},
    "teams": {"all": TICKED},
    "goals": {"indicator": next(iter(INDICATORS)), "target_ratio": "", "all": TICKED},
    "stops": {},
    "pause_reasons": {},
    "lifelines": {
        "telephone": "",
        "within-min": "1",
        "within-sec": "0",
        "target_ratio": "80",
        "all": TICKED,
    },
    "exceptions": _DATE,
    "quiet_exceptions": _DATE,
    bookings.GROUP: bookings.NEW,
}
"""The initial values of a new row; a row without any is a span of time."""
_FIRST: Final[Mapping[str, str]] = {
    "services": "prefix",
    "goals": "indicator",
    "exceptions": "date",
    "quiet_exceptions": "date",
    bookings.GROUP: "service",
}
PREVIEWED: Final = ("hours", "exceptions", "services", "counters", "stops", "general")
"""The parts that change how a kiosk or a display looks."""
_SPAN: Final[Mapping[str, str]] = {"from": "", "until": ""}


@blueprint.get("/branches/<branch>/<part>")
def section(branch: str, part: str) -> ResponseReturnValue:
    """A part's form."""
    config_form = opened(fresh_branch(branch), _part(part))
    if "saved" in request.args and _is_hinted(config_form):
        config_form.notice = "hinted"
    return _page(config_form)


@blueprint.post("/branches/<branch>/<part>")
def save_section(branch: str, part: str) -> ResponseReturnValue:
    """Save a part, move a service, or change the form: one more row, hours copied to others.

    ``look`` shows it as it is filled in. After saving hours that give no times the page says so.
    """
    found, chosen = fresh_branch(branch), _part(part)
    if _locked(found, chosen):
        return _page(opened(found, chosen), HTTPStatus.CONFLICT)
    fields = {k: v.strip() for k, v in request.form.items() if k not in _OWN_FIELDS}
    do = request.form.get("do", "")
    if chosen is hours.PART and do in ("", "copy"):
        fields = hours.copied(fields)  # a day that is ticked is meant, whichever button is pressed
    config_form = ConfigForm(found, chosen, fields, request.form.get("seen", ""))
    config_form.sure = request.form.get("sure", "")
    if do:
        _change(config_form, do)
    elif saved(config_form):
        return redirect(_after_saving(config_form), 303)
    return _page(config_form)


def _change(config_form: ConfigForm, do: str) -> None:
    if do == "copy":
        config_form.notice = "copied"
    elif do == "day":
        config_form.focus = "day-shown"
    elif " " in do:
        move(config_form, *do.split(" ", 1))
    elif do != "look":
        config_form.fields, config_form.focus = _with_row(config_form, do)


def _after_saving(config_form: ConfigForm) -> str:
    """The address of the next page: the same one again if it has hints."""
    branch, part = config_form.branch, config_form.part
    if _is_hinted(config_form):
        return url_for("admin.section", branch=branch.id, part=part.id, saved=1)
    return url_for("admin.configuration", branch=branch.id, saved=part.id)


def _is_hinted(config_form: ConfigForm) -> bool:
    offers = config_form.part is bookings.PART
    return offers and any_hints(config_form.branch, config_form.fields)


def _part(part: str) -> Part:
    if part not in PARTS:
        raise NotFound("There is nothing at this address; check it.")
    return PARTS[part]


def _with_row(config_form: ConfigForm, group: str) -> tuple[Fields, str]:
    """The fields with one more row in a group, and its first field."""
    rows = FormReader(config_form.fields).rows(group)
    row = f"{group}-{int(rows[-1].rpartition('-')[2]) + 1 if rows else 0}"
    initial = _DATE if group.endswith("-exceptions") else _NEW.get(group, _SPAN)
    added = {f"{row}-{name}": text for name, text in initial.items()}
    if group in _NEW:
        added |= {f"{row}-id": ""} | _empty_texts(config_form, group, row)
    if group == "services":
        languages = languages_of(config_form.branch.document)
        added |= {f"{row}-about-{language}": "" for language in languages}
    if group in ("services", "lifelines", "stops"):
        added |= shown_week(f"{row}-hours", {})
    if group == bookings.GROUP:
        added |= shown_week(f"{row}-week", {})
        # A branch without offers has no fields for them yet.
        added |= {
            name: config_form.fields.get(name, text)
            for name, text in bookings.shown_limits(config_form.branch.document).items()
        }
    return {**config_form.fields, **added}, f"{row}-{_first(config_form, group)}"


def _first(config_form: ConfigForm, group: str) -> str:
    """The ending of a new row's first field."""
    if group in ("counters", "teams", "lifelines", "stops", "pause_reasons"):
        return f"name-{languages_of(config_form.branch.document)[0]}"
    return "date" if group.endswith("-exceptions") else _FIRST.get(group, "from")


def _empty_texts(config_form: ConfigForm, group: str, row: str) -> dict[str, str]:
    kind = {
        "services": "name",
        "counters": "name",
        "teams": "name",
        "lifelines": "name",
        "stops": "name",
        "pause_reasons": "name",
        "exceptions": "note",
    }.get(group)
    languages = languages_of(config_form.branch.document) if kind else ()
    return {f"{row}-{kind}-{language}": "" for language in languages}


def _locked(branch: Branch, part: Part) -> str:
    """The reason why a part cannot be changed here: ``home`` on the machine of a bus, which is
    configured on the central server; ``stops`` for opening hours that are those of the stops. Else
    empty."""
    if queue().get(BranchStore).fact(branch.id, "home"):
        return "home"
    return "stops" if part.id == hours.PART.id and branch.stops else ""


def _page(config_form: ConfigForm, status: int | None = None) -> Response:
    lifelines = config_form.part.id == "lifelines"
    service_names = [(s.id, named(s.name)) for s in config_form.branch.services.values()]
    page = render_template(
        f"admin/parts/{config_form.part.id}.html",
        section="configuration",
        config_form=config_form,
        branch=config_form.branch,
        locked=_locked(config_form.branch, config_form.part),
        home_url=queue().get(BranchStore).fact(config_form.branch.id, "home"),
        fields=config_form.fields,
        faults=config_form.faults,
        notes=config_form.notes,
        labels={},
        focus=config_form.focus,
        rows=FormReader(config_form.fields).rows,
        name_languages=languages_of(config_form.branch.document),
        weekdays=WEEKDAYS,
        phones=phone_address(settings()),
        pictogram_names=PICTOGRAM_NAMES,
        pictogram_icons=[f"p-{pictogram}" for pictogram in PICTOGRAM_NAMES],
        pictogram_choices=[
            ("", _("None")),
            *((id_, _(name)) for id_, name in PICTOGRAM_NAMES.items()),
        ],
        indicators=[(one.id, _(one.choice)) for one in INDICATORS.values()],
        goals_by_id={goal.id: goal for goal in config_form.branch.goals},
        branch_languages=dict.fromkeys([*config_form.branch.languages, *LANGUAGES]),
        stops_by_id={stop.id: stop for stop in config_form.branch.stops},
        lifelines_by_id={line.id: line for line in lifelines_of(config_form.branch)},
        municipal_services=municipal_services(config_form.branch, queue().get(BranchStore).all())
        if lifelines
        else {},
        zones=sorted(available_timezones()) if config_form.part.id == "general" else (),
        unsure_choices=[("", _("Nothing: hide it")), *service_names],
        tells=tells_of,
        at_desks=lambda service: desks_taking(config_form.branch, service),
        alike=lambda prefix: bool({"O", "I"} & set(str(prefix).upper())),
        known_exceptions={e.date: e for e in config_form.branch.hours_exceptions},
        fields_written=lambda group: any(_under(config_form.fields, group).values()),
        wants_eyes=lambda row: _under(config_form.faults, row) or _under(config_form.notes, row),
        previewed=config_form.part.id in PREVIEWED and not config_form.branch.historic,
        **(offer_values(config_form) if config_form.part is bookings.PART else {}),
    )
    return framing(uncached(page, status or config_form.status))


def tells_of(prefix: str, names: Iterable[str]) -> bool:
    """Whether the letters on a ticket begin the name of its service."""
    return bool(prefix) and any(name.upper().startswith(prefix.upper()) for name in names)


def desks_taking(branch: Branch, service: str) -> list[str]:
    """The names of the counters without a door that take a service."""
    return [
        counter.name
        for counter in branch.counters.values()
        if counter.kind == "desk" and service in branch.takes(counter.id, None)
    ]


def _under(fields: Fields, group: str) -> Fields:
    return {name: text for name, text in fields.items() if name.startswith(f"{group}-")}
