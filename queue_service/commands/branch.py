"""`queue-service branch`: archive a branch and put it into use again, or remove one of replayed
days or one that never issued a ticket."""

from __future__ import annotations

import argparse
from typing import Final

from queue_service.command import Queue
from queue_service.configuration.archiving import archive, unarchive
from queue_service.exports.store import ExportStore
from queue_service.removal.operations import Remover
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_files
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

_DONE: Final = {"remove": "removed", "archive": "archived", "unarchive": "in use"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("branch", help="archive or remove a branch")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    remove = verbs.add_parser(
        "remove", help="with all its days: a replayed one, or one that never issued a ticket"
    )
    archives = verbs.add_parser("archive", help="take it out of use; its figures stay")
    unarchives = verbs.add_parser("unarchive", help="put an archived one into use again")
    for verb in (remove, archives, unarchives):
        verb.add_argument("branch", metavar="BRANCH", help="its id")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the verb; returns the exit code. Raises BranchNotFound, InUse and
    BranchElsewhere."""
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        if args.verb == "remove":
            Remover(queue, ExportStore(connect_files(settings))).remove(args.branch)
        else:
            change = archive if args.verb == "archive" else unarchive
            change(queue, args.branch)
    print(f"{args.branch}: {_DONE[args.verb]}")
    return 0
