"""Checks of the machine: its Python, its settings, its disk and its Redis server."""

from __future__ import annotations

import platform
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queue_service import __version__
from queue_service.backup.encryption import recipients
from queue_service.commands.doctor.finding import DoctorFinding
from queue_service.reports.render import pdf_lacks
from queue_service.runtime import data_folder
from queue_service.runtime.settings import Settings, open_secret_files, unknown_variables
from queue_service.store.server.embedded import find_server, major_version
from queue_service.store.server.running import require_started

_ENOUGH_DISK_BYTES: Final = 1_000_000_000

_ENOUGH_FILES: Final = 4096

_A_ZONE: Final = "Europe/Copenhagen"

_OVERCOMMIT: Final = Path("/proc/sys/vm/overcommit_memory")


def check_machine(settings: Settings) -> Iterator[DoctorFinding]:
    """The version, Python, time zones, open files, PDF and memory of this machine."""
    yield DoctorFinding(True, f"queue-service {__version__} on Python {platform.python_version()}.")
    try:
        ZoneInfo(_A_ZONE)
        yield DoctorFinding(True, "Time zones are known.")
    except ZoneInfoNotFoundError:
        yield DoctorFinding(False, "Time zones are not known: install tzdata.")
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield DoctorFinding(
        files == resource.RLIM_INFINITY or files >= _ENOUGH_FILES,
        f"Open files allowed: {files}; each open page holds one (ulimit -n).",
    )
    lacks = pdf_lacks()
    yield DoctorFinding(None if lacks else True, lacks or "Reports can be made as PDF.")
    if not settings.redis_url and _OVERCOMMIT.exists():
        value = _OVERCOMMIT.read_text(encoding="ascii").strip()
        yield DoctorFinding(
            True if value == "1" else None,
            f"vm.overcommit_memory is {value}; with 1 the store can compact its files"
            " also when memory is short.",
        )


def check_settings(settings: Settings) -> Iterator[DoctorFinding]:
    """Variables that are no settings, files of secrets, and the keys of backups."""
    unknown = unknown_variables()
    for name, alike in unknown.items():
        hint = f"; did you mean {alike}?" if alike else "."
        yield DoctorFinding(None, f"{name} is no setting of this service{hint}")
    if not unknown:
        yield DoctorFinding(True, "Every variable that begins with QUEUE_ is a setting.")
    for name, path in open_secret_files().items():
        yield DoctorFinding(
            None, f"Every user of this machine may read {path} of {name}: chmod o-r {path}."
        )
    if settings.backup_keys:
        count = len(recipients(settings.backup_keys))
        yield DoctorFinding(
            True, f"Backups are encrypted for {count} {'key' if count == 1 else 'keys'}."
        )


def check_data(settings: Settings) -> Iterator[DoctorFinding]:
    """The data folder and its disk."""
    require_started(settings)
    folder = data_folder.check(settings.data_dir)
    yield DoctorFinding(True, f"{settings.data_dir} can be written to.")
    free = shutil.disk_usage(folder).free
    yield DoctorFinding(
        free > _ENOUGH_DISK_BYTES,
        f"{free / 1e9:.1f} GB of disk are free; a full disk stops the store.",
    )


def check_server(settings: Settings) -> Iterator[DoctorFinding]:
    """The Redis server that ``up`` starts, unless REDIS_URL names a store."""
    if settings.redis_url:
        yield DoctorFinding(True, "Not needed, since REDIS_URL names a store.")
        return
    server = find_server()
    yield DoctorFinding(True, f"{server}, version {major_version(server)}.")
