"""Doing something once, however often the store has to be asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from queue_service.errors import StoreUnavailable

LONGEST_SECONDS: Final = 120.0
"""How long a store that does not answer is waited for."""

_BETWEEN_SECONDS: Final = 1.0
_WAITING: Final = (
    "The store does not answer. If the service was stopped, start it again within two minutes."
)

Result = TypeVar("Result")


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _nothing(_: str) -> None:
    """No listener."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Waits for a store that does not answer; ``say`` is called once for each outage.

    ``pause`` waits so many seconds, and ``clock`` is monotonic, in seconds.
    """

    say: Callable[[str], None] = _nothing
    pause: Callable[[float], None] = _pause
    clock: Callable[[], float] = time.monotonic

    def insist(self, act: Callable[[], Result]) -> Result:
        """The result of ``act``, which must do nothing twice when it is repeated.

        Raises StoreUnavailable when the store has not answered for two minutes.
        """
        began: float | None = None
        while True:
            try:
                result = act()
            except StoreUnavailable:
                if began is None:
                    began = self.clock()
                    self.say(_WAITING)
                if self.clock() - began >= LONGEST_SECONDS:
                    raise
                self.pause(_BETWEEN_SECONDS)
            else:
                if began is not None:
                    self.say("The store answers again; going on.")
                return result
