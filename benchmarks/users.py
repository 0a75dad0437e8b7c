"""What the users of a benchmark do: kiosks, clerks, and those who ask for nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final
from uuid import uuid4

from benchmarks.load import Reply, User, request

BARE: Final = "bare"
ISSUE: Final = "issue"
_OUTCOME_UNKNOWN: Final = (0, 503)
"""No answer, or none in time: the same request is sent again with the same key."""


def bare_user(token: str) -> User:
    """Asks the bare route with the very request of a kiosk."""
    for key in _keys():
        reply = yield BARE, request("POST", "/bare", token, _service("service-0"), key)
        _expect(reply, 200)


def kiosk(token: str, branch: str, service: str) -> User:
    """Takes one ticket after the other."""
    path = f"/api/v1/branches/{branch}/visits"
    for key in _keys():
        reply = yield ISSUE, request("POST", path, token, _service(service), key)
        _expect(reply, 201)


@dataclass
class Told:
    """What users were told for certain: the promises that a crash must not break."""

    issued: list[tuple[str, str]] = field(default_factory=list)
    """Id and number of each ticket."""
    called: list[tuple[str, str]] = field(default_factory=list)
    """Id of the visit and counter of each call."""
    completed: list[str] = field(default_factory=list)
    repeated: int = 0
    """How many requests were sent again because nobody knew what had become of them."""


def insistent_kiosk(token: str, branch: str, service: str, told: Told) -> User:
    """A kiosk that repeats a request until it is answered, as the kiosk's page does."""
    path = f"/api/v1/branches/{branch}/visits"
    for key in _keys():
        made = request("POST", path, token, _service(service), key)
        visit = (yield from _until_answered(ISSUE, made, told, (201,))).json()
        told.issued.append((visit["id"], visit["number"]))


def insistent_clerk(token: str, branch: str, counter: str, told: Told) -> User:
    """A clerk who calls, starts and completes, and repeats what was not answered."""
    base = f"/api/v1/branches/{branch}"
    for key in _keys():
        made = request("POST", f"{base}/counters/{counter}/call-next", token, b"{}", key)
        reply = yield from _until_answered("call_next", made, told, (200, 204))
        if reply.status == 204:
            continue
        visit = reply.json()
        told.called.append((visit["id"], visit["counter"]))
        made = request("POST", f"{base}/visits/{visit['id']}/start", token, b"{}", f"s{key}")
        yield from _until_answered("start", made, told, (200,))
        body = b'{"outcome":"resolved"}'
        made = request("POST", f"{base}/visits/{visit['id']}/complete", token, body, f"c{key}")
        yield from _until_answered("complete", made, told, (200,))
        told.completed.append(visit["id"])


def _until_answered(
    kind: str, made: bytes, told: Told, expected: tuple[int, ...]
) -> Generator[tuple[str, bytes], Reply, Reply]:
    while (reply := (yield kind, made)).status in _OUTCOME_UNKNOWN:
        told.repeated += 1
    _expect(reply, *expected)
    return reply


def _expect(reply: Reply, *statuses: int) -> None:
    if reply.status not in statuses:
        raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")


def _service(service: str) -> bytes:
    return b'{"service":"%s"}' % service.encode()


def _keys() -> Iterator[str]:
    run = uuid4().hex
    return (f"{run}-{number}" for number in count())
