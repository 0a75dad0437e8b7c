"""The commands for a ticket and a call: the same however many visits wait or came before.

Seconds depend on the machine, so `./dev bench` measures those. Here commands are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import gevent
import pytest
from redis import Redis

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.store.connection.batching import Batching
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import calling, issuing, visits
from tests.conftest import ON_A_CLUSTER
from tests.desks import Desk, document

pytestmark = [
    pytest.mark.usefixtures("cooperative"),
    pytest.mark.skipif(ON_A_CLUSTER, reason="one server counts its commands"),
]

COUNTERS = 8
_OTHERS = frozenset({"info", "xread", "smembers"})
"""The commands of the test itself, and of event readers that other tests have left behind."""
MANY = 200
SETTLED = 30
"""So many waits make the first estimate, which is written from then on."""


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """A branch whose eight counters are open, in a process that gathers its scripts."""
    queue = Queue(RedisStore(redis_client, batching=Batching(redis_client)))
    return opened(queue)


def opened(queue: Queue) -> Desk:
    names = [{"id": str(n), "name": f"Skranke {n}"} for n in range(1, COUNTERS + 1)]
    put_branch(queue, "raadhuset", document(counters=names))
    desk = Desk(queue)
    for n in range(1, COUNTERS + 1):
        counters.open_counter(queue, desk.command(), str(n))
    return desk


def asked(client: Redis, act: Callable[[], Any]) -> Counter[str]:
    """How often the store ran each command meanwhile, including the commands of scripts."""
    before = commands(client)
    act()
    found = commands(client)
    found.subtract(before)
    return +found


def commands(client: Redis) -> Counter[str]:
    reported: Any = client.info("commandstats")
    names = {name.removeprefix("cmdstat_"): stats["calls"] for name, stats in reported.items()}
    return Counter({name: calls for name, calls in names.items() if name not in _OTHERS})


def issue(desk: Desk) -> str:
    return issuing.issue(desk.queue, desk.command(), "pas").visit.id


def call_and_complete(desk: Desk, counter: str = "1") -> None:
    called = calling.call_next(desk.queue, desk.command(), counter).answer
    assert called is not None
    visits.complete(desk.queue, desk.command(), called.visit.id, "resolved")


def served(desk: Desk) -> None:
    issue(desk)
    call_and_complete(desk)


def test_a_ticket_and_a_completion_are_one_message_each_and_a_call_two(
    desk: Desk, redis_client: Redis
) -> None:
    served(desk)  # what is learnt once, such as the configuration, is not counted
    assert asked(redis_client, lambda: issue(desk))["evalsha"] == 1
    assert asked(redis_client, lambda: call_and_complete(desk))["evalsha"] == 3


@pytest.mark.parametrize("act", [call_and_complete, issue])
def test_nothing_more_is_asked_where_many_wait(
    desk: Desk, redis_client: Redis, act: Callable[[Desk], object]
) -> None:
    for _ in range(3):
        served(desk)
    issue(desk)
    issue(desk)
    with_few = asked(redis_client, lambda: act(desk))
    for _ in range(MANY):
        issue(desk)
    assert asked(redis_client, lambda: act(desk)) == with_few


@pytest.mark.slow
def test_nor_where_many_were_there(desk: Desk, redis_client: Redis) -> None:
    for _ in range(SETTLED):
        served(desk)
    with_few = asked(redis_client, lambda: served(desk))
    for _ in range(MANY):
        served(desk)
    assert asked(redis_client, lambda: served(desk)) == with_few


def test_counters_that_call_at_once_do_not_race_each_other(desk: Desk, redis_client: Redis) -> None:
    served(desk)
    for _ in range(COUNTERS):
        issue(desk)

    def all_call() -> None:
        calls = [
            gevent.spawn(calling.call_next, desk.queue, desk.command(), str(n))
            for n in range(1, COUNTERS + 1)
        ]
        gevent.joinall(calls, raise_error=True, timeout=20)

    assert asked(redis_client, all_call)["evalsha"] == 2 * COUNTERS
