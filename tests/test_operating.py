"""The commands of docs/operating.md are run here, and its files are read by their programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from queue_service import sample
from queue_service.access.operations import accounts
from queue_service.access.operations.access import OPERATOR
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.notes.store import NoteStore
from queue_service.runtime import process
from queue_service.runtime.settings import Settings, unknown_variables
from queue_service.store.connection.clients import connect
from queue_service.store.format import FORMAT, KEY
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import wait_until_answers
from queue_service.visits.operations import issuing
from tests.ports import free_port
from tests.programs import find_program
from tests.running import environment, eventually
from tests.store.serving import serving
from tests.test_web_command import health
from tests.web.web_app import LIBRARY, WebApp

ROOT: Final = Path(__file__).parent.parent
DEPLOY: Final = ROOT / "deploy"
PAGE: Final = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
PROGRAM: Final = Path(sys.executable).parent / "queue-service"
MACHINES: Final = ("10.0.0.11", "10.0.0.12", "10.0.0.13")
KINDS: Final = ("replica", "sentinel", "operator")
"""The users of the store whose passwords the page names."""
NEW: Final = "second-and-random"


def blocks(heading: str, kind: str) -> list[str]:
    """The blocks of a kind under a heading, before the next one."""
    (section,) = re.findall(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def block(heading: str, kind: str, has: str = "") -> str:
    """The only such block that has these words."""
    (found,) = (text for text in blocks(heading, kind) if has in text)
    return found


def pattern(printed: str) -> str:
    """A line of the page as an expression: what it counts and dates may be another."""
    return re.sub(r"\d+", r"\\d+", re.escape(printed))


def run(script: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Let a shell carry out what the page says, with our command on its path."""
    given = environment(folder / "data", **settings)
    given["PATH"] = f"{folder / 'bin'}:{PROGRAM.parent}:{given['PATH']}"
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=folder, env=given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_every_command_of_compose_has_these_options_and_parts() -> None:
    compose = find_program("docker-compose", package="docker-compose")
    printed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    typed = re.findall(r"docker compose ((?:-f \S+ )*)([a-z]+) ?(.*?)(?=`|$)", PAGE, re.MULTILINE)
    helps = {
        verb: subprocess.run([compose, verb, "--help"], capture_output=True, text=True).stdout
        for verb in {verb for _, verb, _ in typed}
    }
    for files, verb, rest in typed:
        assert all((ROOT / name).is_file() for name in re.findall(r"-f (\S+)", files))
        before, *command = rest.split(" queue-service ")
        for option in re.findall(r"(?<!\S)--?[a-zA-Z][\w-]*", before.partition(" grafana ")[0]):
            assert re.search(rf"{option}\b", helps[verb]), f"{verb} {option}"
        words = re.sub(r"-[ve] \S+|--scale \S+", "", before).split()
        parts = [word for word in words if not word.startswith("-")]
        if verb in ("exec", "run", "up", "restart"):
            assert set(parts[:1]) <= printed["services"].keys(), rest
        assert len(command) <= 1
    assert (printed["name"], "store" in printed["volumes"]) == ("queue-service", True)
    names = block("One machine with Docker", "ini").split("=")[1].split()
    assert names == [f"{printed['name']}-web-{n}:8000" for n in (1, 2)]


@pytest.mark.parametrize(("kind", "server"), [("sentinel", "sentinel-1"), ("cluster", "store-1")])
def test_every_command_of_compose_takes_the_files_that_the_page_names_once(
    tmp_path: Path, kind: str, server: str
) -> None:
    compose = find_program("docker-compose", package="docker-compose")
    for file in ROOT.glob("docker-compose*.yml"):
        (tmp_path / file.name).symlink_to(file)
    (line,) = re.findall(rf"`(COMPOSE_FILE=\S+{kind}\.yml)` into `\.env`", PAGE)
    (tmp_path / ".env").write_text(f"{line}\n")
    done = subprocess.run([compose, "config"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert server in services
    assert f"redis+{kind}://" in services["web"]["environment"]["REDIS_URL"]
    assert line in (ROOT / f"docker-compose.{kind}.yml").read_text()


def test_caddy_takes_the_proxys_file(tmp_path: Path) -> None:
    caddy = find_program("caddy", package="caddy")
    (tmp_path / "Caddyfile").write_text(block("One machine with systemd", "caddy"))
    file = str(tmp_path / "Caddyfile")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", file]
    homes = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=homes)
    assert done.returncode == 0, done.stderr
    ours = (DEPLOY / "Caddyfile").read_text().replace("request_body @queue", "request_body")
    written = block("One machine with systemd", "caddy")
    for line in written.replace("queue.example.dk {", "").splitlines():
        assert line.strip() in ours or "127.0.0.1:8000" in line, "it does what the other does"


@pytest.mark.parametrize("spoilt", [False, True])
def test_systemd_takes_the_backups_timer(tmp_path: Path, spoilt: bool) -> None:
    program = find_program("systemd-analyze", package="systemd")
    for unit in DEPLOY.glob("queue-service-backup.*"):
        text = re.sub(r"^(User|Group)=.*", r"\1=root", unit.read_text(), flags=re.MULTILINE)
        text = text.replace("03:10", "soon") if spoilt else text
        (tmp_path / unit.name).write_text(text)
    timer = tmp_path / "queue-service-backup.timer"
    done = subprocess.run([program, "verify", "--man=no", timer], capture_output=True, text=True)
    printed = [line for line in done.stderr.splitlines() if "queue-service-backup" in line]
    assert bool(printed) is spoilt


def test_every_setting_of_the_page_is_one() -> None:
    lines = [line for text in re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
             for line in text.splitlines()]  # fmt: skip
    variables = dict(line.split("=", 1) for line in lines)
    assert variables.pop("QUEUE_WEB"), "which compose reads alone"
    assert unknown_variables(variables) == {}
    there = {name: value for name, value in variables.items() if not name.endswith("_FILE")}
    Settings.from_env(there)


def wrapper(folder: Path) -> None:
    """The command next to the unit, with the folders of this test, first on the path."""
    text = (DEPLOY / "queue-service").read_text()
    find_program("runuser", package="util-linux")
    user = "runuser -u root" if os.getuid() == 0 else "env"
    for page, ours in (
        ("/etc/queue-service.env", str(folder / "queue-service.env")),
        ("/srv/queue-service/.venv/bin/queue-service", str(PROGRAM)),
        ("/var/lib/queue-service", str(folder / "data")),
        ("runuser -u queue", user),
    ):
        assert page in text
        text = text.replace(page, ours)
    (folder / "bin").mkdir()
    (folder / "bin" / "queue-service").write_text(text)
    (folder / "bin" / "queue-service").chmod(0o755)


@dataclass
class Site:
    """Three machines, each with a store and a sentinel from the page's files, on one."""

    folder: Path
    secrets: Path
    store_port: int
    sentinel_port: int
    running: dict[str, subprocess.Popen[bytes]]

    def password(self, kind: str = "") -> str:
        """The password of a user of the store; without a kind that of the service."""
        name = f"store_{kind}_password" if kind else "store_password"
        return (self.secrets / name).read_text().strip()

    def install_users(self) -> None:
        """Make the files of users as the page says, and install them."""
        done = run(block("A store that fails over", "sh", "make-secrets"), self.folder)
        assert done.returncode == 0, done.stderr

    def here(self, text: str) -> str:
        """The page's files, with the addresses and ports of this test."""
        for page, ours in (
            (r"\b26379", str(self.sentinel_port)),
            (r"\b6379", str(self.store_port)),
            (r"\b10\.0\.0\.", "127.0.0."),
            *((rf"\b{kind.upper()}-PASSWORD", self.password(kind)) for kind in KINDS),
            (r"\bNEW\b", NEW),
            ("/etc/redis/", f"{self.folder}/"),
            ("/etc/queue-service/", f"{self.folder}/"),
            # A test waits for less.
            ("down-after-milliseconds queue 5000", "down-after-milliseconds queue 500"),
        ):
            text = re.sub(page, ours, text)
        return text

    def start(self, name: str) -> None:
        """Start what has this file."""
        server = find_program("redis-server", package="redis-server")
        kind = ["--sentinel"] if name.startswith("sentinel") else []
        command = [server, str(self.folder / name), *kind]
        self.running[name] = process.spawn(command, self.folder / f"{name}.log")

    def stop(self, name: str) -> None:
        """Stop it."""
        process.stop(self.running.pop(name), 10)

    def store(self, machine: str, user: str = "operator", password: str = "") -> Redis:
        """A client of the store of a machine."""
        return self._client(machine, self.store_port, user, password)

    def sentinel(self, machine: str, user: str = "operator", password: str = "") -> Redis:
        """A client of the sentinel of a machine."""
        return self._client(machine, self.sentinel_port, user, password)

    def _client(self, machine: str, port: int, user: str, password: str) -> Redis:
        at_once = Retry(NoBackoff(), 0)
        return Redis(
            self.here(machine), port, username=user, password=password or self.password("operator"),
            decode_responses=True, retry=at_once,
        )  # fmt: skip

    def refused(self) -> list[str]:
        """Each command and key that a server has refused to one of its users, and to whom."""
        found: list[Any] = []
        for machine in MACHINES:
            for client in (self.store(machine), self.sentinel(machine)):
                with client:
                    found += client.acl_log(128)
        return [f"{e['username']}: {e['object']}" for e in found if e["reason"] != "auth"]

    def type(self, script: str, machine: str = MACHINES[0]) -> list[str]:
        """The replies of redis-cli to lines of the page, typed into one terminal."""
        find_program("redis-cli", package="redis-tools")
        lines = [
            line if " -p " in line else line.replace("-h 10", "-p 6379 -h 10")
            for line in script.replace(MACHINES[0], machine).splitlines()
        ]
        done = run(self.here("\n".join(lines)), self.folder)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """All of it running, as the page sets it up."""
    made = Site(tmp_path, tmp_path / "deploy" / "secrets", free_port(), free_port(), {})
    (tmp_path / "deploy").mkdir()
    for script in ("make-secrets", "store-users"):
        shutil.copy(DEPLOY / script, tmp_path / "deploy")
    made.install_users()
    store, sentinel = blocks("A store that fails over", "conf")
    assert "`replicaof 10.0.0.11 6379`" in PAGE
    own = re.compile(r"^(bind|sentinel announce-ip|replica-announce-ip) .*$", re.MULTILINE)
    try:
        for machine in MACHINES:
            (tmp_path / f"dir-{machine}").mkdir()
            follow = "" if machine == MACHINES[0] else "replicaof 10.0.0.11 6379\n"
            for name, file in (("store", store + follow), ("sentinel", sentinel)):
                text = made.here(own.sub(rf"\1 {machine}", file))
                text = text.replace("/var/lib/redis", str(tmp_path / f"dir-{machine}"))
                (tmp_path / f"{name}-{machine}").write_text(text)
            made.start(f"store-{machine}")
        for machine in MACHINES:
            wait_until_answers(made.store(machine))
        for machine in MACHINES:
            made.start(f"sentinel-{machine}")
        for machine in MACHINES:
            wait_until_answers(made.sentinel(machine))
            eventually(lambda m=machine: knows_all(made.sentinel(m)))  # type: ignore[misc]  # a lambda's default has no type
        yield made
    finally:
        for name in [*made.running]:
            made.stop(name)


def knows_all(sentinel: Redis) -> bool:
    """Whether a sentinel knows both replicas and both others."""
    printed: Any = sentinel.sentinel_master("queue")
    return (int(printed["num-slaves"]), int(printed["num-other-sentinels"])) == (2, 2)


def primary_of(site: Site, machine: str) -> str:
    """The address of the primary that the sentinel of a machine names."""
    with site.sentinel(machine) as sentinel:
        printed: Any = sentinel.sentinel_master("queue")
    return str(printed["ip"])


def test_the_service_runs_on_the_pages_store_and_keeps_its_tickets(site: Site) -> None:
    printed = site.here(block("A store that fails over", "ini"))
    # A value with blanks and a last line without an end, as systemd takes them.
    (site.folder / "queue-service.env").write_text(printed + "QUEUE_MAIL_FROM=A Town <a@b.dk>")
    wrapper(site.folder)
    variables = dict(line.split("=", 1) for line in printed.splitlines())
    former = site.password()
    (site.folder / "store_password").write_text(former)
    settings = Settings.from_env({**variables, "QUEUE_DATA_DIR": str(site.folder / "data")})
    with connect(settings) as store:
        eventually(lambda: store.wait(2, 1000) == 2)
    looked = run("queue-service doctor store", site.folder)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert former not in looked.stdout
    for line in block("A store that fails over", "text").splitlines():
        assert re.search(pattern(line), looked.stdout), line

    web_app = WebApp.open(settings)
    headers = web_app.bearer("clerk", LIBRARY)
    client = web_app.app.test_client()

    def issue(key: str) -> str | None:
        sent = {**headers, "Idempotency-Key": key}
        path = f"/api/v1/branches/{LIBRARY}/visits"
        answer = client.post(path, json={"service": "pas"}, headers=sent)
        return answer.get_json()["number"] if answer.status_code == 201 else None

    assert issue("first") == "A001"
    who = block("A store that fails over", "sh", "redis-cli")
    assert site.type(who)[0] == site.here(MACHINES[0])
    site.stop(f"store-{MACHINES[0]}")  # as systemctl does
    eventually(lambda: issue("second") == "A002")
    assert issue("first") == "A001"
    assert site.type(who)[0] != site.here(MACHINES[0])
    site.start(f"store-{MACHINES[0]}")
    wait_until_answers(site.store(MACHINES[0]))
    # `doctor` asks replicas as well, where the user may.
    assert {*site.refused()} <= {"queue: config|get"}
    (site.folder / "store_password").write_text(NEW)
    then = Settings.from_env(variables)
    change_the_password(site, (settings, then))
    with connect(then) as store:
        eventually(lambda: store.wait(1, 1000) >= 1)
        assert Queue(RedisStore(store)).get(BranchStore).all()


def role(store: Redis) -> str:
    """The current role of a server."""
    about: Any = store.info("replication")
    return str(about["role"])


def change_the_password(site: Site, services: Iterable[Settings]) -> None:
    """The page's procedure, for each of the three, with services that have the old and new."""
    heading = "The store's password with Sentinel"
    both, last = block(heading, "sh", "SETUSER"), block(heading, "sh", "LOAD")
    former = site.password()
    for machine in MACHINES:
        assert site.type(both, machine) == ["OK", "OK"]
    for settings in services:
        with connect(settings) as store:
            assert store.ping(), "each of them is let in"
    (site.secrets / "store_password").write_text(NEW)
    site.install_users()
    for machine in MACHINES:
        assert site.type(last, machine) == ["OK", "OK"]
        for client in (site.store, site.sentinel):
            with client(machine, "queue", former) as other, pytest.raises(AuthenticationError):
                other.ping()
    # It is so after a restart, too, and the sentinels still see who is there.
    (another, *_) = (m for m in MACHINES if role(site.store(m)) == "slave")
    site.stop(f"store-{another}")
    site.start(f"store-{another}")
    with site.store(another) as store:
        wait_until_answers(store)
        assert role(store) == "slave"
    forget = block("Backup and restore", "sh", "RESET")
    for machine in MACHINES:
        with site.sentinel(machine) as sentinel:
            eventually(partial(knows_all, sentinel))
    # A sentinel that is reset during a failover forgets it, as the page says.
    eventually(lambda: len({primary_of(site, machine) for machine in MACHINES}) == 1)
    # Of one alone: it takes ten seconds to know the replicas again.
    with site.sentinel(MACHINES[0]) as sentinel:
        assert site.type(forget, MACHINES[0]) == ["1"]
        eventually(partial(knows_all, sentinel))


def test_a_backup_is_made_rehearsed_and_restored_as_the_page_says(tmp_path: Path) -> None:
    wrapper(tmp_path)
    settings = tmp_path / "queue-service.env"
    made = run(block("Backup and restore", "sh", "--new-key"), tmp_path)
    settings.write_text(made.stdout.splitlines()[0] + "\n")
    assert settings.read_text().startswith("QUEUE_BACKUP_KEYS=age1")
    with serving(tmp_path / "data") as (_, client):
        queue = Queue(RedisStore(client))
        put_branch(queue, LIBRARY, sample.documents()[LIBRARY])
        accounts.add_account(
            queue.get(AccessStore), "admin", "a long enough one", "admin", None, now=1
        )
        issuing.issue(queue, Command(LIBRARY, OPERATOR), "pas")
    nightly(tmp_path)
    rehearse(tmp_path)
    done = run(typed_here(block("Restore it", "sh", "systemctl")), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "store-before").is_dir()
    with serving(tmp_path / "data") as (_, client):
        assert Queue(RedisStore(client)).get(BranchStore).get(LIBRARY).id == LIBRARY
        client.set(KEY, FORMAT + 1)
    refused = run("queue-service user list", tmp_path)
    printed = block("Upgrade, and back", "text")
    assert re.fullmatch(pattern(printed), refused.stderr), refused.stderr


def typed_here(script: str) -> str:
    """The page's commands without those of systemd, and without the user of the service."""
    lines = [x for x in script.splitlines() if not re.match("systemctl|queue-service doctor", x)]
    return "\n".join(lines).replace("/var/lib/queue-service", "data").replace("-o queue ", "")


def nightly(folder: Path) -> None:
    """The service that the timer starts; its file as on the page."""
    (folder / "backups").mkdir()
    unit = (DEPLOY / "queue-service-backup.service").read_text()
    for line in re.findall(r"^ExecStart(?:Post)?=/bin/sh -c '(.*)'$", unit, re.MULTILINE):
        line = line.replace("$$", "$").replace("%%", "%")
        line = line.replace("/srv/queue-service/.venv/bin/queue-service", "queue-service")
        done = run(line.replace("/var/backups/queue-service", "backups"), folder)
        assert done.returncode == 0, done.stderr
    (file,) = (folder / "backups").iterdir()
    assert re.fullmatch("day-[1-7]", file.name)
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.read_bytes().startswith(b"age-encryption.org")
    file.rename(folder / "day-5")


def rehearse(folder: Path) -> None:
    """The page's commands, with another folder and other ports."""
    first, second = blocks("Rehearse it", "sh")
    ports = {"6390": str(free_port()), "8001": str(free_port())}
    for page, ours in {**ports, "/tmp/rehearsal": str(folder / "rehearsal"),  # noqa: S108 - the guide's folder, replaced by one of the test
                       ".venv/bin/queue-service": str(PROGRAM)}.items():  # fmt: skip
        first, second = first.replace(page, ours), second.replace(page, ours)
    find_program("redis-server", package="redis-server")
    shell = ["/bin/sh", "-eu", "-c"]
    given = {**environment(folder / "data"), "QUEUE_WEB_PROCESSES": "1"}
    log = folder / "rehearsal.log"
    with ExitStack() as stack:
        for script, ready in (
            (first, lambda: answers(int(ports["6390"]))),
            (f"cd {folder}\n{second}", lambda: health("127.0.0.1", int(ports["8001"])) == 200),
        ):
            running = process.spawn([*shell, script], log, environment=given)
            stack.callback(process.end_session, running)
            eventually(ready)
        with Redis(port=int(ports["6390"]), decode_responses=True) as client:
            queue = Queue(RedisStore(client))
            (notes,) = queue.get(NoteStore).all(LIBRARY).values()
            assert "Genskabt fra en sikkerhedskopi" in notes[0].text
    said = log.read_text()
    for line in block("Rehearse it", "text").splitlines():
        assert re.search(f"^{pattern(line)}$", said, re.MULTILINE), line


def answers(port: int) -> bool:
    """Whether a store listens."""
    try:
        with Redis(port=port) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
