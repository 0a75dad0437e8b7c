"""The table of measured figures and their limits."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from queue_service import __version__


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``ok`` is None for a figure without a target, which only explains the others.

    ``guard`` is the value that even a short run on a busy machine keeps, and ``kept`` whether this
    one did: where it does not, something has become worse.
    """

    what: str
    measured: str
    target: str = ""
    ok: bool | None = None
    guard: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Many durations of one kind, in seconds."""

    count: int
    p50: float
    p99: float


def summary(seconds: Iterable[float]) -> Summary:
    """Percentiles by nearest rank. Raises ValueError when there is nothing."""
    ordered = sorted(seconds)
    if not ordered:
        raise ValueError("nothing was measured")
    return Summary(len(ordered), median(ordered), ordered[-1 - len(ordered) // 100])


def at_most(
    what: str, value: float, limit: float, unit: str = "", *, guard: float | None = None
) -> Row:
    """A figure that must not be above its limit, and in a short run not above its guard."""
    measured, target = f"{value:.4g}{unit}", f"≤ {limit:g}{unit}"
    if guard is None:
        return Row(what, measured, target, value <= limit)
    return Row(what, measured, target, value <= limit, f"≤ {guard:g}{unit}", value <= guard)


def at_least(
    what: str, value: float, limit: float, unit: str = "", *, guard: float | None = None
) -> Row:
    """A figure that must not be below its limit, and in a short run not below its guard."""
    measured, target = f"{value:.4g}{unit}", f"≥ {limit:g}{unit}"
    if guard is None:
        return Row(what, measured, target, value >= limit)
    return Row(what, measured, target, value >= limit, f"≥ {guard:g}{unit}", value >= guard)


def milliseconds(seconds: float) -> str:
    """A duration for the table."""
    return f"{seconds * 1000:.3g} ms"


def table(rows: Sequence[Row], *, quick: bool = False) -> str:
    """The rows in Markdown, which is readable as it is; of a short run with the guards."""
    words = {True: "ok", False: "WORSE" if quick else "NOT MET", None: ""}
    cells = [
        ("what", "measured", "guard" if quick else "target", ""),
        *(
            (r.what, r.measured, r.guard if quick else r.target, words[r.kept if quick else r.ok])
            for r in rows
        ),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def heading(quick: bool) -> str:
    """The time, the version and the kind of machine."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {__version__}, {os.cpu_count()} cores, "
        f"{platform.machine()}, Python {platform.python_version()}"
        + (", quick: long enough to see what has become much worse" if quick else "")
    )
