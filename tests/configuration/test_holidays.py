"""Public holidays of a year: proposed, entered at several branches at once, and the reminder."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, day_bounds, moment
from queue_service.cli import main
from queue_service.command import Queue
from queue_service.configuration.history import history
from queue_service.configuration.holidays import (
    enter_holidays,
    holidays_of,
    not_entered,
    proposed,
    years_proposed,
)
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.errors import BranchNotFound, Invalid, PreconditionFailed
from queue_service.runtime.settings import Settings
from tests.desks import document
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of

TODAY = "2026-11-25"
ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
WEEKDAYS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def office(branch_id: str = "raadhuset", **changes: Any) -> Branch:
    return Branch.from_document(branch_id, "r1", document(**{"opening_hours": WEEKDAYS, **changes}))


def closed(*dates: str) -> list[dict[str, Any]]:
    return [{"date": date, "hours": []} for date in dates]


def next_year(queue: Queue, branch_id: str) -> int:
    """The year after this one: the pages and the command take the time from the store."""
    return int(moment(get_branch(queue, branch_id), queue.store.time()).date[:4]) + 1


def dates_of(found: Any) -> list[str]:
    return [day.holiday.date for day in found]


def test_the_year_has_the_public_holidays_and_the_days_that_towns_decide_on() -> None:
    days = {day.date: day for day in holidays_of(2027)}
    assert [date for date, day in days.items() if day.optional] == [
        "2027-05-01", "2027-06-05", "2027-12-24", "2027-12-31",
    ]  # fmt: skip
    assert dict(days["2027-03-25"].names) == {
        "da": "Skærtorsdag", "en": "Maundy Thursday", "uk": "Великий четвер",
    }  # fmt: skip
    assert len(days) == 14
    assert list(days) == sorted(days)
    # A public holiday is no optional day, where they are the same date.
    assert not {day.date: day for day in holidays_of(2022)}["2022-06-05"].optional
    assert "2023-05-05" in {day.date for day in holidays_of(2023)}, "until 2023 a public holiday"
    assert "2024-04-26" not in {day.date for day in holidays_of(2024)}


def test_a_day_is_ticked_where_a_branch_would_be_open() -> None:
    one = office(hours_exceptions=closed("2027-03-25"))
    other = office("filialen", opening_hours={"sun": [["10:00", "14:00"]]})
    found = {day.holiday.date: day for day in proposed([one, other], 2027, TODAY)}
    assert found["2027-03-25"].states == {"raadhuset": "closed", "filialen": "weekday"}
    assert not found["2027-03-25"].ticked
    assert found["2027-03-28"].states == {"raadhuset": "weekday", "filialen": "open"}
    assert found["2027-03-28"].ticked
    assert found["2027-12-25"].weekday_off, "a Saturday, on which neither is open"
    assert not found["2027-12-25"].ticked
    assert not found["2027-12-24"].ticked, "each town decides"
    hours = [{"date": "2027-03-26", "hours": [["10:00", "12:00"]]}]
    (friday,) = [
        day
        for day in proposed([office(hours_exceptions=hours)], 2027, TODAY)
        if day.holiday.date == "2027-03-26"
    ]
    assert friday.states == {"raadhuset": "other_hours"}
    assert friday.entered


def test_an_optional_day_is_ticked_if_a_branch_was_closed_on_it_the_year_before() -> None:
    found = proposed([office(hours_exceptions=closed("2026-12-24"))], 2027, TODAY)
    ticked = [day.holiday.date for day in found if day.ticked and day.holiday.optional]
    assert ticked == ["2027-12-24"]


def test_days_that_are_over_are_not_proposed() -> None:
    assert "2026-12-24" in dates_of(proposed([office()], 2026, "2026-12-24"))
    assert "2026-12-24" not in dates_of(proposed([office()], 2026, "2026-12-25"))


@pytest.mark.parametrize("year", [2025, 2029, 99999])
def test_only_this_year_and_the_next_two_can_be_chosen(year: int) -> None:
    assert list(years_proposed(TODAY)) == [2026, 2027, 2028]
    with pytest.raises(Invalid):
        proposed([office()], year, TODAY)


@pytest.fixture
def two(queue: Queue) -> Queue:
    for branch_id in ("raadhuset", "filialen"):
        put_branch(queue, branch_id, document(opening_hours=WEEKDAYS))
    return queue


def seen(queue: Queue) -> dict[str, str | None]:
    return {id_: get_branch(queue, id_).edition for id_ in ("raadhuset", "filialen")}


def entered(queue: Queue, branch_id: str) -> list[str]:
    return [each.date for each in get_branch(queue, branch_id).hours_exceptions]


def test_the_days_are_entered_at_each_branch_as_one_change(two: Queue) -> None:
    put_branch(
        two,
        "raadhuset",
        document(opening_hours=WEEKDAYS, hours_exceptions=closed("2027-05-01", "2027-05-06")),
    )
    wanted = ["2027-05-06", "2027-03-26"]
    done = enter_holidays(two, seen(two), 2027, wanted, TODAY, by=ADMIN)
    assert [(each.branch, each.dates, each.refusal) for each in done] == [
        ("raadhuset", ("2027-03-26",), None),
        ("filialen", ("2027-03-26", "2027-05-06"), None),
    ]
    assert entered(two, "raadhuset") == ["2027-03-26", "2027-05-01", "2027-05-06"]
    friday = get_branch(two, "filialen").hours_exceptions[0]
    assert (friday.hours, dict(friday.note)) == (
        (),
        {"da": "Langfredag", "en": "Good Friday"},
    )
    latest = history(two, "filialen").changes[0]
    assert [each.path for each in latest.differences] == [
        ("hours_exceptions", "2027-03-26"), ("hours_exceptions", "2027-05-06"),
    ]  # fmt: skip
    assert latest.revision.entry is not None
    assert (latest.revision.entry.action, latest.revision.entry.name) == (
        "configuration.changed", "chef",
    )  # fmt: skip


def test_a_repeated_request_with_the_revisions_of_before_changes_nothing(two: Queue) -> None:
    before = seen(two)
    enter_holidays(two, before, 2027, ["2027-03-26"], TODAY, by=ADMIN)
    after = seen(two)
    done = enter_holidays(two, before, 2027, ["2027-03-26"], TODAY, by=ADMIN)
    assert [(each.dates, each.refusal) for each in done] == [((), None), ((), None)]
    assert seen(two) == after


def test_a_branch_that_was_changed_since_is_reported_and_the_others_go_through(two: Queue) -> None:
    before = seen(two) | {"nowhere": None}
    put_branch(two, "raadhuset", document(opening_hours=WEEKDAYS, retention_days=30))
    done = enter_holidays(two, before, 2027, ["2027-03-26"], TODAY, by=ADMIN)
    assert isinstance(done[0].refusal, PreconditionFailed)
    assert entered(two, "raadhuset") == []
    assert done[1].dates == ("2027-03-26",)
    assert isinstance(done[2].refusal, BranchNotFound)


@pytest.mark.parametrize(
    ("branches", "dates", "year"),
    [
        ({}, ["2027-03-26"], 2027),
        ({"raadhuset": None}, [], 2027),
        ({"raadhuset": None}, ["2027-03-26", "2027-03-24"], 2027),
        ({"raadhuset": None}, ["2026-04-03"], 2026),
        ({"raadhuset": None}, ["2027-03-26"], 10**9),
    ],
)
def test_a_wrong_request_changes_nothing(
    two: Queue, branches: dict[str, str | None], dates: list[str], year: int
) -> None:
    before = seen(two)
    with pytest.raises(Invalid):
        enter_holidays(two, branches, year, dates, TODAY, by=ADMIN)
    assert seen(two) == before


def test_the_reminder_comes_from_october_and_ends_with_the_first_entry() -> None:
    bare = office()
    october = day_bounds(bare, "2026-10-01")[0]
    april = day_bounds(bare, "2027-04-01")[0]
    assert not_entered([bare], october - 1) == (0, 0)
    assert not_entered([bare], october) == (2027, 1)
    assert not_entered([bare], april - 1) == (2027, 1)
    assert not_entered([bare], april) == (0, 0)
    now = clock_on(bare, "2026-11-25", "12:00")
    assert not_entered([office(hours_exceptions=closed("2027-05-06"))], now) == (0, 0)
    assert not_entered([office(hours_exceptions=closed("2027-12-24"))], now) == (2027, 1)
    assert not_entered([office(opening_hours={}), office(practice=True)], now) == (0, 0)
    assert not_entered([bare, bare, office(practice=True)], now) == (2027, 2)


@pytest.fixture
def bare(web_app: WebApp) -> WebApp:
    """The application, with two branches that have no dates of other hours."""
    for branch_id in (LIBRARY, TOWN_HALL):
        put_branch(web_app.app.extensions["queue"], branch_id, document(opening_hours=WEEKDAYS))
    return web_app


def test_the_page_enters_what_is_ticked_and_shows_the_result_of_each_branch(
    bare: WebApp,
) -> None:
    browser = bare.staff("anna", "admin")
    page = browser.get("/admin/holidays?lang=en")
    year = next_year(bare.app.extensions["queue"], LIBRARY)
    days = [day.date for day in holidays_of(year) if day.optional]
    assert page.status_code == 200
    assert LIBRARY in page.text
    assert TOWN_HALL in page.text
    queue: Queue = bare.app.extensions["queue"]
    revision = get_branch(queue, LIBRARY).edition
    fields = {"year": str(year), "day": days, "branch": [LIBRARY, TOWN_HALL]}
    done = send(browser, "/admin/holidays?lang=en", **fields, **{f"seen-{LIBRARY}": revision})
    assert done.status_code == 200
    assert "4 days entered" in text_of(done)
    assert set(days) <= set(entered(queue, LIBRARY))
    assert set(days) <= set(entered(queue, TOWN_HALL))
    stale = {f"seen-{LIBRARY}": revision, f"seen-{TOWN_HALL}": revision}
    again = send(browser, "/admin/holidays?lang=en", **fields, **stale)
    assert "nothing new" in again.text
    more = {**fields, "day": [*days, f"{year}-12-25"]}
    late = send(browser, "/admin/holidays?lang=en", **more, **stale)
    assert "Somebody else has changed its configuration" in late.text
    none = send(browser, "/admin/holidays?lang=en", year="next", branch=[LIBRARY])
    assert none.status_code == 422


def test_an_administrator_of_one_branch_enters_them_there_alone(bare: WebApp) -> None:
    browser = bare.staff("lokal", "admin", LIBRARY)
    queue: Queue = bare.app.extensions["queue"]
    before = entered(queue, TOWN_HALL)
    year = next_year(bare.app.extensions["queue"], LIBRARY)
    fields = {"year": str(year), "day": [f"{year}-12-24"], "branch": [LIBRARY, TOWN_HALL]}
    assert send(browser, "/admin/holidays", **fields).status_code == 200
    assert f"{year}-12-24" in entered(queue, LIBRARY)
    assert entered(queue, TOWN_HALL) == before
    clerk = bare.staff("skranke", "clerk")
    assert clerk.get("/admin/holidays").status_code == 403


def test_the_command_enters_the_days_and_says_what_it_would_enter(
    redis_client: Redis,
    settings: Settings,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    assert redis_client.ping()
    every_day = {**WEEKDAYS, "sat": [["10:00", "12:00"]], "sun": [["10:00", "12:00"]]}
    put_branch(queue, "raadhuset", document(opening_hours=every_day))
    year = next_year(queue, "raadhuset")
    eve = f"{year}-12-24"
    assert main(["holidays", str(year), "--also", eve, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert f"x {eve} Christmas Eve" in printed
    assert f"- {year}-12-31 New Year's Eve" in printed
    assert entered(queue, "raadhuset") == []
    assert main(["holidays", str(year), "--branch", "raadhuset", "--also", eve]) == 0
    assert "raadhuset: 11 entered" in capsys.readouterr().out
    assert main(["holidays", str(year), "--also", eve]) == 0
    assert "raadhuset: 0 entered, nothing new" in capsys.readouterr().out
    assert main(["holidays", str(year), "--also", f"{year}-12-23"]) == 1
    assert "is not one of the coming days" in capsys.readouterr().err
    assert main(["holidays", "1999"]) == 1
