"""The table of OWASP ASVS as a document: `.venv/bin/python -m scripts.asvs` writes it.

The rows are those of `docs/asvs.csv`: a requirement's number and level, its subject in our words,
its state, the tests or documents that show it, and a note.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

ROOT: Final = Path(__file__).parent.parent
SOURCE: Final = ROOT / "docs" / "asvs.csv"
PAGE: Final = ROOT / "docs" / "asvs.md"

State = Literal["met", "not applicable", "not met"]
STATES: Final[tuple[State, ...]] = ("met", "not applicable", "not met")

_HEADING: Final = "## In numbers\n\n"
_CHAPTERS: Final = {
    "1": "Encoding", "2": "Input and limits", "3": "Browsers", "4": "Calls", "5": "Files",
    "6": "Logging in", "7": "Sessions", "8": "Access", "9": "Tokens with content",
    "10": "OAuth and OpenID Connect", "11": "Cryptography", "12": "Connections",
    "13": "Set-up", "14": "Data", "15": "Code and components", "16": "Logs and errors",
    "17": "WebRTC",
}  # fmt: skip


class Requirement(NamedTuple):
    """A row; ``evidence`` has tests as ``path::name``, and documents with or without a heading."""

    number: str
    level: str
    subject: str
    state: State
    evidence: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> str:
        """The number of its chapter."""
        return self.number.partition(".")[0]


def requirements() -> list[Requirement]:
    """All rows, as they are in the file."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                row["number"],
                row["level"],
                row["subject"],
                cast(State, row["state"]),
                tuple(row["evidence"].split()),
                row["note"],
            )
            for row in csv.DictReader(file)
        ]


def page(present: str) -> str:
    """The document with its tables as the file has them now; its introduction stays."""
    introduction, heading, _ = present.partition(_HEADING)
    rows = requirements()
    return introduction + heading + "".join([*_numbers(rows), *_tables(rows)])


def _numbers(rows: Sequence[Requirement]) -> Iterator[str]:
    yield "| | met | not applicable | not met | all |\n|---|---|---|---|---|\n"
    for level in ("1", "2"):
        yield _counts(f"level {level}", [row for row in rows if row.level == level])
    yield _counts("**levels 1 and 2**", rows)


def _counts(name: str, rows: Sequence[Requirement]) -> str:
    found = Counter(row.state for row in rows)
    return f"| {name} | {' | '.join(str(found[one]) for one in STATES)} | {len(rows)} |\n"


def _tables(rows: Sequence[Requirement]) -> Iterator[str]:
    for chapter, name in _CHAPTERS.items():
        yield f"\n## {chapter}. {name}\n\n| no. | level | subject | state | shown by |\n"
        yield "|---|---|---|---|---|\n"
        for row in (row for row in rows if row.chapter == chapter):
            shown = "; ".join([*map(_link, row.evidence), *filter(None, [row.note])])
            yield f"| {row.number} | {row.level} | {row.subject} | {row.state} | {shown} |\n"


def _link(evidence: str) -> str:
    """A test by its name, with a link to its file; a document by its name."""
    path, _, name = evidence.partition("::")
    if name:
        return f"[`{name}`](../{path})"
    file, _, heading = path.partition("#")
    target = file.removeprefix("docs/") if file.startswith("docs/") else f"../{file}"
    return f"[{file.removeprefix('docs/')}]({target}{'#' + heading if heading else ''})"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
