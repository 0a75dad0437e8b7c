"""Printing a slip on a kiosk's printer, and the state of the printer.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from queue_service.contract.words import Published, Strict, example
from queue_service.printers.rules.printer import PrinterState

_MAX_PACKED: Final = 60_000
_ONE_ROW: Final = "eJz7/586AAA6mke5"
"""A black row of 576 dots."""


class PrintBody(Strict):
    """A slip. ``picture``: base64 of its rows, compressed by zlib; a row has ``width`` dots, the
    first in the highest bit of its first byte, and 1 is black. ``width`` is 384 or 576, as the
    printer's paper of 58 or 80 mm."""

    model_config = example(width=576, picture=_ONE_ROW)

    width: int
    picture: Annotated[str, Field(max_length=_MAX_PACKED)]


class CheckBody(Strict):
    """Nothing needs to be given."""


class PrinterAnswer(Published):
    """The printer's state; ``printed``: it confirms that this slip has been printed."""

    printed: bool
    state: PrinterState
