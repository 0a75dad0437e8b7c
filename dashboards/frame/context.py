"""The context that all pages about a branch share: values of their common parts, dates, texts."""

from __future__ import annotations

from typing import Final

from flask import render_template

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.visible import other_branches
from queue_service.days.rules.period import Period
from queue_service.days.store import DayStore
from queue_service.mobile.operations.state import mobile_state
from queue_service.mobile.text import headline
from queue_service.notes.operations import notes_in
from queue_service.notes.rules import Note, NoteKind
from queue_service.tables.comparisons.comparison_figures import any_figure
from queue_service.tables.words import NOTES
from queue_service.tables.writing import Writing
from queue_service.web.context import queue
from queue_service.web.i18n import current_language

NOTE_ICONS: Final[dict[NoteKind, str]] = {
    "outage": "warning",
    "training": "people",
    "weather": "cloud",
    "staffing": "desk",
    "event": "calendar",
    "other": "info",
    "intervention": "swap",
}
"""The shape next to each kind of note."""


def writing() -> Writing:
    """Writes in the page's language."""
    return Writing(current_language())


def today_of(branch: Branch) -> str:
    """A branch's present: for a historic one the last day that it has."""
    today = moment(branch, queue().store.time()).date
    if not branch.historic:
        return today
    dates = queue().get(DayStore).dates(branch.id)
    return dates[-1] if dates else today


def whole_until(branch: Branch, last: str) -> str:
    """For a disconnected bus, until when its figures here are complete, for a page up to the date
    ``last``; empty if none of them can be missing."""
    now = queue().store.time()
    bus = mobile_state(queue(), branch, now)
    if bus is None or last < moment(branch, bus.complete_until or 0).date:
        return ""
    found = headline(bus, branch, now, writing())
    return f"{found[0]}. {found[1]}" if found else ""


def notes_by_day(branch: str, period: Period) -> dict[str, list[Note]]:
    """A period's notes, for marks on its days."""
    found: dict[str, list[Note]] = {}
    for note in notes_in(queue(), branch, period):
        found.setdefault(note.date, []).append(note)
    return found


def show(template: str, branch: Branch, **values: object) -> str:
    """A page about a branch, of the class ``insight`` unless ``page_class`` says otherwise.

    Its template may ask ``figure("pace")`` for a figure's words.
    """
    write = writing()
    return render_template(
        f"{template}.html",
        branch=branch,
        others=other_branches(branch.id),
        section=template,
        page_branch=branch.id,
        page_as="staff",
        write=write,
        say=write,
        figure=lambda figure_id: any_figure(figure_id, write),
        note_icons=NOTE_ICONS,
        note_names=NOTES,
        **{"page_class": "insight", **values},
    )
