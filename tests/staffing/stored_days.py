"""Past days of a branch as the store keeps them, made of the counts that staffing advice reads."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.figures import inquiry_cell, visit_cell
from queue_service.days.rules.flow import DayFlow, Flow
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import DaySummary, to_text
from queue_service.staffing.rules.pace import DayEnd, OneMore, Pace, pace_to_document
from queue_service.staffing.store import StaffingStore
from queue_service.store.keys import BranchKeys

TODAY = "2026-11-25"
"""A Wednesday, of which :data:`tests.desks.MORNING` is nine o'clock."""


def past_day(
    issued: Mapping[str, int],
    *,
    opened: float = 2.0,
    service_seconds: float = 300.0,
    waited_seconds: float = 120.0,
    left: int = 0,
    paper: int = 0,
    more: Mapping[str, tuple[int, float]] | None = None,
) -> str:
    """A stored day: all served but ``left``, whose handling takes five sixths of the service.

    ``more`` has other services: how many come in each of the hours, and their service's seconds.
    """
    summary = DaySummary(flow=DayFlow())
    assert summary.flow is not None
    for hour, n in issued.items():
        visits, inquiries = visit_cell(), inquiry_cell()
        visits.count("issued", n)
        for _ in range(n):
            visits.durations.add(round(waited_seconds * 1000))
            inquiries.durations.add(round(service_seconds * 1000 * 5 / 6))
        visits.count("completed", n)
        summary.visits[hour, "pas"] = visits
        summary.inquiries[hour, "pas", ""] = inquiries
        opened_ms = round(opened * 3_600_000)
        busy = n * service_seconds
        for service, (count, seconds) in (more or {}).items():
            cells = visit_cell(), inquiry_cell()
            cells[0].count("issued", count)
            cells[0].count("completed", count)
            for _ in range(count):
                cells[0].durations.add(round(waited_seconds * 1000))
                cells[1].durations.add(round(seconds * 1000 * 5 / 6))
            summary.visits[hour, service] = cells[0]
            summary.inquiries[hour, service, ""] = cells[1]
            busy += count * seconds
        summary.flow.hours[hour] = Flow(opened_ms, round(busy * 1000), 0, 0, 3600000)
    first = next(iter(summary.visits.values()), visit_cell())
    first.count("paper", paper)
    for _ in range(left):
        first.count("issued")
        first.count("abandoned")
        assert first.left is not None
        first.left.add(60_000)
    return to_text(summary)


def keep(queue: Queue, branch: str, days: Mapping[str, str]) -> None:
    """Keep days as those whose visits are no longer there."""
    k = BranchKeys(branch)
    with queue.store.client.pipeline(transaction=False) as pipeline:
        for date, text in days.items():
            pipeline.set(k.final(date), text)
            pipeline.zadd(k.days, {date: int(date.replace("-", ""))})
        pipeline.execute()


def same_days(text: str, weeks: int = 4, until: str = TODAY) -> dict[str, str]:
    """The seven dates of so many weeks before a date, all alike."""
    return {days_after(until, -back): text for back in range(1, 7 * weeks + 1)}


PACE = Pace(
    counters=1,
    end=DayEnd(share=0.685, low=0.66, high=0.71, below=1),
    more=OneMore(0, 0, 7200, DayEnd(share=0.775, low=0.75, high=0.8, below=0.6)),
)
"""Between 66 and 71%, and with one counter more for two hours between 75 and 80%."""


def keep_pace(queue: Queue, branch: str, goal: str = "called-10-min") -> int:
    """Keep this pace of now, as the job keeps it, with one open counter. Its instant in ms."""
    found, now = queue.get(BranchStore).get(branch), queue.store.time()
    document = {
        "at": now,
        "date": moment(found, now).date,
        "edition": found.edition,
        "goal": goal,
        "pace": pace_to_document(PACE),
        "opened": 1,
        "services": [],
    }
    queue.get(StaffingStore).keep_pace(branch, document)
    return now
