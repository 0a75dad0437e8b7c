"""Since when a branch is open or closed, across midnights and empty days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, coming_days, moment
from queue_service.branches.rules.interventions import Closure
from queue_service.branches.rules.opening import state_since

WEEK = {day: [["09:30", "12:00"], ["13:00", "19:00"]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


def since(now: str, hours: dict[str, Any], *exceptions: dict[str, Any]) -> str | None:
    """The local time of the last change, as of a local time."""
    config = {
        "name": "Bib",
        "opening_hours": hours,
        "hours_exceptions": list(exceptions),
        "services": [{"id": "pas", "name": {"da": "Pas"}, "prefix": "A"}],
    }
    branch = Branch.from_document("bib", "1", parse_config(config))
    zone = ZoneInfo("Europe/Copenhagen")
    instant = int(datetime.fromisoformat(now).replace(tzinfo=zone).timestamp() * 1000)
    found = state_since(branch, moment(branch, instant))
    return None if found is None else f"{datetime.fromtimestamp(found / 1000, zone):%m-%d %H:%M}"


def test_within_a_day_it_is_the_edge_of_the_hours() -> None:
    assert since("2026-11-25 10:00", WEEK) == "11-25 09:30"
    assert since("2026-11-25 12:30", WEEK) == "11-25 12:00"
    assert since("2026-11-25 18:59", WEEK) == "11-25 13:00"
    assert since("2026-11-25 19:00", WEEK) == "11-25 19:00"


def test_in_the_morning_it_is_the_evening_before() -> None:
    assert since("2026-11-25 08:00", WEEK) == "11-24 19:00"


def test_after_a_weekend_it_is_friday() -> None:
    assert since("2026-11-23 08:00", WEEK) == "11-20 19:00"


def test_after_a_holiday_it_is_the_last_day_with_hours() -> None:
    holiday = [{"date": f"2026-12-{day}", "hours": []} for day in (24, 25)]
    assert since("2026-12-28 08:00", WEEK, *holiday) == "12-23 19:00"


def test_open_over_midnight_it_is_the_evening_it_opened() -> None:
    night = {"fri": [["20:00", "24:00"]], "sat": [["00:00", "04:00"]]}
    assert since("2026-11-28 03:00", night) == "11-27 20:00"
    assert since("2026-11-28 05:00", night) == "11-28 04:00"


def test_open_for_whole_days_it_is_the_first_of_them() -> None:
    weekend = {"sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}
    assert since("2026-11-29 12:00", weekend) == "11-28 00:00"
    assert since("2026-11-30 12:00", weekend) == "11-30 00:00"
    assert since("2026-12-02 12:00", weekend) == "11-30 00:00"


def test_a_state_that_never_changes_has_no_beginning() -> None:
    assert since("2026-11-25 12:00", {}) is None
    assert since("2026-11-25 12:00", ALWAYS) is None


def test_a_closure_that_is_over_is_in_no_published_hours() -> None:
    branch = Branch.from_document(
        "bib", "1", parse_config({"name": "Bib", "opening_hours": ALWAYS, "services": []})
    )
    now = int(datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/Copenhagen")).timestamp() * 1000)
    spans = coming_days(branch, now)[0]["spans"]
    closed_until = [
        coming_days(replace(branch, closures=(Closure(now - 60_000, ends),)), now)[0]["spans"]
        for ends in (now, now + 1)
    ]
    assert closed_until == [spans, ((spans[0][0], now - 60_000), (now + 1, spans[0][1]))]
