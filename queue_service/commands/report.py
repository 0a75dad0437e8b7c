"""`queue-service report`: a branch's weekly or monthly report, made by hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import before, period_of
from queue_service.errors import OperatorError
from queue_service.language.languages import LANGUAGES
from queue_service.reports import operations as reporting
from queue_service.reports.render import NoPdf, as_document, as_pdf
from queue_service.reports.report import KINDS, Report
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("report", help="make a branch's weekly or monthly report")
    parser.add_argument("branch", metavar="BRANCH")
    parser.add_argument("--kind", choices=KINDS, default="week", help="by default week")
    parser.add_argument("--date", help="a date in it; by default the last one that is over")
    parser.add_argument("--format", choices=("pdf", "html"), default="pdf", help="by default pdf")
    parser.add_argument("--language", choices=LANGUAGES, help="by default QUEUE_LANGUAGE")
    parser.add_argument("--output", metavar="FILE", help="where to")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make the report, keep it, write it to a file and print where; returns the exit code.

    Raises OperatorError when the file cannot be written.
    """
    with running_store(settings) as client:
        queue = Queue(RedisStore(client))
        day = args.date or _last_over(queue, args.branch, args.kind)
        report = reporting.make(queue, args.branch, args.kind, day)
    output = args.output or f"{report.branch}_{report.id}.{args.format}"
    content = _content(report, args.format, args.language or settings.language)
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise OperatorError(f"{output} cannot be written: {error.strerror}.") from None
    print(output)
    return 0


def _last_over(queue: Queue, branch_id: str, kind: str) -> str:
    today = moment(queue.get(BranchStore).get(branch_id), queue.store.time()).date
    return before(period_of("week" if kind == "week" else "month", today)).first


def _content(report: Report, form: str, language: str) -> bytes:
    if form == "html":
        return as_document(report, language).encode()
    try:
        return as_pdf(report, language)
    except NoPdf as error:
        raise OperatorError(f"{error}; or ask for --format html.") from None
