"""Tomorrow and the next two weeks: arrivals to expect, and the counters that they need."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import show, writing
from dashboards.history.charts import keep
from dashboards.staffing.view import StaffingView
from queue_service.charts.store import ChartStore
from queue_service.days.rules.period import between
from queue_service.exports.about import ExportAbout
from queue_service.exports.csv_file import csv_file
from queue_service.exports.make import MEDIA_TYPES
from queue_service.exports.xlsx_file import xlsx_file
from queue_service.language.catalogues import N_
from queue_service.staffing.operations.advice import staffing_advice
from queue_service.staffing.operations.today import todays_pace
from queue_service.staffing.rules.advised import HIGHEST_WANTED
from queue_service.staffing.text import PaceText
from queue_service.web.context import queue
from queue_service.web.responses import uncached

blueprint = Blueprint("staffing", __name__, url_prefix="/dashboards")


@blueprint.get("/<branch>/staffing")
def staffing(branch: str) -> ResponseReturnValue:
    """The page: ``?date=2026-11-26`` chooses one of the coming days, by default the first with
    expected arrivals."""
    found = staffing_advice(queue(), branch, request.args.get("date", ""))
    view = StaffingView(found, writing())
    pace = todays_pace(queue(), found.branch, found.today)
    drawing = view.drawing()
    pictures = keep(queue().get(ChartStore), branch, {"day": drawing} if drawing else {})
    picture = pictures.get("day")
    return show(
        "staffing",
        found.branch,
        found=found,
        view=view,
        picture=picture,
        highest=HIGHEST_WANTED,
        pace=pace and PaceText(pace, found.branch, writing()),
    )


@blueprint.get("/<branch>/staffing/file")
def file(branch: str) -> ResponseReturnValue:
    """The coming days hour by hour as CSV or with ``format=xlsx`` for Excel, with today's pace."""
    now = queue().store.time()
    found = staffing_advice(queue(), branch, now=now)
    view = StaffingView(found, writing())
    dates = [day.date for day in found.days] or [found.today]
    pace = todays_pace(queue(), found.branch, found.today)
    about = ExportAbout(
        (found.branch,),
        between(dates[0], dates[-1]),
        now,
        view.write.language,
        more=[_today(PaceText(pace, found.branch, view.write), view)] if pace else [],
    )
    table = view.hours_table(found.days)
    excel = request.args.get("format") == "xlsx"
    content = xlsx_file([table], about, lambda: None) if excel else csv_file(table, about)
    ending = "xlsx" if excel else "csv"
    response: Response = uncached(content)
    response.headers["Content-Type"] = MEDIA_TYPES[ending]
    name = f"{branch}_staffing_{dates[0]}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _today(pace: PaceText, view: StaffingView) -> tuple[str, str]:
    sentences = (f"{pace.headline()}.", pace.target(), pace.one_more(), pace.basis())
    return view.write(N_("Today")), " ".join(filter(None, sentences))
