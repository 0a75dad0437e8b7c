"""Staffing advice on real days: counters planned from the weeks before, then the true day served.

``--replay FILE`` gives the days, as for the replay. The goal is 80 % called in under a minute, as
at a telephone desk. A true day has its own arrivals, and service times as they were; a visitor who
left had just that patience and a service time drawn from the day's, a visitor who was served would
have stayed longer than the true wait by an exponential time. Compared with counters by Erlang C for
the same goal and the mean of the same weekdays.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapreplace
from math import exp, factorial
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Final

from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import running
from queue_service.days.rules.figures import inquiry_cell, visit_cell
from queue_service.days.rules.flow import DayFlow, Flow
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import DaySummary, to_text
from queue_service.staffing.operations.advice import keep_advice, staffing_advice
from queue_service.staffing.rules.forecast import Expected, PastDay, Weekdays, range_spread
from queue_service.staffing.rules.queueing import OfferedLoad, counters_needed, share_within
from queue_service.staffing.rules.what_if import DayPart, DrawnVisitor, drawn_days, serve, what_if
from queue_service.store.keys import BranchKeys

_BRANCHES: Final = 10
_LIMIT: Final = 60.0
_TARGET: Final = 0.8
_WANTED: Final = 0.87
_HOUR: Final = 3600.0
_OPEN_DAYS: Final = 20


def run(options: Options) -> Iterator[Row]:
    """The formulas, then each file's days."""
    yield from _formulas(options)
    yield _cost(options)
    if not options.replay:
        yield Row("staffing on real days", "no file given (--replay FILE)")
    for file in options.replay:
        yield from _planned(file)


def _formulas(options: Options) -> Iterator[Row]:
    differences = [
        abs(share_within(OfferedLoad(erlangs / 180, 180), n, limit) - _erlang_c(erlangs, n, limit))
        for n in range(1, 60)
        for erlangs in (0.3 * n, 0.7 * n, 0.95 * n)
        for limit in (0.0, 20.0, 60.0, 600.0)
    ]
    yield at_most(f"M/M/n and Erlang C, largest of {len(differences)}", max(differences), 1e-9)
    visitors = 1_000_000 if not options.quick else 50_000
    load = OfferedLoad(5 / 180, 180, 300)
    share, error = _simulated(load, 5, visitors)
    distance = abs(share_within(load, 5, _LIMIT) - share) / error
    yield at_most(f"M/M/n+M and {visitors:,} visitors, in standard errors", distance, 3, guard=4)


def _cost(options: Options) -> Row:
    """The seconds of a night's advice for ten branches, each from a year of 200 visits a day."""
    random = Random(5)  # noqa: S311 - seeded, no secret
    branches = [f"branch-{n}" for n in range(2 if options.quick else _BRANCHES)]
    with running() as stack:
        for name in branches:
            stack.add_branch(name, 1, 6)
            keys, today = BranchKeys(name), staffing_advice(stack.queue, name).today
            with stack.client.pipeline(transaction=False) as pipeline:
                for date in (days_after(today, -back) for back in range(1, 366)):
                    pipeline.zadd(keys.days, {date: int(date.replace("-", ""))})
                    pipeline.set(keys.final(date), _stored_day(random))
                pipeline.execute()
        began = time.process_time()
        kept = keep_advice(stack.queue, stack.queue.store.time())
        took = time.process_time() - began
        found = [staffing_advice(stack.queue, name) for name in branches]
    if sorted(kept) != sorted(branches) or not all(one.what_ifs for one in found):
        raise RuntimeError("a branch has no advice")
    what = f"two weeks' advice of {len(branches)} branches, each from a year, processor time"
    return at_most(what, took, 10, " s", guard=10)


def _stored_day(random: Random) -> str:
    summary = DaySummary(flow=DayFlow())
    for hour in (f"{n:02}" for n in range(9, 17)):
        visits, inquiries = visit_cell(), inquiry_cell()
        came = random.randint(15, 35)
        for _ in range(came):
            visits.durations.add(round(random.expovariate(1 / 200) * 1000))
            inquiries.durations.add(round(random.lognormvariate(5.5, 0.7) * 1000))
        visits.count("issued", came + 1)
        visits.count("completed", came)
        visits.count("abandoned")
        if visits.left is not None:
            visits.left.add(300_000)
        summary.visits[hour, "service-0"] = visits
        summary.inquiries[hour, "service-0", ""] = inquiries
        if summary.flow is not None:
            busy_ms = inquiries.durations.total_ms
            summary.flow.hours[hour] = Flow(4 * 3_600_000, busy_ms, 0, 0, 3_600_000)
    return to_text(summary)


def _erlang_c(erlangs: float, n: int, limit: float) -> float:
    last = erlangs**n / factorial(n) * n / (n - erlangs)
    delayed = last / (sum(erlangs**k / factorial(k) for k in range(n)) + last)
    return 1 - delayed * exp(-(n - erlangs) * limit / 180)


def _simulated(load: OfferedLoad, n: int, visitors: int) -> tuple[float, float]:
    """The share within the limit, and its standard error from a hundred batches."""
    random = Random(11)  # noqa: S311 - seeded, no secret
    free, at, shares = [0.0] * n, 0.0, []
    for _ in range(100):
        within = 0
        for _ in range(visitors // 100):
            at += random.expovariate(load.arrivals_per_second)
            wait = max(0.0, free[0] - at)
            within += wait <= _LIMIT
            if random.expovariate(1 / (load.patience_seconds or 1)) >= wait:
                heapreplace(free, at + wait + random.expovariate(1 / load.service_seconds))
        shares.append(within / (visitors // 100))
    mean = fmean(shares)
    return mean, (sum((share - mean) ** 2 for share in shares) / 99 / 100) ** 0.5


@dataclass(slots=True)
class _Day:
    """A date of a file: seconds of arrival with the wait, and the service time of who was served.

    Without a service time the visitor left.
    """

    date: str
    came: list[tuple[float, float, float | None]] = field(default_factory=list)

    def issued(self) -> dict[str, int]:
        hours: dict[str, int] = defaultdict(int)
        for at, _, _ in self.came:
            hours[_hour(at)] += 1
        return hours

    def served(self) -> set[str]:
        """The hours in which somebody was called."""
        return {_hour(at + wait) for at, wait, service in self.came if service is not None}


@dataclass(slots=True)
class _Outcome:
    """A date's plan: hours at counters and by Erlang C, the share expected and the true one."""

    hours: int
    erlang_c: int
    expected: float
    share: float


def _planned(file: Path) -> Iterator[Row]:
    days = _read(file)
    weekdays = Weekdays(PastDay(date, day.issued()) for date, day in days.items())
    found = [
        outcome
        for date, day in days.items()
        if (expected := weekdays.expected(date, days_after(date, -1)))
        and (outcome := _outcome(day, expected, weekdays, days))
    ]
    n = len(found)
    below = sum(day.share < _TARGET for day in found)
    hours, by_erlang_c = sum(day.hours for day in found), sum(day.erlang_c for day in found)
    name = f"staffing from {file.name}, {n} days"
    yield at_most(f"{name}: below the goal, {below} of them", below / n, 0.07)
    yield at_most(
        f"… counter hours a day, {hours / n:.1f}, over Erlang C's", hours / by_erlang_c, 1.06
    )
    wrong = fmean(abs(day.expected - day.share) for day in found)
    yield at_most("… what-if share at n and the true one, mean difference", wrong, 0.10)
    yield Row("… called in time, mean of days", f"{fmean(day.share for day in found):.1%}")


def _outcome(
    day: _Day, expected: Expected, weekdays: Weekdays, days: dict[str, _Day]
) -> _Outcome | None:
    before = [days[d] for d in sorted(days) if d < day.date][-_OPEN_DAYS:]
    services = [s for past in before for _, _, s in past.came if s is not None]
    waited = sum(w for past in before for _, w, _ in past.came)
    left = sum(s is None for past in before for _, _, s in past.came)
    patience = waited / left if left else None
    same = [days[week.date].served() for week in expected.weeks]
    hours = [hour for hour in sorted(expected.hours) if all(hour in served for served in same)]
    if not hours:
        return None
    mean = fmean(services)
    loads = [OfferedLoad(expected.hours[hour] / _HOUR, mean, patience) for hour in hours]
    raised = [
        OfferedLoad(load.arrivals_per_second * expected.raised, mean, patience) for load in loads
    ]
    plan = [counters_needed(load, _LIMIT, _WANTED) for load in raised]
    plain = [OfferedLoad(load.arrivals_per_second, mean) for load in loads]
    parts = [
        DayPart(int(hour) * _HOUR, (int(hour) + 1) * _HOUR, expected.hours[hour]) for hour in hours
    ]
    random = Random(day.date)  # noqa: S311 - seeded, no secret
    errors = [error for date, error in weekdays.errors() if date < day.date]
    drawn = drawn_days(parts, range_spread(errors), services, patience, random)
    true = serve(plan, parts, list(_true(day, {*hours}, patience, random)), _LIMIT)
    return _Outcome(
        hours=sum(plan),
        erlang_c=sum(counters_needed(load, _LIMIT, _TARGET) for load in plain),
        expected=what_if("advised", plan, drawn, parts, _LIMIT, _TARGET).share,
        share=1.0 if true.share is None else true.share,
    )


def _true(
    day: _Day, hours: set[str], patience: float | None, random: Random
) -> Iterator[DrawnVisitor]:
    times = [service for _, _, service in day.came if service is not None]
    for at, wait, service in sorted(day.came, key=lambda visitor: visitor[0]):
        if _hour(at) not in hours:
            continue
        if service is None:
            yield DrawnVisitor(at, wait, random.choice(times))
        else:
            more = random.expovariate(1 / patience) if patience else float("inf")
            yield DrawnVisitor(at, wait + more, service)


def _hour(at: float) -> str:
    return f"{int(at // _HOUR):02}"


def _read(file: Path) -> dict[str, _Day]:
    open_text = gzip.open if file.suffix == ".gz" else open
    with open_text(file, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    days: dict[str, _Day] = {}
    for row in rows:
        date = row["arrived_at"][:10]
        midnight = datetime.fromisoformat(date)
        day = days.setdefault(date, _Day(date))
        at, called, finished, left = (
            (datetime.fromisoformat(row[name]) - midnight).total_seconds() if row[name] else None
            for name in ("arrived_at", "called_at", "finished_at", "left_at")
        )
        if at is None:
            continue
        if called is not None and finished is not None:
            day.came.append((at, max(0.0, called - at), max(0.0, finished - called)))
        elif left is not None:
            day.came.append((at, max(0.0, left - at), None))
    return dict(sorted(days.items()))
