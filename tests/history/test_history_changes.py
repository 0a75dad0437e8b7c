"""A branch's past through changes: of the clock, the configuration, and what is kept."""

from __future__ import annotations

import pytest

from queue_service.branches.rules.dates_and_hours import day_bounds
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between
from queue_service.days.store import DayStore
from queue_service.history.operations.days import expire, summarise_day, summarise_days
from queue_service.history.operations.history import past
from queue_service.visits.operations import issuing, visits
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, MORNING, Desk, document
from tests.insight.looking_back import DAY, WEDNESDAY, seen, served


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)], ids=["short", "long"]
)
def test_a_day_as_long_as_the_clock_makes_it_counts_once(
    queue: Queue, day: str, hours: int
) -> None:
    """A counter open all day, and one ticket each hour of it."""
    always = {day: [["00:00", "24:00"]] for day in ("sat", "sun", "mon")}
    put_branch(queue, "nat", document(historic=True, opening_hours=always))
    branch = queue.get(BranchStore).get("nat")
    midnight = day_bounds(branch, day)[0]
    desk = Desk(queue, "nat", (midnight - MORNING) / 1000)
    desk.open("1")
    for _ in range(hours):
        served(desk, 3600)
    counters.close_counter(queue, desk.command(), "1")
    found = past(queue, "nat", between(day, day))
    assert found.total.visits["issued"] == hours
    assert sum(found.history.staffed.values()) == hours * 3_600_000
    twice_or_never = found.history.hours.get((6, "02"), Row()).visits["issued"]
    assert twice_or_never == hours - 23


def test_a_corrected_zone_moves_the_hours_of_the_days_still_kept(queue: Queue) -> None:
    desk = Desk(queue)
    put_branch(queue, desk.branch, document(historic=True, timezone="Atlantic/Reykjavik"))
    desk.open("1")
    served(desk, 100)
    assert summarise_day(queue, queue.get(BranchStore).get(desk.branch), WEDNESDAY, MORNING)
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
        counters.open_counter(queue, Command("live", CLERK), counter)
    issuing.serve(queue, Command("live", CLERK), "1", "pas")
    (visit,) = queue.get(VisitStore).open_visits("live")
    visits.complete(queue, Command("live", CLERK), visit.id, "resolved")
    counters.close_counter(queue, Command("live", CLERK), "1")
    assert summarise_days(queue, now + DAY * 1000) == 1
    before = seen(desk, visit.date, visit.date).history.staffed
    much_later = now + 40 * DAY * 1000
    assert expire(queue, much_later) == 1
    assert seen(desk, visit.date, visit.date).history.staffed == before
    assert sum(before.values()) > 0
    kept_shifts = queue.get(DayStore).shifts("live", much_later)
    assert [shift.counter for shift in kept_shifts] == ["2"]
