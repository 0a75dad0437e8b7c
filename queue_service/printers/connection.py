"""Talking to a slip printer: short times, and status bytes alone are read.

Nothing is sent before the other side has answered as a slip printer does, but for three questions
of three bytes, which have no end of a line. So a wrong address leads nowhere: a web server, a store
or a mail server takes no command from it.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Protocol, Self

from queue_service.printers.device import DeviceConnection, DeviceDenied
from queue_service.printers.network import CONNECT_SECONDS, NetworkConnection
from queue_service.printers.rules.escpos import (
    ASK_CAUSE,
    ASK_PAPER,
    ASK_STATUS,
    ASK_WHEN_PRINTED,
    END_OF_A_BAND,
    LONGEST_SLIP,
    is_status,
    slip_bytes,
    state_of,
)
from queue_service.printers.rules.printer import (
    BITS_OF_A_BYTE,
    PRINTING,
    DevicePrinter,
    NetworkPrinter,
    Printer,
    PrinterState,
)
from queue_service.printers.rules.raster import Raster

_ANSWER_SECONDS: Final = 1.5
_SEND_SECONDS: Final = 5.0
_PRINT_SECONDS: Final = 6.0
"""A slip of 300 mm at 50 mm a second, the slowest of printers."""


class PrinterConnection(Protocol):
    """An open connection to a printer, closed at the end of its ``with`` statement.

    Its methods raise TimeoutError, and OSError if the printer is gone.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def ask(self, question: bytes, seconds: float) -> None:
        """Send a question that a printer answers at once, also while it cannot print."""

    def send(self, data: bytes, seconds: float) -> None:
        """Send data as fast as the printer takes it."""

    def receive(self, seconds: float) -> bytes:
        """The next bytes from the printer."""


def longest_seconds(printer: Printer) -> float:
    """No exchange with this printer takes longer."""
    questions = 6 * 2 * _ANSWER_SECONDS  # two times three; each is sent, and answered
    before = _SEND_SECONDS + _ANSWER_SECONDS + _SEND_SECONDS + _PRINT_SECONDS
    slip = _SEND_SECONDS + _PRINT_SECONDS
    bits = (LONGEST_SLIP + len(END_OF_A_BAND)) * BITS_OF_A_BYTE
    port = bits / int(printer.speed) if isinstance(printer, DevicePrinter) else 0.0
    return CONNECT_SECONDS + questions + before + slip + port


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
        connection = connection_to(printer)
    except DeviceDenied:
        return "denied"
    except OSError:
        return "unreachable"
    with connection:
        try:
            state = _state(connection)
            if raster is None or state not in PRINTING:
                return state
            return _print(connection, raster)
        except OSError:
            return "silent"


def connection_to(printer: Printer) -> PrinterConnection:
    """A connection to a printer, as a context that ends it. Raises DeviceDenied and OSError."""
    if isinstance(printer, NetworkPrinter):
        return NetworkConnection(printer)
    return DeviceConnection(printer)


def _state(connection: PrinterConnection) -> PrinterState:
    """Raises OSError without an answer, and _NoPrinter for one that no printer gives."""
    status, cause, paper = (
        _answer(connection, ask) for ask in (ASK_STATUS, ASK_CAUSE, ASK_PAPER)
    )  # fmt: skip
    return state_of(status, cause, paper)


def _answer(connection: PrinterConnection, question: bytes) -> int:
    connection.ask(question, _ANSWER_SECONDS)
    answer = connection.receive(_ANSWER_SECONDS)
    if len(answer) != 1 or not is_status(answer[0]):  # such as the greeting of a mail server
        raise _NoPrinter
    return answer[0]


def _print(connection: PrinterConnection, raster: Raster) -> PrinterState:
    """The state after printing. A printer that stops confirms nothing, and then says why."""
    confirmed = _is_ready(connection) and _confirms(
        connection, slip_bytes(raster), _PRINT_SECONDS
    )  # fmt: skip
    state = _state(connection)
    return state if confirmed or state not in PRINTING else "error"


def _is_ready(connection: PrinterConnection) -> bool:
    """Whether the printer waits for a command.

    It does not after a slip of which only a part was sent, because the paper ended or a process
    died: it takes what comes next as the rest of that picture. Such a picture is ended and cut off
    first, so that it does not come out with the next citizen's slip.
    """
    return _confirms(connection, b"", _ANSWER_SECONDS) or _confirms(
        connection, END_OF_A_BAND, _PRINT_SECONDS
    )  # fmt: skip


def _confirms(connection: PrinterConnection, data: bytes, seconds: float) -> bool:
    """Send data; whether the printer confirms within these seconds that all of it is printed."""
    try:
        connection.send(data + ASK_WHEN_PRINTED, _SEND_SECONDS)
        end = time.monotonic() + seconds
        while answer := connection.receive(max(0.0, end - time.monotonic())):
            # Dots of a picture can equal a question, which is answered with a status.
            if not all(map(is_status, answer)):
                return True
    except TimeoutError:
        pass
    return False


class _NoPrinter(OSError):
    """The other side does not answer as a slip printer."""
