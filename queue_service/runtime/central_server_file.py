"""The file with a mobile branch's central server, for every command on the same data folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

_NAME: Final = "home.json"


@dataclass(frozen=True, slots=True)
class CentralServerAccess:
    """The address of the central server, and the token for it; empty without one."""

    url: str = ""
    token: str = field(default="", repr=False)


def keep(folder: Path, access: CentralServerAccess) -> None:
    """Write it into the data folder, readable by its owner alone."""
    half = folder / f"{_NAME}.new"
    half.unlink(missing_ok=True)
    file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as text:
        json.dump(asdict(access), text)
    half.replace(folder / _NAME)


def kept(folder: Path) -> CentralServerAccess:
    """The stored connection to the central server; empty if the file cannot be read."""
    try:
        return CentralServerAccess(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return CentralServerAccess()
