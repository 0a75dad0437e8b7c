"""The metrics of lifelines."""

from __future__ import annotations

from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.lifeline.operations import answering, ringing
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.store import ReadingStore
from tests.desks import Desk, document
from tests.lifeline.test_lifeline import library, ring, take
from tests.lifeline.town_hall import LINES, at_hall

__all__ = ["library"]


def samples(desk: Desk) -> dict[str, str]:
    """The samples of lifelines, without their common beginning."""
    text = (
        QueueCollector(desk.queue.get(BranchStore), desk.queue.get(ReadingStore)).collect().decode()
    )
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("queue_lifeline"))
    return {name.removeprefix("queue_lifeline_"): value for name, value in rows}


def test_calls_are_counted_by_lifeline_and_how_they_ended(library: Desk) -> None:
    pas = 'branch="hall",lifeline="pas"'
    assert samples(library)[f'calls_total{{{pas},result="answered"}}'] == "0"
    for seconds in (59.999, 60):
        rung = ring(library)
        take(library.later(seconds), rung)
    ring(library)
    ringing.cancel(library.queue, library.command(), "1")
    found = samples(library)
    assert found[f'calls_total{{{pas},result="answered"}}'] == "2"
    assert found[f'calls_total{{{pas},result="withdrawn"}}'] == "1"
    assert (found[f"judged_total{{{pas}}}"], found[f"within_total{{{pas}}}"]) == ("2", "1")
    # A lifeline that is no more keeps its counters, as a sum over them must not fall.
    put_branch(library.queue, "hall", document(lifelines=LINES[1:]))
    assert samples(library) == found
    assert answering.calls(library.queue, at_hall(library)) == []
