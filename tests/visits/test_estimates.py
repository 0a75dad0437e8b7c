"""The estimated wait on a ticket: what it is learnt from, and whether it came true."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from redis import Redis

from queue_service import store
from queue_service.branches.store import BranchStore
from queue_service.counters.operations import counters
from queue_service.days.rules.period import between
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.visit import Priority
from queue_service.visits.rules.wait_estimate import EstimatedWaits
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk

NEEDED = 30
"""How many like waits have to be known."""
KEPT = 100
"""How many of the last ones are kept."""
PRELUDE = Path(store.__file__).with_name("prelude.lua").read_text("utf-8")


def wait(desk: Desk, seconds: float, priority: Priority = "normal") -> CommandResult:
    """A visit waits so long for counter 1 and is served."""
    issued = desk.issue(priority=priority)
    called = desk.later(seconds).called()
    visits.complete(desk.queue, desk.command(), called.visit.id, "resolved")
    return issued


def waits(desk: Desk, times: int, seconds: float = 150) -> None:
    """The same again and again, with no one ahead."""
    for _ in range(times):
        wait(desk, seconds)


@pytest.mark.parametrize(("known", "shown"), [(NEEDED - 1, None), (NEEDED, (150, 150))])
def test_a_wait_is_estimated_from_thirty_similar_ones_on(
    desk: Desk, known: int, shown: tuple[int, int] | None
) -> None:
    desk.open()
    waits(desk, known)
    answer = desk.issue()
    assert (answer.estimate, answer.visit.estimate) == (shown, shown)


def estimates(desk: Desk) -> dict[str, str]:
    """The stored estimates."""
    found: Any = desk.queue.store.client.hgetall(BranchKeys(desk.branch).estimates)
    return dict(found)


def test_with_few_similar_waits_less_similar_ones_are_used(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED - 1)
    thirtieth = desk.issue()
    assert thirtieth.estimate is None
    assert desk.issue("korekort").estimate is None  # with one ahead
    desk.later(150).called()
    # One ahead: two turns of 150 s each.
    assert desk.issue().estimate == (300, 300)
    desk.open("3")
    visits.complete(desk.queue, desk.command(), thirtieth.visit.id, "resolved")
    for counter in ("1", "3"):
        desk.called(counter)
    # Two counters, and no one ahead: as with one counter.
    assert desk.issue().estimate == (150, 150)
    # No wait of this service is known: one ahead, two turns of any service.
    assert desk.issue("korekort").estimate == (300, 300)


def test_a_wait_is_learnt_by_every_kind_and_the_last_hundred_are_kept(desk: Desk) -> None:
    desk.open()
    # 99 older ones of each kind; the 100th is 40 s, and 40 s a turn.
    waits_of = BranchKeys(desk.branch).waits
    older = ",".join(map(str, range(1001, 1100)))
    for kind in ("pas|0|1", "pas|0", "pas|each|0", "pas|each", "|each"):
        desk.queue.store.client.hset(waits_of, kind, older)
    wait(desk, 40)
    assert estimates(desk) == {
        "pas|0|1": "1009|1089", "pas|0": "1009|1089",
        "pas|each|0": "1010|1090", "pas|each": "1010|1090", "pas|each|wide": "1005|1095",
        "|each": "1010|1090", "|each|wide": "1005|1095",
    }  # fmt: skip
    wait(desk, 40)
    first: Any = desk.queue.store.client.hget(waits_of, "pas|each")
    assert first.split(",")[0] == "1002"
    assert len(first.split(",")) == 100


def test_waits_of_a_service_teach_others_until_enough_of_its_own_are_known(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED - 1)
    known: list[Any] = []
    for seconds in (150, 40, 40):
        wait(desk, seconds)
        known.append(desk.queue.store.client.hget(BranchKeys(desk.branch).waits, "|each"))
    assert [text.count(",") + 1 for text in known] == [NEEDED] * 3
    assert estimates(desk)["|each"] == "150000|150000"


def test_ranges_are_those_of_the_last_hundred_waits(redis_client: Redis) -> None:
    # Few values and many, so that some waits are equal to an end of a range, and ends change.
    every = [crc32(b"%d" % n) % spread for spread in (12, 40, 1000) for n in range(800)]
    learning = """
        local told = {}
        for i, seconds in ipairs(ARGV) do
          local wait = {service = 'pas', ahead = 0, open = 1, seconds = tonumber(seconds)}
          learn(KEYS[1], KEYS[2], wait)
          told[i] = redis.call('HMGET', KEYS[2], 'pas|0|1', 'pas|each', 'pas|each|wide')
        end
        return told"""
    k = BranchKeys("raadhuset")
    untyped: Any = redis_client
    shown = untyped.eval(f"{PRELUDE}{learning}", 2, k.waits, k.estimates, *every)
    assert shown[NEEDED - 2] == [None, None, None]
    for last in range(NEEDED, len(every) + 1):
        kept = sorted(every[max(0, last - KEPT) : last])
        ranges = [
            "|".join(str(unit * kept[ceil(len(kept) * share / 100) - 1]) for share in shares)
            for unit, shares in ((1, (10, 90)), (1000, (10, 90)), (1000, (5, 95)))
        ]
        assert shown[last - 1] == ranges, last


def test_priority_visits_teach_nothing(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED - 1)
    wait(desk, 5, priority="high")
    assert desk.issue().estimate is None


def test_nor_do_those_who_asked_for_a_delay(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED - 1)
    delayed = desk.issue().visit.id
    visits.requeue(desk.queue, desk.command(), delayed, 60_000)
    assert desk.later(60).called().visit.id == delayed
    visits.complete(desk.queue, desk.command(), delayed, "resolved")
    assert desk.issue().estimate is None


def test_nor_who_was_served_at_once(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED - 1)
    walk_in = issuing.serve(desk.queue, desk.command(), "1", "pas").visit
    assert (walk_in.ahead, walk_in.counters_open, walk_in.estimate) == (None, None, None)
    visits.transfer(desk.queue, desk.later(5).command(), walk_in.id, service="pas")
    desk.later(5).called()
    visits.complete(desk.queue, desk.command(), walk_in.id, "resolved")
    assert desk.issue().estimate is None


def test_people_who_wait_for_something_else_make_another_wait(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)
    for _ in range(5):
        desk.issue("korekort")
    crowded = desk.later(1).issue("pas")
    assert (crowded.position, crowded.estimate) == (5, (6 * 150, 6 * 150))


def test_no_wait_is_estimated_without_an_open_counter_for_the_service(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)
    counters.close_counter(desk.queue, desk.command(), "1")
    issued = desk.issue()
    assert (issued.position, issued.estimate, issued.visit.counters_open) == (0, None, 0)
    asked = desk.queue.get(VisitStore).standing(
        desk.queue.get(BranchStore).get(desk.branch), issued.visit, desk.command().at
    )
    assert asked.split("\n")[0].endswith("|0||")


def test_the_shown_estimate_stays_with_the_visit(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)
    first = desk.issue()
    desk.later(1).called()
    desk.open("2")
    second = desk.issue()
    shown = second.visit
    assert (shown.ahead, shown.counters_open, shown.counters_busy) == (0, 2, 1)
    visits.start(desk.queue, desk.command(), first.visit.id)
    kept = desk.queue.get(VisitStore).many(desk.branch, [first.visit.id])[0]
    assert (kept.ahead, kept.counters_open, kept.counters_busy, kept.estimate) == (
        0, 1, 0, (150, 150),
    )  # fmt: skip


def test_how_often_the_range_held_is_counted_by_day(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)  # without an estimate
    for seconds in (119, 120, 180, 181):  # estimated two to three minutes, the first to third
        desk.issue()
        called = desk.later(seconds).called()
        visits.complete(desk.queue, desk.command(), called.visit.id, "resolved")
    desk.issue()
    visits.abandon(desk.queue, desk.later(1).command(), listing.visits_of_today(
        desk.queue, desk.branch, state="waiting", at=desk.command().at)[0].visit.id)  # fmt: skip
    row = past(desk.queue, desk.branch, between("2026-11-25", "2026-11-25")).total.visits
    assert (row["estimates"], row["estimates_held"]) == (4, 2)
    assert (row["alone"], row["alone_held"], row["behind"]) == (4, 2, 0)
    assert (row["numbers"], row["told"]) == (NEEDED + 5, 5)
    found = statistics(desk.queue, desk.branch, "2026-11-25", "2026-11-25").total.estimated
    assert found == EstimatedWaits(NEEDED + 5, 5, 4, 2, 0, 0)


def test_a_delay_withdraws_the_estimate(desk: Desk) -> None:
    desk.open()
    waits(desk, NEEDED)
    visit = desk.issue().visit
    assert visit.estimate == (150, 150)
    assert visits.requeue(desk.queue, desk.command(), visit.id).visit.estimate == (150, 150)
    delayed = visits.requeue(desk.queue, desk.command(), visit.id, 60_000).visit
    assert (delayed.estimate, delayed.ahead) == (None, 0)


def test_a_visit_that_is_put_back_stays_with_its_counter(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    visit = desk.issue().visit
    calling.call(desk.queue, desk.command(), visit.id, "1")
    visits.transfer(desk.queue, desk.command(), visit.id, counter="2")
    for _ in range(2):
        back = visits.requeue(desk.queue, desk.command(), visit.id)
        assert back.visit.bound == "2"
        assert desk.next("1") is None
        assert desk.called("2").visit.id == visit.id
    # A counter that has closed meanwhile calls no visit.
    visits.mark_no_show(desk.queue, desk.command(), visit.id)
    counters.close_counter(desk.queue, desk.command(), "2")
    assert visits.requeue(desk.queue, desk.command(), visit.id).visit.bound is None
    assert desk.called("1").visit.id == visit.id
