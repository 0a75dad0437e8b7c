"""Each key that files made for download are kept under, spelled once. All of them expire."""

from __future__ import annotations

from typing import Final

STORED_FILES: Final = "queue:exports:held"
"""Sorted set: ``id|size|parts`` of each file whose content is kept, by when it expires (ms)."""


def listing(branch: str) -> str:
    """Sorted set: ids of the files asked for on a branch's page, by when (ms)."""
    return f"queue:exports:of:{branch}"


def record(export_id: str) -> str:
    """Hash: ``order`` (JSON), ``state``, ``asked_at`` and ``touched_at`` (ms), ``round``, ``done``,
    ``of``, ``size``, ``parts``, ``media_type``, ``problem``."""
    return f"queue:export:{export_id}"


def part(export_id: str, nth: int) -> str:
    """String: a piece of a file's bytes."""
    return f"queue:export:{export_id}:{nth}"
