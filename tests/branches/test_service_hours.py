"""The own hours of a service: within those of its branch, on ordinary and other dates, at each
change of the clock."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, day_bounds
from queue_service.branches.rules.interventions import Closure
from queue_service.branches.rules.service_hours import (
    closed_services,
    coming_hours,
    is_in_hours,
    opens_next,
    service_hours_on,
    unchanged_by_services,
)
from queue_service.errors import Invalid
from tests.desks import document

WEDNESDAY = "2026-11-25"
TEN_TO_TWO = {"wed": [["10:00", "14:00"]]}


def office(hours: dict[str, Any] = TEN_TO_TWO, **changes: Any) -> Branch:
    """A branch that is open from nine to five on Wednesdays, and its passports from ten to two."""
    plain = document(**changes)
    services = [{**one, "hours": hours} if one["id"] == "pas" else one for one in plain["services"]]
    return Branch.from_document("raadhuset", "r1", parse_config({**plain, "services": services}))


def clocks(branch: Branch, day: str) -> list[tuple[int, int]]:
    """The hours of passports on a date, in minutes since its midnight."""
    begins, _ = day_bounds(branch, day)
    found = service_hours_on(branch, branch.services["pas"], day)
    return [((a - begins) // 60_000, (b - begins) // 60_000) for a, b in found]


def at(branch: Branch, clock: str, day: str = WEDNESDAY) -> int:
    return clock_on(branch, day, clock)


def test_a_service_is_open_within_its_hours_on_both_sides_of_each_boundary() -> None:
    branch = office()
    passports, licences = branch.services["pas"], branch.services["korekort"]
    ten, two = at(branch, "10:00"), at(branch, "14:00")
    assert [is_in_hours(branch, passports, now) for now in (ten - 1, ten, two - 1, two)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert is_in_hours(branch, licences, ten - 1), "it has no hours of its own"
    assert [one.id for one in branch.timed_services] == ["pas"]


def test_the_next_opening_may_be_today_or_a_week_away_or_never() -> None:
    branch = office()
    passports = branch.services["pas"]
    ten, next_week = at(branch, "10:00"), at(branch, "10:00", "2026-12-02")
    assert opens_next(branch, passports, ten - 1) == ten
    assert opens_next(branch, passports, ten) == next_week
    assert closed_services(branch, ten - 1) == {"pas": ten}
    assert closed_services(branch, ten) == {}
    never = office({"thu": [["10:00", "14:00"]]})
    assert closed_services(never, ten) == {"pas": None}, "the branch is closed on Thursdays"


@pytest.mark.parametrize(
    ("exception", "found"),
    [
        ([["09:00", "12:00"]], [(600, 720)]),
        ([["08:00", "20:00"]], [(600, 840)]),
        ([["11:00", "12:00"], ["13:00", "18:00"]], [(660, 720), (780, 840)]),
        ([["15:00", "17:00"]], []),
        ([], []),
    ],
)
def test_on_a_date_with_other_hours_it_is_open_as_far_as_the_branch_is(
    exception: list[list[str]], found: list[tuple[int, int]]
) -> None:
    branch = office(hours_exceptions=[{"date": WEDNESDAY, "hours": exception}])
    assert clocks(branch, WEDNESDAY) == found


def test_hours_outside_those_of_the_branch_count_for_nothing() -> None:
    assert clocks(office({"wed": [["07:00", "10:00"]]}), WEDNESDAY) == [(540, 600)]


def test_a_branch_that_closes_for_the_day_closes_the_service() -> None:
    branch = office()
    closed = Branch.from_document(
        "raadhuset",
        "r2",
        branch.document,
        closures=(Closure(at(branch, "11:00"), at(branch, "17:00")),),
    )
    assert clocks(closed, WEDNESDAY) == [(600, 660)]


@pytest.mark.parametrize(
    ("day", "hours", "minutes"),
    [
        # The clock jumps from 2 to 3: the opening at 2.30 is the instant of the jump.
        ("2026-03-29", [["02:30", "10:00"]], [(120, 540)]),
        ("2026-03-29", [["10:00", "14:00"]], [(540, 780)]),
        # The clock shows 2 to 3 twice: open from the first 2.30, and until the second.
        ("2026-10-25", [["02:30", "10:00"]], [(150, 660)]),
        ("2026-10-25", [["01:00", "02:30"]], [(60, 210)]),
        ("2026-10-25", [["10:00", "14:00"]], [(660, 900)]),
    ],
)
def test_the_hours_follow_the_clock_when_summer_time_begins_and_ends(
    day: str, hours: list[list[str]], minutes: list[tuple[int, int]]
) -> None:
    branch = office({"sun": hours}, opening_hours={"sun": [["00:00", "24:00"]]})
    assert clocks(branch, day) == minutes


def test_no_service_opens_or_closes_within_the_stretch() -> None:
    branch = office()
    begins, ends = day_bounds(branch, WEDNESDAY)
    nine, ten, two = (at(branch, clock) for clock in ("09:00", "10:00", "14:00"))
    assert unchanged_by_services(branch, nine, begins, ends) == (begins, ten)
    assert unchanged_by_services(branch, ten, begins, ends) == (ten, two)
    assert unchanged_by_services(branch, two, begins, ends) == (two, ends)
    plain = Branch.from_document("raadhuset", "r1", document())
    assert unchanged_by_services(plain, ten, begins, ends) == (begins, ends)


def test_screens_have_the_coming_days_of_services_with_hours_of_their_own() -> None:
    branch = office()
    nine = at(branch, "09:00")
    assert coming_hours(branch, nine) == {"pas": [(at(branch, "10:00"), at(branch, "14:00"))]}
    # On the day after, the Wednesday is the last of the days that are shown.
    thursday, wednesday = at(branch, "09:00", "2026-11-26"), "2026-12-02"
    assert coming_hours(branch, thursday) == {
        "pas": [(at(branch, "10:00", wednesday), at(branch, "14:00", wednesday))]
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": {"wed": [["14:00", "10:00"]]}}, "services[0].hours.wed[0]"),
        ({"hours": {"wed": [["10:00", "12:00"], ["11:00", "13:00"]]}}, "services[0].hours.wed[1]"),
        ({"hours": {"someday": []}}, "services[0].hours.someday"),
        ({"description": {"da": "x" * 121}}, "services[0].description.da"),
        ({"description": {"xx": "x"}}, "services[0].description.xx"),
    ],
)
def test_wrong_hours_and_descriptions_are_named(changes: dict[str, Any], field: str) -> None:
    plain = document()
    services = [{**plain["services"][0], **changes}, *plain["services"][1:]]
    with pytest.raises(Invalid) as refused:
        parse_config({**plain, "services": services})
    errors = refused.value.extra["errors"]
    assert isinstance(errors, list)
    assert [error["field"] for error in errors] == [field]


def test_a_service_without_hours_and_description_is_stored_as_before() -> None:
    plain = document()
    assert "hours" not in plain["services"][0]
    described = {**plain["services"][0], "hours": {}, "description": {"da": "x" * 120}}
    services = [described, *plain["services"][1:]]
    stored = parse_config({**plain, "services": services})["services"][0]
    assert "hours" not in stored
    assert stored["description"] == {"da": "x" * 120}
