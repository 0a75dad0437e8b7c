"""Advice and forecasts that a job keeps, and what they come to once their days are over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import days_after
from queue_service.removal.store import RemovalStore
from queue_service.staffing.operations.advice import (
    FORECASTS_KEPT,
    keep_advice,
    kept_advice,
    staffing_advice,
    work_out,
)
from queue_service.staffing.rules.advised import StaffingAdvice
from queue_service.staffing.rules.held import ArrivalRange, KeptForecast
from queue_service.staffing.store import AdviceToKeep, StaffingStore
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.desks import MORNING, Desk
from tests.staffing.stored_days import TODAY, keep, past_day, same_days
from tests.staffing.test_advice import DAY_MS, HOURS, TOMORROW, branch, note


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """A branch with four weeks alike, and a practice branch's replayed days next to it."""
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", branch())
    put_branch(queue, "gamle", branch(historic=True))
    desk = Desk(queue)
    keep(queue, desk.branch, same_days(past_day(HOURS, left=1)))
    return desk


def kept(desk: Desk, now: int = MORNING) -> StaffingAdvice | None:
    return kept_advice(desk.queue, desk.queue.get(BranchStore).get(desk.branch), now)


def test_stored_figures_equal_computed_ones(desk: Desk) -> None:
    assert kept(desk) is None
    known = desk.queue.get(BranchStore).get(desk.branch)
    made = work_out(desk.queue, known, MORNING)
    assert all(bool(day.what_ifs) == bool(day.hours) for day in made.days)
    assert keep_advice(desk.queue, MORNING) == [desk.branch]
    assert kept(desk) == made
    for date in ("", days_after(TODAY, 2)):
        read = staffing_advice(desk.queue, desk.branch, date, now=MORNING)
        fresh = work_out(desk.queue, known, MORNING, date)
        assert read.chosen == fresh.chosen
        assert read.what_ifs == fresh.what_ifs != ()


def test_it_is_made_again_for_another_date_configuration_or_outage_alone(desk: Desk) -> None:
    keep_advice(desk.queue, MORNING)
    assert keep_advice(desk.queue, MORNING + 1) == []
    note(desk, "2026-11-19", "event")
    assert keep_advice(desk.queue, MORNING) == []
    note(desk, "2026-11-19", "outage")
    assert kept(desk) is None
    assert keep_advice(desk.queue, MORNING) == [desk.branch]
    put_branch(desk.queue, desk.branch, branch(goals=[]))
    assert kept(desk) is None
    assert keep_advice(desk.queue, MORNING) == [desk.branch]
    assert kept(desk, MORNING + DAY_MS) is None
    assert keep_advice(desk.queue, MORNING + DAY_MS) == [desk.branch]


def test_tomorrows_forecast_is_kept_and_the_day_after_it_is_compared(desk: Desk) -> None:
    keep_advice(desk.queue, MORNING)
    store = desk.queue.get(StaffingStore)
    day = staffing_advice(desk.queue, desk.branch, now=MORNING).days[0]
    forecast = store.forecasts(desk.branch)[TOMORROW]
    assert forecast.whole == ArrivalRange(day.arrivals, day.low, day.high)
    assert forecast.hours == {h.hour: ArrivalRange(h.arrivals, h.low, h.high) for h in day.hours}
    # The day comes and has as many as expected in its first hour, and far too many in its last.
    keep(desk.queue, desk.branch, {TODAY: past_day(HOURS)})
    came = {hour.hour: round(hour.arrivals) for hour in day.hours} | {"11": 60}
    keep(desk.queue, desk.branch, {TOMORROW: past_day(came)})
    before = staffing_advice(desk.queue, desk.branch, now=MORNING + DAY_MS).held
    after = staffing_advice(desk.queue, desk.branch, now=MORNING + 2 * DAY_MS).held
    assert (before.kept, after.kept) == (0, 1)
    assert (after.days - before.days, after.held - before.held) == (1, 0)
    assert (after.hours - before.hours, after.hours_held - before.hours_held) == (3, 2)


def test_a_later_night_leaves_the_forecast_of_the_evening_before(desk: Desk) -> None:
    keep_advice(desk.queue, MORNING)
    store = desk.queue.get(StaffingStore)
    first = store.forecasts(desk.branch)
    keep_advice(desk.queue, MORNING + DAY_MS)
    assert store.forecasts(desk.branch) == {
        **first,
        days_after(TODAY, 2): store.forecasts(desk.branch)[days_after(TODAY, 2)],
    }


@pytest.mark.parametrize(("age", "left"), [(FORECASTS_KEPT, True), (FORECASTS_KEPT + 1, False)])
def test_old_forecasts_are_forgotten(desk: Desk, age: int, left: bool) -> None:
    old = KeptForecast(days_after(TODAY, -age), ArrivalRange(1, 1, 1), {})
    store = desk.queue.get(StaffingStore)
    known = desk.queue.get(BranchStore).get(desk.branch)
    assert store.keep(known, AdviceToKeep("", {}, {}, [old]))
    keep_advice(desk.queue, MORNING)
    assert (old.date in store.forecasts(desk.branch)) is left


def test_nothing_is_kept_of_a_branch_that_is_removed_meanwhile(desk: Desk) -> None:
    k, revision = BranchKeys(desk.branch), desk.queue.get(BranchStore).get(desk.branch).revision
    done, _ = RemovalStore(desk.queue.store).begin(desk.branch, revision, with_days=True)
    assert done == "done"
    assert keep_advice(desk.queue, MORNING) == []
    assert not desk.queue.store.client.exists(k.staffing, k.forecasts)


def test_a_date_without_expected_arrivals_leaves_no_forecast(desk: Desk) -> None:
    friday = MORNING + 2 * DAY_MS
    keep_advice(desk.queue, friday)
    assert desk.queue.get(StaffingStore).forecasts(desk.branch) == {}


def test_lending_a_counter_for_some_hours_changes_no_advice(desk: Desk) -> None:
    keep_advice(desk.queue, MORNING)
    lent = replace(desk.queue.get(BranchStore).get(desk.branch), lent={"1": ("pas",)})
    found = kept_advice(desk.queue, lent, MORNING)
    assert found is not None
    assert found.branch.lent == {}


SPLIT: dict[str, Any] = {
    "counters": [
        {"id": "1", "name": "Skranke 1", "services": ["pas"]},
        {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
    ]
}


def test_pools_share_the_counters_time_by_handling_and_add_up(desk: Desk) -> None:
    put_branch(desk.queue, desk.branch, branch(**SPLIT))
    both = past_day(HOURS, more={"korekort": (10, 600.0)})
    keep(desk.queue, desk.branch, same_days(both))
    found = staffing_advice(desk.queue, desk.branch, now=MORNING)
    means = [service and service.mean for service in (found.service, *found.services)]
    assert means == pytest.approx([(36 * 300 + 30 * 600) / 66, 300, 600])
    assert not found.pooled
    for hour in found.days[0].hours:
        assert [pool.arrivals for pool in hour.pools] == [HOURS[hour.hour], 10]
        assert hour.counters == sum(pool.counters or 0 for pool in hour.pools)
    assert found.chosen is not None
    assert [len(plans) for plans in found.chosen.what_ifs] == [4, 4]
