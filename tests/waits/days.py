"""Made-up visits of past days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.visit import Inquiry, Visit

NINE = 1_795_593_600_000
"""2026-11-25 08:00 UTC, nine in Copenhagen."""

DAY_MS = 86_400_000


def date(day: int) -> str:
    """The date of a day, of which 0 is 2026-11-25."""
    return days_after("2026-11-25", day)


def visit(
    name: str,
    issued: float,
    called: float | None = None,
    service: str = "pas",
    *,
    ahead: int | None = 1,
    open_: int = 1,
    day: int = 0,
    **changes: object,
) -> Visit:
    """A visit by its seconds after nine; it was called and ended then, or left uncalled."""
    at = NINE + day * DAY_MS + round(issued * 1000)
    then = None if called is None else NINE + day * DAY_MS + round(called * 1000)
    made = Visit(
        name, "A001", date(day), "completed", "kiosk", "da", service, at, at * 1000,
        at, (Inquiry(service),), ahead=ahead, counters_open=open_, first_called_at=then,
        called_at=then, ended_at=then,
    )  # fmt: skip
    return made._replace(**changes)  # type: ignore[arg-type]  # given by name, with their types


def busy_day(day: int, tickets: int = 120) -> Iterator[Visit]:
    """A visit every half minute, which waits two minutes for each one ahead, more or less.

    How many are ahead has nothing to do with the table's classes: one to twelve, in turn.
    """
    drawn = Random(day)  # noqa: S311 - seeded, no secret
    for n in range(tickets):
        ahead = 1 + n % 12
        wait = ahead * 120 * drawn.uniform(0.9, 1.1)
        yield visit(f"d{day}-{n}", n * 30, n * 30 + wait, ahead=ahead, day=day)


def keep(queue: Queue, branch: str, visits: Iterable[Visit]) -> None:
    """Store visits as those of their days."""
    k = BranchKeys(branch)
    with queue.store.client.pipeline(transaction=False) as pipeline:
        for each in visits:
            pipeline.set(k.visit(each.id), each.to_json())
            pipeline.rpush(k.index(each.date), each.id)
            pipeline.zadd(k.days, {each.date: int(each.date.replace("-", ""))})
        pipeline.execute()
