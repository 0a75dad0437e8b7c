"""A process that books and cancels as fast as it can, among others that want the same times.

``python -m tests.bookings.rush URL SEED CHANGES``: its first line, ``begun``, comes after its first
change, its last is how often a time was taken already. It ends with status 1 if it ever sees more
places taken than there are.
"""

from __future__ import annotations

import random
import sys
from typing import Any

from redis import Redis

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import QueueError, SlotTaken
from queue_service.store.redis_store import RedisStore
from tests.desks import CLERK

AT_ONCE = 2
SLOTS = 3


def rush(url: str, seed: int, changes: int) -> bool:
    """Make so many changes; whether no slot ever had more places taken than it has."""
    client = Redis.from_url(url, decode_responses=True)
    queue = Queue(RedisStore(client))
    chance = random.Random(seed)  # noqa: S311 - no secret
    branch = queue.get(BranchStore).get("raadhuset")
    now = queue.store.time()
    slots = [s.starts_at for s in free_slots(queue, branch, "pas", now)][:SLOTS]
    places = BookingKeys("raadhuset").places
    mine: list[tuple[str, str]] = []
    refused = 0
    for n in range(changes):
        owner = f"page-{seed}-{n // 3}-of-many"
        try:
            _change(queue, chance, chance.choice(slots), mine, owner)
        except QueueError as error:
            refused += isinstance(error, SlotTaken)
        taken: Any = client.hvals(places)
        if any(int(each) > AT_ONCE for each in taken):
            return False
        if n == 0:
            _say("begun")
    _say(str(refused))
    return True


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _change(
    queue: Queue, chance: random.Random, slot: int, mine: list[tuple[str, str]], owner: str
) -> None:
    command = Command("raadhuset", CLERK)
    deed = chance.random()
    if deed < 0.4 or not mine:
        mine.append((bookings.hold(queue, command, "pas", slot, owner).booking.code, owner))
        return
    code, key = mine.pop(chance.randrange(len(mine))) if deed > 0.8 else chance.choice(mine)
    if deed < 0.6:
        bookings.confirm(queue, command, code, key)
    elif deed < 0.8:
        bookings.move(queue, command, code, slot)
    else:
        bookings.cancel(queue, command, code)


if __name__ == "__main__":
    sys.exit(0 if rush(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])) else 1)
