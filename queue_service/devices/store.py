"""When each screen of a branch was last heard from.

A kiosk or a display is heard from while its page holds the event stream open. A kiosk that prints
tells besides when it hands a slip to the browser (``slip``) and when the browser says that it has
printed (``printer``). A display tells how its sound does. Devices are screens: nothing here is
about a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.devices.rules import Sound, SoundReport
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

Sign = Literal["kiosk", "display", "slip", "printer"]

Signs = Mapping[tuple[str, Sign], int]
"""By device (the id of its token) and kind of sign: when it was last heard from, in ms."""

QUIET_MS: Final = 60_000
"""A sign is written at most this often; so much older than the truth a figure may be."""


class DeviceStore:
    """Notes signs of life, and tells them for the metrics."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def note(
        self, branch: str, device: str, sign: Sign, idempotency: IdempotencyKey | None = None
    ) -> Reply:
        """A device of a branch was heard from; see ``scripts/sign.lua``. Raises StoreUnavailable.

        A repeated sign within a minute is read and not written, nor is any of a removed branch.
        """
        k, m = BranchKeys(branch), idempotency or IdempotencyKey("", "", "")
        keys = (k.devices, k.idempotency(m.scope, m.key), k.config)
        return list(
            self._store.run("heartbeat", keys, (f"{device}|{sign}", QUIET_MS, m.fingerprint))
        )

    def note_sound(
        self,
        branch: str,
        device: str,
        sound: Sound,
        voices: Mapping[str, bool],
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """A display tells how its sound does; see ``devices/scripts/sound.lua``."""
        k, m = BranchKeys(branch), idempotency or IdempotencyKey("", "", "")
        document = json.dumps({"sound": sound, "voices": dict(voices)})
        args = (device, document, m.fingerprint)
        keys = (k.sounds, k.idempotency(m.scope, m.key), k.config)
        return list(self._store.run("sound", keys, args))

    def sounds(self, branches: Iterable[str]) -> dict[str, dict[str, SoundReport]]:
        """What displays told last of their sound, by branch and device. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).sounds for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {device: _report(text) for device, text in reports.items()}
            for branch, reports in zip(keys, found, strict=True)
        }

    def signs(self, branches: Iterable[str]) -> dict[str, Signs]:
        """The last signs of all devices, by branch. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).devices for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {_parted(field): int(at) for field, at in fields.items()}
            for branch, fields in zip(keys, found, strict=True)
        }


def _report(text: str) -> SoundReport:
    at, _, document = text.partition("|")
    return SoundReport(int(at), **json.loads(document))


def _parted(field: str) -> tuple[str, Sign]:
    device, _, sign = field.rpartition("|")
    return device, cast(Sign, sign)
