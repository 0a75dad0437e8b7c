"""Reports of screens about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, refusal
from queue_service.devices.rules import Sound
from queue_service.devices.store import DeviceStore, Heartbeat
from queue_service.store.redis_store import Reply


def report_slip(queue: Queue, command: Command, *, printed: bool) -> bool:
    """A kiosk hands a slip to its printer, or its browser has printed one.

    Returns whether it is a repeated request. Raises BranchNotFound and IdempotencyKeyReused.
    """
    branch = queue.get(BranchStore).get(command.branch)
    heartbeat: Heartbeat = "printer" if printed else "slip"
    reply = queue.get(DeviceStore).note(
        branch.id, command.caller.id, heartbeat, command.idempotency
    )
    return _replayed(queue, command, reply)


def report_sound(
    queue: Queue,
    command: Command,
    sound: Sound,
    voices: Mapping[str, bool],
    by_server: Sequence[str] = (),
) -> bool:
    """A display reports the state of its sound, which languages it has a voice for, and which of
    them it reads by the server's clips.

    Returns whether it is a repeated request. Raises BranchNotFound and IdempotencyKeyReused.
    """
    branch = queue.get(BranchStore).get(command.branch)
    devices = queue.get(DeviceStore)
    reply = devices.note_sound(
        branch.id, command.caller.id, sound, voices, command.idempotency, by_server
    )
    return _replayed(queue, command, reply)


def _replayed(queue: Queue, command: Command, reply: Reply) -> bool:
    if reply[0] == "gone":
        queue.get(BranchStore).forget(command.branch)
        raise no_branch(command.branch)
    if reply[0] == "reused":
        raise refusal(reply)
    return str(reply[0]) == "replayed"
