"""Jobs about the weekly and monthly reports."""

from __future__ import annotations

import logging
import os
from typing import Final

from queue_service.notify.mail import MailRefused, make_mailer
from queue_service.reports import operations as reporting
from queue_service.reports.report import ReportKind
from queue_service.reports.store import ReportStore
from workers.context import jobs, queue, settings
from workers.queues import enqueue_once, files_queue, path_of
from workers.report_letter import as_attachments, letter

_log = logging.getLogger(__name__)

_NICENESS: Final = 10
LETTER_DELAYS: Final = (60, 600, 3600)
"""Seconds before the second try of a report by mail, the third and so on."""
_SEND_SECONDS: Final = 300
_FORGOTTEN_SECONDS: Final = 4 * 3600
"""After so long a letter that was tried in vain is asked for again."""


def make_due() -> None:
    """Make the reports that are due, and have them sent; what was missed is done now."""
    now = queue().store.time()
    try:
        reporting.make_due(queue(), now)
    finally:
        ask_for_letters(now)


def ask_for_letters(now: int) -> None:
    """Have the letters sent that are due at ``now`` (ms), each once however often it is asked."""
    if make_mailer(settings()) is not None:
        for branch_id, report_id, reader_id in reporting.letters_due(queue(), now):
            _enqueue(branch_id, report_id, reader_id)


def make(branch_id: str, kind: ReportKind, first: str) -> None:
    """Make one by hand, replacing the former one. It is not sent."""
    os.nice(_NICENESS)
    reporting.make(queue(), branch_id, kind, first)


def send(branch_id: str, report_id: str, reader_id: str) -> None:
    """Send a report to one reader, once. RQ tries again while the mail server is away."""
    store = queue().get(ReportStore)
    reader = store.reader(branch_id, reader_id)
    mailer = make_mailer(settings())
    due = store.marks(branch_id, report_id).get(reader_id) == "due"
    if mailer is None or reader is None or not due:
        return
    try:
        report = reporting.read(queue(), branch_id, report_id)
        attachments = as_attachments(report, reader.language)
        mailer.send(letter(report, reader, settings().public_url, attachments))
    except MailRefused as error:
        # Never worth another try; the sentence has no address in it.
        _log.warning("the report %s of %s: %s", report_id, branch_id, error)
        store.note(branch_id, report_id, reader_id, "refused")
    else:
        store.note(branch_id, report_id, reader_id, "sent")


def _enqueue(branch_id: str, report_id: str, reader_id: str) -> None:
    enqueue_once(
        files_queue(jobs().connection),
        path_of(send),
        f"report-{branch_id}-{report_id}-{reader_id}",
        (branch_id, report_id, reader_id),
        retry_delays=LETTER_DELAYS,
        run_seconds=_SEND_SECONDS,
        failure_seconds=_FORGOTTEN_SECONDS,
    )
