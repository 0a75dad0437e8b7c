"""A primary that is lost is followed to the one that takes its place, without a restart."""

from __future__ import annotations

import argparse
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen

import pytest
from redis import Redis
from redis.exceptions import RedisError

from queue_service.app import create_app
from queue_service.commands import doctor
from queue_service.errors import OperatorError
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.settings import Settings
from queue_service.store.connection.batching import Batching
from queue_service.store.connection.clients import connect, connect_jobs, connect_reader
from queue_service.store.redis_store import RedisStore
from tests.ports import free_port
from tests.running import eventually
from tests.store.servers import StoreProxy, sentinel, server
from tests.web.web_app import LIBRARY, WebApp


@dataclass
class Watched:
    """A primary, its replica, the store's address, and the port of the sentinel that watches."""

    primary: Popen[bytes]
    replica: Redis
    settings: Settings
    sentinel: int


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Fresh ones, which fail over half a second after the primary is gone."""
    with server(tmp_path / "primary") as (primary, port):
        follow = ("--replicaof", f"127.0.0.1 {port}")
        with (
            server(tmp_path / "replica", *follow) as (_, other),
            sentinel(tmp_path / "sentinel", port) as watches,
            Redis(port=other, decode_responses=True) as replica,
            Redis(port=watches, decode_responses=True) as watcher,
        ):
            eventually(lambda: len(watcher.sentinel_slaves("queue")) == 1)
            eventually(lambda: replica.info("replication")["master_link_status"] == "up")
            # An address without a listener is passed over.
            url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{watches}/queue"
            settings = Settings(data_dir=tmp_path, redis_url=url)
            yield Watched(primary, replica, settings, watches)


def test_tickets_go_on_at_the_next_primary(watched: Watched) -> None:
    web_app = WebApp.open(watched.settings)
    headers = web_app.bearer("clerk", LIBRARY)
    client = create_app(watched.settings).test_client()
    path = f"/api/v1/branches/{LIBRARY}/visits"

    def issue(key: str) -> str | None:
        sent = {**headers, "Idempotency-Key": key}
        answer = client.post(path, json={"service": "pas"}, headers=sent)
        return answer.get_json()["number"] if answer.status_code == 201 else None

    first = issue("first")
    with connect(watched.settings) as asked:
        asked.set("mark", "")  # WAIT counts what its own connection has written
        eventually(lambda: asked.wait(1, 100) == 1)
    watched.primary.send_signal(signal.SIGKILL)
    watched.primary.wait(10)
    assert issue("second") is None
    eventually(lambda: issue("second") is not None, seconds=15)
    assert [issue("first"), issue("second"), issue("third")] == [first, "A002", "A003"]
    assert client.get("/readyz").status_code == 200


def waits(client: Redis) -> bool:
    """Whether the store still does not answer."""
    try:
        return not client.ping()
    except RedisError:
        return True


@pytest.mark.usefixtures("cooperative")
def test_a_late_response_reaches_no_other_request(tmp_path: Path) -> None:
    with (
        server(tmp_path / "primary") as (primary, port),
        sentinel(tmp_path / "sentinel", port) as watches,  # without a replica there is no failover
        connect(
            Settings(
                redis_url=f"redis+sentinel://127.0.0.1:{watches}/queue", store_timeout_seconds=0.3
            )
        ) as client,
    ):
        batching = Batching(client)
        for name in ("first", "second"):
            client.set(name, name)

        def together(name: str) -> str:
            return str(batching.ask(("GET", name)))

        primary.send_signal(signal.SIGSTOP)
        for ask in (client.get, together):
            with pytest.raises(RedisError):
                ask("first")
        primary.send_signal(signal.SIGCONT)
        eventually(lambda: not waits(client))
        assert [client.get("second"), together("second")] == ["second", "second"]


@pytest.mark.usefixtures("cooperative")
def test_a_primary_that_hung_and_wakes_is_not_asked_any_more(watched: Watched) -> None:
    with connect(replace(watched.settings, store_timeout_seconds=0.3)) as client:
        batching = Batching(client)
        asks = ("CONFIG", "GET", "port")
        before = batching.ask(asks)
        eventually(lambda: client.wait(1, 100) == 1)
        watched.primary.send_signal(signal.SIGSTOP)
        try:
            eventually(lambda: not waits(client), seconds=15)
        finally:
            watched.primary.send_signal(signal.SIGCONT)  # it takes itself for the primary still
        after = watched.replica.config_get("port")
        assert client.config_get("port") == after
        assert batching.ask(asks) == after != before


def test_connections_that_lead_nowhere_are_not_kept() -> None:
    with connect(Settings(redis_url=f"redis+sentinel://127.0.0.1:{free_port()}/queue")) as client:
        for _ in range(5):
            with pytest.raises(RedisError):
                client.ping()
        assert len(client.connection_pool._connections) == 1


@pytest.mark.usefixtures("cooperative")
def test_behind_one_address_a_connection_to_what_is_no_primary_any_more_is_made_again(
    tmp_path: Path,
) -> None:
    with server(tmp_path / "former") as (_, port), server(tmp_path / "next") as (_, other):
        proxy = StoreProxy(port)
        url = f"redis://127.0.0.1:{proxy.port}"
        with connect(Settings(redis_url=url)) as client, Redis(port=port) as former:
            apart, together = RedisStore(client), RedisStore(client, batching=Batching(client))
            for store in (apart, together):
                store.check_writable()
                store.run("recall", ["key"], [])
            # The next change is by a script that neither has seen.
            proxy.target = other
            former.replicaof("127.0.0.1", other)  # it answers still, and takes no change
            for store in (apart, together):
                store.check_writable()
                store.run(
                    "access_replace", ["{a}names", "{a}log", "{a}totals"], ["name", "", "next", ""]
                )
        proxy.close()


def test_doctor_says_who_is_primary_and_what_its_replicas_lack(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(watched.settings) as client:
        eventually(lambda: client.wait(1, 100) == 1)
    doctor.run(argparse.Namespace(parts=["store"]), watched.settings)
    said = capsys.readouterr().out
    assert re.search(r"ok .*sentinel at 127.0.0.1:\d+ takes 127.0.0.1:\d+ for the primary", said)
    assert re.search(r"WRONG .*sentinel at 127.0.0.1:\d+ does not answer for queue", said)
    assert re.search(r"ok .*It takes changes; its role is master", said)
    assert re.search(r"ok .*The replica at 127.0.0.1:\d+ is online and lacks \d+ of", said)
    assert "look   store       QUEUE_REPLICAS_TO_WAIT is 0: what was acknowledged just" in said
    with connect(watched.settings) as client:
        client.config_set("maxmemory", 1)
    doctor.run(argparse.Namespace(parts=["store"]), watched.settings)
    assert re.search(r"WRONG .*It takes no changes: .*maxmemory", capsys.readouterr().out)


def test_doctor_looks_at_a_replica_that_may_become_the_store_and_at_the_quorum(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.replica.config_set("maxmemory-policy", "allkeys-lru")
    waits = replace(watched.settings, replicas_to_wait=1)
    doctor.run(argparse.Namespace(parts=["store"]), waits)
    said = capsys.readouterr().out
    assert "could not replace" not in said
    assert "QUEUE_REPLICAS_TO_WAIT is 0" not in said
    port = watched.replica.connection_pool.connection_kwargs["port"]
    there = f"WRONG  store       127.0.0.1:{port}: "
    assert f"{there}maxmemory-policy is allkeys-lru; it has to be noeviction." in said
    with Redis(port=watched.sentinel) as sentinels:
        sentinels.execute_command("SENTINEL", "SET", "queue", "quorum", "2")
    doctor.run(argparse.Namespace(parts=["store"]), watched.settings)
    assert re.search(
        r"WRONG  store       The sentinel at 127.0.0.1:\d+ could not replace a lost primary:"
        r" NOQUORUM .*\. Start more sentinels, or set a lower quorum\.\n",
        capsys.readouterr().out,
    )


def test_readers_and_jobs_find_it_as_well(watched: Watched) -> None:
    with connect_reader(watched.settings) as reader, connect_jobs(watched.settings) as jobs:
        assert reader.ping()
        assert jobs.ping()


@pytest.mark.parametrize(
    ("url", "sentinels", "master", "database"),
    [
        ("redis+sentinel://a:1/m", (("a", 1),), "m", 0),
        ("redis+sentinel://a:1,b:2,c/m/3", (("a", 1), ("b", 2), ("c", 26379)), "m", 3),
        ("rediss+sentinel://u:p%40@[::1]:7/m?sentinel_password=s", (("::1", 7),), "m", 0),
    ],
)
def test_an_address_with_sentinels(url: str, sentinels: object, master: str, database: int) -> None:
    found = SentinelAddress.parse(url)
    assert (found.sentinels, found.master, found.database) == (sentinels, master, database)
    assert found.tls is url.startswith("rediss")


def test_the_servers_and_the_sentinels_have_credentials_of_their_own() -> None:
    found = SentinelAddress.parse(
        "redis+sentinel://u:p%40@a:1/m?sentinel_user=w&sentinel_password=s"
    )
    assert found.options == {"username": "u", "password": "p@"}
    assert found.sentinel_options == {"username": "w", "password": "s"}


@pytest.mark.parametrize(
    "url",
    ["redis+sentinel://", "redis+sentinel://a:1", "redis+sentinel:///m", "redis+sentinel://a:x/m",
     "redis+sentinel://a:1/m/x", "redis+sentinel://:secret@a:1"],
)  # fmt: skip
def test_an_address_without_sentinels_or_master_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(OperatorError, match=r"^REDIS_URL must be redis\+sentinel") as refusal:
        Settings.from_env({"REDIS_URL": url})
    assert "secret" not in str(refusal.value)
