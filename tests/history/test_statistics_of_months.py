"""Statistics are equal from stored months and from single days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, get_args

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.flow import Opened
from queue_service.days.rules.period import between
from queue_service.days.rules.shifts import Shift
from queue_service.days.rules.summary import DaySummary, summarise, to_text, visits_counted
from queue_service.days.store import DayStore
from queue_service.history.api import statistics_json
from queue_service.history.operations import history
from queue_service.history.operations.history import keep_months
from queue_service.history.operations.months_by_service import keep_service_months
from queue_service.history.operations.statistics import statistics
from queue_service.history.rules.breakdown import AT_A_COUNTER, Breakdown
from queue_service.history.rules.history import FORMAT
from queue_service.history.store import HistoryStore
from queue_service.removal.store import RemovalStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.visit import OUTCOMES, Inquiry, Visit
from tests.days.test_older_days import OLD
from tests.desks import document, went_live

BRANCH = "aarene"
ZONE = "Europe/Copenhagen"
HOUR_MS = 3_600_000
WHOLE, PART = ("2024-03-01", "2024-04-30"), ("2024-02-20", "2024-05-08")
"""Two whole months, with the day on which clocks go ahead; and with parts of two others."""
WEEKS = ("2024-02-26", "2024-05-05")
MARCH, RAISED = (int(datetime(2024, 3, day, 12, tzinfo=UTC).timestamp() * 1000) for day in (1, 19))

LATER = MARCH + 365 * 24 * HOUR_MS
Keep = Callable[..., None]
Summaries = Iterator[tuple[str, str | None]]


def visit(random: Random, begins: int) -> Visit:
    """A visit with one inquiry or two, or one that gave up."""
    issued = begins + random.randrange(8 * HOUR_MS, 16 * HOUR_MS)
    called = issued + random.randrange(900_000)
    service = random.choice(("pas", "korekort", "turist"))
    left = random.random() < 0.2
    done = tuple(
        Inquiry(
            service if n == 0 else "pas",
            random.choice(OUTCOMES),
            started_at=called,
            handled_ms=(handled := random.randrange(700_000)),
            completed_at=called + handled,
            counter=random.choice(("1", "2", "3")),
            team=random.choice((None, "library", "citizen")),
            judged={"handling-6-min": handled < 360_000, "gone": handled < 60_000},
            judged_parked={"handling-6-min": handled < 300_000},
        )
        for n in range(random.choice((1, 1, 2)))
    )
    return Visit(
        "v", "A001", "2024-03-01", "abandoned" if left else "completed", "kiosk", "da",
        service, issued, issued * 1000, issued, (Inquiry(service),) if left else done, ahead=0,
        first_called_at=None if left else called, started_at=None if left else called,
        ended_at=called, judged={"called-10-min": not left and called - issued < 600_000},
    )  # fmt: skip


def day(random: Random, date: str) -> DaySummary:
    begins = int(datetime.fromisoformat(f"{date}T00:00+01:00").timestamp() * 1000)
    shifts = [
        Shift(begins + 8 * HOUR_MS, "1", "citizen"),
        Shift(begins + 9 * HOUR_MS, "3", ""),
        Shift(begins + 12 * HOUR_MS, "1", None, random.choice(("lunch", "meeting"))),
        Shift(begins + 13 * HOUR_MS - random.randrange(HOUR_MS), "1", "citizen"),
        Shift(begins + 17 * HOUR_MS, "1", None),
        Shift(begins + 18 * HOUR_MS, "3", None),
    ]
    visits = [visit(random, begins) for _ in range(random.randrange(5))]
    return summarise(visits, ZONE, Opened(shifts, begins, begins + 24 * HOUR_MS))


def keep(queue: Queue, date: str, text: str, *, final: bool) -> None:
    """A day as stored, with its visits removed or still there."""
    client, k = queue.store.client, BranchKeys(BRANCH)
    client.zadd(k.days, {date: int(date.replace("-", ""))})
    client.set(k.final(date) if final else k.summary(date), text)
    client.delete(k.index(date))
    if not final and visits_counted(text):
        client.rpush(k.index(date), *["v"] * visits_counted(text))


@pytest.fixture
def random() -> Random:
    return Random(2024)  # noqa: S311 - figures, not secrets


@pytest.fixture
def years(queue: Queue, random: Random) -> Queue:
    """Two months and more of days, each kept in one of the ways there are."""
    put_branch(queue, BRANCH, document(historic=True))
    goals = document(historic=True)["goals"]
    goals[0]["target_ratio"] = 0.9
    del goals[2]
    put_branch(queue, BRANCH, document(historic=True, goals=goals))
    went_live(queue, BRANCH, MARCH, RAISED)
    for date in between(*PART).dates():
        made = day(random, date)
        kind = random.choice(("none", "old", "counts", "counts", "times", "times"))
        if kind == "old":
            keep(queue, date, OLD, final=True)
        elif kind == "counts":
            keep(queue, date, to_text(made.without_durations()), final=True)
        elif kind == "times":
            keep(queue, date, to_text(made), final=random.random() < 0.5)
    return queue


def answers(queue: Queue) -> Iterator[dict[str, Any]]:
    for first, last in (WHOLE, PART, WEEKS):
        of_weeks = (first, last) == WEEKS
        for by in get_args(Breakdown):
            if by in AT_A_COUNTER and not of_weeks:
                continue
            yield statistics_json(statistics(queue, BRANCH, first, last, by))


def assert_the_same(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of days alone, as the months are added up, and once they are."""
    with monkeypatch.context() as patched:
        patched.setattr(history, "whole_months", lambda _: [])
        of_days = list(answers(queue))
    assert list(answers(queue)) == of_days
    assert all(queue.get(HistoryStore).months(BRANCH, ["2024-03", "2024-04"]))
    assert list(answers(queue)) == of_days


@pytest.mark.slow
def test_months_have_the_sums_of_their_days(years: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_the_same(years, monkeypatch)
    total = next(answers(years))["total"]
    assert [goal["id"] for goal in total["goals"]] == [
        "handling-6-min", "called-10-min", "called-10", "first-contact", "gone", "six",
    ]  # fmt: skip
    weeks = statistics(years, BRANCH, *WEEKS, "counter")
    assert weeks.total.pauses is not None
    assert {*weeks.total.pauses} == {"lunch", "meeting"}
    assert weeks.rows


@pytest.mark.slow
def test_a_corrected_an_added_and_a_removed_day_change_the_statistics(
    years: Queue, random: Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(answers(years))
    dates = years.get(DayStore).dates(BRANCH, *WHOLE)
    home = next(date for date in between(*WHOLE).dates() if date not in dates)
    corrected, gone = dates[5], dates[-5]
    before = list(answers(years))
    keep(years, home, to_text(day(random, home)), final=False)
    keep(years, corrected, to_text(day(random, corrected)), final=True)
    years.store.client.zrem(BranchKeys(BRANCH).days, gone)
    assert_the_same(years, monkeypatch)
    assert before != list(answers(years))


@pytest.mark.slow
def test_and_when_a_month_is_of_a_former_version(
    years: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(answers(years))
    former = [str(text) for text in years.get(HistoryStore).months(BRANCH, ["2024-03"])]
    branch = years.get(BranchStore).get(BRANCH)
    years.get(HistoryStore).keep_month(branch, "2024-03", former[0].replace(FORMAT, "3", 1))
    assert_the_same(years, monkeypatch)


@pytest.mark.parametrize("keep_all", [keep_months, keep_service_months])
def test_a_branch_removed_while_its_months_are_added_up_leaves_none(
    years: Queue, monkeypatch: pytest.MonkeyPatch, keep_all: Keep
) -> None:
    branch, read = years.get(BranchStore).get(BRANCH), DayStore.summaries

    def removed_halfway(store: DayStore, branch_id: str, dates: Sequence[str]) -> Summaries:
        for nth, summary in enumerate(read(store, branch_id, dates)):
            if nth == 3 and years.get(BranchStore).ids():
                remove(years)
            yield summary

    with monkeypatch.context() as patched:
        patched.setattr(DayStore, "summaries", removed_halfway)
        keep_all(years, branch, [between(*WHOLE)], LATER)
    assert [*years.store.client.scan_iter(f"{BranchKeys(BRANCH).prefix}*")] == []


def test_nor_does_one_removed_while_a_month_is_written(
    years: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch, pipeline = years.get(BranchStore).get(BRANCH), type(years.store.client.pipeline())
    multi = pipeline.multi

    def removed_before(self: Any) -> None:
        remove(years)
        multi(self)

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "multi", removed_before)
        years.get(HistoryStore).keep_month(branch, "2024-03", "too late")
    assert years.get(HistoryStore).months(BRANCH, ["2024-03"]) == [None]


def remove(queue: Queue) -> None:
    """All of the branch, as another process does meanwhile."""
    removals = queue.get(RemovalStore)
    status, mark = removals.begin(
        BRANCH, queue.get(BranchStore).current(BRANCH).revision, with_days=True
    )
    assert status == "done"
    removals.empty(BRANCH, mark)
    removals.finish(BRANCH, mark)


def test_a_month_of_a_former_branch_is_not_kept_in_one_of_the_same_id(years: Queue) -> None:
    former = years.get(BranchStore).get(BRANCH)
    remove(years)
    put_branch(years, BRANCH, document(historic=True))
    years.get(HistoryStore).keep_month(former, "2024-03", "of the former")
    assert years.get(HistoryStore).months(BRANCH, ["2024-03"]) == [None]
