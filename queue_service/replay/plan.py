"""The branch of a file, and the commands of its rows in the order they happened."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, product
from string import ascii_uppercase
from typing import Any, Final, Literal

from queue_service.language.languages import DEFAULT
from queue_service.replay.rows import LeftOut, ReplayRow

ReplayVerb = Literal["issue", "call", "start", "complete", "abandon", "close"]

IDLE_MS: Final = 30 * 60_000
"""The longest time without a visit at an open counter: files have no closing times."""

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ID_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """One command on a row's visit at its own time (ms); ``counter`` for a call.

    ``close`` closes the counter at the end of the row, since it had no call for long.
    """

    at: int
    verb: ReplayVerb
    row: ReplayRow
    counter: str = ""


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """The commands of one branch, in order, and the rows that had to be left out."""

    services: dict[str, str]
    counters: dict[str, str]
    steps: list[ReplayStep]
    left_out: list[LeftOut]


def make_plan(rows: Iterable[ReplayRow]) -> ReplayPlan:
    """Accept what counters that hold one visit each can have done, and order it.

    A row called before the end of its agent's last accepted row is left out whole. Without agents,
    the next visit goes to a free counter, or to another one when all are taken.
    """
    arrived = sorted(rows, key=lambda row: row.arrived)
    accepted, left_out = _accept(arrived)
    counters, where = _counters(accepted)
    keyed = [*_steps(accepted, where), *_closings(accepted, where)]
    steps = sorted(keyed, key=lambda pair: pair[0])
    names = sorted({row.service for row in accepted})
    return ReplayPlan(
        services=dict(zip(names, unique_ids(names), strict=True)),
        counters=counters,
        steps=[step for _, step in steps],
        left_out=sorted(left_out, key=lambda row: row.line),
    )


def _accept(rows: Sequence[ReplayRow]) -> tuple[list[ReplayRow], list[LeftOut]]:
    busy_until: dict[str, int] = {}
    refused: dict[int, LeftOut] = {}
    called = (row for row in rows if row.called is not None and row.agent)
    for row in sorted(called, key=lambda row: row.called or 0):
        begins = row.called or 0
        if begins < busy_until.get(row.agent, begins):
            why = f"agent {row.agent} was still busy with the visit before"
            refused[row.line] = LeftOut(row.line, row.visit_id, why)
        else:
            busy_until[row.agent] = _end(row)
    return [row for row in rows if row.line not in refused], list(refused.values())


def _end(row: ReplayRow) -> int:
    """When the row's counter is free again: a finish before the start counts as 0 s."""
    return max(t for t in (row.called, row.started, row.finished) if t is not None)


def _counters(rows: Sequence[ReplayRow]) -> tuple[dict[str, str], dict[int, str]]:
    """Names of the counters by id, and which one each row's line goes to."""
    agents = sorted({row.agent for row in rows if row.called is not None and row.agent})
    ids = dict(zip(agents, unique_ids(agents), strict=True))
    names = {ids[agent]: agent for agent in agents}
    where = {row.line: ids[row.agent] for row in rows if row.called is not None and row.agent}
    free: list[int] = []
    taken: list[tuple[int, int]] = []
    more = (n for n in count(1) if f"{n}" not in names)
    unnamed = (row for row in rows if row.called is not None and not row.agent)
    for row in sorted(unnamed, key=lambda row: row.called or 0):
        while taken and taken[0][0] <= (row.called or 0):
            heapq.heappush(free, heapq.heappop(taken)[1])
        counter = heapq.heappop(free) if free else next(more)
        heapq.heappush(taken, (_end(row), counter))
        where[row.line] = f"{counter}"
        names.setdefault(f"{counter}", f"Counter {counter}")
    return names, where


Keyed = tuple[tuple[int, int, int, int], ReplayStep]
"""A command with its key: at one instant tickets come first, then each counter's in turn."""


def _closings(rows: Sequence[ReplayRow], where: dict[int, str]) -> Iterable[Keyed]:
    """Each counter's closing at the end of a visit that none follows within :data:`IDLE_MS`."""
    served: dict[str, list[tuple[int, ReplayRow]]] = {}
    for turn, row in enumerate(_by_call(rows)):
        if row.line in where:
            served.setdefault(where[row.line], []).append((turn, row))
    for counter, visits in served.items():
        following = [*(row.called for _, row in visits[1:]), None]
        for (turn, row), called in zip(visits, following, strict=True):
            ends = _end(row)
            idle = called is None or called - ends > IDLE_MS
            if idle and row.finished is not None:
                # Openings and closings are kept by their instant, so that both need one.
                closes = max(ends, (row.called or 0) + 1)
                yield (closes, 1, turn, 4), ReplayStep(closes, "close", row, counter)


def _by_call(rows: Sequence[ReplayRow]) -> list[ReplayRow]:
    return sorted(rows, key=lambda row: row.called or 0)


def _steps(rows: Sequence[ReplayRow], where: dict[int, str]) -> Iterable[Keyed]:
    order = {row.line: n for n, row in enumerate(_by_call(rows))}
    for arrival, row in enumerate(rows):
        yield (row.arrived, 0, arrival, 0), ReplayStep(row.arrived, "issue", row)
        if row.called is None:
            if row.left is not None:
                yield (row.left, 2, arrival, 0), ReplayStep(row.left, "abandon", row)
            continue
        turn = order[row.line]
        yield (row.called, 1, turn, 1), ReplayStep(row.called, "call", row, where[row.line])
        begins = row.called if row.started is None else row.started
        if begins > row.called or row.finished is None:
            yield (begins, 1, turn, 2), ReplayStep(begins, "start", row)
        if row.finished is not None:
            # Begun at the call: completed from there, which counts the same in one command less.
            ends = max(begins, row.finished)
            yield (ends, 1, turn, 3), ReplayStep(ends, "complete", row)


def document(name: str, plan: ReplayPlan, timezone: str) -> dict[str, Any]:
    """The configuration of a historic branch for a plan."""
    always = {key: [["00:00", "24:00"]] for key in _WEEK}
    return {
        "name": name,
        "timezone": timezone,
        "historic": True,
        "outcomes_known": False,
        "opening_hours": always,
        "services": [
            {"id": service, "name": {DEFAULT: title}, "prefix": prefix}
            for (title, service), prefix in zip(plan.services.items(), _prefixes(), strict=False)
        ],
        "counters": [
            {"id": counter, "name": title, "services": ["*"]}
            for counter, title in plan.counters.items()
        ],
        "goals": [
            {
                "id": "handling-6-min",
                "indicator": "handling_time_within",
                "threshold_seconds": 360,
                "target_ratio": 0.7,
            }
        ],
    }


def unique_ids(names: Sequence[str]) -> list[str]:
    """An id made from each name, no two alike."""
    choices: list[str] = []
    for name in names:
        wanted = slug(name)
        others = (f"{wanted[: _ID_LENGTH - 4]}-{n}" for n in count(2))
        choices.append(
            wanted if wanted not in choices else next(i for i in others if i not in choices)
        )
    return choices


def slug(name: str) -> str:
    """An id made from a name: plain lower-case letters, digits, ``-`` and ``_``."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ø", "o"))
    ascii_only = plain.replace("æ", "ae").encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_-]+", "-", ascii_only).strip("-_")[:_ID_LENGTH] or "x"


def _prefixes() -> Iterable[str]:
    for length in (1, 2, 3):
        yield from ("".join(letters) for letters in product(ascii_uppercase, repeat=length))
