"""The connection to a slip printer at a device of this machine: a USB printer or a serial port.

A device is opened only while there is something to send, so a printer that is unplugged and back is
found again. Nothing here waits in the system: a web process serves others meanwhile.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import stat
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Final, Self

from queue_service.printers.rules.printer import (
    BITS_OF_A_BYTE,
    DevicePrinter,
    FlowControl,
    PrinterState,
)

_PAUSE_BYTES: Final = b"\x11\x13"
"""XON and XOFF: no status byte and no answer to GS r equals one of them."""
_EMPTY_SECONDS: Final = 0.02
"""The pause after an empty packet, of which some USB printers send one after the other."""
_NO_DEVICE: Final = "It is no device."
_IFLAG, _OFLAG, _CFLAG, _LFLAG, _ISPEED, _OSPEED, _CC = range(7)
"""The places in the attributes of a terminal."""


class DeviceDenied(OSError):
    """The service may not open the device, or the path is of something else."""


class DeviceConnection:
    """An open device. Raises DeviceDenied, and OSError if it is absent or held by another."""

    def __init__(self, printer: DevicePrinter) -> None:
        self._flow: FlowControl = printer.flow
        self._speed = int(printer.speed)
        try:
            self._fd = os.open(printer.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except PermissionError as error:
            raise DeviceDenied(error.errno, os.strerror(errno.EACCES)) from None
        try:
            if not stat.S_ISCHR(os.fstat(self._fd).st_mode):
                raise DeviceDenied(errno.ENODEV, _NO_DEVICE)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._serial = os.isatty(self._fd)
            if self._serial:
                self._set_up()
        except BaseException:
            os.close(self._fd)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._discard(termios.TCIOFLUSH)  # closing waits for data that is not sent
        os.close(self._fd)

    def ask(self, question: bytes, seconds: float) -> None:
        """Send a question, also to a printer that asks for a pause, in place of data that waits.

        Raises TimeoutError, and OSError if the device is gone.
        """
        self._discard(termios.TCOFLUSH)
        self._control("none")
        self._write(question, seconds)

    def send(self, data: bytes, seconds: float) -> None:
        """Send data as fast as the printer takes it: in ``seconds``, and those that a serial port
        needs at its speed.

        Raises TimeoutError, and OSError if the device is gone.
        """
        self._control(self._flow)
        port = len(data) * BITS_OF_A_BYTE / self._speed if self._serial else 0.0
        self._write(data, seconds + port)

    def receive(self, seconds: float) -> bytes:
        """The next bytes from the printer. Raises TimeoutError, and OSError if it is gone."""
        end = time.monotonic() + seconds
        while True:
            self._wait(select.POLLIN, end)
            with suppress(BlockingIOError):
                if found := os.read(self._fd, 64).translate(None, _PAUSE_BYTES):
                    return found
            select.select((), (), (), _EMPTY_SECONDS)

    def _write(self, data: bytes, seconds: float) -> None:
        end = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            self._wait(select.POLLOUT, end)
            with suppress(BlockingIOError):
                rest = rest[os.write(self._fd, rest) :]

    def _wait(self, event: int, end: float) -> None:
        # Not select(): it takes no file whose number is above 1023, and streams are files.
        poll = select.poll()
        poll.register(self._fd, event)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError

    def _set_up(self) -> None:
        """Bytes as they are, at this speed, whatever the port was used for before."""
        with _refusing():
            now = termios.tcgetattr(self._fd)
            now[_IFLAG] = termios.IGNBRK
            now[_OFLAG] = 0
            now[_CFLAG] = termios.CS8 | termios.CREAD | termios.CLOCAL
            now[_LFLAG] = 0
            now[_ISPEED] = now[_OSPEED] = getattr(termios, f"B{self._speed}")
            now[_CC][termios.VMIN], now[_CC][termios.VTIME] = 1, 0
            termios.tcsetattr(self._fd, termios.TCSANOW, now)
            termios.tcflush(self._fd, termios.TCIOFLUSH)

    def _control(self, flow: FlowControl) -> None:
        if not self._serial:
            return
        with _refusing():
            now = termios.tcgetattr(self._fd)
            now[_IFLAG] = termios.IGNBRK | (termios.IXON if flow == "xonxoff" else 0)
            wires = termios.CRTSCTS if flow == "rtscts" else 0
            now[_CFLAG] = now[_CFLAG] & ~termios.CRTSCTS | wires
            termios.tcsetattr(self._fd, termios.TCSANOW, now)

    def _discard(self, queues: int) -> None:
        if self._serial:
            with suppress(OSError), _refusing():
                termios.tcflush(self._fd, queues)


def device_trouble(path: str) -> PrinterState | None:
    """The state of a device on which this user cannot print, seen without opening it."""
    try:
        is_device = stat.S_ISCHR(os.stat(path).st_mode)
    except PermissionError:
        return "denied"
    except OSError:
        return "unreachable"
    return None if is_device and os.access(path, os.R_OK | os.W_OK) else "denied"


@contextmanager
def _refusing() -> Iterator[None]:
    """Raises OSError in place of the module's own error, which is none."""
    try:
        yield
    except termios.error as error:
        raise OSError(*error.args) from None
