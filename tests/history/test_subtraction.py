"""No difference of two ranges with counters and teams is shorter than a week."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import Period, between, whole_months, whole_weeks
from queue_service.days.rules.summary import summarise, to_text, visits_counted
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import statistics
from queue_service.history.rules.history import History
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.visit import Inquiry, Visit
from tests.desks import document

QUARTER = between("2026-07-01", "2026-09-30")
TODAY = "2026-09-24"
"""A Thursday, so the quarter has a running week."""
BRANCH = "kvartal"


def ranges(dates: list[str]) -> Iterator[Period]:
    """Every range that can be asked for: single dates, too."""
    yield from (between(date, date) for date in dates)
    yield from (between(first, last) for first, last in combinations(dates, 2))


def test_whole_weeks_are_reported_whatever_the_request() -> None:
    """The dates of a quarter as unknowns: each shown range is an equation over them."""
    dates = list(QUARTER.dates())
    reported = {whole_weeks(period, TODAY) for period in ranges(dates)} - {None}
    assert len(reported) == 11 * 12 // 2, "every run of the eleven weeks that are over"
    # Dates that no equation separates are one unknown: no sum or difference leads to a part of it.
    in_ranges: dict[tuple[bool, ...], list[str]] = {}
    for date in dates:
        key = tuple(period is not None and period.holds(date) for period in reported)
        in_ranges.setdefault(key, []).append(date)
    never = in_ranges.pop(tuple([False] * len(reported)))
    assert never == [*dates[:5], *dates[82:]], "1 to 5 July, and from 21 September on"
    assert {len(together) for together in in_ranges.values()} == {7}
    assert all(between(week[0], week[-1]) in reported for week in in_ranges.values())


def test_a_month_less_its_weeks_would_be_single_dates() -> None:
    """The reason why months are not shown as well."""
    july, august, _ = whole_months(QUARTER)
    spans = [whole_weeks(month) for month in (july, august, between(july.first, august.last))]
    n = [len(one) if one else 0 for one in spans]
    assert (len(july) - n[0], len(august) - n[1], n[2] - n[1] - n[0]) == (10, 3, 7)


def inquiries(counter: str, n: int, handled: int) -> Visit:
    done = tuple(
        Inquiry(
            "pas", "resolved", started_at=0, handled_ms=handled, completed_at=handled,
            counter=counter, team=f"team-{counter}", judged={"handling-6-min": handled < 360_000},
        )
        for _ in range(n)
    )  # fmt: skip
    return Visit(
        "v", "A001", "2026-07-06", "completed", "kiosk", "da", "pas", 0, 0, 0, done, ahead=0,
        first_called_at=0, started_at=0, ended_at=handled,
    )  # fmt: skip


DAYS = {
    # Counter 1 on five days, counter 2 on five, counter 3 on one.
    "2026-07-06": [("1", 20, 100_000), ("2", 10, 200_000)],
    "2026-07-07": [("1", 20, 100_000), ("2", 10, 200_000), ("3", 9, 700_000)],
    "2026-07-08": [("1", 20, 100_000), ("2", 10, 200_000)],
    # Counter 2 on one day.
    "2026-07-13": [("1", 20, 100_000), ("2", 10, 999_000)],
    "2026-07-14": [("1", 20, 100_000), ("3", 10, 300_000)],
    "2026-07-15": [("1", 20, 100_000), ("3", 10, 300_000)],
    # All on two days.
    "2026-07-20": [("1", 20, 100_000), ("2", 10, 200_000), ("3", 10, 300_000)],
    "2026-07-21": [("1", 20, 100_000), ("2", 10, 200_000), ("3", 10, 300_000)],
}
WEEKS = ("2026-07-06", "2026-07-13", "2026-07-20")


@pytest.fixture
def branch(queue: Queue) -> Queue:
    put_branch(queue, BRANCH, document(historic=True))
    client, k = queue.store.client, BranchKeys(BRANCH)
    for date, work in DAYS.items():
        text = to_text(summarise([inquiries(*one) for one in work], "Europe/Copenhagen"))
        client.zadd(k.days, {date: int(date.replace("-", ""))})
        client.set(k.summary(date), text)
        client.rpush(k.index(date), *["v"] * visits_counted(text))
    return queue


@pytest.mark.parametrize("by", ["counter", "team"])
def test_a_range_of_weeks_reports_the_sum_of_its_weeks(branch: Queue, by: str) -> None:
    """A counter's only day of a week is in no range, and neither is a row that the totals would
    reveal."""

    def reported(first: str, last: str) -> dict[str, tuple[int, float]]:
        found = statistics(branch, BRANCH, first, last, by)  # type: ignore[arg-type]  # a literal, by the parameters
        rows = {str(line.key)[-1]: line.handling for line in found.rows}
        return {key: (of.n, round((of.mean or 0) * of.n)) for key, of in rows.items()}

    ends = [between(first, last) for first, last in pairwise([*WEEKS, "2026-07-27"])]
    sundays = [[*one.dates()][-2] for one in ends]
    by_week = [reported(first, last) for first, last in zip(WEEKS, sundays, strict=True)]
    assert by_week == [
        {"1": (60, 6000)},
        {"1": (60, 6000)},
        {"1": (40, 4000), "2": (20, 4000), "3": (20, 6000)},
    ]
    for first, last in combinations(range(4), 2):
        weeks = by_week[first:last]
        assert reported(WEEKS[first], sundays[last - 1]) == {
            key: tuple(sum(week.get(key, (0, 0))[part] for week in weeks) for part in (0, 1))
            for key in {key for week in weeks for key in week}
        }
    # Pages and files read the same.
    seen = past(branch, BRANCH, between("2026-07-01", "2026-07-31")).history
    rows = seen.counters if by == "counter" else seen.teams
    assert {k[-1]: row.inquiries.durations.n for k, row in rows.items()} == {
        "1": 160, "2": 20, "3": 20
    }  # fmt: skip


def test_counters_left_out_of_a_week_reveal_no_single_shift(branch: Queue) -> None:
    for monday in WEEKS:
        history = History()
        for date in DAYS:
            if monday <= date < f"{monday[:8]}{int(monday[8:]) + 7:02}":
                history.add_day(
                    date, str(branch.store.client.get(BranchKeys(BRANCH).summary(date)))
                )
        reported = history.told_of_counters().counters
        gone = [key for key in history.counters if not reported[key].worked]
        days = [history.counters[key].worked for key in gone]
        assert not gone or (len(gone) > 1 and max(days) > 1)
