"""A day as a Prometheus would have scraped it: a real service's answers, each at its own time."""

from __future__ import annotations

import subprocess
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.programs import find_program
from tests.web.service import Service

Scrapes = dict[int, str]
"""The samples at a time, in seconds since the epoch."""


def exposition(service: Service, token: str) -> str:
    """Both of the service's answers to a scrape."""
    texts = []
    for path in ("/metrics", "/metrics/queue"):
        request = urllib.request.Request(  # noqa: S310 - our own service
            f"{service.url}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own service
            texts.append(answer.read().decode())
    return "".join(texts)


def backfill(folder: Path, scrapes: Scrapes) -> None:
    """Put a day into the data folder of a Prometheus that does not run yet."""
    promtool = find_program("promtool", package="prometheus")
    file = folder / "day.om"
    file.write_text("".join(_open_metrics(scrapes)), encoding="utf-8")
    done = subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", file, folder / "data"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def _open_metrics(scrapes: Scrapes) -> Iterable[str]:
    """The scrapes as one text, family after family, for so the format wants it."""
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for at, text in sorted(scrapes.items()):
        for family in text_string_to_metric_families(text):
            found = lines[family.name, family.type]
            found += [_line(sample, at) for sample in family.samples]
    for (name, kind), found in lines.items():
        yield f"# TYPE {name} {kind}\n"
        yield from found
    yield "# EOF\n"


def _line(sample: Sample, at: int) -> str:
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
    return f"{sample.name}{{{labels}}} {sample.value} {at}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
