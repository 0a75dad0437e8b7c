"""Grafana's dashboards: made from the code, kept to its linter's rules, each expression sound."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.grafana.__main__ import FOLDER, documents, write
from tests.dashboards.grafana_lint import expressions, lint, panels
from tests.dashboards.rules import known_names, names_in
from tests.programs import find_program

DASHBOARDS: list[dict[str, Any]] = [json.loads(text) for _, text in documents()]


def test_generated_files_are_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "left-over.json").write_text("{}")
    write(tmp_path)
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    kept = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    assert made == kept, "run .venv/bin/python -m dashboards.grafana"


def test_the_four_are_there() -> None:
    assert [document["title"] for document in DASHBOARDS] == [
        "Service goals", "Waiting room", "Counters and demand", "Technical health",
    ]  # fmt: skip


@pytest.mark.parametrize("document", DASHBOARDS, ids=lambda document: document["uid"])
def test_the_linter_finds_nothing(document: dict[str, Any]) -> None:
    assert lint(document) == []


@pytest.mark.parametrize("document", DASHBOARDS, ids=lambda document: document["uid"])
def test_every_expression_is_sound_and_reads_what_there_is(
    document: dict[str, Any], tmp_path: Path
) -> None:
    promtool = find_program("promtool", package="prometheus")
    found = list(expressions(document))
    rules = [{"record": f"panel_{i}", "expr": expr} for i, (_, expr) in enumerate(found)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run(
        [promtool, "check", "rules", "--lint=none", file], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    known = known_names()
    assert [(title, n) for title, expr in found for n in names_in(expr) if n not in known] == []


@pytest.mark.parametrize("document", DASHBOARDS, ids=lambda document: document["uid"])
def test_panels_fill_the_page_and_do_not_lie_on_each_other(document: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(document):
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, panel["title"]
                assert x < 24, panel["title"]
                taken.add((x, y))
    bottom = max(y for _, y in taken) + 1
    assert len(taken) == 24 * bottom


FAULTS: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "uneditable-dashboard": (("editable",), True),
    "template-datasource": (("templating", "list", 0, "query"), "loki"),
    "template-on-time-change-reload": (("templating", "list", 1, "refresh"), 1),
    "template-label-promql": (("templating", "list", 1, "query"), "up"),
    "panel-title-description": (("panels", 0, "description"), ""),
    "panel-datasource": (("panels", 0, "datasource", "uid"), "prometheus"),
    "panel-units": (("panels", 0, "fieldConfig", "defaults", "unit"), ""),
    "panel-no-targets": (("panels", 0, "targets"), []),
    "target-counter-agg": (("panels", 0, "targets", 0, "expr"), 'sum(queue_a_total{a="b"})'),
    "target-rate-interval": (("panels", 0, "targets", 0, "expr"), "sum(rate(queue_a_total[1h]))"),
}
"""For each rule a place in a dashboard, and what spoils it there."""


@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_of_the_linter_can_fail(rule: str) -> None:
    document: Any = copy.deepcopy(DASHBOARDS[0])
    (*way, last), fault = FAULTS[rule]
    place = document
    for step in way:
        place = place[step]
    place[last] = fault
    assert [found.partition(":")[0].partition(" ")[0] for found in lint(document)] == [rule]
