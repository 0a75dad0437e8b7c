"""A branch that is filled like one before it gets a copy, and goes on like any other."""

from __future__ import annotations

from typing import Any

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from tests.desks import Desk, document
from tests.filling import filled_once


def test_the_second_branch_gets_what_was_made_in_the_first(queue: Queue) -> None:
    made: list[str] = []

    @filled_once
    def one_ticket(desk: Desk, service: str) -> None:
        made.append(desk.branch)
        desk.later(60).issue(service)

    def new(branch: str, **changes: Any) -> Desk:
        configured = document(historic=True, **changes)
        return Desk(queue, put_branch(queue, branch, configured).branch.id)

    one, other = one_ticket(new("one"), "pas"), one_ticket(new("other"), "pas")
    assert made == ["one"]
    assert other.seconds == 60
    assert other.state().queues == one.state().queues
    assert other.events() == one.events()
    assert other.issue().visit.number == "A002"
    one_ticket(other, "pas")
    assert made == ["one", "other"], "something had happened there already"
    one_ticket(new("third"), "turist")
    one_ticket(new("fourth", name="Biblioteket"), "pas")
    assert made == ["one", "other", "third", "fourth"]
