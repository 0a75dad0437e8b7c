"""What is counted when a visit ends and when a press is taken back, and how counts are called."""

from __future__ import annotations

import pytest

from queue_service.visits.rules.counting import Total, count, read_total, total_field
from queue_service.visits.rules.judging import judge
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


def test_nothing_is_counted_that_nobody_reads() -> None:
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
def test_the_name_of_a_count_tells_what_it_counts(total: Total) -> None:
    assert read_total(total_field(*total)) == total


def test_the_counts_of_another_version_are_left_alone() -> None:
    assert read_total("asked|pas") is None
