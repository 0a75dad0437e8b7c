"""Files and reports of ten years of ten branches: how long they take, and how large they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from benchmarks.cases.years import fill
from benchmarks.report import Row, milliseconds
from benchmarks.running import Options
from benchmarks.stack import Stack, running
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.days.rules.period import before, days_after, period_of
from queue_service.exports.make import make
from queue_service.exports.order import Order, new_order
from queue_service.reports.build import build
from queue_service.reports.render import NoPdf, as_html, as_pdf
from queue_service.reports.report import Report, to_text

_BRANCHES: Final = 10
_SERVICES: Final = 12
_COUNTERS: Final = 6
_YEARS: Final = 10

Result = TypeVar("Result")


def run(options: Options) -> Iterator[Row]:
    """Fill, then make each kind of file that a worker makes, and one that a request makes."""
    years = 1 if options.quick else _YEARS
    with running() as stack:
        names = tuple(f"branch-{number}" for number in range(_BRANCHES))
        for name in names:
            stack.add_branch(name, _SERVICES, _COUNTERS)
            fill(stack, name, years)
        today = moment(stack.queue.get(BranchStore).get(names[0]), stack.queue.store.time()).date
        first = days_after(today, -364 * years)
        month = before(period_of("month", today))
        one = {"content": "days", "from": month.first, "to": month.last, "format": "xlsx"}
        yield _file(
            stack, "one month's days as XLSX, in a request", new_order(names[0], names, one)
        )
        for content, form in (
            ("all", "xlsx"),
            ("all", "csv"),
            ("branches", "xlsx"),
            ("open-data", "csv"),
        ):
            given = {"content": content, "from": first, "to": today, "format": form}
            yield _file(
                stack, f"{years} years, {content} as {form}", new_order(names[0], names, given)
            )
        yield from _report(stack, names[0], month.first)


def _file(stack: Stack, name: str, order: Order) -> Row:
    make(stack.queue, order)
    made, seconds = _timed(lambda: make(stack.queue, order))
    return Row(name, f"{milliseconds(seconds)}, {len(made.content) / 1000:.0f} kB")


def _report(stack: Stack, branch: str, day: str) -> Iterator[Row]:
    def made() -> Report:
        return build(
            stack.queue, branch, "month", period_of("month", day), stack.queue.store.time()
        )

    report, seconds = _timed(made)
    yield Row("a month's report", f"{milliseconds(seconds)}, kept in {len(to_text(report))} bytes")
    yield Row("the same as HTML", milliseconds(_timed(lambda: as_html(report, "da"))[1]))
    try:
        as_pdf(report, "da")
        pdf, seconds = _timed(lambda: as_pdf(report, "da"))
        yield Row("the same as PDF", f"{milliseconds(seconds)}, {len(pdf) / 1000:.0f} kB")
    except NoPdf:
        yield Row("the same as PDF", "no pango here")


def _timed(command: Callable[[], Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    return command(), time.perf_counter() - began
