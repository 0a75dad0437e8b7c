"""The bytes for a slip printer, the state from its answers, and the limits of a picture."""

from __future__ import annotations

import base64
import zlib

import pytest

from queue_service.errors import Invalid
from queue_service.printers.rules.escpos import is_status, slip_bytes, state_of
from queue_service.printers.rules.printer import (
    RECENT_MS,
    DevicePrinter,
    NetworkPrinter,
    PrinterReport,
    device_printer,
    network_printer,
)
from queue_service.printers.rules.raster import MAX_HEIGHT, Raster, read_raster


def packed(bits: bytes) -> str:
    return base64.b64encode(zlib.compress(bits, 1)).decode()


CUT_OFF = base64.b64encode(zlib.compress(bytes(480))[:-3]).decode()


def test_a_slip_is_printed_in_bands_and_cut() -> None:
    rows = bytes(range(48)) * 130
    sent = slip_bytes(Raster(384, rows))
    first = b"\x1dv0\x00\x30\x00\x80\x00" + rows[: 48 * 128]
    second = b"\x1dv0\x00\x30\x00\x02\x00" + rows[48 * 128 :]
    assert sent == b"\x1b@" + first + second + b"\x1dVB\x00"


@pytest.mark.parametrize(
    ("status", "cause", "paper", "state"),
    [
        (0x12, 0x12, 0x12, "ok"),
        (0x12, 0x12, 0x1E, "paper_low"),
        (0x1A, 0x12, 0x72, "paper_out"),
        (0x1A, 0x32, 0x12, "paper_out"),
        (0x1A, 0x16, 0x72, "cover_open"),  # with the cover open nothing is known of the paper
        (0x1A, 0x52, 0x12, "error"),
        (0x1A, 0x12, 0x12, "error"),
    ],
)
def test_the_state_of_a_printer(status: int, cause: int, paper: int, state: str) -> None:
    assert state_of(status, cause, paper) == state


def test_a_status_byte_is_known_by_its_fixed_bits() -> None:
    assert all(is_status(0x12 | bits) for bits in (0, 0x08, 0x6C))
    assert not any(is_status(0x12 ^ bit) for bit in (0x01, 0x02, 0x10, 0x80))
    assert not any(map(is_status, b"H-+$"))


def test_a_picture_is_read() -> None:
    assert read_raster(384, packed(bytes(96))) == Raster(384, bytes(96))
    longest = read_raster(576, packed(bytes(72 * MAX_HEIGHT)))
    assert longest.height == MAX_HEIGHT


NO_ZLIB = "It must be base64 of data compressed by zlib."


@pytest.mark.parametrize(
    ("width", "picture", "field", "reason"),
    [
        (383, packed(bytes(48)), "width", "Use one of: 384, 576."),
        (384, packed(bytes(47)), "picture", "It must be whole rows of 48 bytes."),
        (384, packed(b""), "picture", "It must be whole rows of 48 bytes."),
        (576, packed(bytes(72 * 2400 + 1)), "picture", "It must have at most 2400 rows."),
        (384, packed(bytes(48 * 2401)), "picture", "It must have at most 2400 rows."),
        (576, packed(bytes(50_000_000)), "picture", "It must have at most 2400 rows."),
        (384, CUT_OFF, "picture", "Its compressed data is cut off."),
        (384, base64.b64encode(bytes(48)).decode(), "picture", NO_ZLIB),
        (384, f" {packed(bytes(48))}", "picture", NO_ZLIB),
        (384, "no base64", "picture", NO_ZLIB),
    ],
)
def test_an_unfit_picture_is_refused(width: int, picture: str, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_raster(width, picture)
    assert refused.value.extra["errors"] == [{"field": field, "reason": reason}]


def test_an_address_of_a_printer() -> None:
    assert network_printer(" 10.0.3.20 ", "", "80") == NetworkPrinter("10.0.3.20", 9100, "80")
    assert network_printer("fd00::7", "65535", "58").address == "[fd00::7]:65535"
    assert network_printer("10.0.3.20", "1", "80").address == "10.0.3.20:1"


NO_ADDRESS = "Use an IP address, such as 10.0.3.20."
OF_MANY = "Use the address of one printer."
NO_PORT = "Use a number from 1 to 65535."


@pytest.mark.parametrize(
    ("host", "port", "paper", "field", "reason"),
    [
        ("printer.local", "9100", "80", "host", NO_ADDRESS),
        ("", "9100", "80", "host", NO_ADDRESS),
        ("224.0.0.1", "9100", "80", "host", OF_MANY),
        ("0.0.0.0", "9100", "80", "host", OF_MANY),
        ("10.0.3.20", "0", "80", "port", NO_PORT),
        ("10.0.3.20", "65536", "80", "port", NO_PORT),
        ("10.0.3.20", "-1", "80", "port", NO_PORT),
        ("10.0.3.20", "9100", "0", "paper", "Use 58 or 80."),
    ],
)
def test_an_address_of_no_printer_is_refused(
    host: str, port: str, paper: str, field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        network_printer(host, port, paper)
    assert refused.value.extra["errors"] == [{"field": field, "reason": reason}]


DEVICES = ("/dev/usb/lp0", "/dev/serial/by-id/usb-Maker_Printer-if00-port0")


def test_a_printer_at_a_device_that_the_operator_has_named() -> None:
    for path in DEVICES:
        found = device_printer(path, "115200", "xonxoff", "58", DEVICES)
        assert found == DevicePrinter(path, "115200", "xonxoff", "58")
        assert found.address == path


NOT_NAMED = "Use a device that QUEUE_PRINTER_DEVICES names."


@pytest.mark.parametrize(
    ("path", "speed", "flow", "paper", "field", "reason"),
    [
        ("/dev/usb/lp1", "38400", "none", "80", "device", NOT_NAMED),
        ("/dev/usb/../usb/lp0", "38400", "none", "80", "device", NOT_NAMED),
        ("/dev/usb/lp0", "19200", "none", "80", "speed", "Use 38400, 57600 or 115200."),
        ("/dev/usb/lp0", "38400", "dtr", "80", "flow", "Use rtscts, xonxoff or none."),
        ("/dev/usb/lp0", "38400", "none", "81", "paper", "Use 58 or 80."),
    ],
)
def test_a_device_of_no_printer_is_refused(
    path: str, speed: str, flow: str, paper: str, field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        device_printer(path, speed, flow, paper, DEVICES)
    assert refused.value.extra["errors"] == [{"field": field, "reason": reason}]


def test_a_state_is_known_for_five_minutes() -> None:
    assert PrinterReport(0, "ok").recent(RECENT_MS)
    assert not PrinterReport(0, "ok").recent(RECENT_MS + 1)
