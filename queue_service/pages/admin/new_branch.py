"""A new branch: from the ready services with hours and counters, or like another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.rules.credentials import checked_branch
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.visible import visible_branches
from queue_service.configuration.operations import Configured, put_branch
from queue_service.configuration.ready import (
    COUNTERS,
    HOURS,
    MOST_COUNTERS,
    ready_branch,
    ready_services,
)
from queue_service.errors import Invalid
from queue_service.language.languages import LANGUAGES, staff_languages
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.parts.reader import TICKED, Fields, FormReader
from queue_service.pages.admin.parts.rows import new_id
from queue_service.pages.admin.parts.week import WEEKDAYS, read_week, shown_week
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, checked, form_value
from queue_service.web.i18n import N_

_WEEK = "new-hours"
_COUNTERS = "new-counters"
_SERVICE = "new-service-"
_LANGUAGE = "new-language-"


@blueprint.get("/new")
def new_branch() -> ResponseReturnValue:
    """The form for a new branch."""
    ticked = [f"{_SERVICE}{one.id}" for one in ready_services() if one.ticked]
    ticked += [f"{_LANGUAGE}{code}" for code in staff_languages()]
    proposed = {**shown_week(_WEEK, HOURS), _COUNTERS: str(COUNTERS)}
    return _page({**proposed, **dict.fromkeys(ticked, TICKED)})


@blueprint.post("/new")
def add_branch() -> ResponseReturnValue:
    """Add a branch, and go on to its checklist."""
    fields = {name: text.strip() for name, text in request.form.items()}
    done, refused = attempt("new", lambda: _add(FormReader(fields)))
    if refused:
        return _page(fields, refused)
    return redirect(url_for("admin.checklist", branch=done.branch.id), 303)


def _page(fields: Fields, refused: FormRefused | None = None) -> ResponseReturnValue:
    services = ready_services()
    return show(
        "new",
        refused,
        fields=fields,
        rows=FormReader(fields).rows,
        weekdays=WEEKDAYS,
        services=services,
        icons=[f"p-{one.pictogram}" for one in services],
        most_counters=MOST_COUNTERS,
    )


def _add(form: FormReader) -> Configured:
    known = {branch.id: branch for branch in visible_branches(past=True)}
    name, model = form_value("name"), known.get(form_value("like"))
    written = form_value("branch") or (new_id(name, known) if name else "")
    document = {**(_like(model) if model else _ready(form)), "name": name}
    checked(lambda: _named(name), lambda: _free(written, known), lambda: _readable(form))
    return put_branch(queue(), written, parse_config(document), by=g.caller)


def _ready(form: FormReader) -> Mapping[str, Any]:
    """From the fields of the form. A form without any of them makes an empty branch."""
    services = {one.id for one in ready_services() if form.ticked(f"{_SERVICE}{one.id}")}
    languages = [code for code in LANGUAGES if form.ticked(f"{_LANGUAGE}{code}")]
    reason = N_("Write a whole number from 0 to 50.")
    counters = form.whole(_COUNTERS, 0, MOST_COUNTERS, reason) if form.text(_COUNTERS) else 0
    return ready_branch("", services, languages, read_week(form, _WEEK), max(counters, 0))


def _readable(form: FormReader) -> None:
    if form.faults:
        faults = [
            {"field": name.removeprefix("new-"), "reason": reason}
            for name, reason in form.faults.items()
        ]
        raise Invalid.of(faults)


def _named(name: str) -> None:
    if not name:
        raise Invalid.at("name", "Write a name.")


def _free(branch: str, known: Collection[str]) -> None:
    try:
        checked_branch(branch)
    except Invalid:
        raise Invalid.at("branch", "Use small letters a to z, digits and hyphens.") from None
    if branch in known:
        raise Invalid.at("branch", "Another branch has this id.")


def _like(model: Branch) -> Mapping[str, Any]:
    own = ("historic", "practice", "archived", "outcomes_known", "lifelines", "stops")
    return {key: value for key, value in model.document.items() if key not in own}
