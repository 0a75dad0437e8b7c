"""Acknowledged changes are on the configured number of replicas, also in a repeat."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.app import create_app
from queue_service.errors import StoreUnavailable
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.optimistic_lock import Transaction, transaction
from queue_service.store.redis_store import RedisStore
from tests.running import eventually
from tests.store.servers import StoreProxy, server
from tests.web.web_app import LIBRARY, WebApp


@dataclass
class Pair:
    """A primary and its replica, which hears it through a line."""

    primary: Redis
    replica: Redis
    primary_process: Popen[bytes]
    proxy: StoreProxy
    settings: Settings

    def synchronised(self) -> None:
        """Wait until the replica has all."""
        eventually(lambda: self.primary.wait(1, 100) == 1)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Fresh ones."""
    with server(tmp_path / "primary") as (process, port):
        proxy = StoreProxy(port)
        follow = ("--replicaof", f"127.0.0.1 {proxy.port}")
        with (
            server(tmp_path / "replica", *follow) as (_, other),
            Redis(port=port, decode_responses=True) as primary,
            Redis(port=other, decode_responses=True) as replica,
        ):
            settings = Settings(
                data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{port}", sample=False,
                replicas_to_wait=1,
            )  # fmt: skip
            found = Pair(primary, replica, process, proxy, settings)
            found.synchronised()
            yield found
        proxy.close()


@pytest.fixture
def ask(pair: Pair) -> Callable[..., TestResponse]:
    """Asks for a ticket under a key, also from a process that has written nothing yet."""
    web_app = WebApp.open(pair.settings)
    headers = web_app.bearer("clerk", LIBRARY)
    client: FlaskClient = create_app(pair.settings).test_client()
    path = f"/api/v1/branches/{LIBRARY}/visits"

    def asked(key: str, elsewhere: bool = False) -> TestResponse:
        sent = {**headers, "Idempotency-Key": key}
        by = create_app(pair.settings).test_client() if elsewhere else client
        return by.post(path, json={"service": "pas"}, headers=sent)

    return asked


def visits(client: Redis) -> set[str]:
    """The keys of all visits in a store."""
    return {str(key) for key in client.keys("q:*:visit:*")}


def test_a_ticket_that_no_replica_has_is_not_acknowledged_even_when_repeated(
    pair: Pair, ask: Callable[..., TestResponse]
) -> None:
    assert ask("first").status_code == 201
    pair.proxy.silent = True
    answers = [ask("second"), ask("second"), ask("second", elsewhere=True)]
    assert [answer.status_code for answer in answers] == [503] * 3
    # The primary has it, the replica has not: a failover now would give its number again.
    assert len(visits(pair.primary)) == 2
    assert len(visits(pair.replica)) == 1

    pair.proxy.restore()
    pair.synchronised()
    again = ask("second")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert visits(pair.replica) == visits(pair.primary)
    assert len(visits(pair.replica)) == 2


def test_a_completed_change_is_not_acknowledged_before_the_replica_has_it(pair: Pair) -> None:
    pair.primary.hset("q:{bus}:config", "elsewhere", "bus")
    parts = ("config", "events", "numbers", "open", "mobile", "marks", "holds", "queue:")
    keys = [f"q:{{bus}}:{part}" for part in parts]
    pair.synchronised()
    pair.proxy.silent = True

    def handed_over() -> str:
        with connect(pair.settings) as client:  # whose connection has written nothing
            store = RedisStore(client, replicas=1)
            return str(store.run("mobile_hand_over", keys, ("home", "revision", "[]"))[0])

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            handed_over()
    pair.proxy.restore()
    pair.synchronised()
    assert handed_over() == "same"


def test_acknowledged_changes_survive_the_loss_of_the_primary_after_a_silent_connection(
    pair: Pair, ask: Callable[..., TestResponse]
) -> None:
    acknowledged = [ask(f"before-{n}").get_json()["number"] for n in range(5)]
    pair.proxy.silent = True
    refused = [ask(f"during-{n}") for n in range(2)]
    assert [answer.status_code for answer in refused] == [503, 503]
    pair.primary_process.send_signal(signal.SIGKILL)
    pair.primary_process.wait(10)
    pair.replica.replicaof("NO", "ONE")
    kept = pair.replica.hgetall(f"q:{{{LIBRARY}}}:numbers:open")
    assert sorted(kept) == sorted(acknowledged)


def test_a_repeat_that_the_state_now_refuses_is_answered_once_replicas_have_the_first(
    pair: Pair, ask: Callable[..., TestResponse]
) -> None:
    visit = ask("first").get_json()["id"]
    client = create_app(pair.settings).test_client()
    headers = {**WebApp.open(pair.settings).bearer("clerk", LIBRARY), "Idempotency-Key": "left"}
    path = f"/api/v1/branches/{LIBRARY}/visits/{visit}/abandon"
    pair.proxy.silent = True
    # The second is refused by the state that the first has left, and asks for the earlier response.
    assert [client.post(path, json={}, headers=headers).status_code for _ in range(2)] == [503] * 2
    pair.proxy.restore()
    pair.synchronised()
    answer = client.post(path, json={}, headers=headers)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "abandoned")


@pytest.mark.parametrize("silent", [False, True])
def test_other_changes_wait_for_the_replicas_as_well(pair: Pair, silent: bool) -> None:
    store = RedisStore(pair.primary, replicas=1)
    pair.proxy.silent = silent

    def set_both(pipeline: Transaction) -> bool:
        pipeline.watch("b")
        pipeline.multi()
        pipeline.set("b", "1")
        pipeline.execute()
        return True

    changes: list[Callable[[], object]] = [
        lambda: store.write(lambda p: p.set("a", "1")),
        lambda: transaction(store, "b", set_both, outrun=False),
        store.check_writable,
    ]
    for change in changes:
        if silent:
            with pytest.raises(StoreUnavailable):
                change()
        else:
            change()
    assert pair.replica.mget("a", "b") == ([None, None] if silent else ["1", "1"])


def test_ready_says_whether_a_change_can_be_made(pair: Pair) -> None:
    def ready(port: int, replicas: int) -> int:
        settings = replace(
            pair.settings, redis_url=f"redis://127.0.0.1:{port}", replicas_to_wait=replicas
        )
        return create_app(settings).test_client().get("/readyz").status_code

    primary, replica = (
        client.connection_pool.connection_kwargs["port"] for client in (pair.primary, pair.replica)
    )
    assert ready(primary, 1) == 200
    assert ready(primary, 2) == 503  # there is only one
    assert ready(replica, 0) == 503  # it answers and takes nothing
    pair.primary.config_set("maxmemory", 1)
    assert ready(primary, 0) == 503
