"""Staffing advice from stored days: what is read, what is advised, and when nothing is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import days_after
from queue_service.language.instants import rfc3339
from queue_service.runtime.settings import Settings
from queue_service.staffing.contract import StaffingAdviceAnswer
from queue_service.staffing.operations.advice import staffing_advice
from queue_service.staffing.rules.advised import AdvisedDay, StaffingAdvice, waiting_goal
from queue_service.staffing.rules.held import Held
from queue_service.staffing.rules.queueing import OfferedLoad, counters_needed
from queue_service.store.redis_store import RedisStore
from tests.desks import MORNING, Desk, document
from tests.staffing.stored_days import TODAY, keep, keep_pace, past_day, same_days

DAY_MS = 86_400_000
WEEK = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TOMORROW = "2026-11-26"
HOURS = {"09": 20, "10": 10, "11": 6}
ONE_POOL = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 6)]


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """A branch that is open for three hours on workdays, whose counters take everything."""
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", branch())
    return Desk(queue)


def branch(**changes: Any) -> dict[str, Any]:
    return document(**{"opening_hours": WEEK, "counters": ONE_POOL, "teams": [], **changes})


def advice(desk: Desk) -> StaffingAdvice:
    return staffing_advice(desk.queue, desk.branch, now=MORNING)


def tomorrow(desk: Desk) -> AdvisedDay:
    found = advice(desk).days[0]
    assert found.date == TOMORROW
    return found


def test_tomorrow_is_expected_from_the_same_weekdays(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)))
    found = tomorrow(desk)
    assert found.verdict == "expected"
    assert found.weeks == ("2026-11-19", "2026-11-12", "2026-11-05", "2026-10-29")
    assert [(hour.hour, hour.arrivals) for hour in found.hours] == [
        ("09", 20),
        ("10", 10),
        ("11", 6),
    ]
    assert found.arrivals == 36
    assert all(hour.low <= hour.arrivals <= hour.high for hour in found.hours)
    assert found.low < 36 < found.high
    assert [hour.opened for hour in found.hours] == [2, 2, 2]


def test_counters_are_the_formulas_for_the_raised_arrivals_and_the_goal_and_seven_points(
    desk: Desk,
) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS, left=2)))
    found = advice(desk)
    assert found.service is not None
    assert found.service.mean == pytest.approx(300)
    # Every day 36 waits of 120 s and two of 60 s whose visitors left.
    assert found.service.patience == pytest.approx((36 * 120 + 120) / 2)
    assert (found.goal.target, found.goal.limit_seconds) == (0.8, 600)
    assert found.goal.wanted == 0.87
    raised = 1 + 0.42 * 0.08 * (1 + 1 / 4) ** 0.5
    for hour, issued in zip(found.days[0].hours, (22, 10, 6), strict=True):
        load = OfferedLoad(issued * raised / 3600, 300, found.service.patience)
        assert hour.counters == counters_needed(load, 600, 0.87)


def test_fourteen_days_from_tomorrow_on_are_reported(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)))
    days = advice(desk).days
    assert [day.date for day in days] == [days_after(TODAY, n) for n in range(1, 15)]
    assert [day.verdict for day in days][:5] == [
        "expected",
        "expected",
        "closed",
        "closed",
        "expected",
    ]
    assert days[6].weeks == ("2026-11-18", "2026-11-11", "2026-11-04", "2026-10-28")
    assert days[7].weeks == days[0].weeks


def test_today_is_no_past_day(desk: Desk) -> None:
    running = past_day({"09": 999}, service_seconds=900)
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)) | {TODAY: running})
    found = advice(desk)
    assert [hour.arrivals for hour in found.days[6].hours] == [20, 10, 6]
    assert found.service is not None
    assert found.service.mean == pytest.approx(300)


def test_one_week_is_too_few(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS), weeks=1))
    found = advice(desk)
    assert {day.verdict for day in found.days} == {"too_few_weeks", "closed"}
    assert found.chosen is None
    assert found.what_ifs == ()


def test_a_branch_without_days_has_nothing_to_expect(desk: Desk) -> None:
    found = advice(desk)
    assert {day.verdict for day in found.days} == {"too_few_weeks", "closed"}
    assert found.service is None


def test_outages_days_from_paper_and_dates_with_own_hours_are_left_out(desk: Desk) -> None:
    unusual = past_day({"09": 200})
    days = same_days(past_day(HOURS))
    days |= {"2026-11-19": unusual, "2026-11-12": unusual}
    days["2026-11-05"] = past_day({"09": 200}, paper=41)
    keep(desk.queue, desk.branch, days)
    own = [{"date": "2026-11-12", "hours": [["09:00", "10:00"]]}]
    put_branch(desk.queue, desk.branch, branch(hours_exceptions=own))
    assert tomorrow(desk).weeks == ("2026-11-19", "2026-10-29")
    note(desk, "2026-11-19", "event")
    assert tomorrow(desk).weeks == ("2026-11-19", "2026-10-29")
    note(desk, "2026-11-19", "outage")
    assert tomorrow(desk).verdict == "too_few_weeks"


def note(desk: Desk, date: str, kind: str) -> None:
    """A note, of whatever date the store's clock shows."""
    kept = {"id": kind, "date": date, "kind": kind, "text": kind, "at": MORNING}
    desk.queue.store.client.hset(f"q:{{{desk.branch}}}:notes", date, json.dumps([kept]))


def test_without_counters_time_nothing_is_advised(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS, service_seconds=0)))
    found = advice(desk)
    assert found.service is None
    assert [hour.counters for hour in found.days[0].hours] == [None, None, None]
    assert found.what_ifs == ()
    assert found.days[0].counter_hours is None


def test_two_weeks_unlike_those_before_stop_the_advice(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS), weeks=8))
    assert advice(desk).change is None
    assert advice(desk).days[0].counter_hours is not None
    keep(desk.queue, desk.branch, same_days(past_day({"09": 20}), weeks=2))
    found = advice(desk)
    assert found.change == "quieter"
    assert [hour.counters for hour in found.days[0].hours] == [None, None, None]
    assert found.what_ifs == ()
    keep(desk.queue, desk.branch, same_days(past_day({"09": 90}), weeks=2))
    assert advice(desk).change == "busier"


def test_forecasts_that_seldom_held_stop_the_advice(desk: Desk) -> None:
    steady = same_days(past_day(HOURS), weeks=10)
    keep(desk.queue, desk.branch, steady)
    assert advice(desk).held == Held(20, 20, 60, 60)
    # After calm weeks every other day of three has twice the people, and the rest half of them.
    double, half = (past_day({h: round(n * f) for h, n in HOURS.items()}) for f in (2, 0.5))
    wild = {day: double if n % 2 else half for n, day in enumerate([*steady][:21])}
    keep(desk.queue, desk.branch, wild)
    found = advice(desk)
    assert not found.held.reliable
    assert found.change is None
    assert [hour.counters for hour in found.days[0].hours] == [None, None, None]


def test_simulated_days_are_for_the_first_day_and_improve_with_counters(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS, left=1)))
    found = advice(desk)
    plan = tuple(hour.counters for hour in found.days[0].hours)
    fewer, advised, more = found.what_ifs
    assert [one.plan for one in found.what_ifs] == ["fewer", "advised", "more"]
    assert advised.counters == plan
    assert fewer.counters == tuple(max(1, (n or 0) - 1) for n in plan)
    assert fewer.share < advised.share <= more.share
    assert fewer.left > more.left
    assert found.what_ifs == advice(desk).what_ifs, "the same days are drawn again"


def test_one_counter_fewer_in_a_half_of_the_day_costs_less_than_all_day(desk: Desk) -> None:
    late = {day: [["10:00", "14:00"]] for day in WEEK}
    put_branch(desk.queue, desk.branch, branch(opening_hours=late))
    keep(desk.queue, desk.branch, same_days(past_day(dict.fromkeys(("10", "11", "12", "13"), 20))))
    found = {one.plan: one for one in advice(desk).what_ifs}
    advised = found["advised"].counters
    less = tuple(n - 1 for n in advised)
    assert found["fewer_before_noon"].counters == (*less[:2], *advised[2:])
    assert found["fewer_after_noon"].counters == (*advised[:2], *less[2:])
    halves = found["fewer_before_noon"].share, found["fewer_after_noon"].share
    assert found["fewer"].share < min(halves)
    assert max(halves) < found["advised"].share


def test_simulated_days_are_for_a_chosen_day(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)))

    def chosen(date: str) -> str | None:
        found = staffing_advice(desk.queue, desk.branch, date, now=MORNING)
        assert bool(found.what_ifs) == bool(found.chosen and found.chosen.hours)
        return found.chosen.date if found.chosen else None

    assert chosen("") == chosen("2030-01-01") == TOMORROW
    assert chosen("2026-11-30") == "2026-11-30"
    assert chosen("2026-11-28") == "2026-11-28", "closed"


def test_half_an_hour_of_opening_has_the_rate_of_its_arrivals(desk: Desk) -> None:
    hours = {**WEEK, "thu": [["09:30", "10:00"], ["10:00", "12:00"]]}
    put_branch(desk.queue, desk.branch, branch(opening_hours=hours))
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)))
    first, second, _ = tomorrow(desk).hours
    assert (first.ends - first.begins, second.ends - second.begins) == (1_800_000, 3_600_000)
    assert (first.hour, first.arrivals, first.opened) == ("09", 20, 4)
    whole = advice(desk).days[6].hours[0]
    assert (whole.arrivals, whole.opened) == (20, 2)
    assert (first.counters or 0) > (whole.counters or 0)


def test_arrivals_of_an_hour_with_a_break_are_those_of_both_its_parts(desk: Desk) -> None:
    hours = {**WEEK, "thu": [["09:00", "09:10"], ["09:40", "10:00"]]}
    put_branch(desk.queue, desk.branch, branch(opening_hours=hours))
    keep(desk.queue, desk.branch, same_days(past_day(HOURS)))
    found = tomorrow(desk)
    assert [hour.arrivals for hour in found.hours] == pytest.approx([20 / 3, 40 / 3])
    assert found.arrivals == pytest.approx(20)


def test_special_days_say_so(desk: Desk) -> None:
    own = [{"date": "2026-12-02", "hours": []}]
    put_branch(desk.queue, desk.branch, branch(hours_exceptions=own))
    days = {day.date: (day.special, day.verdict) for day in advice(desk).days}
    assert days["2026-12-01"] == days["2026-12-03"] == ("near", "too_few_weeks")
    assert days["2026-12-02"] == ("own_hours", "closed")
    assert days["2026-12-04"] == (None, "too_few_weeks")


def test_a_replayed_branch_has_no_coming_days(desk: Desk) -> None:
    put_branch(desk.queue, "gamle", branch(historic=True))
    assert staffing_advice(desk.queue, "gamle", now=MORNING).days == ()


def waits(goal: str, minutes: int, services: list[str], target: float = 0.9) -> dict[str, Any]:
    return {
        "id": goal,
        "indicator": "waiting_time_within",
        "threshold_seconds": minutes * 60,
        "target_ratio": target,
        "services": services,
    }


def test_the_goal_is_one_on_waits_of_all_services_else_of_some_else_the_usual(desk: Desk) -> None:
    handling = branch()["goals"][0]
    some, every = waits("some", 5, ["pas"]), waits("every", 20, ["*"], 0.95)
    for goals, reported in (
        ([handling, some, every], ("every", 0.95, 1200, 0.97)),
        ([handling, some], ("some", 0.9, 300, 0.97)),
        ([handling], (None, 0.8, 600, 0.87)),
    ):
        put_branch(desk.queue, desk.branch, branch(goals=goals))
        found = waiting_goal(advice(desk).branch)
        name = found.goal and found.goal.id
        assert (name, found.target, found.limit_seconds) == reported[:3]
        assert found.wanted == pytest.approx(reported[3])


SPLIT = [
    {"id": "1", "name": "Skranke 1", "services": ["pas"]},
    {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
]


@pytest.mark.parametrize(
    ("goals", "planned"),
    [
        ([], [None, None]),
        ([waits("all", 10, ["*"])], ["all", "all"]),
        ([waits("all", 10, ["*"]), waits("own", 5, ["pas"])], ["own", "all"]),
        ([waits("part", 5, ["turist"])], [None, "part"]),
        ([waits("part", 5, ["turist"]), waits("all", 10, ["*"])], ["all", "all"]),
        ([waits("two", 5, ["turist", "korekort", "pas"])], ["two", "two"]),
    ],
)
def test_a_pool_is_planned_for_a_goal_of_its_own(
    desk: Desk, goals: list[dict[str, Any]], planned: list[str | None]
) -> None:
    put_branch(desk.queue, desk.branch, branch(counters=SPLIT, goals=goals))
    found = advice(desk)
    assert [one.goal and one.goal.id for one in found.goals] == planned


def test_each_pools_counters_are_those_of_its_goal(desk: Desk) -> None:
    alike = past_day(HOURS, more={"korekort": (20, 300.0)})
    keep(desk.queue, desk.branch, same_days(alike))
    strict, easy = waits("strict", 1, ["pas"], 0.95), waits("easy", 60, ["*"], 0.5)
    put_branch(desk.queue, desk.branch, branch(counters=SPLIT, goals=[easy, strict]))
    first, second = tomorrow(desk).hours[0].pools
    assert first.arrivals == second.arrivals == 20
    chosen = advice(desk).chosen
    assert chosen is not None
    assert (first.counters or 0) > (second.counters or 0)
    below = [
        [one.days_below for one in plans if one.plan == "advised"] for plans in chosen.what_ifs
    ]
    assert below == [below[0], [0]]


def test_the_assumption_of_one_pool_is_stated_if_counters_or_teams_take_only_some_services(
    desk: Desk,
) -> None:
    assert not advice(desk).pooled
    some = [*ONE_POOL, {"id": "9", "name": "Skranke 9", "services": ["pas"]}]
    put_branch(desk.queue, desk.branch, branch(counters=some))
    assert advice(desk).pooled
    team = [{"id": "library", "name": {"da": "Bibliotek"}, "services": ["turist"]}]
    put_branch(desk.queue, desk.branch, branch(teams=team))
    assert advice(desk).pooled


def test_the_call_answers_what_is_declared(
    desk: Desk, settings: Settings, redis_client: Redis
) -> None:
    today = days_after("1970-01-01", desk.queue.store.time() // DAY_MS)
    open_always = {day: [["09:00", "12:00"]] for day in (*WEEK, "sat", "sun")}
    put_branch(desk.queue, desk.branch, branch(opening_hours=open_always))
    keep(desk.queue, desk.branch, same_days(past_day(HOURS, left=1), until=today))
    store = AccessStore(RedisStore(redis_client))
    client = create_app(settings).test_client()
    answers = {}
    roles: tuple[Role, ...] = ("clerk", "supervisor")
    for role in roles:
        _, token = access.create_token(store, role, None, now=store.now())
        headers = {"Authorization": f"Bearer {token}"}
        address = "/api/v1/branches/raadhuset/staffing-advice"
        answers[role] = client.get(address, headers=headers)
    assert answers["clerk"].status_code == 403
    at = keep_pace(desk.queue, desk.branch)
    with_pace: Any = client.get(address, headers=headers).json
    StaffingAdviceAnswer.model_validate(with_pace, strict=True)
    assert with_pace["pace"] == {
        "at": rfc3339(at),
        "goal": "called-10-min",
        "counters": 1,
        "end": {"ratio": 0.685, "low": 0.66, "high": 0.71},
        "days_below": 1,
        "verdict": "below",
        "one_more": {
            "from": rfc3339(at), "to": rfc3339(at + 7_200_000), "services": [],
            "ratio": 0.775, "low": 0.75, "high": 0.8,
        },
    }  # fmt: skip
    reported: Any = answers["supervisor"].json
    assert reported["pace"] is None
    assert [pool["goal"]["id"] for pool in reported["pools"]] == ["called-10-min"]
    StaffingAdviceAnswer.model_validate(reported, strict=True)
    assert reported["goal"]["id"] == "called-10-min"
    assert [day["verdict"] for day in reported["days"]].count("expected") >= 13
    assert len(reported["what_if"]) == 3
    assert reported["what_if_date"] == next(d["date"] for d in reported["days"] if d["hours"])
    assert not {"counter", "team", "account", "name"} & set(json.dumps(reported).split('"'))
