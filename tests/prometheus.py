"""A real Prometheus, asked over its query API."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queue_service.runtime import process
from queue_service.supervisor.prometheus import Prometheus
from tests.programs import find_program
from tests.running import eventually

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True)
class Asked:
    """A Prometheus that runs at ``url``, which ends with a slash."""

    url: str

    def get(self, path: str, **query: str) -> Any:
        """The data of an answer of its API."""
        address = f"{self.url}api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own service
            response = json.load(answer)
        assert response["status"] == "success", response
        return response["data"]

    def query(self, expression: str) -> list[Sample]:
        """The series of an expression now, with their values."""
        found = self.get("query", query=expression)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def value(self, expression: str) -> float | None:
        """The single value of an expression now; None if there is none."""
        found = self.query(expression)
        assert len(found) <= 1, found
        return found[0][1] if found else None


@contextmanager
def prometheus(folder: Path, config: Mapping[str, Any]) -> Iterator[Asked]:
    """A Prometheus that reads this configuration and keeps its data in ``folder/data``."""
    find_program("prometheus", package="prometheus")
    found = Prometheus.find(0)
    file = folder / "prometheus.yml"
    file.write_text(json.dumps(config), encoding="utf-8")
    command = [
        str(found.binary),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={found.url.removeprefix('http://').rstrip('/')}",
    ]
    running: subprocess.Popen[bytes] = process.spawn(command, folder / "prometheus.log")
    try:
        eventually(found.is_ready, seconds=30)
        yield Asked(found.url)
    finally:
        process.stop(running, 20)
