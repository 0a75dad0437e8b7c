"""No word of a report's PDF lies beyond the margin, with as many goals as a report shows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from queue_service import sample
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import period_of
from queue_service.language.languages import staff_languages
from queue_service.reports.build import MOST_GOALS, build
from queue_service.reports.render import as_pdf
from queue_service.reports.report import Report, ReportKind
from queue_service.sample.past import pasts
from queue_service.sample.store import write_past
from tests.programs import find_program

MADE = 1_795_762_800_000
"""2026-11-27 08:00 UTC."""
MARGIN_POINTS = 15 / 25.4 * 72
LIBRARY = "biblioteket"
MORE_GOALS: list[dict[str, Any]] = [
    {"id": f"helpful-{target}", "indicator": "very_satisfied_with_help", "threshold_seconds": None,
     "target_ratio": target, "services": ["*"]}
    for target in (0.7, 0.8)
]  # fmt: skip
MORE_GOALS.append(
    {"id": "quick", "indicator": "waiting_time_within", "threshold_seconds": 300,
     "target_ratio": 0.5, "services": ["*"]}
)  # fmt: skip


@pytest.fixture
def library(queue: Queue) -> Queue:
    """The sample's library with its made-up weeks."""
    document = sample.documents()[LIBRARY]
    document["goals"] += MORE_GOALS
    for past in pasts([Branch.from_document(LIBRARY, "", document)], (), MADE):
        write_past(queue.store, past)
    put_branch(queue, LIBRARY, document)
    return queue


def report_of(library: Queue, kind: ReportKind) -> Report:
    return build(library, LIBRARY, kind, period_of(kind, "2026-11-18"), MADE)


def words(pdf: bytes, folder: Path) -> list[tuple[float, float, float, str]]:
    """The start and end of each word, its page's width, and the word."""
    program = find_program("pdftotext", package="poppler-utils")
    (folder / "report.pdf").write_bytes(pdf)
    command = [program, "-bbox", str(folder / "report.pdf"), "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    placed = []
    for width, page in re.findall(r'<page width="([\d.]+)"[^>]*>(.*?)</page>', found, re.DOTALL):
        for begins, ends, word in re.findall(
            r'<word xMin="([-\d.]+)"[^>]* xMax="([-\d.]+)"[^>]*>(.*?)</word>', page
        ):
            placed.append((float(begins), float(ends), float(width), word))
    return placed


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize("kind", [pytest.param("week", marks=pytest.mark.nightly), "month"])
def test_no_word_of_it_lies_beyond_the_margin(
    library: Queue, kind: ReportKind, tmp_path: Path
) -> None:
    made = report_of(library, kind)
    assert len(made.goals) == MOST_GOALS
    for language in staff_languages():
        placed = words(as_pdf(made, language), tmp_path)
        assert len(placed) > 500
        beyond = [
            word
            for begins, ends, width, word in placed
            if begins < MARGIN_POINTS - 1 or ends > width - MARGIN_POINTS + 1
        ]
        assert beyond == []
