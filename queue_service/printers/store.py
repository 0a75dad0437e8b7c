"""The printers of a branch's kiosks, and the state that each was found in last."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import cast

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.printers.rules.printer import (
    DevicePrinter,
    NetworkPrinter,
    Printer,
    PrinterReport,
    PrinterState,
)
from queue_service.store.audit_log import AuditEntry, AuditLog
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


@dataclass(frozen=True, slots=True)
class Exchange:
    """A kiosk talks to its printer; ``mark`` is of this exchange alone."""

    branch: str
    kiosk: str
    printer: Printer
    mark: str
    idempotency: IdempotencyKey | None


class PrinterStore:
    """Stores printers by the kiosk that prints on them, which is the id of its token."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._audit = AuditLog(store)

    def set(
        self, branch: str, kiosk: str, printer: Printer, entry: AuditEntry | None = None
    ) -> None:
        """Let a kiosk print on this printer. Raises StoreUnavailable."""
        k, document = BranchKeys(branch), json.dumps(asdict(printer))
        self._audit.change(entry, branch, "HSET", k.printers, [kiosk, document])
        self._store.write(lambda p: p.hdel(k.printer_states, kiosk))

    def remove(self, branch: str, kiosk: str, entry: AuditEntry | None = None) -> None:
        """Let a kiosk print on none. Raises StoreUnavailable."""
        k = BranchKeys(branch)
        if self.get(branch, kiosk) is not None:
            self._audit.change(entry, branch, "HDEL", k.printers, [kiosk])
        self._store.write(lambda p: p.hdel(k.printer_states, kiosk))

    def get(self, branch: str, kiosk: str) -> Printer | None:
        """The printer of a kiosk, or None. Raises StoreUnavailable."""
        (text,) = self._store.read(lambda p: p.hget(BranchKeys(branch).printers, kiosk))
        return _printer(text) if text else None

    def all(self, branch: str) -> dict[str, Printer]:
        """Every printer of a branch, by its kiosk. Raises StoreUnavailable."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch).printers))
        return {kiosk: _printer(text) for kiosk, text in found.items()}

    def reports(self, branches: Iterable[str]) -> dict[str, dict[str, PrinterReport]]:
        """The states found last, by branch and kiosk. Raises StoreUnavailable."""
        keys = {branch: BranchKeys(branch).printer_states for branch in branches}
        found = self._store.read(lambda p: [p.hgetall(key) for key in keys.values()])
        return {
            branch: {kiosk: _report(text) for kiosk, text in states.items()}
            for branch, states in zip(keys, found, strict=True)
        }

    def claim(self, exchange: Exchange, lasts_ms: int) -> Reply:
        """Begin an exchange with a printer; see ``printers/scripts/claim_printer.lua``."""
        k, m = BranchKeys(exchange.branch), exchange.idempotency or NO_KEY
        keys = (k.printing(exchange.printer.address), k.idempotency(m.scope, m.key), k.config)
        args = (exchange.mark, lasts_ms, m.fingerprint)
        return list(self._store.run("claim_printer", keys, args))

    def release(self, exchange: Exchange, state: PrinterState, *, printed: bool) -> None:
        """End an exchange; see ``printers/scripts/release_printer.lua``."""
        k, m = BranchKeys(exchange.branch), exchange.idempotency or NO_KEY
        claim, memory = k.printing(exchange.printer.address), k.idempotency(m.scope, m.key)
        keys = (claim, k.printer_states, memory, k.config)
        args = (exchange.mark, exchange.kiosk, state, int(printed), m.fingerprint)
        self._store.run("release_printer", keys, args)


def _printer(text: str) -> Printer:
    document = json.loads(text)
    return DevicePrinter(**document) if "path" in document else NetworkPrinter(**document)


def _report(text: str) -> PrinterReport:
    at, _, state = text.partition("|")
    return PrinterReport(int(at), cast(PrinterState, state))
