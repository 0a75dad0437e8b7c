"""A library's whole day, the same in every output, to the last digit.

The expected figures are computed from the test's own actions (``tests/library``).
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date as calendar_date
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from queue_service.command import Queue
from queue_service.days.rules.period import period_of
from queue_service.days.store import DayStore
from queue_service.exports.open_data import open_data_files
from queue_service.history.operations.days import pack_days, summarise_days
from queue_service.reports.build import build
from tests.library.day import read_log
from tests.library.expected import (
    ENDINGS,
    NEVER,
    OUTCOMES,
    MonthLater,
    Played,
    figures,
    goals,
    hours,
    rank,
    services,
    total_of,
    without,
)
from tests.library.office import DAY, OTHER
from tests.library.story import library_day
from tests.metrics.places import read
from tests.privacy.scanning import undescribed
from tests.web.service import Refused

SO_FAR: Final = "So far: these dates are not over yet."


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """The day is played, asked for in the evening, and closed."""
    with tempfile.TemporaryDirectory(prefix="queue-") as name, library_day(Path(name)) as (day, at):
        office = day.office
        before = office.get("supervisor", "/state")
        board = office.ask("supervisor", "GET", f"/dashboards/{DAY}/now").json
        waiting = Counter(
            ticket.service for ticket in day.tickets.values() if len(ticket.said) == 1
        )
        day.close()
        others = read_log(at, day)
        queue = Queue(MonthLater(at))
        yield Played(
            day, queue, before["business_date"], before, board, waiting, others, day.stays()
        )


def check_statistics(played: Played) -> None:
    """By day, hour and service, and in total; by team and counter not before the week is over."""
    whole = figures(played.stays, played.inquiries)
    contacts = played.day.contacts
    for way, rows in (
        ("day", {played.date: whole}),
        ("hour", hours(played)),
        ("service", services(played)),
    ):
        found = played.statistics(way)
        assert {row["key"]: without(row) for row in found["rows"]} == {
            key: without(row) for key, row in rows.items()
        }, way
        assert without(found["total"]) == without(whole)
        assert found["total"]["contacts"] == sum(row["contacts"] for row in found["rows"])
        assert found["total"]["contacts"] == len(contacts)
        drew = [
            stay for stay in played.stays if not stay.paper and (stay.waited, stay.left) != NEVER
        ]
        for row in (found["total"]["estimated_waits"], total_of(found["rows"])):
            assert row["numbers"] == len(drew)
        for row in (*found["rows"], found["total"]):
            assert sum(row["contacts_by_channel"].values()) == row["contacts"]
        channels = Counter(contact[1] for contact in contacts)
        assert Counter(found["total"]["contacts_by_channel"]) == channels
    by_service = Counter(contact[0] for contact in contacts)
    told_contacts = {row["key"]: row["contacts"] for row in played.statistics("service")["rows"]}
    assert {key: n for key, n in told_contacts.items() if n} == by_service
    check_goals(played, played.statistics()["total"])
    # One day of a counter or a team is one person's: it is in no answer before its week is over.
    week = (calendar_date.fromisoformat(played.date) - timedelta(days=6)).isoformat()
    for way in ("counter", "team"):
        for first in (played.date, week):
            with pytest.raises(Refused, match="whole weeks that are over"):
                played.statistics(way, first)


def check_goals(played: Played, row: Any) -> None:
    """A row's goals are the day's."""
    found = {goal["id"]: (goal["judged"], goal["within"]) for goal in row["goals"]}
    assert {goal: found[goal] for goal in goals(played)} == goals(played)


def test_the_log_records_every_event_once(played: Played) -> None:
    """Each visit's steps are compared as the log is read."""
    by_the_clock = ("branch.opened", "branch.state_changed")
    assert {
        n: c for n, c in played.others.items() if n not in by_the_clock
    } == played.day.other_events


def test_the_state_and_the_board_before_the_close(played: Played) -> None:
    ended = Counter(stay.state for stay in played.stays)
    assert played.waiting == Counter(korekort=2, pension=2, turist=2, andet=2)
    channels = Counter(contact[1] for contact in played.day.contacts)
    assert played.before["today"] == {
        "issued": len(played.stays),
        "completed": ended["completed"],
        "no_show": ended["no_show"],
        "abandoned": ended["abandoned"] - played.waiting.total(),
        "incomplete": 0,
        "paper": sum(stay.paper for stay in played.stays),
        "contacts": channels.total(),
        "contacts_by_channel": {
            "written": 0, "online": 0, "desk": channels["desk"], "phone": channels["phone"],
        },
    }  # fmt: skip
    for queues in (played.before["queues"], played.board["queues"]):
        assert {q["service"]: q["waiting"] for q in queues if q["waiting"]} == played.waiting
    in_force = {one["kind"] for one in played.before["interventions"]}
    assert in_force == {"lend_counter", "cap_service", "announcement"}
    check_goals(played, played.before)
    day = played.board["day"]
    waits = [stay.waited for stay in played.stays if stay.waited is not None]
    assert (day["issued"], day["paper"]) == (
        played.before["today"]["issued"], played.before["today"]["paper"]
    )  # fmt: skip
    assert day["completed"] == played.before["today"]["completed"]
    assert day["called"] == len(waits)
    names = {"desk": "Personligt", "phone": "Telefon"}
    assert day["contacts"] == {
        "n": channels.total(),
        "channels": [f"{name} {channels[each]}" for each, name in names.items() if channels[each]],
    }
    assert day["waiting_seconds"] == {
        "n": len(waits),
        "p50": rank(waits, 0.5),
        "p90": rank(waits, 0.9),
    }


def test_the_statistics(played: Played) -> None:
    check_statistics(played)


def lines_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file down to its total or first empty line."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    end = next((n for n, row in enumerate(rows) if not any(row)), len(rows))
    return rows[:end]


_COLUMNS: Final = {
    "Visits": "issued", "Completed": "completed", "No-shows": "no_show", "Gave up": "abandoned",
    "Not completed": "incomplete", "From paper": "paper", "Inquiries": "inquiries",
}  # fmt: skip


_SPREADS: Final = {
    "Waits": ("waiting_seconds", "n"),
    "Waiting time of those called, mean (seconds)": ("waiting_seconds", "mean"),
    "Waiting time of those called, half at most (seconds)": ("waiting_seconds", "p50"),
    "Waiting time of those called, nine in ten at most (seconds)": ("waiting_seconds", "p90"),
    "Waits of those who gave up": ("left_waiting_seconds", "n"),
    "Waited before giving up, half at most (seconds)": ("left_waiting_seconds", "p50"),
    "Handling time, mean (seconds)": ("handling_seconds", "mean"),
    "Handling time, half at most (seconds)": ("handling_seconds", "p50"),
    "Handling time, nine in ten at most (seconds)": ("handling_seconds", "p90"),
}


def to_the_hundredth(seconds: Any) -> Any:
    """A length as files have it."""
    return pytest.approx(getattr(seconds, "expected", seconds), abs=0.0051)


def check_row(heads: Sequence[str], cells: Sequence[Any], row: Any) -> int:
    """A line of a table against what it has to be; how many of its columns were known."""
    seen = 0
    for head, cell in zip(heads, cells, strict=True):
        if head in _COLUMNS:
            assert float(cell) == row[_COLUMNS[head]], head
        elif head in _SPREADS:
            kind, name = _SPREADS[head]
            wanted = row[kind][name]
            if isinstance(cell, timedelta):
                cell = cell.total_seconds()
            known = None if cell in ("", None) else float(cell)
            assert known == (None if wanted is None else to_the_hundredth(wanted)), head
        else:
            continue
        seen += 1
    return seen


def check_files(played: Played) -> None:
    """Every table of the day as CSV, and its first as XLSX."""
    whole = figures(played.stays, played.inquiries)
    names = {one["id"]: one["name"]["en"] for one in played.day.office.get("admin", "")["services"]}
    by_hour = hours(played)
    for content, rows in (
        ("days", [whole]),
        ("hours", [*by_hour.values()]),
        ("services", [services(played)[service] for service in names]),
        ("losses", [services(played)[service] for service in names]),
    ):
        heads, *lines = lines_of(played.file(content))
        assert len(lines) == len(rows) + 1, content
        for line, row in zip(lines, [*rows, whole], strict=True):
            assert check_row(heads, line, row) >= 5, content
    heads, *lines = lines_of(played.file("outcomes"))
    for line, service in zip(lines[:-1], names, strict=True):
        assert [int(cell) for cell in line[2:7]] == [
            *services(played)[service]["outcomes"].values()
        ]
    assert [int(cell) for cell in lines[-1][2:7]] == [*whole["outcomes"].values()]
    _, *lines = lines_of(played.file("contacts"))
    counted = Counter(contact[:1] for contact in played.day.contacts)
    assert {(line[1],): int(line[-1]) for line in lines} == {
        (names[service],): n for (service,), n in counted.items()
    }
    sheet = load_workbook(io.BytesIO(played.file("days", "xlsx"))).worksheets[0]
    heads, *cells = sheet.iter_rows(values_only=True)
    in_seconds = [str(head).replace("(minutes:seconds)", "(seconds)") for head in heads]
    for line in cells:
        assert check_row(in_seconds, line, whole) > 12


def test_the_files(played: Played) -> None:
    check_files(played)


def tables(page: bytes) -> dict[str, list[list[str]]]:
    """A page's tables by their caption, as the texts of their rows' cells."""
    found = {}
    for table in re.findall(r"<table.*?</table>", page.decode(), re.S):
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", table, re.S)
        rows = [
            [text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr.*?</tr>", table, re.S)
        ]
        found[text_of(caption[1]) if caption else ""] = rows
    return found


def text_of(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup)).strip()


def test_the_history_page(played: Played) -> None:
    page = played.day.office.page(
        f"/dashboards/{DAY}/history?period=day&date={played.date}&lang=en"
    )
    found = tables(page)
    inquiries = Counter(inquiry.service for inquiry in played.inquiries)
    rows = {row[0]: row[1] for row in found["By service"] if len(row) > 4}
    assert rows["Total"] == str(len(played.inquiries))
    assert rows["Passport"] == str(inquiries["pas"])
    assert rows["Tourist information"] == str(inquiries["turist"])
    lengths = [int(row[1]) for row in found["How long people waited"][1:]]
    assert sum(lengths) == sum(stay.waited is not None for stay in played.stays)
    paper = sum(stay.paper for stay in played.stays)
    assert f"{paper} of {len(played.stays)} visits had a number on paper" in text_of(page.decode())


def test_the_metrics(played: Played) -> None:
    office = played.day.office
    text = office.ask("metrics", "GET", "/metrics/queue").content
    of_day = {key: value for key, value in read(text).items() if DAY in key}

    def total(name: str, *labels: str) -> float:
        return sum(
            value
            for key, value in of_day.items()
            if key[0] == name and all(label in key for label in labels)
        )

    def after_returns(name: str, returned: str, *labels: str) -> float:
        return total(name, *labels) - total(returned, *labels)

    whole = figures(played.stays, played.inquiries)
    removed = total("queue_paper_visits_removed_total")
    assert removed == 1
    assert total("queue_visits_issued_total") - removed == whole["issued"]
    assert total("queue_paper_visits_total") - removed == whole["paper"]
    for state in ENDINGS:
        ended = after_returns("queue_visits_ended_total", "queue_visits_returned_total", state)
        assert ended == whole[state]
    for outcome in OUTCOMES:
        done = total("queue_inquiries_completed_total", outcome)
        assert done == whole["outcomes"][outcome]
    for goal, (judged, within) in goals(played).items():
        assert total("queue_goal_judged_today", goal) == judged
        assert total("queue_goal_within_today", goal) == within
        assert judged == after_returns(
            "queue_goal_judged_total", "queue_goal_returned_judged_total", goal
        )
    # Removed tickets stay in the times: totals never decrease.
    assert total("queue_waiting_seconds_count") - removed == whole["waiting_seconds"]["n"]
    assert total("queue_handling_seconds_count") - removed == whole["inquiries"]
    taken_back = total("queue_contacts_returned_total")
    assert taken_back == 1
    assert total("queue_contacts_total") - taken_back == len(played.day.contacts)
    assert total("queue_all_contacts_today") == whole["inquiries"] + len(played.day.contacts)
    assert total("queue_all_contacts_share_ratio") == 1
    begun = after_returns("queue_pauses_total", "queue_pauses_returned_total")
    assert begun == len(played.day.pauses)
    assert total("queue_visit_needs_total") == played.day.needs.total()
    assert total("queue_visits_prioritised_total") == played.day.reasons.total()
    assert total("queue_help_calls_total", "answered") == 1


def test_the_reception(played: Played) -> None:
    """Of the month that still runs nothing is shown; the metrics have counted all of it."""
    found = played.day.office.get("supervisor", "/reception-figures")
    assert not any(found["needs"].values())
    assert not any(found["first_in_line"].values())
    assert not found["help_calls"]["calls"]
    first = f"{played.date[:8]}01"
    with pytest.raises(Refused, match="month"):
        played.day.office.get("supervisor", f"/reception-figures?from={first}&to={played.date}")


def check_count_week(played: Played) -> None:
    """Inquiries and contacts by channel, task and kind; each branch's share. Few are left out."""
    inquiries, contacts = len(played.inquiries), len(played.day.contacts)
    with zipfile.ZipFile(io.BytesIO(count_week(played))) as archive:
        assert SO_FAR in archive.read("contact-shares.csv").decode()
        shares = lines_of(archive.read("contact-shares.csv"))
        tasks = lines_of(archive.read("contact-tasks.csv"))
    both = inquiries + contacts
    assert shares[1:] == [
        ["Dagen", str(inquiries), str(contacts), str(both), "1.0"],
        ["Naboen", "0", "0", "0", "0.0"],
        ["Total", str(inquiries), str(contacts), str(both), "1.0"],
    ]
    channels = {"In person": "desk", "Telephone": "phone"}
    kinds = {"Transaction": "transaction", "Information": "information"}
    kle = {"23.03": "pas", "23.04": "korekort", "29.03": "sundhedskort", "32.03": "pension",
           "24.05": "turist"}  # fmt: skip
    done = Counter(
        ("phone" if one.channel == "phone" else "desk", one.service) for one in played.inquiries
    )
    counted = Counter(contact[:3] for contact in played.day.contacts)
    seen = 0
    for channel, number, _, kind, own, without_ticket, *_ in tasks[1:-1]:
        task = channels[channel], kle[number]
        for cell, n in (
            (own, done[task]), (without_ticket, counted[task[1], task[0], kinds[kind]]),
        ):  # fmt: skip
            assert cell in ("..", str(n))
            seen += cell == str(n)
    assert seen >= len(tasks) - 1
    query = f"from={played.date}&to={played.date}"
    found = played.day.office.ask("supervisor", "GET", f"/api/v1/contact-shares?{query}").json
    numbers = {"inquiries": inquiries, "contacts": contacts, "all_contacts": both}
    assert {one["branch"]: (one["all_contacts"], one["share"]) for one in found["branches"]} == {
        DAY: (both, 1.0), OTHER: (0, 0.0),
    }  # fmt: skip
    assert found["total"] == numbers
    running = f"from={played.date}&to={played.week_later}&lang=en"
    page = played.day.office.page(f"/dashboards/{DAY}/contacts?{running}")
    assert SO_FAR in page.decode()
    row = next(row for row in tables(page)[""] if row[0].endswith("Dagen"))
    assert row[1:4] == [str(inquiries), str(contacts), str(both)]
    page = played.day.office.page(f"/dashboards/{DAY}/history/branches?{running}")
    assert SO_FAR in page.decode()
    found = [row for rows in tables(page).values() for row in rows if row[0].endswith("Dagen")]
    assert [row[2:5] for row in found] == [[str(inquiries), str(contacts), str(both)]]


def count_week(played: Played) -> bytes:
    """The file."""
    query = f"from={played.date}&to={played.week_later}&branches={DAY},{OTHER}&lang=en"
    wanted = f"content=count-week&format=csv&{query}"
    return played.day.office.page(f"/dashboards/{DAY}/exports/file?{wanted}")


def test_the_count_week_and_the_share_of_contacts(played: Played) -> None:
    check_count_week(played)
    found = played.day.office.get("supervisor", "/contacts?by=channel")
    by_channel = Counter(contact[1] for contact in played.day.contacts)
    assert {row["key"]: row["contacts"] for row in found["rows"]} == by_channel


def check_comparison(played: Played) -> None:
    """Unadjusted: the other branch had no visit, and so no figure."""
    query = f"from={played.date}&to={played.date}&branches={DAY},{OTHER}"
    found = played.day.office.ask("supervisor", "GET", f"/api/v1/comparison?{query}").json
    wanted = {
        {"handling-6-min": "handling_time_within", "called-10-min": "waiting_time_within",
         "first-contact": "first_contact"}[goal]: (judged, within / judged)
        for goal, (judged, within) in goals(played).items()
    }  # fmt: skip
    whole = figures(played.stays, played.inquiries)
    wanted["handling_mean"] = whole["inquiries"], whole["handling_seconds"]["mean"]
    for figure in found["figures"]:
        own, other = (branch["raw"] for branch in figure["branches"])
        assert (other["n"], other["value"]) == (0, None)
        if figure["figure"] in wanted:
            assert (own["n"], own["value"]) == wanted.pop(figure["figure"])
    assert not wanted
    query = f"from={played.date}&to={played.week_later}&branches={DAY},{OTHER}&lang=en"
    assert SO_FAR in played.day.office.page(f"/dashboards/{DAY}/comparison?{query}").decode()


def test_the_comparison(played: Played) -> None:
    check_comparison(played)


def check_later(played: Played) -> None:
    """The outputs once the month is over: the report, and open data. Few are left out."""
    whole = figures(played.stays, played.inquiries)
    now = played.queue.store.time()
    for kind in ("week", "month"):
        report = build(played.queue, DAY, kind, period_of(kind, played.date), now)
        assert (report.issued, report.paper) == (whole["issued"], whole["paper"])
        assert report.now["issued"] == whole["issued"]
        assert report.now["inquiries"] == whole["inquiries"]
        for name in ("waiting", "handling"):
            assert report.now[f"{name}_mean"] == whole[f"{name}_seconds"]["mean"]
            assert report.now[f"{name}_p90"] == whole[f"{name}_seconds"]["p90"]
        # A single day with one counter open on average: its pauses are one person's.
        assert played.day.pauses
        assert "pauses" not in {sheet.id for sheet in report.sheets}
        judged = {line.goal.id: (line.judged, line.within) for line in report.goals}
        assert {goal: judged[goal] for goal in goals(played)} == goals(played)
    files = {
        name: list(csv.DictReader(io.StringIO(content.decode())))
        for name, content in open_data_files(
            played.queue, DAY, period_of("month", played.date)
        ).items()
    }
    for row in files["visits.csv"]:
        assert (row["visits"], row["from_paper"]) == (str(whole["issued"]), str(whole["paper"]))
        mean = whole["waiting_seconds"]["mean"]
        assert float(row["waiting_mean_seconds"]) == to_the_hundredth(mean)
    own = services(played)
    for row in files["inquiries.csv"]:
        if row["hidden"] == "0" and row["inquiries"] != "0":
            named = whole if row["service"] == "*" else own[row["service"]]
            assert int(row["inquiries"]) == named["inquiries"]
            mean = named["handling_seconds"]["mean"]
            assert float(row["handling_mean_seconds"]) == to_the_hundredth(mean)


def test_nothing_else_is_stored(played: Played) -> None:
    assert undescribed(played.queue.store.client) == []


def test_all_figures_again_from_packed_visits_and_from_new_summaries(played: Played) -> None:
    check_later(played)
    later = played.queue.store.time()
    assert (summarise_days(played.queue, later), pack_days(played.queue, later)) == (1, 1)
    assert (summarise_days(played.queue, later), pack_days(played.queue, later)) == (0, 0)
    for _ in range(2):
        check_statistics(played)
        check_files(played)
        check_count_week(played)
        check_comparison(played)
        check_later(played)
        played.queue.get(DayStore).forget_summaries(
            DAY
        )  # the second time they are made of packed visits
