"""The store hangs, is slow, or takes no changes, while everybody goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.conftest import LONGEST_ANSWER_SECONDS, SERVICES, Size, Target
from tests.running import eventually
from tests.store.servers import StoreProxy, server
from tests.supervisor.test_supervisor import store_pid

pytestmark = pytest.mark.nightly


@contextmanager
def hung(here: Target) -> Iterator[None]:
    pid = store_pid(here.up)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def full(here: Target) -> Iterator[None]:
    here.client.config_set("maxmemory", 1)
    try:
        yield
    finally:
        here.client.config_set("maxmemory", 0)


@contextmanager
def read_only(here: Target) -> Iterator[None]:
    here.client.replicaof("127.0.0.1", "1")
    try:
        yield
    finally:
        here.client.replicaof("NO", "ONE")


@pytest.mark.parametrize("fault", [hung, full, read_only], ids=lambda fault: fault.__name__)
def test_a_store_that_refuses_writes_is_reported_in_time_and_the_service_resumes(
    fault: Callable[[Target], AbstractContextManager[None]],
    target: Callable[..., Target],
    size: Size,
) -> None:
    here = target()
    with here.load().acting(
        SERVICES, here.counters, kiosks=size.kiosks, pause=0.05
    ) as acknowledged:
        acknowledged.wait_for_tickets(20)
        with fault(here):
            refused = acknowledged.statuses[503] + size.kiosks
            eventually(lambda: acknowledged.statuses[503] >= refused)
            assert here.up.get("/healthz") == 200
            eventually(lambda: here.up.get("/readyz") == 503)
        acknowledged.wait_for_tickets(20)
    here.checker().check(acknowledged)
    assert acknowledged.slowest < LONGEST_ANSWER_SECONDS
    assert acknowledged.statuses.keys() <= {200, 201, 204, 503}


def test_a_slow_store_slows_everybody_and_loses_nothing(
    target: Callable[..., Target], size: Size, tmp_path: Path
) -> None:
    with server(tmp_path / "store") as (_, port), Redis(port=port) as direct:
        proxy = StoreProxy(port)
        here = target(
            REDIS_URL=f"redis://127.0.0.1:{proxy.port}",
            QUEUE_JOBS_REDIS_URL=f"redis://127.0.0.1:{port}",
        )
        with here.load().acting(SERVICES, here.counters, kiosks=size.kiosks) as acknowledged:
            acknowledged.wait_for_tickets(20)
            proxy.delay = 0.2
            acknowledged.wait_for_tickets(20)
            proxy.delay = 0
            acknowledged.wait_for_tickets(20)
        assert direct.ping()
        here.checker().check(acknowledged)
        assert acknowledged.slowest < LONGEST_ANSWER_SECONDS
        proxy.close()
