"""The data folder, and the lock by which one process at a time owns it."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path
from typing import IO

from queue_service.errors import OperatorError


def prepare(folder: Path) -> None:
    """Make the data folder, for its owner alone, and see that it can be written to.

    Raises OperatorError when it cannot.
    """
    must_be_folder(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _probe(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def check(folder: Path) -> Path:
    """See that the data folder can be written to, or made where it is not there; make nothing.

    Gives the folder that was looked at. Raises OperatorError when it cannot.
    """
    must_be_folder(folder)
    there = next(f for f in (folder.absolute(), *folder.absolute().parents) if f.exists())
    try:
        _probe(there)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return there


def must_be_folder(folder: Path) -> None:
    """Raises OperatorError if there is a file in its place."""
    if folder.exists() and not folder.is_dir():
        raise OperatorError(f"{folder} is a file: set QUEUE_DATA_DIR to a folder.")


def _probe(folder: Path) -> None:
    probe = folder / f".writable-{os.getpid()}"
    probe.touch()
    probe.unlink()


def _unwritable(folder: Path, error: OSError) -> OperatorError:
    return OperatorError(
        f"The data folder {folder} cannot be written to ({error.strerror}):"
        " set QUEUE_DATA_DIR to a folder that can."
    )


class Lock:
    """Ownership of a data folder, held until it is released or its last holder has ended.

    The embedded store inherits the open file, so that no second server is started on the same files
    while the first still runs, whatever became of the process that started it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def acquire(self, owner: str) -> bool:
        """Take the lock and write who holds it; False when somebody else does."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{owner} {os.getpid()}")
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock up; a store that inherited it still holds it until it ends."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def fileno(self) -> int:
        """The open file, for a child to inherit."""
        assert self._file is not None, "the lock is not held"  # noqa: S101 - the caller holds it
        return self._file.fileno()

    def owner(self) -> str | None:
        """The last process that took the lock, while it lives; else None."""
        try:
            owner, pid = self._path.read_text(encoding="utf-8").split()
            os.kill(int(pid), signal.SIG_DFL)
        except (OSError, ValueError):
            return None
        return owner
