"""`queue-service export`: tables of past days as files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import period_of
from queue_service.errors import OperatorError
from queue_service.exports.make import File, make
from queue_service.exports.open_data import open_months
from queue_service.exports.order import CONTENTS, FORMATS, OPEN_DATA, Order, new_order
from queue_service.language.languages import LANGUAGES
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

_ENDINGS: Final = frozenset({".csv", ".xlsx", ".zip"})
"""How the files end that exports come in."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("export", help="write tables of the past to a file")
    parser.add_argument("branch", metavar="BRANCH")
    parser.add_argument("--table", choices=CONTENTS, default="days", help="by default days")
    parser.add_argument("--from", dest="first", help="first date; by default of this month")
    parser.add_argument("--to", dest="last", help="last date; by default today")
    parser.add_argument("--format", choices=FORMATS, default="xlsx", help="by default xlsx")
    parser.add_argument("--language", choices=LANGUAGES, help="by default QUEUE_LANGUAGE")
    parser.add_argument("--output", metavar="FILE", help="where to; - for stdout")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the file and print where it is; returns the exit code."""
    with running_store(settings) as client:
        queue = Queue(RedisStore(client))
        file = make(queue, _order(queue, args, args.language or settings.language))
    return _write(file, args.output or file.name)


def _order(queue: Queue, args: argparse.Namespace, language: str) -> Order:
    branch = queue.get(BranchStore).get(args.branch)
    now = queue.store.time()
    today = moment(branch, now).date
    last = args.last or max(today, args.first or today)
    fields = {
        "content": args.table,
        "from": args.first or period_of("month", last).first,
        "to": last,
        "format": args.format,
        "language": language,
    }
    everyone = tuple(
        b for b in queue.get(BranchStore).ids() if queue.get(BranchStore).get(b).counted
    )
    order = new_order(branch.id, everyone, fields)
    if order.content == OPEN_DATA:
        open_months(branch, order.period, now)
    return order


def _write(file: File, output: str) -> int:
    if output == "-":
        sys.stdout.buffer.write(file.content)
        return 0
    ending = Path(file.name).suffix
    if Path(output).suffix.lower() in _ENDINGS - {ending}:
        raise OperatorError(f"The file is a {ending}: give --output a name that ends so.")
    try:
        Path(output).write_bytes(file.content)
    except OSError as error:
        raise OperatorError(f"{output} cannot be written: {error.strerror}.") from None
    print(output)
    return 0
