"""A year's public holidays, entered at several branches at once."""

from __future__ import annotations

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.visible import visible_branches
from queue_service.configuration.holidays import (
    EnteredHolidays,
    configured_here,
    enter_holidays,
    not_entered,
    proposed,
    years_proposed,
)
from queue_service.errors import AppointmentsMet, Invalid
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.met import agreed_number
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt
from queue_service.web.i18n import N_


@blueprint.get("/holidays")
def holidays() -> ResponseReturnValue:
    """The days of a year with their ticks; at first those of the year that is asked for, and of
    every branch."""
    return _page(request.args.get("year", ""), request.args.getlist("branch"))


@blueprint.post("/holidays")
def save_holidays() -> ResponseReturnValue:
    """Enter the ticked days at the branches of the form, and show the result of each."""
    year, chosen = request.form.get("year", ""), request.form.getlist("branch")
    known = {branch.id for branch in _branches()}
    seen = {id_: request.form.get(f"seen-{id_}") for id_ in chosen if id_ in known}
    done, refused = attempt("holidays", lambda: _enter(year, seen))
    return _page(year, chosen, done or [], refused)


def _enter(year: str, seen: dict[str, str | None]) -> list[EnteredHolidays]:
    days = request.form.getlist("day")
    agreed = {id_: agreed_number(request.form.get(f"sure-{id_}", "")) for id_ in seen}
    return enter_holidays(queue(), seen, _number(year), days, _today(), by=g.caller, agreed=agreed)


def _number(year: str) -> int:
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid.at("year", N_("Choose this year or one of the next two."))
    return int(year)


def _today() -> str:
    """The date at the branches, the latest of their zones; empty without any."""
    now = queue().store.time()
    return max((moment(branch, now).date for branch in _branches()), default="")


def _branches() -> list[Branch]:
    """The branches whose hours the administrator may change, as they are now."""
    own = configured_here(queue(), visible_branches())
    return [fresh_branch(branch.id) for branch in own]


def _page(
    year: str,
    chosen: list[str],
    done: list[EnteredHolidays] | None = None,
    refused: FormRefused | None = None,
) -> Response:
    known, today = _branches(), _today()
    years = [str(each) for each in years_proposed(today)] if known else [""]
    branches = [branch for branch in known if branch.id in chosen] or known
    missing, _ = not_entered(branches, queue().store.time())
    asked = year if year in years else str(missing or years[0])
    return show(
        "holidays",
        refused,
        years=years,
        year=asked,
        known=known,
        chosen=branches,
        names={branch.id: branch.name for branch in known},
        days=proposed(branches, int(asked), today) if known else [],
        wanted=request.form.getlist("day") if done or refused else None,
        done=done or [],
        met={
            each.branch: each.refusal.extra
            for each in done or ()
            if isinstance(each.refusal, AppointmentsMet)
        },
    )
