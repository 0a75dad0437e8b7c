"""The primary is lost under load: with replicas to wait for nothing acknowledged goes with it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from tests.faults.checker import Checker
from tests.faults.conftest import BRANCH, SERVICES, Size, Target
from tests.running import eventually
from tests.store.servers import StoreProxy, sentinel, server

pytestmark = pytest.mark.nightly

SERVING_AGAIN_SECONDS = 10.0
"""How long after the promotion of a replica tickets may be issued again at the latest."""


def test_acknowledged_changes_survive_a_primary_with_a_silent_connection(
    target: Callable[..., Target], size: Size, tmp_path: Path
) -> None:
    """Bytes to the replica vanish while keys are in use; then the primary is lost."""
    with ExitStack() as stack:
        process, port = stack.enter_context(server(tmp_path / "primary"))
        to_replica = StoreProxy(port)
        stack.callback(to_replica.close)
        follow = ("--replicaof", f"127.0.0.1 {to_replica.port}")
        _, other = stack.enter_context(server(tmp_path / "replica", *follow))
        replica = stack.enter_context(Redis(port=other, decode_responses=True))
        primary = stack.enter_context(Redis(port=port))
        eventually(lambda: primary.wait(1, 100) == 1)
        address = StoreProxy(port)  # the one address that the service knows
        stack.callback(address.close)
        here = target(REDIS_URL=f"redis://127.0.0.1:{address.port}", QUEUE_REPLICAS_TO_WAIT="1")
        with here.load().acting(SERVICES, here.counters, kiosks=size.kiosks) as acknowledged:
            acknowledged.wait_for_tickets(50)
            to_replica.silent = True
            refused = acknowledged.statuses[503] + size.kiosks
            eventually(lambda: acknowledged.statuses[503] >= refused)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            replica.replicaof("NO", "ONE")
            issued = len(acknowledged.issued)
            # No replica confirms writes to the only server left.
            address.target = other
            address.cut()
            eventually(lambda: acknowledged.statuses[503] >= refused + size.kiosks)
            assert len(acknowledged.issued) == issued
        Checker(Queue(RedisStore(replica)), BRANCH).check(acknowledged)


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_failover_by_sentinel_loses_and_doubles_nothing_and_needs_no_restart(
    target: Callable[..., Target], size: Size, tmp_path: Path, fault: signal.Signals
) -> None:
    with ExitStack() as stack:
        process, port = stack.enter_context(server(tmp_path / "primary"))
        stack.callback(process.send_signal, signal.SIGCONT)  # else nothing ends it in time
        follow = ("--replicaof", f"127.0.0.1 {port}")
        others = [
            stack.enter_context(server(tmp_path / f"replica-{n}", *follow))[1] for n in range(2)
        ]
        watches = stack.enter_context(sentinel(tmp_path / "sentinel", port))
        watcher = stack.enter_context(Redis(port=watches, decode_responses=True))
        eventually(lambda: len(watcher.sentinel_slaves("queue")) == 2)
        here = target(
            REDIS_URL=f"redis+sentinel://127.0.0.1:{watches}/queue", QUEUE_REPLICAS_TO_WAIT="1"
        )
        with here.load().acting(SERVICES, here.counters, kiosks=size.kiosks) as acknowledged:
            acknowledged.wait_for_tickets(50)
            process.send_signal(fault)
            eventually(lambda: watcher.sentinel_get_master_addr_by_name("queue")[1] in others)
            promoted = time.monotonic()
            acknowledged.wait_for_tickets(size.kiosks)
            assert time.monotonic() - promoted < SERVING_AGAIN_SECONDS
            eventually(lambda: bool(acknowledged.completed))
        # The test's own connections were idle while the server hung: nothing made them leave it.
        here.client.connection_pool.disconnect()
        here.checker().check(acknowledged)


def test_without_a_confirming_replica_no_change_is_acknowledged(
    target: Callable[..., Target], size: Size, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        _, port = stack.enter_context(server(tmp_path / "primary"))
        follow = ("--replicaof", f"127.0.0.1 {port}")
        replicas = [
            stack.enter_context(server(tmp_path / f"replica-{n}", *follow))[0] for n in range(2)
        ]
        primary = stack.enter_context(Redis(port=port))
        eventually(lambda: primary.wait(2, 100) == 2)
        here = target(REDIS_URL=f"redis://127.0.0.1:{port}", QUEUE_REPLICAS_TO_WAIT="1")
        with here.load().acting(SERVICES, here.counters, kiosks=size.kiosks) as acknowledged:
            acknowledged.wait_for_tickets(20)
            for replica in replicas:
                replica.send_signal(signal.SIGSTOP)
            refused = acknowledged.statuses[503] + size.kiosks
            eventually(lambda: acknowledged.statuses[503] >= refused)
            issued = len(acknowledged.issued)
            eventually(lambda: acknowledged.statuses[503] >= refused + size.kiosks)
            assert len(acknowledged.issued) == issued
            for replica in replicas:
                replica.send_signal(signal.SIGCONT)
            acknowledged.wait_for_tickets(20)
        here.checker().check(acknowledged)
