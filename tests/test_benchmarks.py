"""A whole benchmark is compared with its targets, a short one against its guards."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from redis import Redis

from benchmarks.__main__ import CASES, measured
from benchmarks.cases.scrape import TIMEOUT_SECONDS
from benchmarks.cases.script import ByRelease
from benchmarks.report import Row, at_least, at_most, table
from benchmarks.running import Options
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from tests.desks import Desk, document

PROMETHEUS = Path(__file__).parent.parent / "dashboards/prometheus/prometheus.yml"


@pytest.mark.parametrize(
    ("value", "ok", "kept"),
    [(1.0, True, True), (1.01, False, True), (2.0, False, True), (2.01, False, False)],
)
def test_a_figure_that_must_not_grow(value: float, *, ok: bool, kept: bool) -> None:
    row = at_most("times", value, 1, guard=2)
    assert (row.ok, row.kept) == (ok, kept)


@pytest.mark.parametrize(
    ("value", "ok", "kept"),
    [(50.0, True, True), (49.9, False, True), (20.0, False, True), (19.9, False, False)],
)
def test_a_figure_that_must_not_shrink(value: float, *, ok: bool, kept: bool) -> None:
    row = at_least("share", value, 50, " %", guard=20)
    assert (row.ok, row.kept) == (ok, kept)


def test_the_first_scrape_is_guarded_by_how_long_prometheus_waits() -> None:
    settings = yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))
    assert settings["global"]["scrape_timeout"] == f"{TIMEOUT_SECONDS:g}s"


def test_without_a_guard_a_short_run_judges_nothing() -> None:
    assert at_most("times", 9, 1).kept is None
    assert at_least("share", 1, 50).kept is None


def test_each_kind_of_run_shows_what_it_is_compared_with() -> None:
    rows: list[Row] = [at_most("times", 3, 1, guard=2), Row("only told", "7")]
    whole, short = table(rows), table(rows, quick=True)
    assert "≤ 1" in whole
    assert "NOT MET" in whole
    assert "≤ 2" in short
    assert "WORSE" in short
    assert "≤ 1" not in short


@pytest.mark.parametrize(
    ("values", "quick", "runs", "kept"),
    [
        ([1.0], True, 1, True),
        ([9.0, 1.0], True, 2, True),
        ([9.0, 9.0], True, 2, False),
        ([9.0], False, 1, False),
    ],
)
def test_a_short_run_that_did_not_keep_a_guard_is_repeated_once(
    monkeypatch: pytest.MonkeyPatch, values: list[float], *, quick: bool, runs: int, kept: bool
) -> None:
    left = list(values)
    monkeypatch.setitem(
        CASES, "tickets", lambda _: iter([at_most("times", left.pop(0), 1, guard=2)])
    )
    (row,) = measured("tickets", Options(quick=quick, replay=()))
    assert (len(values) - len(left), row.kept) == (runs, kept)


def test_the_issuing_script_of_0_4_0_takes_the_present_arguments(redis_client: Redis) -> None:
    store = ByRelease(redis_client)
    desk = Desk(Queue(store))
    put_branch(desk.queue, desk.branch, document(historic=True))
    desk.open("1", "citizen")
    issued = []
    for store.former in (False, True, False):
        answer = desk.issue("pas")
        issued.append((answer.visit.number, answer.position, answer.visit.counters_open))
    assert issued == [("A001", 0, 1), ("A002", 1, 1), ("A003", 2, 1)]
