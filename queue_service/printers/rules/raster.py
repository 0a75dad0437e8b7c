"""The picture of a slip: one bit for a dot, as the page of the kiosk has drawn it.

The browser draws it, because it shapes every script and has the fonts; a printer's own letters have
neither Arabic nor Ukrainian.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass, field
from typing import Final

from queue_service.errors import Invalid

DOTS_PER_MM: Final = 8
"""Slip printers have 203 dots an inch."""
WIDTHS: Final = {"58": 384, "80": 576}
"""How many dots a printer prints in a row, by the width of its paper in mm."""
MAX_HEIGHT: Final = 300 * DOTS_PER_MM
"""A slip is at most 300 mm long."""
_WIDEST: Final = max(WIDTHS.values())
MAX_BITS: Final = _WIDEST // 8 * MAX_HEIGHT
"""The most bytes of a picture."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture: rows of ``width`` dots, each row in whole bytes, its first dot the highest bit."""

    width: int
    bits: bytes = field(repr=False)

    @property
    def row_bytes(self) -> int:
        """How many bytes a row has."""
        return self.width // 8

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.bits) // self.row_bytes


def read_raster(width: int, packed: str) -> Raster:
    """The picture from base64 of its rows, compressed by zlib. Raises Invalid.

    No more is unpacked than a picture may have.
    """
    if width not in WIDTHS.values():
        raise Invalid.at("width", f"Use one of: {', '.join(map(str, WIDTHS.values()))}.")
    raster = Raster(width, _unpacked(packed))
    if len(raster.bits) > raster.row_bytes * MAX_HEIGHT:
        raise Invalid.at("picture", f"It must have at most {MAX_HEIGHT} rows.")
    if not raster.bits or len(raster.bits) % raster.row_bytes:
        raise Invalid.at("picture", f"It must be whole rows of {raster.row_bytes} bytes.")
    return raster


def _unpacked(packed: str) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        bits = unpacking.decompress(base64.b64decode(packed, validate=True), MAX_BITS + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise Invalid.at("picture", "It must be base64 of data compressed by zlib.") from None
    if not unpacking.eof and len(bits) <= MAX_BITS:
        raise Invalid.at("picture", "Its compressed data is cut off.")
    return bits
