"""`queue-service web`: run the web processes alone, where the store runs elsewhere."""

from __future__ import annotations

import argparse
import os
from typing import NoReturn

from queue_service.commands.common import mark_known_format
from queue_service.runtime import data_folder
from queue_service.runtime.settings import Settings
from queue_service.web.serving import command as web_server


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    subparsers.add_parser("web", help="run the web processes alone")


def run(_args: argparse.Namespace, settings: Settings) -> NoReturn:
    """Become the web server."""
    mark_known_format(settings)
    data_folder.prepare(settings.data_dir)
    web_server.clear_metrics(settings)
    command = web_server.command()
    os.execve(command[0], command, web_server.environment(settings))
