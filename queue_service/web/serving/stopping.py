"""Whether this process was asked to stop and still answers.

A proxy that asks for `/healthz` each second then sends no more requests here before the process
ends, so that a restart refuses no request.
"""

from __future__ import annotations

from collections.abc import Callable

_stopping = False
_last: list[Callable[[], None]] = []


def begin() -> None:
    """From now on this process says that it is about to end."""
    global _stopping
    _stopping = True


def has_begun() -> bool:
    """Whether it was asked to stop."""
    return _stopping


def at_the_end(act: Callable[[], None]) -> None:
    """Have something done when the process takes no more requests."""
    _last.append(act)


def end() -> None:
    """Do the final work."""
    for act in _last:
        act()
