"""The stored counts of contacts, and what of them is shown, without a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.contacts.rules import (
    Contact,
    ContactCount,
    Worked,
    back_field,
    by_channel,
    channel_of,
    contacts_in,
    fields_of,
    kind_of,
    published_at,
    read_day,
    read_total,
    rows,
    total_field,
    worked_field,
)
from tests.desks import document

DATE = "2026-11-25"
PAS = Contact("pas", "phone", "information", "floor", "resolved")
STORED: Mapping[str, str | int] = {
    fields_of("10", PAS): "3",
    fields_of("09", Contact("pas")): "2",
    back_field(fields_of("09", Contact("pas"))): "1",
    fields_of("09", Contact("turist")): "1",
    back_field(fields_of("09", Contact("turist"))): "1",
    worked_field("team", "library"): "4",
    worked_field("counter", "1"): "3",
    back_field(worked_field("counter", "1")): "2",
    worked_field("counter", "2"): "1",
    back_field(worked_field("counter", "2")): "1",
}
CELLS = [
    ContactCount(DATE, "09", "pas", "desk", "", "counter", "", 1),
    ContactCount(DATE, "10", "pas", "phone", "information", "floor", "resolved", 3),
]


def test_fields_name_what_is_counted() -> None:
    assert fields_of("10", PAS) == "10|pas|phone|information|floor|resolved"
    assert back_field("counter|1") == "counter|1|back"


def test_a_date_is_read_less_what_was_taken_back() -> None:
    cells, worked = read_day(DATE, STORED)
    assert cells == CELLS
    assert worked == [Worked(DATE, "counter", "1", 1), Worked(DATE, "team", "library", 4)]
    assert contacts_in(STORED) == 4
    assert read_day(DATE, {"of|another|version": "1"}) == ([], [])
    # More taken back than counted is no contact, and hides none of another sort.
    assert read_day(DATE, {back_field("counter|1"): 1, "counter|2": 1})[1] == [
        Worked(DATE, "counter", "2", 1)
    ]


def test_rows_are_by_one_part_of_the_cells() -> None:
    assert rows(CELLS, "day") == {DATE: 4}
    assert rows([*CELLS, *CELLS], "hour") == {"09": 2, "10": 6}
    assert list(rows(reversed(CELLS), "place")) == ["counter", "floor"]
    assert by_channel(CELLS) == {"desk": 1, "phone": 3, "written": 0, "online": 0}
    assert channel_of("kiosk") == "desk"
    assert channel_of("phone") == "phone"


def test_a_kind_is_the_one_that_was_given_or_its_services() -> None:
    services = [{"id": "pas", "name": {"da": "Pas"}, "prefix": "A", "kind": "transaction"},
                {"id": "turist", "name": {"da": "Turist"}, "prefix": "B"}]  # fmt: skip
    bare: dict[str, Any] = {"counters": [], "teams": [], "goals": []}
    known = Branch.from_document("b", "r", document(services=services, **bare)).services
    assert kind_of("information", known["pas"]) == "information"
    assert kind_of("", known["pas"]) == "transaction"
    assert kind_of("", known["turist"]) == kind_of("", None) == ""


def week(*counts: int, key: str = "1", first: int = 23) -> list[Worked]:
    """So many contacts at a counter on one date after the other."""
    return [Worked(f"2026-11-{first + n}", "counter", key, c) for n, c in enumerate(counts)]


@pytest.mark.parametrize(
    ("worked", "reported"),
    [
        (week(3, 2), {"1": 5}),
        (week(3, 1), {}),
        (week(9), {}),  # one shift
        ([*week(3, 2), *week(4, 4, first=16)], {"1": 13}),
        ([*week(3, 2), *week(3, first=22)], {"1": 5}),  # a Sunday is of the week before
        ([*week(9, 9), *week(9, key="2")], {}),  # what is left of the total would be one shift
        ([*week(9, 9), *week(9, key="2"), *week(20, 20, key="3")], {"3": 40}),
        ([Worked(DATE, "team", "1", 9), Worked("2026-11-26", "team", "1", 9)], {}),
    ],
)
def test_a_counter_is_reported_in_whole_weeks_of_several_days(
    worked: list[Worked], reported: dict[str, int]
) -> None:
    assert dict(published_at("counter", worked)) == reported


def test_totals_name_their_service() -> None:
    for kind in ("contact", "contact_back"):
        assert read_total(total_field(kind, "pas", "desk")) == "pas"
    assert read_total("issued|pas") is None
    assert read_total("contact") == ""
