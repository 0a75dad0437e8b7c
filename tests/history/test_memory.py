"""The memory of a finished visit, once its day is packed and its month added up."""

from __future__ import annotations

from typing import Any, Final

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.history.operations.days import pack_days, summarise_days
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from tests.conftest import ON_A_CLUSTER
from tests.desks import MORNING, Desk, document, went_live

DAY: Final = 86_400
VISITS: Final = 50
MOST_BYTES: Final = 490
"""474 were measured, and 482 with another zlib: of so few visits each has a larger part of the
common data."""


def work(queue: Queue, branch: str, days: int) -> None:
    """So many days of fifty visits each, from Wednesday on, as jobs leave them in December."""
    put_branch(queue, branch, document(historic=True))
    desk = Desk(queue, branch)
    desk.open()
    for day in range(days):
        for nth in range(VISITS):
            desk.seconds = day * DAY + nth * 90
            desk.issue()
            visit = desk.later(37 + nth).called().visit.id
            visits.start(queue, desk.later(11).command(), visit)
            visits.complete(queue, desk.later(13 + nth % 29).command(), visit, "resolved")
    went_live(queue, branch)
    now = MORNING + 12 * DAY * 1000
    summarise_days(queue, now)
    while pack_days(queue, now):
        pass


def kept(queue: Queue, branch: str) -> int:
    """The bytes of all that is kept of a branch but its log, which has one length for ever."""
    client: Any = queue.store.client
    keys = BranchKeys(branch)
    assert client.exists(keys.month("2026-11"))
    found = set(client.scan_iter(match=f"{keys.prefix}*", count=1000)) - {keys.events}
    return sum(client.memory_usage(key, samples=0) for key in found)


@pytest.mark.slow
@pytest.mark.skipif(ON_A_CLUSTER, reason="it looks at one server")
def test_a_finished_visit_takes_few_bytes(queue: Queue) -> None:
    work(queue, "few", 1)
    work(queue, "more", 3)
    each = (kept(queue, "more") - kept(queue, "few")) / (2 * VISITS)
    assert each <= MOST_BYTES
