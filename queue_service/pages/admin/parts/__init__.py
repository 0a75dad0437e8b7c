"""The parts that a branch's configuration has pages for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.pages.admin.parts import (
    bookings,
    exceptions,
    general,
    goals,
    hours,
    lifelines,
    pauses,
    services,
    stops,
    takers,
)
from queue_service.pages.admin.parts.part import Part

PARTS: Final[Mapping[str, Part]] = {
    part.id: part
    for part in (
        hours.PART,
        stops.PART,
        exceptions.PART,
        services.PART,
        bookings.PART,
        takers.COUNTERS,
        takers.TEAMS,
        goals.PART,
        lifelines.PART,
        pauses.PART,
        general.PART,
    )
}
"""By id, in the order of their links."""
