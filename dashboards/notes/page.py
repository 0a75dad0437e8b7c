"""Notes on days: written and removed here, and shown by every page and report of the day."""

from __future__ import annotations

from datetime import date as calendar_date
from itertools import groupby

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, today_of
from queue_service.branches.rules.branch import Branch
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import Period, after, before, in_reach, period_of
from queue_service.notes.operations import add_note, notes_in, remove_note
from queue_service.notes.rules import LONGEST_NOTE, MOST_NOTES, NOTE_KINDS
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value

blueprint = Blueprint("notes", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/notes")
def notes(branch: str) -> ResponseReturnValue:
    """A month's notes and the form for one more: ``?month=2026-11``, or ``?date=2026-11-25``."""
    known = get_branch(queue(), branch)
    date = request.args.get("date", "")
    month = f"{request.args.get('month', '')}-01"
    chosen_day = next((day for day in (date, month) if in_reach(day)), today_of(known))
    return _page(known, chosen_day, date if in_reach(date) else "")


@blueprint.post("/<branch>/notes")
def write(branch: str) -> ResponseReturnValue:
    """Write a note; the response is its month, or the form with its errors."""
    known = get_branch(queue(), branch)
    date = form_value("date")
    made, refused = attempt(
        "note", lambda: add_note(queue(), branch, date, form_value("kind"), form_value("text"))
    )
    if refused:
        return _page(known, date if in_reach(date) else today_of(known), date, refused)
    return redirect(f"{_address(branch, date)}#{made.id}", 303)


@blueprint.post("/<branch>/notes/<date>/<note>/remove")
def remove(branch: str, date: str, note: str) -> ResponseReturnValue:
    """Remove a note; one that is gone already stays so."""
    remove_note(queue(), branch, date, note)
    return redirect(_address(branch, date if in_reach(date) else ""), 303)


def _address(branch: str, date: str) -> str:
    return url_for("notes.notes", branch=branch, month=date[:7] or None)


def _page(branch: Branch, day: str, date: str, refused: FormRefused | None = None) -> Response:
    month = period_of("month", day)
    text = show(
        "notes",
        branch,
        month=month,
        weeks=_by_day(branch.id, month),
        kinds=NOTE_KINDS,
        longest=LONGEST_NOTE,
        most=MOST_NOTES,
        today=today_of(branch),
        date=date,
        kind=form_value("kind"),
        text=form_value("text"),
        wrong={error["field"]: error["reason"] for error in refused.errors} if refused else {},
        earlier=before(month).first[:7],
        later=after(month).first[:7],
    )
    return make_response(text, refused.status if refused else 200)


def _by_day(branch: str, month: Period) -> list[tuple[str, int, list[object]]]:
    """Each date of a month that has notes, latest first, with its weekday."""
    found = sorted(notes_in(queue(), branch, month), key=lambda note: note.date, reverse=True)
    days = groupby(found, lambda note: note.date)
    return [(day, calendar_date.fromisoformat(day).weekday(), list(of)) for day, of in days]
