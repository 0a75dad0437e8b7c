"""Files that hold one secret each, as Docker, systemd and Kubernetes give them to a service."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

_MOST_BYTES: Final = 1 << 16
_OF_THE_CONTAINER: Final = (Path("/run/secrets"), Path("/var/run/secrets"))
"""Folders that a container's engine mounts: no other user of the machine reaches them."""


def read(path: Path) -> str:
    """The secret in a file, without the blanks and the end of line around it; empty if it has none.

    Raises ValueError, whose text continues a sentence about the file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    if len(content) > _MOST_BYTES:
        raise ValueError(f"has more than {_MOST_BYTES} bytes and is no secret")
    try:
        secret = content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError("is no text in UTF-8") from None
    if "\n" in secret:
        raise ValueError("has more than one line")
    return secret


def is_open(path: Path) -> bool:
    """Whether other users of this machine may read the file, as far as its own mode says."""
    if any(folder in path.parents for folder in _OF_THE_CONTAINER):
        return False
    try:
        return bool(os.stat(path).st_mode & stat.S_IROTH)
    except OSError:
        return False
