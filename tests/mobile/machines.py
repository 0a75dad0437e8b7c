"""A bus and the central server, each with its own store, and a connection between them that may
break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import close_counter
from queue_service.days.operations import day_text
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.store import ReadingStore
from queue_service.mobile.client import CentralServer, CentralServerRefused, ConnectionFailed
from queue_service.mobile.operations import sending
from queue_service.mobile.operations.sending import Round
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import visits
from tests.desks import MORNING, Desk, document, went_live

BUS = "bogbussen"
ZONE = ZoneInfo("Europe/Copenhagen")
STOPS = [
    {"id": "torvet", "name": {"da": "Torvet"}, "hours": {"wed": [["09:00", "12:00"]]}},
    {"id": "skolen", "name": {"da": "Skolen"}, "hours": {"wed": [["13:00", "17:00"]]}},
]


@dataclass(frozen=True)
class CutConnection(CentralServer):
    """The central server's application without a network between; ``cut`` is the request that is
    lost.

    ``answered``: the lost request is done, and only its answer is lost. ``ahead_ms``: how
    far the clock of the bus is ahead of the central server's, as far as the bus can see.
    """

    app: Flask | None = None
    cut: list[int] = field(default_factory=list)
    answered: bool = False
    ahead_ms: int = 0
    asked: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """As over the network."""
        self.asked.append(f"{method} {path}")
        lost = len(self.asked) in self.cut
        if lost and not self.answered:
            raise ConnectionFailed("The connection is cut.")
        assert self.app is not None
        response = self.app.test_client().open(
            path, method=method, json=body, headers={"Authorization": f"Bearer {self.token}"}
        )
        if lost:
            raise ConnectionFailed("The connection is cut.")
        found: dict[str, Any] = response.get_json()
        if response.status_code != 200:
            raise CentralServerRefused(found["code"], found["detail"])
        if "now" in found:
            found["now"] -= self.ahead_ms
        return found


@dataclass
class BusAndServer:
    """A bus with days behind it, and a central server that does not have them."""

    bus: Queue
    central: Queue
    app: Flask
    token: str

    def connection(self, *cut: int, answered: bool = False, token: str = "") -> CutConnection:
        """A new connection, on which these requests are lost."""
        return CutConnection("http://home", token or self.token, self.app, list(cut), answered)

    def send(self, *cut: int, answered: bool = False, ahead_ms: int = 0) -> Round:
        """A round over a new connection."""
        connection = replace(self.connection(*cut, answered=answered), ahead_ms=ahead_ms)
        return sending.send(self.bus, connection)

    def date(self, ago: int) -> str:
        """The date so many days ago."""
        now = datetime.fromtimestamp(self.central.store.time() / 1000, ZONE)
        return (now.date() - timedelta(ago)).isoformat()

    def desk(self, ago: int) -> Desk:
        """The bus at nine in the morning, so many days ago."""
        nine = datetime.fromisoformat(f"{self.date(ago)}T09:00").replace(tzinfo=ZONE)
        return Desk(self.bus, BUS, seconds=nine.timestamp() - MORNING / 1000)

    def play_day(self, ago: int, people: int = 3) -> str:
        """A day with some visits, ended; its date."""
        desk = self.desk(ago)
        desk.open()
        for person in range(people):
            desk.later(60).issue(("pas", "turist")[person % 2])
        for person in range(people):
            visit = desk.later(120).called().visit
            if person % 3 == 2:
                visits.mark_no_show(self.bus, desk.later(400).command(), visit.id)
                continue
            visits.start(self.bus, desk.later(20).command(), visit.id)
            visits.complete(
                self.bus, desk.later(200 + 100 * person).command(), visit.id, "resolved"
            )
        close_counter(self.bus, desk.command(), "1")
        return self.date(ago)

    def go_live(self) -> None:
        """Go live: from now on the bus uses the real clock."""
        went_live(self.bus, BUS)

    def figures(self, queue: Queue, date: str) -> str:
        """A day as history, statistics, tables and reports have it."""
        branch = queue.get(BranchStore).current(BUS)
        return day_text(queue, branch, date, queue.store.time())

    def counters(self, queue: Queue) -> list[str]:
        """Prometheus' counters of the branch that are not 0."""
        text = QueueCollector(queue.get(BranchStore), queue.get(ReadingStore)).collect().decode()
        kinds = ("queue_visits_", "queue_inquiries_", "queue_goal_", "queue_waiting_seconds",
                 "queue_handling_seconds")  # fmt: skip
        return [
            line
            for line in text.splitlines()
            if line.startswith(kinds) and BUS in line and not line.endswith(" 0")
            if "_today" not in line
        ]

    def dump(self, *, without: tuple[str, ...] = ()) -> dict[str, str]:
        """Everything that the central server's store has of its branches."""
        client: Any = self.central.store.client
        keys = [key for key in client.scan_iter("q:*") if not key.endswith(without)]
        return {key: repr(_value(client, key)) for key in sorted(keys)}


def _value(client: Any, key: str) -> Any:
    kind = client.type(key)
    if kind == "zset":
        return client.zrange(key, 0, -1, withscores=True)
    if kind == "stream":
        return client.xrange(key)
    if kind == "list":
        return client.lrange(key, 0, -1)
    return client.get(key) if kind == "string" else sorted(client.hgetall(key).items())


@pytest.fixture
def machines(settings: Settings, redis_client: Redis) -> Iterator[BusAndServer]:  # noqa: ARG001 - emptied
    """A bus that has driven nowhere yet."""
    app = create_app(settings)
    central: Queue = app.extensions["queue"]
    put_branch(central, BUS, document(name="Bogbussen", stops=STOPS))
    put_branch(central, "raadhuset", document())
    token = access.create_token(
        central.get(AccessStore), "mobile", BUS, now=central.get(AccessStore).now()
    )[1]
    address = settings.redis_url or ""
    with Redis.from_url(f"{address}?db=1", decode_responses=True) as client:
        bus = Queue(RedisStore(client))
        put_branch(bus, BUS, document(name="Bogbussen", stops=STOPS, historic=True))
        yield BusAndServer(bus, central, app, token)
