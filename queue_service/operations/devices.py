"""What screens tell of themselves."""

from __future__ import annotations

from queue_service.operations.queue import Deed, Queue, refusal
from queue_service.store.device_store import DeviceStore, Sign


def tell_slip(queue: Queue, deed: Deed, *, printed: bool) -> bool:
    """A kiosk hands a slip to its printer, or its browser has printed one.

    Gives whether the same request told it before. Raises BranchNotFound and IdempotencyKeyReused.
    """
    branch = queue.branches.get(deed.branch)
    sign: Sign = "printer" if printed else "slip"
    reply = DeviceStore(queue.store).note(branch.id, deed.caller.id, sign, deed.memo)
    if reply[0] == "reused":
        raise refusal(reply)
    return str(reply[0]) == "replayed"
