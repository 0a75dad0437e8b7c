"""All three kinds of store support TLS, and a store with an untrusted certificate is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS

from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import StoreUnavailable
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, make_batching, open_reader
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import wait_until_answers
from queue_service.visits.operations import issuing
from tests.desks import CLERK, document
from tests.ports import free_port
from tests.programs import find_program
from tests.running import eventually

BRANCH = "branch"


@dataclass
class Secure:
    """Servers that answer in TLS alone, with one certificate for all of them."""

    folder: Path
    certificate: Path
    stack: ExitStack
    made: list[int] = field(default_factory=list)

    def start(self, *options: str) -> int:
        """One more server; its port. ``options`` go to its command line."""
        port = free_port()
        folder = self.folder / str(port)
        folder.mkdir()
        # A sentinel keeps what it learns in its file.
        (folder / "redis.conf").touch()
        command = [
            str(find_server()), str(folder / "redis.conf"), "--port", "0", "--tls-port", str(port),
            "--bind", "127.0.0.1", "--dir", str(folder), "--tls-auth-clients", "no",
            "--tls-cert-file", str(self.certificate), "--tls-ca-cert-file", str(self.certificate),
            "--tls-key-file", str(self.certificate.with_suffix(".key")),
            "--tls-replication", "yes", *options,
        ]  # fmt: skip
        running = process.spawn(command, folder / "log")
        self.stack.callback(process.stop, running, 10)
        with self.client(port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        return port

    def client(self, port: int) -> Redis:
        """A client of one of the servers alone."""
        return Redis(host="127.0.0.1", port=port, ssl=True, ssl_ca_certs=str(self.certificate))

    def ask(self, port: int, *command: object) -> Any:
        """The reply of one of the servers."""
        with self.client(port) as client:
            untyped_client: Any = client
            return untyped_client.execute_command(*command)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that signs itself; its key is next to it."""
    openssl = find_program("openssl", package="openssl")
    # The server of the wheel is built without TLS.
    find_program("redis-server", "valkey-server", package="redis-server")
    made = tmp_path_factory.mktemp("tls") / "store.crt"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=store", "-addext", "subjectAltName=IP:127.0.0.1",
            "-out", made, "-keyout", made.with_suffix(".key"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made


@pytest.fixture
def secure(certificate: Path, tmp_path: Path) -> Iterator[Secure]:
    with ExitStack() as stack:
        yield Secure(tmp_path, certificate, stack)


def one_server(secure: Secure) -> str:
    return f"rediss://127.0.0.1:{secure.start()}"


def sentinel(secure: Secure) -> str:
    primary = secure.start()
    watch = ("--sentinel", "--sentinel", "monitor", "queue", "127.0.0.1", str(primary), "1")
    watcher = secure.start(*watch)
    return f"rediss+sentinel://127.0.0.1:{watcher}/queue"


def cluster(secure: Secure) -> str:
    bus = str(free_port())
    tls = ("--tls-cluster", "yes", "--cluster-enabled", "yes", "--cluster-port", bus)
    port = secure.start(*tls)
    secure.ask(port, "CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)
    eventually(lambda: b"cluster_state:ok" in secure.ask(port, "CLUSTER", "INFO"))
    return f"rediss+cluster://127.0.0.1:{port}"


@contextmanager
def store(url: str, folder: Path) -> Iterator[tuple[RedisStore, Settings]]:
    settings = Settings(data_dir=folder, redis_url=url, jobs_redis_url="redis://127.0.0.1:1")
    with connect(settings) as client:
        yield RedisStore(client, batching=make_batching(client)), settings


@pytest.mark.usefixtures("cooperative")
@pytest.mark.parametrize("start", [one_server, sentinel, cluster], ids=lambda f: f.__name__)
def test_a_ticket_and_its_event_through_tls(secure: Secure, start: Any, tmp_path: Path) -> None:
    url = start(secure)
    with store(f"{url}?ssl_ca_certs={secure.certificate}", tmp_path) as (trusting, settings):
        queue = Queue(trusting)
        put_branch(queue, BRANCH, document())
        ticket = issuing.issue(queue, Command(BRANCH, CLERK), "pas")
        assert ticket.visit.number == "A001"
        with closing(open_reader(settings)) as reader:
            ((_, entries),) = reader.read({BranchKeys(BRANCH).events: "0-0"})
            assert ticket.visit.id in str(entries[-1])
    with store(url, tmp_path) as (distrusting, _), pytest.raises(StoreUnavailable):
        distrusting.time()
