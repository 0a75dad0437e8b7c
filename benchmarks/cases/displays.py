"""A call's way to the open displays of 50 branches, while tickets are issued everywhere."""

from __future__ import annotations

import json
import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final

from benchmarks.load import Caller, request
from benchmarks.report import Row, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from queue_service.runtime.process_metrics import STREAMS

_BRANCHES: Final = 50
_DISPLAYS: Final = {10: (100, 50), 40: (100, 25), 100: (200, None)}
"""Open displays of a branch, with the limits of an event's p99 and of a ticket's meanwhile (ms)."""
_COUNTERS: Final = 4
_SECONDS: Final = 20.0
_EVERY_SECONDS: Final = 1.0
"""How often each branch issues a ticket and calls one: far above a busy town's counters."""
_SETTLE_SECONDS: Final = 2.0
_OPENING_SECONDS: Final = 120

Moments = dict[tuple[str, str], float]
"""When something happened to a ticket, by branch and number, on the machine's one clock."""


def run(options: Options) -> Iterator[Row]:
    """The listeners and those who act are processes of their own."""
    sizes = list(_DISPLAYS.items())
    for each, (event_ms, ticket_ms) in sizes[:1] if options.quick else sizes:
        with running() as stack, others(2) as pool:
            branches = _prepare(stack)
            displays = [(b, stack.token("display", b)) for b in branches for _ in range(each)]
            yield from _heard(options, stack, pool, displays, event_ms, ticket_ms)


def _heard(
    options: Options,
    stack: Stack,
    pool: Executor,
    displays: list[tuple[str, str]],
    event_ms: int,
    ticket_ms: int | None,
) -> Iterator[Row]:
    seconds = max(5.0, options.seconds(_SECONDS))
    people = [(b, stack.token("kiosk", b), stack.token("clerk", b)) for b in dict(displays)]
    heard = pool.submit(listen, stack.port, displays, seconds + 3 * _SETTLE_SECONDS)
    wait_until_open(stack, len(displays))
    pressed, issues = pool.submit(act, stack.port, people, seconds).result()
    arrivals = heard.result()
    late = [at - pressed[key] for key, at in arrivals if key in pressed]
    found = summary(late)
    missing = len(pressed) * len(displays) // _BRANCHES - len(late)
    many = f"{len(displays)} displays"
    spread = f"p50 {milliseconds(found.p50)}, at worst {milliseconds(max(late))}"
    yield Row(f"{len(pressed)} calls on {many}", spread)
    what, p99 = f"a call's event on each of {many}, p99", found.p99 * 1000
    yield at_most(what, p99, event_ms, " ms", guard=2 * event_ms)
    yield at_most(f"calls that one of {many} did not hear of", missing, 0, guard=0)
    ticket, what = summary(issues).p99, f"a ticket next to {many}, p99"
    if ticket_ms is None:
        yield Row(what, milliseconds(ticket))
    else:
        yield at_most(what, ticket * 1000, ticket_ms, " ms", guard=2 * ticket_ms)


def wait_until_open(stack: Stack, many: int) -> None:
    """Wait until so many streams are open. Raises RuntimeError."""
    caller, token = Caller(stack.port), stack.token("metrics")
    until = time.monotonic() + _OPENING_SECONDS
    while time.monotonic() < until:
        reply, _ = caller.ask(request("GET", "/metrics", token))
        open_streams = re.findall(rf"^{STREAMS}[^ ]* ([0-9.]+)", reply.body.decode(), re.MULTILINE)
        if sum(map(float, open_streams)) >= many:
            return
        threading.Event().wait(_SETTLE_SECONDS / 2)
    raise RuntimeError(f"not all of {many} streams were opened in {_OPENING_SECONDS} s")


def _prepare(stack: Stack) -> list[str]:
    branches = [f"branch-{number}" for number in range(_BRANCHES)]
    for branch in branches:
        stack.add_branch(branch, 5, _COUNTERS)
        stack.open_counters(branch, _COUNTERS)
    return branches


def listen(
    port: int, displays: list[tuple[str, str]], seconds: float
) -> list[tuple[tuple[str, str], float]]:
    """Each call that each display hears of, and when; ``seconds`` count once all are open."""
    arrivals: list[tuple[tuple[str, str], float]] = []
    requests = [
        request("GET", f"/api/v1/branches/{branch}/events", token) for branch, token in displays
    ]
    for display, event, at in events(port, requests, seconds):
        if b"event: visit.called\n" in event:
            data = json.loads(event.partition(b"data: ")[2].splitlines()[0])
            arrivals.append(((displays[display][0], data["number"]), at))
    return arrivals


def events(
    port: int, requests: Sequence[bytes], seconds: float
) -> Iterator[tuple[int, bytes, float]]:
    """Each event of the streams that are asked for: the number of its stream, and when it came.

    ``seconds`` count once all are open. Raises RuntimeError if a stream is closed.
    """
    with selectors.DefaultSelector() as selector, ExitStack() as streams:
        for number, asked in enumerate(requests):
            stream = streams.enter_context(socket.create_connection(("127.0.0.1", port)))
            stream.sendall(asked)
            begun = stream.recv(65536)  # all that open at once would be a storm of its own
            selector.register(stream, selectors.EVENT_READ, (stream, number, bytearray(begun)))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                stream, number, buffer = key.data
                chunk = stream.recv(65536)
                if not chunk:
                    raise RuntimeError("a stream was closed")
                now = time.monotonic()
                buffer += chunk
                *whole, rest = bytes(buffer).split(b"\n\n")
                buffer[:] = rest
                yield from ((number, event, now) for event in whole)


def act(
    port: int, people: list[tuple[str, str, str]], seconds: float
) -> tuple[Moments, list[float]]:
    """When each call's key was pressed, and how long each ticket took."""
    begin = time.monotonic()
    branches = [
        _Branch(port, *who, begin + n * _EVERY_SECONDS / len(people))
        for n, who in enumerate(people)
    ]
    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(lambda branch: branch.work(int(seconds / _EVERY_SECONDS)), branches))
    pressed = {key: at for branch in branches for key, at in branch.pressed.items()}
    return pressed, [took for branch in branches for took in branch.issues]


class _Branch:
    """A kiosk and a clerk: a ticket, a call and a completion with every beat."""

    def __init__(self, port: int, branch: str, kiosk: str, clerk: str, begin: float) -> None:
        self._caller = Caller(port)
        self._branch = branch
        self._kiosk = kiosk
        self._clerk = clerk
        self._begin = begin
        self.pressed: Moments = {}
        self.issues: list[float] = []

    def work(self, beats: int) -> None:
        """So many beats, each at its time."""
        for beat in range(beats):
            due = self._begin + beat * _EVERY_SECONDS
            threading.Event().wait(max(0.0, due - time.monotonic()))
            _, took = self._post("visits", self._kiosk, {"service": f"service-{beat % 5}"})
            self.issues.append(took)
            pressed = time.monotonic()
            visit, _ = self._post(f"counters/{beat % _COUNTERS + 1}/call-next", self._clerk, {})
            self.pressed[self._branch, visit["number"]] = pressed
            path = f"visits/{visit['id']}/complete"
            self._post(path, self._clerk, {"outcome": "resolved"})

    def _post(self, path: str, token: str, body: dict[str, str]) -> tuple[Any, float]:
        url = f"/api/v1/branches/{self._branch}/{path}"
        key = str(time.monotonic_ns())
        reply, took = self._caller.ask(request("POST", url, token, json.dumps(body).encode(), key))
        if reply.status not in (200, 201):
            raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")
        return reply.json(), took
