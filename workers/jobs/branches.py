"""Jobs about open branches."""

from __future__ import annotations

from queue_service.booking_figures import sampling
from queue_service.bookings.operations import day_end
from queue_service.closing.operations import automatic_closing, automatic_no_show
from workers.context import queue


def sweep() -> None:
    """Mark unanswered calls as no-shows, and announce branches that open or close.

    Damaged records are set aside first, so that they block nothing.
    """
    automatic_closing.set_aside_damaged(queue())
    automatic_no_show.mark_unanswered(queue())
    automatic_closing.announce_openings(queue())


def sample_free_times() -> None:
    """Look up how soon a time is free at each branch, once each morning."""
    sampling.sample_free_times(queue(), queue().store.time())


def close_days() -> None:
    """Close each branch's day once its time has come, and then end its bookings."""
    automatic_closing.close_days(queue())
    day_end.end_days(queue())
