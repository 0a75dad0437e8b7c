"""Each user of the store may do its work and nothing else; a whole service runs on such a store."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError
from redis.retry import Retry

from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, make_batching, open_reader
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import wait_until_answers
from queue_service.visits.operations import issuing
from tests.desks import CLERK, document
from tests.ports import free_port
from tests.programs import find_program
from tests.running import Running, environment, eventually, service
from tests.web.service import Api

DEPLOY: Final = Path(__file__).parent.parent.parent / "deploy"
PRACTICE: Final = "oevelse"
BACKUP: Final = "store_backup_password"
OPTIONS: Final = (
    *("--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always"),
    *("--maxmemory-policy", "noeviction", "--aof-use-rdb-preamble", "no"),
    *("--enable-debug-command", "yes"),
    *("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"),
)


@dataclass
class Store:
    """A server with the users of ``deploy/store-users``."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start it with its users and its data."""
        server = find_program("redis-server", "valkey-server", package="redis-server")
        door = ("--unixsocket", str(self.folder / "socket"))
        command = [server, *OPTIONS, *door, "--dir", str(self.folder), "--aclfile", "users.acl"]
        running = process.spawn(command, self.folder / "log")
        self.running.append(running)
        with self.client("operator") as client:
            wait_until_answers(client, lambda: running.poll() is None)

    def stop(self) -> None:
        """Stop it."""
        process.stop(self.running.pop(), 10)

    @property
    def secrets(self) -> Path:
        """The folder of the passwords."""
        return self.folder / "deploy" / "secrets"

    def password(self, kind: str) -> str:
        """The password of a user that is named in its file."""
        return (self.secrets / f"store_{kind}_password").read_text().strip()

    def client(self, user: str, password: str = "") -> Redis:
        """A client of a user, by default with its own password."""
        own = {
            "queue": "store_password",
            "queue-backup": "store_backup_password",
            "queue-monitor": "store_monitor_password",
            "operator": "store_operator_password",
            "replica": "store_replica_password",
            "sentinel": "store_sentinel_password",
        }.get(user, "store_password")
        secret = password or (self.secrets / own).read_text().strip()
        door = str(self.folder / "socket")
        return Redis(
            unix_socket_path=door, username=user, password=secret, decode_responses=True,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip

    def given(self, user: str = "queue", file: str = "store_password") -> dict[str, str]:
        """The settings of a part that is this user."""
        return {
            "REDIS_URL": f"unix://{user}@{self.folder / 'socket'}",
            "QUEUE_STORE_PASSWORD_FILE": str(self.secrets / file),
        }

    def refusals(self) -> list[str]:
        """Each command, key and channel that was refused since the last time, with its user."""
        with self.client("operator") as client:
            entries: Any = client.acl_log(128)
            client.acl_log_reset()
        return [f"{one['username']}: {one['reason']} {one['object']}" for one in entries]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A running server."""
    made = Store(tmp_path_factory.mktemp("users"))
    (made.folder / "deploy").mkdir()
    for script in ("make-secrets", "store-users"):
        shutil.copy(DEPLOY / script, made.folder / "deploy")
    subprocess.run([made.folder / "deploy" / "make-secrets"], check=True)
    users = subprocess.run(
        [made.folder / "deploy" / "store-users", made.secrets],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    (made.folder / "users.acl").write_text(users)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def command(store: Store, up: Running, *words: str, **settings: str) -> str:
    """The output of a command of the service, which succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", "queue_service", *words],
        env=environment(up.data_dir, **{**store.given(), **settings}),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def a_day(store: Store, up: Running) -> None:
    """The main operations of a day."""
    secret = command(store, up, "token", "create", "--role", "admin").strip()
    api, here = Api(up.url, secret), f"/branches/{PRACTICE}"
    branch = api.get(here)
    pas, counter = branch["services"][0]["id"], branch["counters"][0]["id"]
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{up.url}/api/v1{here}/events", headers={"Authorization": f"Bearer {secret}"}
    )
    with urllib.request.urlopen(request, timeout=20) as stream:  # noqa: S310 - our own service
        api.post(f"{here}/counters/{counter}/open")
        for _ in range(2):
            api.post(f"{here}/visits", service=pas)
        visit = api.post(f"{here}/counters/{counter}/call-next")
        for verb in ("recall", "start", "park", "resume"):
            api.post(f"{here}/visits/{visit['id']}/{verb}")
        api.post(f"{here}/visits/{visit['id']}/complete", outcome="resolved")
        seen = iter(stream)
        assert any(b"visit.completed" in line for line in seen)
    assert api.get(f"{here}/state")["today"]["completed"] >= 1
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    api.get(f"{here}/statistics?from={day}&to={day}")
    wanted = {"content": "services", "from": day, "to": day, "format": "csv", "language": "en"}
    file = api.post(f"{here}/exports", **wanted)["id"]
    # A real worker makes it.
    eventually(lambda: api.get(f"{here}/exports/{file}")["state"] == "ready")
    assert api.get("/tokens")["tokens"]
    assert api.get("/audit")["entries"]


def test_a_day_of_the_whole_service_needs_no_more(store: Store, tmp_path: Path) -> None:
    with service(tmp_path, **store.given(), QUEUE_SAMPLE="1") as up:
        a_day(store, up)
        looked = command(store, up, "doctor", "store", "worker", "schedule")
        assert "It knows the service as the user queue." in looked
        assert "appendfsync is always; it has to be always." in looked
        assert "appendonly is yes" in looked
        assert "maxmemory-policy is noeviction" in looked
        command(store, up, "store", "INFO", "memory")
        command(store, up, "store", "BGREWRITEAOF")
        backup = store.given("queue-backup", "store_backup_password")
        printed = command(store, up, "backup", str(tmp_path / "backup"), **backup)
        assert "has all of it" in printed
    assert store.refusals() == []


def test_a_reader_follows_the_log(store: Store) -> None:
    given = store.given()
    settings = Settings.from_env({**given, "QUEUE_DATA_DIR": str(store.folder)})
    with closing(open_reader(settings)) as reader:
        reader.read({BranchKeys(PRACTICE).events: "0-0"})
    assert store.refusals() == []


def test_a_restart_leaves_out_no_transaction(store: Store) -> None:
    with store.client("queue") as client, client.pipeline(transaction=True) as pipeline:
        pipeline.set("queue:a", "1").hset("queue:b", "c", "2").execute()
        client.eval("return redis.call('SET', KEYS[1], 'x') and redis.call('INCR', KEYS[2])", 2,
                    "queue:d", "queue:e")  # fmt: skip
    store.stop()
    store.start()
    with store.client("queue") as client:
        assert client.get("queue:a") == "1"
        assert client.hgetall("queue:b") == {"c": "2"}
        assert (client.get("queue:d"), client.get("queue:e")) == ("x", "1")
    assert store.refusals() == []


@pytest.mark.usefixtures("cooperative")
def test_a_cluster_needs_no_more(store: Store, tmp_path: Path) -> None:
    server = find_program("redis-server", "valkey-server", package="redis-server")
    port, bus = free_port(), free_port()
    command = [
        server, *OPTIONS, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path),
        "--cluster-enabled", "yes", "--cluster-port", str(bus),
        "--aclfile", str(store.folder / "users.acl"),
    ]  # fmt: skip
    running = process.spawn(command, tmp_path / "log")
    given = {
        "REDIS_URL": f"redis+cluster://queue@127.0.0.1:{port}",
        "QUEUE_JOBS_REDIS_URL": "redis://127.0.0.1:1",
        "QUEUE_STORE_PASSWORD_FILE": str(store.secrets / "store_password"),
        "QUEUE_DATA_DIR": str(tmp_path),
    }
    try:
        with Redis(
            port=port, username="operator", password=store.password("operator"),
            decode_responses=True,
        ) as client:  # fmt: skip
            wait_until_answers(client, lambda: running.poll() is None)
            asked: Any = client
            asked.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS - 1)
            eventually(lambda: asked.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
            settings = Settings.from_env(given)
            with connect(settings) as spread:
                queue = Queue(RedisStore(spread, batching=make_batching(spread)))
                put_branch(queue, "here", document())
                number = issuing.issue(queue, Command("here", CLERK), "pas").visit.number
                with closing(open_reader(settings)) as reader:
                    ((_, entries),) = reader.read({BranchKeys("here").events: "0-0"})
            assert (number, bool(entries)) == ("A001", True)
            backup = {**given, "QUEUE_STORE_PASSWORD_FILE": str(store.secrets / BACKUP)}
            backup["REDIS_URL"] = given["REDIS_URL"].replace("queue@", "queue-backup@")
            for part, words in ((given, ["doctor", "store"]), (backup, ["backup", "file"])):
                done = subprocess.run(
                    [sys.executable, "-m", "queue_service", *words],
                    env=environment(tmp_path, **part), cwd=tmp_path,
                    capture_output=True, text=True, timeout=60, check=False,
                )  # fmt: skip
                assert "WRONG" not in done.stdout, done.stdout
                assert done.returncode == 0, done.stderr
            # CONFIG is the operator's: doctor asks a person to look at full coverage.
            entries = asked.acl_log(128)
        assert {one["object"] for one in entries} <= {"config|get"}
    finally:
        process.stop(running, 10)


DANGEROUS: Final = (
    "CONFIG GET requirepass", "CONFIG SET dir /tmp", "FLUSHALL", "FLUSHDB", "KEYS *",
    "DEBUG SLEEP 0", "MONITOR", "SHUTDOWN NOSAVE", "SAVE", "BGSAVE", "REPLICAOF NO ONE", "SYNC",
    "PSYNC ? -1", "REPLCONF capa eof", "ACL LIST", "ACL SETUSER queue +@all", "ACL LOG",
    "MODULE LIST", "FUNCTION LIST", "FUNCTION FLUSH", "SCRIPT FLUSH", "CLIENT LIST",
    "CLIENT KILL TYPE normal", "CLIENT PAUSE 1", "MIGRATE h 1 q:k 0 1", "SLOWLOG GET",
    "SWAPDB 0 1", "CLUSTER RESET", "FAILOVER", "LASTSAVE", "SORT q:list",
)  # fmt: skip
"""Commands that the operator alone may give."""


def refused(store: Store, user: str, words: str) -> None:
    """Assert that a user may not give a command."""
    with store.client(user) as client:
        asked: Any = client
        with pytest.raises(NoPermissionError):
            asked.execute_command(*words.split())


@pytest.mark.parametrize("user", ["queue", "queue-backup", "queue-monitor", "replica"])
def test_dangerous_commands_are_refused(store: Store, user: str) -> None:
    own = {"queue-backup": {"SYNC", "PSYNC", "REPLCONF"}, "replica": {"PSYNC", "REPLCONF"}}
    for words in DANGEROUS:
        if words.split()[0] not in own.get(user, set()):
            refused(store, user, words)
    assert len(store.refusals()) > 20


@pytest.mark.parametrize(
    "words",
    [
        "GET other", "SET other 1", "DEL rqueue", "XADD session:1 * a b", "COPY q:a other",
        "RENAME q:a other", "PUBLISH other x", "SUBSCRIBE other", "PUBLISH rq:other x",
    ],
)  # fmt: skip
def test_the_service_has_its_own_keys_and_channels_alone(store: Store, words: str) -> None:
    refused(store, "queue", words)
    assert store.refusals()


def test_a_script_may_do_no_more_than_its_user(store: Store) -> None:
    with store.client("queue") as client:
        assert client.eval("return redis.call('SET', KEYS[1], 'x') and 1", 1, "q:{a}:k") == 1
        client.delete("q:{a}:k")
        for body, key in (
            ("return redis.call('GET', KEYS[1])", "other"),
            ("return redis.call('KEYS', '*')", "q:a"),
            ("return redis.call('FLUSHALL')", "q:a"),
        ):
            with pytest.raises(ResponseError, match="ermissions"):
                client.eval(body, 1, key)
    assert len(store.refusals()) == 3


@pytest.mark.parametrize("words", ["SET q:{a}:k 1", "DEL queue:branches", "HSET queue:x a b"])
def test_a_backup_changes_nothing_but_the_audit_log(store: Store, words: str) -> None:
    refused(store, "queue-backup", words)
    refused(store, "queue-monitor", words)
    refused(store, "queue-monitor", "GET queue:branches")
    with store.client("queue-monitor") as client:
        assert client.info("memory")
    store.refusals()


def test_unknown_users_and_wrong_passwords_are_refused(store: Store) -> None:
    for user, password in (("default", "x"), ("queue", "wrong"), ("nobody", "x")):
        with store.client(user, password) as client, pytest.raises(AuthenticationError):
            client.ping()
    door = str(store.folder / "socket")
    at_once = Retry(NoBackoff(), 0)
    with Redis(unix_socket_path=door, retry=at_once) as client, pytest.raises(AuthenticationError):
        client.ping()
    store.refusals()


def test_no_password_is_in_the_file_of_users_and_secrets_are_made_once(store: Store) -> None:
    users = (store.folder / "users.acl").read_text()
    made = {file.name: file.read_text() for file in store.secrets.iterdir()}
    assert store.secrets.stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o777 == 0o644 for file in store.secrets.iterdir())
    passwords = {name: text.strip() for name, text in made.items() if name.endswith("_password")}
    given = {text for text in passwords.values() if text}
    assert len(given) == 7
    assert passwords["mail_password"] == "", "which only the operator knows"
    assert not any(text in users for text in given)
    subprocess.run([store.folder / "deploy" / "make-secrets"], check=True)
    assert {file.name: file.read_text() for file in store.secrets.iterdir()} == made


@pytest.mark.parametrize("written", ["a-former-one", '"a-former-one"', "'a-former-one'"])
def test_the_password_of_an_earlier_version_is_taken_over(tmp_path: Path, written: str) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "make-secrets", tmp_path / "deploy")
    (tmp_path / ".env").write_text(f"QUEUE_DOMAIN=a\nQUEUE_STORE_PASSWORD={written}\n")
    subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True, cwd="/")
    secrets = tmp_path / "deploy" / "secrets"
    assert (secrets / "store_password").read_text() == "a-former-one\n"
    assert len((secrets / "grafana_password").read_text()) == 65


def test_an_empty_password_makes_no_user(store: Store, tmp_path: Path) -> None:
    shutil.copytree(store.secrets, tmp_path / "secrets")
    (tmp_path / "secrets" / "store_backup_password").write_text("\n")
    done = subprocess.run(
        [DEPLOY / "store-users", tmp_path / "secrets"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "store_backup_password is empty" in done.stderr
