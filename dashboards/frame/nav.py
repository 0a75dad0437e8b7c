"""The pages that supervisors have of a branch, and the way between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app, request, url_for

from queue_service.web.i18n import N_

_ACT: Final = "act.act"
_PAGES: Final = (
    ("board.board", "clock", N_("Now")),
    (_ACT, "swap", N_("Act")),
    ("history.history", "chart", N_("History")),
    ("alerts.page", "bell", N_("Alerts")),
    ("reports.reports", "list", N_("Reports")),
    ("exports.exports", "arrow-down", N_("Exports")),
    ("notes.notes", "edit", N_("Notes")),
    ("history.definitions", "question", N_("Definitions")),
)
"""By their views' names; what this installation does not have is left out."""

_OF_HISTORY: Final = (
    "hour",
    "trial",
    "comparison",
    "quality",
    "satisfaction",
    "lifelines",
    "contacts",
    "reception_figures",
)
"""The blueprints of pages that explain the history, and are found from it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A way to a page. ``name`` is to be translated; ``here`` on the page itself and below it."""

    name: str
    icon: str
    address: str
    here: bool


def pages(branch: str, *, historic: bool = False) -> list[Page]:
    """The pages of a branch, in the order of the navigation; replayed days are not acted on."""
    return [
        Page(name, icon, url_for(view, branch=branch), _is_here(view))
        for view, icon, name in _PAGES
        if view in current_app.view_functions and not (historic and view == _ACT)
    ]


def _is_here(view: str) -> bool:
    if view == "history.definitions" or request.endpoint == "history.definitions":
        return request.endpoint == view
    home = "history" if request.blueprint in _OF_HISTORY else request.blueprint
    return home == view.partition(".")[0]
