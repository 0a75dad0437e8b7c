"""docker-compose.yml as docker-compose reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.programs import find_program

ROOT = Path(__file__).parent.parent


def compose_config(kind: str = "") -> dict[str, Any]:
    """The whole configuration; of a store of several servers with ``cluster`` or ``sentinel``."""
    compose = find_program("docker-compose", package="docker-compose")
    files = ("docker-compose.yml", *([f"docker-compose.{kind}.yml"] if kind else []))
    named = [part for name in files for part in ("--file", ROOT / name)]
    done = subprocess.run(
        [compose, *named, "config", "--format", "json"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read
