"""The unit for systemd, as systemd itself understands it."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

from queue_service.cli import COMMANDS
from queue_service.runtime.settings import Settings, unknown_variables
from tests.programs import find_program

UNIT = Path(__file__).parent.parent / "deploy" / "queue-service.service"
TEXT = UNIT.read_text(encoding="utf-8")


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    program = find_program("systemd-analyze", package="systemd")
    copy = tmp_path / UNIT.name
    here = re.sub(r"^(ExecStart)=\S+", rf"\1={sys.executable}", TEXT, flags=re.MULTILINE)
    copy.write_text(re.sub(r"^(User|Group)=.*", r"\1=root", here, flags=re.MULTILINE))
    done = subprocess.run([program, "verify", "--man=no", copy], capture_output=True, text=True)
    reported = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert reported == []
    copy.write_text(copy.read_text().replace("KillMode=mixed", "KillMode=mixture"))
    done = subprocess.run([program, "verify", "--man=no", copy], capture_output=True, text=True)
    assert "kill mode" in done.stderr, "it would have said so"


def test_it_runs_a_command_that_there_is_with_settings_that_there_are() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]  # as the library's documentation says
    unit.read_string(TEXT)
    service = unit["Service"]
    assert service["ExecStart"].split()[1] in COMMANDS
    variables = dict(pair.split("=", 1) for pair in service["Environment"].split())
    assert unknown_variables(variables) == {}
    settings = Settings.from_env(variables)
    assert settings.data_dir == Path("/var/lib") / service["StateDirectory"]
    assert not settings.sample
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
