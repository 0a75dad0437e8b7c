"""`queue-service branch`: remove a branch of replayed days, or one that never issued a ticket."""

from __future__ import annotations

import argparse

from queue_service.command import Queue
from queue_service.exports.store import ExportStore
from queue_service.removal.operations import Remover
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_files
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("branch", help="remove a branch")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    remove = verbs.add_parser(
        "remove", help="with all its days: a replayed one, or one that never issued a ticket"
    )
    remove.add_argument("branch", metavar="BRANCH", help="its id")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Remove the branch; returns the exit code. Raises BranchNotFound and InUse."""
    with running_store(settings) as client:
        files = ExportStore(connect_files(settings))
        Remover(Queue(RedisStore(client, replicas=settings.replicas_to_wait)), files).remove(
            args.branch
        )
    print(f"{args.branch}: removed")
    return 0
