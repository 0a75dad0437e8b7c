"""The screens of branches with their last reports."""

from __future__ import annotations

from collections.abc import Iterable

from queue_service.access.rules.credentials import SCREEN_ROLES, TokenRecord
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.devices.store import DeviceStore, Heartbeat
from queue_service.printers.store import PrinterStore
from queue_service.screens.rules import ScreenHealth, ScreenReports, health


def screens_of(queue: Queue, branches: Iterable[Branch], release: str) -> list[ScreenHealth]:
    """The screens that were set up for these branches, and how each does; ``release`` is that of
    this service. Raises StoreUnavailable."""
    known = {branch.id: branch for branch in branches}
    now = queue.store.time()
    heartbeats = queue.get(DeviceStore).heartbeats(known)
    releases = queue.get(DeviceStore).releases(known)
    sounds, printers = queue.get(DeviceStore).sounds(known), queue.get(PrinterStore).reports(known)

    def read(token: TokenRecord, branch: str) -> ScreenReports:
        role: Heartbeat = "kiosk" if token.role == "kiosk" else "display"
        return ScreenReports(
            token,
            heartbeats[branch].get((token.id, role), 0),
            releases[branch].get(token.id, ""),
            sounds[branch].get(token.id),
            printers[branch].get(token.id),
            heartbeats[branch].get((token.id, "slip"), 0),
            heartbeats[branch].get((token.id, "printer"), 0),
        )

    return [
        health(read(token, token.branch), release, now, is_open=moment(branch, now).open)
        for token in queue.get(AccessStore).tokens()
        if token.device and token.role in SCREEN_ROLES
        if token.branch is not None and (branch := known.get(token.branch)) is not None
    ]
