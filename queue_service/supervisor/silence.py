"""For how long a program has not said that it works."""

from __future__ import annotations

_LONGEST_GAP: float = 5.0
"""Seconds that count of a longer time without a listener: this process hung itself then."""


class Silence:
    """The seconds since a program was last heard from, of the time in which it was listened to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._listened_at: float | None = None

    def listen(self, now: float, *, heard: bool) -> None:
        """Note whether it was heard from since the last call; ``now`` is monotonic, in seconds."""
        if heard or self._listened_at is None:
            self.seconds = 0.0
        else:
            self.seconds += min(now - self._listened_at, _LONGEST_GAP)
        self._listened_at = now
