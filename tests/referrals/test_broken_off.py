"""What becomes of a referral when something breaks off, or a branch goes."""

from __future__ import annotations

import pytest

from queue_service.command import Queue
from queue_service.errors import BranchNotFound, NotFound
from queue_service.referrals import operations as referrals
from queue_service.referrals.keys import ReferralKeys
from queue_service.referrals.store import ReferralStore
from queue_service.removal.store import RemovalStore
from queue_service.visits.operations import visits
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from tests.desks import MORNING, Desk
from tests.referrals.test_referrals import (
    at_hall,
    counted,
    library,
    refer,
    sent,
    serve,
    told,
)

__all__ = ["library"]


def test_what_was_broken_off_before_the_sender_noted_it_is_noted_by_the_repeat(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = serve(library)
    with monkeypatch.context() as patch:
        patch.setattr(ReferralStore, "note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refer(library, visit)
    assert sent(library) == []
    again = refer(library, visit)
    assert again.replayed
    assert sent(library) == [again.referral]
    refer(library, visit)
    assert (told(library, "hall"), told(library, "bib")) == (["sent"], ["sent"])
    assert counted(library.queue) == {"sent": 1}


def test_nothing_is_written_into_a_branch_that_is_being_removed(library: Desk) -> None:
    visit = serve(library)
    known = refer(library, serve(library)).referral
    _begin_removal(library.queue, "hall")
    before = _keys(library.queue, "hall")
    with pytest.raises(BranchNotFound):
        refer(library, visit)
    with pytest.raises(BranchNotFound):
        referrals.close(library.queue, at_hall(library), known.id)
    assert _keys(library.queue, "hall") == before
    # And what the others have sent and received is shown as before.
    assert sent(library) == []


def test_an_undo_that_nobody_looked_at_is_counted_all_the_same(library: Desk) -> None:
    visit, other = serve(library), serve(library)
    refer(library, visit)
    kept = refer(library, other).referral
    visits.undo(library.queue, library.later(10).command(), visit)
    referrals.settle(library.queue, MORNING + UNDO_WITHIN_MS + 1)
    assert counted(library.queue) == {"sent": 1}
    document = library.queue.store.client.get(ReferralKeys("hall").document(kept.id))
    assert other not in str(document)


def test_a_damaged_referral_hides_no_other(library: Desk) -> None:
    known, other = (refer(library, serve(library)).referral for _ in range(2))
    library.queue.store.client.set(ReferralKeys("hall").document(known.id), '{"id": "r"}')
    referrals.settle(library.queue, MORNING)
    shown = referrals.received(library.queue, at_hall(library))
    assert [placed.referral.id for placed in shown] == [r.id for r in sent(library)] == [other.id]
    with pytest.raises(NotFound):
        referrals.accept(library.queue, at_hall(library), known.id)


def _begin_removal(queue: Queue, branch: str) -> None:
    """Begin to remove a branch, which this process has not heard of yet."""
    store = RemovalStore(queue.store)
    assert store.begin(branch, queue.branches.get(branch).revision, with_days=True)[0] == "done"


def _keys(queue: Queue, branch: str) -> set[str]:
    return {str(key) for key in queue.store.client.keys(f"q:{{{branch}}}:*")}
