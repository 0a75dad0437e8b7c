"""Numbers go on above all that may be on paper."""

from __future__ import annotations

import pytest

from queue_service.visits.rules.raised_numbers import MARGIN, floors


@pytest.mark.parametrize(
    ("busiest", "floor"),
    [(0, 12 + MARGIN), (MARGIN, 12 + MARGIN), (MARGIN + 1, 12 + MARGIN + 1), (400, 412)],
)
def test_the_margin_is_a_hundred_or_the_busiest_day(busiest: int, floor: int) -> None:
    assert floors({"A": "12"}, [{"A": "3"}, {"A": str(busiest)}]) == {"A": floor}


def test_a_day_that_the_backup_does_not_know_begins_above_its_margin() -> None:
    assert floors({}, [{"A": "300", "B": "20"}]) == {"A": 300, "B": MARGIN}


def test_the_fields_that_name_services_are_no_numbers() -> None:
    assert floors({"A": "1", "owner|A": "pas"}, []) == {"A": 1 + MARGIN}
