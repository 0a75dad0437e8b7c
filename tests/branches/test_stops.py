"""A bus' stops: where it is now, where it stops next, and the hours they add up to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on
from queue_service.branches.rules.stops import hours_together, next_stops, stop_now
from queue_service.errors import Invalid
from tests.desks import document

ZONE = ZoneInfo("Europe/Copenhagen")
STOPS: list[dict[str, Any]] = [
    {"id": "torvet", "name": {"da": "Torvet"}, "hours": {"wed": [["10:00", "12:00"]]}},
    {"id": "skolen", "name": {"da": "Skolen"}, "hours": {"wed": [["12:00", "13:00"]],
                                                          "thu": [["14:00", "15:00"]]}},
]  # fmt: skip


def bus(**changes: Any) -> Branch:
    """A branch with these stops."""
    return Branch.from_document("bussen", "1", document(**{"stops": STOPS, **changes}))


def at(text: str) -> int:
    """An instant by the clock of the branch, in ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("ms", "stop"),
    [(-1, None), (0, "torvet"), (7_200_000 - 1, "torvet"), (7_200_000, "skolen"),
     (10_800_000 - 1, "skolen"), (10_800_000, None)],
)  # fmt: skip
def test_the_stop_of_the_moment_at_both_sides_of_its_ends(ms: int, stop: str | None) -> None:
    found = stop_now(bus(), at("2026-11-25T10:00") + ms)
    assert (found.stop.id if found else None) == stop


def test_the_next_stops_come_in_their_order_over_the_weeks() -> None:
    begins = at("2026-11-25T10:00")
    found = next_stops(bus(), begins, 4)
    assert [(s.stop.id, s.since) for s in found] == [
        ("skolen", at("2026-11-25T12:00")),
        ("skolen", at("2026-11-26T14:00")),
        ("torvet", at("2026-12-02T10:00")),
        ("skolen", at("2026-12-02T12:00")),
    ]
    (first,) = next_stops(bus(), begins - 1, 1)
    assert (first.stop.id, first.stop.name) == ("torvet", {"da": "Torvet"})


def test_on_a_date_of_other_hours_a_stop_counts_as_far_as_it_is_open() -> None:
    exceptions = [{"date": "2026-11-25", "hours": [["11:00", "12:30"]]}, {"date": "2026-11-26"}]
    other = bus(hours_exceptions=exceptions)
    found = next_stops(other, at("2026-11-25T00:00"), 3)
    assert [(s.since, s.until) for s in found[:2]] == [
        (at("2026-11-25T11:00"), at("2026-11-25T12:00")),
        (at("2026-11-25T12:00"), at("2026-11-25T12:30")),
    ]
    assert found[2].since == at("2026-12-02T10:00"), "closed on the 26th"


def test_the_opening_hours_are_those_of_the_stops_together() -> None:
    branch = bus(opening_hours={"mon": [["08:00", "20:00"]]})
    assert branch.document["opening_hours"] == {
        "wed": [["10:00", "13:00"]],
        "thu": [["14:00", "15:00"]],
    }
    assert hours_on(branch, "2026-11-25") == ((at("2026-11-25T10:00"), at("2026-11-25T13:00")),)
    assert hours_together([{"mon": [["10:00", "11:00"]]}, {"mon": [["11:01", "12:00"]]}]) == {
        "mon": [["10:00", "11:00"], ["11:01", "12:00"]]
    }


@pytest.mark.parametrize(("begins", "refused"), [("11:59", True), ("12:00", False)])
def test_it_is_at_one_place_at_a_time(begins: str, refused: bool) -> None:
    other = {"id": "havnen", "name": {"da": "Havnen"}, "hours": {"wed": [[begins, "12:30"]]}}
    raw = {**document(), "stops": [STOPS[0], other]}
    if refused:
        with pytest.raises(Invalid, match=r"stops\[1\]\.hours\.wed\[0\]"):
            parse_config(raw)
    else:
        parse_config(raw)


def test_a_branch_without_stops_is_stored_as_before() -> None:
    assert "stops" not in document()
    assert stop_now(Branch.from_document("b", "1", document()), at("2026-11-25T10:00")) is None
