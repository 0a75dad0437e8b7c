"""Long work in a web process, which steps aside for what else the process is asked.

A process serves one request at a time until that waits for something. What computes for longer than
a millisecond calls :func:`give_way` all along, so that no ticket waits for a year to be added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Final, TypeVar

import gevent
from gevent import monkey

Item = TypeVar("Item")

_TURN_SECONDS: Final = 0.0005
"""So long others wait at most, if what works gives way often enough."""

_LONGEST_SECONDS: Final = 0.004
"""So long what works waits at most: a process that is never idle answers everybody in the end."""


class _Turn:
    ends: float = 0.0


def give_way() -> None:
    """Let the others of this process go on, where they have waited for half a millisecond.

    It costs next to nothing before, so it may be called after every row. Nobody is waited for in a
    process that gevent does not run, such as a worker. Yielding by ``gevent.sleep(0)`` is not
    enough: it lets those go on that are ready, but looks at no socket for many turns.
    """
    if perf_counter() < _Turn.ends:
        return
    if monkey.is_module_patched("threading"):
        with gevent.Timeout(_LONGEST_SECONDS, exception=False):
            gevent.idle()
    _Turn.ends = perf_counter() + _TURN_SECONDS


def in_turns(items: Iterable[Item]) -> Iterator[Item]:
    """The items one by one, giving way between them."""
    for item in items:
        yield item
        give_way()
