"""The visits of past days are packed, and everything shows them as before."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.store import DayStore
from queue_service.errors import WrongState
from queue_service.history.operations.days import expire, pack_days, summarise_days
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, listing, visits
from queue_service.visits.rules.packing import pack
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, Desk, document
from tests.history.test_days import noon, the_day

FOR_ALL = Command("aaben", CLERK)


@pytest.fixture
def past(queue: Queue) -> Desk:
    """A branch that is no historic one, with three ended visits today; retention ten days."""
    put_branch(queue, "aaben", document(retention_days=10))
    desk = Desk(queue, "aaben", caller=CLERK)
    desk.open()
    for _ in range(2):
        served = issuing.serve(queue, FOR_ALL, "1", "pas").visit
        visits.complete(queue, FOR_ALL, served.id, "resolved")
    left = issuing.issue(queue, FOR_ALL, "pas", channel="desk").visit
    visits.abandon(queue, FOR_ALL, left.id)
    return desk


def stored(desk: Desk) -> list[str]:
    """The documents of the day's visits as they lie in the store."""
    client: Any = desk.queue.store.client
    k = BranchKeys(desk.branch)
    return [client.get(k.visit(i)) for i in client.lrange(k.index(the_day(desk)), 0, -1)]


def packed(desk: Desk) -> int:
    return sum(text.startswith("z3:") for text in stored(desk))


def later(desk: Desk, days: int) -> int:
    """Both jobs so many days later at noon; how many days were packed."""
    summarise_days(desk.queue, noon(desk, days))
    return pack_days(desk.queue, noon(desk, days))


def test_from_the_second_day_after_on_it_is_packed_and_reported_as_before(past: Desk) -> None:
    queue, day = past.queue, the_day(past)
    visits_before = queue.get(VisitStore).of_day(past.branch, day)
    figures = [statistics(queue, past.branch, day, day, by) for by in ("hour", "service")]
    assert later(past, 1) == 0
    assert packed(past) == 0
    assert later(past, 2) == 1
    assert packed(past) == 3
    assert later(past, 2) == later(past, 3) == 0
    assert queue.get(VisitStore).of_day(past.branch, day) == visits_before
    queue.get(DayStore).forget_summaries(past.branch)
    assert figures == [statistics(queue, past.branch, day, day, by) for by in ("hour", "service")]
    assert listing.one_visit(queue, past.branch, visits_before[0].id).visit == visits_before[0]
    with pytest.raises(WrongState):
        visits.start(queue, past.command(), visits_before[0].id)
    assert expire(queue, noon(past, 11)) == 3
    assert stored(past) == []


def test_a_day_with_an_open_visit_waits(past: Desk) -> None:
    waiting = issuing.issue(past.queue, FOR_ALL, "pas", channel="desk").visit
    assert later(past, 5) == 0
    assert packed(past) == 0
    visits.abandon(past.queue, FOR_ALL, waiting.id)
    assert later(past, 5) == 1
    assert packed(past) == 4


def test_a_visit_that_changes_meanwhile_is_packed_the_next_time(
    past: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = past.queue.store.client
    k, (first, *_) = (
        BranchKeys(past.branch),
        past.queue.get(VisitStore).of_day(past.branch, the_day(past)),
    )

    def meanwhile(text: str) -> str:
        monkeypatch.undo()
        client.set(k.visit(first.id), first._replace(recalls=7).to_json())
        return pack(text)

    monkeypatch.setattr("queue_service.days.store.pack", meanwhile)
    assert later(past, 2) == 0
    assert later(past, 2) == 1
    assert past.queue.get(VisitStore).many(past.branch, [first.id])[0].recalls == 7


def test_a_damaged_document_stays_as_it_is(past: Desk) -> None:
    client: Any = past.queue.store.client
    (first, *_) = past.queue.get(VisitStore).of_day(past.branch, the_day(past))
    client.set(BranchKeys(past.branch).visit(first.id), "damaged")
    assert later(past, 2) == 1
    assert (packed(past), stored(past)[0]) == (2, "damaged")
