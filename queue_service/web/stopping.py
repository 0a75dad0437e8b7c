"""Whether this process has been told to stop and still answers.

A proxy that asks for `/healthz` each second then sends nobody here any more before the process
ends, so that a restart refuses nobody.
"""

from __future__ import annotations

_stopping = False


def begin() -> None:
    """From now on this process says that it is about to end."""
    global _stopping
    _stopping = True


def has_begun() -> bool:
    """Whether it has been told to stop."""
    return _stopping
