"""The share of a month's ranges that is shown to citizens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.history.operations.ranges_held import ranges_held_lately
from queue_service.history.rules.ranges_held import FEWEST_JUDGED, RangesHeld, ranges_held
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from tests.desks import Desk


@pytest.mark.parametrize(
    ("this", "shown"),
    [(20, "2026-11"), (19, "2026-10"), (0, "2026-10")],
)
def test_a_month_with_few_ranges_gives_way_to_the_one_before(this: int, shown: str) -> None:
    found = ranges_held(RangesHeld("2026-11", this, this), RangesHeld("2026-10", 20, 15))
    assert found
    assert found.month == shown


def test_without_twenty_ranges_in_either_month_there_is_no_share() -> None:
    assert ranges_held(RangesHeld("2026-11", 19, 19), RangesHeld("2026-10", 19, 19)) is None


def test_neither_the_running_day_nor_made_up_days_count(desk: Desk) -> None:
    desk.queue.store.client.hset(BranchKeys(desk.branch).estimates, "pas|each", "0|60000")
    desk.open()
    for _ in range(FEWEST_JUDGED):
        desk.issue()
        visits.complete(desk.queue, desk.command(), desk.called().visit.id, "resolved")
    assert lately(desk) is None
    desk.later(86_400)
    assert lately(desk) == RangesHeld("2026-11", FEWEST_JUDGED, FEWEST_JUDGED)
    assert lately(desk, sample_until="2026-11-24") == lately(desk)
    assert lately(desk, sample_until="2026-11-25") is None
    desk.later(10 * 86_400)
    assert lately(desk) == RangesHeld("2026-11", FEWEST_JUDGED, FEWEST_JUDGED)


def lately(desk: Desk, **changed: Any) -> RangesHeld | None:
    branch = replace(desk.queue.get(BranchStore).get(desk.branch), **changed)
    return ranges_held_lately(desk.queue, branch, desk.command().at or 0)
