"""Interrupted referrals, and referrals of removed branches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import BranchNotFound, NotFound, WrongState
from queue_service.referrals.keys import ReferralKeys
from queue_service.referrals.operations import deciding, listing, returned_referral, sending, upkeep
from queue_service.referrals.operations.sending import BROKEN_OFF_MS
from queue_service.referrals.rules import LISTED_DAYS, Onward
from queue_service.referrals.store import ReferralStore
from queue_service.removal.store import RemovalStore
from queue_service.visits.operations import visits
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from tests.desks import MORNING, Desk, document
from tests.lifeline.town_hall import LINES, at_hall
from tests.referrals.test_referrals import (
    before_store,
    counted,
    library,
    received,
    refer,
    refer_to,
    sent,
    serve,
)

__all__ = ["library"]


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """Break off where the store would do this."""
    with monkeypatch.context() as patch:
        patch.setattr(ReferralStore, name, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            yield


def test_a_referral_interrupted_before_its_event_is_stored(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    with broken(monkeypatch, "announce"):
        refer(library, visit)
    (known,) = sent(library)
    again = refer(library, visit)
    assert (again.replayed, again.referral) == (True, known)
    assert counted(library.queue) == {"sent": 1}


@pytest.mark.parametrize(("ms", "free"), [(BROKEN_OFF_MS - 1, False), (BROKEN_OFF_MS, True)])
def test_a_referral_interrupted_before_its_write_blocks_the_inquiry_for_a_while(
    library: Desk, monkeypatch: pytest.MonkeyPatch, ms: int, free: bool
) -> None:
    visit = serve(library)
    with broken(monkeypatch, "put"):
        refer(library, visit)
    assert sent(library) == []
    library.later(ms / 1000)
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))
    if free:
        refer_to(library, visit, "hall2")
    else:
        with pytest.raises(WrongState):
            refer_to(library, visit, "hall2")
        # The same window again goes on with it at once.
        assert not refer(library, visit).replayed
    assert len(sent(library)) == 1


def test_of_two_windows_that_refer_an_inquiry_to_two_branches_one_does(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))
    another = partial(refer_to, library, visit, "hall2")
    with before_store(monkeypatch, "claim", another), pytest.raises(WrongState) as refused:
        refer(library, visit)
    assert refused.value.extra["branch"] == "hall2"
    assert [r.lifeline for r in sent(library)] == ["pas"]
    assert (counted(library.queue), received(library)) == ({}, [])


def test_a_late_write_before_the_take_over_stays(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))
    put: Any = ReferralStore.put
    written: list[Any] = []

    def stand_still(*args: Any) -> None:
        written.extend(args)
        raise ZeroDivisionError

    with monkeypatch.context() as patch, suppress(ZeroDivisionError):
        patch.setattr(ReferralStore, "put", stand_still)
        refer(library, visit)
    library.later(BROKEN_OFF_MS / 1000)
    first = partial(put, *written)
    with before_store(monkeypatch, "claim", first), pytest.raises(WrongState) as refused:
        refer_to(library, visit, "hall2")
    assert refused.value.extra["branch"] == "hall"
    assert [len(received(library)), len(sent(library))] == [1, 1]
    assert library.queue.get(ReferralStore).received("hall2", 0) == []


def test_a_suspended_window_withdraws_its_late_write(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))

    def another() -> None:
        refer_to(library.later(BROKEN_OFF_MS / 1000), visit, "hall2")

    with before_store(monkeypatch, "put", another), pytest.raises(WrongState):
        refer(library, visit)
    assert (len(sent(library)), received(library), counted(library.queue)) == (1, [], {})


def test_a_late_interrupted_write_is_found_by_the_next_reader(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))

    def another() -> None:
        refer_to(library.later(BROKEN_OFF_MS / 1000), visit, "hall2")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_is_ours", lambda *_: 1 / 0)
        with before_store(monkeypatch, "put", another), suppress(ZeroDivisionError):
            refer(library, visit)
    assert received(library) == []


def test_an_old_one_that_was_broken_off_while_it_was_sent_on_is_finished_by_who_looks(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))
    old = refer(library, serve(library)).referral
    library.later(LISTED_DAYS * 86_400 + 1)
    deciding.give_back(library.queue, at_hall(library), old.id, "wrong_place")
    to = Onward("hall2", "alt", "special_case")
    with broken(monkeypatch, "claim"):
        returned_referral.send_on(library.queue, library.command(), old.id, to)
    assert sent(library) == []
    assert len(library.queue.get(ReferralStore).received("hall2", 0)) == 1
    assert [r.lifeline for r in sent(library)] == ["alt"]


@pytest.mark.parametrize("step", ["claim", "put", "announce"])
def test_a_referral_interrupted_while_it_is_sent_on_is_finished_once(
    library: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put_branch(library.queue, "hall2", document(name="Jobcentret", lifelines=LINES))
    old = refer(library, serve(library)).referral
    deciding.give_back(library.queue, at_hall(library), old.id, "wrong_place")
    to = Onward("hall2", "alt", "special_case")
    original, times = getattr(ReferralStore, step), iter([step != "claim"])

    def second(*args: Any, **more: Any) -> Any:
        """The first closes the old one."""
        return original(*args, **more) if next(times, False) else 1 / 0

    with monkeypatch.context() as patch:
        patch.setattr(ReferralStore, step, second)
        with pytest.raises(ZeroDivisionError):
            returned_referral.send_on(library.queue, library.command(), old.id, to)
    now = MORNING + round(library.later(300).seconds * 1000)
    for _ in range(2):
        upkeep.complete_pending(library.queue, now)
    new, settled = sent(library)
    assert (new.lifeline, new.state, settled.settled) == ("alt", "sent", "sent_on")
    again = returned_referral.send_on(library.queue, library.command(), old.id, to)
    assert (again.referral, again.replayed) == (new, True)


def test_nothing_is_written_into_a_branch_that_is_being_removed(library: Desk) -> None:
    visit = serve(library)
    known = refer(library, serve(library)).referral
    _begin_removal(library.queue, "hall")
    before = _keys(library.queue, "hall")
    with pytest.raises(BranchNotFound):
        refer(library, visit)
    with pytest.raises(BranchNotFound):
        deciding.close(library.queue, at_hall(library), known.id)
    assert _keys(library.queue, "hall") == before
    # And what the others have sent and received is shown as before.
    assert sent(library) == []


def test_an_undo_without_a_reader_is_counted_by_the_job(library: Desk) -> None:
    visit, other = serve(library), serve(library)
    refer(library, visit)
    kept = refer(library, other).referral
    visits.undo(library.queue, library.later(10).command(), visit)
    upkeep.complete_pending(library.queue, MORNING + UNDO_WITHIN_MS + 1)
    assert counted(library.queue) == {"sent": 1}
    document = library.queue.store.client.get(ReferralKeys("hall").document(kept.id))
    assert other not in str(document)


def test_a_damaged_referral_hides_no_other(library: Desk) -> None:
    known, other = (refer(library, serve(library)).referral for _ in range(2))
    library.queue.store.client.set(ReferralKeys("hall").document(known.id), '{"id": "r"}')
    upkeep.complete_pending(library.queue, MORNING)
    shown = listing.received(library.queue, at_hall(library))
    assert [placed.referral.id for placed in shown] == [r.id for r in sent(library)] == [other.id]
    with pytest.raises(NotFound):
        deciding.accept(library.queue, at_hall(library), known.id)


def _begin_removal(queue: Queue, branch: str) -> None:
    """Begin to remove a branch, which this process has not heard of yet."""
    store = RemovalStore(queue.store)
    assert (
        store.begin(branch, queue.get(BranchStore).get(branch).revision, with_days=True)[0]
        == "done"
    )


def _keys(queue: Queue, branch: str) -> set[str]:
    return {str(key) for key in queue.store.client.keys(f"q:{{{branch}}}:*")}
