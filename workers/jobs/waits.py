"""The job that learns from the waits of past days."""

from __future__ import annotations

from queue_service.waits import operations as waits
from workers.context import queue


def learn() -> None:
    """Fit the waits of each branch whose day is over, and choose what its tickets use."""
    waits.learn_waits(queue(), queue().store.time())
