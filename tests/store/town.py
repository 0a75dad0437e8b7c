"""A service under way in several branches: kiosks, clerks and pages, until told to stop."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from queue_service.command import Queue
from queue_service.runtime import process
from queue_service.visits.rules.events import ISSUED
from tests.running import environment, eventually
from tests.store.servers import Cluster, free_port

BRANCHES = ("biblioteket", "raadhuset", "byhuset")
"""One on each primary; the last on the one with two replicas."""
OPEN = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@contextmanager
def web_alone(data_dir: Path, **settings: str) -> Iterator[str]:
    """The address of web processes without anything beside them, as in a container."""
    port = free_port()
    told = environment(data_dir, QUEUE_PORT=str(port), **settings)
    command = [sys.executable, "-m", "queue_service", "web"]
    web = process.spawn(command, data_dir / "web.log", environment=told)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: web.poll() is not None or health(url, "/readyz") == 200)
        yield url
    finally:
        process.end_session(web)


def health(url: str, path: str) -> int:
    """The status of an answer; 0 while there is none."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


@dataclass
class Api:
    """A program that keeps its connection, and says what was answered."""

    url: str
    token: str
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)

    def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """The status and the answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        self._line.request("POST", path, json.dumps(body), headers)
        answer = self._line.getresponse()
        text = answer.read()
        self.statuses.append(answer.status)
        return answer.status, json.loads(text) if text else None

    def insist(self, path: str, body: dict[str, Any], key: str) -> Any:
        """The answer, asked for with the same key until the store has answered."""
        while True:
            status, answer = self.post(path, body, key)
            if status != 503:
                assert status < 300, (path, status, answer)
                return answer


@dataclass
class Branch:
    """What its kiosk and clerk were told, and when they were last told something."""

    name: str
    issued: dict[str, str] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    listens: threading.Event = field(default_factory=threading.Event)
    answered_at: float = 0
    longest: float = 0
    """The longest time from one answer to the next (s), since it was last set to 0."""
    statuses: list[int] = field(default_factory=list)

    def note(self) -> None:
        """An answer came just now."""
        now = time.monotonic()
        self.longest = max(self.longest, now - (self.answered_at or now))
        self.answered_at = now

    def kiosk(self, url: str, token: str, stop: threading.Event) -> None:
        """Issue ticket after ticket."""
        api, number = Api(url, token, self.statuses), 0
        while not stop.is_set():
            number += 1
            path = f"/api/v1/branches/{self.name}/visits"
            ticket = api.insist(path, {"service": "pas"}, f"kiosk-{self.name}-{number}")
            self.note()
            assert ticket["id"] not in self.issued
            self.issued[ticket["id"]] = ticket["number"]

    def clerk(self, url: str, token: str, stop: threading.Event) -> None:
        """Call and complete, one after the other."""
        api, number = Api(url, token, self.statuses), 0
        base = f"/api/v1/branches/{self.name}"
        api.insist(f"{base}/counters/1/open", {}, f"open-{self.name}")
        while not stop.is_set():
            number += 1
            key = f"clerk-{self.name}-{number}"
            visit = api.insist(f"{base}/counters/1/call-next", {}, f"{key}-call")
            if visit is not None:
                self.called.append(visit["id"])
                path = f"{base}/visits/{visit['id']}/complete"
                api.insist(path, {"outcome": "resolved"}, f"{key}-complete")

    def listen(self, url: str, token: str) -> None:
        """Follow the branch's events, as a page does, on one stream all the time."""
        line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        path = f"/api/v1/branches/{self.name}/events"
        line.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer, event = line.getresponse(), ""
        while text := answer.readline().decode():
            if text.startswith("event: "):
                self.listens.set()
                event = text[7:].strip()
            elif text.startswith("data: ") and event == ISSUED:
                self.told.add(json.loads(text[6:])["id"])


@dataclass
class Town:
    """A running service at its address, its branches, and who works in them."""

    url: str
    servers: Cluster
    queue: Queue
    token: str
    branches: dict[str, Branch]
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def open(self) -> None:
        """Let everybody begin."""
        url, token = self.url, self.token
        for branch in self.branches.values():
            listener = threading.Thread(target=branch.listen, args=(url, token), daemon=True)
            listener.start()
            assert branch.listens.wait(10)
            for work in (branch.kiosk, branch.clerk):
                thread = threading.Thread(target=work, args=(url, token, self.stop))
                self.threads.append(thread)
                thread.start()

    def close(self) -> None:
        """Let everybody finish what was begun."""
        self.stop.set()
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()

    def goes_on(self, *names: str) -> None:
        """Wait until each of these branches has issued ten tickets more."""
        chosen = [self.branches[name] for name in names or BRANCHES]
        wanted = {branch.name: len(branch.issued) + 10 for branch in chosen}
        eventually(lambda: all(len(b.issued) >= wanted[b.name] for b in chosen), seconds=15)
