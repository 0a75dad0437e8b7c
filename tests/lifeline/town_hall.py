"""A library next to a town hall with two lifelines, whose specialist answers."""

from __future__ import annotations

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from tests.desks import MORNING, Desk, document

DATE = "2026-11-25"
SPECIALIST = Caller("specialist", "clerk", "hall")
LINES = [
    {"id": "pas", "name": {"da": "Pas"}, "telephone": "4410", "services": ["pas"]},
    {"id": "alt", "name": {"da": "Alt"}, "telephone": "4430"},
]


def open_library(queue: Queue) -> Desk:
    """The library with an open counter."""
    put_branch(queue, "hall", document(name="Rådhuset", lifelines=LINES))
    put_branch(queue, "bib", document(name="Biblioteket"))
    desk = Desk(queue, "bib")
    desk.open()
    return desk


def at_hall(desk: Desk, key: str = "") -> Command:
    """A specialist's command at the current time."""
    idempotency = IdempotencyKey("specialist", key, "same") if key else None
    return Command("hall", SPECIALIST, idempotency, MORNING + round(desk.seconds * 1000))
