"""One thing is written in one way, wherever it is read: on pages, in letters and in files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from dashboards.alerts.view import AlertView
from dashboards.exports.view import export_row
from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.text import AlertText
from queue_service.app import create_app
from queue_service.branches.rules.branch import Branch
from queue_service.charts.draw import draw
from queue_service.charts.trend import Point, trend
from queue_service.exports.order import new_order
from queue_service.exports.store import Record
from queue_service.goals import wording as goals
from queue_service.language.wording import Wording, date_and_time, stopwatch
from queue_service.pages.admin.words import goal_sentence, spans, wall
from queue_service.reports.page import ReportPage
from queue_service.reports.report import GoalLine, Report
from queue_service.runtime.settings import Settings
from queue_service.tables.words import Words
from queue_service.tables.writing import Writing
from tests.desks import document

NINE = 1_795_593_600_000
"""2026-11-25 08:00 UTC."""
FIVE_PAST = NINE + 5 * 60_000
ZONE = "Europe/Copenhagen"
BRANCH = Branch.from_document("raadhuset", "1", document())
GOAL = replace(BRANCH.goals[0], target_ratio=0.725)
ALERT = Alert("0123456789abcdef", FIVE_PAST, AlertCause(Cause("goal", GOAL.id), judged=40,
              within=20, target=0.725), 0, told=())  # fmt: skip
REPORT = Report(
    "raadhuset", "Rådhuset", ZONE, "week", "2026-11-23", "2026-11-29", FIVE_PAST, True, (),
    (GoalLine(GOAL, 0.725, 40, 29, 0.725, 0.57, 0.84, "met"),), {}, {}, (), (), {},
)  # fmt: skip

Outlet = Callable[[str], str]

TIMES: dict[str, Outlet] = {
    "wording": lambda code: Wording(code).time_of_day(FIVE_PAST, ZONE),
    "configured": lambda code: Wording(code).wall("09:05"),
    "administration": lambda _: wall("09:05"),
    "hours": lambda _: spans([("09:05", "17:00")]).partition("–")[0],
    "alert": lambda code: AlertText(BRANCH, code).time_of_day(FIVE_PAST),
    "page of alerts": lambda _: AlertView(BRANCH).alerts([ALERT])[0].raised,
    "page of files": lambda code: export_row(record(), BRANCH, code).requested,
    "report": lambda code: ReportPage(REPORT, code).created.rpartition(" ")[2],
}
TARGETS: dict[str, Outlet] = {
    "wording": lambda code: Wording(code).whole_percent(0.725),
    "measured": lambda code: Writing(code).value(0.725, "ratio"),
    "goal": lambda code: goals.target(0.725, Words(code)).rpartition(" ")[2].replace("Mål ", ""),
    "administration": lambda _: goal_sentence(GOAL).split(" klaret")[0].split(" handled")[0],
    "alert": lambda code: AlertText(BRANCH, code).facts(ALERT),
    "report": lambda code: ReportPage(REPORT, code).goals[0].target_text,
    "report's share": lambda code: ReportPage(REPORT, code).goals[0].ratio,
}


def record() -> Record:
    given = {"content": "days", "from": "2026-11-01", "to": "2026-11-02"}
    order = new_order(BRANCH.id, (), given).to_text()
    return Record(id="f", order=order, state="ready", asked_at=FIVE_PAST, touched_at=FIVE_PAST)


@pytest.fixture(params=["da", "en"])
def code(request: pytest.FixtureRequest, settings: Settings) -> Any:
    """A language, with a page of it being asked for."""
    with create_app(settings).test_request_context(f"/?lang={request.param}"):
        yield request.param


@pytest.mark.parametrize("outlet", TIMES.values(), ids=TIMES)
def test_a_time_of_day_is_spelled_alike(outlet: Outlet, code: str) -> None:
    assert outlet(code) == {"da": "9.05", "en": "9:05"}[code]


@pytest.mark.parametrize("outlet", TARGETS.values(), ids=TARGETS)
def test_a_percentage_is_spelled_alike(outlet: Outlet, code: str) -> None:
    assert {"da": "72,5\N{NO-BREAK SPACE}%", "en": "72.5%"}[code] in outlet(code)


@pytest.mark.parametrize(("code", "sign"), [("da", "80\N{NO-BREAK SPACE}%"), ("en", "80%")])
def test_a_chart_spells_it_likewise(code: str, sign: str) -> None:
    assert sign in draw(trend([Point("1 Nov", 0.8), Point("2 Nov", 0.9)], "Share", "ratio", code))


@pytest.mark.parametrize(
    ("time", "danish", "english"),
    [("00:05", "0.05", "0:05"), ("9:30", "9.30", "9:30"), ("23:59", "23.59", "23:59"),
     ("noon", "noon", "noon"), ("", "", "")],
)  # fmt: skip
def test_a_configured_time(time: str, danish: str, english: str) -> None:
    assert [Wording(code).wall(time) for code in ("da", "en")] == [danish, english]


@pytest.mark.parametrize(
    ("at", "danish", "english"),
    [("2026-11-25T23:00", "24.00", "24:00"), ("2026-11-25T23:01", "0.01", "0:01"),
     ("2026-11-25T22:59", "23.59", "23:59"), ("2026-11-25T09:00", "10.00", "10:00")],
)  # fmt: skip
def test_an_opening_ends_with_its_day_and_not_at_its_beginning(
    at: str, danish: str, english: str
) -> None:
    instant = round(datetime.fromisoformat(f"{at}+00:00").timestamp() * 1000)
    said = [Wording(code).closing_time(instant, "Europe/Copenhagen") for code in ("da", "en")]
    assert said == [danish, english]


def test_lengths() -> None:
    say = Wording("en")
    assert [say.length(n) for n in (360, 90, 45, 0.5)] == ["6 min", "90 s", "45 s", "0.5 s"]
    reported = [say.roughly(n) for n in (-5, 40.9, 60, 299, 3599, 3600, 3905)]
    assert reported == ["0 s", "40 s", "1 min", "4 min", "59 min", "1 h", "1 h 5 min"]
    assert [stopwatch(n) for n in (7.4, 187, 3787)] == ["0:07", "3:07", "1:03:07"]
    assert [stopwatch(n) for n in (6.5, 7.5)] == ["0:07", "0:08"]


def test_numbers() -> None:
    danish, english = Wording("da"), Wording("en")
    assert [say.decimal(1234.56) for say in (danish, english)] == ["1.234,6", "1,234.6"]
    assert [say.count(1234.5) for say in (danish, english)] == ["1.234", "1,234"]
    assert [danish.signed(n, "2") for n in (2, -2, 0)] == ["+2", "\N{MINUS SIGN}2", "2"]
    assert [say.size(1_440_000) for say in (danish, english)] == ["1,4 MB", "1.4 MB"]
    assert english.size(3) == "1 kB"


def test_an_operator_reads_an_instant_in_a_zone() -> None:
    assert date_and_time(FIVE_PAST, "UTC") == "2026-11-25 08:05"
    assert date_and_time(FIVE_PAST, ZONE) == "2026-11-25 09:05"


def test_dates() -> None:
    danish, english = Wording("da"), Wording("en")
    day = "2026-11-25"
    assert [say.weekday_and_day(day) for say in (danish, english)] == [
        "ons. 25. nov. 2026", "Wed 25 Nov 2026",
    ]  # fmt: skip
    assert [say.short_day_at(FIVE_PAST, ZONE) for say in (danish, english)] == [
        "25. nov.",
        "25 Nov",
    ]
    assert danish.within_sentence("November 2026") == "november 2026"
    assert english.within_sentence("November 2026") == "November 2026"


@pytest.mark.parametrize(
    ("language", "last", "written"),
    [
        ("en", "2026-11-13", "2–13 Nov 2026"),
        ("en", "2026-12-13", "2 Nov–13 Dec 2026"),
        ("en", "2027-01-02", "2 Nov 2026–2 Jan 2027"),
        ("en", "2026-11-02", "2 Nov 2026"),
        ("da", "2026-11-13", "2.–13. nov. 2026"),
        ("da", "2027-01-02", "2. nov. 2026–2. jan. 2027"),
    ],
)
def test_a_range_of_days_says_once_what_both_ends_share(
    language: str, last: str, written: str
) -> None:
    assert Wording(language).span("2026-11-02", last) == written
