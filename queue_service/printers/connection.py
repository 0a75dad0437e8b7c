"""The connection to a slip printer: exactly its address, short times, and status bytes alone.

Nothing is sent before the other side has answered as a slip printer does, but for three questions
of three bytes, which have no end of a line. So a wrong address leads nowhere: a web server, a store
or a mail server takes no command from it.
"""

from __future__ import annotations

import logging
import socket
from typing import Final

from queue_service.printers.rules.escpos import (
    ASK_CAUSE,
    ASK_PAPER,
    ASK_STATUS,
    ASK_WHEN_PRINTED,
    is_status,
    slip_bytes,
    state_of,
)
from queue_service.printers.rules.printer import PRINTING, Printer, PrinterState
from queue_service.printers.rules.raster import Raster

_CONNECT_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 1.5
_SEND_SECONDS: Final = 5.0
_PRINT_SECONDS: Final = 6.0
"""A slip of 300 mm at 50 mm a second, the slowest of printers."""
LONGEST_SECONDS: Final = (
    _CONNECT_SECONDS + 6 * _ANSWER_SECONDS + _SEND_SECONDS + _PRINT_SECONDS
)  # fmt: skip
"""No exchange takes longer."""

_log: Final = logging.getLogger(__name__)


def ask_state(printer: Printer) -> PrinterState:
    """The printer's state now."""
    return _talk(printer, None)


def send_slip(printer: Printer, raster: Raster) -> tuple[bool, PrinterState]:
    """Print a slip: whether it is printed, and the printer's state after that.

    Nothing is sent to a printer that cannot print: it would come out later, as somebody else's.
    """
    state = _talk(printer, raster)
    return state in PRINTING, state


def _talk(printer: Printer, raster: Raster | None) -> PrinterState:
    try:
        line = socket.create_connection((printer.host, printer.port), _CONNECT_SECONDS)
    except OSError:
        return "unreachable"
    with line:
        try:
            state = _state(line)
            if raster is None or state not in PRINTING:
                return state
            return _print(line, raster)
        except OSError:
            return "silent"


def _state(line: socket.socket) -> PrinterState:
    """Raises OSError without an answer, and _NoPrinter for one that no printer gives."""
    line.settimeout(_ANSWER_SECONDS)
    status, cause, paper = (_answer(line, ask) for ask in (ASK_STATUS, ASK_CAUSE, ASK_PAPER))
    return state_of(status, cause, paper)


def _answer(line: socket.socket, question: bytes) -> int:
    line.sendall(question)
    answer = line.recv(64)
    if len(answer) != 1 or not is_status(answer[0]):  # such as the greeting of a mail server
        raise _NoPrinter
    return answer[0]


def _print(line: socket.socket, raster: Raster) -> PrinterState:
    """The state after printing. A printer that stops confirms nothing, and then says why."""
    line.settimeout(_SEND_SECONDS)
    try:
        line.sendall(slip_bytes(raster) + ASK_WHEN_PRINTED)
        line.settimeout(_PRINT_SECONDS)
        confirmed = bool(line.recv(1))
    except TimeoutError:
        confirmed = False
    state = _state(line)
    return state if confirmed or state not in PRINTING else "error"


class _NoPrinter(OSError):
    """The other side does not answer as a slip printer."""
