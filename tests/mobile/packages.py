"""Packages as a bus makes them, and what a test does with them on the central server."""

from __future__ import annotations

from typing import Any

from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.mobile.contract import DayBody, MobileContactBody, PartBody
from queue_service.mobile.operations import receiving, sending
from queue_service.mobile.rules import FORMAT, Sealed, seal
from tests.desks import CLERK
from tests.mobile.road import BUS, Road


def here(at: int | None = None) -> Command:
    """Of a clerk, now."""
    return Command(BUS, CLERK, None, at)


def packages(road: Road, *agos: int) -> dict[str, Sealed]:
    """A package of each of these days, as the bus would send it."""
    branch = road.bus.get(BranchStore).current(BUS)
    now = road.bus.store.time()
    found = {}
    for number, ago in enumerate(agos):
        date = road.date(ago)
        packed = sending.pack(road.bus, branch, date, now)
        found[date] = seal(package_of(road, date, packed.content, sequence=number + 1), key(road))
    return found


def package_of(road: Road, day: str, content: Any, **changes: Any) -> dict[str, Any]:
    """A day's package before it is sealed."""
    return {
        "format": FORMAT,
        "program": "0",
        "branch": BUS,
        "timezone": "Europe/Copenhagen",
        "date": day,
        "sequence": 1,
        "made_at": road.bus.store.time(),
        "whole": True,
        "content": content,
        **changes,
    }


def content_of(road: Road, date: str) -> dict[str, Any]:
    """A day's content on the bus."""
    branch = road.bus.get(BranchStore).current(BUS)
    return sending.pack(road.bus, branch, date, road.bus.store.time()).content


def key(road: Road) -> str:
    """The key of signatures."""
    return road.line().key


def caller(road: Road) -> Caller:
    """The bus, as the central server knows it."""
    return next(t for t in road.home.get(AccessStore).tokens() if t.role == "mobile").caller()


def deliver(road: Road, date: str, sealed: Sealed, **changes: Any) -> str:
    """Send a package; what became of it."""
    for number, data in enumerate(sealed.parts):
        part = PartBody(digest=sealed.digest, data=data)
        receiving.stage(road.home, caller(road), date, number, part)
    body = {"format": FORMAT, "digest": sealed.digest, "signature": sealed.signature,
            "parts": len(sealed.parts), **changes}  # fmt: skip
    return receiving.receive(road.home, caller(road), date, DayBody(**body)).outcome


def hello(road: Road) -> None:
    """The bus' first contact."""
    receiving.contact(road.home, caller(road), MobileContactBody(format=FORMAT, program="0"))
