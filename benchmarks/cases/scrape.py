"""Tickets flat out while /metrics/queue of twenty large branches is scraped, and without."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from statistics import median
from typing import Final

from benchmarks.cases.tickets import BRANCHES, SERVICES, flat_out, prepare
from benchmarks.report import Row, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from benchmarks.users import ISSUE
from queue_service.access.operations.access import OPERATOR
from queue_service.command import Command
from queue_service.visits.operations import issuing

EVERY_SECONDS: Final = 5.0
WITHIN_MS: Final = 250
TIMEOUT_SECONDS: Final = 10.0
"""Prometheus waits so long for a scrape, and then has none of it."""
_ROUNDS: Final = 5
_SECONDS: Final = 10.0
_IDLE_SCRAPES: Final = 9


def run(options: Options) -> Iterator[Row]:
    """With and without scrapes in turns."""
    latencies: dict[bool, list[float]] = {False: [], True: []}
    under_load: list[float] = []
    seconds = options.seconds(_SECONDS)
    with running() as stack, others() as pool:
        tokens = prepare(stack)
        _use_each_service(stack)
        metrics = stack.token("metrics")
        pool.submit(flat_out, stack.port, ISSUE, tokens, seconds).result()
        idle = [scrape(stack.port, metrics)[0] for _ in range(_IDLE_SCRAPES)]
        series = scrape(stack.port, metrics)[1].count(b"\n")
        for _ in range(options.rounds(_ROUNDS)):
            for scraped in (False, True):
                load = pool.submit(flat_out, stack.port, ISSUE, tokens, seconds)
                with _scraping(stack.port, metrics, under_load, scraped):
                    latencies[scraped] += load.result()[1]
    name = f"/metrics/queue, {BRANCHES} branches × {SERVICES} services"
    yield Row(name, f"{series} lines")
    yield at_most(f"{name}, nothing else to do", median(idle) * 1000, WITHIN_MS, " ms")
    first = f"{name}, the first of a web process"
    yield at_most(first, max(idle), TIMEOUT_SECONDS / 2, " s", guard=TIMEOUT_SECONDS)
    yield Row(f"{first}, times that", f"{max(idle) / median(idle):.1f}")
    yield Row(f"{name}, under full load", milliseconds(median(under_load)))
    p99 = {scraped: summary(values).p99 for scraped, values in latencies.items()}
    yield Row("p99 of a ticket, without scrapes", milliseconds(p99[False]))
    ratio = p99[True] / p99[False]
    yield at_most(f"the same scraped every {EVERY_SECONDS:g} s, times that", ratio, 1.5)


def _use_each_service(stack: Stack) -> None:
    """Visits of all services, since only a used service has all series."""
    for branch, service in product(range(BRANCHES), range(SERVICES)):
        command = Command(f"branch-{branch}", OPERATOR)
        issuing.issue(stack.queue, command, f"service-{service}")


def scrape(port: int, token: str) -> tuple[float, bytes]:
    """The seconds of a scrape, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    connection.request("GET", "/metrics/queue", headers={"Authorization": f"Bearer {token}"})
    text = connection.getresponse().read()
    took = time.perf_counter() - began
    connection.close()
    if b"queue_collector_up 1\n" not in text:
        raise RuntimeError(f"the scrape failed: {text[:300]!r}")
    return took, text


@contextmanager
def _scraping(port: int, token: str, durations: list[float], wanted: bool) -> Iterator[None]:
    """Scrape at once and then every five seconds, until the block ends."""
    ended = threading.Event()

    def keep_on() -> None:
        while not ended.is_set():
            began = time.monotonic()
            durations.append(scrape(port, token)[0])
            ended.wait(EVERY_SECONDS - (time.monotonic() - began))

    scraper = threading.Thread(target=keep_on)
    if wanted:
        scraper.start()
    yield
    ended.set()
    if wanted:
        scraper.join()
