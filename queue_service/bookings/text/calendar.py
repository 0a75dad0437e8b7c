"""An appointment as a calendar file, in the words of its citizen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from queue_service.access.rules.codes import grouped
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.calendar_file import CalendarEvent, calendar_file, event_uid
from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording

_APPOINTMENT: Final = N_("Your appointment")


def appointment_file(
    branch: Branch,
    booking: Booking,
    bring: Sequence[str],
    address: str,
    say: Wording,
    now: int,
    mail: tuple[str, str] = ("", ""),
) -> bytes:
    """The file of a booking; of a cancelled one it removes the entry from the calendar.

    ``address`` is that of its page, empty if it is not known; ``now`` is in ms.
    ``mail`` has the addresses of the sender and of the citizen if it goes with a letter. A private
    service is not named, nor what to bring for it: others may see the calendar.
    """
    private = branch.is_private(booking.service)
    service = branch.services.get(booking.service)
    name = "" if private or service is None else name_in(service.name, say.language)
    text = [say(N_("Your code: {code}"), code=grouped(booking.code))]
    if bring and not private:
        text += [f"{say(N_('What to bring'))}:", *(f"- {line}" for line in bring)]
    if address:
        text += [say(N_("See, move or cancel your appointment")) + ":", address]
    event = CalendarEvent(
        uid=event_uid(branch.id, booking.code),
        sequence=booking.sequence,
        written_at=now,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=f"{name or say(_APPOINTMENT)}, {branch.name}",
        branch=branch.name,
        place=branch.place,
        description="\n".join(text),
        address=address,
        cancelled=booking.state in ("cancelled", "missed"),
        organizer=mail[0],
        attendee=mail[1],
    )
    return calendar_file(event)
