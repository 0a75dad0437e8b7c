"""`queue-service worker`: run background jobs."""

from __future__ import annotations

import argparse
import gc
import logging
from contextlib import suppress
from typing import Final

from redis import RedisError

from queue_service.commands.common import add_ready_option, heartbeat, mark_known_format
from queue_service.runtime import logs
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from workers import context
from workers.queues import WORK
from workers.worker import make_worker

_log: Final = logging.getLogger(__name__)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("worker", help="run a background worker alone")
    parser.add_argument("--burst", action="store_true", help="stop when nothing is left to do")
    parser.add_argument(
        "--only",
        choices=WORK,
        help="what must not be late (prompt), letters and webhooks (deliveries), or what"
        " may take long (files); by default all",
    )
    add_ready_option(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Work until asked to stop; a job that has begun is finished first."""
    mark_known_format(settings)
    logs.configure("worker" if args.only in (None, "prompt") else args.only, settings)
    beat = heartbeat(args.ready_fd)
    worker = make_worker(connect_jobs(settings), args.only, beat)
    _prepare_jobs()
    beat()
    _log.info("waits for jobs of %s", ", ".join(worker.queue_names()))
    worker.work(burst=args.burst, logging_level=None)
    return 0


def _prepare_jobs() -> None:
    """Do once what each job, in a process forked from this one, would do again.

    A garbage collection in that process would copy the memory that it shares with this one.
    """
    with suppress(RedisError):  # a cluster that is away is asked for its nodes by the jobs
        context.queue()
    gc.collect()
    gc.freeze()
