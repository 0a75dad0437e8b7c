"""Several processes want the same few times, and some of them are killed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

from redis import Redis

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from tests.bookings.booked import offer
from tests.bookings.rush import AT_ONCE
from tests.conftest import Server
from tests.desks import document

CHANGES = 150
FAR = 10**15


def started(url: str, seed: int, changes: int) -> subprocess.Popen[str]:
    """A process in a rush."""
    command = (sys.executable, "-m", "tests.bookings.rush", url, str(seed), str(changes))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_in_a_rush_take_no_place_twice(
    redis_client: Redis, redis_server: Server, queue: Queue
) -> None:
    every = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    offers = [offer(week=every, at_once=AT_ONCE)]
    put_branch(queue, "raadhuset", document(bookings={"offers": offers}, opening_hours=every))
    patient = [started(redis_server.url, seed, CHANGES) for seed in range(3)]
    killed = started(redis_server.url, 99, 100 * CHANGES)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "begun\n"
    killed.kill()
    assert [each.wait(120) for each in patient] == [0, 0, 0]
    killed.wait(10)
    for each in patient:
        begun, refused = each.communicate()[0].split()
        assert begun == "begun"
        assert int(refused) > 0, "they wanted the same times"
    killed.communicate()

    client: Any = redis_client
    k = BookingKeys("raadhuset")
    found = Counter(
        place.field
        for booking in queue.get(BookingStore).between("raadhuset", 0, FAR)
        for place in booking.places
    )
    assert found == {name: int(n) for name, n in client.hgetall(k.places).items()}
    assert max(found.values()) <= AT_ONCE
