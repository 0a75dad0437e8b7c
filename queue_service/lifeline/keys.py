"""The keys of lifelines. Calls are in the slot of the branch where the specialists sit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_service.store.keys import BranchKeys

KEPT_SECONDS: Final = 86_400
"""How long a call is kept after its last change; its counts stay."""


@dataclass(frozen=True, slots=True)
class LifelineKeys:
    """The keys of the lifelines of one branch, and of the calls its own counters made."""

    branch: str

    def _key(self, name: str) -> str:
        return f"{BranchKeys(self.branch).prefix}lifeline:{name}"

    def call(self, call_id: str) -> str:
        """String for a day: a call's document."""
        return self._key(f"call:{call_id}")

    @property
    def open_calls(self) -> str:
        """Sorted set: ids of the calls that ring or are talked about, by when they rang (ms)."""
        return self._key("open")

    @property
    def missed_calls(self) -> str:
        """Sorted set for a day: ids of the calls that were missed and not acknowledged, by when
        they were missed (ms)."""
        return self._key("missed")

    @property
    def places(self) -> str:
        """Hash for minutes: a specialists' place → ``page|ms``: the page that has it, which says
        nothing of who sits there, and when it was heard last."""
        return self._key("places")

    def day(self, date: str) -> str:
        """Hash: a date's counts (``lifeline/rules.py``): field → how many."""
        return self._key(f"day:{date}")

    @property
    def asking(self) -> str:
        """Hash: counter of this branch → ``branch|id|ms``: the call it made last, and when."""
        return self._key("asking")
