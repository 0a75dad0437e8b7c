"""The query of a page of the history, and its parts that need no browser."""

from __future__ import annotations

import json

import pytest

from dashboards.history.charts import Trend, queue_by_hour, step_of, trend_of
from dashboards.history.figures import goal_changes
from dashboards.history.hours import date_of, heat_of, outside_hours, worth_holding_against
from dashboards.history.query import lately, read, read_or_lately
from dashboards.history.view import HistoryPage, ShownHistory
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import open_minutes
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.period import Period, PeriodKind, between, days_after, period_of
from queue_service.days.rules.ranges import MOST_DAYS
from queue_service.errors import Invalid
from queue_service.history.operations.history import Past, past
from queue_service.tables.writing import Writing
from queue_service.visits.operations import visits
from tests.desks import Desk, document, went_live

TODAY = "2026-11-25"
WRITING = Writing("en")


def test_nothing_asked_for_is_this_month() -> None:
    assert read({}, TODAY).period == Period("month", "2026-11-01", "2026-11-30")


@pytest.mark.parametrize("today", ["2026-12-01", "2026-11-25"])
def test_the_history_opens_on_the_last_four_weeks(today: str) -> None:
    query = read_or_lately({"against": "none"}, today)
    assert query.period == between(days_after(today, -27), today)
    assert query.against == "none"
    assert query.is_lately(today)
    assert not query.is_lately("2026-12-02")
    assert query.to_day("2026-12-03") == query.address(lately("2026-12-03"))


@pytest.mark.parametrize("asked", [{"date": "2026-10-05"}, {"period": "month"}])
def test_a_query_with_a_period_or_a_date_is_not_the_last_four_weeks(asked: dict[str, str]) -> None:
    assert read_or_lately(asked, TODAY) == read(asked, TODAY)
    assert read_or_lately(asked, TODAY).period.kind == "month"


def test_a_range_is_any_two_dates_in_any_order() -> None:
    asked = {"from": "2026-11-13", "to": "2026-11-02", "period": "day"}
    assert read(asked, TODAY).period == between("2026-11-02", "2026-11-13")
    assert read({"to": "2026-11-02"}, TODAY).period == between("2026-11-02", "2026-11-02")


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "decade"},
        {"date": "25-11-2026"},
        {"date": "2026-02-30"},
        {"date": "0001-01-01"},
        {"from": "2000-01-01", "to": "2026-01-01"},
    ],
)
def test_an_invalid_period_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read(asked, TODAY)


def test_an_address_leads_to_the_same_page_again() -> None:
    asked = {"period": "week", "date": "2026-11-16", "against": ":raadhuset", "heat": "waiting"}
    query = read(asked, TODAY)
    assert query.address() == asked
    assert read(query.address(), TODAY) == query
    assert read(query.earlier(), TODAY).period == period_of("week", "2026-11-09")
    assert read(query.later(), TODAY).period == period_of("week", "2026-11-23")


def test_the_kind_changes_around_today_where_it_is_in_view() -> None:
    inside, before = read({}, TODAY), read({"date": "2026-10-01"}, TODAY)
    assert inside.of_kind("day", TODAY)["date"] == TODAY
    assert before.of_kind("day", TODAY)["date"] == "2026-10-01"
    assert read({"period": "day"}, TODAY).to_day(TODAY)["date"] == TODAY


def test_a_long_range_is_shown_by_month() -> None:
    assert step_of(period_of("day", TODAY)) == "hours"
    assert step_of(period_of("month", TODAY)) == "days"
    assert step_of(period_of("year", TODAY)) == "months"
    assert len(between("2016-11-25", "2026-12-02")) == MOST_DAYS


def test_the_hours_worth_is_what_is_done_while_the_other_is_closed(desk: Desk, seen: Past) -> None:
    found = {}
    for name, week in {"never": {}, "always": {d: [["00:00", "24:00"]] for d in _WEEK}}.items():
        other: Branch = put_branch(desk.queue, name, document(opening_hours=week)).branch
        found[name] = outside_hours(seen, other)
    inquiries = seen.total.inquiries.durations.n
    assert (found["never"].outside, found["never"].inquiries) == (inquiries, inquiries)
    assert (found["always"].outside, found["always"].ratio) == (0, 0.0)
    wednesdays = put_branch(
        desk.queue, "wed", document(opening_hours={"wed": [["00:00", "24:00"]]})
    )
    days = ("2026-11-25", "2026-12-02")
    open_then = sum(seen.history.days[day].inquiries.durations.n for day in days)
    assert outside_hours(seen, wednesdays.branch).outside == inquiries - open_then


def test_hours_are_first_compared_with_a_branch_that_closes(desk: Desk) -> None:
    weeks = {
        "always": {day: [["00:00", "24:00"]] for day in _WEEK},
        "short": {"mon": [["09:00", "10:00"]]},
        "long": {"mon": [["09:00", "18:00"]]},
    }
    made = [put_branch(desk.queue, n, document(opening_hours=w)).branch for n, w in weeks.items()]
    assert [one.id for one in worth_holding_against(made)] == ["long", "short", "always"]


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_the_map_has_every_arrival_and_distinguishes_the_verdicts(seen: Past) -> None:
    arrivals = heat_of(seen, "arrivals", WRITING)
    assert arrivals is not None
    days = seen.history.days_by_weekday()
    summed = sum(
        float(cell.text) * days[number]
        for number, (_, cells) in enumerate(arrivals.rows)
        for cell in cells
        if cell.shade != "none"
    )
    assert summed == pytest.approx(seen.total.visits["issued"])
    judged = heat_of(seen, "goal:handling-6-min", WRITING)
    assert judged is not None
    shades = {cell.shade for _, cells in judged.rows for cell in cells}
    assert shades <= {"met", "missed", "above", "below", "none"}
    assert "none" not in {cell.shade for _, cells in judged.rows for cell in cells if cell.n}


def test_an_hour_names_its_date_only_if_there_is_one() -> None:
    assert date_of(period_of("week", TODAY), 0) == "2026-11-23"
    assert date_of(period_of("day", TODAY), 2) == TODAY
    assert date_of(period_of("month", TODAY), 2) is None


def test_a_goal_that_was_changed_is_reported_with_both_of_its_forms(desk: Desk) -> None:
    first, *others = document()["goals"]
    changed = document(goals=[first | {"target_ratio": 0.75}], historic=True)
    put_branch(desk.queue, desk.branch, changed)
    went_live(desk.queue, desk.branch)
    today = past(desk.queue, desk.branch, period_of("day", "2026-11-25")).today
    reported = goal_changes(past(desk.queue, desk.branch, period_of("year", today)), WRITING)
    text = "the goal “Handled in under 6 min, 70%” became “Handled in under 6 min, 75%”."
    assert any(text in sentence for sentence in reported)
    assert sum("was dropped" in sentence for sentence in reported) == len(others)


@pytest.mark.parametrize(
    ("hour", "minutes"), [("08", 0), ("09", 30), ("10", 60), ("18", 60), ("19", 1), ("20", 0)]
)
def test_an_hour_is_open_for_so_many_minutes(hour: str, minutes: int) -> None:
    week = {"wed": (("09:30", "12:00"), ("12:00", "19:01"))}
    assert open_minutes(week, 2, hour) == minutes
    assert open_minutes(week, 3, hour) == 0


def test_an_hour_that_is_open_in_part_is_given_for_a_whole_one(queue: Queue) -> None:
    hours = {"wed": [["09:30", "17:00"]]}
    put_branch(queue, "raadhuset", document(historic=True, opening_hours=hours))
    desk = Desk(queue, "raadhuset", 2400)
    for _ in range(6):
        desk.issue("pas")
    desk.later(3600).issue("pas")
    week = past(queue, "raadhuset", period_of("week", "2026-11-25"))
    found = heat_of(week, "arrivals", WRITING)
    assert found
    (_, cells), *_ = found.rows
    reported = [(cell.hour, cell.text, cell.part) for cell in cells]
    assert reported == [("09", "12", 30), ("10", "1", None)]
    assert found.parted
    waits = heat_of(week, "waiting", WRITING)
    assert waits
    assert not waits.parted


def test_half_hours_have_a_map_of_their_own_and_are_all_that_one_of_a_day_shows(
    queue: Queue,
) -> None:
    hours = {"wed": [["09:30", "10:30"]]}
    put_branch(queue, "raadhuset", document(historic=True, opening_hours=hours))
    desk = Desk(queue, "raadhuset", 1800)
    for counter in ("1", "2"):
        desk.open(counter)
    desk.issue("pas")
    for _ in range(2):
        desk.later(2700).issue("pas")
    for counter in ("1", "2"):
        counters.close_counter(queue, desk.command(), counter)
    week = past(queue, "raadhuset", period_of("week", "2026-11-25"))
    found = heat_of(week, "half_hours", WRITING)
    assert found
    assert found.hours == ("09:30", "10:00", "10:30", "11:00")
    ((_, cells),) = found.rows
    assert [(cell.text, cell.n) for cell in cells] == [
        ("1", "2.0"), ("1", "2.0"), ("–", ""), ("1", "0.0"),
    ]  # fmt: skip
    assert (found.known, found.dates) == (1, 1)
    month = past(queue, "raadhuset", period_of("month", "2026-11-25"))
    spread_out = heat_of(month, "half_hours", WRITING)
    assert spread_out
    assert spread_out.rows[0][1][0].text == "1.0", "a mean of dates"
    pages = {kind: _page(queue, kind) for kind in ("day", "week")}
    assert [*pages["day"].heats] == ["half_hours"]
    assert [*pages["week"].heats][:3] == ["arrivals", "half_hours", "waiting"]


@pytest.mark.parametrize(("late", "hours"), [(4, ["9:00"]), (5, ["9:00", "10:00"])])
def test_charts_of_a_day_draw_no_hour_with_too_few_or_without_waiting_visits(
    desk: Desk, late: int, hours: list[str]
) -> None:
    desk.open()
    for nth in range(5 + late):
        if nth == 5:
            desk.seconds = 3600
        visit = desk.issue().visit.id
        desk.later(60 if nth < 5 else 0).called()
        visits.complete(desk.queue, desk.later(30).command(), visit, "resolved")
    day = past(desk.queue, desk.branch, period_of("day", TODAY))

    def drawn(trend: Trend | None) -> list[str]:
        assert trend
        labels = trend.drawing.wide["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]
        return list(json.loads(labels.removesuffix("[datum.value]")))

    assert drawn(trend_of(day, "goal:handling-6-min", (), WRITING)) == hours
    assert drawn(trend_of(day, "visits", (), WRITING)) == ["9:00", "10:00"]
    assert drawn(queue_by_hour(day, WRITING)) == ["9:00"]


def _page(queue: Queue, kind: PeriodKind) -> ShownHistory:
    branch = queue.get(BranchStore).get("raadhuset")
    query = read({"period": kind, "date": "2026-11-25"}, TODAY)
    return HistoryPage(queue, query, branch, [branch], WRITING).page()
