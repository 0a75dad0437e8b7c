"""A case from the counter to the specialist and back, on a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import IdempotencyKeyReused, Invalid, NotFound, VisitNotFound, WrongState
from queue_service.referrals.keys import ReferralKeys
from queue_service.referrals.operations import deciding, listing, returned_referral, sending, upkeep
from queue_service.referrals.operations.current_referral import ReceivedReferral
from queue_service.referrals.operations.figures import referral_figures
from queue_service.referrals.rules import (
    HOUR_MS,
    LISTED_DAYS,
    MOST_HOURS,
    Onward,
    Referral,
    ReferralCount,
    ReferralTotals,
    accepted,
    closed,
    day_fields,
    figures,
    read_day,
    returned,
    shown_of_months,
    withdrawn,
)
from queue_service.referrals.store import ReferralStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.rules.visit import Outcome
from tests.desks import MORNING, Desk, document
from tests.lifeline.town_hall import DATE, SPECIALIST, at_hall, open_library

MONTH = "2026-11-01", "2026-11-30"
DECEMBER = MORNING + 6 * 86_400_000


@pytest.fixture
def library(queue: Queue) -> Desk:
    """A library with an open counter, and a town hall with two lifelines."""
    return open_library(queue)


def serve(desk: Desk, outcome: Outcome = "referred", service: str = "pas") -> str:
    """Serve somebody at once and complete it; the visit's id."""
    visit = issuing.serve(desk.queue, desk.command(), "1", service).visit.id
    visits.complete(desk.queue, desk.command(), visit, outcome)
    return visit


def refer(desk: Desk, visit: str, line: str = "pas", inquiry: int = 0) -> ReceivedReferral:
    return refer_to(desk, visit, "hall", line, inquiry)


def refer_to(
    desk: Desk, visit: str, hall: str, line: str = "pas", inquiry: int = 0
) -> ReceivedReferral:
    return sending.refer(desk.queue, desk.command(), visit, inquiry, hall, line, "decision")


def counted(queue: Queue) -> dict[str, int]:
    """The day's counts at the town hall, without their common beginning and those that are 0."""
    stored = queue.get(ReferralStore).days("hall", [DATE]).get(DATE, {})
    return {
        name.removeprefix("bib|pas|decision|"): int(n) for name, n in stored.items() if n != "0"
    }


def received(desk: Desk) -> list[Referral]:
    return [placed.referral for placed in listing.received(desk.queue, at_hall(desk))]


def sent(desk: Desk, **wanted: str) -> list[Referral]:
    found = listing.sent(desk.queue, desk.command(), **wanted)
    return [placed.referral for placed in found]


def events_of(desk: Desk, branch: str) -> list[str]:
    entries: Any = desk.queue.store.client.xrange(BranchKeys(branch).events)
    names = [fields["event"] for _, fields in entries]
    return [name.removeprefix("referral.") for name in names if name.startswith("referral.")]


def test_a_case_is_sent_accepted_and_closed_and_both_sides_see_it(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    assert (known.number, known.date, known.state) == ("A001", DATE, "sent")
    library.later(2 * 3600)
    assert [r.id for r in received(library)] == [r.id for r in sent(library)] == [known.id]
    deciding.accept(library.queue, at_hall(library), known.id)
    assert sent(library)[0].state == "accepted"
    deciding.accept(library.queue, at_hall(library), known.id)
    done = deciding.close(library.queue, at_hall(library), known.id, solvable=True).referral
    assert (done.state, done.solvable, done.visit) == ("closed", True, "")
    assert sent(library) == [done]
    assert counted(library.queue) == {
        "sent": 1, "accepted": 1, "h2": 1, "closed": 1, "solvable": 1
    }  # fmt: skip
    assert events_of(library, "hall") == events_of(library, "bib") == ["sent", "accepted", "closed"]
    for again in (deciding.accept, deciding.close):
        with pytest.raises(WrongState):
            again(library.queue, at_hall(library), known.id)


def test_a_case_comes_back_with_its_reason(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    back = deciding.give_back(library.queue, at_hall(library), known.id, "incomplete").referral
    assert (back.state, back.reason, back.solvable) == ("returned", "incomplete", False)
    other = refer(library, serve(library)).referral
    solvable = deciding.give_back(
        library.queue, at_hall(library), other.id, "could_have_been_solved"
    ).referral
    assert solvable.solvable
    assert counted(library.queue) == {"sent": 2, "returned": 2, "solvable": 1}


@pytest.mark.parametrize("end", ["close", "give_back"])
@pytest.mark.parametrize(("said_again", "kept"), [(None, True), (True, True), (False, False)])
def test_a_note_at_acceptance_holds_until_it_is_changed(
    library: Desk, end: str, said_again: bool | None, kept: bool
) -> None:
    queue, known = library.queue, refer(library, serve(library)).referral
    taken = deciding.accept(queue, at_hall(library), known.id, solvable=True).referral
    assert taken.solvable
    assert counted(queue) == {"sent": 1, "accepted": 1, "h0": 1, "solvable": 1}
    if end == "close":
        done = deciding.close(queue, at_hall(library), known.id, solvable=said_again)
    else:
        done = deciding.give_back(
            queue, at_hall(library), known.id, "wrong_place", solvable=said_again
        )
    assert done.referral.solvable == kept
    assert ("solvable" in counted(queue)) == kept


def test_a_returned_referral_is_closed_where_it_was_sent(library: Desk) -> None:
    queue, known = library.queue, refer(library, serve(library)).referral
    for early in ("sent", "accepted"):
        with pytest.raises(WrongState) as refused:
            returned_referral.settle_returned(queue, library.command(), known.id, "resolved")
        assert refused.value.extra["state"] == early
        deciding.accept(queue, at_hall(library), known.id)
    deciding.give_back(queue, at_hall(library), known.id, "incomplete")
    assert sent(library)[0].is_back
    done = returned_referral.settle_returned(
        queue, library.later(60).command(), known.id, "resolved"
    )
    assert (done.referral.settled, sent(library)[0].is_back) == ("resolved", False)
    assert counted(queue) == {"sent": 1, "accepted": 1, "h0": 1, "returned": 1, "resolved": 1}
    assert events_of(library, "hall")[-1] == events_of(library, "bib")[-1] == "settled"
    assert returned_referral.settle_returned(
        queue, library.command(), known.id, "resolved"
    ).replayed
    with pytest.raises(WrongState) as refused:
        returned_referral.settle_returned(queue, library.command(), known.id, "dropped")
    assert refused.value.extra["state"] == "resolved"
    for nobody in ("hall", "bib"):
        with pytest.raises(NotFound):
            returned_referral.settle_returned(
                queue, Command(nobody, SPECIALIST), "none", "resolved"
            )


def test_a_returned_referral_is_sent_on_as_another_one(library: Desk) -> None:
    queue, known = library.queue, refer(library, serve(library)).referral
    deciding.give_back(queue, at_hall(library), known.id, "wrong_place")
    for wrong in (Onward("hall", "none", "technical"), Onward("bib", "pas", "technical")):
        with pytest.raises(NotFound):
            returned_referral.send_on(queue, library.command(), known.id, wrong)
    to = Onward("hall", "alt", "technical")
    new = returned_referral.send_on(queue, library.later(60).command(), known.id, to).referral
    assert new.id != known.id
    assert (new.number, new.date, new.service) == (known.number, known.date, known.service)
    assert (new.lifeline, new.category, new.state) == ("alt", "technical", "sent")
    assert new.sent_at - known.sent_at == 60_000
    assert {r.id: r.is_open for r in sent(library)} == {new.id: True, known.id: False}
    assert returned_referral.send_on(queue, library.command(), known.id, to).replayed
    with pytest.raises(WrongState):
        returned_referral.settle_returned(queue, library.command(), known.id, "dropped")
    # It counts where it went, and may come back as well.
    counts = figures(
        read_day("hall", DATE, queue.get(ReferralStore).days("hall", [DATE])[DATE]), "category"
    )
    assert counts["technical"].counts["sent"] == counts["decision"].counts["sent_on"] == 1
    deciding.give_back(queue, at_hall(library), new.id, "incomplete")
    last = returned_referral.send_on(
        queue, library.command(), new.id, Onward("hall", "pas", "decision")
    )
    assert len({known.id, new.id, last.referral.id}) == 3


def test_of_two_who_send_on_and_close_a_referral_one_is_refused(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, known = library.queue, refer(library, serve(library)).referral
    deciding.give_back(queue, at_hall(library), known.id, "wrong_place")
    to = Onward("hall", "alt", "decision")
    send_on = partial(returned_referral.send_on, queue, library.command(), known.id, to)
    with before_store(monkeypatch, "put", send_on), pytest.raises(WrongState) as refused:
        returned_referral.settle_returned(queue, library.command(), known.id, "dropped")
    assert refused.value.extra["state"] == "sent_on"
    assert len(sent(library)) == 2


def test_an_inquiry_is_referred_once(library: Desk) -> None:
    visit = serve(library)
    one, again = refer(library, visit), refer(library, visit)
    assert (one.referral, again.replayed) == (again.referral, True)
    with pytest.raises(WrongState):
        refer(library, visit, "alt")
    deciding.close(library.queue, at_hall(library), one.referral.id)
    with pytest.raises(WrongState):
        refer(library, visit)
    assert counted(library.queue)["sent"] == 1


def test_each_inquiry_of_a_visit_has_its_own(library: Desk) -> None:
    visit = issuing.serve(library.queue, library.command(), "1", "pas").visit.id
    visits.continue_visit(library.queue, library.command(), visit, "referred", "korekort")
    refer(library, visit)
    with pytest.raises(WrongState):  # the second is not done yet
        refer(library, visit, "alt", 1)
    visits.complete(library.queue, library.command(), visit, "referred")
    with pytest.raises(NotFound):  # passports' specialists know nothing of licences
        refer(library, visit, "pas", 1)
    refer(library, visit, "alt", 1)
    assert {r.service for r in sent(library)} == {"pas", "korekort"}
    with pytest.raises(WrongState):
        refer(library, visit, "pas", 2)
    with pytest.raises(VisitNotFound):
        refer(library, "nobody")
    with pytest.raises(WrongState):
        refer(library, serve(library, "resolved"))


@pytest.mark.parametrize("accept_first", [False, True])
def test_undoing_the_completion_withdraws_it(library: Desk, accept_first: bool) -> None:
    visit = serve(library)
    known = refer(library, visit).referral
    if accept_first:
        deciding.accept(library.queue, at_hall(library), known.id)
    visits.undo(library.queue, library.later(60).command(), visit)
    with pytest.raises(WrongState) as refused:
        deciding.close(library.queue, at_hall(library), known.id)
    assert refused.value.extra["state"] == "withdrawn"
    assert (received(library), sent(library), counted(library.queue)) == ([], [], {})
    assert events_of(library, "bib")[-1] == "withdrawn"
    # After another completion it may be referred again, also elsewhere.
    visits.complete(library.queue, library.later(5).command(), visit, "referred")
    assert refer(library, visit, "alt").referral.id == known.id
    assert counted(library.queue) == {"sent": 1}


def test_a_case_that_is_completed_again_before_the_next_read_is_another(library: Desk) -> None:
    visit = serve(library)
    refer(library, visit)
    visits.undo(library.queue, library.later(10).command(), visit)
    visits.complete(library.queue, library.later(5).command(), visit, "referred")
    assert refer(library, visit, "alt").referral.lifeline == "alt"
    assert counted(library.queue) == {"sent": 1}


@pytest.mark.parametrize(("ms", "kept"), [(UNDO_WITHIN_MS, True), (UNDO_WITHIN_MS + 1, False)])
def test_the_visit_is_forgotten_once_nothing_can_be_undone(
    library: Desk, ms: int, kept: bool
) -> None:
    refer(library, serve(library))
    library.later(ms / 1000)
    assert bool(received(library)[0].visit) == kept
    assert events_of(library, "hall") == ["sent"]


@contextmanager
def before_store(
    monkeypatch: pytest.MonkeyPatch, name: str, step: Callable[[], object]
) -> Iterator[None]:
    """Step in once before the store does this."""
    original, steps = getattr(ReferralStore, name), iter([step])

    def stepped(*args: Any, **more: Any) -> Any:
        for first in steps:
            first()
        return original(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(ReferralStore, name, stepped)
        yield


def test_of_two_who_close_and_return_a_referral_one_is_refused(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = refer(library, serve(library)).referral
    give_back = partial(
        deciding.give_back, library.queue, at_hall(library), known.id, "wrong_place"
    )
    with before_store(monkeypatch, "put", give_back), pytest.raises(WrongState) as refused:
        deciding.close(library.queue, at_hall(library), known.id)
    assert refused.value.extra["state"] == "returned"
    assert counted(library.queue) == {"sent": 1, "returned": 1}


def test_a_repeated_answer_is_the_same_one(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    first = deciding.close(library.queue, at_hall(library, "k"), known.id)
    again = deciding.close(library.queue, at_hall(library, "k"), known.id)
    assert (first.referral, again.replayed) == (again.referral, True)


def test_the_list_reaches_back_two_weeks_and_a_ticket_is_found_after_that(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    deciding.close(library.queue, at_hall(library), known.id)
    library.later(LISTED_DAYS * 86_400)
    assert len(sent(library)) == 1
    assert received(library) == []
    library.later(1)
    assert sent(library) == []
    assert len(sent(library, number="A001", date=DATE)) == 1
    assert sent(library, number="A002") == []


def test_open_entries_stay_in_the_list_and_come_first(library: Desk) -> None:
    old = refer(library, serve(library)).referral
    library.later(LISTED_DAYS * 86_400 + 1)
    refer(library, serve(library))
    assert received(library)[0].id == old.id


def test_a_referral_returned_late_is_listed_until_it_is_closed(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    library.later(LISTED_DAYS * 86_400 + 1)
    assert sent(library) == []
    deciding.give_back(library.queue, at_hall(library), known.id, "incomplete")
    assert [r.is_back for r in sent(library)] == [True]
    returned_referral.settle_returned(library.queue, library.command(), known.id, "dropped")
    assert sent(library) == []


def test_it_goes_with_the_visits(library: Desk) -> None:
    known = refer(library, serve(library)).referral
    client, k = library.queue.store.client, ReferralKeys("hall")
    assert 0 < int(client.ttl(k.document(known.id))) <= 90 * 86_400
    begins = MORNING - 9 * HOUR_MS
    upkeep.expire(library.queue, begins + 90 * 24 * HOUR_MS + 23 * HOUR_MS)
    assert client.exists(k.document(known.id))
    assert upkeep.expire(library.queue, begins + 91 * 24 * HOUR_MS) == 1
    assert not client.exists(k.document(known.id), k.received)
    assert not client.exists(ReferralKeys("bib").sent)
    assert counted(library.queue) == {"sent": 1}


def test_a_referral_changes_no_goal_by_itself(library: Desk) -> None:
    visit = serve(library)

    before = library.queue.store.client.hgetall(BranchKeys("bib").day(DATE))
    known = refer(library, visit).referral
    deciding.close(library.queue, at_hall(library), known.id, solvable=True)
    after = library.queue.store.client.hgetall(BranchKeys("bib").day(DATE))
    assert before == after
    # It was no first contact before, and is none now.
    assert before["judged|first-contact"] == "1"
    assert before.get("within|first-contact", "0") == "0"


def test_figures_count_by_the_month_of_sending_and_hide_the_few(library: Desk) -> None:
    def sent() -> Mapping[str, ReferralTotals | None]:
        return shown_of_months(referral_figures(library.queue, "bib", *MONTH, now=DECEMBER).sent)

    for _ in range(4):
        refer(library, serve(library))
    assert sent() == {"pas": None}
    refer(library, serve(library))
    row = sent()["pas"]
    assert row is not None
    assert row.counts["sent"] == 5
    at = referral_figures(library.queue, "hall", *MONTH, now=DECEMBER)
    assert (at.sent, len(at.received[0])) == (((),), 1)
    at.require_publishable()
    part = referral_figures(library.queue, "bib", DATE, DATE, now=DECEMBER)
    assert part.sent == ()
    with pytest.raises(Invalid):
        part.require_publishable()


def test_two_ranges_of_months_reveal_no_small_group() -> None:
    def month(date: str, sent: int) -> list[ReferralCount]:
        return [ReferralCount(date, "hall", "bib", "pas", "decision", "sent", sent)]

    many, few = month("2026-10-05", 6), month("2026-11-05", 4)
    row = shown_of_months([many, few])["pas"]
    assert row is not None
    assert row.counts["sent"] == 6
    assert shown_of_months([few]) == {"pas": None}


def test_figures_have_the_names_of_other_branches_services(library: Desk) -> None:
    visum = {"id": "visum", "name": {"da": "Visum"}, "prefix": "V"}
    pas = {"id": "pas", "name": {"da": "Rejsepas"}, "prefix": "A"}
    bare: dict[str, Any] = {"counters": [], "teams": [], "goals": []}
    put_branch(library.queue, "andet", document(services=[visum, pas], **bare))
    names = referral_figures(library.queue, "hall", *MONTH, now=DECEMBER).services
    assert (next(iter(names)), names["pas"], names["visum"]) == (
        "pas", {"da": "Pas"}, {"da": "Visum"}
    )  # fmt: skip


REFERRAL = Referral("r", "A1", DATE, "pas", "bib", "pas", "decision", DATE, 1000, 900, "v", 0)


@pytest.mark.parametrize(
    ("hours", "fact"),
    [
        (0.999, "h0"),
        (1, "h1"),
        (MOST_HOURS - 0.001, f"h{MOST_HOURS - 1}"),
        (9999, f"h{MOST_HOURS}"),
    ],
)
def test_how_long_it_took_is_counted_in_whole_hours(hours: float, fact: str) -> None:
    after = accepted(REFERRAL, 1000 + round(hours * HOUR_MS))
    assert set(day_fields(REFERRAL, after)) == {f"bib|pas|decision|{f}" for f in (fact, "accepted")}


def test_a_withdrawal_takes_back_all_that_was_counted() -> None:
    counts: dict[str, int] = {}
    steps = [None, REFERRAL, accepted(REFERRAL, 5000)]
    for before, after in zip(steps, [*steps[1:], withdrawn(accepted(REFERRAL, 5000), 6000)],
                             strict=True):  # fmt: skip
        assert after is not None
        for name, n in day_fields(before, after).items():
            counts[name] = counts.get(name, 0) + n
    assert not any(counts.values())
    assert closed(REFERRAL, 5, solvable=False).accepted_at == 5
    assert returned(REFERRAL, 5, "wrong_place").visit == ""


@pytest.mark.parametrize(
    ("hours", "median"), [({0: 1, 4: 1}, 0), ({0: 1, 4: 2}, 4), ({3: 1, 5: 0}, 3), ({}, None)]
)
def test_the_median_is_the_hour_by_which_half_is_accepted(
    hours: dict[int, int], median: int | None
) -> None:
    cells = [
        ReferralCount(DATE, "hall", "bib", "pas", "decision", f"h{h}", n) for h, n in hours.items()
    ]
    found = figures(cells).get("")
    assert (found.median_hours() if found else None) == median


def test_a_key_of_one_request_is_refused_to_another(library: Desk) -> None:
    queue = library.queue
    first, second = serve(library), serve(library)

    def key(request: str) -> Command:
        return library.command("k", request=request)

    def referred(visit: str, request: str) -> ReceivedReferral:
        return sending.refer(queue, key(request), visit, 0, "hall", "pas", "decision")

    known = referred(first, "one").referral
    assert referred(first, "one").replayed
    with pytest.raises(IdempotencyKeyReused):
        referred(second, "other")
    assert [r.id for r in sent(library)] == [known.id]
    deciding.give_back(queue, at_hall(library), known.id, "incomplete", solvable=False)
    with pytest.raises(IdempotencyKeyReused):
        returned_referral.settle_returned(queue, key("settle"), known.id, "resolved")
    to = Onward("hall", "alt", "decision")
    with pytest.raises(IdempotencyKeyReused):
        returned_referral.send_on(queue, key("on"), known.id, to)
    assert sent(library)[0].settled is None
    complete_pending = library.command("new", request="settle")
    assert not returned_referral.settle_returned(
        queue, complete_pending, known.id, "resolved"
    ).replayed
    assert returned_referral.settle_returned(queue, complete_pending, known.id, "resolved").replayed
