"""The pages that supervisors have of a branch, and the way between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, request, url_for

from queue_service.branches.rules.branch import Branch
from queue_service.web.i18n import N_

_ACT: Final = "act.act"
_STAFFING: Final = "staffing.staffing"
_BOOKED: Final = "bookings_page.day"
_OF_THE_PRESENT: Final = (_ACT, _STAFFING, _BOOKED)
_PAGES: Final = (
    ("board.board", "clock", N_("Now")),
    (_ACT, "swap", N_("Act")),
    (_STAFFING, "calendar", N_("Staffing")),
    (_BOOKED, "ticket", N_("Appointments")),
    ("history.history", "chart", N_("History")),
    ("alerts.page", "bell", N_("Alerts")),
    ("reports.reports", "list", N_("Reports")),
    ("exports.exports", "arrow-down", N_("Exports")),
    ("notes.notes", "edit", N_("Notes")),
    ("history.definitions", "question", N_("Definitions")),
)
"""By their views' names; what this installation does not have is left out."""

_HOUR: Final = "hour.hour"
_UNDATED: Final = (_HOUR, "trial.trial")
"""They ask for dates of their own."""
_EXPLANATIONS: Final = (
    (_HOUR, N_("Why did it slip?")),
    ("trial.trial", N_("Did it help?")),
    ("comparison.comparison", N_("Compare branches")),
    ("history.branches", N_("All branches")),
    ("quality.quality", N_("What may bias the figures")),
    ("satisfaction.satisfaction", N_("What citizens think")),
    ("lifelines.lifelines", N_("Lifelines and referrals")),
    ("contacts.contacts", N_("All contacts")),
    ("reception_figures.reception", N_("The reception's figures")),
)
"""The pages that explain the history's figures, named by the questions they answer."""
_OF_HISTORY: Final = {view.partition(".")[0] for view, _ in _EXPLANATIONS}


@dataclass(frozen=True, slots=True)
class NavPage:
    """A way to a page. ``name`` has to be translated; ``here`` on the page itself and below it."""

    name: str
    icon: str
    address: str
    here: bool


def explanations(
    branch: str, dates: Mapping[str, str] | None = None, worst_day: str | None = None
) -> list[NavPage]:
    """The pages that explain a branch's figures, of ``dates`` if they have none of their own.

    The page of an hour opens on the ``worst_day`` if one is known.
    """
    hour = {"date": worst_day} if worst_day else {}

    def address(view: str) -> str:
        own: Mapping[str, Any] = hour if view == _HOUR else {}
        asked: Mapping[str, Any] = own if view in _UNDATED else dates or {}
        return url_for(view, branch=branch, **asked)

    return [
        NavPage(name, "", address(view), request.endpoint == view)
        for view, name in _EXPLANATIONS
        if view in current_app.view_functions
    ]


def pages(branch: Branch) -> list[NavPage]:
    """The pages of a branch, in the order of the navigation; replayed days are not acted on and
    have no tomorrow. Appointments are among them if the branch offers some."""
    left_out = {
        *(_OF_THE_PRESENT if branch.historic else ()),
        *(() if branch.bookings.offers else (_BOOKED,)),
    }
    return [
        NavPage(name, icon, url_for(view, branch=branch.id), _is_here(view))
        for view, icon, name in _PAGES
        if view in current_app.view_functions and view not in left_out
    ]


def _is_here(view: str) -> bool:
    if view == "history.definitions" or request.endpoint == "history.definitions":
        return request.endpoint == view
    home = "history" if request.blueprint in _OF_HISTORY else request.blueprint
    return home == view.partition(".")[0]
