"""A branch's past: added up once, never behind its visits, judged by the goals of its days."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.period import between
from queue_service.days.store import DayStore
from queue_service.history.operations.days import summarise_day, summarise_days
from queue_service.history.operations.history import keep_months, months_to_keep
from queue_service.history.operations.months_by_service import keep_service_months
from queue_service.history.operations.statistics import statistics
from queue_service.history.store import HistoryStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from tests.days.test_summary import figures
from tests.desks import CLERK, MORNING, Desk, document, went_live
from tests.insight.looking_back import DAY, WEDNESDAY, seen, served

THURSDAY = "2026-11-26"


@pytest.fixture
def two_days(desk: Desk) -> Desk:
    """Wednesday and Thursday morning, two counters."""
    desk.open("1", "citizen")
    for handled in (100, 400, 3000):
        served(desk, handled)
    visits.abandon(desk.queue, desk.command(), desk.issue("turist").visit.id)
    counters.close_counter(desk.queue, desk.command(), "1")
    desk.seconds = DAY
    desk.open("2", "library")
    served(desk, 30, "turist", "2")
    counters.close_counter(desk.queue, desk.command(), "2")
    return desk


@pytest.mark.parametrize("by", ["day", "service", "team", "counter"])
def test_it_says_what_the_statistics_call_says(two_days: Desk, by: Any) -> None:
    found = seen(two_days).history
    rows = {"day": found.days, "service": found.services}.get(by) or getattr(found, f"{by}s")
    called = statistics(two_days.queue, two_days.branch, "2026-11-02", "2026-11-29", by)
    # Each counter worked on one day alone, so nothing is shown of either.
    reported = [] if by in ("team", "counter") else sorted(rows)
    assert [line.key for line in called.rows] == reported
    for line in called.rows:
        row = rows[str(line.key)]
        assert row.inquiries.durations.spread() == line.handling
        if line.visits:
            assert {name: row.visits[name] for name in line.visits} == line.visits
        for goal in seen(two_days).goals(row):
            assert goal.share.within == line.goals[goal.goal.id].within
    assert seen(two_days).total.visits["issued"] == (called.total.visits or {})["issued"] == 5


def test_counter_time_is_kept_by_hour(two_days: Desk) -> None:
    """Wednesday from nine: 100, 400 and 3000 seconds at one counter; Thursday 30 at another."""
    assert seen(two_days).history.staffed == {
        (2, "09"): 3_500_000,
        (3, "09"): 30_000,
    }


def test_the_counters_time_is_in_the_summary_to_stay(two_days: Desk) -> None:
    branch = two_days.queue.get(BranchStore).get(two_days.branch)
    days, k = two_days.queue.get(DayStore), BranchKeys(two_days.branch)
    assert summarise_day(two_days.queue, branch, WEDNESDAY, MORNING)
    first = two_days.queue.store.client.get(k.summary(WEDNESDAY))
    days.forget_summaries(two_days.branch)
    assert two_days.queue.store.client.get(k.summary(WEDNESDAY)) is None
    assert summarise_day(two_days.queue, branch, WEDNESDAY, MORNING)
    assert two_days.queue.store.client.get(k.summary(WEDNESDAY)) == first
    two_days.queue.store.client.delete(k.shifts)
    assert (2, "09") in seen(two_days).history.staffed


def test_teams_and_counters_are_reported_by_whole_weeks(two_days: Desk) -> None:
    more = seen(two_days, "2026-11-20", "2026-12-03")
    assert more.weeks == between("2026-11-23", "2026-11-29")
    assert set(more.history.teams) == {"citizen", "library"}
    short = seen(two_days, "2026-11-24", "2026-12-05")
    assert (short.weeks, short.history.teams, short.history.counters) == (None, {}, {})
    assert short.total.visits["issued"] == 5


def kept(desk: Desk) -> str | None:
    return desk.queue.get(HistoryStore).months(desk.branch, ["2026-11"])[0]


@pytest.fixture
def later(two_days: Desk, queue: Queue) -> Desk:
    """Both days are summarised. A historic branch counts as long past."""
    branch = queue.get(BranchStore).get(two_days.branch)
    for day in (WEDNESDAY, THURSDAY):
        assert summarise_day(queue, branch, day, MORNING)
    return two_days


def test_a_month_that_is_over_is_added_up_once(later: Desk) -> None:
    before = figures(seen(later).total)
    assert kept(later) is None
    assert figures(seen(later, days_later=40).total) == before
    text = kept(later)
    assert text is not None
    k = BranchKeys(later.branch)
    for day in (WEDNESDAY, THURSDAY):  # only the heads can be read from here on
        head, _, _ = str(later.queue.store.client.get(k.summary(day))).partition("\n")
        later.queue.store.client.set(k.summary(day), f"{head}\nnothing")
    assert figures(seen(later, days_later=40).total) == before


def test_a_month_is_never_behind_its_days(later: Desk) -> None:
    def resolved() -> int:
        return seen(later, days_later=40).total.inquiries["resolved"]

    assert resolved() == 4
    later.open("2")
    visit = served(later, 50, "turist", "2")
    assert resolved() == 5
    visits.undo(later.queue, later.command(), visit)
    assert resolved() == 4
    assert seen(later, days_later=40).history.days[THURSDAY].visits["issued"] == 2


def test_a_day_that_changes_during_the_monthly_sum_is_added_up_again(
    later: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A citizen gives up, comes back just as the month is read, and gives up again."""
    branch = later.queue.get(BranchStore).get(later.branch)
    visit = later.issue("turist").visit.id
    visits.abandon(later.queue, later.command(), visit)
    assert summarise_day(later.queue, branch, THURSDAY, MORNING)
    heads = DayStore.versions

    def versions_just_before(self: DayStore, *asked: Any) -> dict[str, str | None]:
        found = heads(self, *asked)
        monkeypatch.undo()
        visits.undo(later.queue, later.command(), visit)
        return found

    monkeypatch.setattr(DayStore, "versions", versions_just_before)
    assert seen(later, days_later=40).total.visits["abandoned"] == 1
    visits.abandon(later.queue, later.command(), visit)
    assert summarise_day(later.queue, branch, THURSDAY, MORNING)
    assert seen(later, days_later=40).total.visits["abandoned"] == 2


def test_the_job_adds_a_month_up_before_anybody_asks(queue: Queue) -> None:
    put_branch(queue, "live", document())
    counters.open_counter(queue, Command("live", CLERK), "1")
    visit = issuing.serve(queue, Command("live", CLERK), "1", "pas").visit
    visits.complete(queue, Command("live", CLERK), visit.id, "resolved")
    names = [visit.date[:7]]
    summarise_days(queue, queue.store.time())
    assert queue.get(HistoryStore).months("live", names) == [None]
    summarise_days(queue, queue.store.time() + 35 * DAY * 1000)
    (text,) = queue.get(HistoryStore).months("live", names)
    assert text is not None
    assert visit.date in text


def test_the_job_adds_up_older_months_each_once_when_all_their_days_are_summarised(
    later: Desk,
) -> None:
    # Years later, all of it is older than the days that may have changed lately.
    queue, at = later.queue, later.queue.store.time() + 3 * 365 * DAY * 1000
    branch = queue.get(BranchStore).get(later.branch)
    latest, month = months_to_keep(queue, branch, at)
    assert (month.first, month.last) == ("2026-11-01", "2026-11-30")
    assert latest.first > month.last
    assert months_to_keep(queue, branch, at, 0) == [latest]

    keep_months(queue, branch, [latest, month], at)
    assert months_to_keep(queue, branch, at) == [latest, month]
    keep_service_months(queue, branch, [latest, month], at)
    assert months_to_keep(queue, branch, at) == [latest]

    text = kept(later)
    assert text is not None
    queue.get(HistoryStore).keep_month(branch, "2026-11", f"0{text[1:]}")  # of a former version
    assert months_to_keep(queue, branch, at) == [latest, month]


def test_a_month_with_a_day_that_has_no_summary_waits(two_days: Desk) -> None:
    branch = two_days.queue.get(BranchStore).get(two_days.branch)
    at = two_days.queue.store.time() + 3 * 365 * DAY * 1000
    assert summarise_day(two_days.queue, branch, WEDNESDAY, MORNING)
    assert len(months_to_keep(two_days.queue, branch, at)) == 1
    assert summarise_day(two_days.queue, branch, THURSDAY, MORNING)
    assert len(months_to_keep(two_days.queue, branch, at)) == 2


def test_a_day_is_judged_by_the_goal_of_that_day(queue: Queue) -> None:
    put_branch(queue, "raadhuset", document(historic=True))
    # At the same time of day as the morning, two days before the goals change.
    days = (queue.store.time() - MORNING) // 1000 // DAY - 2
    desk = Desk(queue, seconds=days * DAY)
    desk.open("1")
    for handled in (100, 100, 100, 500):
        served(desk, handled)
    raised = document(historic=True)
    raised["goals"][0]["target_ratio"] = 0.9
    put_branch(queue, desk.branch, raised)
    went_live(queue, desk.branch)
    day = moment(queue.get(BranchStore).get(desk.branch), MORNING + round(desk.seconds * 1000)).date
    found = seen(desk, day, day)
    (six, *_) = found.goals_on(day)
    assert (six.target, six.share.within, six.share.judged, six.beyond) == (0.7, 3, 4, 0)
    (now, *_) = found.goals_on("2100-01-01")
    assert now.target == 0.9


def test_a_goal_with_hours_judges_nothing_outside_them(queue: Queue) -> None:
    desk = Desk(queue)
    config = document(historic=True)
    for goal in config["goals"]:
        goal["hours"] = {"wed": [["09:00", "10:00"]]}
    put_branch(queue, desk.branch, config)
    desk.open("1")
    served(desk, 100)
    waiting = desk.issue("pas").visit.id
    desk.later(30).next()
    visits.complete(queue, desk.command(), waiting, "resolved")
    desk.seconds = 3600
    served(desk, 100)
    total = seen(desk).total
    assert total.inquiries["resolved"] == 3
    assert total.judged("handling-6-min") == (2, 2)
    assert total.judged("first-contact") == (2, 2)
    assert total.judged("called-10-min") == (1, 1)


def test_an_empty_period_has_no_figure(desk: Desk) -> None:
    found = seen(desk)
    assert found.history.days == {}
    (six, *_) = found.goals(found.total)
    assert (six.share.ratio, six.share.verdict, six.target, six.beyond) == (None, "open", 0.7, 0)


def test_one_inquiry_meets_no_goal_for_certain(desk: Desk) -> None:
    desk.open("1")
    served(desk, 100)
    found = seen(desk)
    (six, *_) = found.goals(found.total)
    assert (six.share.ratio, six.share.verdict) == (1.0, "open")


def first_days(desk: Desk) -> list[bool]:
    """Whether it existed on Monday, Tuesday and Wednesday."""
    dates = ("2026-11-23", "2026-11-24", WEDNESDAY)
    return [seen(desk, date, date).existed() for date in dates]


def test_it_begins_with_the_first_date_that_has_visits(desk: Desk) -> None:
    assert not seen(desk).existed(), "historic, and nothing was replayed yet"
    desk.open("1")
    served(desk, 100)
    assert first_days(desk) == [False, False, True]
    assert seen(desk, "2026-11-24", "2026-11-30").existed()
    assert seen(desk, "2026-11-26", "2026-11-26").existed(), "open or not: nobody came"


def test_a_live_branch_begins_on_the_day_it_was_set_up(desk: Desk) -> None:
    went_live(desk.queue, desk.branch, MORNING - DAY * 1000)
    assert first_days(desk) == [False, True, True]
    went_live(desk.queue, desk.branch, MORNING + DAY * 1000)
    assert first_days(desk) == [False, False, False]


def test_visits_may_be_older_than_what_is_kept_of_a_live_branchs_goals(desk: Desk) -> None:
    desk.open("1")
    served(desk, 100)
    went_live(desk.queue, desk.branch, MORNING + DAY * 1000)
    assert first_days(desk) == [False, False, True]
