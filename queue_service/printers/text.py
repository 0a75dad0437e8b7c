"""The states of a printer in words, for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.language.catalogues import N_
from queue_service.printers.rules.printer import PrinterState

PRINTER_WORDS: Final[Mapping[PrinterState, str]] = {
    "ok": N_("The printer answers and has paper."),
    "paper_low": N_("The printer is about to run out of paper: put a new roll in soon."),
    "paper_out": N_("The printer has no paper: put a new roll in."),
    "cover_open": N_("The printer’s cover is open: close it."),
    "error": N_("The printer reports an error: look for stuck paper, and switch it off and on."),
    "silent": N_("Something is there, and does not answer as a slip printer."),
    "unreachable": N_(
        "No printer is reached: is the address or the device right, is the printer on, and does no"
        " other program have it?"
    ),
    "denied": N_(
        "The service may not open this device: name it in QUEUE_PRINTER_DEVICES, and put the"
        " service’s user into the device’s group."
    ),
}
