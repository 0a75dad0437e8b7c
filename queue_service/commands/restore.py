"""`queue-service restore`: put a backup into an empty store."""

from __future__ import annotations

import argparse
from pathlib import Path

from queue_service.backup.encryption import opened
from queue_service.backup.operations import Restored, read_about, require_digest, restore
from queue_service.errors import OperatorError
from queue_service.language.wording import date_and_time
from queue_service.runtime import data_folder
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import UP, running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("restore", help="put a backup into an empty store")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--key", metavar="KEYFILE", type=Path, help="the secret key of an encrypted backup"
    )
    parser.add_argument(
        "--sha256",
        metavar="DIGEST",
        help="what `backup` printed: refuse a file that was altered since",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Restore it and say from which numbers each branch goes on; returns the exit code.

    Raises OperatorError while the service runs.
    """
    if args.sha256 is not None:
        require_digest(args.file, args.sha256)
    with opened(args.file, args.key) as backup:
        read_about(backup)
        return _restore(backup, settings)


def _restore(backup: Path, settings: Settings) -> int:
    if not settings.redis_url and data_folder.Lock(settings.data_dir).owner() == UP:
        raise OperatorError("The service runs on this data folder: stop it, and name an empty one.")
    with running_store(settings) as client:
        restored = restore(backup, RedisStore(client))
    made_at = date_and_time(restored.about.made_at, "UTC")
    print(f"Restored {restored.keys} keys as they were at {made_at} UTC.")
    for branch, numbers in restored.numbers.items():
        after = ", ".join(f"{prefix}{last:03d}" for prefix, last in sorted(numbers.items()))
        print(f"{branch}: today's numbers go on after {after or 'none'}.")
    print(
        "Compare them with the last numbers on paper: on a day busier than any before, one may"
        " recur."
    )
    print("What was done after that is missing; a note on today says so in each branch.")
    _print_access(restored)
    print("Run queue-service doctor before people come.")
    return 0


def _print_access(restored: Restored) -> None:
    """Every account and token that is back, since some may have been removed after the backup."""
    print("Everybody has to log in again. These accounts and tokens are back as they were then:")
    for account in restored.accounts:
        for role, branch in account.grants:
            print(f"  account {account.name}  {role}  {branch or 'all branches'}")
    for token in restored.tokens:
        label = f"  {token.label}" if token.label else ""
        print(f"  token {token.id}  {token.role}  {token.branch or 'all branches'}{label}")
    if not (restored.accounts or restored.tokens):
        print("  none")
    print("Revoke again what was revoked since, by “user remove NAME” or “token revoke ID”.")
