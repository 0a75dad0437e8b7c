"""Jobs about open branches."""

from __future__ import annotations

from queue_service.closing import operations as closing
from workers.context import queue


def sweep() -> None:
    """Mark the calls that nobody answers, and announce branches that open or close.

    What is damaged is set aside first, so that it is in nobody's way.
    """
    closing.set_aside_damaged(queue())
    closing.mark_unanswered(queue())
    closing.announce_openings(queue())


def close_days() -> None:
    """Close each branch's day once its time has come."""
    closing.close_days(queue())
