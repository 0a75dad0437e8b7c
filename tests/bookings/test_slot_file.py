"""The file of free times, by the fields of SMART Scheduling Links."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from queue_service.bookings.rules.slot_file import (
    ListedBranch,
    ListedService,
    ListedSlot,
    slot_file,
    time_from,
    time_text,
)
from tests.desks import MORNING

QUARTER = 900_000
FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""An id, as FHIR defines it."""
FREE = ListedSlot(MORNING, MORNING + QUARTER, 2)
LATER = ListedSlot(MORNING + QUARTER, MORNING + 2 * QUARTER, 1)


def lines(
    *services: ListedService, branch: str = "raadhuset", origin: str = "https://queue.example.dk"
) -> list[dict[str, Any]]:
    listed = ListedBranch(branch, "Rådhuset", "Europe/Copenhagen", origin, services)
    file = slot_file(listed)
    assert file.endswith(b"\n")
    return [json.loads(line) for line in file.decode().splitlines()]


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [line["resourceType"] for line in found]


def test_a_slot_leads_to_its_schedule_and_the_schedule_to_its_place() -> None:
    found = lines(
        ListedService("pas", "Pas", (FREE, LATER)), ListedService("korekort", "Kørekort", (FREE,))
    )
    assert kinds(found) == ["Location", "Schedule", "Schedule", "Slot", "Slot", "Slot"]
    location, passport, licence, *slots = found
    assert [one["actor"][0]["reference"] for one in (passport, licence)] == [
        f"Location/{location['id']}"
    ] * 2
    assert [one["schedule"]["reference"] for one in slots] == [
        f"Schedule/{passport['id']}",
        f"Schedule/{passport['id']}",
        f"Schedule/{licence['id']}",
    ]
    assert len({one["id"] for one in found}) == len(found)


def test_the_place_has_the_street_address_if_it_is_known() -> None:
    listed = ListedBranch("raadhuset", "Rådhuset", "Europe/Copenhagen", "", ())
    known = listed._replace(street_address="Torvet 1, 4300 Holbæk")
    location, other = (json.loads(slot_file(one)) for one in (known, listed))
    assert location == other | {"address": {"text": "Torvet 1, 4300 Holbæk"}}
    assert "address" not in other


def test_a_slot_has_its_local_time_its_places_and_the_page_that_books_it() -> None:
    slot = lines(ListedService("pas", "Pas", (FREE,)))[-1]
    assert (slot["status"], slot["start"], slot["end"]) == (
        "free",
        "2026-11-25T09:00:00+01:00",
        "2026-11-25T09:15:00+01:00",
    )
    link, capacity = slot["extension"]
    assert link["valueUrl"] == (
        "https://queue.example.dk/book/raadhuset/pas?time=2026-11-25T08:00:00Z"
    )
    assert capacity["valueInteger"] == 2


def test_the_file_has_the_fields_of_the_format_and_a_line_for_each() -> None:
    listed = ListedBranch(
        "bibliot", "Bibliotek ø", "Europe/Copenhagen", "https://queue.example.dk",
        (ListedService("pas", "Pas", (FREE,)),),
    )  # fmt: skip
    links = "http://fhir-registry.smarthealthit.org/StructureDefinition"
    assert slot_file(listed).decode().splitlines() == [
        '{"resourceType":"Location","id":"bibliot","name":"Bibliotek ø",'
        '"telecom":[{"system":"url","value":"https://queue.example.dk/book/bibliot"}]}',
        '{"resourceType":"Schedule","id":"bibliot.pas",'
        '"serviceType":[{"coding":[{"code":"pas","display":"Pas"}]}],'
        '"actor":[{"reference":"Location/bibliot","display":"Bibliotek ø"}]}',
        '{"resourceType":"Slot","id":"bibliot.pas.20261125T0800",'
        '"schedule":{"reference":"Schedule/bibliot.pas"},"status":"free",'
        '"start":"2026-11-25T09:00:00+01:00","end":"2026-11-25T09:15:00+01:00",'
        f'"extension":[{{"url":"{links}/booking-deep-link",'
        '"valueUrl":"https://queue.example.dk/book/bibliot/pas?time=2026-11-25T08:00:00Z"},'
        f'{{"url":"{links}/slot-capacity","valueInteger":2}}]}}',
    ]


def test_the_hour_that_comes_twice_is_two_times() -> None:
    twice = 1_792_886_400_000  # 2026-10-25 00:00 UTC, 02:00 in summer time
    slots = tuple(
        ListedSlot(begin, begin + QUARTER, 1) for begin in (twice + 3_600_000 * n for n in (0, 1))
    )
    found = lines(ListedService("pas", "Pas", slots))[-2:]
    assert [one["start"] for one in found] == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
    ]
    assert found[0]["id"] != found[1]["id"]


def test_a_service_without_free_times_is_listed_all_the_same() -> None:
    assert kinds(lines(ListedService("pas", "Pas", ()))) == ["Location", "Schedule"]


@pytest.mark.parametrize("service", ["pas", "pas_og_id", "p" * 40, "p" * 41, "p" * 64])
def test_ids_are_as_the_format_has_them(service: str) -> None:
    found = lines(ListedService(service, "Pas", (FREE,)), branch="bibliot")
    assert all(FHIR_ID.fullmatch(one["id"]) for one in found)
    assert found[1]["serviceType"][0]["coding"][0]["code"] == service
    assert f"/book/bibliot/{service}?" in found[2]["extension"][0]["valueUrl"]


def test_services_whose_ids_are_digests_differ_and_keep_them() -> None:
    one, two, fits = (ListedService(name, "One", ()) for name in ("a_b", "a_c", "a-b"))
    ids = [line["id"] for line in lines(one, two, fits)]
    assert ids == [
        "raadhuset",
        "af573f7433b4493ba266651cfabef5aa",
        "38f3df89e973c43aabddcf00bfb6fdfc",
        "raadhuset.a-b",
    ]


def test_without_a_known_address_links_are_paths() -> None:
    slot = lines(ListedService("pas", "Pas", (FREE,)), origin="")[-1]
    assert slot["extension"][0]["valueUrl"].startswith("/book/raadhuset/pas?")


def test_a_time_in_an_address_is_read_as_it_was_written() -> None:
    assert time_text(MORNING) == "2026-11-25T08:00:00Z"
    assert time_from(time_text(MORNING)) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-25T08:00:00",
        "2026-11-25T08:00:00+01:00",
        "2026-11-25T8:00:00Z",
        "2026-02-30T08:00:00Z",
        "0000-11-25T08:00:00Z",
        "٢٠٢٦-11-25T08:00:00Z",
    ],
)
def test_another_text_is_no_time(text: str) -> None:
    assert time_from(text) is None
