"""Alerts: each fires when it is to, is silent otherwise, and says what to do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from queue_service.goals.rules.verdicts import running_z, wilson
from queue_service.runtime import process_metrics as names
from scripts.runbook import PAGE, page
from tests.dashboards.rules import (
    PROMETHEUS,
    ROOT,
    RULE_TESTS,
    RULES,
    alerts,
    known_names,
    names_in,
    recorded,
    rules,
)
from tests.programs import find_program

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def cases_of_alerts() -> list[dict[str, Any]]:
    """Every case of every test file: an alert, a time, and what is expected."""
    files = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in RULE_TESTS)
    groups = (group for file in files for group in file["tests"])
    return [case for group in groups for case in group.get("alert_rule_test", ())]


@pytest.mark.parametrize("file", RULE_TESTS, ids=lambda file: file.stem)
def test_promtool_finds_the_alerts_as_they_are_meant(file: Path) -> None:
    promtool = find_program("promtool", package="prometheus")
    done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_rules() -> None:
    promtool = find_program("promtool", package="prometheus")
    done = subprocess.run([promtool, "check", "rules", *RULES], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test_that_fires_and_one_that_stays_silent() -> None:
    cases = cases_of_alerts()
    fires = {case["alertname"] for case in cases if case["exp_alerts"]}
    silent = {case["alertname"] for case in cases if not case["exp_alerts"]}
    assert fires == silent == set(alerts())


def test_every_alert_has_a_section_of_the_runbook_and_every_section_an_alert() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
    assert sections.keys() == alerts().keys()
    for name, text in sections.items():
        assert "**Check**" in text, name
        assert "**Do**" in text, name


def test_every_alert_says_what_is_wrong_to_whom_and_where_to_read_on() -> None:
    for name, alert in alerts().items():
        texts_of_alert = alert["annotations"]
        assert texts_of_alert.keys() == {"summary", "description", "runbook_url"}, name
        page = "{{ $externalLabels.queue_url }}/runbook"
        assert texts_of_alert["runbook_url"] == f"{page}#{name.lower()}"
        assert alert["labels"]["severity"] in ("page", "warning"), name
        assert alert["labels"]["audience"] in ("supervisors", "operators"), name
        assert f"For {alert['labels']['audience']}." in RUNBOOK.split(f"## {name}\n")[1][:40]


def test_the_page_that_alerts_lead_to_is_the_runbook_and_every_link_in_it_leads_somewhere() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(RUNBOOK), "run .venv/bin/python -m scripts.runbook"
    ids = set(re.findall(r' id="([^"]+)"', written))
    assert {name.lower() for name in alerts()} <= ids
    links = set(re.findall(r'<a href="#([^"]+)"', written))
    assert len(links) > 10
    assert links <= ids


def test_every_metric_in_a_rule_is_one_that_there_is() -> None:
    known = known_names()
    read = {name: rule["expr"] for rule in rules() for name in names_in(rule["expr"])}
    assert {name: expr for name, expr in read.items() if name not in known} == {}


def test_recorded_metrics_are_read_by_an_alert_or_a_dashboard() -> None:
    texts = [rule["expr"] for rule in rules()]
    boards = (ROOT / "dashboards" / "grafana").rglob("*.json")
    texts += [file.read_text(encoding="utf-8") for file in boards]
    assert [name for name in recorded() if not any(name in text for text in texts)] == []


@pytest.mark.parametrize("target", [0.4, 0.7, 0.95, 1.0])
def test_the_interval_of_the_rules_is_the_boards(tmp_path: Path, target: float) -> None:
    """60 judged, 30 within: the end by which the board judges the running day alerts."""
    promtool = find_program("promtool", package="prometheus")
    high = wilson(60, 30, running_z(60, target))[1] or 0.0
    series = {
        "branch_goal:queue_goal_judged:sum": "60",
        "branch_goal:queue_goal_within:sum": "30",
        "queue_goal_target_ratio": str(target),
    }
    by_name = {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
    z = "branch_goal:queue_goal:z"
    upper = by_name["branch_goal:queue_goal:wilson_upper"].replace(z, f"({by_name[z]})")
    test = {
        "rule_files": [],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f'{name}{{goal="g"}}', "values": value}
                    for name, value in series.items()
                ],
                "promql_expr_test": [
                    {
                        "expr": f"round(({upper}) * 1e4)",
                        "eval_time": "0m",
                        "exp_samples": [{"labels": '{goal="g"}', "value": round(1e4 * high)}],
                    }
                ],
            }
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump(test), encoding="utf-8")
    done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_objective_is_about_the_route_that_issues() -> None:
    read = [r["expr"] for r in rules() if names.REQUEST_SECONDS in r["expr"]]
    assert read
    assert all(f'route="{names.ISSUE_ROUTE}",method="POST"' in expression for expression in read)


def test_files_are_by_concern_and_short() -> None:
    files = [*RULES, *RULE_TESTS, PROMETHEUS / "prometheus.yml"]
    lines = {file.name: file.read_text(encoding="utf-8").count("\n") for file in files}
    assert {name: n for name, n in lines.items() if n >= 250} == {}
    assert [file.name for file in RULES] == [file.name for file in RULE_TESTS]
