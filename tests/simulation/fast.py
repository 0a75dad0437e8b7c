"""A clock and a chance in the test's hands."""

from __future__ import annotations

from random import Random


def chance(seed: int) -> Random:
    """Chance that always falls the same way."""
    return Random(seed)  # noqa: S311 - seeded, no secret


class Fast:
    """A clock that a wait moves on at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stopped = False

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return self.stopped
