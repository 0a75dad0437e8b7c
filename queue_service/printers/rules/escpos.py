"""ESC/POS: the bytes that a slip printer takes, and the bytes with which it reports its state.

The names in comments are those of the command reference. Only what is here is ever sent.
"""

from __future__ import annotations

from typing import Final

from queue_service.printers.rules.printer import PrinterState
from queue_service.printers.rules.raster import MAX_BITS, WIDTHS, Raster

ASK_STATUS: Final = b"\x10\x04\x01"
"""DLE EOT 1: whether it is online. Answered at once, also while it prints or its cover is open."""
ASK_CAUSE: Final = b"\x10\x04\x02"
"""DLE EOT 2: why it is offline."""
ASK_PAPER: Final = b"\x10\x04\x04"
"""DLE EOT 4: the sensors of the roll of paper."""
ASK_WHEN_PRINTED: Final = b"\x1d\x72\x01"
"""GS r 1: answered after everything sent before it is printed."""

_START: Final = b"\x1b\x40"  # ESC @
_RASTER: Final = b"\x1d\x76\x30\x00"  # GS v 0, at the printer's own resolution
_CUT: Final = b"\x1d\x56\x42\x00"  # GS V 66 0: feed to the knife, and leave one point uncut
_BAND: Final = 128
"""Rows in one command: printers of small memory take no whole slip."""

END_OF_A_BAND: Final = bytes(_BAND * max(WIDTHS.values()) // 8) + _CUT
"""White dots for the rest of any band, and a cut. Between two commands a printer ignores them."""

_OFFLINE: Final = 0x08
_COVER_OPEN: Final = 0x04
_STOPPED_BY_PAPER: Final = 0x20
_ERROR: Final = 0x40
_NEAR_END: Final = 0x0C
_AT_END: Final = 0x60


def slip_bytes(raster: Raster) -> bytes:
    """A slip: its picture, and a cut."""
    bands = (_band(raster, row) for row in range(0, raster.height, _BAND))
    return b"".join((_START, *bands, _CUT))


def _band(raster: Raster, first: int) -> bytes:
    size = raster.row_bytes
    rows = min(_BAND, raster.height - first)
    picture = raster.bits[first * size : (first + rows) * size]
    return _RASTER + size.to_bytes(2, "little") + rows.to_bytes(2, "little") + picture


LONGEST_SLIP: Final = len(slip_bytes(Raster(max(WIDTHS.values()), bytes(MAX_BITS))))
"""How many bytes the longest slip has."""


def is_status(byte: int) -> bool:
    """Whether a byte can be one of a printer's status, by the bits that are the same in all."""
    return byte & 0x93 == 0x12


def state_of(status: int, cause: int, paper: int) -> PrinterState:
    """The state from the answers to :data:`ASK_STATUS`, :data:`ASK_CAUSE` and
    :data:`ASK_PAPER`."""
    if cause & _COVER_OPEN:
        return "cover_open"
    if cause & _STOPPED_BY_PAPER or paper & _AT_END:
        return "paper_out"
    if cause & _ERROR or status & _OFFLINE:
        return "error"
    return "paper_low" if paper & _NEAR_END else "ok"
