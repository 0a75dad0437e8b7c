"""`queue-service backup`: all that the service holds in one file, while it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from queue_service.backup.operations import make_backup
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "backup", help="write all that the service holds to one file, while it runs"
    )
    parser.add_argument("file", metavar="FILE", type=Path)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the file and say how large it is; returns the exit code."""
    with running_store(settings) as client:
        about = make_backup(RedisStore(client), args.file)
    size = args.file.stat().st_size
    print(f"{args.file} has all of it ({about.size} bytes in {size}). Only its owner can read it.")
    return 0
