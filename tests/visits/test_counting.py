"""The counts of an ended visit and of an undone press, and the names of counts."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.visits.rules.counting import (
    Counts,
    Total,
    bucket_index,
    count,
    day_field,
    read_total,
    total_field,
)
from queue_service.visits.rules.judging import judge
from queue_service.visits.rules.visit import Inquiry, Visit
from tests.visits.test_judging import BRANCH, NOON, WAITING, completed


def test_a_judgement_taken_back_stays_counted_and_is_counted_as_returned() -> None:
    before = WAITING._replace(state="serving", first_called_at=NOON)
    done = judge(BRANCH, before, completed(300_000, 0))
    made, undone = count(before, done), count(done, before)
    assert made.totals["judged|pas|handling-6-min"] == 1
    assert made.totals["within|pas|handling-6-min"] == 1
    assert "unjudged|pas|handling-6-min" not in made.totals
    assert undone.totals["unjudged|pas|handling-6-min"] == 1
    assert undone.totals["unwithin|pas|handling-6-min"] == 1
    assert all(n >= 0 for n in (*made.totals.values(), *undone.totals.values()))
    sums = {field: made.day[field] + undone.day[field] for field in made.day}
    assert set(sums.values()) == {0}


def test_nothing_is_counted_without_a_reader() -> None:
    before = WAITING._replace(state="serving", first_called_at=NOON)
    done = judge(BRANCH, before, completed(300_000, 0))
    kinds = {field.partition("|")[0] for field in count(before, done).day}
    assert kinds == {"judged", "within", "completed", "inquiries"}


@pytest.mark.parametrize(
    "total",
    [
        Total("issued", "pas"),
        Total("ended", "pas", "no_show"),
        Total("judged", "pas", "handling-6-min"),
        Total("waiting", "pas", "sum"),
    ],
)
def test_the_name_of_a_count_states_its_unit(total: Total) -> None:
    assert read_total(total_field(*total)) == total


def test_the_counts_of_another_version_are_left_alone() -> None:
    assert read_total("asked|pas") is None


CALLED = WAITING._replace(state="called", first_called_at=NOON + 20_000)
FAIR = Inquiry("pas", "referred", started_at=NOON, handled_ms=15_001, completed_at=NOON + 15_001)


@pytest.mark.parametrize(
    ("before", "after", "totals", "day", "waited"),
    [
        (
            WAITING, CALLED,
            {"waiting|pas|2": 1, "waiting|pas|sum": 20_000, "estimate|nobody|none": 1},
            {"inquiries": 0}, 20_000,
        ),
        (WAITING, WAITING, {}, {"inquiries": 0}, None),
        (
            WAITING, WAITING._replace(state="abandoned"),
            {"ended|pas|abandoned": 1, "estimate|nobody|none": 1},
            {"inquiries": 0, "abandoned": 1}, None,
        ),
        (
            WAITING._replace(state="no_show"), WAITING._replace(state="abandoned"),
            {"returned|pas|no_show": 1, "ended|pas|abandoned": 1, "estimate|nobody|none": 1},
            {"inquiries": 0, "no_show": -1, "abandoned": 1}, None,
        ),
        (
            # A second inquiry, completed while the visit goes on, of another service.
            CALLED._replace(state="serving"),
            CALLED._replace(state="serving", inquiries=(FAIR, FAIR._replace(service="turist"))),
            {
                "inquiry|pas|referred": 1, "handling|pas|1": 1, "handling|pas|sum": 15_001,
                "inquiry|turist|referred": 1, "handling|turist|1": 1, "handling|turist|sum": 15_001,
            },
            {"inquiries": 2}, None,
        ),
        (
            CALLED, CALLED._replace(inquiries=(FAIR, FAIR)),
            {"inquiry|pas|referred": 2, "handling|pas|1": 2, "handling|pas|sum": 30_002},
            {"inquiries": 2}, None,
        ),
        (
            CALLED._replace(inquiries=(FAIR,)), CALLED._replace(inquiries=(FAIR,)),
            {}, {"inquiries": 0}, None,
        ),
        (
            WAITING._replace(judged={"g": True}), WAITING._replace(judged={"g": False, "h": True}),
            {
                "unjudged|pas|g": 1, "unwithin|pas|g": 1, "judged|pas|g": 1, "within|pas|g": 0,
                "judged|pas|h": 1, "within|pas|h": 1,
            },
            {"inquiries": 0, "judged|g": 0, "within|g": -1, "judged|h": 1, "within|h": 1}, None,
        ),
    ],
)  # fmt: skip
def test_each_change_is_counted_once(
    before: Visit, after: Visit, totals: dict[str, int], day: dict[str, int], waited: int | None
) -> None:
    assert count(before, after) == Counts(totals, day, waited)


@pytest.mark.parametrize(("ms", "bucket"), [(0, 0), (5000, 0), (5001, 1), (9000, 1), (9001, 2)])
def test_a_bucket_includes_its_upper_bound(ms: int, bucket: int) -> None:
    assert bucket_index(ms, (5, 9)) == bucket


def test_the_parts_of_a_name_are_read_in_order() -> None:
    assert total_field("handling", "pas", 0) == "handling|pas|0"
    assert total_field("issued", "pas") == "issued|pas"
    assert read_total("handling|pas|0|x") == Total("handling", "pas", "0|x")
    assert day_field("within", "g") == "within|g"


DREW = WAITING._replace(ahead=2, estimate=(60, 120))
LEFT = {"state": "abandoned"}


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (DREW, {"first_called_at": NOON + 60_000}, "estimate|somebody|held"),
        (DREW, {"first_called_at": NOON + 59_999}, "estimate|somebody|missed"),
        (DREW._replace(ahead=0), {"first_called_at": NOON + 60_000}, "estimate|nobody|held"),
        (DREW, LEFT | {"ended_at": NOON + 120_000}, "estimate|somebody|left"),
        (DREW, LEFT | {"ended_at": NOON + 120_001}, "estimate|somebody|missed"),
        (DREW._replace(estimate=None), {"first_called_at": NOON}, "estimate|somebody|none"),
        (DREW, {"queued_at": NOON + 1}, None),  # it waits still
        (DREW._replace(first_called_at=NOON), {"state": "serving"}, None),  # counted at its call
        (DREW._replace(ahead=None), {"first_called_at": NOON}, None),  # served at once
    ],
)
def test_the_result_of_an_estimate_is_counted_when_the_wait_is_over(
    before: Visit, after: dict[str, Any], field: str | None
) -> None:
    counted = count(before, before._replace(**after)).totals
    assert [name for name in counted if name.startswith("estimate")] == ([field] if field else [])
    assert field is None or counted[field] == 1
