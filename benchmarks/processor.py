"""Processor time of the programs that a benchmark has started, whatever else the machine does."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_LOAD: Final = b"multiprocessing"
"""In the command of the processes that make the load, which are not measured."""


def processor_seconds() -> float:
    """How long all programs started by this one, and by those, have run; but not the load's."""
    children: dict[int, list[int]] = defaultdict(list)
    spent: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may have blanks and brackets of its own.
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        pid = int(stat.parent.name)
        children[int(fields[1])].append(pid)
        spent[pid] = int(fields[11]) + int(fields[12])
    total, left = 0, list(children[os.getpid()])
    while left:
        pid = left.pop()
        if _LOAD not in _command(pid):
            total += spent[pid]
            left += children[pid]
    return total / _TICKS


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
