"""When each screen of a branch was last heard from.

A kiosk or a display is heard from while its page holds the event stream open. A kiosk that prints
tells besides when it hands a slip to the browser (``slip``) and when the browser says that it has
printed (``printer``). Devices are screens: nothing here is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast

from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore

Sign = Literal["kiosk", "display", "slip", "printer"]

Signs = Mapping[tuple[str, Sign], int]
"""By device (the id of its token) and kind of sign: when it was last heard from, in ms."""

QUIET_MS: Final = 60_000
"""A sign is written at most this often; so much older than the truth a figure may be."""


class DeviceStore:
    """Notes signs of life, and tells them for the metrics."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def note(self, branch: str, device: str, sign: Sign) -> None:
        """A device of a branch was heard from. Raises StoreUnavailable.

        A repeated sign within a minute is read and not written.
        """
        key, field = BranchKeys(branch).devices, f"{device}|{sign}"
        now, last = self._store.read(lambda p: (p.time(), p.hget(key, field)))
        at = int(now[0]) * 1000 + int(now[1]) // 1000
        if at - int(last or 0) >= QUIET_MS:
            self._store.read(lambda p: p.hset(key, field, str(at)))

    def signs(self, branches: Iterable[str]) -> dict[str, Signs]:
        """The last signs of all devices, by branch. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).devices for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {_parted(field): int(at) for field, at in fields.items()}
            for branch, fields in zip(keys, found, strict=True)
        }


def _parted(field: str) -> tuple[str, Sign]:
    device, _, sign = field.rpartition("|")
    return device, cast(Sign, sign)
