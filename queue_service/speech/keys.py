"""Each key that clips are kept under in the jobs' store, spelled once."""

from __future__ import annotations

from typing import Final

MADE: Final = "queue:speech:made"
"""Sorted set: ids of the clips that are kept, by when they were made (ms)."""

SIZES: Final = "queue:speech:sizes"
"""Hash: the size of each of them, in bytes."""

PROBLEM: Final = "queue:speech:problem"
"""String: why a worker could make no clip; it expires, and then a worker tries again."""


def clip(clip_id: str) -> str:
    """String: a clip's audio, in Opus."""
    return f"queue:speech:clip:{clip_id}"
