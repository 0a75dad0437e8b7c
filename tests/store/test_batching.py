"""Scripts that travel together: everybody gets their own reply, and a failure reaches all."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import gevent
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as StoreTimeoutError

from queue_service.runtime.settings import Settings
from queue_service.store.connection.batching import UNDERWAY, Batching
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore

pytestmark = pytest.mark.usefixtures("cooperative")


@pytest.fixture
def batching(redis_client: Redis) -> Batching:
    """The batching of a web process."""
    return Batching(redis_client)


def together(*asks: Callable[[], Any]) -> list[Any]:
    """The results of asking at the same time, a refusal being its exception."""

    def caught(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except RedisError as error:
            return error

    greenlets = [gevent.spawn(caught, ask) for ask in asks]
    gevent.joinall(greenlets, raise_error=True, timeout=20)
    return [greenlet.value for greenlet in greenlets]


def test_everybody_gets_their_own_reply(batching: Batching) -> None:
    asks = [lambda n=n: batching.ask(("ECHO", f"for {n}")) for n in range(300)]
    assert together(*asks) == [f"for {n}" for n in range(300)]


def test_a_connection_that_is_slow_to_open_leaves_no_request_behind(
    batching: Batching, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = redis_client.connection_pool
    make = pool.make_connection

    def slowly() -> Any:
        gevent.sleep(0)  # as where a sentinel is asked: others go on meanwhile
        return make()

    monkeypatch.setattr(pool, "make_connection", slowly)
    asks = [lambda n=n: batching.ask(("ECHO", f"for {n}")) for n in range(6)]
    assert together(*asks) == [f"for {n}" for n in range(6)]
    gevent.sleep(0)
    assert len(batching._free) == UNDERWAY


def test_they_travel_together(batching: Batching, redis_client: Redis) -> None:
    sixty = [lambda: batching.ask(("PING",)) for _ in range(60)]
    together(*sixty)  # and every connection is made
    before = redis_client.info("stats")["total_reads_processed"]
    together(*sixty)
    assert redis_client.info("stats")["total_reads_processed"] - before <= len(sixty) / 3


def test_the_next_request_need_not_wait_for_a_message_in_progress(
    batching: Batching,
) -> None:
    slow = gevent.spawn(batching.ask, ("BLPOP", "awaited", 0))
    gevent.idle()  # until it has been sent
    batching.ask(("RPUSH", "awaited", "here"))
    assert slow.get(timeout=20) == ["awaited", "here"]


def test_a_sender_may_be_ended_and_the_others_notice(batching: Batching) -> None:
    *others, sends = [gevent.spawn(batching.ask, ("BLPOP", "never", 0)) for _ in range(4)]
    gevent.idle()  # the fourth has sent them all
    sends.kill()
    for other in others:
        with pytest.raises(StoreConnectionError):
            other.get(timeout=20)
    assert batching.ask(("ECHO", "next")) == "next"


def test_a_request_behind_an_ended_one_is_still_sent(batching: Batching) -> None:
    senders = []
    for _ in range(UNDERWAY):
        senders.append([gevent.spawn(batching.ask, ("BLPOP", "never", 0)) for _ in range(4)][-1])
        gevent.idle()  # the fourth has sent them all
    behind = gevent.spawn(batching.ask, ("ECHO", "behind"))
    gevent.idle()
    senders[0].kill()
    assert behind.get(timeout=20) == "behind"


def test_a_refusal_reaches_the_one_who_asked(batching: Batching) -> None:
    good, bad, also_good = together(
        lambda: batching.ask(("ECHO", "a")),
        lambda: batching.ask(("NO-SUCH-COMMAND",)),
        lambda: batching.ask(("ECHO", "b")),
    )
    assert (good, also_good) == ("a", "b")
    assert isinstance(bad, ResponseError)


def test_a_closed_connection_is_opened_again(batching: Batching, redis_client: Redis) -> None:
    batching.ask(("PING",))
    for client in redis_client.client_list():
        if int(client["id"]) != redis_client.client_id():
            redis_client.client_kill_filter(_id=client["id"])
    assert together(*[lambda: batching.ask(("ECHO", "again"))] * 3) == ["again"] * 3


def test_without_a_store_everybody_hears_of_it(settings: Settings) -> None:
    with connect(Settings(redis_url=f"unix://{settings.data_dir}/nothing")) as client:
        batching = Batching(client)
        refusals = together(*[lambda: batching.ask(("PING",))] * 5)
        assert [type(refusal) for refusal in refusals] == [StoreConnectionError] * 5


def test_a_command_that_cannot_be_encoded_fails_alone(batching: Batching) -> None:
    unsendable: Any = ("ECHO", object())
    with pytest.raises(TypeError):
        batching.ask(unsendable)
    assert batching.ask(("ECHO", "next")) == "next"


def test_a_store_that_hangs_is_given_up_in_time_and_nothing_is_done_late(
    settings: Settings, redis_client: Redis, request: pytest.FixtureRequest
) -> None:
    hasty = Settings(redis_url=settings.redis_url, store_timeout_seconds=0.2)
    with connect(hasty) as client:
        batching = Batching(client)
        batching.ask(("PING",))
        request.getfixturevalue("hung")
        underway = []
        for _ in range(UNDERWAY):
            underway.append(gevent.spawn(together, lambda: batching.ask(("PING",))))
            gevent.idle()  # until it has been sent
        sets = [lambda n=n: batching.ask(("SET", f"late-{n}", 1)) for n in range(3)]
        late = [gevent.spawn(together, ask) for ask in sets]
        sent = [refusal for greenlet in underway for refusal in greenlet.get()]
        assert [type(refusal) for refusal in sent] == [StoreTimeoutError] * UNDERWAY
        gevent.idle()  # the notified greenlets are done by now, without a time-out of their own
        reported = [greenlet.value for greenlet in late if greenlet.ready()]
        assert [type(refusal) for (refusal,) in reported] == [StoreTimeoutError] * len(sets)
    request.getfixturevalue("redis_server").process.send_signal(signal.SIGCONT)
    assert redis_client.keys("late-*") == []


def test_a_store_that_lost_its_scripts_receives_them_again(redis_client: Redis) -> None:
    store = RedisStore(redis_client, batching=Batching(redis_client))
    keys = [f"{{b}}:{name}" for name in ("queue:", "holds", "open", "busy", "estimates", "visit")]
    redis_client.script_flush()
    assert store.run("ahead", keys, ["id", "|;", "pas", ""]) == ""
