"""The keys of calls for help. Their counts are next to the counts of visits:
``BranchKeys.reception``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_service.store.keys import BranchKeys

KEPT_SECONDS: Final = 3600
"""How long a call is kept once it is over; its counts stay."""
LISTENS_MS: Final = 40_000
"""How long a page counts as open without saying so again: two of its stream's rounds, and a slow
store."""


@dataclass(frozen=True, slots=True)
class ReceptionKeys:
    """The keys of one branch's calls for help."""

    branch: str

    def _key(self, name: str) -> str:
        return f"{BranchKeys(self.branch).prefix}help:{name}"

    def call(self, kiosk: str) -> str:
        """String until an hour after its end: the document of the call that a kiosk made last."""
        return self._key(f"call:{kiosk}")

    @property
    def open_calls(self) -> str:
        """Sorted set: kiosks with an open call, by when it was made (ms)."""
        return self._key("open")

    @property
    def listeners(self) -> str:
        """Sorted set: pages that show calls for help, by until when they count as open (ms). A
        member is a stream, a space, and its counter, empty for the reception."""
        return self._key("listeners")

    def made(self, kiosk: str) -> str:
        """String for minutes: how many calls a kiosk has made."""
        return self._key(f"made:{kiosk}")
