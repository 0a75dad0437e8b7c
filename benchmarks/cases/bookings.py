"""Bookings flat out against the places of one date, and the file of free times meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count
from random import Random
from statistics import median
from typing import Any, Final
from urllib.request import urlopen
from uuid import uuid4

from benchmarks.load import Driver, User, request
from benchmarks.processor import processor_seconds
from benchmarks.report import Row, at_least, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, bare_route, configuration, running
from benchmarks.users import BARE, bare_user
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.rules.slots import slots_on
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.language.instants import rfc3339

PROGRAMS: Final = 32
"""Programs that book without pause, such as the pages of so many municipalities."""
SERVICES: Final = 30
AT_ONCE: Final = 16
"""Places of each time: so many that a round on a fast machine finds few of them taken."""
SMALL_AT_ONCE: Final = 2
_BRANCH: Final = "branch-0"
_SMALL: Final = "branch-1"
_HOURS: Final = [["09:00", "17:00"]]
_SMALL_HOURS: Final = [["09:00", "11:00"]]
_ROUNDS: Final = 6
_SECONDS: Final = 5.0
_PER_SECOND: Final = 500
_CORES: Final = 2
_FILES_A_SECOND: Final = 500
_BOOK: Final = "book"
_TAKEN: Final = "taken"
_FILE: Final = "file"
_STORE_COMMANDS: Final = 0.1

Place = tuple[str, str]
"""A service, and the beginning of a time."""


def run(options: Options) -> Iterator[Row]:
    """Bookings and the bare route in turns, each round on a date of its own; then a date whose
    places are all taken; then the file of free times."""
    with running() as stack, others() as pool, ExitStack() as closing:
        _add(stack, _BRANCH, SERVICES, _HOURS, AT_ONCE)
        _add(stack, _SMALL, 1, _SMALL_HOURS, SMALL_AT_ONCE)
        token = stack.token("clerk")
        bare = closing.enter_context(bare_route(stack.settings.web_processes))
        rates: dict[str, list[float]] = {BARE: [], _BOOK: []}
        cost: dict[str, list[float]] = {BARE: [], _BOOK: []}
        took: list[float] = []
        seconds = options.seconds(_SECONDS)
        for day in range(1 + options.rounds(_ROUNDS)):
            before = processor_seconds()
            spent, latencies = pool.submit(_bare, bare, token, seconds).result()
            rates[BARE].append(len(latencies) / spent)
            cost[BARE].append((processor_seconds() - before) / len(latencies))
            places = _places(stack, _BRANCH, day + 1) * AT_ONCE
            before = processor_seconds()
            spent, found = pool.submit(_book, stack.port, token, _BRANCH, places, seconds).result()
            rates[_BOOK].append(len(found[_BOOK]) / spent)
            cost[_BOOK].append((processor_seconds() - before) / len(found[_BOOK]))
            took += found[_BOOK] if day else []
        every = _places(stack, _SMALL, 1) * 2
        _, full = pool.submit(_book, stack.port, token, _SMALL, every, 600.0).result()
        yield from _rates(rates, took)
        yield from _costs(cost)
        yield from _nothing_twice(stack, full)
        yield from _files(stack, pool.submit(_read, stack.port, token, seconds).result)


def _rates(rates: dict[str, list[float]], took: Sequence[float]) -> Iterator[Row]:
    # The first round warms everything up.
    rate = {kind: median(values[1:]) for kind, values in rates.items()}
    found = summary(took)
    spread = f"p50 {milliseconds(found.p50)}, p99 {milliseconds(found.p99)}"
    yield Row(f"bare route at {PROGRAMS} programs", f"{rate[BARE]:.0f}/s")
    yield Row(f"bookings at {PROGRAMS} programs", f"{rate[_BOOK]:.0f}/s, {spread}")
    yield at_least("bookings per second", rate[_BOOK], _PER_SECOND, "/s")
    ratio = 100 * rate[_BOOK] / rate[BARE]
    yield at_least("bookings per second, of the bare route's", ratio, 20, " %", guard=8)


def _costs(cost: dict[str, list[float]]) -> Iterator[Row]:
    """The time that two cores have for a booking; other work of the machine changes it little."""
    spent = {kind: 1000 * median(values[1:]) for kind, values in cost.items()}
    yield Row("processor time of the bare route", f"{spent[BARE]:.3g} ms")
    most = 1000 * _CORES / _PER_SECOND
    what = "processor time of a booking, web processes and store"
    yield at_most(what, spent[_BOOK], most, " ms", guard=2 * most)


def _nothing_twice(stack: Stack, full: dict[str, list[float]]) -> Iterator[Row]:
    """Booked places compared with those that there are."""
    more = 0
    for branch, at_once in ((_BRANCH, AT_ONCE), (_SMALL, SMALL_AT_ONCE)):
        used: Any = stack.client.hgetall(BookingKeys(branch).places)
        more = max(more, *(int(many) - at_once for many in used.values()))
    offered = len(_places(stack, _SMALL, 1)) * SMALL_AT_ONCE
    booked, refused = len(full[_BOOK]), len(full[_TAKEN])
    yield Row("a date that is sold out", f"{booked} of {offered} places booked, {refused} refused")
    too_many = abs(booked - offered) + more
    yield at_most("places booked too many or too few", too_many, 0, guard=0)


def _files(stack: Stack, read: Any) -> Iterator[Row]:
    before = _commands(stack)
    spent, latencies = read()
    commands = (_commands(stack) - before) / len(latencies)
    found, rate = summary(latencies), len(latencies) / spent
    size = f"{len(_file(stack)) / 1000:.0f} kB"
    spread = f"p50 {milliseconds(found.p50)}, p99 {milliseconds(found.p99)}"
    yield Row(f"files of free times ({size}) at {PROGRAMS} programs", f"{rate:.0f}/s, {spread}")
    yield at_least("files of free times per second", rate, _FILES_A_SECOND, "/s")
    yield at_most("store commands for a file", commands, _STORE_COMMANDS, guard=3 * _STORE_COMMANDS)


def _add(stack: Stack, branch: str, services: int, hours: list[list[str]], at_once: int) -> None:
    config = configuration(branch, services, 1)
    offer = {
        "week": dict.fromkeys(WEEKDAYS, hours), "length_minutes": 5, "at_once": at_once,
        "notice_minutes": 0,
    }  # fmt: skip
    offers = [{"service": service["id"], **offer} for service in config["services"]]
    put_branch(stack.queue, branch, parse_config({**config, "bookings": {"offers": offers}}))


def _places(stack: Stack, branch_id: str, ahead: int) -> list[Place]:
    """Every time of a date that is so many days ahead."""
    branch = stack.queue.get(BranchStore).get(branch_id)
    today = date.fromisoformat(moment(branch, stack.queue.store.time()).date)
    day = (today + timedelta(days=ahead)).isoformat()
    return [
        (offer.service, rfc3339(slot.starts_at))
        for offer in branch.bookings.offers.values()
        for slot in slots_on(branch, offer, day)
    ]


def _book(
    port: int, token: str, branch: str, places: list[Place], seconds: float
) -> tuple[float, dict[str, list[float]]]:
    """How long it took in the end, and how long each booking took, by its result."""
    driver, results = Driver(port), Counter[str]()
    users = [_program(token, branch, places, seed, results) for seed in range(PROGRAMS)]
    spent = driver.run(users, seconds)
    # The driver notes a request before its reply is known: those refused are the last ones of it.
    took = driver.latencies[_BOOK]
    booked = results[_BOOK]
    return spent, {_BOOK: took[:booked], _TAKEN: took[booked:]}


def _program(
    token: str, branch: str, places: list[Place], seed: int, results: Counter[str]
) -> User:
    """Books one place after the other in an order of its own, each once."""
    path, run = f"/api/v1/branches/{branch}/bookings", uuid4().hex
    order = list(places)
    Random(seed).shuffle(order)  # noqa: S311 - no secret
    for number, (service, starts_at) in zip(count(), order, strict=False):
        body = b'{"service":"%s","starts_at":"%s"}' % (service.encode(), starts_at.encode())
        reply = yield _BOOK, request("POST", path, token, body, f"{run}-{number}")
        if reply.status not in (201, 409):
            raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")
        results[_BOOK if reply.status == 201 else _TAKEN] += 1


def _bare(port: int, token: str, seconds: float) -> tuple[float, list[float]]:
    driver = Driver(port)
    spent = driver.run([bare_user(token) for _ in range(PROGRAMS)], seconds)
    return spent, driver.latencies[BARE]


def _read(port: int, token: str, seconds: float) -> tuple[float, list[float]]:
    driver = Driver(port)
    spent = driver.run([_reader(token) for _ in range(PROGRAMS)], seconds)
    return spent, driver.latencies[_FILE]


def _reader(token: str) -> User:
    """Reads the file again and again."""
    while True:
        reply = yield _FILE, request("GET", f"/b/{_SMALL}/slots.ndjson", token)
        if reply.status != 200:
            raise RuntimeError(f"answered {reply.status}: {reply.body[:300]!r}")


def _file(stack: Stack) -> bytes:
    """The file that is read."""
    address = f"http://127.0.0.1:{stack.port}/b/{_SMALL}/slots.ndjson"
    with urlopen(address, timeout=30) as response:
        text: bytes = response.read()
    return text


def _commands(stack: Stack) -> int:
    """How many commands the store has had."""
    return int(stack.client.info("stats")["total_commands_processed"])
