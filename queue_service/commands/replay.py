"""`queue-service replay`: real days from a file, into a historic branch."""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queue_service.branches.contract.config import parse_config
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import OperatorError, StoreUnavailable
from queue_service.replay.plan import document, make_plan, slug
from queue_service.replay.retry import LONGEST_SECONDS, Retry
from queue_service.replay.rows import REQUIRED, LeftOut, ReplayRow, read
from queue_service.replay.run import Player, ReplayDay
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

_ANOTHER: Final = (
    "Remove it with “queue-service branch remove {branch}” and replay again, or name another "
    "branch with --branch."
)

_FILE: Final = (
    f"CSV, plain or gzipped, a row for each visit: {', '.join(REQUIRED)}; left_at where somebody "
    "left uncalled, office where there are several"
)
_OVERLAPS: Final = "One long row may shut out several that overlap it."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("replay", help="drive real days through a historic branch")
    parser.add_argument("file", metavar="FILE", type=Path, help=_FILE)
    parser.add_argument("--branch", help="the branch to make; by default replay-<file name>")
    parser.add_argument("--timezone", default="Europe/Copenhagen", help="of the file's times")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Replay the file; rows left out are listed and no failure.

    Raises OperatorError for an unknown time zone.
    """
    try:
        zone = ZoneInfo(args.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise OperatorError(f"{args.timezone} is no time zone, such as Europe/Paris.") from None
    offices: defaultdict[str, list[ReplayRow]] = defaultdict(list)
    unreadable: list[LeftOut] = []
    for row in read(args.file, zone):
        if isinstance(row, ReplayRow):
            offices[row.office].append(row)
        else:
            unreadable.append(row)
    base = args.branch or slug(f"replay-{_stem(args.file)}")
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        for office, rows in sorted(offices.items()):
            branch_id = slug(f"{base}-{slug(office)}") if office else base
            _replay(queue, branch_id, rows, args.timezone)
    _list_left_out(unreadable)
    return 0


def _replay(queue: Queue, branch_id: str, rows: list[ReplayRow], timezone: str) -> None:
    retry = Retry(_tell)
    if branch_id in retry.insist(queue.get(BranchStore).ids):
        another = _ANOTHER.format(branch=branch_id)
        raise OperatorError(f"Branch {branch_id} is there already. {another}")
    plan = make_plan(rows)
    configured = parse_config(document(branch_id, plan, timezone), branch_id)
    branch = retry.insist(partial(put_branch, queue, branch_id, configured)).branch
    print(f"{branch_id}: {len(plan.services)} services, {len(plan.counters)} counters", flush=True)
    began = monotonic()
    done: list[ReplayDay] = []
    with _telling_how_far(branch_id, done):
        for day in Player(queue, branch, plan, retry).days():
            done.append(day)
            print(_line(day), flush=True)
    _list_left_out(plan.left_out)
    if plan.left_out:
        print(_OVERLAPS, flush=True)
    seconds = monotonic() - began
    issued = sum((day.figures.visits or {}).get("issued", 0) for day in done)
    print(
        f"{branch_id}: {issued} visits in {seconds:.0f} s, {len(plan.left_out)} rows left out",
        flush=True,
    )


@contextmanager
def _telling_how_far(branch_id: str, done: list[ReplayDay]) -> Iterator[None]:
    """Say which days the branch holds when this ends before the last one."""

    def so_far() -> str:
        whole = f"whole days up to {done[-1].date} only" if done else "no whole day"
        return f"Branch {branch_id} holds {whole}. {_ANOTHER.format(branch=branch_id)}"

    try:
        yield
    except StoreUnavailable:
        minutes = LONGEST_SECONDS / 60
        raise OperatorError(f"No store answered for {minutes:.0f} minutes. {so_far()}") from None
    except KeyboardInterrupt:
        _tell(f"Stopped. {so_far()}")
        raise


def _tell(line: str) -> None:
    print(f"queue-service: {line}", file=sys.stderr, flush=True)


def _line(day: ReplayDay) -> str:
    figures = day.figures
    visits = figures.visits or {}
    waited = figures.waiting.mean
    goal = figures.goals["handling-6-min"]
    mean = "no data" if waited is None else f"{waited:.1f} s"
    share = "no data" if goal.ratio is None else f"{100 * goal.ratio:.1f} % of {goal.judged}"
    return (
        f"{day.date}  issued {visits.get('issued', 0)}  completed {visits.get('completed', 0)}  "
        f"abandoned {visits.get('abandoned', 0)}  mean wait {mean}  under 6 min {share}"
    )


def _list_left_out(rows: list[LeftOut]) -> None:
    for row in rows:
        print(f"left out: line {row.line}, {row.visit_id}: {row.why}", flush=True)


def _stem(path: Path) -> str:
    return re.sub(r"(\.csv)?(\.gz)?$", "", path.name)
