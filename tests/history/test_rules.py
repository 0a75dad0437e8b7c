"""Sums of a history and their stored form, line by line, and the goals of its days."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import pytest

from queue_service.days.rules.figures import Row
from queue_service.days.rules.flow import Flow
from queue_service.days.rules.shifts import Pauses
from queue_service.days.rules.summary import summarise, to_text
from queue_service.goals.rules.goal import goal_from_document
from queue_service.history.rules.breakdown import all_pauses, pauses_by, rows_by
from queue_service.history.rules.goal_history import (
    GoalHistory,
    joint_target,
    measure,
    read_goal_history,
)
from queue_service.history.rules.history import (
    FORMAT,
    HalfHourSum,
    History,
    half_hours_of,
    made_from,
    total,
    versions_line,
)
from tests.days.test_flow import ZONE
from tests.days.test_stored_day import HOUR, LEFT, VISITS, the_day, the_text
from tests.desks import document
from tests.history.test_goal_history import GOAL, goal_history, goals

WEDNESDAY: Final = "2026-11-25"
THURSDAY: Final = "2026-11-26"


def added(*days: str) -> History:
    history = History()
    for day in days:
        history.add_day(day, the_text())
    return history


def counted(row: Row) -> tuple[int, int]:
    """How many visits were issued, and how many inquiries completed."""
    return row.visits["issued"], row.inquiries.durations.n


def test_a_day_is_added_up_in_each_way() -> None:
    found = added(WEDNESDAY, THURSDAY, "2026-12-02")
    assert {key: counted(row) for key, row in found.days.items()} == dict.fromkeys(
        (WEDNESDAY, THURSDAY, "2026-12-02"), (5, 4)
    )
    assert {key: counted(row) for key, row in found.hours.items()} == {
        (2, "09"): (10, 8), (3, "09"): (5, 4)
    }  # fmt: skip
    services = {key: counted(row) for key, row in found.services.items()}
    assert services == {"pas": (15, 9), "turist": (0, 3)}
    assert {key: counted(row) for key, row in found.teams.items()} == {
        "": (0, 9), "library": (0, 3)
    }  # fmt: skip
    assert {key: counted(row) for key, row in found.counters.items()} == {
        "": (0, 3), "1": (0, 3), "2": (0, 6)
    }  # fmt: skip
    assert found.staffed == {
        (2, "09"): 4_200_000, (2, "10"): 600_000, (3, "09"): 2_100_000, (3, "10"): 300_000
    }  # fmt: skip
    assert found.flows[3, "09"] == Flow(*HOUR)
    assert found.flows[2, "09"].open_ms == 4_200_000
    assert found.counters["1"].flow == Flow(7_200_000, 2_520_000, 1_800_000)
    assert found.teams["library"].flow == Flow(6_300_000, 1_620_000, 1_800_000)
    assert found.pauses["09", "lunch"] == Pauses(3, 4_500_000)
    assert found.pauses_at["1", "lunch"] == Pauses(3, 5_400_000)
    assert found.half_hours[2, "09:30"] == HalfHourSum(2, 600_000)
    assert found.half_hours[3, "10:00"] == HalfHourSum(0, 300_000)
    assert found.half_hour_days == found.days_by_weekday() == {2: 2, 3: 1}
    # Each row knows on how many days it judged, and on how many anything was completed.
    assert found.services["turist"].days == {"six": [3, 3, 0, 0]}
    assert found.counters["2"].worked == found.teams["library"].worked == 3
    assert (found.hours[2, "09"].worked, found.services["pas"].days["ten"][0]) == (2, 3)
    assert counted(total(found.days.values())) == (15, 12)


def test_a_stored_history_has_a_kind_on_each_line_and_adds_up_again() -> None:
    history = added(WEDNESDAY, THURSDAY)
    text = history.to_text({THURSDAY: "y", WEDNESDAY: "x"})
    head, *lines = text.split("\n")
    assert head == FORMAT + '{"2026-11-25":"x","2026-11-26":"y"}'
    assert made_from(text, {WEDNESDAY: "x", THURSDAY: "y"})
    assert versions_line({}) == FORMAT + "{}"
    parts = [json.loads(line) for line in lines]
    assert [[key for key, _ in part] for part in parts[:4]] == [
        [WEDNESDAY, THURSDAY], ["pas", "turist"], ["", "library"], ["", "1", "2"]
    ]  # fmt: skip
    assert parts[4] == [], "no visit came for a booking"
    assert [key[:2] for key in parts[5]] == [[2, "09"], [3, "09"]]
    assert parts[6] == []
    assert parts[7][0] == [2, "09", HOUR]
    assert parts[8] == [
        [["09", "lunch", 2, 3_000_000], ["10", "break", 2, 600_000], ["10", "lunch", 0, 600_000]],
        [["1", "break", 2, 600_000], ["1", "lunch", 2, 3_600_000]],
    ]
    halves = {"09:00": [4, 1_800_000], "09:30": [1, 300_000], "10:00": [0, 300_000]}
    assert parts[9] == [[2, 1, halves], [3, 1, halves]]
    again, pressed = History(), []
    again.add_stored(text, lambda: pressed.append(1))
    assert len(pressed) == 2 + 2 + 2 + 3 + 2
    again.add_stored(text)
    assert again.half_hour_days == {2: 2, 3: 2}
    assert again.half_hours[2, "09:00"] == HalfHourSum(8, 3_600_000)
    assert again.staffed[3, "10"] == 600_000
    assert counted(again.days[WEDNESDAY]) == (10, 8)
    assert again.pauses["09", "lunch"] == Pauses(4, 6_000_000)


def test_counters_time_without_a_flow_is_kept_next_to_it() -> None:
    history = added(WEDNESDAY)
    history.add_day("2026-12-02", to_text(replace(the_day(), flow=None)))
    assert history.staffed[2, "09"] == 4_200_000
    lines = history.to_text({}).split("\n")
    assert json.loads(lines[7]) == [[2, "09", 2_100_000], [2, "10", 300_000]]
    again = History()
    again.add_stored("\n".join(lines))
    assert again.staffed == history.staffed


def test_completions_after_the_last_hour_of_issue_count_in_that_hour() -> None:
    history = added(WEDNESDAY)
    row = Row()
    row.inquiries.durations.add(1)
    history.hours[2, "17"] = row
    folded = history.with_last_hours_folded()
    assert {key: counted(one) for key, one in folded.hours.items()} == {(2, "09"): (5, 5)}
    assert folded.staffed == {(2, "09"): 2_400_000}
    assert folded.flows[2, "09"].open_ms == 2_400_000
    assert folded.days is history.days
    assert counted(history.hours[2, "09"]) == (5, 4), "the first is as it was"
    nobody = History(staffed={(0, "17"): 5})
    assert nobody.with_last_hours_folded().staffed == {(0, "17"): 5}
    earlier = History(hours={(0, "08"): Row(), (1, "09"): history.hours[2, "09"]})
    assert set(earlier.with_last_hours_folded().hours) == {(0, "08"), (1, "09")}


def at_work(n: int, worked: int) -> Row:
    row = Row(worked=worked)
    for _ in range(n):
        row.inquiries.durations.add(1)
    return row


@pytest.mark.parametrize(
    ("three", "days_worked", "shown", "pauses", "at"),
    [
        ((9, 2), 2, {"1", "2", "3"}, True, True),
        ((4, 2), 2, {"1"}, True, False),
        ((9, 1), 2, {"1"}, True, False),
        ((9, 2), 1, {"1", "2", "3"}, False, False),
        ((0, 0), 2, {"1", "2"}, True, False),
    ],
)
def test_a_week_reports_counters_that_worked_on_several_days(
    three: tuple[int, int], days_worked: int, shown: set[str], pauses: bool, at: bool
) -> None:
    rows = {"1": at_work(40, 2), "2": at_work(20, 2), "3": at_work(*three)}
    week = History(
        days={str(n): at_work(1, 1) for n in range(days_worked)}, counters=rows,
        teams={"a": at_work(9, 2)}, pauses={("09", "lunch"): Pauses(1, 1)},
        pauses_at={("3", "lunch"): Pauses(1, 1)},
    )  # fmt: skip
    found = week.told_of_counters()
    assert set(found.counters) == {key for key, row in rows.items() if row.inquiries.durations.n}
    assert {key for key, row in found.counters.items() if row.worked} == shown
    assert (found.teams["a"], found.days) == (week.teams["a"], {})
    assert bool(found.pauses) is pauses
    assert bool(found.pauses_at) is at


def test_without_counters_the_rest_stays() -> None:
    history = added(WEDNESDAY)
    found = history.without_counters()
    assert (found.teams, found.counters, found.pauses, found.pauses_at) == ({}, {}, {}, {})
    assert (found.days, found.half_hours) == (history.days, history.half_hours)
    assert half_hours_of("a\nb") is None
    assert half_hours_of(the_text()) == {
        "09:00": HalfHourSum(4, 1_800_000), "09:30": HalfHourSum(1, 300_000),
        "10:00": HalfHourSum(0, 300_000),
    }  # fmt: skip
    both = summarise([LEFT, LEFT._replace(issued_service="x")], ZONE)
    assert half_hours_of(to_text(both)) == {"09:00": HalfHourSum(2, 0)}
    done_alone = summarise([VISITS[2]], ZONE)
    for half in done_alone.half_hours.values():
        half.issued = 0
    assert half_hours_of(to_text(done_alone)) == {}


def test_rows_come_by_what_they_are_about() -> None:
    history = added(WEDNESDAY, THURSDAY)
    assert {key: counted(row) for key, row in rows_by(history, "hour").items()} == {
        "09": (10, 8), "10": (0, 0)
    }  # fmt: skip
    assert rows_by(history, "day") == history.days
    assert rows_by(history, "service") == history.services
    teams = rows_by(history, "team")
    assert (set(teams), teams["library"].flow, teams["library"].worked) == (
        {"", "library"}, None, 2
    )  # fmt: skip
    assert teams["library"].days == {"six": [2, 2, 0, 0]}
    assert counted(teams["library"]) == (0, 2)
    history.counters["9"] = Row(flow=Flow(5))
    assert set(rows_by(history, "counter")) == {"", "1", "2"}
    history.pauses_at["9", "lunch"] = Pauses(1, 7)
    assert set(rows_by(history, "counter")) == {"", "1", "2", "9"}
    assert pauses_by(history, "counter")["9"] == {"lunch": Pauses(1, 7)}
    assert pauses_by(history, "hour") == {
        "09": {"lunch": Pauses(2, 3_000_000)},
        "10": {"break": Pauses(2, 600_000), "lunch": Pauses(0, 600_000)},
    }
    assert pauses_by(history, "team") == pauses_by(history, "day") == {}
    assert all_pauses(history) == {"lunch": Pauses(2, 3_600_000), "break": Pauses(2, 600_000)}


MORNINGS: Final = {**GOAL, "target_ratio": 0.7, "hours": {"mon": [["09:00", "12:00"]]}}
WAITS: Final = {
    "id": "ten", "indicator": "waiting_time_within", "threshold_seconds": 600, "target_ratio": 0.8,
}  # fmt: skip


def test_a_goal_measures_the_same_whatever_it_asks_for() -> None:
    (seven,), (eight,) = (
        [goal_from_document(one) for one in goals(target)["goals"]] for target in (0.7, 0.8)
    )
    assert measure(seven) == measure(eight) == ("handling_time_within", 360, ("*",), ())
    hours = goal_from_document({**MORNINGS, "services": ["turist", "pas"]})
    assert measure(hours)[2:] == (("pas", "turist"), (("mon", (("09:00", "12:00"),)),))


def judged(goal: str, n: int, within: int) -> Row:
    row = Row()
    row.inquiries.judge(goal, n, within)
    return row


def test_the_goals_in_force_by_date() -> None:
    both = document(goals=[{**GOAL, "target_ratio": 0.7}, WAITS])
    found = goal_history(("2026-11-02 12:00", both), ("2026-11-10 16:00", goals(0.8)))
    assert [g.id for g in found.on("2026-11-09")] == ["six", "ten"]
    assert [g.id for g in found.on("2026-11-10")] == ["six"]
    assert (found.of_waits(), list(found.latest())) == ({"ten"}, ["six", "ten"])
    assert found.latest()["six"].target_ratio == 0.8
    days = {"2026-11-09": judged("ten", 5, 4), "2026-11-10": judged("old", 3, 3)}
    assert found.targets(days) == {"six": None, "old": None, "ten": 0.8}
    assert found.targets({}) == {"six": 0.8}
    assert found.measures(days) == {"ten": {("waiting_time_within", 600, ("*",), ())}}
    assert [(n, goal and goal.target_ratio) for n, goal in found.changes("six")] == [
        (found.since[0], 0.7), (found.since[1], 0.8)
    ]  # fmt: skip
    assert [goal and goal.target_ratio for _, goal in found.changes("ten")] == [0.8, None]
    assert found.changes("none") == []
    assert found.dates == ("2026-11-02", "2026-11-10")
    empty = GoalHistory(found.branch, (), ())
    assert empty.on("2026-11-09") == found.branch.goals
    assert (empty.target("six", WEDNESDAY), empty.target("ten", WEDNESDAY)) == (0.8, None)
    assert read_goal_history(found.branch, []) == empty
    steady = [found.steady(*pair) for pair in (("2026-11-01", "2026-11-09"), ("2026-11-09",) * 2)]
    assert steady == [True, True]


@pytest.mark.parametrize(
    ("parts", "target"),
    [
        ([(30, 0.7), (10, 0.8)], 0.725), ([(30, 0.7), (0, 0.8)], 0.7), ([(0, 0.7), (0, 0.8)], None),
        ([(0, None), (5, 0.7)], 0.7), ([(5, None)], None), ([(0, None)], None),
    ],
)  # fmt: skip
def test_days_ask_for_their_mean_weighted_by_what_was_judged(
    parts: list[tuple[int, float | None]], target: float | None
) -> None:
    assert joint_target(parts) == target
