"""A book bus sends a season to the central server over one machine's loopback: 60 days of 120
visits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import Stack, running
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.operations import day_text
from queue_service.mobile.client import CentralServer
from queue_service.mobile.operations import sending
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.visit import Inquiry, Visit

_DAYS: Final = 60
_VISITS: Final = 120
_LIMIT_SECONDS: Final = 60
_BUS: Final = "bus"
_SERVICES: Final = 8
_MINUTE: Final = 60_000


def run(options: Options) -> Iterator[Row]:
    """Fill the bus, send, compare every day's figures, and look at the cost of a quiet round."""
    days = 3 if options.quick else _DAYS
    with running() as home, running() as bus:
        home.add_branch(_BUS, _SERVICES, 2)
        line = CentralServer(f"http://127.0.0.1:{home.port}", home.token("mobile", _BUS))
        sending.send(bus.queue, line)
        dates = [_fill(bus, ago) for ago in range(days, 0, -1)]
        began = time.perf_counter()
        done = sending.send(bus.queue, line)
        took = time.perf_counter() - began
        if done.problem or done.sent != dates:
            raise RuntimeError(f"the season was not sent: {done.problem}")
        what = f"{days} days of {_VISITS} visits go home"
        yield at_most(what, took, _LIMIT_SECONDS, " s")
        same = sum(_figures(home.queue, date) == _figures(bus.queue, date) for date in dates)
        yield Row("days with the same figures on both sides", f"{same} of {days}", ok=same == days)
        began = time.perf_counter()
        sending.send(bus.queue, line)
        yield Row("a round with nothing to send", f"{(time.perf_counter() - began) * 1000:.0f} ms")


def _figures(queue: Queue, date: str) -> str:
    return day_text(queue, queue.get(BranchStore).current(_BUS), date, queue.store.time())


def _fill(bus: Stack, ago: int) -> str:
    """A day of visits that were issued, called, helped and ended; written as they are kept."""
    day = (datetime.now(UTC) - timedelta(ago)).replace(hour=9, minute=0, second=0, microsecond=0)
    date, nine = day.date().isoformat(), int(day.timestamp() * 1000)
    k = BranchKeys(_BUS)
    services = list(bus.queue.get(BranchStore).current(_BUS).services.values())
    with bus.client.pipeline() as pipeline:
        for n in range(_VISITS):
            service = services[n % len(services)]
            visit = _visit(f"{date}-{n:03d}-benchmark", service.id, date, nine + n * 3 * _MINUTE, n)
            numbered = visit._replace(number=f"{service.prefix}{n:03d}")
            pipeline.set(k.visit(visit.id), numbered.to_json())
            pipeline.rpush(k.index(date), visit.id)
        pipeline.zadd(k.days, {date: int(date.replace("-", ""))})
        for at, state in ((nine, "open"), (nine + 7 * 60 * _MINUTE, "closed")):
            pipeline.zadd(k.shifts, {f"{at}|1|{state}|": at})
        pipeline.execute()
    return date


def _visit(visit_id: str, service: str, date: str, issued: int, n: int) -> Visit:
    called = issued + (n % 9) * _MINUTE
    ended = called + (2 + n % 7) * _MINUTE
    within = {"handling-6-min": ended - called < 6 * _MINUTE, "first-contact": n % 5 != 0}
    inquiry = Inquiry(
        service,
        outcome="resolved" if n % 5 else "referred",
        started_at=called,
        handled_ms=ended - called,
        completed_at=ended,
        counter="1",
        judged=within,
    )
    return Visit(
        id=visit_id,
        number="",
        date=date,
        state="completed",
        channel="kiosk",
        language="da",
        issued_service=service,
        issued_at=issued,
        place=issued * 1000 + n,
        queued_at=issued,
        inquiries=(inquiry,),
        ahead=n % 4,
        counters_open=1,
        counters_busy=1,
        first_called_at=called,
        called_at=called,
        called_to="1",
        started_at=called,
        ended_at=ended,
        counter="1",
        judged={"called-10-min": called - issued < 10 * _MINUTE},
    )
