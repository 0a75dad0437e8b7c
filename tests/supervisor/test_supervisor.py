"""`queue-service up`: everything runs, comes back, and stops; never half of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
from redis import Redis

from queue_service.access.store import AccessStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.format import mark_format
from queue_service.store.jobs.job_health import JobHealth
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import bundled_server, embedded_url
from queue_service.supervisor import banner
from tests.desks import document
from tests.ports import free_port
from tests.running import (
    Running,
    descendants,
    environment,
    eventually,
    is_alive,
    kill,
    refused,
    service,
    shared,
)
from tests.store.servers import server
from tests.store.serving import serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")

WEB = "gunicorn"
BACKGROUND = (
    "worker --only prompt",
    "worker --only deliveries",
    "worker --only files",
    "schedule",
)


@pytest.fixture(scope="module")
def ups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Running]]:
    """Gives the service that tests share until one of them ends it.

    It has a store of its own, without the sample, by the server that comes with the Python
    packages: there is none on its path. The name of its folder is not plain.
    """
    made: list[Path] = []

    def folders() -> Iterator[Path]:
        while True:
            made.append(tmp_path_factory.mktemp("up") / "Ærø og Åbyhøj" / "var")
            yield made[-1]

    with shared(folders(), QUEUE_SAMPLE="0", QUEUE_WEB_PROCESSES="2", PATH="/nowhere") as get:
        yield get
    for folder in made:
        shutil.rmtree((folder / "store" / "socket-folder").read_text(encoding="utf-8"))


@pytest.fixture
def running(ups: Callable[[], Running]) -> Running:
    """A service that is well, which the test leaves well or ends."""
    return ups()


def queue_service(data_dir: Path, *arguments: str) -> str:
    """The output of a command, run next to the service on the same data folder."""
    return subprocess.run(
        [sys.executable, "-m", "queue_service", *arguments],
        env=environment(data_dir),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def as_typed(line: str) -> int:
    """The exit code of a command that was printed, typed in a second terminal."""
    without = {k: v for k, v in os.environ.items() if k not in ("QUEUE_DATA_DIR", "REDIS_URL")}
    program = f"{sys.executable} -m queue_service "
    command = line.replace(".venv/bin/queue-service ", program)
    assert program in command
    return subprocess.run(command, shell=True, env=without, timeout=60).returncode  # noqa: S602 - the guide's own command


def store_pid(up: Running) -> int:
    # While it rewrites its log, the store has a child for a moment.
    return min(filter(_is_store, descendants(up.process.pid)))


def _is_store(pid: int) -> bool:
    """By its program, since a server writes its own name over its command line."""
    try:
        program = os.readlink(f"/proc/{pid}/exe")
    except OSError:  # a job's process may end meanwhile
        return False
    return any(name in program for name in ("redis", "valkey"))


def test_it_says_where_the_pages_are_and_how_to_get_in_on_first_start_only_and_systemd_hears(
    data_dir: Path,
) -> None:
    with service(data_dir) as up:
        reported = "\n".join(up.lines)
        for page in ("kiosk", "display", "counter", "dashboards"):
            assert f"{up.url}/{page}/biblioteket" in reported
        assert "/enrol/" not in reported
        assert f"QUEUE_DATA_DIR={data_dir} .venv/bin/queue-service enrol kiosk --branch" in reported
        assert reported.count("shown only this once") == 1
        with connect(Settings(data_dir=data_dir)) as client:
            days = client.zrange(BranchKeys("biblioteket").days, 0, -1)
        assert len(days) > 20
        assert up.get("/readyz") == up.get("/healthz") == 200
    with systemd(data_dir) as heard, service(data_dir, NOTIFY_SOCKET=str(data_dir / "sd")) as up:
        reported = "\n".join(up.lines)
        assert "shown only this once" not in reported
        with connect(Settings(data_dir=data_dir)) as client:
            assert client.zrange(BranchKeys("biblioteket").days, 0, -1) == days
        assert_reported_to_systemd(up, heard)


@contextmanager
def systemd(data_dir: Path) -> Iterator[Iterator[str]]:
    """The reports of the service to systemd."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(data_dir / "sd"))
        receiver.settimeout(30)
        yield iter(lambda: receiver.recv(4096).decode(), "")


def assert_reported_to_systemd(up: Running, heard: Iterator[str]) -> None:
    """That it is ready, that a part has ended, and that it stops."""
    first, status = next(heard).split("\n")
    assert first == "READY=1"
    assert up.url in status
    assert next(heard) == "WATCHDOG=1"
    kill(up.children(" schedule"))
    ended = next(reported for reported in heard if reported.startswith("STATUS"))
    assert ended.endswith("schedule ended with signal 9 and was started again.")
    up.process.terminate()
    assert next(reported for reported in heard if reported.startswith("STOP")) == "STOPPING=1"


@pytest.mark.nightly
def test_it_runs_in_a_folder_with_a_blank_and_danish_letters_in_its_name(running: Running) -> None:
    assert "Ærø og Åbyhøj" in str(running.data_dir)
    assert running.get("/readyz") == 200
    eventually(lambda: all(running.children(f" {word}") for word in BACKGROUND))
    # Raises where a part is wrong.
    assert "ok " in queue_service(running.data_dir, "doctor", "store", "worker", "schedule")


def test_without_a_server_on_the_path_the_bundled_one_serves(running: Running) -> None:
    assert running.get("/readyz") == 200
    program = os.path.realpath(f"/proc/{store_pid(running)}/exe")
    assert program == str(bundled_server().resolve())


def test_a_second_one_on_the_same_folder_is_refused(running: Running) -> None:
    assert refused(running.data_dir) == (
        f"The service already runs on the data folder {running.data_dir}:"
        " stop it first, or set QUEUE_DATA_DIR to another folder."
    )
    assert running.get("/readyz") == 200


def test_a_killed_store_is_back_within_5_s_at_its_address_with_all_that_was_acknowledged(
    running: Running,
) -> None:
    url = embedded_url(running.data_dir)
    with connect(Settings(data_dir=running.data_dir)) as client:
        for number in range(200):
            client.rpush("acknowledged", number)
        killed = store_pid(running)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: not is_alive(killed))
        eventually(lambda: running.get("/readyz") == 200, seconds=5)
        said = running.line_with(" store ")
        assert re.fullmatch(
            r"\d\d:\d\d:\d\d The store ended with signal 9 and was started again.", said
        )
        assert client.lrange("acknowledged", 0, -1) == [str(n) for n in range(200)]
    assert embedded_url(running.data_dir) == url


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.nightly)]
)
def test_a_signal_stops_it_within_seconds_with_no_process_left_while_streams_are_open(
    running: Running, number: int
) -> None:
    with connect(Settings(data_dir=running.data_dir)) as client:
        put_branch(Queue(RedisStore(client)), "raadhuset", document())
    # The kernel's list of children may lack some while one of them ends.
    eventually(lambda: len(descendants(running.process.pid)) >= 8)
    pids = descendants(running.process.pid)
    made = queue_service(running.data_dir, "token", "create", "--role", "supervisor")
    connection = HTTPConnection(running.url.removeprefix("http://"), timeout=10)
    allowed = {"Authorization": f"Bearer {made.strip()}"}
    connection.request("GET", "/api/v1/branches/raadhuset/events", headers=allowed)
    stream = connection.getresponse()
    assert stream.status == 200
    assert stream.readline()
    began = time.monotonic()
    running.process.send_signal(number)
    assert running.line_with("Stopping …")
    assert any(map(is_alive, pids)), "said before it is done"
    assert running.process.wait(30) == 0
    assert time.monotonic() - began < 8
    assert not any(map(is_alive, pids))


@pytest.mark.nightly
def test_it_goes_on_and_stops_cleanly_after_its_terminal_is_closed(
    running: Running,
) -> None:
    assert running.process.stdout is not None
    running.process.stdout.close()
    killed = store_pid(running)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: not is_alive(killed))
    eventually(lambda: any(map(_is_store, descendants(running.process.pid))))
    eventually(lambda: running.get("/readyz") == 200)
    assert running.stop() == 0


@pytest.mark.nightly
def test_nothing_outlives_a_killed_supervisor_and_the_next_one_starts_with_everything(
    data_dir: Path,
) -> None:
    with service(data_dir, QUEUE_SAMPLE="0") as up:
        reported = "\n".join(up.lines)
        assert "kiosk" not in reported, "without the sample there is no branch"
        (line,) = [line for line in reported.splitlines() if " user add " in line]
        assert not as_typed(line.replace("NAME", "chef"))
        with connect(Settings(data_dir=data_dir)) as client:
            accounts = Queue(RedisStore(client)).get(AccessStore).accounts()
        assert [account.name for account in accounts] == ["chef"]
        assert queue_service(data_dir, "token", "create", "--role", "metrics").startswith("qst_")
        listed = queue_service(data_dir, "token", "list")
        assert "metrics" in listed
        pids = descendants(up.process.pid)
        up.process.kill()
        up.process.wait()
        eventually(lambda: not any(map(is_alive, pids)))
    assert queue_service(data_dir, "token", "list") == listed, "a command works without a service"
    with service(data_dir, QUEUE_SAMPLE="0") as up:
        assert "user add" not in "\n".join(up.lines), "there is an account"
        assert queue_service(data_dir, "token", "list") == listed


@pytest.mark.nightly
def test_any_other_child_is_started_again_and_no_request_is_refused(running: Running) -> None:
    for word in (WEB, *BACKGROUND):
        killed = running.children(f" {word}")
        kill(killed)
        assert running.get("/healthz") == 200
        eventually(partial(is_back, running, word, killed), seconds=30)
        assert running.line_with(" ended with signal 9 and was started again.")


def is_back(up: Running, word: str, killed: list[int]) -> bool:
    return any(is_alive(pid) for pid in up.children(f" {word}") if pid not in killed)


@pytest.mark.nightly
def test_a_child_that_keeps_ending_is_tried_again_and_stops_nothing(running: Running) -> None:
    def said() -> bool:
        kill(running.children(" schedule"))
        return running.next_line().endswith("was started again.") is False

    eventually(said, seconds=60)
    assert running.process.poll() is None
    assert running.get("/healthz") == 200
    killed = running.children(" schedule")
    kill(killed)
    eventually(partial(is_back, running, "schedule", killed), seconds=30)


@pytest.mark.nightly
def test_a_full_disk_is_reported_and_the_service_resumes_with_room(small_disk: Path) -> None:
    with service(small_disk, QUEUE_SAMPLE="0") as up:
        with Redis.from_url(embedded_url(small_disk)) as store:
            store.set("kept", "1")
        filler = small_disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        eventually(lambda: up.get("/readyz") == 503)
        eventually(lambda: up.next_line().endswith("is tried again: the disk is full."))
        assert up.get("/healthz") == 200
        filler.unlink()
        eventually(lambda: up.get("/readyz") == 200)
        with Redis.from_url(embedded_url(small_disk)) as store:
            assert store.get("kept") == b"1"


def test_a_store_that_cannot_read_its_files_stops_all_of_it_with_its_reason(
    data_dir: Path,
) -> None:
    with serving(data_dir):
        pass
    (manifest,) = (data_dir / "store" / "appendonlydir").glob("*.manifest")
    manifest.write_text("file nonsense\n", encoding="utf-8")
    assert refused(data_dir).startswith("The store ended five times within a minute, last with")


def test_with_redis_url_that_store_gets_the_sample_without_made_up_days(
    settings: Settings, redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.redis_url
    banner.say(replace(settings, sample=True), redis_client, "http://here")
    printed = capsys.readouterr().out.split()
    assert "http://here/book/raadhuset" in printed
    assert "http://here/b/raadhuset" in printed
    assert "http://here/book/biblioteket" not in printed, "it offers no appointments"
    assert redis_client.scard("queue:branches") > 0
    assert not redis_client.exists(BranchKeys("biblioteket").days), "somebody's own store"


@pytest.mark.nightly
def test_without_its_store_it_waits_for_it_and_goes_on(data_dir: Path) -> None:
    elsewhere = data_dir / "elsewhere"
    elsewhere.mkdir()
    url = embedded_url(elsewhere)
    with serving(elsewhere) as (store, _), service(data_dir, REDIS_URL=url) as up:
        store.kill()
        store.wait()
        eventually(lambda: up.get("/readyz") == 503)
        for _ in range(6):  # more often than any part may end for its own reasons
            kill(up.children(" worker"))
            eventually(lambda: not any(map(is_alive, up.children(" worker"))))
        assert up.process.poll() is None
        with serving(elsewhere):
            eventually(lambda: up.get("/readyz") == 200)
            eventually(lambda: any(map(is_alive, up.children(" worker"))))


@pytest.mark.nightly
def test_without_the_jobs_store_it_serves_and_what_needs_it_is_tried_again(
    data_dir: Path,
) -> None:
    port = free_port()
    jobs = f"redis://127.0.0.1:{port}"
    with service(data_dir, QUEUE_SAMPLE="0", QUEUE_JOBS_REDIS_URL=jobs) as up:
        assert up.get("/healthz") == up.get("/readyz") == 200
        assert re.fullmatch(
            r"\d\d:\d\d:\d\d The worker ended with exit code 1 before it was ready, and is tried"
            rf" again: .* 127\.0\.0\.1:{port}\. Connection refused\.",
            up.lines[0],
        )
        with server(data_dir / "jobs", port=port), Redis(port=port) as client:
            eventually(lambda: has_workers(client))


def has_workers(client: Redis) -> bool:
    """Whether each queue has a worker."""
    jobs = JobHealth(client).read()
    return jobs is not None and all(jobs.workers.values())


@pytest.mark.nightly
def test_without_the_replica_that_changes_wait_for_it_serves_and_says_so(data_dir: Path) -> None:
    with server(data_dir / "one") as (_, port):
        url = f"redis://127.0.0.1:{port}"
        with service(data_dir, REDIS_URL=url, QUEUE_REPLICAS_TO_WAIT="1") as up:
            assert up.get("/healthz") == 200
            assert up.lines[0].startswith("The store takes no changes yet, ")
            assert up.get("/readyz") == 503
            with server(data_dir / "two", "--replicaof", "127.0.0.1", str(port)):
                eventually(lambda: up.get("/readyz") == 200)


@pytest.mark.nightly
def test_while_its_store_takes_no_changes_it_serves_and_says_so(data_dir: Path) -> None:
    with server(data_dir / "one") as (_, port), Redis(port=port) as store:
        url = f"redis://127.0.0.1:{port}"
        with connect(Settings(redis_url=url)) as client:
            mark_format(client)
            put_branch(Queue(RedisStore(client)), "raadhuset", document())
        store.config_set("min-replicas-to-write", 1)
        with service(data_dir, REDIS_URL=url) as up:
            assert up.get("/healthz") == 200
            assert any(line.startswith("The store takes no changes yet, ") for line in up.lines)
            store.config_set("min-replicas-to-write", 0)
            eventually(lambda: up.get("/readyz") == 200)
