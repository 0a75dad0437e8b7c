"""Bookings as tables. Each function gives the rows of a table by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.booking_days.rules import SOON
from queue_service.booking_figures.operations import BookingFigures, BookingRow
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.tables.model import Rows, Value, in_order
from queue_service.tables.words import Words

BOOKED: Final = (
    "bookings_made", "bookings_soon", "bookings_soon_share", "bookings_soon_low",
    "bookings_soon_high", "bookings_moved", "bookings_cancelled", "bookings_arrived",
    "bookings_missed", "bookings_missed_share", "bookings_missed_low",
    "bookings_missed_high",
)  # fmt: skip
BOOKING_CHANNEL_NAMES: Final[Mapping[str, str]] = {
    "web": N_("Public page"),
    "phone": N_("Telephone"),
    "desk": N_("At the desk"),
    "api": N_("Another system"),
}


def booking_rows(found: BookingFigures) -> Rows:
    """A row for each date on which anything was booked, changed or over."""
    return {date: (date, *_values(row)) for date, row in found.rows("day").items()}


def booking_service_rows(found: BookingFigures, past: Past, say: Words) -> Rows:
    """A row for each service, in the configuration's order, then those that are no more."""
    rows = found.rows("service")
    return {
        key: (say.service(past, key), *_values(rows[key]))
        for key in in_order(rows, found.branch.services)
    }


def booking_channel_rows(found: BookingFigures, say: Words) -> Rows:
    """A row for each way of booking."""
    rows = found.rows("channel")
    return {
        key: (say(BOOKING_CHANNEL_NAMES[key]), *_values(rows[key]))
        for key in in_order(rows, BOOKING_CHANNEL_NAMES)
        if key in BOOKING_CHANNEL_NAMES
    }


def free_time_rows(found: BookingFigures, past: Past, say: Words) -> Rows:
    """A row for each date and service that was looked up."""
    return {
        f"{date}-{service}": (date, say.service(past, service), working_days)
        for date, service, working_days in found.free_times()
    }


def _values(row: BookingRow) -> tuple[Value, ...]:
    counts = row.counts
    return (
        *(counts["booked"], counts[SOON], *_ends(row.soon)),
        *(counts["moved"], counts["cancelled"], counts["arrived"]),
        *(counts["missed"], *_ends(row.missed)),
    )


def _ends(share: Share) -> tuple[Value, ...]:
    return share.ratio, share.low, share.high
