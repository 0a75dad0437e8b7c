"""A report reveals no small group, in any figure or compared with another report."""

from __future__ import annotations

import pytest

from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import period_of
from queue_service.reports.build import build
from queue_service.reports.render import as_html
from queue_service.reports.report import Report, ReportKind, ReportTable
from queue_service.tables.model import HIDDEN, Value
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document, went_live
from tests.reports.conftest import LATER

pytestmark = pytest.mark.slow

DAY_SECONDS = 86_400
DAY_MS = 1000 * DAY_SECONDS


def serve(desk: Desk, times: int, service: str = "pas", seconds: float = 60) -> None:
    for _ in range(times):
        visit = issuing.serve(desk.queue, desk.command(), "1", service).visit.id
        visits.complete(desk.queue, desk.later(seconds).command(), visit, "resolved")


def on_days(desk: Desk, counts: dict[int, int]) -> Desk:
    """So many served on each day, counted from 25 November."""
    for day, times in counts.items():
        desk.seconds = day * DAY_SECONDS
        desk.open("1")
        serve(desk, times)
    return desk


def report_of(desk: Desk, kind: ReportKind, day: str = "2026-11-25") -> Report:
    return build(desk.queue, desk.branch, kind, period_of(kind, day), LATER)


def sheet_of(report: Report, wanted: str) -> ReportTable:
    return next(table for table in report.sheets if table.id == wanted)


def column(table: ReportTable, name: str) -> dict[str, Value]:
    at = table.columns.index(name)
    return {key: row[at] for key, row in zip(table.keys, table.rows, strict=True)}


def test_one_persons_wait_among_many_who_walked_in_is_left_out(desk: Desk) -> None:
    desk.open("1")
    serve(desk, 8)
    waiting = desk.issue().visit.id
    desk.later(1000).called("1")
    visits.complete(desk.queue, desk.later(60).command(), waiting, "resolved")
    report = report_of(desk, "week")
    days = sheet_of(report, "days")
    assert column(days, "inquiries") == {"2026-11-25": 9}
    assert column(days, "waiting_mean") == {"2026-11-25": HIDDEN}
    assert days.total[days.columns.index("waiting_mean")] == HIDDEN
    assert report.now["waiting_mean"] == HIDDEN
    assert report.now["issued"] == 9
    finding_text = as_html(report, "en")
    # Beneath the key figures, the days, the services and the hours.
    assert finding_text.count(".. Left out: ") == 4
    assert "Udeladt: " in as_html(report, "da")


def test_one_visit_in_an_hour_without_an_inquiry_is_left_out(desk: Desk) -> None:
    desk.open("1")
    serve(desk, 8)
    desk.later(3600)
    waiting = desk.issue().visit.id
    desk.later(3000).called("1")
    visits.complete(desk.queue, desk.later(2000).command(), waiting, "resolved")
    serve(desk, 8)
    hours = sheet_of(report_of(desk, "week"), "hours")
    assert all(not 0 < n < 5 for n in column(hours, "issued").values() if isinstance(n, int))
    # No visit waited in the first hour, one did in the next, and the last is hidden as a whole.
    assert not any(isinstance(mean, float) for mean in column(hours, "waiting_mean").values())


def test_completions_after_closing_count_in_the_last_hour_and_hide_no_other(
    desk: Desk,
) -> None:
    desk.open("1")
    for hour in range(3):
        desk.seconds = hour * 3600
        serve(desk, 8 + hour)
    late = [desk.issue().visit.id for _ in range(3)]
    desk.seconds = 3 * 3600
    for visit in late:
        desk.later(60).called("1")
        visits.complete(desk.queue, desk.later(60).command(), visit, "resolved")
    hours = sheet_of(report_of(desk, "week"), "hours")
    assert hours.hidden == frozenset()
    assert column(hours, "inquiries") == {"09": 8, "10": 9, "11": 13}
    assert column(hours, "issued") == {"09": 8, "10": 9, "11": 13}


def test_a_goal_that_judged_few_on_a_day_is_left_out_of_it_and_of_another(desk: Desk) -> None:
    goal = {
        "id": "kk", "indicator": "handling_time_within", "threshold_seconds": 360,
        "target_ratio": 0.7, "services": ["korekort"],
    }  # fmt: skip
    put_branch(desk.queue, desk.branch, document(historic=True, goals=[goal]))
    for day, licences in enumerate((6, 2, 7)):
        desk.seconds = day * DAY_SECONDS
        desk.open("1")
        serve(desk, 8)
        serve(desk, licences, "korekort", 400)
    days = sheet_of(report_of(desk, "week"), "days")
    for figure in ("kk:judged", "kk:share"):
        found = column(days, figure)
        assert [found["2026-11-25"], found["2026-11-26"]] == [HIDDEN, HIDDEN]
        assert found["2026-11-27"] not in (None, HIDDEN)
    assert set(column(days, "inquiries").values()) == {14, 10, 15}


@pytest.mark.parametrize("report", ["week", "month"])
def test_a_few_days_with_few_visits_report_no_total(desk: Desk, report: ReportKind) -> None:
    made = report_of(on_days(desk, {-2: 2, -1: 1, 0: 1, 1: 1}), report)
    assert made.now == {}
    assert all(line.ratio is None for line in made.goals)
    assert all(set(table.total) == {HIDDEN} for table in made.sheets)


def test_a_week_and_a_month_leave_out_the_same_days(desk: Desk) -> None:
    # Of the month's days the first is the smallest that could be hidden with the day of two; of the
    # week's it is the last.
    on_days(desk, {-9: 5, -8: 9, -2: 9, -1: 2, 0: 20, 1: 6})
    week, month = (sheet_of(report_of(desk, kind), "days").hidden for kind in ("week", "month"))
    assert week == {"2026-11-24", "2026-11-26"}
    assert month == week


def test_a_week_across_two_months_leaves_out_what_each_month_does(desk: Desk) -> None:
    on_days(desk, {32: 30, 33: 2, 34: 9, 35: 12, 38: 6})  # 28 to 30 December, and 2 January
    week = sheet_of(report_of(desk, "week", "2026-12-28"), "days").hidden
    december = sheet_of(report_of(desk, "month", "2026-12-28"), "days").hidden
    january = sheet_of(report_of(desk, "month", "2027-01-02"), "days").hidden
    assert week == {"2026-12-28", "2026-12-29"}
    assert week == december | january


def test_a_goal_that_measures_something_else_is_not_compared_with_the_week_before(
    desk: Desk,
) -> None:
    put_branch(desk.queue, desk.branch, document(historic=True))
    config = document(historic=True)
    config["goals"][0]["threshold_seconds"] = 900
    on_two_weeks(desk, config)
    found = report_of(desk, "week").findings
    assert found
    assert not [f for f in found if f.goal == "handling-6-min" and f.kind == "improved"]


def on_two_weeks(desk: Desk, config: dict[str, object]) -> None:
    """Half take eight minutes; the configuration comes into force with the second week."""
    for day in range(-9, 5):
        if day == -2:
            put_branch(desk.queue, desk.branch, config)
        desk.seconds = day * DAY_SECONDS
        desk.open("1")
        for _ in range(10):
            serve(desk, 1, seconds=100)
            serve(desk, 1, seconds=500)
    since = (MORNING - 30 * DAY_MS, MORNING - 2 * DAY_MS - DAY_MS // 4)
    went_live(desk.queue, desk.branch, *since)
