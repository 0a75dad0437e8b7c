"""Many at once: everybody starts at the same barrier, and nothing is done twice or lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import CounterBusy, QueueError, WrongState
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.operations.calling import Called
from queue_service.visits.operations.deciding import decision_on
from queue_service.visits.rules.transitions import CALL
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, Desk, document

KIOSKS, TICKETS_EACH = 32, 20
CLERKS = 8
T = TypeVar("T")


def together(commands: Sequence[Callable[[], T]]) -> list[T | QueueError]:
    """Do all of them at once; refusals come back as values."""
    barrier = threading.Barrier(len(commands))

    def one(command: Callable[[], T]) -> T | QueueError:
        barrier.wait()
        try:
            return command()
        except QueueError as refused:
            return refused

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(one, commands))


@pytest.fixture
def live(queue: Queue) -> Desk:
    """A branch on the store's own clock, with eight counters."""
    names = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 9)]
    put_branch(queue, "raadhuset", document(counters=names))
    return Desk(queue)


def now(desk: Desk, caller: Caller = CLERK) -> Command:
    return Command(desk.branch, caller)


def test_thirty_two_kiosks_never_hand_out_a_number_twice(live: Desk) -> None:
    def kiosk() -> list[str]:
        return [
            issuing.issue(live.queue, now(live), "pas").visit.number for _ in range(TICKETS_EACH)
        ]

    batches = together([kiosk] * KIOSKS)
    numbers = sorted(n for batch in batches if isinstance(batch, list) for n in batch)
    assert numbers == [f"A{n:03d}" for n in range(1, KIOSKS * TICKETS_EACH + 1)]


@pytest.mark.slow
def test_concurrent_kiosks_and_clerks_lose_no_visit_and_call_each_once(  # noqa: C901 - a play
    live: Desk,
) -> None:
    served: list[str] = []

    def kiosk() -> None:
        for _ in range(TICKETS_EACH):
            issuing.issue(live.queue, now(live), "pas")

    def serve_one(counter: str) -> bool:
        called = calling.call_next(live.queue, now(live), counter).answer
        if called is not None:
            served.append(called.visit.id)
            visits.complete(live.queue, now(live), called.visit.id, "resolved")
        return called is not None

    def clerk(counter: str) -> Callable[[], None]:
        def work() -> None:
            counters.open_counter(live.queue, now(live), counter)
            for _ in range(60):
                serve_one(counter)

        return work

    clerks = [clerk(str(n)) for n in range(1, CLERKS + 1)]
    outcomes = together([*[kiosk] * KIOSKS, *clerks])
    assert not [o for o in outcomes if o is not None]
    while serve_one("1"):  # what the clerks have left
        pass
    assert Counter(served).most_common(1)[0][1] == 1
    assert len(served) == KIOSKS * TICKETS_EACH


def test_one_waiting_visit_goes_to_one_of_eight_counters(live: Desk) -> None:
    for n in range(1, CLERKS + 1):
        counters.open_counter(live.queue, now(live), str(n))
    for _ in range(20):
        visit_id = issuing.issue(live.queue, now(live), "pas").visit.id
        answers = together(
            [
                lambda c=str(n): calling.call_next(live.queue, now(live), c)  # type: ignore[misc]  # a lambda's default has no type
                for n in range(1, CLERKS + 1)
            ]
        )
        got = [a for a in answers if isinstance(a, Called) and a.answer is not None]
        assert len(got) == 1
        visits.complete(live.queue, now(live), visit_id, "resolved")


def test_counters_that_call_at_once_get_those_who_are_next(live: Desk) -> None:
    for n in range(1, CLERKS + 1):
        counters.open_counter(live.queue, now(live), str(n))
    for rounds in range(5):
        ids = [issuing.issue(live.queue, now(live), "pas").visit.id for _ in range(CLERKS)]
        later = issuing.issue(live.queue, now(live), "pas").visit.id
        answers = together(
            [
                lambda c=str(n): calling.call_next(live.queue, now(live), c)  # type: ignore[misc]  # a lambda's default has no type
                for n in range(1, CLERKS + 1)
            ]
        )
        got = [a.answer.visit.id for a in answers if isinstance(a, Called) and a.answer]
        assert sorted(got) == sorted(ids), rounds
        for visit_id in ids:
            visits.complete(live.queue, now(live), visit_id, "resolved")
        visits.abandon(live.queue, now(live), later)


def test_one_chosen_visit_called_from_all_counters_comes_to_one(live: Desk) -> None:
    for n in range(1, CLERKS + 1):
        counters.open_counter(live.queue, now(live), str(n))
    visit_id = issuing.issue(live.queue, now(live), "pas").visit.id
    answers = together(
        [
            lambda c=str(n): calling.call(live.queue, now(live), visit_id, c)  # type: ignore[misc]  # a lambda's default has no type
            for n in range(1, CLERKS + 1)
        ]
    )
    refused = [a for a in answers if isinstance(a, WrongState)]
    assert len(refused) == CLERKS - 1


def test_two_windows_of_one_counter_call_one_citizen(live: Desk) -> None:
    counters.open_counter(live.queue, now(live), "1")
    for _ in range(10):
        issuing.issue(live.queue, now(live), "pas")
    answers = together([lambda: calling.call_next(live.queue, now(live), "1")] * 6)
    assert sum(isinstance(a, Called) for a in answers) == 1
    assert sum(isinstance(a, CounterBusy) for a in answers) == 5


def test_a_visit_is_completed_once_however_many_press(live: Desk) -> None:
    counters.open_counter(live.queue, now(live), "1")
    visit_id = issuing.serve(live.queue, now(live), "1", "pas").visit.id
    answers = together(
        [lambda: visits.complete(live.queue, now(live), visit_id, "resolved")] * CLERKS
    )
    assert sum(isinstance(a, WrongState) for a in answers) == CLERKS - 1
    totals = live.queue.store.client.hgetall("q:{raadhuset}:totals")
    assert totals["inquiry|pas|resolved"] == "1"


def test_closing_a_counter_against_calling_leaves_no_visit_stranded(live: Desk) -> None:
    for _ in range(15):
        counters.open_counter(live.queue, now(live), "1")
        visit_id = issuing.issue(live.queue, now(live), "pas").visit.id
        together(
            [
                lambda: calling.call_next(live.queue, now(live), "1"),
                lambda: counters.close_counter(live.queue, now(live), "1"),
            ]
        )
        view = counters.view(live.queue, now(live), "1")
        assert view.open or view.current is None
        if view.current is None:
            counters.open_counter(live.queue, now(live), "1")
            assert calling.call_next(live.queue, now(live), "1").answer is not None
        visits.complete(live.queue, now(live), visit_id, "resolved")


def test_two_windows_that_decide_alike_in_one_millisecond_are_two(desk: Desk) -> None:
    desk.open()
    visit_id = desk.issue().visit.id
    branch = desk.queue.get(BranchStore).get(desk.branch)
    snapshot = desk.queue.get(VisitStore).load(desk.branch, visit_id, desk.command().at)
    assert snapshot is not None
    alike = decision_on(branch, desk.command(), snapshot, lambda case: CALL(case, "1"))
    reported = [desk.queue.get(VisitStore).commit(branch, alike, None)[0] for _ in range(2)]
    assert reported == ["done", "changed"]
