"""What screens tell of themselves."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service.branches.store import no_branch
from queue_service.command import Deed, Queue, refusal
from queue_service.devices.rules import Sound
from queue_service.devices.store import DeviceStore, Sign
from queue_service.store.redis_store import (
    Reply,
)


def tell_slip(queue: Queue, deed: Deed, *, printed: bool) -> bool:
    """A kiosk hands a slip to its printer, or its browser has printed one.

    Gives whether the same request told it before. Raises BranchNotFound and IdempotencyKeyReused.
    """
    branch = queue.branches.get(deed.branch)
    sign: Sign = "printer" if printed else "slip"
    reply = DeviceStore(queue.store).note(branch.id, deed.caller.id, sign, deed.memo)
    return _replayed(queue, deed, reply)


def tell_sound(queue: Queue, deed: Deed, sound: Sound, voices: Mapping[str, bool]) -> bool:
    """A display tells how its sound does, and which languages it has a voice for.

    Gives whether the same request told it before. Raises BranchNotFound and IdempotencyKeyReused.
    """
    branch = queue.branches.get(deed.branch)
    devices = DeviceStore(queue.store)
    reply = devices.note_sound(branch.id, deed.caller.id, sound, voices, deed.memo)
    return _replayed(queue, deed, reply)


def _replayed(queue: Queue, deed: Deed, reply: Reply) -> bool:
    if reply[0] == "gone":
        queue.branches.forget(deed.branch)
        raise no_branch(deed.branch)
    if reply[0] == "reused":
        raise refusal(reply)
    return str(reply[0]) == "replayed"
