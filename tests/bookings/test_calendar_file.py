"""Calendar files, read by a library that knows RFC 5545."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from queue_service.bookings.rules.calendar_file import CalendarEvent, calendar_file
from tests.desks import MORNING

PLACE = 'Holbæk Borgerservice; 1. sal, \\ ved "torvet"'
EVENT = CalendarEvent(
    uid="queue-service.raadhuset.BCDFGH.1",
    sequence=0,
    written_at=MORNING,
    starts_at=MORNING + 900_000,
    ends_at=MORNING + 1_800_000,
    summary="Pas, Rådhuset",
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


@given(some.text(some.characters(exclude_categories=["Cs"])))
def test_no_text_of_a_branch_adds_a_line_to_the_file(text: str) -> None:
    plain = calendar_file(EVENT._replace(description="", summary="", place="x"))
    file = calendar_file(EVENT._replace(description=text, summary=text, place=text))
    names = [name for name, _ in read(file)[1].property_items()]
    assert names == [name for name, _ in read(plain)[1].property_items()]
