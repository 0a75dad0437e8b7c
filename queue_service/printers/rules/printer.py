"""A kiosk's printer on the network: its address and its state."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal, get_args

from queue_service.errors import Invalid

PrinterState = Literal[
    "ok",
    "paper_low",  # it still prints
    "paper_out",
    "cover_open",
    "error",  # the knife is stuck, the head is too hot, or it is offline without a reason
    "silent",  # something is at its address, and does not answer as a slip printer
    "unreachable",  # no connection
]
PRINTER_STATES: Final[tuple[PrinterState, ...]] = get_args(PrinterState)
PRINTING: Final[tuple[PrinterState, ...]] = ("ok", "paper_low")
"""The states in which it prints."""

Paper = Literal["58", "80"]
"""The width of the roll of paper, in mm."""
PAPERS: Final[tuple[Paper, ...]] = get_args(Paper)

DEFAULT_PORT: Final = 9100
MAX_PORT: Final = 65_535
RECENT_MS: Final = 5 * 60_000
"""A kiosk asks its printer every minute; a state that is older is of a kiosk that is off."""


@dataclass(frozen=True, slots=True)
class Printer:
    """The address of a kiosk's printer. ``host`` is an IP address: no name is looked up."""

    host: str
    port: int
    paper: Paper

    @property
    def address(self) -> str:
        """The address as it is typed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


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


def checked_printer(host: str, port: str, paper: str) -> Printer:
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
    for known in PAPERS:
        if paper == known:
            return Printer(str(address), number, known)
    raise Invalid.at("paper", "Use 58 or 80.")
