"""`queue-service up --with-prometheus`: it scrapes the service, and stops with it."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from queue_service import sample
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor.prometheus import Prometheus
from tests.programs import find_program
from tests.prometheus import Asked
from tests.running import Running, descendants, eventually, is_alive, refused, service
from tests.store.serving import serving


def prometheus_of(up: Running) -> Asked:
    (line,) = (line for line in up.lines if line.startswith("Prometheus"))
    return Asked(line.split()[1])


def test_it_scrapes_the_service_by_its_rules_and_stops_with_it(data_dir: Path) -> None:
    find_program("prometheus", package="prometheus")
    settings = Settings(data_dir=data_dir)
    with (
        service(data_dir, "--with-prometheus=0", QUEUE_SAMPLE="0") as up,
        connect(settings) as client,
    ):
        assert up.lines[-1].startswith("ready ")
        put_branch(Queue(RedisStore(client)), "oevelse", sample.documents()["oevelse"])
        asked = prometheus_of(up)
        eventually(lambda: asked.value("sum(up)") == 2, seconds=20)
        open_branches = 'count(branch:queue_open:seconds{branch="oevelse"})'
        eventually(lambda: asked.value(open_branches) == 1, seconds=30)
        assert asked.value("max(queue_workers)") == 1
        folder = data_dir / "prometheus"
        secret = (folder / "token").read_text()
        assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        pids = descendants(up.process.pid)
        assert up.stop() == 0
        assert not any(map(is_alive, pids))
    with serving(data_dir), connect(settings) as client:
        Prometheus.find(0).program(settings, client, up.url)
        assert (folder / "token").read_text() == secret, "the next one keeps its token"


def test_without_the_program_it_says_so_in_one_sentence_and_starts_nothing(data_dir: Path) -> None:
    said = refused(data_dir, "--with-prometheus", PATH=str(data_dir))
    assert said.startswith("Prometheus is not on the PATH: install it")
    assert not (data_dir / "store").exists()


def test_a_port_that_is_taken_is_named(data_dir: Path) -> None:
    find_program("prometheus", package="prometheus")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(data_dir, f"--with-prometheus={port}")
    assert said.startswith(f"Port {port} on 127.0.0.1 is taken")
