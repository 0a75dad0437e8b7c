"""Reading a file of real days: its columns, its local times, and the rows that cannot be used."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from queue_service.errors import OperatorError

REQUIRED: Final = (
    "visit_id", "service", "arrived_at", "called_at", "started_at", "finished_at", "agent",
)  # fmt: skip
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One citizen in the file. Instants are ms since the epoch; ``line`` is the file's."""

    line: int
    visit_id: str
    service: str
    office: str
    agent: str
    arrived: int
    called: int | None
    started: int | None
    finished: int | None
    left: int | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not issued at all, and why."""

    line: int
    visit_id: str
    why: str


def read(path: Path, zone: ZoneInfo) -> Iterator[ReplayRow | LeftOut]:
    """The rows of a file, plain or gzipped. Raises OperatorError when it is no such file."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data.startswith(_GZIP) else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be read: {error}.") from None
    table = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in REQUIRED if name not in (table.fieldnames or ())]
    if missing:
        raise OperatorError(f"{path} lacks the columns {', '.join(missing)}.")
    for values in table:
        yield _row(table.line_num, values, zone)


def _row(line: int, values: Mapping[str, str | None], zone: ZoneInfo) -> ReplayRow | LeftOut:
    def at(name: str) -> int | None:
        text = values.get(name)
        return _instant(text, zone) if text else None

    visit_id = values.get("visit_id") or ""
    try:
        arrived = at("arrived_at")
        row = ReplayRow(
            line=line,
            visit_id=visit_id,
            service=(values.get("service") or "").strip(),
            office=(values.get("office") or "").strip(),
            agent=(values.get("agent") or "").strip(),
            arrived=arrived or 0,
            called=at("called_at"),
            started=at("started_at"),
            finished=at("finished_at"),
            left=at("left_at"),
        )
    except ValueError as error:
        return LeftOut(line, visit_id, f"a time cannot be read ({error})")
    if arrived is None or not row.service:
        return LeftOut(line, visit_id, "it has no arrival or no service")
    why = _contradiction(row)
    return LeftOut(line, visit_id, why) if why else row


def _contradiction(row: ReplayRow) -> str | None:
    if row.called is not None and row.called < row.arrived:
        return "it was called before it arrived"
    if row.started is not None and (row.called is None or row.started < row.called):
        return "it was started before it was called"
    if row.called is None and row.left is not None and row.left < row.arrived:
        return "it left before it arrived"
    return None


def _instant(text: str, zone: ZoneInfo) -> int:
    moment = datetime.fromisoformat(text)
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return round(local.timestamp() * 1000)
