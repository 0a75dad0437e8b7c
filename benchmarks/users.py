"""The users of a benchmark: kiosks, clerks, and clients of the bare route."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final
from uuid import uuid4

from benchmarks.load import Reply, User, request

BARE: Final = "bare"
KEPT: Final = "bare, connections kept"
ISSUE: Final = "issue"
LOOK: Final = "look at a counter"
CALL: Final = "call-next"
COMPLETE: Final = "complete"
_RESOLVED: Final = b'{"outcome":"resolved"}'


def bare_user(token: str, kind: str = BARE) -> User:
    """Asks the bare route with the very request of a kiosk."""
    for key in _keys():
        reply = yield kind, request("POST", "/bare", token, _service("service-0"), key)
        _expect(reply, 200)


def kiosk(token: str, branch: str, service: str) -> User:
    """Takes one ticket after the other."""
    path = f"/api/v1/branches/{branch}/visits"
    for key in _keys():
        reply = yield ISSUE, request("POST", path, token, _service(service), key)
        _expect(reply, 201)


def clerk(token: str, branch: str, counter: str) -> User:
    """Calls the next visit and completes the visit, again and again.

    Begins with the visit that is still at the counter.
    """
    path, keys = f"/api/v1/branches/{branch}", _keys()
    here = f"{path}/counters/{counter}"
    visit = (yield LOOK, request("GET", here, token)).json()["current"]
    while True:
        if visit is None:
            called = request("POST", f"{here}/call-next", token, b"{}", next(keys))
            reply = yield CALL, called
            _expect(reply, 200)
            visit = reply.json()
        done = f"{path}/visits/{visit['id']}/complete"
        completed = request("POST", done, token, _RESOLVED, next(keys))
        _expect((yield COMPLETE, completed), 200)
        visit = None


def counter_user(kiosk_token: str, clerk_token: str, branch: str) -> User:
    """One ticket, one call and one completion after the other, so that as many wait as before."""
    tickets, served = kiosk(kiosk_token, branch, "service-0"), clerk(clerk_token, branch, "1")
    ticket, look = next(tickets), next(served)
    call = served.send((yield look))
    if call[0] == COMPLETE:
        call = served.send((yield call))
    while True:
        ticket = tickets.send((yield ticket))
        complete = served.send((yield call))
        call = served.send((yield complete))


def _expect(reply: Reply, status: int) -> None:
    if reply.status != status:
        raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")


def _service(service: str) -> bytes:
    return b'{"service":"%s"}' % service.encode()


def _keys() -> Iterator[str]:
    run = uuid4().hex
    return (f"{run}-{number}" for number in count())
