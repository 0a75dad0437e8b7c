"""Figures of bookings, and of how soon a time was free."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
BOOKINGS: Final = (
    FigureRow("booking_channel", "text", N_("Way of booking"), N_(
        "Whether the appointment was made on the public page, by telephone, at the desk or by "
        "another system."
    )),
    FigureRow("bookings_made", "count", N_("Appointments made"), N_(
        "Appointments confirmed on these dates, whenever their time is."
    )),
    FigureRow("bookings_soon", "count", N_("Within seven days"), N_(
        "Of those made, appointments whose time was no more than seven days away."
    )),
    FigureRow("bookings_soon_share", "ratio", N_("Within seven days, share"), N_(
        "Appointments with a time no more than seven days away, of those made."
    )),
    FigureRow("bookings_soon_low", "ratio", N_("Within seven days, low end"), N_(
        "Low end of the share's 95 % interval: over days, since the appointments of a day go "
        "together; of fewer than five days Wilson's over single appointments."
    )),
    FigureRow("bookings_soon_high", "ratio", N_("Within seven days, high end"), N_(
        "High end of the same interval."
    )),
    FigureRow("bookings_moved", "count", N_("Appointments moved"), N_(
        "Appointments that were given another time on these dates."
    )),
    FigureRow("bookings_cancelled", "count", N_("Appointments cancelled"), N_(
        "Appointments that were cancelled on these dates, whenever their time was."
    )),
    FigureRow("bookings_arrived", "count", N_("Came for an appointment"), N_(
        "Appointments on these dates whose citizen came."
    )),
    FigureRow("bookings_missed", "count", N_("Appointments missed"), N_(
        "Appointments on these dates to which nobody came and which nobody cancelled."
    )),
    FigureRow("bookings_missed_share", "ratio", N_("Appointments missed, share"), N_(
        "Appointments missed, of those on these dates that were not cancelled and are over."
    )),
    FigureRow("bookings_missed_low", "ratio", N_("Appointments missed, low end"), N_(
        "Low end of the share's 95 % interval, as that of the share within seven days."
    )),
    FigureRow("bookings_missed_high", "ratio", N_("Appointments missed, high end"), N_(
        "High end of the same interval."
    )),
    FigureRow("free_time", "count", N_("Working days to a free time"), N_(
        "Working days until the nearest free time, looked up in the morning; 0 is the same day. "
        "Monday to Friday without public holidays. Empty: none was free as far ahead as times are "
        "offered."
    )),
)
# fmt: on
