"""The times that a branch offers to be booked, and the rules of its bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from queue_service.goals.rules.goal import WeekHours, week_hours

HEAD_START_SECONDS: Final = 900
EARLY_SECONDS: Final = 1800
LATE_SECONDS: Final = 900
HOLD_SECONDS: Final = 600
LENGTH_MINUTES: Final = 15
DAYS_AHEAD: Final = 28
NOTICE_MINUTES: Final = 60

_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class BookingOffer:
    """The times of a service that can be booked.

    ``week`` and, on their dates, ``exceptions`` are wall-clock spans. From the beginning of each
    span a slot begins every ``length_minutes`` and ``buffer_minutes``, with ``at_once`` places.
    ``walk_in_percent`` of a date's places are never booked, and ``same_day_percent`` on the date
    alone; the others are booked from ``days_ahead`` dates before until ``notice_minutes`` before
    the slot.
    """

    service: str
    week: WeekHours
    exceptions: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    length_minutes: int = LENGTH_MINUTES
    buffer_minutes: int = 0
    at_once: int = 1
    walk_in_percent: int = 0
    same_day_percent: int = 0
    days_ahead: int = DAYS_AHEAD
    notice_minutes: int = NOTICE_MINUTES

    @property
    def length_ms(self) -> int:
        """How long a slot lasts."""
        return self.length_minutes * _MINUTE_MS

    @property
    def step_ms(self) -> int:
        """How long after the beginning of a slot the next one begins."""
        return (self.length_minutes + self.buffer_minutes) * _MINUTE_MS

    @property
    def notice_ms(self) -> int:
        """How long before its beginning a slot can no longer be booked by citizens."""
        return self.notice_minutes * _MINUTE_MS


@dataclass(frozen=True, slots=True)
class BookingRules:
    """The offers of a branch by service, and what applies to all its bookings.

    ``head_start_ms``: a booked citizen has a place as if they had arrived so much earlier, or at
    the booked time if that is earlier. The window of arrival begins ``early_ms`` before the booked
    time and ends ``late_ms`` after it. A slot is held for ``hold_ms`` until it is confirmed.
    """

    offers: Mapping[str, BookingOffer] = field(default_factory=dict)
    head_start_ms: int = HEAD_START_SECONDS * _SECOND_MS
    early_ms: int = EARLY_SECONDS * _SECOND_MS
    late_ms: int = LATE_SECONDS * _SECOND_MS
    hold_ms: int = HOLD_SECONDS * _SECOND_MS


def booking_rules(document: Mapping[str, Any]) -> BookingRules:
    """The rules from their part of a configuration."""
    return BookingRules(
        {offer["service"]: _offer(offer) for offer in document["offers"]},
        document["head_start_seconds"] * _SECOND_MS,
        document["early_seconds"] * _SECOND_MS,
        document["late_seconds"] * _SECOND_MS,
        document["hold_seconds"] * _SECOND_MS,
    )


def _offer(document: Mapping[str, Any]) -> BookingOffer:
    exceptions = {
        one["date"]: tuple((begin, end) for begin, end in one["hours"])
        for one in document["exceptions"]
    }
    spans = {"week": week_hours(document["week"]), "exceptions": exceptions}
    return BookingOffer(**{**document, **spans})
