"""A store that is slow, but not so slow as to be given up: no page considers its connection
dead."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
import gevent.socket
import pytest
from flask import Flask

from queue_service import sample
from queue_service.access.operations.access import create_token
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.live import api
from queue_service.live.api import Stream
from queue_service.live.stream import Live
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, open_reader
from queue_service.store.redis_store import RedisStore
from queue_service.store.stream_reader import StreamReader
from queue_service.web.security.permissions import Gate
from queue_service.web.serving import connections
from queue_service.web.serving.connections import Connections, HandedOver
from tests.store.servers import StoreProxy, server

pytestmark = pytest.mark.usefixtures("cooperative")

LIBRARY = "biblioteket"
DISPLAYS = 100
ANSWER_SECONDS = 0.09
"""Just short of the limit for waiting: one after another they take nine seconds."""
ROUND_SECONDS = 0.3
COMMENT_SECONDS = 1.0
SILENCE_SECONDS = 4.0
"""In production a page bears 20 s and the server comments every 15; here all goes faster."""


@dataclass
class Screens:
    """Open streams of many displays, and the connection to the store behind them."""

    proxy: StoreProxy
    queue: Queue
    pages: dict[str, socket.socket] = field(default_factory=dict)

    def hear(self, page: socket.socket) -> bytes:
        """The next bytes; empty once the stream has ended."""
        with gevent.Timeout(SILENCE_SECONDS, AssertionError("a page heard nothing for too long")):
            gevent.socket.wait_read(page.fileno())
        return page.recv(65536)

    def is_told_it_may_not(self, page: socket.socket) -> None:
        """Return once the stream has ended. Fails where it goes on."""
        with gevent.Timeout(SILENCE_SECONDS, AssertionError("a stream outlived its token")):
            while self.hear(page):
                continue


@pytest.fixture
def screens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screens]:
    """Each has its own token, and is renewed as often as it can be."""
    for module in (api, connections):
        monkeypatch.setattr(module, "CHECK_SECONDS", ROUND_SECONDS)
    monkeypatch.setattr(api, "COMMENT_SECONDS", COMMENT_SECONDS)
    monkeypatch.setattr(api, "RENEW_SECONDS", COMMENT_SECONDS)
    with ExitStack() as stack:
        _, port = stack.enter_context(server(tmp_path / "store"))
        proxy = StoreProxy(port)
        stack.callback(proxy.close)
        settings = Settings(data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{proxy.port}")
        queue = Queue(RedisStore(stack.enter_context(connect(settings))))
        put_branch(queue, LIBRARY, sample.documents()[LIBRARY])
        found = Screens(proxy, queue)
        _open_all(found, settings, stack)
        yield found
        proxy.delay = 0


def _open_all(screens: Screens, settings: Settings, stack: ExitStack) -> None:
    queue, readers = screens.queue, list[Any]()

    def reader() -> StreamReader:
        readers.append(gevent.getcurrent())
        return open_reader(settings)

    live = Live(reader, queue.store, queue.get(BranchStore))
    gate = Gate(Flask("screens", static_folder=None), queue.get(AccessStore), {})
    taken = Connections()
    taken.still_allowed = gate.still_allowed
    stack.callback(taken.close)
    stack.callback(lambda: gevent.killall(readers))
    for _ in range(DISPLAYS):
        token, _secret = create_token(
            queue.get(AccessStore), "display", LIBRARY, now=queue.store.time()
        )
        ours, page = socket.socketpair()
        page.setblocking(False)
        stack.callback(page.close)
        stream = Stream(live, queue, gate, token.caller(), LIBRARY)
        with ours, pytest.raises(HandedOver):
            [*stream.follow(None, partial(taken.take, ours, chunked=False))]
        screens.pages[token.id] = page


def test_every_page_hears_something_in_time(screens: Screens) -> None:
    screens.proxy.delay = ANSWER_SECONDS
    pages = [gevent.spawn(_hear_twice, screens, page) for page in screens.pages.values()]
    gevent.joinall(pages, raise_error=True)


def _hear_twice(screens: Screens, page: socket.socket) -> None:
    for _ in range(2):
        assert screens.hear(page) == b": still here\n\n"


def test_a_token_that_ends_takes_its_streams_along(screens: Screens) -> None:
    screens.proxy.delay = ANSWER_SECONDS
    ended = [*screens.pages][::10]
    for token in ended:
        screens.queue.get(AccessStore).remove_token(token)
    began = monotonic()
    for token in ended:
        screens.is_told_it_may_not(screens.pages[token])
    assert monotonic() - began < SILENCE_SECONDS
