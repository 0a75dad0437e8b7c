"""A kiosk's printer: its place on the network or at this machine, and its state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal, TypeVar, get_args

from queue_service.errors import Invalid

PrinterState = Literal[
    "ok",
    "paper_low",  # it still prints
    "paper_out",
    "cover_open",
    "error",  # the knife is stuck, the head is too hot, or it is offline without a reason
    "silent",  # something is in its place, and does not answer as a slip printer
    "unreachable",  # no connection; its device is gone, or another program has it
    "denied",  # the service may not open its device
]
PRINTER_STATES: Final[tuple[PrinterState, ...]] = get_args(PrinterState)
PRINTING: Final[tuple[PrinterState, ...]] = ("ok", "paper_low")
"""The states in which it prints."""

Paper = Literal["58", "80"]
"""The width of the roll of paper, in mm."""
PAPERS: Final[tuple[Paper, ...]] = get_args(Paper)

Speed = Literal["38400", "57600", "115200"]
"""The speed of a serial port in bits a second. At 19200 a slip of 60 kB takes half a minute."""
SPEEDS: Final[tuple[Speed, ...]] = get_args(Speed)
BITS_OF_A_BYTE: Final = 10
"""At a serial port: a start bit, eight bits and a stop bit."""

FlowControl = Literal["rtscts", "xonxoff", "none"]
"""The signal with which a printer at a serial port asks for a pause: a wire, or a byte."""
FLOW_CONTROLS: Final[tuple[FlowControl, ...]] = get_args(FlowControl)

DEFAULT_PORT: Final = 9100
MAX_PORT: Final = 65_535
RECENT_MS: Final = 5 * 60_000
"""A kiosk asks its printer every minute; a state that is older is of a kiosk that is off."""


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """A printer on the network. ``host`` is an IP address: no name is looked up."""

    host: str
    port: int
    paper: Paper

    @property
    def address(self) -> str:
        """The address as it is typed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DevicePrinter:
    """A printer at a device of this machine. ``speed`` and ``flow`` count at a serial port alone,
    which has no parity."""

    path: str
    speed: Speed
    flow: FlowControl
    paper: Paper

    @property
    def address(self) -> str:
        """The path of the device."""
        return self.path


Printer = NetworkPrinter | DevicePrinter


@dataclass(frozen=True, slots=True)
class PrinterReport:
    """The state of a printer at ``at`` (ms)."""

    at: int
    state: PrinterState

    @property
    def troubled(self) -> bool:
        """Whether somebody has to go there."""
        return self.state != "ok"

    def recent(self, now: int) -> bool:
        """Whether the state is still known."""
        return now - self.at <= RECENT_MS


def network_printer(host: str, port: str, paper: str) -> NetworkPrinter:
    """The printer of a form; without a port 9100. Raises Invalid."""
    try:
        address = ip_address(host.strip())
    except ValueError:
        raise Invalid.at("host", "Use an IP address, such as 10.0.3.20.") from None
    if address.is_multicast or address.is_unspecified:
        raise Invalid.at("host", "Use the address of one printer.")
    number = int(port) if port.isascii() and port.isdigit() else 0 if port else DEFAULT_PORT
    if not 1 <= number <= MAX_PORT:
        raise Invalid.at("port", "Use a number from 1 to 65535.")
    return NetworkPrinter(str(address), number, _paper(paper))


def device_printer(
    path: str, speed: str, flow: str, paper: str, devices: Collection[str]
) -> DevicePrinter:
    """The printer of a form, at one of the ``devices`` that the operator has named.

    Raises Invalid.
    """
    if path not in devices:
        raise Invalid.at("device", "Use a device that QUEUE_PRINTER_DEVICES names.")
    return DevicePrinter(
        path,
        _one_of(SPEEDS, speed, "speed", "Use 38400, 57600 or 115200."),
        _one_of(FLOW_CONTROLS, flow, "flow", "Use rtscts, xonxoff or none."),
        _paper(paper),
    )


def _paper(text: str) -> Paper:
    return _one_of(PAPERS, text, "paper", "Use 58 or 80.")


_Choice = TypeVar("_Choice", bound=str)


def _one_of(choices: tuple[_Choice, ...], text: str, field: str, reason: str) -> _Choice:
    for choice in choices:
        if text == choice:
            return choice
    raise Invalid.at(field, reason)
