"""Appointments: which services can be booked, when, and how many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.branches.rules import booking_offers
from queue_service.pages.admin.parts.dates import read_dates, shown_dates
from queue_service.pages.admin.parts.part import ConfigDocument, Part
from queue_service.pages.admin.parts.reader import FormReader, shown_length
from queue_service.pages.admin.parts.rows import Item, read_rows, shown_rows
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "bookings"
"""The member of the document, and the beginning of the fields."""
_OFFERS: Final = "offers"
LIMITS: Final = ("head_start_seconds", "early_seconds", "late_seconds", "hold_seconds")
"""The lengths that all offers of a branch share."""
_LEAST: Final = {"hold_seconds": 60}
WHOLES: Final[Mapping[str, tuple[int, int, str]]] = {
    "length_minutes": (5, 240, N_("Write a whole number of minutes from 5 to 240.")),
    "buffer_minutes": (0, 120, N_("Write a whole number of minutes from 0 to 120.")),
    "at_once": (1, 50, N_("Write a whole number from 1 to 50.")),
    "walk_in_percent": (0, 100, N_("Write a whole number of percent from 0 to 100.")),
    "same_day_percent": (0, 100, N_("Write a whole number of percent from 0 to 100.")),
    "days_ahead": (0, 180, N_("Write a whole number of days from 0 to 180.")),
    "notice_minutes": (0, 1440, N_("Write a whole number of minutes from 0 to 1440.")),
}
"""The numbers of an offer: the least, the most, and the sentence for all others."""
NEW: Final[Mapping[str, str]] = {
    "service": "",
    "length_minutes": str(booking_offers.LENGTH_MINUTES),
    "buffer_minutes": "0",
    "at_once": "1",
    "walk_in_percent": "30",
    "same_day_percent": "20",
    "days_ahead": str(booking_offers.DAYS_AHEAD),
    "notice_minutes": str(booking_offers.NOTICE_MINUTES),
}
"""The initial values of a new offer."""
_NONE: Final[Mapping[str, Any]] = {
    _OFFERS: (),
    "head_start_seconds": booking_offers.HEAD_START_SECONDS,
    "early_seconds": booking_offers.EARLY_SECONDS,
    "late_seconds": booking_offers.LATE_SECONDS,
    "hold_seconds": booking_offers.HOLD_SECONDS,
}
"""The bookings of a branch without offers, as its first offer finds them."""


def show(document: ConfigDocument) -> dict[str, str]:
    """The offers as fields, each known by its service, and the limits of the branch."""
    bookings = document.get(GROUP) or _NONE

    def row_of(row: str, offer: Item) -> dict[str, str]:
        fields = {f"{row}-{name}": str(offer[name]) for name in WHOLES}
        fields |= shown_week(f"{row}-week", offer["week"])
        return fields | shown_dates(f"{row}-exceptions", offer["exceptions"], document.today)

    items = [{"id": offer["service"], **offer} for offer in bookings[_OFFERS]]
    return shown_rows(GROUP, items, row_of) | shown_limits(document)


def shown_limits(document: Mapping[str, Any]) -> dict[str, str]:
    """The limits that all offers of the branch share, as fields."""
    bookings, fields = document.get(GROUP) or _NONE, dict[str, str]()
    for name in LIMITS:
        fields |= shown_length(f"{GROUP}-{name}", bookings[name])
    return fields


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The offers and limits as the form wants them; None for a branch without offers."""
    bookings = document.get(GROUP) or _NONE
    items = [{"id": offer["service"], **offer} for offer in bookings[_OFFERS]]
    taken = {item["id"] for item in items}

    def build(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        service = item.get("id") or _service(form, row, taken)
        path = next(path for path, at in form.field_of_path.items() if at == row)
        days = item.get("exceptions") or []
        group = f"{row}-exceptions"
        return {
            "service": service,
            "week": read_week(form, f"{row}-week", f"{path}.week"),
            "exceptions": read_dates(form, group, f"{path}.exceptions", days, document.today),
            **{name: form.whole(f"{row}-{name}", *WHOLES[name]) for name in WHOLES},
        }

    offers = read_rows(form, GROUP, items, build, f"{GROUP}.{_OFFERS}")
    if not offers:
        return {GROUP: None}
    limits = {name: form.seconds(f"{GROUP}-{name}", _LEAST.get(name, 0)) for name in LIMITS}
    return {GROUP: {**limits, _OFFERS: [_offer(offer) for offer in offers]}}


def _offer(offer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in offer.items() if name != "id"}


def _service(form: FormReader, row: str, taken: set[str]) -> str:
    """The service of a new offer; one that has an offer already is refused."""
    service = form.text(f"{row}-service")
    if not service:
        form.fault(f"{row}-service", N_("Choose the service, or tick the box that removes it."))
    elif service in taken:
        form.fault(f"{row}-service", N_("This service has appointments already: change them."))
    taken.add(service)
    return service


PART: Final = Part(
    "bookings",
    N_("Bookable times"),
    "calendar",
    N_("Which services citizens can book a time for, when, and how many places stay for walk-ins."),
    (GROUP,),
    show,
    take,
)
