"""Ten years of ten branches: what they take in the store, and how fast their pages answer."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from random import Random
from typing import Final

from benchmarks.load import Caller, Driver, request
from benchmarks.report import Row, at_most, milliseconds, summary
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from benchmarks.users import ISSUE, kiosk
from queue_service.branches.rules.dates_and_hours import moment, weekday_of
from queue_service.branches.store import BranchStore
from queue_service.days.rules.figures import inquiry_cell, visit_cell
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import DaySummary, to_text
from queue_service.history.operations.history import keep_months, months_to_keep
from queue_service.history.operations.months_by_service import keep_service_months
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import chunks
from queue_service.visits.rules.visit import FIRST_CONTACT, OUTCOMES

_BRANCHES: Final = 10
_SERVICES: Final = 12
_COUNTERS: Final = 6
_YEARS: Final = 10
_VISITS_A_DAY: Final = 180
_BUSY_VISITS_A_DAY: Final = 400
_COLD_LIMIT_MS: Final = 1000
_KIOSKS: Final = 4
_TICKET_SECONDS: Final = 4.0
_DIFFERENT_DAYS: Final = 40
"""Days that are made of single visits; the others are like one of them, each stored in full."""
_DAYS_AT_ONCE: Final = 200
_OPEN_HOURS: Final = range(9, 18)
_TEAMS: Final = ("library", "citizen-service")
_STORE_LIMIT_MIB: Final = 1024
_PAGE_LIMIT_MS: Final = 200
_ASKED: Final = 60
_TO_WARM_UP: Final = 4
_PAGES: Final = {
    "a year's page, next to the year before": "",
    "a year's page, all branches compared": "&against=all",
}


def run(options: Options) -> Iterator[Row]:
    """Fill, see what it takes, and look at year after year at branch after branch."""
    with running() as stack:
        names = [f"branch-{number}" for number in range(_BRANCHES)]
        for name in names:
            stack.add_branch(name, _SERVICES, _COUNTERS)
        if options.quick:
            yield from _cold(options, stack)
            return
        began = time.perf_counter()
        days = sum(fill(stack, name, _YEARS) for name in names)
        yield Row(f"writing {days} days", f"{time.perf_counter() - began:.0f} s")
        yield from _cold(options, stack)
        began = time.perf_counter()
        for name in names:
            _add_up(stack, name)
        yield Row("adding up their months, once", f"{time.perf_counter() - began:.0f} s")
        used = stack.used_memory() / 2**20
        yield at_most(f"{_YEARS} years of {_BRANCHES} branches", used, _STORE_LIMIT_MIB, " MiB")
        for name, query in _PAGES.items():
            yield from _page(stack, name, query)
        yield from _charts(stack)


def _cold(options: Options, stack: Stack) -> Iterator[Row]:
    """A year of 400 visits a day that was never read, and tickets meanwhile.

    Once before the job has added up its months, as in the minutes after a restore, and once after.
    """
    branch, year = "unseen", _this_year(stack) - 1
    stack.add_branch(branch, _SERVICES, _COUNTERS)
    fill(stack, branch, 2, _BUSY_VISITS_A_DAY)
    token, screen = stack.token("supervisor"), stack.token("kiosk", branch)
    page = f"/dashboards/{branch}/history?period=year&date={year}-01-01"
    period = f"from={year}-01-01&to={year}-12-31"
    statistics = f"/api/v1/branches/{branch}/statistics?{period}&by="
    what = f"a year at {_BUSY_VISITS_A_DAY} a day, never read before"
    with others() as pool:

        def tickets() -> Future[float]:
            seconds = options.seconds(_TICKET_SECONDS)
            return pool.submit(_ticket_p99, stack.port, screen, branch, seconds)

        alone = tickets().result()
        for when in ("before the job", "after it"):
            meanwhile = tickets()
            threading.Event().wait(_TICKET_SECONDS / 10)
            caller = Caller(stack.port)
            took = {f"{when}: page": _asked(caller, page, token)[1]}
            for by in ("day", "hour", "service"):
                took[f"{when}: statistics by {by}"] = _asked(caller, statistics + by, token)[1]
            times = f"a ticket's p99 meanwhile, {when}, times that of alone"
            found = meanwhile.result() / alone
            if when == "after it":
                for name, seconds in took.items():
                    yield _cold_row(f"{what}, {name}", seconds)
                yield at_most(times, found, 1.5, guard=5)
            else:
                for name, seconds in took.items():
                    yield Row(f"{what}, {name}", milliseconds(seconds))
                yield Row(times, f"{found:.2f}")
                _add_up(stack, branch)


def _cold_row(what: str, seconds: float) -> Row:
    return at_most(what, seconds * 1000, _COLD_LIMIT_MS, " ms", guard=3 * _COLD_LIMIT_MS)


def _ticket_p99(port: int, token: str, branch: str, seconds: float) -> float:
    driver = Driver(port)
    driver.run([kiosk(token, branch, "service-0") for _ in range(_KIOSKS)], seconds)
    return summary(driver.latencies[ISSUE]).p99


def _page(stack: Stack, name: str, query: str) -> Iterator[Row]:
    caller, token = Caller(stack.port), stack.token("supervisor")
    took = []
    for number in range(_ASKED + _TO_WARM_UP):
        year = _this_year(stack) - 1 - number % (_YEARS - 2)
        url = (
            f"/dashboards/branch-{number % _BRANCHES}/history?period=year&date={year}-01-01{query}"
        )
        took.append(_asked(caller, url, token)[1])
    found = summary(took[_TO_WARM_UP:])
    yield Row(f"{name}, p50", milliseconds(found.p50))
    if query:
        yield Row(f"{name}, p99", milliseconds(found.p99))
    else:
        yield at_most(f"{name}, p99", found.p99 * 1000, _PAGE_LIMIT_MS, " ms")


def _charts(stack: Stack) -> Iterator[Row]:
    """The charts of one page: the first begins the drawing process, the same again are kept."""
    caller, token = Caller(stack.port), stack.token("supervisor")
    page, _ = _asked(caller, "/dashboards/branch-0/history?period=month&trend=waiting", token)
    found = re.findall(rb'(?:src|srcset)="([^"]+[.]svg)"', page)
    drawn = [_asked(caller, url.decode(), token)[1] for url in found]
    kept = [_asked(caller, url.decode(), token)[1] for url in found]
    yield Row("the first chart of a process, and the next", _both(drawn[0], max(drawn[1:])))
    yield Row("a chart that has been drawn", milliseconds(max(kept)))


def _both(one: float, other: float) -> str:
    return f"{milliseconds(one)}, {milliseconds(other)}"


def _asked(caller: Caller, url: str, token: str) -> tuple[bytes, float]:
    reply, seconds = caller.ask(request("GET", url, token))
    if reply.status != 200:
        raise RuntimeError(f"{url} answered {reply.status}: {reply.body[:300]!r}")
    return reply.body, seconds


def _this_year(stack: Stack) -> int:
    branch = stack.queue.get(BranchStore).get("branch-0")
    return int(moment(branch, stack.queue.store.time()).date[:4])


def fill(stack: Stack, branch: str, years: int, visits_a_day: int = _VISITS_A_DAY) -> int:
    """Write the remains of every working day up to yesterday; returns how many."""
    random = Random(branch)  # noqa: S311 - figures, not secrets
    texts = [_day(random, visits_a_day) for _ in range(_DIFFERENT_DAYS)]
    keys = BranchKeys(branch)
    today = moment(stack.queue.get(BranchStore).get(branch), stack.queue.store.time()).date
    dates = [days_after(today, -back) for back in range(1, round(365.25 * years))]
    worked = [day for day in dates if weekday_of(day) < 6]
    for some in chunks(worked, _DAYS_AT_ONCE):
        with stack.client.pipeline(transaction=False) as pipeline:
            for day in some:
                pipeline.zadd(keys.days, {day: int(day.replace("-", ""))})
                pipeline.set(keys.final(day), random.choice(texts))
            pipeline.execute()
    return len(worked)


def _add_up(stack: Stack, branch_id: str) -> None:
    """Run the job, round by round, until only the latest months are left."""
    queue = stack.queue
    branch, now = queue.get(BranchStore).get(branch_id), queue.store.time()
    while len(months := months_to_keep(queue, branch, now)) > 1:
        keep_months(queue, branch, months, now)
        keep_service_months(queue, branch, months, now)


def _day(random: Random, visits: int) -> str:
    """The remains of a day, in its stored form."""
    made = DaySummary(staffed={f"{hour:02}": 4 * 3_600_000 for hour in _OPEN_HOURS})
    for _ in range(visits):
        _visit(random, made)
    return to_text(made.without_durations())


def _visit(random: Random, made: DaySummary) -> None:
    hour = f"{random.choice(_OPEN_HOURS):02}"
    service = f"service-{min(int(random.expovariate(0.35)), _SERVICES - 1)}"
    waited = round(random.expovariate(1 / 300) * 1000)
    visits = made.visits.setdefault((hour, service), visit_cell())
    visits.count("issued")
    state = random.choices(("completed", "no_show", "abandoned"), (92, 5, 3))[0]
    visits.count(state)
    visits.judge("called-10-min", 1, int(waited < 600_000))
    visits.durations.add(waited)
    if state == "completed":
        _inquiry(random, made, hour, service)


def _inquiry(random: Random, made: DaySummary, hour: str, service: str) -> None:
    handled = round(random.lognormvariate(5.5, 0.7) * 1000)
    outcome = random.choices(OUTCOMES, (60, 15, 12, 8, 5))[0]
    team, counter = random.choice(_TEAMS), str(random.randint(1, _COUNTERS))
    for cell in (
        made.inquiries.setdefault((hour, service, team), inquiry_cell()),
        made.counters.setdefault(counter, inquiry_cell()),
    ):
        cell.count(outcome)
        cell.durations.add(handled)
        cell.judge("handling-6-min", 1, int(handled < 360_000))
        cell.judge("first-contact", 1, int(outcome in FIRST_CONTACT))
