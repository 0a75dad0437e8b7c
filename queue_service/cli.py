"""The `queue-service` command: finds the wanted subcommand and reports what stops it."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from redis.exceptions import RedisError

from queue_service import __version__
from queue_service.errors import OperatorError, QueueError
from queue_service.runtime.settings import Settings

COMMANDS = {
    "up": "run all of it: store, web, workers and schedule",
    "web": "run the web processes alone",
    "worker": "run a background worker alone",
    "schedule": "run the periodic jobs alone",
    "token": "create, list and revoke access tokens",
    "user": "add accounts and set their passwords",
    "enrol": "make a link that sets up a kiosk or a display",
    "branch": "archive a branch, or remove one that is replayed or never issued a ticket",
    "config": "apply or export a branch's configuration",
    "holidays": "enter the public holidays of a year at several branches",
    "export": "write tables of the past to a file",
    "report": "make a branch's weekly or monthly report",
    "backup": "write all that the service holds to one file, while it runs",
    "restore": "put a backup into an empty store",
    "mobile": "send a mobile branch's days to the central server, and see what is unsent",
    "replay": "drive a file of real days through a historic branch",
    "simulate": "let citizens and clerks use a running service",
    "store": "ask the store how it does",
    "doctor": "check the set-up and say what is wrong",
}
"""Each command with its purpose; ``commands/<name>.py`` has its ``add_parser`` and ``run``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. A problem is one sentence on stderr and exit code 1; bad usage is 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser, wanted = parser_of(given)
    args = parser.parse_args(given)
    try:
        return int(_module(wanted).run(args, Settings.from_env()))
    except OperatorError as error:
        problem = str(error)
    except QueueError as error:
        problem = error.detail
    except RedisError as error:
        problem = f"The store does not answer: {error}"
    except BrokenPipeError:
        problem = "The output is not read any more."
    except KeyboardInterrupt:
        return 130
    print(f"queue-service: {problem}", file=sys.stderr)
    return 1


def parser_of(given: Sequence[str]) -> tuple[argparse.ArgumentParser, str]:
    """The parser, complete for the wanted command alone: loading all of them would be slow."""
    parser = argparse.ArgumentParser(
        prog="queue-service", description="Queue tickets and service times."
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    wanted = next((word for word in given if not word.startswith("-")), "")
    for name, purpose in COMMANDS.items():
        if name == wanted:
            _module(name).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=purpose)
    return parser, wanted


def _module(command: str) -> Any:
    """The command's module; code stays for good, so no garbage is looked for while it loads."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(f"queue_service.commands.{command}")
    finally:
        if collects:
            gc.enable()
