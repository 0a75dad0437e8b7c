"""Lifelines in a branch's configuration: what is stored, when they answer and whom they cover."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import (
    answers_at,
    covering,
    lifeline_of,
    lifelines_of,
    reaches,
)

LINE: dict[str, Any] = {"id": "pas", "name": {"da": "Pas"}, "telephone": "4410"}
OPEN = {"wed": [["10:00", "15:00"]]}


def branch(name: str = "raadhuset", **changes: Any) -> Branch:
    config = {"name": name, "services": [], "opening_hours": OPEN, **changes}
    return Branch.from_document(name, "1", parse_config(config))


def answers(clock: str, exceptions: list[dict[str, Any]] | None = None, **line: Any) -> bool:
    found = branch(lifelines=[{**LINE, **line}], hours_exceptions=exceptions or [])
    local = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
    return answers_at(found, lifelines_of(found)[0], int(local.timestamp() * 1000))


def test_a_branch_without_lifelines_is_stored_as_it_was() -> None:
    assert "lifelines" not in branch().document
    assert "lifelines" not in branch(lifelines=[]).document
    assert lifelines_of(branch()) == ()


def test_a_lifeline_has_defaults_and_is_found_by_its_id() -> None:
    found = branch(lifelines=[LINE])
    line = lifeline_of(found, "pas")
    assert line is not None
    assert (line.id, line.name, line.telephone) == ("pas", LINE["name"], LINE["telephone"])
    assert (line.services, line.answer_within_seconds, line.target_ratio) == (("*",), 60, 0.8)
    assert lifeline_of(found, "visum") is None
    assert parse_config(dict(found.document)) == found.document


@pytest.mark.parametrize("number", ["44", "4410", "+45 44 10", "44 (10)0", "44.1/3", "4" * 24])
def test_a_telephone_is_kept_as_it_is_written(number: str) -> None:
    (line,) = lifelines_of(branch(lifelines=[{**LINE, "telephone": number}]))
    assert line.telephone == number


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("09:59", False), ("10:00", True), ("14:59", True), ("15:00", False)],
)
def test_it_answers_in_the_branchs_hours(clock: str, expected: bool) -> None:
    assert answers(f"2026-11-25 {clock}") == expected
    assert not answers("2026-11-26 12:00")


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("07:59", False), ("08:00", True), ("17:59", True), ("18:00", False)],
)
def test_it_answers_in_its_own_hours_if_it_has_some(clock: str, expected: bool) -> None:
    assert answers(f"2026-11-25 {clock}", hours={"wed": [["08:00", "18:00"]]}) == expected


def test_on_a_day_with_other_hours_it_answers_in_those_alone() -> None:
    shut = [{"date": "2026-11-25"}]
    short = [{"date": "2026-11-25", "hours": [["10:00", "12:00"]]}]
    own = {"wed": [["08:00", "18:00"]]}
    assert not answers("2026-11-25 11:00", shut)
    assert not answers("2026-11-25 11:00", shut, hours=own)
    assert answers("2026-11-25 11:59", short, hours=own)
    assert not answers("2026-11-25 12:00", short, hours=own)
    assert not answers("2026-11-25 09:59", short, hours=own)


def test_a_service_is_covered_by_its_id_wherever_it_is() -> None:
    hall = branch(lifelines=[{**LINE, "services": ["pas"]}, {**LINE, "id": "alt"}])
    other = branch("kommunen", lifelines=[{**LINE, "services": ["flytning"]}])
    library = branch("bib")

    def ids(service: str) -> list[tuple[str, str]]:
        return [(b.id, line.id) for b, line in covering(library, [hall, library, other], service)]

    assert ids("pas") == [("raadhuset", "pas"), ("raadhuset", "alt")]
    assert ids("flytning") == [("raadhuset", "alt"), ("kommunen", "pas")]


@pytest.mark.parametrize(
    ("asking", "answering", "expected"),
    [
        ({}, {}, True),
        ({"practice": True}, {"practice": True}, True),
        ({"practice": True}, {}, False),
        ({}, {"practice": True}, False),
        ({"historic": True}, {}, False),
        ({}, {"historic": True}, False),
    ],
)
def test_practice_rings_practice_and_replayed_days_ring_no_one(
    asking: dict[str, Any], answering: dict[str, Any], expected: bool
) -> None:
    assert reaches(branch(**asking), branch("hall", **answering)) == expected
