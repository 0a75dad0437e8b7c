"""Visits made by the minute: ``python -m benchmarks.filling FOLDER BRANCH FINISHED WAITING``.

They go through the real operations, many at a time. Finished visits are in the past.
"""

# ruff: noqa: E402 - what waits for the store has to let the others run
from gevent import monkey

monkey.patch_all()

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gevent.pool import Pool

from queue_service.access.operations.access import OPERATOR
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.runtime.settings import Settings
from queue_service.store.connection.batching import Batching
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import embedded_url
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import OUTCOMES

_AT_ONCE: Final = 30
_A_DAY: Final = 24 * 3600 * 1000
_VISITS_A_DAY: Final = 2000


def fill(queue: Queue, branch: str, count: int) -> None:
    """So many visits, the last of them yesterday; the branch's counters are open."""
    counters = list(queue.get(BranchStore).get(branch).counters)[:_AT_ONCE]
    services = list(queue.get(BranchStore).get(branch).services)
    begin = queue.store.time() - (count // _VISITS_A_DAY + 2) * _A_DAY
    numbers: Iterator[int] = iter(range(count))

    def serve(counter: str) -> None:
        for number in numbers:
            at = begin + number * _A_DAY // _VISITS_A_DAY
            service = services[number % len(services)]
            command = Command(branch, OPERATOR, at=at)
            visit = issuing.issue(queue, command, service).visit
            waited = at + number % 1200 * 1000
            calling.call(queue, Command(branch, OPERATOR, at=waited), visit.id, counter)
            handled = waited + number % 700 * 1000
            outcome = OUTCOMES[number % len(OUTCOMES)]
            visits.complete(queue, Command(branch, OPERATOR, at=handled), visit.id, outcome)

    pool = Pool()
    for counter in counters:
        pool.spawn(serve, counter)
    pool.join(raise_error=True)


def add_waiting(queue: Queue, branch: str, count: int) -> None:
    """So many visits more that wait now, of all services in turn."""
    services = list(queue.get(BranchStore).get(branch).services)
    command = Command(branch, OPERATOR)
    pool = Pool(_AT_ONCE)
    for number in range(count):
        pool.spawn(issuing.issue, queue, command, services[number % len(services)])
    pool.join(raise_error=True)


def main() -> None:
    """Fill the store of a data folder."""
    folder, branch, finished, waiting = sys.argv[1:]
    with connect(Settings(redis_url=embedded_url(Path(folder)))) as client:
        # Nothing here has to outlive a crash.
        client.config_set("appendfsync", "no")
        queue = Queue(RedisStore(client, batching=Batching(client)))
        fill(queue, branch, int(finished))
        add_waiting(queue, branch, int(waiting))
        client.config_set("appendfsync", "always")


if __name__ == "__main__":
    main()
