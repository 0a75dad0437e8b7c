"""Endpoints: which events each wants, its secrets, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

MOST_OF_A_BRANCH: Final = 5
"""So many endpoints an administrator of one branch may have, of all that there may be."""
MOST: Final = 20
"""Endpoints of one installation."""
OVERLAP_MS: Final = 24 * 3600 * 1000
"""How long a secret that was replaced goes on signing next to the new one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of a webhook; times in ms. ``branch``: None for every branch that counts.

    ``events`` are names of events, or ``visit.*`` for all that begin so. ``old_secret`` signs,
    too, until ``old_until``.
    """

    id: str
    name: str
    url: str = field(repr=False)
    events: tuple[str, ...]
    branch: str | None
    active: bool
    secret: str = field(repr=False)
    created_at: int
    old_secret: str = field(default="", repr=False)
    old_until: int = 0

    @property
    def host(self) -> str:
        """The host of its URL, as it may be shown and logged."""
        return urlsplit(self.url).hostname or ""

    def wants(self, event: str) -> bool:
        """Whether it subscribes to events with this name."""
        return event in self.events or f"{event.partition('.')[0]}.*" in self.events

    def rotated(self, secret: str, now: int) -> Endpoint:
        """With a new secret, and the present one for a while."""
        return replace(self, secret=secret, old_secret=self.secret, old_until=now + OVERLAP_MS)

    def older_secret(self, now: int) -> str:
        """The secret that was replaced, while it still signs; else empty."""
        return self.old_secret if now < self.old_until else ""
