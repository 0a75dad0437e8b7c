"""Tables say what the statistics call says, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast, get_args

import pytest

from queue_service.branches.rules.dates_and_hours import clock_on
from queue_service.configuration.operations import put_branch
from queue_service.contacts.week import SORTS, CountWeek, publishable
from queue_service.counters.operations import counters
from queue_service.days.rules.period import between, period_of
from queue_service.goals.rules.verdicts import Share, share
from queue_service.history.operations.history import Past, added_up, past
from queue_service.history.operations.statistics import StatisticsLine, statistics
from queue_service.history.rules.breakdown import Breakdown
from queue_service.history.store import NamedPart
from queue_service.language.catalogues import words
from queue_service.pages.counter.texts import TEXTS
from queue_service.tables.build import OTHER_TABLES, TITLES, TableId, table
from queue_service.tables.comparisons.branches import branches_table
from queue_service.tables.figures.catalogue import figures
from queue_service.tables.measures import goal_values
from queue_service.tables.model import HIDDEN, Table
from queue_service.tables.subjects.contacts import week_tables
from queue_service.tables.words import Words
from queue_service.tables.writing import Writing
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.visit import OUTCOMES, Outcome
from tests.desks import Desk, document
from tests.tables.weeks import DAY_SECONDS, FIRST, LAST, one_visit

TABLES: dict[Breakdown, TableId] = {
    "day": "days",
    "hour": "hours",
    "service": "services",
    "team": "teams",
    "counter": "counters",
    "came_by": "came_by",
}


def values_of(line: StatisticsLine) -> dict[str, object]:
    """A row of the statistics call by the tables' keys."""
    visits = {} if line.visits is None else dict(line.visits)
    spreads = {"waiting": line.waiting, "handling": line.handling}
    times = {
        f"{name}_{part}": getattr(spread, part)
        for name, spread in spreads.items()
        for part in ("mean", "p50", "p90")
    }
    goals = {
        f"{goal}:{part}": getattr(share, name)
        for goal, share in line.goals.items()
        for part, name in {
            "judged": "judged", "within": "within", "share": "ratio", "low": "low", "high": "high"
        }.items()
    }  # fmt: skip
    targets = {f"{goal}:target": target for goal, target in line.targets.items()}
    return {**visits, **times, **goals, **targets, "inquiries": line.inquiries}


def shared(record: Mapping[str, object], line: StatisticsLine) -> dict[str, object]:
    """The figures that both have."""
    return {key: value for key, value in values_of(line).items() if key in record}


@pytest.mark.parametrize("by", get_args(Breakdown))
def test_every_row_is_the_statistics_calls(weeks: Desk, seen: Past, by: Breakdown) -> None:
    found = statistics(weeks.queue, weeks.branch, FIRST, LAST, by)
    made = table(seen, TABLES[by], "en")
    assert set(made.keys) == {line.key for line in found.rows}
    for line in found.rows:
        record = made.by_key()[str(line.key)]
        expected = shared(record, line)
        assert len(expected) > 10
        assert {key: record[key] for key in expected} == expected
    if by == "came_by":  # not of all dates
        assert made.total is None
        return
    assert made.total is not None
    total = dict(zip((c.key for c in made.columns), made.total, strict=True))
    expected = shared(total, found.total)
    assert {key: total[key] for key in expected} == expected


@pytest.mark.parametrize("wanted", ["teams", "counters", "services"])
def test_counters_and_teams_have_no_goal_on_waits(seen: Past, wanted: TableId) -> None:
    goals = {column.goal for column in table(seen, wanted, "en").columns if column.goal}
    assert ("called-10-min" in goals) == (wanted == "services")
    assert "handling-6-min" in goals


@pytest.mark.parametrize(
    "wanted", sorted(TITLES.keys() - {"satisfaction", "pauses", "came_by", *OTHER_TABLES})
)
def test_each_table_is_whole_in_both_languages(seen: Past, wanted: TableId) -> None:
    english, danish = table(seen, wanted, "en"), table(seen, wanted, "da")
    for made in (english, danish):
        assert made.rows
        assert {len(row) for row in made.rows} == {len(made.columns)}
        assert all(column.definition and column.name for column in made.columns)
        assert len({column.key for column in made.columns}) == len(made.columns)
        assert len({column.heading for column in made.columns}) == len(made.columns)
    assert danish.keys == english.keys
    assert danish.title != english.title
    assert [c.key for c in danish.columns] == [c.key for c in english.columns]


def test_a_length_in_hours_says_so_where_it_is_read(seen: Past) -> None:
    for language, unit in (("en", "hours"), ("da", "timer")):
        columns = table(seen, "pauses", language).columns
        read = {column.key: f"{column.name}{column.read_unit}" for column in columns}
        assert read["paused_time"].endswith(f" ({unit})")
        assert not read["pauses_begun"].endswith(")")


def test_goals_have_their_number_interval_and_verdict(weeks: Desk, seen: Past) -> None:
    found = statistics(weeks.queue, weeks.branch, FIRST, LAST).total
    made = table(seen, "goals", "da")
    for record in map(dict, made.records()):
        assert record["verdict"] in ("met", "missed", "too_few", "too_few_days", "too_close")
    goal = made.by_key()["handling-6-min"]
    assert goal["goal"] == "Klaret på under 6 min"
    assert goal["judged"] == found.goals["handling-6-min"].judged
    assert goal["share"] == found.goals["handling-6-min"].ratio


def test_the_mark_of_six_minutes_is_at_six_minutes(seen: Past) -> None:
    made = table(seen, "handling", "en")
    (lined,) = (record for record in made.records() if record["line"])
    assert lined["to_seconds"] == 360
    assert sum(int(str(r["count"])) for r in made.records()) == table_total(seen)
    assert list(made.records())[-1]["cumulative"] == 1.0


def table_total(seen: Past) -> int:
    return seen.total.inquiries.durations.n


def test_the_hour_of_a_weekday_has_counters_and_arrivals_per_day(seen: Past) -> None:
    made = table(seen, "week", "en")
    nine = made.by_key()["0-09"]
    assert (nine["weekday"], nine["hour"], nine["days"]) == ("Monday", "09–10", 2)
    assert nine["arrivals"] == int(str(nine["issued"])) / 2
    assert nine["staffed"] == pytest.approx(2 * 2, abs=0.01)
    assert nine["staffed_per_day"] == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(
    ("today", "first", "days"),
    [("2026-11-30", FIRST, 1), ("2026-12-01", FIRST, 2), ("2026-11-30", "2026-11-24", 1)],
)
def test_a_mean_per_weekday_leaves_out_a_day_that_is_not_over(
    weeks: Desk, seen: Past, today: str, first: str, days: int
) -> None:
    """The same visits on two Mondays: the second is today, or over, or the only one."""
    live = replace(seen.branch, historic=False)
    period, now = between(first, "2026-11-30"), clock_on(live, today, "10:27")
    found = added_up(weeks.queue, live, period, now)
    mondays = [date for date in (FIRST, "2026-11-30") if period.holds(date)]
    shown = replace(seen, branch=live, period=period, history=found, today=today)
    over = mondays[:days] if len(mondays) > 1 else mondays
    alone = [added_up(weeks.queue, live, between(date, date), now) for date in over]
    for wanted, key, issued in (
        ("week", "0-09", [one.hours[0, "09"].visits["issued"] for one in alone]),
        ("half_hours", "0-09:00", [one.half_hours[0, "09:00"].issued for one in alone]),
    ):
        nine = table(shown, cast(TableId, wanted), "en").by_key()[key]
        assert nine["arrivals"] == sum(issued) / days
        assert nine["staffed_per_day"] == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(("opens", "minutes", "expected"), [("09:30", 30, 3.0), ("09:00", 60, 1.5)])
def test_counters_of_half_an_open_hour_are_not_half(
    desk: Desk, opens: str, minutes: int, expected: float
) -> None:
    week = {"wed": [[opens, "17:00"]]}
    put_branch(desk.queue, desk.branch, document(historic=True, opening_hours=week))
    desk.seconds = 1800
    for counter in ("1", "2", "3"):
        desk.open(counter)
    one_visit(desk, 60)
    desk.later(3540)
    for counter in ("1", "2", "3"):
        counters.close_counter(desk.queue, desk.command(), counter)
    seen = past(desk.queue, desk.branch, between(FIRST, LAST))
    nine = table(seen, "week", "en").by_key()["2-09"]
    assert nine["open_minutes"] == minutes
    assert nine["staffed"] == pytest.approx(1.5, abs=0.01)
    assert nine["staffed_per_day"] == pytest.approx(expected, abs=0.01)


def test_half_hours_are_of_the_days_that_have_them(desk: Desk) -> None:
    week = {"wed": [["09:15", "17:00"]]}
    put_branch(desk.queue, desk.branch, document(historic=True, opening_hours=week))
    for counter in ("1", "2"):
        desk.open(counter)
    for seconds in (0, 1799, 1800):
        desk.seconds = seconds
        desk.issue("pas")
    for counter in ("1", "2"):
        counters.close_counter(desk.queue, desk.later(0).command(), counter)
    seen = past(desk.queue, desk.branch, between(FIRST, LAST))
    made = table(seen, "half_hours", "en")
    nine = made.by_key()["2-09:00"]
    assert (nine["weekday"], nine["half_hour"], nine["half_hour_days"]) == (
        "Wednesday", "9:00–9:30", 1,
    )  # fmt: skip
    assert (nine["issued"], nine["arrivals"], nine["open_minutes"]) == (2, 2.0, 15)
    assert (nine["staffed"], nine["staffed_per_day"]) == (1.0, 4.0), "of a quarter of an hour"
    assert made.by_key()["2-09:30"]["issued"] == 1


def test_less_than_a_week_has_no_counters_and_no_teams(weeks: Desk) -> None:
    few = past(weeks.queue, weeks.branch, between(FIRST, "2026-11-28"))
    assert table(few, "counters", "da").rows == ()
    assert table(few, "teams", "da").rows == ()
    flattery = table(few, "flattery", "da")
    assert flattery.rows == ()
    assert flattery.total is not None


def test_nothing_is_no_figure(desk: Desk) -> None:
    empty = past(desk.queue, desk.branch, period_of("month", "2026-11-25"))
    for wanted in TITLES:
        made = table(empty, wanted, "en")
        assert all(row[2] in (None, 0) for row in made.rows if wanted == "goals")
    goal = table(empty, "goals", "en").by_key()["handling-6-min"]
    assert (goal["judged"], goal["share"], goal["verdict"]) == (0, None, None)
    assert goal["target"] == 0.7


def test_one_inquiry_is_a_row_without_a_sure_verdict(desk: Desk) -> None:
    one_visit(desk, 100)
    seen = past(desk.queue, desk.branch, period_of("day", "2026-11-25"))
    made = table(seen, "services", "en")
    assert made.keys == ("pas",)
    row = made.by_key()["pas"]
    assert (row["inquiries"], row["handling_mean"], row["waits"]) == (1, 100.0, 0)
    assert row["handling-6-min:share"] == 1.0
    assert row["handling-6-min:verdict"] == "too_few"
    assert row["waiting_mean"] is None


@pytest.mark.parametrize(
    ("today", "said"), [("2026-11-25", "open"), ("2026-11-30", "open"), ("2026-12-01", "too_few")]
)
def test_a_running_month_may_be_reported_later_and_a_past_one_may_not(
    desk: Desk, today: str, said: str
) -> None:
    one_visit(desk, 100)
    seen = past(desk.queue, desk.branch, period_of("month", "2026-11-25"))
    seen = replace(seen, branch=replace(seen.branch, historic=False), today=today)
    for wanted in ("services", "months", "goals"):
        (verdict, *_) = (
            value
            for row in table(seen, wanted, "en").records()
            for key, value in row.items()
            if key in ("verdict", "handling-6-min:verdict")
        )
        assert verdict == said
    (day,) = table(seen, "days", "en").records()
    assert day["handling-6-min:verdict"] == ("open" if today == "2026-11-25" else "too_few")


def test_the_share_under_a_goals_limit_is_the_goals_share(desk: Desk) -> None:
    for seconds in (359.999, 360, 360.001):
        one_visit(desk, seconds)
    seen = past(desk.queue, desk.branch, period_of("day", "2026-11-25"))
    (lined,) = (record for record in table(seen, "handling", "en").records() if record["line"])
    goal = table(seen, "goals", "en").by_key()["handling-6-min"]
    assert lined["cumulative"] == goal["share"] == pytest.approx(1 / 3)


def test_the_quick_ones_are_those_of_the_first_length(desk: Desk) -> None:
    for seconds in (14.999, 15, 15.001):
        one_visit(desk, seconds)
    seen = past(desk.queue, desk.branch, period_of("day", "2026-11-25"))
    first = next(iter(table(seen, "handling", "en").records()))
    assert first["count"] == seen.total.inquiries["quick"] == 1


def test_a_counter_with_few_inquiries_is_not_reported(desk: Desk) -> None:
    for counter, inquiries in (("1", 8), ("2", 3), ("3", 5), ("1", 1), ("2", 1), ("3", 1)):
        desk.seconds += DAY_SECONDS if inquiries == 1 and counter == "1" else 0
        desk.open(counter, "citizen")
        for _ in range(inquiries):
            visit = issuing.serve(desk.queue, desk.command(), counter, "pas").visit.id
            visits.complete(desk.queue, desk.later(100).command(), visit, "resolved")
    seen = past(desk.queue, desk.branch, period_of("month", "2026-11-25"))
    rows = table(seen, "counters", "en").by_key()
    # The six go with the four, or the total would reveal those.
    for counter in "23":
        assert {key for key, value in rows[counter].items() if value != HIDDEN} == {"counter"}
    assert (rows["1"]["inquiries"], rows["1"]["handling_p50"]) == (9, 100.0)
    assert rows["1"]["handling-6-min:share"] == 1.0
    assert table(seen, "counters", "en").total is not None


def test_five_inquiries_at_a_counter_are_reported(desk: Desk) -> None:
    for _ in range(4):
        one_visit(desk, 100)
    desk.seconds += DAY_SECONDS
    one_visit(desk, 100)
    seen = past(desk.queue, desk.branch, period_of("month", "2026-11-25"))
    assert table(seen, "counters", "en").by_key()["1"]["handling_p50"] == 100.0


def test_a_counter_that_worked_on_one_day_is_not_reported(desk: Desk) -> None:
    for _ in range(20):
        one_visit(desk, 100)
    month = period_of("month", "2026-11-25")
    for by in ("counters", "teams"):
        (row,) = table(past(desk.queue, desk.branch, month), by, "en").by_key().values()
        values_of = {key for key, value in row.items() if value != HIDDEN}
        assert values_of == {by[:-1]}
    desk.seconds += DAY_SECONDS
    one_visit(desk, 100)
    rows = table(past(desk.queue, desk.branch, month), "counters", "en").by_key()
    assert rows["1"]["handling_p50"] == 100.0


def test_waits_before_departure_are_shown_next_to_waits_until_a_call(desk: Desk) -> None:
    for waited in (60, 300, 900):
        gone = desk.issue("pas").visit.id
        visits.abandon(desk.queue, desk.later(waited).command(), gone)
    one_visit(desk, 100)
    seen = past(desk.queue, desk.branch, period_of("day", "2026-11-25"))
    (row,) = table(seen, "days", "en").records()
    assert (row["left_waits"], row["left_p50"], row["waits"]) == (3, 300.0, 0)


def test_a_handling_goal_is_reported_with_parked_time_counted(desk: Desk) -> None:
    one_visit(desk, 100)
    visit = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.park(desk.queue, desk.later(350).command(), visit)
    visits.resume(desk.queue, desk.later(10).command(), visit)
    visits.complete(desk.queue, desk.later(1).command(), visit, "resolved")
    seen = past(desk.queue, desk.branch, period_of("day", "2026-11-25"))
    goals = table(seen, "goals", "en").by_key()
    assert goals["handling-6-min"]["share"] == 1.0
    assert goals["handling-6-min"]["parked_share"] == 0.5
    assert goals["first-contact"]["parked_share"] is None


def nothing_counted(seen: Past) -> CountWeek:
    """A count week without any contact."""
    return CountWeek((seen.branch,), seen.period, {}, {s: publishable({}) for s in SORTS})


def test_branches_are_shown_next_to_each_other(seen: Past) -> None:
    made = branches_table([seen, seen], nothing_counted(seen), "en")
    assert [row["contacts_share"] for row in made.records()] == [None, None]
    first = next(made.records())
    assert first["handling_time_within-360:share"] == goal_share(seen)
    assert branches_table([], nothing_counted(seen), "en").rows == ()


def goal_share(seen: Past) -> float | None:
    return next(f.share.ratio for f in seen.goals(seen.total) if f.goal.id.startswith("h"))


def test_every_figure_of_every_table_is_defined(seen: Past) -> None:
    made: list[Table] = [table(seen, wanted, "en") for wanted in TITLES]
    made.append(branches_table([seen], nothing_counted(seen), "en"))
    made += week_tables(nothing_counted(seen), "en")
    known = {figure.id for figure in figures("en")}
    used = {column.figure for one in made for column in one.columns}
    assert used == known


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_called_as_the_clerk_called_it(outcome: Outcome) -> None:
    pressed = TEXTS[f"outcome.{outcome}"]
    assert isinstance(pressed, str)
    for language, ending in (("en", ", share"), ("da", ", andel")):
        values_of = {each.id: each.name for each in figures(language)}
        said = words(language).gettext(pressed)
        assert (values_of[outcome], values_of[f"{outcome}_share"]) == (said, said + ending)


@pytest.mark.parametrize(
    ("language", "named"),
    [("da", ["Skranke 1", "Luge 2", "Hos Bo"]), ("en", ["Counter 1", "Window 2", "Hos Bo"])],
)
def test_a_counter_is_called_as_other_pages_call_it(language: str, named: list[str]) -> None:
    names = {"1": "Skranke 1", "2": "window 2", "3": "Hos Bo"}

    class Called:
        def name(self, part: NamedPart, item: str, language: str) -> str:  # noqa: ARG002 - as it is called
            return names[item]

    assert [Words(language).counter(Called(), counter) for counter in names] == named


def test_a_service_that_is_no_more_keeps_its_name(weeks: Desk) -> None:
    without = [s for s in document()["services"] if s["id"] != "turist"]
    teams = [{"id": "library", "name": {"da": "Bibliotek"}, "services": ["*"]}]
    counters = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    changed = document(services=without, teams=teams, counters=counters, historic=True)
    put_branch(weeks.queue, weeks.branch, changed)
    made = table(past(weeks.queue, weeks.branch, between(FIRST, LAST)), "services", "da")
    assert [row[0] for row in made.rows] == ["Pas", "Kørekort", "Turist"]


_BY_TIME: tuple[TableId, ...] = ("days", "hours", "week")


def test_counters_at_work_and_waiting_visits_are_in_every_day_and_hour(seen: Past) -> None:
    for made in (table(seen, wanted, "en") for wanted in _BY_TIME):
        for record in made.records():
            busy, most, people = record["busy_share"], record["queue_most"], record["queue_mean"]
            assert isinstance(busy, float)
            assert 0 < busy < 1
            assert most in (0, 1), "one after the other comes"
            assert isinstance(people, float)
            assert 0 <= people <= 1
            assert (most == 0) == (people == 0)
    for made in (table(seen, "teams", "en"), table(seen, "counters", "en")):
        for record in made.records():
            assert isinstance(record["busy_share"], float)


def test_one_counter_by_itself_is_reported_only_by_the_week(desk: Desk) -> None:
    for day in range(-2, 5):
        desk.seconds = day * 86_400
        desk.issue("pas")
        desk.later(300)
        one_visit(desk, 100)
        counters.close_counter(desk.queue, desk.later(100).command(), "1")
    week = past(desk.queue, desk.branch, between(FIRST, "2026-11-29"))
    shorter = past(desk.queue, desk.branch, between(FIRST, "2026-11-28"))
    for seen, values_of in ((week, True), (shorter, False)):
        for made in (table(seen, "hours", "en"), table(seen, "week", "en")):
            known = {r["busy_share"] is not None for r in made.records() if r["inquiries"]}
            assert known == {values_of}
    for record in table(week, "days", "en").records():
        assert (record["busy_share"], record["idle"]) == (None, None)
        assert record["queue_most"]


@pytest.mark.parametrize(
    ("within", "over"), [(69, 1), (70, 0), (71, 0), (0, 70)], ids=["one", "none", "fewer", "all"]
)
def test_misses_beyond_the_goal_are_how_many_more_had_to_be_within(within: int, over: int) -> None:
    assert goal_values(share(100, within, 0.7), 0.7)[-1] == over
    assert goal_values(share(0, 0, 0.7), 0.7)[-1] is None
    assert goal_values(share(100, within, None), None)[-1] is None


def test_a_length_says_its_unit(seen: Past) -> None:
    values_of = [record["bucket"] for record in table(seen, "handling", "da").records()]
    assert values_of[:4] == ["0–15 s", "15–30 s", "30–60 s", "60–90 s"]
    assert values_of[5:7] == ["2–3 min", "3–4 min"]
    assert values_of[-2:] == ["60–120 min", "≥ 120 min"]


@pytest.mark.parametrize(
    ("share", "english", "danish"),
    [
        (share(20, 10, None), "29.9% to 70.1% on one day, of 20 judged", "for én dag, af 20 "),
        (
            replace(share(20, 10, None), days=4),
            "29.9% to 70.1%, too few days to be certain, of 20 judged",
            ", usikkert på grund af for få dage, af 20 ",
        ),
        (
            replace(share(20, 10, None), days=5, interval="days"),
            "29.9% to 70.1% over days, of 20 judged",
            "over dage, af 20 ",
        ),
    ],
)
def test_an_interval_says_of_which_days_it_is(share: Share, english: str, danish: str) -> None:
    assert Writing("en").interval(share) == english
    assert danish in Writing("da").interval(share)
