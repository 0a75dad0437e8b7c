"""The address of the service, for commands run next to it: they may have other settings than it
has, and its port may have been chosen by the system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from queue_service import __version__
from queue_service.errors import OperatorError
from queue_service.runtime import data_folder
from queue_service.runtime.phone_address import PhoneAddress, phone_address
from queue_service.runtime.settings import Settings
from queue_service.store.server.running import UP

_ADDRESS: Final = "address"
_VERSION: Final = "version"
_SLIPS: Final = "slips"
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@contextmanager
def noted(settings: Settings, port: int) -> Iterator[None]:
    """Let the functions below find the service while the block runs."""
    notes = {
        _ADDRESS: _url(settings.host, port),
        _VERSION: __version__,
        _SLIPS: json.dumps(phone_address(settings)),
    }
    for name, text in notes.items():
        (settings.data_dir / name).write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        for name in notes:
            (settings.data_dir / name).unlink(missing_ok=True)


def own_url(settings: Settings) -> str:
    """The address of the service on this machine, without a slash at the end.

    It is the one that `queue-service up` noted while that runs on the data folder, else the one of
    the settings. Raises OperatorError if they leave the port open.
    """
    address = _read(settings, _ADDRESS)
    if address is not None:
        return address
    if settings.port == 0:
        raise OperatorError(
            "QUEUE_PORT leaves the port open and no service runs on the data folder"
            f" {settings.data_dir}: start it, or set QUEUE_PORT to its port."
        )
    return _url(settings.host, settings.port)


def running_version(settings: Settings) -> str | None:
    """The version that `queue-service up` was started with, while it runs on the data folder."""
    return _read(settings, _VERSION)


def slips_lead_to(settings: Settings) -> PhoneAddress:
    """The address in the codes on slips, by the running service, else by the settings."""
    noted_address = _read(settings, _SLIPS)
    return PhoneAddress(*json.loads(noted_address)) if noted_address else phone_address(settings)


def _read(settings: Settings, name: str) -> str | None:
    note = settings.data_dir / name
    if data_folder.Lock(settings.data_dir).owner() == UP and note.exists():
        return note.read_text(encoding="utf-8")
    return None


def _url(host: str, port: int) -> str:
    reachable = _EVERYWHERE.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
