"""Output on the terminal while the service runs, even if its reader is gone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def say(line: str) -> None:
    """Write a line on standard output at once; a closed output stops nothing."""
    # Not print(): unwritten output would be tried again at the end, and spoil the exit code.
    with suppress(OSError):
        os.write(sys.stdout.fileno(), f"{line}\n".encode())
