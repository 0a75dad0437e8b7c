"""Jobs about open branches."""

from __future__ import annotations

from queue_service.closing import operations as closing
from workers.context import queue


def sweep() -> None:
    """Mark unanswered calls as no-shows, and announce branches that open or close.

    Damaged records are set aside first, so that they block nothing.
    """
    closing.set_aside_damaged(queue())
    closing.mark_unanswered(queue())
    closing.announce_openings(queue())


def close_days() -> None:
    """Close each branch's day once its time has come."""
    closing.close_days(queue())
