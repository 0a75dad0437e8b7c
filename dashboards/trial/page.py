"""Before and after a chosen date, as the evaluation of a trial: its uncertainty is stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import notes_by_day, show, writing
from dashboards.trial.view import TrialView
from queue_service.branches.rules.branch import Branch
from queue_service.branches.visible import comparable_branches
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import between, in_reach
from queue_service.exports.about import ExportAbout
from queue_service.exports.csv_file import csv_file
from queue_service.exports.make import MEDIA_TYPES
from queue_service.exports.xlsx_file import xlsx_file
from queue_service.insight.operations.trial import EVERY_DAY, Trial
from queue_service.insight.operations.trial import trial as evaluate
from queue_service.tables.comparisons.trial import verdicts_table, weeks_table
from queue_service.web.context import queue
from queue_service.web.i18n import N_
from queue_service.web.responses import uncached

blueprint = Blueprint("trial", __name__, url_prefix="/dashboards")

LENGTHS: Final[Mapping[int, str]] = {
    7: N_("1 week"),
    14: N_("2 weeks"),
    28: N_("4 weeks"),
    56: N_("8 weeks"),
    91: N_("13 weeks"),
    182: N_("26 weeks"),
}
"""The lengths of a side that the form offers: whole weeks, so that the weekdays are the same."""

WEEKDAYS: Final[Mapping[str, tuple[frozenset[int], str]]] = {
    "": (EVERY_DAY, N_("All days")),
    "workdays": (frozenset(range(5)), N_("Monday to Friday")),
    "weekend": (frozenset({5, 6}), N_("Saturday and Sunday")),
    "saturday": (frozenset({5}), N_("Saturday alone")),
    "sunday": (frozenset({6}), N_("Sunday alone")),
    "monday": (frozenset({0}), N_("Monday alone")),
    "tuesday": (frozenset({1}), N_("Tuesday alone")),
    "wednesday": (frozenset({2}), N_("Wednesday alone")),
    "thursday": (frozenset({3}), N_("Thursday alone")),
    "friday": (frozenset({4}), N_("Friday alone")),
}
"""The weekdays that may be looked at."""

_USUAL_DAYS: Final = 28
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class TrialQuery:
    """The page's query, as it was sent. ``wrong`` names the invalid fields."""

    date: str
    days: str
    other: str
    without_outages: bool
    weekdays: str
    branches: tuple[Branch, ...]

    @property
    def wrong(self) -> dict[str, bool]:
        """By field: whether it is wrong."""
        possible = self.days.isascii() and self.days.isdecimal()
        known = not self.other or any(branch.id == self.other for branch in self.branches)
        return {
            "date": not in_reach(self.date),
            "days": not possible or not 1 <= int(self.days) <= _MOST_DAYS,
            "other": not known,
            "weekdays": self.weekdays not in WEEKDAYS,
        }


@blueprint.get("/<branch>/trial")
def trial(branch: str) -> ResponseReturnValue:
    """The page: ``?date=2026-11-02&days=28&other=<branch>&without_outages=1&weekdays=workdays``.

    Without a date it asks for one. An invalid choice is reported at its field.
    """
    known = get_branch(queue(), branch)
    query = _query(tuple(comparable_branches(known)))
    if not query.date:
        return _page(known, query, wrong={})
    if any(query.wrong.values()):
        return _page(known, query, wrong=query.wrong), 422
    return _result_page(known, query, _evaluated(known, query))


@blueprint.get("/<branch>/trial/weeks")
def weeks(branch: str) -> ResponseReturnValue:
    """The trial as a file: the page's query with ``format=csv`` or ``xlsx``.

    The workbook has the verdicts on the figures and the weeks; a CSV file has the weeks, or with
    ``part=figures`` the verdicts.
    """
    known = get_branch(queue(), branch)
    query = _query(tuple(comparable_branches(known)))
    if not query.date or any(query.wrong.values()):
        return _page(known, query, wrong=query.wrong), 422
    return _file(known, query, "csv" if request.args.get("format") == "csv" else "xlsx")


def _file(known: Branch, query: TrialQuery, kind: str) -> Response:
    found, language = _evaluated(known, query), writing().language
    verdicts, by_week = verdicts_table(found, language), weeks_table(found, language)
    figures = request.args.get("part") == "figures"
    period = between(found.before.first, found.after.last if found.after else found.before.last)
    notes = [(known, note) for of_day in notes_by_day(known.id, period).values() for note in of_day]
    about = ExportAbout((known,), period, queue().store.time(), language, notes, found.left_out())
    content = (
        csv_file(verdicts if figures else by_week, about)
        if kind == "csv"
        else xlsx_file([verdicts, by_week], about, lambda: None)
    )
    response = uncached(content)
    part = "_figures" if figures and kind == "csv" else ""
    name = f"{known.id}_trial_{query.date}{part}.{kind}"
    response.headers["Content-Type"] = MEDIA_TYPES[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _evaluated(known: Branch, query: TrialQuery) -> Trial:
    return evaluate(
        queue(),
        known.id,
        query.date,
        int(query.days),
        other=query.other or None,
        without_outages=query.without_outages,
        weekdays=WEEKDAYS[query.weekdays][0],
    )


def _query(others: tuple[Branch, ...]) -> TrialQuery:
    arguments = request.args
    return TrialQuery(
        arguments.get("date", ""),
        arguments.get("days", str(_USUAL_DAYS)),
        arguments.get("other", ""),
        bool(arguments.get("without_outages")),
        arguments.get("weekdays", ""),
        others,
    )


def _result_page(known: Branch, query: TrialQuery, found: Trial) -> str:
    last = found.after.last if found.after else found.before.last
    return _page(
        known,
        query,
        wrong={},
        trial=found,
        view=TrialView(found, writing()),
        all_days=TrialView(found.whole, writing()) if found.whole else None,
        notes=notes_by_day(known.id, between(found.before.first, last)),
        other=found.there.past.branch if found.there else None,
    )


def _page(known: Branch, query: TrialQuery, **values: object) -> str:
    lengths = {str(days): name for days, name in LENGTHS.items()}
    weekdays = {key: name for key, (_, name) in WEEKDAYS.items()}
    return show(
        "trial",
        known,
        inputs=query,
        lengths=lengths,
        weekdays=weekdays,
        others_view="trial.trial",  # Not the file's address, which is wrong without a date.
        **values,
    )
