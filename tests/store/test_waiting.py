"""A request waits for the store once, not once for each thing it asks."""

from __future__ import annotations

from time import monotonic

import gevent
import pytest
from redis import Redis

from queue_service.errors import StoreUnavailable
from queue_service.runtime.settings import Settings
from queue_service.store.connection import waiting
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore

pytestmark = pytest.mark.usefixtures("cooperative")

LIMIT = 0.3


def test_several_questions_share_the_time(
    settings: Settings, redis_client: Redis, request: pytest.FixtureRequest
) -> None:
    assert redis_client.ping()
    with connect(Settings(redis_url=settings.redis_url, store_timeout_seconds=20)) as client:
        store = RedisStore(client)
        store.time()
        request.getfixturevalue("hung")

        def questions() -> int:
            refused = 0
            with waiting.at_most(LIMIT):
                for _ in range(5):
                    try:
                        store.time()
                    except StoreUnavailable:
                        refused += 1
            return refused

        began = monotonic()
        assert gevent.spawn(questions).get(timeout=15) == 5
        assert LIMIT <= monotonic() - began < 5 * LIMIT


def test_the_remaining_time_is_counted_in_waiting_alone() -> None:
    def questions() -> list[str]:
        with waiting.at_most(LIMIT):
            first = waiting.bounded(lambda: "first")
            gevent.sleep(LIMIT)  # its own work is not counted
            return [first, waiting.bounded(lambda: "second")]

    assert gevent.spawn(questions).get(timeout=15) == ["first", "second"]


def test_a_store_that_is_well_may_be_asked_as_often_as_it_takes() -> None:
    def question() -> str:
        gevent.sleep(LIMIT / 10)
        return "here"

    def questions() -> list[str]:
        with waiting.at_most(LIMIT):
            return [waiting.bounded(question) for _ in range(15)]

    assert gevent.spawn(questions).get(timeout=15) == ["here"] * 15


def test_slow_answers_use_the_time_up() -> None:
    def questions() -> None:
        with waiting.at_most(LIMIT):
            for _ in range(9):
                waiting.bounded(lambda: gevent.sleep(waiting.PROMPT_SECONDS + LIMIT / 3))

    with pytest.raises(waiting.WaitedTooLong):
        gevent.spawn(questions).get(timeout=15)


def test_used_up_nothing_is_asked_any_more() -> None:
    asked = []

    def question() -> None:
        asked.append(1)
        gevent.sleep(20)

    def questions() -> None:
        with waiting.at_most(0.01):
            for _ in range(2):
                with pytest.raises(waiting.WaitedTooLong):
                    waiting.bounded(question)

    gevent.spawn(questions).get(timeout=15)
    assert asked == [1]


def test_a_time_out_of_somebody_else_passes_through() -> None:
    def question() -> None:
        with waiting.at_most(10), gevent.Timeout(0.01):
            waiting.bounded(lambda: gevent.sleep(10))

    with pytest.raises(gevent.Timeout):
        gevent.spawn(question).get(timeout=15)
