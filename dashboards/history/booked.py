"""The appointments of a period: how soon a time could be had, and how many were missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.booking_figures.operations import BookingFigures, booking_figures
from queue_service.command import Queue
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.tables.build import other_table
from queue_service.tables.model import Table
from queue_service.tables.subjects.bookings import booking_channel_rows, booking_service_rows
from queue_service.tables.writing import Writing

_SHOWN: Final = (
    "bookings_made",
    "bookings_soon_share",
    "bookings_arrived",
    "bookings_missed",
    "bookings_missed_share",
)
"""The figures that fit on a page; files and the API have the intervals of each row too."""
_LINES: Final[Mapping[str, str]] = {
    "bookings_soon_share": N_("Made with a time within seven days"),
    "bookings_missed_share": N_("Missed, of those that are over"),
}


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A share of all appointments: its figure, its name, the share, its interval with the n."""

    figure: str
    name: str
    share: str
    interval: str


@dataclass(frozen=True, slots=True)
class BookedPart:
    """The part of the page: the shares of all appointments, and the tables that have rows."""

    lines: list[BookedLine]
    tables: list[Table]


def booked_part(queue: Queue, past: Past, write: Writing) -> BookedPart | None:
    """The part; None if nothing was booked, changed or over."""
    found = booking_figures(queue, past.branch.id, past.period.first, past.period.last)
    if not found.counts:
        return None
    lines = [
        BookedLine(figure, write(_LINES[figure]), write.percent(share.ratio), write.interval(share))
        for figure, share in _shares(found).items()
        if share.judged
    ]
    return BookedPart(lines, _tables(found, past, write))


def _shares(found: BookingFigures) -> dict[str, Share]:
    total = found.total
    return {"bookings_soon_share": total.soon, "bookings_missed_share": total.missed}


def _tables(found: BookingFigures, past: Past, write: Writing) -> list[Table]:
    services = booking_service_rows(found, past, write)
    channels = booking_channel_rows(found, write)
    tables = (
        other_table("booking_services", services, write).select(("service", *_SHOWN)),
        other_table("booking_channels", channels, write).select(("booking_channel", *_SHOWN)),
    )
    return [table for table in tables if table.rows]
