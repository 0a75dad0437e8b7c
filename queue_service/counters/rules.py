"""What it means that a counter is paused."""

from __future__ import annotations

from typing import Final, NamedTuple

PAUSED: Final = "paused"


class Pause(NamedTuple):
    """Why a counter serves nobody for a while, since when (ms), and the team that has it.

    ``since`` is None for a pause that begins once the visit there has left.
    """

    reason: str
    since: int | None
    team: str | None = None

    @property
    def begun(self) -> bool:
        """Whether the counter serves nobody already."""
        return self.since is not None


def read_pause(text: str) -> Pause:
    """Read ``since|reason|team``, as the scripts write it."""
    since, reason, team = text.split("|")
    return Pause(reason, int(since) or None, team or None)


def too_long(pause: Pause, limit_seconds: int, now: int) -> bool:
    """Whether a pause has lasted longer than the branch's limit at ``now`` (ms)."""
    return pause.since is not None and now - pause.since > limit_seconds * 1000
