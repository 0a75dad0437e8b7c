"""A schedule from one seed finds no fault: `./dev prove --seed N` repeats one that did."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest
from redis import Redis

from queue_service.runtime import process
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import wait_until_answers
from tests.faults.conftest import Size
from tests.faults.simulation import Simulation
from tests.ports import free_port

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("QUEUE_PROVE_SEED", "20261127"))


class Killable:
    """A store that can be killed and comes back with its data."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._folder = folder
        self._command = [
            str(find_server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
            "--save", "", "--appendonly", "yes", "--appendfsync", "no", "--loglevel", "warning",
        ]  # fmt: skip
        self.client = Redis(port=port, decode_responses=True)
        self._running = self._start()

    def kill(self) -> None:
        """End it without warning and start it again."""
        process.end_session(self._running)
        self.client.connection_pool.disconnect()
        self._running = self._start()

    def close(self) -> None:
        """End it for good."""
        process.end_session(self._running)
        self.client.close()

    def _start(self) -> Popen[bytes]:
        running = process.spawn(self._command, self._folder / "log")
        wait_until_answers(self.client, lambda: running.poll() is None)
        return running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Killable]:
    """A fresh one."""
    found = Killable(tmp_path)
    yield found
    found.close()


def test_no_schedule_of_two_processes_clock_network_and_store_breaks_a_promise(
    store: Killable, size: Size, record_property: Callable[[str, object], None]
) -> None:
    simulation = Simulation(store.client, store.kill, SEED)
    simulation.run(size.steps)
    assert simulation.kills > 0 or size.steps < 5000
    assert simulation.unanswered > 0
    assert simulation.repeated > 0
    record_property(
        "simulation",
        f"seed {SEED}: {simulation.steps} steps, {len(simulation.checker.paths)} visits,"
        f" {simulation.kills} kills, {simulation.unanswered} unanswered, {simulation.refused}"
        f" refused, {simulation.repeated} repeated",
    )
