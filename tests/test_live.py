"""The reader of events, at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from redis import Redis

from queue_service import sample
from queue_service.live import Live
from queue_service.operations.branches import put_branch
from queue_service.operations.queue import Queue, open_queue
from queue_service.settings import Settings
from queue_service.store.connection import connect_reader
from queue_service.store.keys import BRANCHES, BranchKeys
from queue_service.store.redis_store import RedisStore

pytestmark = pytest.mark.usefixtures("cooperative")

LIBRARY = "biblioteket"


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    """A store with one branch, whose log has an event from before."""
    queue = open_queue(RedisStore(redis_client))
    change(queue)
    return queue


@pytest.fixture
def live(settings: Settings, queue: Queue) -> Iterator[Live]:
    """A reader that has not begun; it ends with the test."""
    readers: list[Any] = []

    def reader() -> Redis:
        readers.append(gevent.getcurrent())
        return connect_reader(settings)

    yield Live(reader, queue.store, queue.branches)
    gevent.killall(readers)


def change(queue: Queue) -> None:
    """Let something happen in the branch."""
    put_branch(queue, LIBRARY, sample.documents()[LIBRARY])


def last_event(client: Redis) -> str:
    """The id of the newest event of the branch's log."""
    newest: Any = client.xrevrange(BranchKeys(LIBRARY).events, count=1)
    return str(newest[0][0])


def hears(live: Live, queue: Queue) -> str | None:
    """The id of the first event that a new stream is given once something happens."""
    with live.subscribe(LIBRARY) as subscription:
        change(queue)
        heard = iter(lambda: subscription.wait(10), None)
        return next((message.id for message in heard if message.id), None)


def test_what_was_before_the_start_is_handed_to_nobody(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    assert hears(live, queue) == last_event(redis_client)


def test_neither_is_it_after_a_start_that_broke_half_way(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    redis_client.rename(BRANCHES, "aside")
    redis_client.set(BRANCHES, "no set: whoever reads it is refused")
    live.ensure_running()
    with gevent.Timeout(10):
        while live.up:
            gevent.sleep(0)
    redis_client.rename("aside", BRANCHES)
    assert hears(live, queue) == last_event(redis_client)


def test_a_branch_made_later_is_heard_from_its_beginning(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    redis_client.delete(BRANCHES)
    with live.subscribe(LIBRARY) as subscription:
        change(queue)
        message = subscription.wait(10)
    first: Any = redis_client.xrange(BranchKeys(LIBRARY).events, count=1)
    assert message is not None
    assert message.id == first[0][0]
