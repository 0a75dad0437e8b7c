"""A replayed file gives the figures that a plain script over its accepted rows gives."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from redis import Redis

from queue_service.branches.contract.config import parse_config
from queue_service.branches.store import BranchStore
from queue_service.cli import main
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import between
from queue_service.days.rules.summary import stored_staffed
from queue_service.days.store import DayStore
from queue_service.errors import OperatorError
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import Statistics, statistics
from queue_service.history.store import HistoryStore
from queue_service.insight.rules.compare import ComparedSide, compare
from queue_service.replay.plan import document, make_plan, slug, unique_ids
from queue_service.replay.rows import LeftOut, ReplayRow, read
from queue_service.replay.run import Player, ReplayDay
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor import banner
from queue_service.tables.figures.catalogue import values
from queue_service.tables.figures.figure import RowContext
from queue_service.visits.rules.visit import OUTCOMES

ZONE = ZoneInfo("Europe/Copenhagen")
COLUMNS = "visit_id,service,arrived_at,called_at,started_at,finished_at,agent,outcome,left_at"
DAY = """
v1,NE,2026-03-02T09:00:00,2026-03-02T09:01:00,2026-03-02T09:01:00,2026-03-02T09:07:00,A1,served,
v2,NE,2026-03-02T09:00:30,2026-03-02T09:03:00,2026-03-02T09:03:00,2026-03-02T09:05:00,A1,served,
v3,PS,2026-03-02T09:02:00,2026-03-02T09:07:00,2026-03-02T09:07:00,2026-03-02T09:12:59,A1,served,
v4,PS,2026-03-02T09:04:00,,,,,abandoned,2026-03-02T09:10:00
v5,PS,2026-03-02T23:59:00,2026-03-03T00:01:00,2026-03-03T00:01:00,2026-03-03T00:00:30,A2,served,
v6,NE,2026-03-03T00:00:10,2026-03-03T00:01:30,2026-03-03T00:01:40,2026-03-03T00:09:40,A1,served,
v7,NE,2026-03-03T00:02:00,2026-03-03T00:01:00,2026-03-03T00:03:00,2026-03-03T00:04:00,A3,served,
v8,NE,2026-03-03T00:03:00,2026-03-03T00:09:40,2026-03-03T00:09:40,2026-03-03T00:09:40,A1,served,
"""


def rows_of(text: str, folder: Path, *, zipped: bool = False) -> list[ReplayRow | LeftOut]:
    file = folder / ("day.csv.gz" if zipped else "day.csv")
    data = (COLUMNS + text).encode()
    file.write_bytes(gzip.compress(data) if zipped else data)
    return list(read(file, ZONE))


def replayed(queue: Queue, rows: list[ReplayRow | LeftOut]) -> list[ReplayDay]:
    plan = make_plan(row for row in rows if isinstance(row, ReplayRow))
    branch = put_branch(queue, "r", parse_config(document("r", plan, ZONE.key), "r")).branch
    return list(Player(queue, branch, plan).days())


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    return Queue(RedisStore(redis_client))


def test_each_days_figures_are_those_of_the_file(queue: Queue, tmp_path: Path) -> None:
    first, second = replayed(queue, rows_of(DAY, tmp_path))
    assert first.date == "2026-03-02"
    assert first.figures.visits == {
        "issued": 4, "completed": 3, "no_show": 0, "abandoned": 1, "incomplete": 0, "paper": 0,
        "booked": 0,
    }  # fmt: skip
    assert first.figures.waiting.mean == (60 + 300 + 120) / 3
    goal = first.figures.goals["handling-6-min"]
    # v1 takes six minutes sharp and is no hit; v5 ends before it starts and counts as 0 s.
    assert (goal.within, goal.judged) == (2, 3)
    assert second.figures.handling.n == 2
    assert second.figures.handling.mean == (480 + 0) / 2
    assert None not in queue.get(HistoryStore).months("r", ["2026-03"])  # no page has to add it up


def test_an_impossible_row_is_left_out_whole_and_listed(tmp_path: Path) -> None:
    rows = rows_of(DAY, tmp_path)
    plan = make_plan(row for row in rows if isinstance(row, ReplayRow))
    assert [left.visit_id for left in plan.left_out] == ["v2"]
    assert [row.visit_id for row in rows if isinstance(row, LeftOut)] == ["v7"]


def test_without_agents_another_counter_opens_when_all_are_taken(tmp_path: Path) -> None:
    plan = make_plan(
        row
        for row in rows_of(DAY.replace(",A1,", ",,").replace(",A2,", ",,"), tmp_path)
        if isinstance(row, ReplayRow)
    )
    calls = {step.row.visit_id: step.counter for step in plan.steps if step.verb == "call"}
    assert (calls["v1"], calls["v2"], calls["v3"]) == ("1", "2", "1")
    assert plan.left_out == []


def visit(nth: int, called: str, finished: str, agent: str = "A1") -> str:
    day = "2026-03-02T"
    return f"v{nth},NE,{day}{called},{day}{called},{day}{called},{day}{finished},{agent},served,\n"


@pytest.mark.parametrize(
    ("called", "closes"), [("09:40:00", ["09:50:00"]), ("09:40:01", ["09:10:00", "09:50:00"])]
)
def test_a_counter_without_a_call_for_more_than_half_an_hour_is_closed(
    tmp_path: Path, called: str, closes: list[str]
) -> None:
    text = "\n" + visit(1, "09:00:00", "09:10:00") + visit(2, called, "09:50:00")
    plan = make_plan(row for row in rows_of(text, tmp_path) if isinstance(row, ReplayRow))
    closed = [
        datetime.fromtimestamp(step.at / 1000, ZONE).strftime("%H:%M:%S")
        for step in plan.steps
        if step.verb == "close"
    ]
    assert closed == closes


def test_counter_hours_are_those_at_work(queue: Queue, tmp_path: Path) -> None:
    """Half an hour of work, two hours of nothing, a quarter; another works an hour, a third took
    no time at all."""
    text = "\n" + "".join([
        visit(1, "09:00:00", "09:10:00"),
        visit(2, "09:20:00", "09:30:00"),
        visit(3, "11:30:00", "11:45:00"),
        visit(4, "09:00:00", "10:00:00", "A2"),
        visit(5, "11:50:00", "11:50:00", "A3"),
    ])  # fmt: skip
    (day,) = replayed(queue, rows_of(text, tmp_path))
    ((_, kept),) = queue.get(DayStore).summaries("r", [day.date])
    assert kept is not None
    minutes = {hour: round(ms / 60_000, 3) for hour, ms in stored_staffed(kept).items()}
    assert minutes == {"09": 90, "11": 15}


def test_columns_missing_in_the_file_have_no_figure(queue: Queue, tmp_path: Path) -> None:
    plan = make_plan(row for row in rows_of(DAY, tmp_path) if isinstance(row, ReplayRow))
    configured = document("r", plan, ZONE.key)
    contact = {"id": "first", "indicator": "first_contact", "target_ratio": 0.8}
    configured["goals"].append(contact)
    branch = put_branch(queue, "r", parse_config(configured, "r")).branch
    days = list(Player(queue, branch, plan).days())
    first, six = (days[0].figures.goals[goal] for goal in ("first", "handling-6-min"))
    assert (first.judged, first.ratio, first.verdict) == (0, None, "open")
    assert six.judged == 3
    period = between("2026-03-02", "2026-03-03")
    found = past(queue, "r", period)
    reported = RowContext.of(found.total, found.total)
    assert reported.handling.n == 5
    unknown = [*OUTCOMES, *(f"{outcome}_share" for outcome in OUTCOMES), "first_contact"]
    assert values(reported, unknown) == [None] * len(unknown)
    compared = compare(ComparedSide({}), ComparedSide(found.history.days))
    (shown,) = (one for one in compared if one.figure == "first_contact")
    assert (shown.second.value, shown.second.n) == (None, 0)
    kept = queue.get(DayStore).visits("r", "2026-03-02")
    assert {i.outcome for visit in kept if visit for i in visit.inquiries} == {"resolved", None}


def test_two_rows_of_one_instant_follow_each_other_at_a_counter(
    queue: Queue, tmp_path: Path
) -> None:
    text = """
a,NE,2026-03-02T09:00:00,2026-03-02T09:00:00,2026-03-02T09:00:00,2026-03-02T09:00:00,A1,served,
b,NE,2026-03-02T09:00:00,2026-03-02T09:00:00,2026-03-02T09:00:00,2026-03-02T09:00:00,A1,served,
"""
    (day,) = replayed(queue, rows_of(text, tmp_path))
    assert (day.figures.visits or {})["completed"] == 2


def test_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    assert rows_of(DAY, tmp_path, zipped=True) == rows_of(DAY, tmp_path)


def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(OperatorError, match="lacks the columns visit_id"):
        list(read(tmp_path / "x.csv", ZONE))


def test_ids_are_made_from_names() -> None:
    assert slug("L: Rejestracja pojazdów") == "l-rejestracja-pojazdow"
    assert unique_ids(["A b", "a-b", "Å", "ł"]) == ["a-b", "a-b-2", "a", "l"]


def test_the_command_makes_a_branch_per_office(
    redis_client: Redis,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_DATA_DIR", str(tmp_path))
    table = list(csv.DictReader(io.StringIO(COLUMNS + DAY)))
    file = tmp_path / "offices.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, [*table[0], "office"])
        writer.writeheader()
        writer.writerows({**row, "office": f"UD {row['service']}"} for row in table)
    assert main(["replay", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "left out: line 8, v7: it was called before it arrived" in printed
    shut_out = (
        "v2: agent A1 was still busy with the visit before\nOne long row may shut out several"
    )
    assert shut_out in printed
    assert printed.count("One long row") == 1, "only where a row was shut out by another"
    queue = Queue(RedisStore(redis_client))
    assert queue.get(BranchStore).ids() == ["replay-offices-ud-ne", "replay-offices-ud-ps"]
    reported: Statistics = statistics(
        queue, "replay-offices-ud-ps", "2026-03-01", datetime(2026, 3, 3).date().isoformat()
    )
    assert (reported.total.visits or {})["issued"] == 3
    banner.say(replace(settings, sample=False), redis_client, "http://here")
    listed = capsys.readouterr().out
    assert "Replayed days http://here/dashboards/replay-offices-ud-ne/history\n" in listed
