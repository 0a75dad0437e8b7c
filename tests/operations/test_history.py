"""A branch's past: added up once, never behind its visits, judged by the goals of its days."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.domain.calendar import day_bounds, moment
from queue_service.domain.figures import Row
from queue_service.domain.period import between, period_of
from queue_service.operations import counters, issuing, visits
from queue_service.operations.branches import put_branch
from queue_service.operations.days import expire, summarise_day, summarise_days
from queue_service.operations.history import Past, past
from queue_service.operations.queue import Deed, Queue
from queue_service.operations.statistics import statistics
from queue_service.store.day_store import DayStore
from queue_service.store.history_store import HistoryStore
from queue_service.store.keys import BranchKeys
from tests.domain.test_summary import figures
from tests.operations.conftest import CLERK, MORNING, Desk, document

WEDNESDAY, THURSDAY = "2026-11-25", "2026-11-26"
NOVEMBER = period_of("month", WEDNESDAY)
DAY = 86_400


def served(desk: Desk, handled: float, service: str = "pas", counter: str = "1") -> str:
    """Somebody is served at once, for so long."""
    visit_id = issuing.serve(desk.queue, desk.deed(), counter, service).visit.id
    visits.complete(desk.queue, desk.later(handled).deed(), visit_id, "resolved")
    return visit_id


def seen(
    desk: Desk, first: str = "2026-11-01", last: str = "2026-11-30", *, days_later: int = 2
) -> Past:
    now = MORNING + days_later * DAY * 1000
    return past(desk.queue, desk.branch, between(first, last), now=now)


@pytest.fixture
def two_days(desk: Desk) -> Desk:
    """Wednesday and Thursday morning, two counters."""
    desk.open("1", "citizen")
    for handled in (100, 400, 3000):
        served(desk, handled)
    visits.abandon(desk.queue, desk.deed(), desk.issue("turist").visit.id)
    counters.close_counter(desk.queue, desk.deed(), "1")
    desk.seconds = DAY
    desk.open("2", "library")
    served(desk, 30, "turist", "2")
    counters.close_counter(desk.queue, desk.deed(), "2")
    return desk


@pytest.mark.parametrize("by", ["day", "service", "team", "counter"])
def test_it_says_what_the_statistics_call_says(two_days: Desk, by: Any) -> None:
    found = seen(two_days).history
    rows = {"day": found.days, "service": found.services}.get(by) or getattr(found, f"{by}s")
    called = statistics(two_days.queue, two_days.branch, "2026-11-01", "2026-11-30", by)
    assert [line.key for line in called.rows] == sorted(rows)
    for line in called.rows:
        row = rows[str(line.key)]
        assert row.inquiries.durations.spread() == line.handling
        if line.visits:
            assert {name: row.visits[name] for name in line.visits} == line.visits
        for goal in seen(two_days).goals(row):
            assert goal.share.within == line.goals[goal.goal.id].within
    assert found.total.visits["issued"] == (called.total.visits or {})["issued"] == 5


def test_counter_time_is_kept_by_hour(two_days: Desk) -> None:
    """Wednesday from nine: 100, 400 and 3000 seconds at one counter; Thursday 30 at another."""
    assert seen(two_days).history.staffed == {
        (2, "09"): 3_500_000,
        (3, "09"): 30_000,
    }


def test_the_counters_time_is_in_the_summary_to_stay(two_days: Desk) -> None:
    branch = two_days.queue.branches.get(two_days.branch)
    days, k = DayStore(two_days.queue.store), BranchKeys(two_days.branch)
    assert summarise_day(two_days.queue, branch, WEDNESDAY, MORNING)
    first = two_days.queue.store.client.get(k.summary(WEDNESDAY))
    days.forget_summaries(two_days.branch)
    assert two_days.queue.store.client.get(k.summary(WEDNESDAY)) is None
    assert summarise_day(two_days.queue, branch, WEDNESDAY, MORNING)
    assert two_days.queue.store.client.get(k.summary(WEDNESDAY)) == first
    two_days.queue.store.client.delete(k.shifts)
    assert (2, "09") in seen(two_days).history.staffed


def test_teams_and_counters_need_seven_days(two_days: Desk) -> None:
    assert set(seen(two_days, WEDNESDAY, "2026-12-01").history.teams) == {"citizen", "library"}
    short = seen(two_days, WEDNESDAY, "2026-11-30").history
    assert (short.teams, short.counters) == ({}, {})
    assert short.total.visits["issued"] == 5


def kept(desk: Desk) -> str | None:
    return HistoryStore(desk.queue.store).months(desk.branch, ["2026-11"])[0]


@pytest.fixture
def later(two_days: Desk, queue: Queue) -> Desk:
    """Both days are summarised. A historic branch counts as long past."""
    branch = queue.branches.get(two_days.branch)
    for day in (WEDNESDAY, THURSDAY):
        assert summarise_day(queue, branch, day, MORNING)
    return two_days


def test_a_month_that_is_over_is_added_up_once(later: Desk) -> None:
    before = figures(seen(later).history.total)
    assert kept(later) is None
    assert figures(seen(later, days_later=40).history.total) == before
    text = kept(later)
    assert text is not None
    k = BranchKeys(later.branch)
    for day in (WEDNESDAY, THURSDAY):  # only the heads can be read from here on
        head, _, _ = str(later.queue.store.client.get(k.summary(day))).partition("\n")
        later.queue.store.client.set(k.summary(day), f"{head}\nnothing")
    assert figures(seen(later, days_later=40).history.total) == before


def test_a_month_is_never_behind_its_days(later: Desk) -> None:
    def resolved() -> int:
        return seen(later, days_later=40).history.total.inquiries["resolved"]

    assert resolved() == 4
    later.open("2")
    visit = served(later, 50, "turist", "2")
    assert resolved() == 5
    visits.undo(later.queue, later.deed(), visit)
    assert resolved() == 4
    assert seen(later, days_later=40).history.days[THURSDAY].visits["issued"] == 2


def test_a_day_that_changes_while_its_month_is_added_up_is_not_held_for_what_it_was(
    later: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody gives up, comes back just as the month is read, and gives up again."""
    branch = later.queue.branches.get(later.branch)
    visit = later.issue("turist").visit.id
    visits.abandon(later.queue, later.deed(), visit)
    assert summarise_day(later.queue, branch, THURSDAY, MORNING)
    heads = DayStore.heads

    def heads_just_before(self: DayStore, *asked: Any) -> dict[str, str | None]:
        found = heads(self, *asked)
        monkeypatch.undo()
        visits.undo(later.queue, later.deed(), visit)
        return found

    monkeypatch.setattr(DayStore, "heads", heads_just_before)
    assert seen(later, days_later=40).history.total.visits["abandoned"] == 1
    visits.abandon(later.queue, later.deed(), visit)
    assert summarise_day(later.queue, branch, THURSDAY, MORNING)
    assert seen(later, days_later=40).history.total.visits["abandoned"] == 2


def test_the_job_adds_a_month_up_before_anybody_asks(queue: Queue) -> None:
    put_branch(queue, "live", document())
    counters.open_counter(queue, Deed("live", CLERK), "1")
    visit = issuing.serve(queue, Deed("live", CLERK), "1", "pas").visit
    visits.complete(queue, Deed("live", CLERK), visit.id, "resolved")
    names = [visit.date[:7]]
    summarise_days(queue, queue.store.time())
    assert HistoryStore(queue.store).months("live", names) == [None]
    summarise_days(queue, queue.store.time() + 35 * DAY * 1000)
    (text,) = HistoryStore(queue.store).months("live", names)
    assert text is not None
    assert visit.date in text


def test_a_day_is_judged_by_the_goal_of_that_day(queue: Queue) -> None:
    put_branch(queue, "raadhuset", document(historic=True))
    desk = Desk(queue, seconds=(queue.store.time() - MORNING) / 1000 - 2 * DAY)
    desk.open("1")
    for handled in (100, 100, 100, 500):
        served(desk, handled)
    raised = document(historic=True)
    raised["goals"][0]["target_ratio"] = 0.9
    put_branch(queue, desk.branch, raised)
    day = moment(queue.branches.get(desk.branch), MORNING + round(desk.seconds * 1000)).date
    found = seen(desk, day, day)
    (six, *_) = found.goals_on(day)
    assert (six.target, six.share.within, six.share.judged, six.budget) == (0.7, 3, 4, 0)
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
    visits.complete(queue, desk.deed(), waiting, "resolved")
    desk.seconds = 3600
    served(desk, 100)
    total = seen(desk).history.total
    assert total.inquiries["resolved"] == 3
    assert total.judged("handling-6-min") == (2, 2)
    assert total.judged("first-contact") == (2, 2)
    assert total.judged("called-10-min") == (1, 1)


def test_an_empty_period_has_no_figure(desk: Desk) -> None:
    found = seen(desk)
    assert found.history.days == {}
    (six, *_) = found.goals(found.history.total)
    assert (six.share.ratio, six.share.verdict, six.target, six.budget) == (None, "open", 0.7, 0)


def test_one_inquiry_meets_no_goal_for_certain(desk: Desk) -> None:
    desk.open("1")
    served(desk, 100)
    found = seen(desk)
    (six, *_) = found.goals(found.history.total)
    assert (six.share.ratio, six.share.verdict) == (1.0, "open")


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)], ids=["short", "long"]
)
def test_a_day_as_long_as_the_clock_makes_it_counts_once(
    queue: Queue, day: str, hours: int
) -> None:
    """A counter open all day, and one ticket each hour of it."""
    always = {day: [["00:00", "24:00"]] for day in ("sat", "sun", "mon")}
    put_branch(queue, "nat", document(historic=True, opening_hours=always))
    branch = queue.branches.get("nat")
    midnight = day_bounds(branch, day)[0]
    desk = Desk(queue, "nat", (midnight - MORNING) / 1000)
    desk.open("1")
    for _ in range(hours):
        served(desk, 3600)
    counters.close_counter(queue, desk.deed(), "1")
    found = past(queue, "nat", between(day, day)).history
    assert found.total.visits["issued"] == hours
    assert sum(found.staffed.values()) == hours * 3_600_000
    twice_or_never = found.hours.get((6, "02"), Row()).visits["issued"]
    assert twice_or_never == hours - 23


def test_a_corrected_zone_moves_the_hours_of_the_days_still_kept(queue: Queue) -> None:
    desk = Desk(queue)
    put_branch(queue, desk.branch, document(historic=True, timezone="Atlantic/Reykjavik"))
    desk.open("1")
    served(desk, 100)
    assert summarise_day(queue, queue.branches.get(desk.branch), WEDNESDAY, MORNING)
    assert list(seen(desk).history.hours) == [(2, "08")]
    put_branch(queue, desk.branch, document(historic=True))
    assert list(seen(desk).history.hours) == [(2, "09")]
    assert list(seen(desk).history.days) == [WEDNESDAY]


def test_a_renamed_service_is_one_row_under_its_new_name(queue: Queue) -> None:
    desk = Desk(queue)
    put_branch(queue, desk.branch, document(historic=True))
    desk.open("1")
    served(desk, 100)
    config = document(historic=True)
    config["services"][0]["name"] = {"da": "Pas og rejse", "en": "Passport"}
    put_branch(queue, desk.branch, config)
    served(desk, 100)
    found = seen(desk)
    assert list(found.history.services) == ["pas"]
    assert found.history.services["pas"].inquiries["resolved"] == 2
    assert found.name("service", "pas", "da") == "Pas og rejse"
    assert found.name("service", "pas", "en") == "Passport"


def test_a_service_that_is_no_more_keeps_its_name(queue: Queue) -> None:
    desk = Desk(queue)
    put_branch(queue, desk.branch, document(historic=True))
    desk.open("1")
    served(desk, 100, "korekort")
    config = document(historic=True)
    config["services"] = [s for s in config["services"] if s["id"] != "korekort"]
    config["counters"] = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    put_branch(queue, desk.branch, config)
    found = seen(desk)
    assert list(found.history.services) == ["korekort"]
    assert found.name("service", "korekort", "da") == "Kørekort"
    assert found.name("counter", "3", "da") == "Skranke 3"
    assert found.name("service", "never", "da") == "never"


def test_after_the_retention_counter_time_remains_and_its_changes_go(queue: Queue) -> None:
    put_branch(queue, "live", document(retention_days=30))
    desk = Desk(queue, "live")
    now = queue.store.time()
    for counter in ("1", "2"):
        counters.open_counter(queue, Deed("live", CLERK), counter)
    issuing.serve(queue, Deed("live", CLERK), "1", "pas")
    (visit,) = queue.visits.open_visits("live")
    visits.complete(queue, Deed("live", CLERK), visit.id, "resolved")
    counters.close_counter(queue, Deed("live", CLERK), "1")
    assert summarise_days(queue, now + DAY * 1000) == 1
    before = seen(desk, visit.date, visit.date).history.staffed
    much_later = now + 40 * DAY * 1000
    assert expire(queue, much_later) == 1
    assert seen(desk, visit.date, visit.date).history.staffed == before
    assert sum(before.values()) > 0
    kept_shifts = HistoryStore(queue.store).shifts("live", much_later)
    assert [shift.counter for shift in kept_shifts] == ["2"]
