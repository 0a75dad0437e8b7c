"""`queue-service store`: put a command to the service's own store, wherever that is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from queue_service.settings import Settings
from queue_service.store.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "store",
        help="put a command to the store",
        description="Put a command to the store, such as INFO memory. redis-cli is not needed.",
    )
    parser.add_argument("command", metavar="COMMAND", help="a command of Redis")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what it answers."""
    with running_store(settings) as client:
        asked: Any = client
        for line in lines(asked.execute_command(args.command, *args.arguments)):
            print(line)
    return 0


def lines(answer: Any) -> Iterator[str]:
    """An answer of any shape, a value on a line."""
    if isinstance(answer, Mapping):
        yield from (f"{name}: {value}" for name, value in answer.items())
    elif isinstance(answer, (list, tuple, set)):
        for part in answer:
            yield from lines(part)
    else:
        yield "" if answer is None else "OK" if answer is True else str(answer)
