"""Calendar files, read by a library that knows RFC 5545."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from queue_service.bookings.rules.calendar_file import CalendarEvent, calendar_file, event_uid
from tests.desks import MORNING

BRANCH = 'Holbæk Borgerservice; 1. sal, \\ ved "torvet"'
PLACE = f"{BRANCH}, Torvet 1; 4300 Holbæk"
EVENT = CalendarEvent(
    uid="queue-service.raadhuset.BCDFGH.1",
    sequence=0,
    written_at=MORNING,
    starts_at=MORNING + 900_000,
    ends_at=MORNING + 1_800_000,
    summary="Pas, Rådhuset",
    branch=BRANCH,
    place=PLACE,
    description="Code: BCD FGH\nBring: photo, old passport; 100 % yours\n" + "المواعيد " * 20,
    address="https://queue.example.dk/booking/raadhuset/BCDFGH?lang=ar",
)


def read(file: bytes) -> tuple[Any, Any]:
    calendar: Any = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    return calendar, event


def test_a_calendar_reads_what_was_written() -> None:
    calendar, event = read(calendar_file(EVENT))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert event.decoded("DTSTART") == datetime(2026, 11, 25, 8, 15, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert (event["UID"], event["SEQUENCE"]) == (EVENT.uid, 0)
    assert (event["SUMMARY"], event["LOCATION"]) == (EVENT.summary, PLACE)
    assert event["DESCRIPTION"] == EVENT.description
    assert (event["URL"], event["STATUS"]) == (EVENT.address, "CONFIRMED")


SHORT = EVENT._replace(
    uid="queue-service.raadhuset.BCDFGH", summary="Pas; ny", branch=' a\t"b" ', place="a, b",
    description="x",
)  # fmt: skip


def test_the_lines_of_a_file_are_in_the_order_of_the_format() -> None:
    assert calendar_file(SHORT).decode().split("\r\n") == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//queue-service//appointments//EN",
        "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        "UID:queue-service.raadhuset.BCDFGH", "SEQUENCE:0", "DTSTAMP:20261125T080000Z",
        "DTSTART:20261125T081500Z", "DTEND:20261125T083000Z",
        "ORGANIZER;CN=\"a 'b'\":invalid:nomail", "SUMMARY:Pas\\; ny", r"LOCATION:a\, b",
        "DESCRIPTION:x", "URL:https://queue.example.dk/booking/raadhuset/BCDFGH?lang=ar",
        "STATUS:CONFIRMED", "CLASS:PRIVATE", "TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    assert event_uid("raadhuset", "BCDFGH") == SHORT.uid


def test_the_file_of_a_letter_is_accepted_already() -> None:
    letter = SHORT._replace(organizer="a@example.dk", attendee="b@example.dk")
    lines = calendar_file(letter).decode().split("\r\n")
    assert lines[4] == "METHOD:REQUEST"
    assert lines[11:13] == [
        "ORGANIZER;CN=\"a 'b'\":mailto:a@example.dk",
        "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:b@example.dk",
    ]
    for attendee in ("", "b@example.dk"):
        off = calendar_file(letter._replace(attendee=attendee, cancelled=True)).decode()
        assert "METHOD:CANCEL\r\n" in off
        assert "STATUS:CANCELLED\r\n" in off


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\r\nb", r"a\nb"), ("a\rb", r"a\nb"), ("a\nb", r"a\nb"), ("a\x00\x0b\x1f\x7fb", "ab"),
        ("a\\b", r"a\\b"), ("a;b,c", r"a\;b\,c"), ("a\tb", "a\tb"),
    ],
)  # fmt: skip
def test_a_text_is_one_line(text: str, written: str) -> None:
    assert f"\r\nSUMMARY:{written}\r\n".encode() in calendar_file(SHORT._replace(summary=text))


def test_a_name_has_no_control_character() -> None:
    assert b'CN="a bc":' in calendar_file(SHORT._replace(branch="a\r\nb\x00c"))


def test_a_moved_appointment_replaces_the_earlier_entry() -> None:
    _, first = read(calendar_file(EVENT))
    _, moved = read(calendar_file(EVENT._replace(sequence=1, starts_at=MORNING)))
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]


def test_a_cancelled_appointment_is_removed_from_a_calendar() -> None:
    calendar, event = read(calendar_file(EVENT._replace(sequence=2, cancelled=True)))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)


def test_without_an_address_there_is_no_link() -> None:
    _, event = read(calendar_file(EVENT._replace(address="")))
    assert "URL" not in event


@pytest.mark.parametrize("letters", range(60, 80))
def test_no_line_is_longer_than_75_octets_and_no_letter_is_split(letters: int) -> None:
    file = calendar_file(EVENT._replace(summary="a" * letters + "å" * 80))
    assert file.endswith(b"\r\n")
    for line in file.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75
        line.decode()
    assert read(file)[1]["SUMMARY"] == "a" * letters + "å" * 80


def test_a_line_of_75_octets_is_whole_and_a_longer_one_is_not() -> None:
    whole, longer = ("SUMMARY:" + "a" * letters for letters in (67, 68))
    assert f"\r\n{whole}\r\n".encode() in calendar_file(SHORT._replace(summary="a" * 67))
    folded = f"\r\n{longer[:75]}\r\n {longer[75:]}\r\n".encode()
    assert folded in calendar_file(SHORT._replace(summary="a" * 68))


@given(some.text(some.characters(exclude_categories=["Cs"])))
def test_no_text_of_a_branch_adds_a_line_to_the_file(text: str) -> None:
    plain = calendar_file(EVENT._replace(description="", summary="", place="x"))
    file = calendar_file(EVENT._replace(description=text, summary=text, place=text))
    names = [name for name, _ in read(file)[1].property_items()]
    assert names == [name for name, _ in read(plain)[1].property_items()]
