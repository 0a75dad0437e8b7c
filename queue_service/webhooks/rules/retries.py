"""When a message that did not arrive is sent again, and how an endpoint does until then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WEBHOOK_DELAYS: Final = (30, 120, 600, 1800, 3600)
"""Seconds before the second try of a message, the third and so on. Alerts give up after the last;
messages to an endpoint repeat it."""
LONG_MS: Final = 15 * 60 * 1000
"""A longer delay is shown to administrators."""


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How an endpoint does; times in ms.

    ``tries`` that failed in a row, since when, when the next may follow and why the last failed.
    ``stopped``: it wants no more messages (410), or must not be spoken to.
    """

    tries: int = 0
    failing_since: int = 0
    next_at: int = 0
    error: str = ""
    stopped: bool = False

    def failed(self, error: str, now: int, *, final: bool) -> EndpointHealth:
        """After a try that failed at ``now`` (ms)."""
        pause = WEBHOOK_DELAYS[min(self.tries, len(WEBHOOK_DELAYS) - 1)] * 1000
        return EndpointHealth(self.tries + 1, self.failing_since or now, now + pause, error, final)
