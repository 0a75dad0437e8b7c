"""The figures of the library's day, computed from its actions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import timedelta
from typing import Any, Final

import pytest

from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from tests.library.day import Day
from tests.library.office import DAY
from tests.library.stays import Inquiry, Stay, by
from tests.library.story import milliseconds

ENDINGS: Final = ("completed", "no_show", "abandoned", "incomplete")


OUTCOMES: Final = ("resolved", "self_service", "referred", "follow_up", "unresolved")


class MonthLater(RedisStore):
    """The same store, asked when the day's month is over."""

    def time(self) -> int:
        return super().time() + MONTH_MS


MONTH_MS: Final = 40 * 86_400_000


@dataclass
class Played:
    """The day, and its outputs before its close."""

    day: Day
    queue: Queue
    date: str
    before: Any
    board: Any
    waiting: Counter[str]
    others: Counter[str]
    stays: list[Stay]

    @property
    def inquiries(self) -> list[Inquiry]:
        return [inquiry for stay in self.stays for inquiry in stay.inquiries]

    def hour(self, at: int) -> str:
        """The hour on the branch's clock."""
        played = milliseconds(f"{self.date}T00:00:00+00:00") - self.midnight
        return f"{(at + played) // 3_600_000 % 24:02}"

    @property
    def midnight(self) -> int:
        """When the day began."""
        row = next(ticket for ticket in self.day.tickets.values() if ticket.paper)
        return row.at[0] - 9 * 3_600_000

    def statistics(self, by: str = "day", first: str = "") -> Any:
        query = f"from={first or self.date}&to={self.date}&by={by}"
        return self.day.office.get("supervisor", f"/statistics?{query}")

    @property
    def week_later(self) -> str:
        """The last date of a period that still runs."""
        return (calendar_date.fromisoformat(self.date) + timedelta(days=7)).isoformat()

    def file(self, content: str, kind: str = "csv", first: str = "") -> bytes:
        query = f"from={first or self.date}&to={self.date}&content={content}&format={kind}"
        return self.day.office.page(f"/dashboards/{DAY}/exports/file?{query}&lang=en")


def figures(stays: Sequence[Stay], inquiries: Sequence[Inquiry]) -> dict[str, Any]:
    """A row of statistics as it has to be."""
    ended = Counter(stay.state for stay in stays)
    outcomes = Counter(inquiry.outcome for inquiry in inquiries)
    waits = [stay.waited for stay in stays if stay.waited is not None]
    left = [stay.left for stay in stays if stay.left is not None]
    return {
        "issued": len(stays),
        **{state: ended[state] for state in ENDINGS},
        "paper": sum(stay.paper for stay in stays),
        "booked": 0,  # the day has no appointments
        "inquiries": len(inquiries),
        "paper_inquiries": sum(inquiry.paper for inquiry in inquiries),
        "waiting_seconds": spread(waits),
        "left_waiting_seconds": {"n": len(left), "p50": rank(left, 0.5)},
        "handling_seconds": spread([inquiry.ms for inquiry in inquiries]),
        "outcomes": {name: outcomes[name] for name in OUTCOMES},
    }


def rank(ms: Sequence[int], share: float) -> float | None:
    """The nearest rank, in seconds."""
    return sorted(ms)[max(1, math.ceil(share * len(ms))) - 1] / 1000 if ms else None


def mean(ms: Sequence[int]) -> Any:
    return pytest.approx(sum(ms) / len(ms) / 1000, rel=1e-12) if ms else None


def spread(ms: Sequence[int]) -> dict[str, Any]:
    return {
        "n": len(ms), "mean": mean(ms), "p50": rank(ms, 0.5), "p90": rank(ms, 0.9), "exact": True,
    }  # fmt: skip


def expected(played: Played, key: Callable[[Any], str], of: Callable[[Any], str]) -> dict[str, Any]:
    """The rows under their keys: ``key`` of a stay, ``of`` of an inquiry."""
    stays, inquiries = by(played.stays, key), by(played.inquiries, of)
    return {
        name: figures(stays.get(name, []), inquiries.get(name, []))
        for name in sorted(stays.keys() | inquiries.keys())
    }


def hours(played: Played) -> dict[str, Any]:
    return expected(
        played,
        lambda stay: played.hour(stay.issued_at),
        lambda done: played.hour(done.completed_at),
    )


def services(played: Played) -> dict[str, Any]:
    return expected(played, lambda stay: stay.service, lambda done: done.service)


def total_of(rows: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many drew a number, and how many of these had an estimated wait."""
    return sum((Counter(parts(row["estimated_waits"])) for row in rows), Counter())


def parts(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ("numbers", "shown")}


def without(row: dict[str, Any]) -> dict[str, Any]:
    """A row of statistics without what is looked at by itself."""
    return {name: value for name, value in row.items() if name not in _NOT_HERE}


def goals(played: Played) -> dict[str, tuple[int, int]]:
    """Judged and within, by goal."""
    done = played.inquiries
    first = [inquiry.outcome in ("resolved", "self_service") for inquiry in done if inquiry.outcome]
    waits = [stay.waited for stay in played.stays if stay.waited is not None]
    long = [stay for stay in played.stays if stay.left is not None and stay.left >= 600_000]
    return {
        "handling-6-min": (len(done), sum(inquiry.ms < 360_000 for inquiry in done)),
        "called-10-min": (len(waits) + len(long), sum(ms < 600_000 for ms in waits)),
        "first-contact": (len(first), sum(first)),
    }


_NOT_HERE: Final = (
    "goals", "pauses", "key", "contacts", "contacts_by_channel", "outcomes", "estimated_waits",
)  # fmt: skip


NEVER: Final = (None, None)
