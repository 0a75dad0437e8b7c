"""A calendar file with one appointment (RFC 5545), as calendars take it over (RFC 5546).

Times are in UTC, so the file needs no definition of a time zone and is right through each change of
the clocks. The same UID with a greater SEQUENCE replaces what a calendar has; METHOD CANCEL removes
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

MIMETYPE: Final = "text/calendar"
_PRODUCT: Final = "-//queue-service//appointments//EN"
_NO_MAIL: Final = "invalid:nomail"
"""The address of an organizer who has no mail address; RFC 5546 requires the property."""
_LONGEST_LINE: Final = 75
"""Octets of a line, without its end."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPED: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class CalendarEvent(NamedTuple):
    """An appointment for a calendar. Instants are in ms since the epoch.

    ``uid`` stays the same over all changes, ``sequence`` grows with each. ``written_at`` is the
    time of writing the file. ``place`` is the branch with its street address. ``address`` leads to
    the page of the appointment; empty for none. ``organizer`` and ``attendee`` are the mail
    addresses of a letter that has the file.
    """

    uid: str
    sequence: int
    written_at: int
    starts_at: int
    ends_at: int
    summary: str
    branch: str
    place: str
    description: str
    address: str = ""
    cancelled: bool = False
    organizer: str = ""
    attendee: str = ""


def event_uid(branch_id: str, code: str) -> str:
    """The UID of an appointment: the same in each file and letter about it."""
    return f"queue-service.{branch_id}.{code}"


def calendar_file(event: CalendarEvent) -> bytes:
    """The file, which adds the appointment to a calendar, changes it there or removes it."""
    lines = (folded for line in _lines(event) for folded in _folded(line))
    return b"".join(line + b"\r\n" for line in lines)


def calendar_method(event: CalendarEvent) -> str:
    """The METHOD of the file: REQUEST and CANCEL in a letter; else PUBLISH, or CANCEL."""
    if event.cancelled:
        return "CANCEL"
    return "REQUEST" if event.attendee else "PUBLISH"


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN")
    yield f"METHOD:{calendar_method(event)}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_instant(event.written_at)}"
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.ends_at)}"
    organizer = f"mailto:{event.organizer}" if event.organizer else _NO_MAIL
    yield f"ORGANIZER;CN={_parameter(event.branch)}:{organizer}"
    if event.attendee:
        # Accepted already: a calendar asks the citizen nothing and sends no answer.
        yield f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{event.attendee}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"LOCATION:{_text(event.place)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    if event.address:
        yield f"URL:{event.address}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield from ("CLASS:PRIVATE", "TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR")


def _instant(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.translate(_ESCAPED)


def _parameter(text: str) -> str:
    """A quoted value of a parameter, which can hold neither quotes nor ends of lines."""
    plain = _CONTROLS.sub("", " ".join(text.split())).replace('"', "'")
    return f'"{plain}"'


def _folded(line: str) -> Iterator[bytes]:
    """A line in pieces of at most 75 octets, each after the first with a space before it.

    No character is split: some readers decode each piece by itself.
    """
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LONGEST_LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece
