"""The routing of alerts, as Alertmanager itself reads it."""

from __future__ import annotations

import subprocess

import pytest

from tests.dashboards.rules import ROOT, alerts
from tests.programs import find_program

FILE = ROOT / "dashboards" / "alertmanager" / "alertmanager.yml"


def amtool(*arguments: str) -> str:
    """amtool's output for the file, which must have no fault."""
    program = find_program("amtool", package="prometheus-alertmanager")
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_amtool_accepts_the_file() -> None:
    assert "SUCCESS" in amtool("check-config", str(FILE))


@pytest.mark.parametrize("name", alerts())
def test_every_alert_reaches_those_it_is_for(name: str) -> None:
    labels = {"alertname": name, "branch": "holbaek", **alerts()[name]["labels"]}
    routed = amtool(
        *("config", "routes", "test", f"--config.file={FILE}"),
        *(f"{label}={value}" for label, value in labels.items()),
    )
    urgent = "-now" if labels["severity"] == "page" else ""
    assert routed.split() == [f"{labels['audience']}{urgent}"]


def test_alerts_that_inhibit_others_exist() -> None:
    text = FILE.read_text(encoding="utf-8").split("inhibit_rules:")[1].split("receivers:")[0]
    names = {word for word in text.replace('"', " ").replace("|", " ").split() if "Queue" in word}
    whole = {word for word in names if word.isalnum()}
    assert whole
    assert whole <= set(alerts())
