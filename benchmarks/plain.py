"""The same figures by a plain script over the file, sharing nothing with the service."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

GOAL_SECONDS = 360


@dataclass(slots=True)
class Count:
    """The figures of a day or a service. Waits are in seconds, to the millisecond."""

    issued: int = 0
    completed: int = 0
    abandoned: int = 0
    waited_ms: int = 0
    within: int = 0


def counted(file: Path) -> tuple[dict[tuple[str, str], Count], int]:
    """Each day and service of the file, and how many rows had to be left out.

    Left out is a call before the end of the same agent's last accepted one.
    """
    open_text = gzip.open if file.suffix == ".gz" else open
    with open_text(file, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    left_out = _overlapping(rows)
    found: dict[tuple[str, str], Count] = defaultdict(Count)
    for number, row in enumerate(rows):
        if number not in left_out:
            _count(found[row["arrived_at"][:10], row["service"]], row)
    return found, len(left_out)


def _overlapping(rows: list[dict[str, str]]) -> set[int]:
    left_out: set[int] = set()
    busy_until: dict[str, datetime] = {}
    called = [(_time(row["called_at"]), n) for n, row in enumerate(rows) if row["called_at"]]
    for begins, number in sorted(called, key=lambda pair: pair[0]):
        row = rows[number]
        if begins < busy_until.get(row["agent"], begins):
            left_out.add(number)
        else:
            ends = (_time(row["started_at"]), _time(row["finished_at"]), begins)
            busy_until[row["agent"]] = max(ends)
    return left_out


def _count(count: Count, row: dict[str, str]) -> None:
    count.issued += 1
    if not row["called_at"]:
        count.abandoned += 1
        return
    count.completed += 1
    count.waited_ms += _between(row["arrived_at"], row["called_at"])
    count.within += max(0, _between(row["started_at"], row["finished_at"])) < GOAL_SECONDS * 1000


def _between(begin: str, end: str) -> int:
    return round((_time(end) - _time(begin)).total_seconds() * 1000)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
