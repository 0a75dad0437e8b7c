"""A kiosk's operations on a ticket that it has issued: take it back, and change its language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import Forbidden, Invalid, VisitNotFound
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.operations.taking_back import take_back_all, to_take_back
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import Snapshot, VisitStore
from tests.desks import CLERK, KIOSK, Desk, document
from tests.visits.test_races import together

OTHER_KIOSK = Caller("another-kiosk", "kiosk")
TEN_MINUTES = 600

Press = Callable[[Desk, str], CommandResult]


def abandon(desk: Desk, visit_id: str) -> CommandResult:
    return visits.abandon(desk.queue, desk.command(), visit_id)


def in_danish(desk: Desk, visit_id: str) -> CommandResult:
    return visits.set_language(desk.queue, desk.command(), visit_id, "da")


PRESSES = pytest.mark.parametrize("press", [abandon, in_danish])


def ticket(desk: Desk, caller: Caller = KIOSK) -> str:
    """The id of a ticket that a kiosk issues now, in English."""
    desk.caller = caller
    return issuing.issue(desk.queue, desk.command(), "pas", language="en").visit.id


def as_clerk(desk: Desk, press: Callable[..., object], *given: object) -> None:
    """A clerk's actions in between."""
    before, desk.caller = desk.caller, CLERK
    press(desk.queue, desk.command(), *given)
    desk.caller = before


@PRESSES
def test_a_kiosk_may_for_ten_minutes(desk: Desk, press: Press) -> None:
    visit_id = ticket(desk)
    desk.later(TEN_MINUTES)
    assert press(desk, visit_id).visit.id == visit_id


@PRESSES
def test_a_kiosk_may_not_after_ten_minutes(desk: Desk, press: Press) -> None:
    visit_id = ticket(desk)
    desk.later(TEN_MINUTES + 0.001)
    with pytest.raises(Forbidden):
        press(desk, visit_id)


@PRESSES
def test_a_kiosk_may_not_touch_what_another_or_a_clerk_has_issued(desk: Desk, press: Press) -> None:
    for caller in (OTHER_KIOSK, CLERK):
        visit_id = ticket(desk, caller)
        desk.caller = KIOSK
        with pytest.raises(Forbidden):
            press(desk, visit_id)


@PRESSES
def test_a_kiosk_may_not_touch_what_has_been_called(desk: Desk, press: Press) -> None:
    visit_id = ticket(desk)
    desk.open()
    as_clerk(desk, calling.call, visit_id, "1")
    with pytest.raises(Forbidden):
        press(desk, visit_id)
    as_clerk(desk, visits.requeue, visit_id)  # waits again, and was called
    with pytest.raises(Forbidden):
        press(desk, visit_id)


@PRESSES
def test_a_kiosk_may_not_touch_what_was_taken_back(desk: Desk, press: Press) -> None:
    visit_id = ticket(desk)
    abandon(desk, visit_id)
    with pytest.raises(Forbidden):
        press(desk, visit_id)


@PRESSES
def test_a_clerk_is_not_bound_by_the_kiosks_rule(desk: Desk, press: Press) -> None:
    visit_id = ticket(desk)
    desk.caller = CLERK
    desk.later(TEN_MINUTES * 2)
    assert press(desk, visit_id).visit.id == visit_id


def test_a_ticket_taken_back_has_left_the_queue(desk: Desk) -> None:
    visit_id = ticket(desk)
    assert abandon(desk, visit_id).visit.state == "abandoned"
    assert desk.events()[-1] == "visit.abandoned"
    desk.open()
    assert desk.next() is None


def test_taking_back_twice_under_one_key_is_once(desk: Desk) -> None:
    visit_id = ticket(desk)
    first = visits.abandon(desk.queue, desk.command("k"), visit_id)
    again = visits.abandon(desk.queue, desk.later(TEN_MINUTES * 2).command("k"), visit_id)
    assert (again.replayed, again.visit) == (True, first.visit)


def test_another_language_keeps_the_place_and_is_announced(desk: Desk) -> None:
    first = ticket(desk)
    desk.later(5).issue()
    desk.caller = KIOSK
    changed = in_danish(desk, first)
    assert (changed.visit.language, changed.visit.state, changed.position) == ("da", "waiting", 0)
    assert desk.events()[-1] == "visit.language_changed"
    desk.open()
    assert desk.called().visit.id == first


def test_a_language_that_the_branch_does_not_have_is_refused(desk: Desk) -> None:
    visit_id = ticket(desk)
    with pytest.raises(Invalid) as refused:
        visits.set_language(desk.queue, desk.command(), visit_id, "uk")
    assert refused.value.extra["errors"] == [
        {"field": "language", "reason": "It must be one of the branch's: da, en."}
    ]


def test_numbers_of_a_stolen_kiosk_end_except_called_ones(desk: Desk) -> None:
    early = ticket(desk)
    desk.later(60)
    since = desk.command().at
    assert since is not None
    called, put_back, waits, carried_on = (ticket(desk) for _ in range(4))
    of_another = ticket(desk, OTHER_KIOSK)
    desk.caller = CLERK
    desk.open("1")
    desk.open("2")
    calling.call(desk.queue, desk.command(), called, "1")
    calling.call(desk.queue, desk.command(), put_back, "2")
    visits.requeue(desk.queue, desk.command(), put_back)
    assert [v.id for v in to_take_back(desk.queue, desk.branch, KIOSK.id, since)] == [
        waits, carried_on]  # fmt: skip
    ended = take_back_all(desk.queue, desk.command(), KIOSK.id, since)
    assert to_take_back(desk.queue, desk.branch, KIOSK.id, since) == []
    states = {v.id: v.state for v in desk.queue.get(VisitStore).many(desk.branch, [
        early, called, put_back, waits, carried_on, of_another])}  # fmt: skip
    assert ended == 2
    assert [id_ for id_, state in states.items() if state == "abandoned"] == [waits, carried_on]
    assert take_back_all(desk.queue, desk.command(), KIOSK.id, since) == 0
    assert take_back_all(desk.queue, desk.command(), KIOSK.id, 0) == 1, "the early one"


def test_visits_called_while_numbers_end_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    visit_id = ticket(desk)
    desk.open()
    read = desk.queue.get(VisitStore).open_visits

    def read_then_call(branch: str) -> list[Visit]:
        found = read(branch)
        as_clerk(desk, calling.call, visit_id, "1")
        return found

    monkeypatch.setattr(desk.queue.get(VisitStore), "open_visits", read_then_call)
    desk.caller = CLERK
    assert take_back_all(desk.queue, desk.command(), KIOSK.id, 0) == 0
    assert desk.queue.get(VisitStore).many(desk.branch, [visit_id])[0].state == "called"


def test_a_kiosk_gives_no_priority(desk: Desk) -> None:
    desk.caller = KIOSK
    with pytest.raises(Forbidden):
        issuing.issue(desk.queue, desk.command(), "pas", priority="high")
    assert desk.state().today["issued"] == 0
    desk.caller = CLERK
    given = issuing.issue(desk.queue, desk.command(), "pas", priority="high")
    assert given.visit.priority == "high"


def test_the_issuer_is_stored_for_kiosks_alone(desk: Desk) -> None:
    desk.caller = KIOSK
    mine = issuing.issue(desk.queue, desk.command(), "pas").visit
    desk.caller = CLERK
    theirs = issuing.issue(desk.queue, desk.command(), "pas").visit
    assert (mine.issued_by, theirs.issued_by) == (KIOSK.id, None)


def test_a_call_between_the_reading_and_the_writing_wins(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_id = ticket(desk)
    desk.open()
    load = desk.queue.get(VisitStore).load
    calls: list[str] = []

    def load_then_call(branch: str, wanted: str, at: int | None) -> Snapshot | None:
        snapshot = load(branch, wanted, at)
        if not calls:
            calls.append(wanted)
            as_clerk(desk, calling.call, visit_id, "1")
        return snapshot

    monkeypatch.setattr(desk.queue.get(VisitStore), "load", load_then_call)
    with pytest.raises(Forbidden):
        abandon(desk, visit_id)
    (current,) = desk.queue.get(VisitStore).many(desk.branch, [visit_id])
    assert current.state == "called"


def test_a_call_and_a_taking_back_at_once_are_never_both_done(queue: Queue) -> None:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    names = [{"id": str(n), "name": f"Skranke {n}"} for n in range(8)]
    always = {day: [["00:00", "24:00"]] for day in days}
    put_branch(queue, "altid", document(counters=names, opening_hours=always))
    kiosk, clerk = Command("altid", KIOSK), Command("altid", CLERK)
    for counter in range(8):
        visit_id = issuing.issue(queue, kiosk, "pas").visit.id
        counters.open_counter(queue, clerk, str(counter))
        take_back = partial(visits.abandon, queue, kiosk, visit_id)
        call = partial(calling.call, queue, clerk, visit_id, str(counter))
        outcome = together([take_back, call])
        done = [answer for answer in outcome if isinstance(answer, CommandResult)]
        assert len(done) == 1, outcome


def test_a_lost_response_is_found_by_its_key(desk: Desk) -> None:
    desk.caller = KIOSK
    made = issuing.issue(desk.queue, desk.command("k"), "pas").visit
    found = listing.visit_by_key(desk.queue, desk.branch, IdempotencyKey(KIOSK.id, "k", ""))
    assert (found.visit.id, found.position) == (made.id, 0)
    abandon(desk, made.id)
    found = listing.visit_by_key(desk.queue, desk.branch, IdempotencyKey(KIOSK.id, "k", ""))
    assert found.visit.state == "abandoned"


def test_without_a_ticket_nothing_is_found_by_a_key_and_nothing_made(desk: Desk) -> None:
    desk.caller = KIOSK
    issuing.issue(desk.queue, desk.command("k"), "pas")
    for idempotency in (
        IdempotencyKey(KIOSK.id, "other", ""),
        IdempotencyKey(OTHER_KIOSK.id, "k", ""),
    ):
        with pytest.raises(VisitNotFound):
            listing.visit_by_key(desk.queue, desk.branch, idempotency)
    assert desk.state().today["issued"] == 1
