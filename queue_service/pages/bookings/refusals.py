"""The reasons for refusals on the staff's pages about appointments, in the page's language.

A refusal's own sentence is written for programs and in English; a page says it by the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from queue_service.bookings.rules.booking import BookingState
from queue_service.errors import BookingOver, QueueError
from queue_service.web.i18n import N_
from queue_service.web.i18n import gettext as _

SENTENCES: Final[Mapping[str, str]] = {
    "unknown_code": N_("There is no booking with this code; check the six letters."),
    "slot_taken": N_("This time has just been taken; choose another one."),
    "hold_ended": N_("The time is not reserved; choose one, then book it."),
    "too_late": N_("The booked time has begun, so it is too late for this."),
    "not_offered": N_("There is no such time to book; choose one of those that are free."),
    "already_booked": N_("This page has booked a time already; move that booking instead."),
    "other_day": N_("The appointment is on another day."),
    "booked_elsewhere": N_("The appointment is at another branch."),
    "too_early": N_("The citizen is too early; see the time from which to report."),
    "service_not_found": N_("There is no such service here; choose one of the list."),
    "service_inactive": N_("The service is switched off here; choose another one."),
    "branch_closed": N_("The branch is closed, so no numbers are given now."),
    "branch_archived": N_("The branch is archived: nothing is booked there any more."),
    "branch_elsewhere": N_("The branch is run on its own machine; do this there."),
    "taken_over": N_("The branch is run on the central server now; do this there."),
    "visit_not_found": N_("The citizen's number is older than what is kept."),
    "rate_limited": N_("That was too often in a short time; wait a moment."),
    "invalid": N_("Correct what is wrong; the errors say why."),
}
"""A sentence for each code that these pages can meet."""
OVER: Final[Mapping[BookingState, str]] = {
    "cancelled": N_("The appointment is cancelled."),
    "arrived": N_("The citizen has arrived already."),
    "missed": N_("The citizen did not come to the appointment."),
}
"""The sentences of ``booking_over`` by the state of the booking."""


def sentence_of(error: QueueError) -> str:
    """The sentence of a refusal, translated; for a code of other pages its own one."""
    if isinstance(error, BookingOver):
        return _(OVER[cast(BookingState, error.extra["state"])])
    return _(SENTENCES.get(error.code, error.detail))
