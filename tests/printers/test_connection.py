"""A slip goes to a printer on a real socket, and only to a printer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from queue_service.printers.connection import ask_state, send_slip
from queue_service.printers.rules.printer import Printer
from queue_service.printers.rules.raster import Raster
from tests.ports import free_port
from tests.printers.emulator import Emulator, emulator

SLIP = Raster(576, b"\x80" + bytes(71) + b"\xff" * 72 * 299)


@pytest.fixture
def printer() -> Iterator[Emulator]:
    with emulator() as made:
        yield made


def test_a_slip_is_printed_and_cut(printer: Emulator) -> None:
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
    printer: Emulator, change: dict[str, object], state: str
) -> None:
    for name, value in change.items():
        setattr(printer, name, value)
    assert ask_state(printer.printer) == state
    assert send_slip(printer.printer, SLIP) == (False, state)
    assert printer.slips == []
    assert b"\x1b@" not in printer.received


def test_paper_that_ends_within_a_slip(printer: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_service.printers.connection._PRINT_SECONDS", 0.2)
    printer.rows_left = 200
    assert send_slip(printer.printer, SLIP) == (False, "paper_out")
    assert printer.slips == []


def test_a_slip_without_a_confirmation_counts_as_not_printed(
    printer: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.printers.connection._PRINT_SECONDS", 0.2)
    printer.confirms = False
    assert send_slip(printer.printer, SLIP) == (False, "error")


def test_an_address_that_says_nothing_is_asked_one_question_alone(
    printer: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.printers.connection._ANSWER_SECONDS", 0.2)
    printer.mute = True
    assert send_slip(printer.printer, SLIP) == (False, "silent")
    assert printer.received == b"\x10\x04\x01"


def test_an_address_without_a_printer() -> None:
    nobody = Printer("127.0.0.1", free_port(), "80")
    assert send_slip(nobody, SLIP) == (False, "unreachable")
