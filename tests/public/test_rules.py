"""The share of a month's ranges that is shown."""

from __future__ import annotations

import pytest

from queue_service.public.rules import RangesHeld, ranges_held


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
