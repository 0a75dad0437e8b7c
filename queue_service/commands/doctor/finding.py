"""The result of a check, and the store that checks ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from redis import Redis

from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings
from queue_service.store.server.running import require_started, running_store

_STORE_SECONDS: Final = 5.0
"""How long a store that runs is waited for: the user waits for the result."""


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """The result of one check, and whether it is as it should be; None: it needs a person to
    look."""

    good: bool | None
    text: str
    store_away: bool = False

    @property
    def mark(self) -> str:
        """The word that begins its line."""
        return "look" if self.good is None else "ok" if self.good else "WRONG"


class StoreAwayError(OperatorError):
    """The service's store cannot be asked anything."""


Check = Callable[[Settings], Iterator[DoctorFinding]]


@contextmanager
def service_store(settings: Settings) -> Iterator[Redis]:
    """The service's own store, never a new one.

    Raises StoreAwayError when it does not answer.
    """
    try:
        require_started(settings)
        with running_store(settings, at_most=_STORE_SECONDS) as client:
            yield client
    except OperatorError as error:
        raise StoreAwayError(str(error)) from None
