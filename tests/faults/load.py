"""Kiosks and clerks that go on through a fault, and the confirmed responses of each.

Each repeats a request with its Idempotency-Key until it is answered, as the pages do.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count, cycle, pairwise
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from tests.running import eventually

UNANSWERED: Final = frozenset({0, 502, 503, 504})
"""The result of the request is unknown: it is sent again. 0: no response at all."""

_PATIENCE_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.05


@dataclass
class Acknowledged:
    """The acknowledged changes, which no fault may lose."""

    issued: dict[str, str] = field(default_factory=dict)
    """Visit → the number on its ticket."""
    called: list[tuple[str, str]] = field(default_factory=list)
    """Visit and counter of each call."""
    completed: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    """How often each status was answered."""
    broken: list[str] = field(default_factory=list)
    """Each request that got no answer at all, and why."""
    failed: list[BaseException] = field(default_factory=list)
    """A response that no user should get; then all of them stop."""
    slowest: float = 0.0
    """The longest that one answer took, in seconds, also one that refused."""
    issued_at: list[float] = field(default_factory=list)
    """When each ticket was acknowledged, by the monotonic clock."""

    def wait_for_tickets(self, more: int, seconds: float = 30) -> None:
        """Wait until so many more have been acknowledged; fails after so many seconds."""
        enough = len(self.issued) + more
        eventually(lambda: len(self.issued) >= enough or bool(self.failed), seconds)

    def longest_gap(self, since: float) -> float:
        """The longest time without any ticket from a moment on, in seconds."""
        times = sorted(at for at in self.issued_at if at >= since)
        return max((b - a for a, b in pairwise(times)), default=0.0)


class Load:
    """Users of one branch of a service at one address or at several."""

    def __init__(self, urls: Sequence[str], branch: str, token: Callable[[str], str]) -> None:
        """``token`` gives the secret of a new token of a role for the branch."""
        self.acknowledged = Acknowledged()
        self._urls = urls
        self._base = f"/api/v1/branches/{branch}"
        self._token = token
        self._over = threading.Event()
        self._lock = threading.Lock()

    @contextmanager
    def acting(
        self, services: Sequence[str], counters: Sequence[str], *, kiosks: int, pause: float = 0.0
    ) -> Iterator[Acknowledged]:
        """While inside, all of them act: so many kiosks, which rest a pause between two tickets,
        and a clerk at each of the counters."""
        users = [
            *(self._kiosk(self._token("kiosk"), services, pause) for _ in range(kiosks)),
            *(self._clerk(self._token("clerk"), counter) for counter in counters),
        ]
        threads = [
            threading.Thread(target=self._run, args=(user, number), daemon=True)
            for number, user in enumerate(users)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self.acknowledged
        finally:
            self._over.set()
            for thread in threads:
                thread.join(2 * _PATIENCE_SECONDS)
            if self.acknowledged.failed:
                raise self.acknowledged.failed[0]

    def _run(self, user: Callable[[_Connection], None], number: int) -> None:
        urls = cycle([*self._urls[number % len(self._urls) :], *self._urls])
        try:
            user(_Connection(urls, self._heard, self.acknowledged.broken.append, self._over))
        except _Over:
            pass
        except BaseException as error:
            self.acknowledged.failed.append(error)
            self._over.set()

    def _heard(self, status: int, took: float) -> None:
        with self._lock:
            self.acknowledged.statuses[status] += 1
            self.acknowledged.slowest = max(self.acknowledged.slowest, took)

    def _kiosk(
        self, token: str, services: Sequence[str], pause: float
    ) -> Callable[[_Connection], None]:
        def act(connection: _Connection) -> None:
            for service, key in zip(cycle(services), _keys(), strict=False):
                body = {"service": service}
                visit = connection.insist("POST", f"{self._base}/visits", token, body, key, (201,))
                with self._lock:
                    self.acknowledged.issued[visit["id"]] = visit["number"]
                    self.acknowledged.issued_at.append(time.monotonic())
                self._over.wait(pause)

        return act

    def _clerk(self, token: str, counter: str) -> Callable[[_Connection], None]:
        def act(connection: _Connection) -> None:
            for key in _keys():
                path = f"{self._base}/counters/{counter}/call-next"
                visit = connection.insist("POST", path, token, {}, key, (200, 204))
                if visit is None:
                    self._over.wait(_PAUSE_SECONDS)
                    continue
                with self._lock:
                    self.acknowledged.called.append((visit["id"], visit["counter"]))
                path = f"{self._base}/visits/{visit['id']}"
                connection.insist("POST", f"{path}/start", token, {}, f"s{key}", (200,))
                done = {"outcome": "resolved"}
                connection.insist("POST", f"{path}/complete", token, done, f"c{key}", (200,))
                with self._lock:
                    self.acknowledged.completed.append(visit["id"])

        return act


class _Over(Exception):
    """The test has ended; what is on its way was never acknowledged."""


class _Connection:
    """One user's connection, made again at the next address when it breaks."""

    def __init__(
        self,
        urls: Iterator[str],
        heard: Callable[[int, float], None],
        broke: Callable[[str], None],
        over: threading.Event,
    ) -> None:
        self._urls = urls
        self._heard = heard
        self._broke = broke
        self._over = over
        self._connection = self._connected()

    def insist(
        self, method: str, path: str, token: str, body: Any, key: str, expected: tuple[int, ...]
    ) -> Any:
        """The answer's document, however often it has to be asked for. Raises _Over."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        while not self._over.is_set():
            began = time.monotonic()
            status, content = self._ask(method, path, json.dumps(body), headers)
            self._heard(status, time.monotonic() - began)
            if status not in UNANSWERED:
                assert status in expected, f"{method} {path}: {status} {content!r}"
                return json.loads(content) if content else None
            self._over.wait(_PAUSE_SECONDS)
        raise _Over

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            self._broke(f"{method} {path}: {error!r}")
            with suppress(OSError):
                self._connection.close()
            self._connection = self._connected()
            return 0, b""

    def _connected(self) -> HTTPConnection:
        address = urlsplit(next(self._urls)).netloc
        return HTTPConnection(address, timeout=_PATIENCE_SECONDS)


def _keys() -> Iterator[str]:
    run = uuid4().hex
    return (f"{run}-{number}" for number in count())
