"""A printer at a serial port: its settings, a slip of which a part was sent, a pulled cable."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_service.printers.connection import ask_state, send_slip
from queue_service.printers.device import device_trouble
from queue_service.printers.rules.printer import DevicePrinter, FlowControl
from queue_service.printers.rules.raster import Raster
from tests.printers.emulator import SerialEmulator, serial_emulator

SLIP = Raster(576, b"\xf0" * 72 * 300)
LONG = Raster(576, b"\x0f" * 72 * 2400)
"""More than a pseudo-terminal holds while the printer reads nothing."""


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[SerialEmulator]:
    with serial_emulator(tmp_path / "port") as made:
        yield made


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that answers late is waited for briefly."""
    for name, seconds in {"_ANSWER_SECONDS": 0.8, "_SEND_SECONDS": 1.0}.items():
        monkeypatch.setattr(f"queue_service.printers.connection.{name}", seconds)
    monkeypatch.setattr("queue_service.printers.device.BITS_OF_A_BYTE", 0)


@pytest.mark.parametrize("flow", ["rtscts", "xonxoff", "none"])
def test_a_port_is_set_up_for_bytes_as_they_are(printer: SerialEmulator, flow: FlowControl) -> None:
    printer.flow = flow
    assert send_slip(printer.printer, SLIP) == (True, "ok")
    incoming, outgoing, control, local, *speeds, _ = printer.port
    assert (outgoing, local, speeds) == (0, 0, [termios.B115200] * 2)
    assert incoming == termios.IGNBRK | termios.IXON * (flow == "xonxoff")
    assert bool(control & termios.CRTSCTS) == (flow == "rtscts")
    assert control & (termios.CSIZE | termios.PARENB | termios.CSTOPB) == termios.CS8


@pytest.mark.usefixtures("hasty")
def test_a_half_slip_is_cut_off_before_the_next(printer: SerialEmulator) -> None:
    printer.rows_left, printer.holds = 200, 1000
    assert send_slip(printer.printer, LONG) == (False, "paper_out")
    assert ask_state(printer.printer) == "paper_out"
    printer.new_roll(printer.send)
    assert printer.slips == []
    assert send_slip(printer.printer, SLIP) == (True, "ok")
    half, whole = printer.slips
    assert 128 <= half.height < LONG.height
    assert whole.rows == SLIP.bits


@pytest.mark.usefixtures("hasty")
def test_a_cable_that_is_pulled_out_and_plugged_in_again(printer: SerialEmulator) -> None:
    printer.unplugged_after = 5000
    assert send_slip(printer.printer, LONG) == (False, "silent")
    assert ask_state(printer.printer) == "unreachable"
    assert device_trouble(printer.printer.path) == "unreachable"
    printer.unplugged_after = None
    printer.plug_in()
    assert ask_state(printer.printer) == "ok"
    assert device_trouble(printer.printer.path) is None


def test_another_program_that_prints_is_left_alone(printer: SerialEmulator) -> None:
    with printer.link.open("rb+", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert send_slip(printer.printer, SLIP) == (False, "unreachable")
    assert printer.received == b""
    assert ask_state(printer.printer) == "ok"


def test_a_file_is_no_printer_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"important")
    at_a_file = DevicePrinter(str(file), "38400", "none", "80")
    assert send_slip(at_a_file, SLIP) == (False, "denied")
    assert device_trouble(at_a_file.path) == "denied"
    assert file.read_bytes() == b"important"


def test_a_device_of_another_user_is_not_opened(printer: SerialEmulator) -> None:
    os.chmod(printer.link, 0)
    if os.geteuid() != 0:
        assert ask_state(printer.printer) == "denied"
        return
    os.seteuid(65_534)  # root opens everything
    try:
        assert ask_state(printer.printer) == "denied"
    finally:
        os.seteuid(0)


IN_A_WEB_PROCESS = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
from queue_service.printers import connection
from queue_service.printers.rules.printer import DevicePrinter
from queue_service.printers.rules.raster import Raster
turns = 0
def other():
    global turns
    while True:
        turns += 1
        gevent.sleep(0.005)
gevent.spawn(other)
printer = DevicePrinter(sys.argv[1], "115200", "xonxoff", "80")
connection._ANSWER_SECONDS = 0.3
print(*connection.send_slip(printer, Raster(576, bytes(72 * 300))), turns > 20)
"""


def test_a_web_process_serves_others_while_a_printer_is_slow(printer: SerialEmulator) -> None:
    printer.mute = True
    ran = subprocess.run(
        [sys.executable, "-c", IN_A_WEB_PROCESS, str(printer.link)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.split() == ["False", "silent", "True"]
