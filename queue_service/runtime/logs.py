"""Logs of the parts: one format for all of them, as text or as JSON.

    2026-11-26T20:33:01.123Z web warning 6f0c1f6f2a3b4c5d queue_service.web: POST … 503 in 2.004 s

A line has the time in UTC, the part, the level, the id of the request or job it is about (or
``-``), the logger and the message. The store and Prometheus write their own formats.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, TextIO

from queue_service.runtime.settings import Settings

LARGEST_BYTES: Final = 10_000_000
"""A log file in the data folder is put aside at this size, in place of the one put aside before."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, or of the job that is being done."""


def configure(part: str, settings: Settings, stream: TextIO | None = None) -> None:
    """Let everything in this process be written in the format, to standard error or a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json(part) if settings.log_format == "json" else _Text(part))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # RQ logs each job that goes well, which is most of a worker's log.
    for name in ("rq", "rq.worker"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)


class _Text(logging.Formatter):
    """A line for people; a traceback follows on lines of its own."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        level = record.levelname.lower()
        about = request_id.get() or "-"
        text = super().format(record)
        return f"{_instant(record)} {self._part} {level} {about} {record.name}: {text}"


class _Json(logging.Formatter):
    """One JSON document on a line, for programs."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        document: dict[str, Any] = {
            "time": _instant(record),
            "part": self._part,
            "level": record.levelname.lower(),
            "request_id": request_id.get() or None,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)


def _instant(record: logging.LogRecord) -> str:
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{seconds}.{int(record.created * 1000) % 1000:03d}Z"


def bound(log: Path, largest: int = LARGEST_BYTES) -> None:
    """Put aside what a log file holds once it has grown large.

    The program that writes it goes on writing to the same file: it has opened it for appending, so
    it is copied and emptied, not moved. If a full disk leaves no room for the copy, the old lines
    are given up.
    """
    with suppress(FileNotFoundError):
        if log.stat().st_size <= largest:
            return
        aside = log.with_suffix(".old.log")
        try:
            shutil.copyfile(log, aside)
        except OSError:
            aside.unlink(missing_ok=True)
        os.truncate(log, 0)
