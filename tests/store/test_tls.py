"""All three kinds of store support TLS, and one whose certificate does not fit is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName, load_pem_x509_certificate
from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS

from queue_service.cli import main
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
from tests.running import environment, eventually

BRANCH = "branch"


@dataclass
class Secure:
    """Servers that answer in TLS alone, with one certificate for all of them."""

    folder: Path
    certificates: Path
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
            "--bind", "127.0.0.1", "127.0.0.2", "--dir", str(folder), "--tls-auth-clients", "no",
            "--tls-cert-file", str(self.certificates / "store.crt"),
            "--tls-key-file", str(self.certificates / "store.key"),
            "--tls-ca-cert-file", str(self.certificates / "ca.crt"),
            "--tls-replication", "yes", *options,
        ]  # fmt: skip
        running = process.spawn(command, folder / "log")
        self.stack.callback(process.stop, running, 10)
        with self.client(port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        return port

    def client(self, port: int) -> Redis:
        """A client of one of the servers alone."""
        return Redis(
            host="127.0.0.1", port=port, ssl=True, ssl_ca_certs=str(self.certificates / "ca.crt"),
            ssl_certfile=str(self.certificates / "service.crt"),
            ssl_keyfile=str(self.certificates / "service.key"),
        )  # fmt: skip

    def ask(self, port: int, *command: object) -> Any:
        """The reply of one of the servers."""
        with self.client(port) as client:
            untyped_client: Any = client
            return untyped_client.execute_command(*command)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority, and of certificates by it for 127.0.0.1 and the service."""
    find_program("openssl", package="openssl")
    # The server of the wheel is built without TLS.
    find_program("redis-server", "valkey-server", package="redis-server")
    return made_by(tmp_path_factory.mktemp("tls"), "127.0.0.1")


def made_by(folder: Path, *names: str) -> Path:
    """The folder with certificates for these names."""
    script = Path(__file__).parent.parent.parent / "deploy" / "make-certificates"
    subprocess.run([script, folder, *names], check=True, capture_output=True)
    return folder


@pytest.fixture
def secure(certificates: Path, tmp_path: Path) -> Iterator[Secure]:
    with ExitStack() as stack:
        yield Secure(tmp_path, certificates, stack)


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
def test_a_ticket_and_its_event_through_tls(
    secure: Secure,
    start: Any,
    tmp_path: Path,
) -> None:
    url = start(secure)
    trusted = f"{url}?ssl_ca_certs={secure.certificates / 'ca.crt'}"
    with store(trusted, tmp_path) as (trusting, settings):
        queue = Queue(trusting)
        put_branch(queue, BRANCH, document())
        ticket = issuing.issue(queue, Command(BRANCH, CLERK), "pas")
        assert ticket.visit.number == "A001"
        with closing(open_reader(settings)) as reader:
            ((_, entries),) = reader.read({BranchKeys(BRANCH).events: "0-0"})
            assert ticket.visit.id in str(entries[-1])
    with store(url, tmp_path) as (distrusting, _), pytest.raises(StoreUnavailable):
        distrusting.time()
    other = made_by(tmp_path / "other", "127.0.0.1")
    said = refusal(f"{url}?ssl_ca_certs={other / 'ca.crt'}", tmp_path)
    assert f"The store at {url} shows a certificate that is not accepted: " in said
    assert "name the authority that signed it as ssl_ca_certs=FILE" in said


def refusal(url: str, folder: Path) -> str:
    """The sentence with which the web does not start on this store."""
    given = environment(folder, REDIS_URL=url, QUEUE_JOBS_REDIS_URL="redis://127.0.0.1:1")
    done = subprocess.run(
        [sys.executable, "-m", "queue_service", "web"],
        env=given, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    return done.stderr


def test_a_server_is_known_by_its_name_and_asks_for_the_services_certificate(
    secure: Secure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port, folder = secure.start("--tls-auth-clients", "yes"), secure.certificates
    options = f"?ssl_ca_certs={folder / 'ca.crt'}"
    said = refusal(f"rediss://127.0.0.2:{port}{options}", tmp_path)
    assert "certificate is not valid for '127.0.0.2'" in said
    said = refusal(f"rediss://127.0.0.1:{port}{options}", tmp_path)
    assert "does not accept the service's certificate: name one as ssl_certfile=FILE" in said
    own = f"&ssl_certfile={folder / 'service.crt'}&ssl_keyfile={folder / 'service.key'}"
    monkeypatch.setenv("REDIS_URL", f"rediss://127.0.0.1:{port}{options}{own}")
    assert main(["store", "PING"]) == 0
    assert main(["doctor", "store"]) == 1, "it keeps nothing on its disk"
    printed = capsys.readouterr().out
    assert "ok     store       The connection is encrypted, and the server's certificate" in printed
    monkeypatch.setenv("REDIS_URL", f"rediss://127.0.0.1:{port}?ssl_cert_reqs=none{own}")
    main(["doctor", "store"])
    assert "WRONG  store       The server's certificate is not checked" in capsys.readouterr().out


def test_an_address_with_a_missing_file_or_a_port_without_tls_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "ca.crt"
    for kind in ("rediss://a", "rediss+sentinel://a/queue", "rediss+cluster://a"):
        said = refusal(f"{kind}?ssl_ca_certs={missing}", tmp_path)
        assert f"REDIS_URL names the file {missing}, which cannot be read." in said
    port = free_port()
    running = process.spawn(
        [str(find_server()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        tmp_path / "log",
    )
    try:
        with Redis(port=port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        monkeypatch.setenv("REDIS_URL", f"rediss://127.0.0.1:{port}")
        assert main(["store", "PING"]) == 1
    finally:
        process.stop(running, 10)
    assert "does not answer in TLS: if it speaks none" in capsys.readouterr().err


def test_an_authority_signs_again_and_its_key_is_private(tmp_path: Path) -> None:
    find_program("openssl", package="openssl")
    made_by(tmp_path, "redis", "10.0.0.11", "fd00::1")
    before = {name: (tmp_path / name).read_bytes() for name in ("ca.crt", "store.crt")}
    made_by(tmp_path, "redis")
    assert (tmp_path / "ca.crt").read_bytes() == before["ca.crt"]
    assert (tmp_path / "store.crt").read_bytes() != before["store.crt"]
    names = load_pem_x509_certificate(before["store.crt"]).extensions
    alternative = names.get_extension_for_class(SubjectAlternativeName).value
    assert alternative.get_values_for_type(DNSName) == ["redis"]
    assert [*map(str, alternative.get_values_for_type(IPAddress))] == ["10.0.0.11", "fd00::1"]
    for name in ("ca.key", "store.key", "service.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
