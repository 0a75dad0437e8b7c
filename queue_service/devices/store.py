"""The last heartbeats of a branch's screens and printers, and the state of displays' sound.

A kiosk or a display has a heartbeat while its page holds the event stream open. A kiosk that
prints also reports when it hands a slip to the browser (``slip``) and when the browser says that
it has printed (``printer``). Devices are screens: nothing here is about a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, cast

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.devices.rules import Sound, SoundReport
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

Heartbeat = Literal["kiosk", "display", "slip", "printer"]

Heartbeats = Mapping[tuple[str, Heartbeat], int]
"""By device (the id of its token) and kind: the time of the last heartbeat, in ms."""

QUIET_MS: Final = 60_000
"""A heartbeat is written at most this often, so the stored time may be this much too old."""


class DeviceStore:
    """Stores heartbeats and sound reports, and reads them for the metrics."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def note(
        self,
        branch: str,
        device: str,
        heartbeat: Heartbeat,
        idempotency: IdempotencyKey | None = None,
        release: str = "",
    ) -> Reply:
        """Store a heartbeat, and the release of the page if it is known; see
        ``devices/scripts/heartbeat.lua``. Raises StoreUnavailable.

        A repeated heartbeat within a minute is not written, nor is any of a removed branch.
        """
        k, m = BranchKeys(branch), idempotency or NO_KEY
        keys = (k.devices, k.idempotency(m.scope, m.key), k.config, k.releases)
        args = (f"{device}|{heartbeat}", QUIET_MS, m.fingerprint, device, release)
        return list(self._store.run("heartbeat", keys, args))

    def note_sound(
        self,
        branch: str,
        device: str,
        sound: Sound,
        voices: Mapping[str, bool],
        idempotency: IdempotencyKey | None,
        by_server: Sequence[str] = (),
    ) -> Reply:
        """Store what a display reports of its sound; see ``devices/scripts/sound.lua``."""
        k, m = BranchKeys(branch), idempotency or NO_KEY
        fields = {"sound": sound, "voices": dict(voices), "by_server": list(by_server)}
        document = json.dumps(fields)
        args = (device, document, m.fingerprint)
        keys = (k.sounds, k.idempotency(m.scope, m.key), k.config)
        return list(self._store.run("sound", keys, args))

    def sounds(self, branches: Iterable[str]) -> dict[str, dict[str, SoundReport]]:
        """The last sound reports, by branch and device. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).sounds for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {device: _report(text) for device, text in reports.items()}
            for branch, reports in zip(keys, found, strict=True)
        }

    def releases(self, branches: Iterable[str]) -> dict[str, dict[str, str]]:
        """The releases of screens' pages, by branch and device. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).releases for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {branch: dict(fields) for branch, fields in zip(keys, found, strict=True)}

    def heartbeats(self, branches: Iterable[str]) -> dict[str, Heartbeats]:
        """The last heartbeats of all devices, by branch. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).devices for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {_parted(field): int(at) for field, at in fields.items()}
            for branch, fields in zip(keys, found, strict=True)
        }


def _report(text: str) -> SoundReport:
    at, _, document = text.partition("|")
    known = json.loads(document)
    by_server = tuple(known.get("by_server", ()))  # a report of an earlier version has none
    return SoundReport(int(at), known["sound"], known["voices"], by_server)


def _parted(field: str) -> tuple[str, Heartbeat]:
    device, _, heartbeat = field.rpartition("|")
    return device, cast(Heartbeat, heartbeat)
