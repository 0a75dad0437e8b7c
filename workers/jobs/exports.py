"""Jobs about files made for download."""

from __future__ import annotations

import os

from queue_service.exports.operations import ExportService
from queue_service.exports.store import ExportStore
from queue_service.store.jobs.job_queue import JobQueue
from workers.context import jobs, queue

_NICENESS = 10


def make(export_id: str) -> None:
    """Make a file that was asked for, behind everything that people wait for."""
    os.nice(_NICENESS)
    service().run(export_id)


def tend() -> None:
    """Ask again for files whose worker was interrupted."""
    service().requeue_stalled()


def service() -> ExportService:
    """The files, as this process reaches them."""
    connection = jobs().connection
    return ExportService(queue(), ExportStore(connection), JobQueue(connection).ask)
