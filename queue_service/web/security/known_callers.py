"""A cache of recognised callers, so that not every request asks the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import digest
from queue_service.access.store import AccessStore
from queue_service.errors import StoreUnavailable, TokenExpired

REMEMBERED_SECONDS: Final = 5.0
"""A revocation takes effect within this even if its announcement is not heard."""
OUTAGE_SECONDS: Final = 600.0
"""How long somebody known before is still known while the store does not answer."""
_MOST: Final = 10_000


@dataclass(slots=True)
class KnownCallers:
    """A process's memory of valid credentials. ``clock``: seconds that only ever grow."""

    store: AccessStore
    clock: Callable[[], float] = time.monotonic
    _callers: dict[str, tuple[Caller, float]] = field(default_factory=dict)

    def recognise(self, secret: str) -> Caller | None:
        """The holder of the secret. Only known callers are remembered. Raises TokenExpired."""
        key = digest(secret)
        caller, until = self._callers.get(key, (None, 0.0))
        if caller is not None and self.clock() < until:
            return caller
        now = self.clock()
        try:
            caller = access.identify(self.store, secret)
        except StoreUnavailable:
            # With the store away there is nothing to protect, and metrics have to report it.
            if caller is None or now >= until + OUTAGE_SECONDS:
                raise
            return caller
        except TokenExpired:
            self._callers.pop(key, None)
            raise
        if caller is None:
            self._callers.pop(key, None)
        else:
            if len(self._callers) >= _MOST:
                self._callers.clear()
            self._callers[key] = (caller, now + REMEMBERED_SECONDS)
        return caller

    def still_allowed(self, callers: Collection[Caller]) -> Collection[Caller]:
        """The callers whose credentials are still valid; all of them while the store is silent."""
        try:
            return access.still_valid(self.store, callers)
        except StoreUnavailable:
            return callers

    def forget(self, credential: str) -> None:
        """Ask again about a token, session or account by its id."""
        for key in [k for k, (caller, _) in self._callers.items() if _is(caller, credential)]:
            del self._callers[key]


def _is(caller: Caller, credential: str) -> bool:
    return credential in (caller.id, caller.session)
