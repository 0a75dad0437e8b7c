"""A printer at another machine's port is put on the network by the commands of the documents."""

from __future__ import annotations

import re
import subprocess
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from queue_service.printers.connection import ask_state, send_slip
from queue_service.printers.rules.printer import NetworkPrinter
from queue_service.printers.rules.raster import Raster
from tests.ports import free_port
from tests.printers.emulator import SerialEmulator, serial_emulator
from tests.programs import find_program
from tests.running import eventually
from tests.test_docs import ROOT

SLIP: Final = Raster(576, b"\xf0" * 72 * 300)
COMMANDS: Final = {
    device: command
    for command, device in re.findall(
        r"^ExecStart=/usr/bin/socat (.*OPEN:/dev/([a-z]+).*)$",
        (ROOT / "docs" / "screens.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}


@contextmanager
def bridge(device: str, printer: SerialEmulator) -> Iterator[NetworkPrinter]:
    """The documented command, at an address of this machine."""
    port = free_port()
    places = {"9100": str(port), "10.0.3.30": "127.0.0.1", "10.0.3.10/32": "127.0.0.1/32"}
    command = re.sub(r"OPEN:[^, ]+", f"OPEN:{printer.link}", COMMANDS[device])
    for documented, here in places.items():
        command = command.replace(documented, here)
    with subprocess.Popen([find_program("socat", package="socat"), *command.split()]) as running:
        try:
            yield NetworkPrinter("127.0.0.1", port, "80")
        finally:
            running.terminate()


@pytest.mark.slow
@pytest.mark.parametrize("device", ["usb", "tty"])
def test_a_slip_goes_through_socat(tmp_path: Path, device: str) -> None:
    with serial_emulator(tmp_path / "port") as printer:
        if device == "usb":
            tty.setraw(printer.end)  # a USB printer takes bytes as they are
        with bridge(device, printer) as on_the_network:
            eventually(lambda: ask_state(on_the_network) == "ok")
            assert send_slip(on_the_network, SLIP) == (True, "ok")
            printer.paper = "out"
            assert send_slip(on_the_network, SLIP) == (False, "paper_out")
    (slip,) = printer.slips
    assert slip.rows == SLIP.bits
