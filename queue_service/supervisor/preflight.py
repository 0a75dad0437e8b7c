"""Conditions before anything is started, each with its own sentence when it is not met."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from queue_service.errors import OperatorError
from queue_service.runtime import data_folder
from queue_service.runtime.settings import Settings
from queue_service.store.server.running import UP
from queue_service.supervisor.service_url import noted
from queue_service.supervisor.signals import Signals

_HANDOVER_SECONDS = 10
_POLLS_PER_SECOND = 20


@contextmanager
def own_folder(settings: Settings, signals: Signals) -> Iterator[data_folder.Lock]:
    """Make the data folder ours, waiting a little for a command or a store that still ends.

    Raises OperatorError when somebody else keeps it.
    """
    data_folder.prepare(settings.data_dir)
    lock = data_folder.Lock(settings.data_dir)
    for _ in range(_HANDOVER_SECONDS * _POLLS_PER_SECOND):
        if lock.acquire(UP):
            break
        if lock.owner() == UP:
            raise OperatorError(
                f"The service already runs on the data folder {settings.data_dir}:"
                " stop it first, or set QUEUE_DATA_DIR to another folder."
            )
        signals.wait(1 / _POLLS_PER_SECOND)
    else:
        raise OperatorError(
            f"Another command still uses the data folder {settings.data_dir}:"
            " try again when it is done."
        )
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The open socket of the pages' address, which outlives every web process and is noted.

    Raises OperatorError when the address cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        raise OperatorError(_why_not(settings, error)) from None
    with listener, noted(settings, listener.getsockname()[1]):
        yield listener


def base_url(settings: Settings, listener: socket.socket) -> str:
    """The URL of the pages, without a slash at the end."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} on {settings.host} is taken:"
            " stop what uses it, or set QUEUE_PORT to another port."
        )
    if error.errno == errno.EACCES:
        return f"Port {settings.port} is not open to this user: set QUEUE_PORT to one above 1023."
    return f"{settings.host} is no address of this machine: set QUEUE_HOST to one that is."
