"""A branch as one process holds it for all its phones, and their messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.following.rules import SHOWN_AFTER_MS
from queue_service.following.shared import (
    REMOVED,
    STALE,
    STREAMS_OF_A_VISIT,
    TICK_SECONDS,
    PhoneSubscription,
    SharedBranch,
)
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from tests.desks import Desk, document
from tests.running import eventually


def asleep() -> None:
    """A phone that asks for its news itself."""


def shown(phone: PhoneSubscription) -> Any:
    """The state in the message that the phone has not been sent; None for none."""
    text = phone.take()
    return json.loads(text.removeprefix(b"data: ")) if text else None


class Phones:
    """The branch of a desk, read and handed out at the desk's time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.shared = SharedBranch(desk.queue, desk.branch)

    def go_on(self) -> None:
        self.shared.refresh(self.desk.command().at)
        self.shared.hand_out()


@pytest.fixture
def phones(desk: Desk) -> Phones:
    return Phones(desk)


def test_each_phone_is_sent_its_own_state_and_only_if_that_has_changed(
    desk: Desk, phones: Phones
) -> None:
    desk.open()
    ids = [desk.issue().visit.id for _ in range(2)]
    first, second = (phones.shared.subscribe(one, asleep) for one in ids)
    phones.go_on()
    assert [shown(one)["ahead"] for one in (first, second)] == [0, 1]
    phones.go_on()
    assert [shown(one) for one in (first, second)] == [None, None]
    desk.later(TICK_SECONDS).issue()  # all are gone through again
    phones.go_on()
    assert [shown(one) for one in (first, second)] == [None, None]
    desk.called()
    phones.go_on()
    called, nearer = shown(first), shown(second)
    assert (called["state"], called["counter"]) == ("called", "1")
    assert (nearer["state"], nearer["ahead"], nearer["calls"][0]["number"]) == ("next", 0, "A001")
    visits.start(desk.queue, desk.command(), ids[0])
    phones.go_on()
    assert shown(first)["state"] == "serving"
    assert shown(second) is None


def test_an_ended_visit_is_shown_for_a_while_and_then_its_page_ends(
    desk: Desk, phones: Phones
) -> None:
    gone = desk.issue().visit.id
    phone = phones.shared.subscribe(gone, asleep)
    phones.go_on()
    assert shown(phone)["state"] == "untaken"
    visits.abandon(desk.queue, desk.command(), gone)
    phones.go_on()
    assert shown(phone)["state"] == "left"
    desk.later(SHOWN_AFTER_MS / 1000 - 0.001)
    phones.go_on()
    assert phones.shared.visit(gone) is not None
    assert shown(phone)["may"] == []  # more than two minutes have passed, and a tick
    desk.later(0.001)
    phones.go_on()
    assert phones.shared.visit(gone) is None
    assert phone.take() == REMOVED


def test_a_process_that_starts_later_shows_an_ended_visit_too(desk: Desk) -> None:
    gone = desk.issue().visit.id
    visits.abandon(desk.queue, desk.command(), gone)
    later = Phones(desk)
    later.go_on()
    found = later.shared.visit(gone)
    assert found is not None
    assert found.state == "abandoned"
    assert later.shared.visit("unknown") is None


def test_a_lost_log_and_many_events_are_made_up_for_by_reading_all(
    queue: Queue, desk: Desk, phones: Phones
) -> None:
    desk.issue()
    phones.go_on()
    # An event of the same millisecond would have the id of the last one.
    last = queue.time(None)
    eventually(lambda: queue.time(None) > last)
    queue.store.client.delete(BranchKeys(desk.branch).events)
    kept = desk.issue().visit.id
    phones.go_on()
    assert phones.shared.places().now.visits.keys() >= {kept}
    assert len(phones.shared.places().now.visits) == 2
    for _ in range(600):
        desk.issue()
    phones.go_on()
    assert len(phones.shared.places().now.visits) == 602


def test_a_new_configuration_is_in_force_at_once(desk: Desk, phones: Phones) -> None:
    phones.go_on()
    put_branch(desk.queue, desk.branch, document(historic=True, name="Biblioteket"))
    phones.go_on()
    assert phones.shared.places().now.branch.name == "Biblioteket"


def test_more_phones_of_a_visit_end_the_first_and_all_receive_an_outage(
    desk: Desk, phones: Phones
) -> None:
    one = desk.issue().visit.id
    first, *others = (phones.shared.subscribe(one, asleep) for _ in range(STREAMS_OF_A_VISIT + 1))
    assert first.ended
    assert not any(phone.ended for phone in others)
    phones.go_on()
    assert first.take() == b""
    assert all(shown(phone)["number"] == "A001" for phone in others)
    phones.shared.broadcast(STALE)
    assert [phone.take() for phone in others] == [STALE] * STREAMS_OF_A_VISIT
    phones.go_on()
    assert all(shown(phone)["number"] == "A001" for phone in others)
    for phone in (first, *others, *others):
        phones.shared.unsubscribe(phone)
    phones.go_on()
    assert phones.shared.is_used  # for a minute
