"""Open data gives no small group away, and adds up where it says something."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from queue_service.branches.rules.dates_and_hours import day_bounds
from queue_service.branches.store import BranchStore
from queue_service.days.rules.period import between
from queue_service.errors import Invalid
from queue_service.exports.make import make
from queue_service.exports.open_data import open_months
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.booked import Booked
from tests.desks import MORNING, Desk
from tests.exports.conftest import order

pytestmark = pytest.mark.slow

DAY_SECONDS = 86_400
FIRST_OF_DECEMBER = 6


def serve(desk: Desk, service: str, times: int) -> None:
    for _ in range(times):
        visit = issuing.serve(desk.queue, desk.command(), "1", service).visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit, "resolved")


@pytest.fixture
def december(desk: Desk) -> Desk:
    """Few licences on one day, none on another; more than enough passports."""
    for day, counts in enumerate([(9, 2, 7), (8, 6, 7), (12, 0, 8), (6, 7, 20)]):
        desk.seconds = (FIRST_OF_DECEMBER + day) * DAY_SECONDS
        desk.open("1")
        for service, times in zip(("pas", "korekort", "turist"), counts, strict=True):
            serve(desk, service, times)
    return desk


def files(
    desk: Desk, first: str = "2026-12-01", last: str = "2026-12-31"
) -> dict[str, list[dict[str, str]]]:
    wanted = order(desk.branch, content="open-data", first=first, last=last)
    with zipfile.ZipFile(io.BytesIO(make(desk.queue, wanted).content)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def cells(rows: list[dict[str, str]]) -> dict[tuple[str, str], int | None]:
    return {
        (row["date"], row["service"]): int(row["inquiries"]) if row["hidden"] == "0" else None
        for row in rows
    }


def consistent(row: dict[str, str]) -> bool:
    return (row["inquiries"] == "") == (row["hidden"] == "1")


def test_a_small_group_is_left_out_with_others_that_would_reveal_it(december: Desk) -> None:
    rows = files(december)["inquiries.csv"]
    assert all(map(consistent, rows))
    found = cells(rows)
    assert found["2026-12-01", "korekort"] is None
    assert ("2026-12-03", "korekort") not in found
    assert found["2026-12-03", "turist"] is not None
    # Neither the row nor the column of the hidden cell lets it be worked out.
    for line in (row_of(found, "2026-12-01"), column_of(found, "korekort")):
        assert sum(value is None for value in line) >= 2


def row_of(found: dict[tuple[str, str], int | None], date: str) -> list[int | None]:
    return [value for (day, _), value in found.items() if day == date]


def column_of(found: dict[tuple[str, str], int | None], service: str) -> list[int | None]:
    return [value for (_, one), value in found.items() if one == service]


def test_shown_figures_equal_the_statistics_call(december: Desk) -> None:
    rows = files(december)["inquiries.csv"]
    shown = {(r["date"], r["service"]): r for r in rows if r["hidden"] == "0"}
    call = statistics(december.queue, december.branch, "2026-12-01", "2026-12-31", "day")
    for line in call.rows:
        row = shown.get((str(line.key), "*"))
        if row is not None:
            assert int(row["inquiries"]) == line.inquiries
            assert float(row["handling_mean_seconds"]) == line.handling.mean
    assert shown["*", "*"]["inquiries"] == str(call.total.inquiries)


def test_every_column_is_in_the_dictionary(december: Desk) -> None:
    found = files(december)
    reported = {(row["file"], row["column"]) for row in found["dictionary.csv"]}
    there = {
        (name, column)
        for name, rows in found.items()
        if name != "dictionary.csv"
        for column in rows[0]
    }
    assert reported == there


def test_the_files_have_a_catalogue_next_to_them(december: Desk) -> None:
    wanted = order(december.branch, content="open-data", first="2026-12-01", last="2026-12-31")
    with zipfile.ZipFile(io.BytesIO(make(december.queue, wanted).content)) as archive:
        names = archive.namelist()
        found = json.loads(archive.read("dcat.jsonld"))
    (dataset,) = found["dataset"]
    assert found["publisher"]["name"] == "Rådhuset"
    assert [one["accessURL"] for one in dataset["distribution"]] == [
        name for name in names if name.endswith(".csv")
    ]


def test_only_whole_months_are_given(december: Desk) -> None:
    rows = files(december, "2026-11-15", "2027-01-10")["inquiries.csv"]
    assert {row["month"] for row in rows} == {"2026-12"}
    with pytest.raises(Invalid, match="whole month"):
        files(december, "2026-12-01", "2026-12-20")


def test_a_month_with_few_visits_reports_nothing(desk: Desk) -> None:
    desk.seconds = FIRST_OF_DECEMBER * DAY_SECONDS
    desk.open("1")
    serve(desk, "pas", 3)
    found = files(desk)
    assert all(row["inquiries"] == "" for row in shown_rows(found))
    assert all(row["visits"] == "" for row in found["visits.csv"])


def test_the_wait_of_a_few_among_many_walk_ins_is_left_out(december: Desk) -> None:
    december.seconds = (FIRST_OF_DECEMBER + 4) * DAY_SECONDS
    december.open("1")
    serve(december, "pas", 10)
    wait(december, 1)
    december.seconds += DAY_SECONDS
    wait(december, 6)
    december.seconds += DAY_SECONDS
    wait(december, 9)
    rows = {row["date"]: row for row in files(december)["visits.csv"]}
    assert rows["2026-12-05"]["visits"] == "11"
    assert rows["2026-12-05"]["waiting_mean_seconds"] == ""
    # The next smallest goes with it, or the month's mean would reveal it.
    assert rows["2026-12-06"]["visits"] == "6"
    assert rows["2026-12-06"]["waiting_mean_seconds"] == ""
    assert rows["2026-12-07"]["waiting_mean_seconds"] == "1000.0"
    assert rows["*"]["waiting_mean_seconds"] == "1000.0"


def drawn(row: dict[str, str]) -> tuple[str, ...]:
    return row["ahead"], row["numbers"], row["shown"], row["judged"], row["held"]


@pytest.mark.parametrize("behind", [4, 5])
def test_estimates_are_counted_with_and_without_somebody_ahead(desk: Desk, behind: int) -> None:
    desk.seconds = FIRST_OF_DECEMBER * DAY_SECONDS
    desk.open("1")
    # Thirty wait 1000 s with no one ahead, the next three are shown that, and one is called early.
    wait(desk, 30)
    wait(desk, 5)
    desk.issue()
    visits.complete(desk.queue, desk.command(), desk.later(600).called().visit.id, "resolved")
    for _ in range(behind):
        first, second = desk.issue(), desk.issue()
        visits.abandon(desk.queue, desk.command(), first.visit.id)
        visits.complete(desk.queue, desk.command(), desk.later(2000).called().visit.id, "resolved")
        assert second.estimate == (2000, 2000)  # two turns
    numbers = 36 + 2 * behind
    shown = (str(6 + 2 * behind), str(6 + behind), str(5 + behind))
    of_each = [("6", "5"), ("5", "5")] if behind == 5 else [("", ""), ("", "")]
    assert [drawn(row) for row in files(desk)["estimates.csv"]] == [
        ("nobody", "", "", *of_each[0]),
        ("somebody", "", "", *of_each[1]),
        ("*", str(numbers), *shown),
    ]


def book(desk: Desk, **counts: tuple[int, int, int, int]) -> None:
    """How many were booked by each way on a day of December, soon and later, came and did not."""
    day = BranchKeys(desk.branch).booking_day("2026-12-02")
    for channel, (soon, later, arrived, missed) in counts.items():
        fields: Any = {
            f"booked|pas|{channel}|7": soon, f"booked|pas|{channel}|8": later,
            f"arrived|pas|{channel}|0": arrived, f"missed|pas|{channel}|0": missed,
        }  # fmt: skip
        desk.queue.store.client.hset(day, mapping=fields)


def booked(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Of each way of booking: booked, soon, over, missed, whether it is left out."""
    return {
        row["channel"]: tuple(row[name] for name in BOOKED_COLUMNS)
        for row in files(desk)["bookings.csv"]
    }


BOOKED_COLUMNS = ("booked", "within_7_days", "over", "missed", "hidden")


def test_bookings_are_given_by_way_of_booking_and_together(december: Desk) -> None:
    book(december, web=(20, 10, 20, 5), phone=(5, 5, 9, 6))
    assert booked(december) == {
        "phone": ("10", "5", "15", "6", "0"),
        "web": ("30", "20", "25", "5", "0"),
        "*": ("40", "25", "40", "11", "0"),
    }


@pytest.mark.parametrize(
    ("web", "soon", "missed"),
    [
        ((20, 10, 20, 4), "20", ""),
        ((20, 10, 4, 20), "20", ""),
        ((26, 4, 20, 5), "", "5"),
        ((4, 26, 20, 5), "", "5"),
        ((30, 0, 20, 0), "30", "0"),
    ],
)
def test_a_part_of_few_bookings_is_left_out_of_every_row(
    december: Desk, web: tuple[int, int, int, int], soon: str, missed: str
) -> None:
    book(december, web=web, phone=(5, 5, 9, 6))
    found = booked(december)
    assert (found["web"][1], found["web"][3]) == (soon, missed)
    for row in found.values():
        assert (row[1] == "", row[3] == "") == (soon == "", missed == "")


def test_a_way_of_booking_with_few_is_left_out_with_another(december: Desk) -> None:
    book(december, web=(20, 10, 20, 5), phone=(5, 5, 9, 6), api=(4, 0, 9, 6))
    found = booked(december)
    assert found["api"] == found["phone"] == ("", "", "", "", "1")
    assert found["web"] == ("30", "", "25", "", "0")
    assert found["*"] == ("44", "", "55", "", "0")


def visit(desk: Desk, visits_of_days: list[tuple[int, int]], service: str = "pas") -> None:
    """Visits on dates from the first of December, and how many of them come for an appointment."""
    for day, (number, with_time) in enumerate(visits_of_days):
        desk.seconds = (FIRST_OF_DECEMBER + day) * DAY_SECONDS
        desk.open("1")
        slot = Booked(round(MORNING + desk.seconds * 1000), 900_000, 1_800_000, 900_000)
        for i in range(number):
            own = slot if i < with_time else None
            issuing.issue(desk.queue, desk.command(), service, channel="desk", booked=own)
            done = desk.later(1000).called("1").visit.id
            visits.complete(desk.queue, desk.later(60).command(), done, "resolved")


@pytest.mark.parametrize(
    ("visits_of_days", "shown"),
    [
        ([(10, 5), (12, 6), (20, 9)], ["5", "6", "9", "20"]),
        # Four came for an appointment, so the next smallest number goes with it.
        ([(10, 4), (12, 6), (20, 9)], ["", "", "9", "19"]),
        # Four came without one, and the visits are shown.
        ([(10, 6), (20, 9), (30, 12)], ["", "", "12", "27"]),
        ([(10, 4), (12, 0), (20, 0)], ["", "0", "0", ""]),
    ],
)
def test_few_visits_with_an_appointment_cannot_be_computed_from_the_total(
    desk: Desk, visits_of_days: list[tuple[int, int]], shown: list[str]
) -> None:
    visit(desk, visits_of_days)
    rows = files(desk)["visits.csv"]
    assert [row["visits"] for row in rows[:-1]] == [str(number) for number, _ in visits_of_days]
    assert [row["booked"] for row in rows] == shown


def test_a_date_whose_visits_are_left_out_has_no_visits_with_an_appointment(desk: Desk) -> None:
    visit(desk, [(3, 0), (9, 9), (20, 9)])
    rows = files(desk)["visits.csv"]
    assert [row["visits"] for row in rows] == ["", "", "20", "32"]
    # Three walked in on the first date, so the third one leaves out its walk-ins as well.
    assert [row["booked"] for row in rows] == ["", "", "", "18"]


@pytest.mark.parametrize(("few", "visited", "missed"), [(5, "25", "6"), (4, "", "")])
def test_bookings_do_not_give_away_the_visits_of_a_month_that_are_left_out(
    desk: Desk, few: int, visited: str, missed: str
) -> None:
    """All visits are for an appointment, so those that were not missed would be their number."""
    visit(desk, [(few, few)])
    visit(desk, [(0, 0), (20, 20)], "korekort")
    book(desk, web=(20, 11, few + 20, 6))
    found = files(desk)
    assert found["visits.csv"][-1]["visits"] == visited
    assert found["bookings.csv"][-1]["missed"] == missed


@pytest.mark.parametrize(("few", "over"), [(5, "25"), (4, ""), (0, "20")])
def test_few_missed_cannot_be_computed_from_the_visits_of_those_who_came(
    desk: Desk, few: int, over: str
) -> None:
    visit(desk, [(20, 20)])
    book(desk, web=(20, 11, 20, few))
    found = files(desk)
    assert found["visits.csv"][-1]["booked"] == "20"
    assert [row["over"] for row in found["bookings.csv"]] == [over, over]


def test_without_bookings_the_months_row_says_none(december: Desk) -> None:
    assert booked(december) == {"*": ("0", "0", "0", "0", "0")}


def test_estimates_do_not_give_away_the_visits_of_a_month_with_few(desk: Desk) -> None:
    for day, times in enumerate([3, 2]):
        desk.seconds = (FIRST_OF_DECEMBER + day) * DAY_SECONDS
        desk.open("1")
        wait(desk, times)
    found = files(desk)
    (of_all,) = (row for row in found["visits.csv"] if row["date"] == "*")
    assert of_all["visits"] == ""
    assert {drawn(row)[1:] for row in found["estimates.csv"]} == {("", "", "", "")}


@pytest.mark.parametrize(("walk_ins", "numbers"), [(4, ""), (5, "10")])
def test_estimates_do_not_give_away_few_visits_without_a_number(
    desk: Desk, walk_ins: int, numbers: str
) -> None:
    desk.seconds = FIRST_OF_DECEMBER * DAY_SECONDS
    desk.open("1")
    wait(desk, 10)
    for _ in range(walk_ins):
        begun = issuing.serve(desk.queue, desk.command(), "1", "pas")
        visits.complete(desk.queue, desk.later(60).command(), begun.visit.id, "resolved")
    found = files(desk)
    (of_all,) = (row for row in found["visits.csv"] if row["date"] == "*")
    assert of_all["visits"] == str(10 + walk_ins)
    assert drawn(found["estimates.csv"][-1])[1] == numbers


def test_a_date_left_out_of_one_file_is_left_out_of_the_other(desk: Desk) -> None:
    for day, counts in enumerate([(0, 3, 9), (6, 5, 0), (7, 12, 0)]):
        desk.seconds = (FIRST_OF_DECEMBER + day) * DAY_SECONDS
        desk.open("1")
        for service, times in zip(("pas", "korekort", "turist"), counts, strict=True):
            serve(desk, service, times)
    found = files(desk)
    of_inquiries, of_visits = (
        {r["date"] for r in found[name] if r["hidden"] == "1" and r.get("service", "*") == "*"}
        for name in ("inquiries.csv", "visits.csv")
    )
    assert of_inquiries == of_visits >= {"2026-12-01", "2026-12-02"}


@pytest.mark.parametrize(("today", "there"), [("2026-12-31", False), ("2027-01-01", True)])
def test_a_month_is_not_over_on_its_last_day(december: Desk, today: str, there: bool) -> None:
    branch = replace(december.queue.get(BranchStore).get(december.branch), historic=False)
    now = day_bounds(branch, today)[0] + DAY_SECONDS * 1000 - 1
    if there:
        (month,) = open_months(branch, between("2026-12-01", "2027-01-31"), now)
        assert month.last == "2026-12-31"
    else:
        with pytest.raises(Invalid, match="whole month"):
            open_months(branch, between("2026-12-01", "2027-01-31"), now)


@pytest.mark.parametrize(("until", "there"), [("2026-11-30", 2), ("2026-12-01", 1)])
def test_a_month_with_a_made_up_day_is_not_given(december: Desk, until: str, there: int) -> None:
    branch = replace(december.queue.get(BranchStore).get(december.branch), sample_until=until)
    months = open_months(branch, between("2026-12-01", "2027-01-31"), 0)
    assert [month.first for month in months] == ["2026-12-01", "2027-01-01"][-there:]
    with pytest.raises(Invalid, match="made up"):
        open_months(replace(branch, sample_until="2027-01-31"), months[-1], 0)


def wait(desk: Desk, times: int) -> None:
    for _ in range(times):
        visit = desk.issue("pas").visit.id
        desk.later(1000).called("1")
        visits.complete(desk.queue, desk.later(60).command(), visit, "resolved")


def shown_rows(found: dict[str, list[dict[str, str]]]) -> Iterator[dict[str, str]]:
    yield from found["inquiries.csv"]
    yield from found["hours.csv"]
