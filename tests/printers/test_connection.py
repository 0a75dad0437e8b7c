"""A slip goes to a printer on a real socket or at a real serial port, and only to a printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_service.printers.connection import ask_state, connection_to, longest_seconds, send_slip
from queue_service.printers.rules.printer import DevicePrinter, NetworkPrinter
from queue_service.printers.rules.raster import Raster
from tests.ports import free_port
from tests.printers.emulator import SerialEmulator, SocketEmulator, emulator, serial_emulator

SLIP = Raster(576, b"\x80" + bytes(71) + b"\xff" * 72 * 299)


@pytest.fixture(params=["network", "serial"])
def printer(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[SocketEmulator | SerialEmulator]:
    made = emulator() if request.param == "network" else serial_emulator(tmp_path / "port")
    with made as found:
        yield found


AnyEmulator = SocketEmulator | SerialEmulator


def test_a_slip_is_printed_and_cut(printer: AnyEmulator) -> None:
    assert send_slip(printer.printer, SLIP) == (True, "ok")
    (slip,) = printer.slips
    assert (slip.row_bytes, slip.height, slip.rows) == (72, 300, SLIP.bits)
    printer.paper = "low"
    assert send_slip(printer.printer, SLIP) == (True, "paper_low")
    assert len(printer.slips) == 2


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"paper": "out"}, "paper_out"),
        ({"cover_open": True}, "cover_open"),
        ({"stuck": True}, "error"),
        ({"answer": b"H"}, "silent"),
        ({"answer": b"220 mail.example.dk"}, "silent"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    printer: AnyEmulator, change: dict[str, object], state: str
) -> None:
    for name, value in change.items():
        setattr(printer, name, value)
    assert ask_state(printer.printer) == state
    assert send_slip(printer.printer, SLIP) == (False, state)
    assert printer.slips == []
    assert b"\x1b@" not in printer.received


def test_paper_that_ends_within_a_slip(
    printer: AnyEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.printers.connection._PRINT_SECONDS", 0.2)
    printer.rows_left = 200
    assert send_slip(printer.printer, SLIP) == (False, "paper_out")
    assert printer.slips == []


def test_a_printer_that_confirms_nothing_is_sent_no_slip(
    printer: AnyEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in ("_ANSWER_SECONDS", "_PRINT_SECONDS"):
        monkeypatch.setattr(f"queue_service.printers.connection.{seconds}", 0.2)
    printer.confirms = False
    assert send_slip(printer.printer, SLIP) == (False, "error")
    assert b"\x1b@" not in printer.received


def test_dots_that_equal_a_question_are_no_confirmation(
    printer: AnyEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.printers.connection._PRINT_SECONDS", 0.2)
    dots = Raster(576, b"\x10\x04\x01" * 24 + bytes(72 * 299))
    assert send_slip(printer.printer, dots) == (True, "ok")
    printer.rows_left = 200
    assert send_slip(printer.printer, dots) == (False, "paper_out")
    assert len(printer.slips) == 1


def test_an_address_that_says_nothing_is_asked_one_question_alone(
    printer: AnyEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.printers.connection._ANSWER_SECONDS", 0.2)
    printer.mute = True
    assert send_slip(printer.printer, SLIP) == (False, "silent")
    assert printer.received == b"\x10\x04\x01"


def test_an_answer_after_the_end_of_the_time_is_late(printer: AnyEmulator) -> None:
    with connection_to(printer.printer) as connection, pytest.raises(TimeoutError):
        connection.receive(0.0)


def test_an_address_without_a_printer(tmp_path: Path) -> None:
    for nobody in (
        NetworkPrinter("127.0.0.1", free_port(), "80"),
        DevicePrinter(str(tmp_path / "port"), "38400", "none", "80"),
    ):
        assert send_slip(nobody, SLIP) == (False, "unreachable")


def test_a_serial_port_has_the_time_that_its_speed_needs() -> None:
    network = longest_seconds(NetworkPrinter("10.0.3.20", 9100, "80"))
    slow, fast = (
        longest_seconds(DevicePrinter("/dev/ttyUSB0", speed, "none", "80"))
        for speed in ("38400", "115200")
    )
    # 300 mm of 72 bytes in a row, and a band that may have to be ended before.
    assert 47 < slow - network < 48
    assert 15 < fast - network < 16
