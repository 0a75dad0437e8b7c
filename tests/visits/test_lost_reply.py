"""The store commits and its reply is lost on the way: nothing is done twice, nothing is made up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import StoreUnavailable
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.scripts import script_text
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk

_BYTES = 1 << 16


@dataclass
class ReplyDroppingProxy:
    """A connection to the store that can be cut after a commit.

    Armed with a script's hash, it hands the request over, waits for the store's reply and hangs
    up without it. With ``dead`` set, everything after that is cut as well, until it is mended.
    """

    store: Path
    listener: socket.socket
    armed: bytes = b""
    dead: bool = False
    cut: bool = False
    dropped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def drop_reply_of(self, sha: str, *, dead: bool) -> None:
        """Swallow the reply to the next run of this script."""
        self.armed, self.dead = sha.encode(), dead

    def restore(self) -> None:
        """Carry everything again."""
        self.cut = False

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as store, suppress(OSError):
            store.connect(str(self.store))
            while (request := client.recv(_BYTES)) and not self.cut:
                store.sendall(request)
                reply = store.recv(_BYTES)
                if self._drops(request):
                    return
                client.sendall(reply)

    def _drops(self, request: bytes) -> bool:
        with self._lock:
            if not self.armed or self.armed not in request:
                return False
            self.armed, self.cut = b"", self.dead
            self.dropped += 1
            return True


@pytest.fixture
def proxy(settings: Settings) -> Iterator[ReplyDroppingProxy]:
    """A connection to the tests' store."""
    path = Path(unquote(urlsplit(settings.redis_url or "").path))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = ReplyDroppingProxy(path, listener)
        taker = threading.Thread(target=made.serve, daemon=True)
        taker.start()
        yield made
        # Closing alone would not wake the thread that waits for a connection.
        listener.shutdown(socket.SHUT_RDWR)
        taker.join(5)


@pytest.fixture
def remote(desk: Desk, settings: Settings, proxy: ReplyDroppingProxy) -> Iterator[Desk]:
    """The desk's branch at the far end of the connection."""
    port = proxy.listener.getsockname()[1]
    with connect(replace(settings, redis_url=f"redis://127.0.0.1:{port}")) as client:
        queue: Queue = Queue(RedisStore(client))
        queue.get(BranchStore).get(desk.branch)
        yield replace(desk, queue=queue)


Command = Callable[[Desk, str | None], CommandResult | None]


@dataclass(frozen=True)
class Case:
    """A command, the script that commits it, and its event."""

    script: str
    event: str
    command: Command


def _only(desk: Desk) -> str:
    """The id of the one visit of these tests."""
    (visit,) = desk.queue.get(VisitStore).open_visits(desk.branch) or desk.queue.get(
        VisitStore
    ).of_day(desk.branch, "2026-11-25")
    return visit.id


CASES = {
    "issue": Case(
        "issue", "visit.issued", lambda d, key: issuing.issue(d.queue, d.command(key), "turist")
    ),
    "serve": Case(
        "issue",
        "visit.started",
        lambda d, key: issuing.serve(d.queue, d.command(key), "2", "turist"),
    ),
    "call_next": Case(
        "commit_if_unchanged",
        "visit.called",
        lambda d, key: calling.call_next(d.queue, d.command(key), "1").answer,
    ),
    "complete": Case(
        "commit_if_unchanged",
        "visit.completed",
        lambda d, key: visits.complete(d.queue, d.command(key), _only(d), "resolved"),
    ),
    "requeue": Case(
        "commit_if_unchanged",
        "visit.requeued",
        lambda d, key: visits.requeue(d.queue, d.command(key), _only(d), 60_000),
    ),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, desk: Desk, remote: Desk) -> Case:
    """A command that can be done now, with its scripts known to the store."""
    found = CASES[request.param]
    for name in ("issue", "commit_if_unchanged", "offer_next"):
        remote.queue.store.client.script_load(script_text(name))
    desk.open("1")
    desk.open("2")
    if request.param in ("call_next", "complete", "requeue"):
        desk.issue()
    if request.param in ("complete", "requeue"):
        desk.called()
    return found


def _sha(desk: Desk, script: str) -> str:
    return str(desk.queue.store.client.script_load(script_text(script)))


def _times(desk: Desk, event: str) -> int:
    return desk.events().count(event)


@pytest.mark.parametrize("key", ["k1", None])
def test_a_reply_lost_once_is_made_good(
    case: Case, key: str | None, desk: Desk, remote: Desk, proxy: ReplyDroppingProxy
) -> None:
    before = desk.state()
    proxy.drop_reply_of(_sha(desk, case.script), dead=False)
    answer = case.command(remote, key)
    assert proxy.dropped == 1
    assert _times(desk, case.event) == 1
    assert answer is not None
    assert answer.visit == desk.queue.get(VisitStore).many(desk.branch, [answer.visit.id])[0]
    after = desk.state()
    issues = case.script == "issue"
    assert after.today["issued"] - before.today["issued"] == int(issues)
    assert after.today["completed"] == int(case.event == "visit.completed")


@pytest.mark.parametrize("verb", ["issue", "serve"])
def test_a_ticket_with_a_lost_reply_has_its_place_like_any_other(
    verb: str, desk: Desk, remote: Desk, proxy: ReplyDroppingProxy
) -> None:
    desk.open("2")
    for _ in range(3):
        desk.issue("turist")
    desk.later(1)
    proxy.drop_reply_of(_sha(desk, "issue"), dead=False)
    if verb == "issue":
        answer = issuing.issue(remote.queue, desk.command(), "turist")
    else:
        answer = issuing.serve(remote.queue, desk.command(), "2", "turist")
    assert proxy.dropped == 1
    assert answer.position == (3 if verb == "issue" else None)
    assert answer.position == answer.visit.ahead


def test_a_repeated_request_returns_the_result_while_the_connection_is_down(
    case: Case, desk: Desk, remote: Desk, proxy: ReplyDroppingProxy
) -> None:
    proxy.drop_reply_of(_sha(desk, case.script), dead=True)
    with pytest.raises(StoreUnavailable):
        case.command(remote, "k1")
    assert _times(desk, case.event) == 1
    proxy.restore()
    first = case.command(remote.later(30), "k1")
    again = case.command(remote.later(30), "k1")
    assert first is not None
    assert first == again
    assert first.replayed
    assert first.now == desk.command().at
    assert _times(desk, case.event) == 1


def test_without_a_key_nothing_is_done_twice_by_the_service_itself(
    case: Case, desk: Desk, remote: Desk, proxy: ReplyDroppingProxy
) -> None:
    proxy.drop_reply_of(_sha(desk, case.script), dead=True)
    with pytest.raises(StoreUnavailable):
        case.command(remote, None)
    proxy.restore()
    assert _times(desk, case.event) == 1
