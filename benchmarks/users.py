"""What the users of a benchmark do: kiosks, clerks, and those who ask for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final
from uuid import uuid4

from benchmarks.load import Reply, User, request

BARE: Final = "bare"
ISSUE: Final = "issue"


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


def _expect(reply: Reply, *statuses: int) -> None:
    if reply.status not in statuses:
        raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")


def _service(service: str) -> bytes:
    return b'{"service":"%s"}' % service.encode()


def _keys() -> Iterator[str]:
    run = uuid4().hex
    return (f"{run}-{number}" for number in count())
