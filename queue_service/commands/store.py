"""`queue-service store`: put a command to the service's own store, wherever that is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from redis.exceptions import ResponseError

from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings
from queue_service.store.connection.cluster import primaries
from queue_service.store.server.durability import NEEDED
from queue_service.store.server.running import reason, running_store

_ANY_ARGUMENTS: Final = (
    "PING",
    "INFO",
    "DBSIZE",
    "TIME",
    "LASTSAVE",
    "ROLE",
    "BGREWRITEAOF",
    "SLOWLOG GET",
    "SLOWLOG LEN",
    "LATENCY LATEST",
    "LATENCY DOCTOR",
    "MEMORY STATS",
    "MEMORY DOCTOR",
    "CONFIG GET",
)
"""Commands that only look, or make the store's file smaller."""
_SETTINGS: Final = tuple(f"CONFIG SET {name} {value}" for name, value in NEEDED.items())
"""The settings that make the store keep what it acknowledges."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "store",
        help="ask the store how it does",
        description="Put a command to the store, such as INFO memory; redis-cli is not needed."
        f" It takes {', '.join(_ANY_ARGUMENTS + _SETTINGS)}, and nothing that loses data.",
    )
    parser.add_argument("command", metavar="COMMAND", help="a command of Redis")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what it answers, each server of a cluster by itself.

    Raises OperatorError for a change that may lose data or is refused.
    """
    words = " ".join([args.command, *args.arguments]).split()
    if not is_harmless(words):
        raise OperatorError(
            f"This command does not pass {' '.join(words[:2])} on to the store, as it may lose"
            " data or stop the store; queue-service store --help lists what it takes."
        )
    with running_store(settings) as client:
        for name, server in primaries(client).items():
            if name:
                print(f"# {name}")
            for line in lines(_answer(server, words)):
                print(line)
    return 0


def _answer(server: Any, words: Sequence[str]) -> Any:
    try:
        return server.execute_command(*words)
    except ResponseError as error:
        raise OperatorError(f"The store refused the command: {reason(error)}.") from None


def is_harmless(words: Sequence[str]) -> bool:
    """Whether a command, in any case, is allowed at any hour."""
    command_text = " ".join(words).lower()
    if command_text in (setting.lower() for setting in _SETTINGS):
        return True
    return any(f"{command_text} ".startswith(f"{one.lower()} ") for one in _ANY_ARGUMENTS)


def lines(answer: Any) -> Iterator[str]:
    """An answer of any shape, a value on a line."""
    if isinstance(answer, Mapping):
        yield from (f"{name}: {value}" for name, value in answer.items())
    elif isinstance(answer, (list, tuple, set)):
        for part in answer:
            yield from lines(part)
    else:
        yield "" if answer is None else "OK" if answer is True else str(answer)
