"""`queue-service backup`: all that the service holds in one file, while it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR
from queue_service.backup.encryption import make_key
from queue_service.backup.operations import file_digest, make_backup
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import AuditLog
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "backup", help="write all that the service holds to one file, while it runs"
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="write a new secret key to FILE instead, and say what to set QUEUE_BACKUP_KEYS to",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the file and say what it has and how large it is; returns the exit code.

    Anyone who copies another store than the service's, such as that of the jobs, sees no branch.
    """
    if args.new_key:
        print(f"QUEUE_BACKUP_KEYS={make_key(args.file)}")
        print(f"Without {args.file} no backup can be restored: keep it away from this machine.")
        return 0
    with running_store(settings) as client:
        store = RedisStore(client)
        branches = len(Queue(store).get(BranchStore).ids())
        if branches:  # else it may be another service's store
            AuditLog(store).add(entry_by(OPERATOR, "backup.made", target=args.file.name))
        about = make_backup(store, args.file, settings.backup_keys)
    size = args.file.stat().st_size
    who = "who has the secret key" if settings.backup_keys else "its owner"
    print(
        f"{args.file} has all of it: {branches} {'branch' if branches == 1 else 'branches'}"
        f" ({about.size} bytes in {size}). Only {who} can read it."
    )
    print(f"SHA-256, to be noted on another machine: {file_digest(args.file)}")
    if not branches:
        print("There is no branch in this store: is it the one that the service uses?")
    return 0
