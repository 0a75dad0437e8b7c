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
from tests.mobile.machines import BUS, BusAndServer


def here(at: int | None = None) -> Command:
    """Of a clerk, now."""
    return Command(BUS, CLERK, None, at)


def packages(machines: BusAndServer, *agos: int) -> dict[str, Sealed]:
    """A package of each of these days, as the bus would send it."""
    branch = machines.bus.get(BranchStore).current(BUS)
    now = machines.bus.store.time()
    found = {}
    for number, ago in enumerate(agos):
        date = machines.date(ago)
        packed = sending.pack(machines.bus, branch, date, now)
        found[date] = seal(
            package_of(machines, date, packed.content, sequence=number + 1), key(machines)
        )
    return found


def package_of(machines: BusAndServer, day: str, content: Any, **changes: Any) -> dict[str, Any]:
    """A day's package before it is sealed."""
    return {
        "format": FORMAT,
        "program": "0",
        "branch": BUS,
        "timezone": "Europe/Copenhagen",
        "date": day,
        "sequence": 1,
        "made_at": machines.bus.store.time(),
        "whole": True,
        "content": content,
        **changes,
    }


def content_of(machines: BusAndServer, date: str) -> dict[str, Any]:
    """A day's content on the bus."""
    branch = machines.bus.get(BranchStore).current(BUS)
    return sending.pack(machines.bus, branch, date, machines.bus.store.time()).content


def key(machines: BusAndServer) -> str:
    """The key of signatures."""
    return machines.connection().key


def caller(machines: BusAndServer) -> Caller:
    """The bus, as the central server knows it."""
    return next(
        t for t in machines.central.get(AccessStore).tokens() if t.role == "mobile"
    ).caller()


def deliver(machines: BusAndServer, date: str, sealed: Sealed, **changes: Any) -> str:
    """Send a package; what became of it."""
    for number, data in enumerate(sealed.parts):
        part = PartBody(digest=sealed.digest, data=data)
        receiving.stage(machines.central, caller(machines), date, number, part)
    body = {"format": FORMAT, "digest": sealed.digest, "signature": sealed.signature,
            "parts": len(sealed.parts), **changes}  # fmt: skip
    return receiving.receive(machines.central, caller(machines), date, DayBody(**body)).outcome


def hello(machines: BusAndServer) -> None:
    """The bus' first contact."""
    receiving.contact(
        machines.central, caller(machines), MobileContactBody(format=FORMAT, program="0")
    )
