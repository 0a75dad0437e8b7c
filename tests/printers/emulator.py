"""A slip printer on a real socket: it takes ESC/POS, prints into memory, and reports its state."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from queue_service.printers.rules.printer import Printer

FIXED = 0x12
"""The bits that are set in every status byte."""


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
    as something that is no printer.
    """

    port: int
    paper: str = "full"
    cover_open: bool = False
    stuck: bool = False
    confirms: bool = True
    mute: bool = False
    answer: bytes | None = None
    rows_left: int | None = None
    slips: list[Slip] = field(default_factory=list)
    received: bytes = b""
    connections: int = 0
    _now: Slip = field(default_factory=Slip)

    @property
    def printer(self) -> Printer:
        return Printer("127.0.0.1", self.port, "80")

    def serve(self, line: socket.socket) -> None:
        """Answer one connection until it ends."""
        self.connections += 1
        with line, line.makefile("rb") as stream:
            while command := stream.read(1):
                self.received += command
                if command == b"\x10":
                    self._status(line, stream.read(2))
                elif command == b"\x1b":
                    assert stream.read(1) == b"@"
                    self._now = Slip()
                elif command == b"\x1d":
                    self._gs(line, stream)

    def _gs(self, line: socket.socket, stream: BinaryIO) -> None:
        read = stream.read
        kind = read(1)
        if kind == b"v":
            assert read(2) == b"0\x00"
            width, height = (int.from_bytes(read(2), "little") for _ in range(2))
            rows = read(width * height)
            self._now.row_bytes = width
            if self.rows_left is not None and height > self.rows_left:
                self.paper = "out"
            if self.paper != "out":
                self._now.rows += rows
                self.rows_left = None if self.rows_left is None else self.rows_left - height
        elif kind == b"V":
            assert read(2) == b"\x42\x00"
            if self.paper != "out":
                self.slips.append(self._now)
            self._now = Slip()
        elif kind == b"r":
            assert read(1) == b"\x01"
            if (
                self.confirms and self.paper != "out"
            ):  # a printer that has stopped answers nothing that waits in line
                line.sendall(b"\x00")

    def _status(self, line: socket.socket, question: bytes) -> None:
        self.received += question
        if self.mute:
            return
        assert question[:1] == b"\x04"
        offline = self.cover_open or self.stuck or self.paper == "out"
        bits = {
            1: 0x08 * offline,
            2: 0x04 * self.cover_open | 0x20 * (self.paper == "out") | 0x40 * self.stuck,
            4: {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper],
        }[question[1]]
        line.sendall(bytes([FIXED | bits]) if self.answer is None else self.answer)


@contextmanager
def emulator() -> Iterator[Emulator]:
    """A printer with paper, at an address of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Emulator(server.getsockname()[1])
        lines: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                lines.append(line)
                threading.Thread(target=made.serve, args=(line,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
