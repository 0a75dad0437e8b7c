"""The texts of the staff's pages about appointments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.bookings.rules.booking import BookingState
from queue_service.web.i18n import N_
from queue_service.web.texts import KEY_TEXTS

STATES: Final[Mapping[BookingState, str]] = {
    "held": N_("Being booked"),
    "booked": N_("Booked"),
    "arrived": N_("Arrived"),
    "cancelled": N_("Cancelled"),
    "missed": N_("Did not come"),
}
CHANNELS: Final[Mapping[str, str]] = {
    "web": N_("On the web"),
    "phone": N_("On the telephone"),
    "desk": N_("At the desk"),
    "api": N_("By another system"),
}
REASONS: Final = (
    N_("It must be a mail address or a telephone number, not both."),
    N_("Leave it out: no letters are sent this way here."),
    N_("It must be one e-mail address."),
    N_("It must be eight digits, or begin with + and a country code."),
    N_("It needs a mail address or a telephone number."),
)
"""The reasons of the rules of contacts, which the pages translate."""
ASKED: Final = ("phone", "desk")
"""The channels that a clerk chooses from."""
SPELLED: Final[Mapping[str, str]] = {
    "B": N_("Bravo"),
    "C": N_("Charlie"),
    "D": N_("Delta"),
    "F": N_("Foxtrot"),
    "G": N_("Golf"),
    "H": N_("Hotel"),
    "J": N_("Juliett"),
    "K": N_("Kilo"),
    "L": N_("Lima"),
    "M": N_("Mike"),
    "N": N_("November"),
    "P": N_("Papa"),
    "Q": N_("Quebec"),
    "R": N_("Romeo"),
    "S": N_("Sierra"),
    "T": N_("Tango"),
    "V": N_("Victor"),
    "W": N_("Whiskey"),
    "X": N_("X-ray"),
    "Z": N_("Zulu"),
}
"""A word for each letter of a code, by which it is read aloud."""
TEXTS: Final[Mapping[str, str]] = {
    **KEY_TEXTS,
    "idle.rows": N_("There are no times on this date."),
}
