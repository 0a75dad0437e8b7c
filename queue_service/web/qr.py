"""QR codes as paths, which a page draws and prints sharply at any size."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final, TypedDict

import segno

QUIET_ZONE: Final = 4
"""The margin that a reader needs around a QR code, in squares."""
_MASK: Final = 0
"""Trying all eight masks for the fairest pattern takes 3.6 ms of a process that issues tickets too;
one of them, a chessboard, 0.7 ms. Every reader reads all."""


class QrCode(TypedDict):
    """How many squares wide it is, with its margin, and the path of the dark ones."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code that a phone reads as this text."""
    code = segno.make(text, error="m", micro=False, mask=_MASK)
    matrix = tuple(code.matrix_iter(border=QUIET_ZONE))
    path = "".join(_row(row, y) for y, row in enumerate(matrix))
    return {"size": len(matrix), "path": path}


def _row(row: Iterable[int], y: int) -> str:
    """The dark squares of a row, adjacent ones in one piece."""
    path, x = "", 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path
