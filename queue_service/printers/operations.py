"""Printing a slip on a kiosk's printer, asking for its state, and choosing the printer.

A ticket never waits for any of this: its number is on the screen before.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Caller
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, refusal
from queue_service.devices.store import DeviceStore
from queue_service.errors import Invalid, NotFound, RateLimited
from queue_service.printers.connection import ask_state, longest_seconds, send_slip
from queue_service.printers.rules.printer import DevicePrinter, Printer, PrinterState
from queue_service.printers.rules.raster import WIDTHS, Raster
from queue_service.printers.store import Exchange, PrinterStore

_CLAIM_MORE_MS: Final = 5000
"""So much longer than any exchange a claim lasts: it is over soon after a process that died."""
_BUSY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """Whether the printer confirms this slip, and its state; ``replayed``: a repeated request."""

    printed: bool
    state: PrinterState
    replayed: bool = False


def print_slip(queue: Queue, command: Command, raster: Raster) -> Printed:
    """Print a slip on the caller's printer. A repeated request prints nothing.

    The key is noted before anything is sent: a slip whose process dies may be missing, and is never
    printed twice. Raises NotFound without a printer, Invalid for a slip of another width,
    RateLimited while the printer is busy, BranchNotFound and IdempotencyKeyReused.
    """
    printer = _printer(queue, command)
    if raster.width != WIDTHS[printer.paper]:
        raise Invalid.at("width", f"This printer has {WIDTHS[printer.paper]} dots in a row.")
    devices, kiosk = queue.get(DeviceStore), command.caller.id
    devices.note(command.branch, kiosk, "slip")
    done = _exchange(queue, command, printer, lambda: send_slip(printer, raster))
    if done.printed and not done.replayed:
        devices.note(command.branch, kiosk, "printer")
    return done


def check_printer(queue: Queue, command: Command) -> Printed:
    """Ask the caller's printer for its state. Raises as :func:`print_slip`."""
    printer = _printer(queue, command)
    return _exchange(queue, command, printer, lambda: (False, ask_state(printer)))


def choose_printer(
    queue: Queue, branch: str, kiosk: str, printer: Printer, *, by: Caller = OPERATOR
) -> PrinterState:
    """Let a kiosk print on this printer, and return the printer's state now.

    Raises BranchNotFound.
    """
    queue.get(BranchStore).get(branch)
    details = {"printer": printer.address}
    entry = entry_by(by, "screen.printer_chosen", branch=branch, target=kiosk, details=details)
    queue.get(PrinterStore).set(branch, kiosk, printer, entry)
    return ask_state(printer)


def remove_printer(queue: Queue, branch: str, kiosk: str, *, by: Caller = OPERATOR) -> None:
    """Let a kiosk print through its browser alone."""
    entry = entry_by(by, "screen.printer_removed", branch=branch, target=kiosk)
    queue.get(PrinterStore).remove(branch, kiosk, entry)


def _exchange(
    queue: Queue,
    command: Command,
    printer: Printer,
    talk: Callable[[], tuple[bool, PrinterState]],
) -> Printed:
    """Talk to the printer, as the only one meanwhile, and store its state."""
    printers, mark = queue.get(PrinterStore), secrets.token_hex(8)
    exchange = Exchange(
        command.branch, command.caller.id, printer, mark, command.idempotency
    )  # fmt: skip
    reply = printers.claim(
        exchange, round(longest_seconds(printer) * 1000) + _CLAIM_MORE_MS
    )  # fmt: skip
    if reply[0] == "gone":
        queue.get(BranchStore).forget(command.branch)
        raise no_branch(command.branch)
    if reply[0] == "reused":
        raise refusal(reply)
    if reply[0] == "replayed" and reply[1]:
        printed_text, _, state_text = str(reply[1]).partition("|")
        return Printed(printed_text == "1", cast(PrinterState, state_text), replayed=True)
    if reply[0] != "done":
        raise RateLimited("The printer is busy; wait a moment.", retry_after=_BUSY_SECONDS)
    permitted = not isinstance(printer, DevicePrinter) or printer.path in queue.printer_devices
    printed, state = talk() if permitted else (False, "denied")
    printers.release(exchange, state, printed=printed)
    return Printed(printed, state)


def _printer(queue: Queue, command: Command) -> Printer:
    branch = queue.get(BranchStore).get(command.branch)
    printer = queue.get(PrinterStore).get(branch.id, command.caller.id)
    if printer is None:
        raise NotFound("This screen has no printer: choose it under Screens and tokens.")
    return printer
