"""Event streams of which some are slow or dead: they are dropped, and the others hear all."""

from __future__ import annotations

import socket
import struct
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from queue_service.live.stream import LONGEST_BACKLOG
from tests.faults.conftest import BRANCH, SERVICES, Size, Target
from tests.faults.listeners import Listeners, open_stream
from tests.running import eventually

pytestmark = pytest.mark.nightly


def open_streams(here: Target) -> float:
    """How many streams all web processes have open, by their metrics."""
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{here.up.url}/metrics",
        headers={"Authorization": f"Bearer {here.token_for_all('metrics')}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own service
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("queue_event_streams"))


@contextmanager
def streams(here: Target, number: int, *, slow: bool = False) -> Iterator[list[socket.socket]]:
    """So many, closed in the end."""
    token = here.token("display")
    connections = [open_stream(here.up.url, BRANCH, token, slow=slow) for _ in range(number)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def test_slow_and_dead_streams_are_dropped_and_the_others_hear_everything(
    target: Callable[..., Target], size: Size
) -> None:
    here = target(QUEUE_STREAMS_PER_TOKEN="100000")
    each = size.streams
    with (
        streams(here, each) as lively,
        streams(here, each, slow=True),
        streams(here, each) as dead,
    ):
        eventually(lambda: open_streams(here) == 3 * each)
        listeners = Listeners(lively)
        listeners.start()
        for connection in dead:  # without a word, as where the plug is pulled
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        with here.load().acting(SERVICES, [], kiosks=size.kiosks) as acknowledged:
            acknowledged.wait_for_tickets(2 * LONGEST_BACKLOG, seconds=120)
        expected = set(acknowledged.issued.values())
        eventually(lambda: all(heard >= expected for heard in listeners.heard.values()))
        eventually(lambda: open_streams(here) == each)
        listeners.stop()
        assert listeners.ended == 0
    here.checker().check(acknowledged)
