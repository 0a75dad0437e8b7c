"""Web replicas restart one after the other behind the real proxy, and no request is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from queue_service.store.server.embedded import embedded_url
from tests.faults.conftest import LONG, SERVICES, Size, Target
from tests.faults.replica import Replica
from tests.programs import find_program
from tests.proxy import proxy_before, refusals, repeats_bodies

pytestmark = pytest.mark.nightly


@pytest.fixture
def replicas(
    target: Callable[..., Target], tmp_path: Path
) -> Iterator[Callable[[int], tuple[Target, list[Replica]]]]:
    """So many replicas on one store."""
    with ExitStack() as stack:

        def started(number: int) -> tuple[Target, list[Replica]]:
            here = target()
            found = [
                Replica(
                    tmp_path / f"web-{n}",
                    {
                        "REDIS_URL": embedded_url(here.up.data_dir),
                        "QUEUE_DRAIN_SECONDS": "5",
                        "QUEUE_TRUSTED_PROXIES": "1",
                    },
                )
                for n in range(number)
            ]
            for replica in found:
                stack.callback(replica.end)
                replica.start()
            return here, found

        yield started


@pytest.mark.parametrize("number", [1, 2] if LONG else [1])
def test_replicas_restarted_one_after_the_other_refuse_no_request(
    number: int,
    replicas: Callable[[int], tuple[Target, list[Replica]]],
    size: Size,
    tmp_path: Path,
) -> None:
    here, webs = replicas(number)
    with proxy_before(tmp_path, *(web.url for web in webs)) as port:
        load = here.load(f"http://127.0.0.1:{port}")
        with load.acting(SERVICES, here.counters, kiosks=size.kiosks, pause=0.05) as acknowledged:
            for web in webs:
                acknowledged.wait_for_tickets(50)
                web.stop()
                web.start()
            acknowledged.wait_for_tickets(50)
    here.checker().check(acknowledged)
    assert not acknowledged.broken
    assert acknowledged.statuses.keys() <= {200, 201, 204}, refusals(tmp_path)


@pytest.mark.skipif(not LONG, reason="./dev prove tries it: an older proxy takes 20 seconds")
def test_a_request_in_progress_at_a_killed_replica_takes_effect_once(
    replicas: Callable[[int], tuple[Target, list[Replica]]], size: Size, tmp_path: Path
) -> None:
    here, webs = replicas(2)
    with proxy_before(tmp_path, *(web.url for web in webs)) as port:
        load = here.load(f"http://127.0.0.1:{port}")
        with load.acting(SERVICES, here.counters, kiosks=size.kiosks, pause=0.05) as acknowledged:
            acknowledged.wait_for_tickets(50)
            webs[0].end()
            acknowledged.wait_for_tickets(100)
    here.checker().check(acknowledged)
    # An answer whose head was sent already cannot be taken back.
    assert all("IncompleteRead" in why for why in acknowledged.broken)
    # Requests in progress are sent to the other replica, if this version of the proxy can do that.
    repeats = repeats_bodies(find_program("caddy", package="caddy"))
    refused = set() if repeats else {502, 504}
    assert acknowledged.statuses.keys() <= {0, 200, 201, 204, *refused}, refusals(tmp_path)
    assert acknowledged.slowest < (10 if repeats else 25)
