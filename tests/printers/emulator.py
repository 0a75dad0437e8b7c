"""A slip printer on a real socket or a real serial line: it takes ESC/POS, prints into memory, and
reports its state."""

from __future__ import annotations

import os
import select
import socket
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queue_service.printers.rules.printer import DevicePrinter, FlowControl, NetworkPrinter

FIXED = 0x12
"""The bits that are set in every status byte."""
XON, XOFF = b"\x11", b"\x13"


@dataclass
class Slip:
    """The paper between two cuts: the bytes of a row, and all rows."""

    row_bytes: int = 0
    rows: bytes = b""

    @property
    def height(self) -> int:
        return len(self.rows) // self.row_bytes if self.row_bytes else 0

    def dot(self, x: int, y: int) -> bool:
        return bool(self.rows[y * self.row_bytes + x // 8] >> (7 - x % 8) & 1)


@dataclass
class Emulator:
    """The printer; a test changes its paper, its cover and what else is wrong with it.

    ``rows_left``: the paper ends after so many rows. ``confirms``: it reports that all is printed.
    ``mute``: it takes connections and answers nothing; ``answer``: its answer in place of a status,
    as something that is no printer. ``holds``: the most bytes that it keeps while it cannot print;
    then it asks for a pause by XOFF.
    """

    paper: str = "full"
    cover_open: bool = False
    stuck: bool = False
    confirms: bool = True
    mute: bool = False
    answer: bytes | None = None
    rows_left: int | None = None
    holds: int | None = None
    slips: list[Slip] = field(default_factory=list)
    received: bytes = b""
    connections: int = 0
    _now: Slip = field(default_factory=Slip)
    _waiting: bytes = b""
    _paused: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)
    """Bytes come in a thread of their own, while a test puts paper in."""

    def take(self, data: bytes, send: Callable[[bytes], object]) -> None:
        """Take bytes as they come: a question is answered at once, also within a picture."""
        with self._turn:
            self._take(data, send)

    def _take(self, data: bytes, send: Callable[[bytes], object]) -> None:
        seen = len(self.received) - 2
        self.received += data
        self._waiting += data
        while (seen := self.received.find(b"\x10\x04", max(seen, 0))) >= 0:
            if len(self.received) < seen + 3:
                break
            self._status(self.received[seen + 2], send)
            seen += 3
        self._work(send)
        full = self.holds is not None and len(self._waiting) > self.holds
        if full and self.paper == "out" and not self._paused:
            self._paused = True
            send(XOFF)

    def new_roll(self, send: Callable[[bytes], object]) -> None:
        """Put paper in: it prints what it has kept."""
        with self._turn:
            self.paper, self.rows_left = "full", None
            self._work(send)
            if self._paused:
                self._paused = False
                send(XON)

    def _work(self, send: Callable[[bytes], object]) -> None:
        """Carry out the commands that have come whole, as far as the paper lasts."""
        while self._waiting and self.paper != "out" and (length := self._next(send)):
            self._waiting = self._waiting[length:]

    def _next(self, send: Callable[[bytes], object]) -> int:
        """The length of the next command, which is carried out; 0 if it has not come whole."""
        left = self._waiting
        lengths = {b"\x00": 1, b"\x10\x04": 3, b"\x1b@": 2, b"\x1dV\x42\x00": 4, b"\x1dr\x01": 3}
        for start, length in lengths.items():
            if left.startswith(start) and len(left) >= length:
                self._carry_out(start, send)
                return length
        if left.startswith(b"\x1dv0\x00"):
            return self._picture(left)
        assert any(one.startswith(left) for one in (*lengths, b"\x1dv0\x00")) or left[0] == 0x10
        return 0

    def _carry_out(self, start: bytes, send: Callable[[bytes], object]) -> None:
        if start == b"\x1dV\x42\x00" and self._now.rows:
            self.slips.append(self._now)
            self._now = Slip()
        elif start == b"\x1dr\x01" and self.confirms:
            send(b"\x00")

    def _picture(self, left: bytes) -> int:
        if len(left) < 8:
            return 0
        width, height = (int.from_bytes(left[at : at + 2], "little") for at in (4, 6))
        length = 8 + width * height
        if len(left) < length:
            return 0
        if self.rows_left is not None and height > self.rows_left:
            self.paper = "out"
            return 0
        self._now.row_bytes = width
        self._now.rows += left[8:length]
        self.rows_left = None if self.rows_left is None else self.rows_left - height
        return length

    def _status(self, question: int, send: Callable[[bytes], object]) -> None:
        if self.mute:
            return
        offline = self.cover_open or self.stuck or self.paper == "out"
        bits = {
            1: 0x08 * offline,
            2: 0x04 * self.cover_open | 0x20 * (self.paper == "out") | 0x40 * self.stuck,
            4: {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper],
        }[question]
        send(bytes([FIXED | bits]) if self.answer is None else self.answer)


@dataclass
class SocketEmulator(Emulator):
    """A printer on the network."""

    port: int = 0

    @property
    def printer(self) -> NetworkPrinter:
        return NetworkPrinter("127.0.0.1", self.port, "80")

    def serve(self, line: socket.socket) -> None:
        """Answer one connection until it ends."""
        self.connections += 1
        with line:
            while data := line.recv(4096):
                self.take(data, line.sendall)


@dataclass
class SerialEmulator(Emulator):
    """A printer at a serial port, which is a pseudo-terminal behind a link that has its name.

    ``unplugged_after``: its cable is pulled out after so many bytes. ``port``: the attributes of
    the port while a slip came; ``end``: the printer's end of it.
    """

    link: Path = Path()
    flow: FlowControl = "xonxoff"
    unplugged_after: int | None = None
    port: list[Any] = field(default_factory=list)
    end: int = -1
    _thread: threading.Thread | None = None
    _stop: int = -1

    @property
    def printer(self) -> DevicePrinter:
        return DevicePrinter(str(self.link), "115200", self.flow, "80")

    def send(self, data: bytes) -> None:
        os.write(self.end, data)

    def plug_in(self) -> None:
        ours, theirs = os.openpty()
        self.end = ours
        self.link.symlink_to(os.ttyname(theirs))
        stop, self._stop = os.pipe()

        def serve() -> None:
            while stop not in select.select([ours, stop], [], [])[0]:
                data = os.read(ours, 1024)
                if b"\x1b@" in data:
                    self.port = termios.tcgetattr(ours)
                self.take(data, self.send)
                if self.unplugged_after is not None and len(self.received) > self.unplugged_after:
                    break
            self.link.unlink()
            for end in (ours, theirs, stop):
                os.close(end)

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        assert self._thread is not None
        os.write(self._stop, b"!")
        self._thread.join()
        os.close(self._stop)


@contextmanager
def emulator() -> Iterator[SocketEmulator]:
    """A printer with paper, at an address of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = SocketEmulator(port=server.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=made.serve, args=(line,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def serial_emulator(link: Path) -> Iterator[SerialEmulator]:
    """A printer with paper, at a serial port with this name."""
    made = SerialEmulator(link=link)
    made.plug_in()
    try:
        yield made
    finally:
        made.unplug()
