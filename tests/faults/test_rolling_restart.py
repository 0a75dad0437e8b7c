"""Web replicas are restarted one after the other behind the real proxy, and nobody is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from queue_service.runtime import process
from queue_service.store.server import embedded_url
from tests.faults.conftest import LONG, SERVICES, Size, Target
from tests.proxy import free_port, proxy_before
from tests.running import environment, eventually
from tests.test_web_command import health


@dataclass
class Replica:
    """A web replica of its own, on a store that runs elsewhere."""

    folder: Path
    store: str
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = environment(
            self.folder,
            QUEUE_PORT=str(self.port),
            QUEUE_DRAIN_SECONDS="3",
            QUEUE_TRUSTED_PROXIES="1",
            QUEUE_KIOSK_TICKETS_PER_MINUTE="1000000",
            REDIS_URL=self.store,
        )
        command = [sys.executable, "-m", "queue_service", "web"]
        self.folder.mkdir(exist_ok=True)
        self.running = process.spawn(command, self.folder / "web.log", environment=settings)
        eventually(lambda: health("127.0.0.1", self.port) == 200)

    def stop(self) -> None:
        """Ask it to stop, as `docker stop` does, and wait for that."""
        if self.running is not None:
            self.running.terminate()
            self.running.wait(20)
            process.end_session(self.running)
            self.running = None


@pytest.fixture
def replicas(
    target: Callable[..., Target], tmp_path: Path
) -> Iterator[Callable[[int], tuple[Target, list[Replica]]]]:
    """So many replicas on one store."""
    with ExitStack() as stack:

        def started(number: int) -> tuple[Target, list[Replica]]:
            here = target()
            found = [
                Replica(tmp_path / f"web-{n}", embedded_url(here.up.data_dir))
                for n in range(number)
            ]
            for replica in found:
                stack.callback(replica.stop)
                replica.start()
            return here, found

        yield started


@pytest.mark.parametrize("number", [1, 2] if LONG else [1])
def test_replicas_that_are_restarted_one_after_the_other_refuse_nobody(
    number: int,
    replicas: Callable[[int], tuple[Target, list[Replica]]],
    size: Size,
    tmp_path: Path,
) -> None:
    here, webs = replicas(number)
    with proxy_before(tmp_path, *(web.url for web in webs)) as port:
        load = here.load(f"http://127.0.0.1:{port}")
        with load.acting(SERVICES, here.counters, kiosks=size.kiosks, pause=0.05) as told:
            for web in webs:
                told.wait_for_tickets(50)
                web.stop()
                web.start()
            told.wait_for_tickets(50)
    here.checker().check(told)
    assert not told.broken
    assert told.statuses.keys() <= {200, 201, 204}
